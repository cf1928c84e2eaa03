"""A checkout that a system learns from in no time."""

import json
from pathlib import Path

import pytest

from tcls.corpus.annotations import Annotation, text_hash
from tcls.schema import load_schema
from tcls.text.passages import Span

#: Id, genre, text, forced_criminality, scam types. The last two are held out.
DOCUMENTS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("a", "law", "Guards held forty people behind the wall until they wrote to strangers.",
     "present", ("romance_baiting",)),
    ("b", "law", "The fishing fleet came home early when a storm closed the strait.",
     "absent", ()),
    ("c", "news", "Nobody has heard from the two cousins since they took the job abroad.",
     "possible", ()),
    ("d", "news", "A clerk lost her savings to a man whom she had only ever met online.",
     "present", ("romance",)),
    ("e", "news", "Prices at the harbour market rose by a third over the weekend.",
     "absent", ()),
    ("f", "blog", "He was told that a film of him would be sent home unless he paid.",
     "present", ("extortion",)),
)  # fmt: skip


def write_annotations(file: Path, forced: dict[str, str], coder: str) -> None:
    """One record a document and task; `forced` replaces values of forced_criminality."""
    lines = []
    for name, _, text, value, scams in DOCUMENTS:
        values: dict[str, str | tuple[str, ...]] = {
            "forced_criminality": forced.get(name, value), "victim_criminalisation": "absent",
            "non_punishment": (), "scam_type": scams,
        }  # fmt: skip
        lines += [
            Annotation(
                name, text_hash(text), Span(0, len(text)), task, found, {}, False, coder,
                load_schema().version,
            ).to_json()
            for task, found in values.items()
        ]  # fmt: skip
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Six documents, each a story; four to learn from, e and f held out."""
    place = tmp_path / "checkout"
    seeds = [json.dumps({"id": d[0], "genre": d[1], "text": d[2]}) for d in DOCUMENTS]
    (place / "seeds/written").mkdir(parents=True)
    (place / "seeds/written/x.jsonl").write_text("\n".join(seeds) + "\n", "utf-8")
    write_annotations(place / "labels/annotations/x.jsonl", {}, "me")
    (place / "labels/test_stories.txt").write_text("e\nf\n", "utf-8")
    return place


@pytest.fixture
def coded_again(tiny: Path) -> Path:
    """The same, coded a second time: c and d otherwise."""
    again = {"c": "absent", "d": "possible"}
    write_annotations(tiny / "labels/annotations/second/x.jsonl", again, "you")
    return tiny
