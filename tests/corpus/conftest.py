"""A checkout small enough to be read by eye."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tcls.corpus.annotations import Annotation, text_hash
from tcls.corpus.dataset import Corpus, load_corpus
from tcls.text.passages import Span


@dataclass
class Checkout:
    """Six documents of five stories: a and b are twins; each has a title and a body."""

    folder: Path
    rows: list[dict[str, object]]
    records: list[Annotation]

    def write(self) -> Path:
        """Writes seeds and annotations as they stand now."""
        for name, lines in (
            ("seeds/written/x.jsonl", [json.dumps(row) for row in self.rows]),
            ("labels/annotations/x.jsonl", [record.to_json() for record in self.records]),
        ):
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(lines) + "\n", "utf-8")
        return self.folder

    def load(self) -> Corpus:
        return load_corpus(self.write())


BODIES = {
    "a": "Guards held forty people behind the wall until police freed them.",
    "b": "The fishing fleet came home early when a storm closed the strait.",
    "c": "Nobody has heard from the two cousins since they took the job.",
    "d": "A clerk lost her savings to a man she had only met online.",
    "e": "Prices at the harbour market rose by a third over the weekend.",
    "f": "He was told that a film of him would be sent to his mother.",
}
#: id, genre, twin, title and body values of forced_criminality, scam types of the body.
PLAN = (
    ("a", "law", "pair", "absent", "present", ("romance_baiting",)),
    ("b", "law", "pair", "absent", "absent", ("unspecified",)),
    ("c", "news", "", "possible", "absent", ()),
    ("d", "news", "", "present", "possible", ("romance", "business")),
    ("e", "blog", "", "absent", "absent", ()),
    ("f", "blog", "", "absent", "possible", ("extortion",)),
)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    rows: list[dict[str, object]] = []
    records = []
    for name, genre, twin, title, body, scams in PLAN:
        text = f"Title of {name * 6}\n\n{BODIES[name]}"
        rows.append({"id": name, "text": text, "genre": genre} | ({"twin": twin} if twin else {}))
        for span, value, types in (
            (Span(0, 15), title, ()),
            (Span(17, len(text)), body, scams),
        ):
            for task, found in (("forced_criminality", value), ("scam_type", types)):
                records.append(
                    Annotation(name, text_hash(text), span, task, found, {}, False, "me", "1.0.0")
                )
    return Checkout(tmp_path, rows, records)
