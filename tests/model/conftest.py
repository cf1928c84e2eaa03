"""The shipped model's scorer, features small enough to be read by eye, and a small checkout."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tcls.model.features import Features
from tcls.model.lists import lookup
from tcls.model.scorer import Scorer
from tcls.model.store import open_model
from tcls.text.masks import Masks
from tcls.text.phrases import Phrases

#: A list of names and a lexicon for tests of the rules alone.
NAMES = {
    "laos": "<place>", "laotian": "<place>", "south": "+", "south korea": "<place>",
    "kim": "<person>*",
}  # fmt: skip
LEXICON = [
    "#0\tfc:compel forced|made", "#1\tmeasure:arrest arrested|jailed", "#2\tfc:control guards",
    "#3\ttold:advance_fee prize", "#4\tname:shopping gift", "forced\t0", "made\t0",
    "arrested\t1", "jailed\t1", "guards\t2", "prize\t3", "gift\t4",
]  # fmt: skip
#: Batches, and how many documents of each make a small checkout.
BATCHES = ("forced-crime-in-passing", "modality-in-brief-1", "neighbouring-topics", "scam-types")
OF_EACH = 15


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    """The default model, as it ships."""
    return Scorer(open_model())


@pytest.fixture(scope="session")
def features() -> Features:
    """Two classes of compulsion, one sanction, two schemes, and five names."""
    return Features(Masks(lambda name: NAMES.get(name, "")), Phrases(lookup(LEXICON)))


def _rows(file: Path, keep: Callable[[dict[str, Any]], bool]) -> list[str]:
    lines = file.read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and keep(json.loads(line))]


@pytest.fixture(scope="session")
def small_checkout(root: Path) -> Callable[[Path, bool], Path]:
    """Writes 60 documents of the checkout, of four batches, with their annotations to a
    folder; `turned` writes the files, and the lines of each, in the opposite order."""

    def write(folder: Path, turned: bool = False) -> Path:
        files: dict[str, list[str]] = {}
        names: set[str] = set()
        for batch in BATCHES:
            rows = _rows(root / "seeds/written" / f"{batch}.jsonl", lambda _: True)[:OF_EACH]
            files[f"seeds/written/{batch}.jsonl"] = rows
            names |= {json.loads(row)["id"] for row in rows}
        written = [f"{batch}.jsonl" for batch in BATCHES]
        ruled = sorted(f.name for f in (root / "labels/annotations/adjudicated").glob("*.jsonl"))
        for name in (*written, *(f"adjudicated/{name}" for name in ruled)):
            path = f"labels/annotations/{name}"
            files[path] = _rows(root / path, lambda row: row["document"] in names)
        items: Iterable[tuple[str, list[str]]] = files.items()
        if turned:
            items = [(path, rows[::-1]) for path, rows in reversed(files.items())]
        for path, rows in items:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text("".join(row + "\n" for row in rows), "utf-8")
        return folder

    return write
