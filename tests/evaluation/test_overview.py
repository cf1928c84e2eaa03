"""What the commands and the report show, each made by one call."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.classifier import Classifier
from tcls.corpus.dataset import load_corpus
from tcls.errors import CorpusError, MissingInput
from tcls.evaluation import overview
from tcls.evaluation.behaviour import load_suite
from tcls.evaluation.intervals import Score
from tcls.evaluation.invariance import Change, Stability
from tcls.evaluation.sample import Checkout
from tcls.evaluation.stored import load_evaluation
from tcls.model.store import manifest_bytes
from tcls.schema import packaged

FC = "forced_criminality"
Write = Callable[[str, list[dict[str, Any]]], Path]


def calm(text: str) -> dict[str, str]:
    return {FC: "absent"}


def biased(text: str) -> dict[str, str]:
    """People of one nation are thought to have been forced."""
    return {FC: "present" if "Kenyan" in text else "absent"}


@pytest.fixture
def suite(json_lines: Write) -> Path:
    """One pair that differs in the nation alone (type 63)."""
    return json_lines(
        "suite.jsonl",
        [
            {"id": f"s{side}", "type": 63, "pair": "s", "side": side, "kind": "invariance",
             "text": f"{nation} workers left.", "expect": {FC: "absent"}}
            for side, nation in (("a", "Kenyan"), ("b", "Swedish"))
        ],
    )  # fmt: skip


def test_a_model_is_measured_on_the_documents_held_out(tiny: Path, classifier: Classifier) -> None:
    found = overview.evaluate(Checkout(tiny))
    assert [d.id for d in found.sample.documents] == ["e", "f"]
    assert found.sample.model == classifier.model
    possible = next(line for line in found.lines if line.row.value == "possible")
    assert (possible.row.n, possible.row.positives) == (2, 1)
    chance = [
        sum(task.probabilities[v] for v in ("possible", "present"))
        for d in found.sample.documents
        for task in [classifier.predict(d.text, evidence=False).tasks[FC]]
    ]
    assert found.sample.probability[:, possible.k] == pytest.approx(chance, abs=1e-4)


def test_a_model_of_another_corpus_is_noticed(tiny: Path, tmp_path: Path) -> None:
    assert not overview.trained_here(Checkout(tiny))
    folder = Path(shutil.copytree(packaged("models/default"), tmp_path / "model"))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    whole = load_corpus(tiny)
    manifest["corpus"]["fingerprint"] = whole.subset([True] * 4 + [False] * 2).fingerprint
    (folder / "manifest.json").write_bytes(manifest_bytes(manifest))
    assert overview.trained_here(Checkout(tiny), folder)


def test_documents_of_the_split_come_with_their_stories(tiny: Path) -> None:
    test = Checkout(tiny).test
    assert [d.id for d in test.documents] == list(test.stories) == ["e", "f"]


def test_a_checkout_is_read_once_for_all_questions(tiny: Path, suite: Path) -> None:
    checkout = Checkout(tiny)
    overview.trained_here(checkout)
    shutil.rmtree(tiny / "seeds")
    assert len(overview.evaluate(checkout).sample.documents) == 2
    assert overview.behave(calm, checkout, suite).biased == ()


def test_a_checkout_without_a_split_is_refused(tiny: Path) -> None:
    (tiny / "labels/test_stories.txt").unlink()
    with pytest.raises(CorpusError):
        overview.evaluate(Checkout(tiny))


def test_elsewhere_is_shown_as_a_whole_by_set_and_by_source(tiny: Path, json_lines: Write) -> None:
    rows: list[dict[str, Any]] = [
        {"id": f"x{i}", "set": "real" if i else "retold", "source": "paper",
         "text": f"The mayor of {name * 9} opened a quay.", "gold": {}}
        for i, name in enumerate("abcdefghijkl")
    ]  # fmt: skip
    found = overview.compare(Checkout(tiny), json_lines("x.jsonl", rows))
    names = {one.name: len(one.assessment.sample.documents) for one in found}
    assert (names["all"], names["set real"], names["set retold"]) == (12, 11, 1)
    assert names["source paper"] == 12


def test_a_file_that_is_named_must_be_there(tiny: Path) -> None:
    with pytest.raises(MissingInput, match="no such file"):
        overview.compare(Checkout(tiny), tiny / "nosuch.jsonl")


def test_behaviour_without_a_checkout_is_of_the_texts_of_the_suite(suite: Path) -> None:
    found = overview.behave(calm, suite=suite)
    assert (found.outcome.pairs.value, found.biased) == (1, ())
    tried = {s.name: s.flips.n for s in found.generated}
    assert tried["nationality: one word"] == tried["nationality: named"] == 2
    assert all(s.exact and s.holds for s in found.generated)


def test_a_nation_that_moves_an_answer_is_named(suite: Path) -> None:
    found = overview.behave(biased, suite=suite)
    assert found.outcome.pairs.value == 0
    assert found.biased[-1] == "pair s"
    assert "nationality: one word (1 of 2 documents)" in found.biased


def test_with_a_checkout_its_documents_are_edited_too(suite: Path, tiny: Path) -> None:
    found = overview.behave(calm, Checkout(tiny), suite)
    assert {s.kind for s in found.generated} == {"invariance", "directional"}
    assert all(s.flips.n <= 2 for s in found.generated)
    assert found.biased == ()


@given(st.booleans(), st.floats(0, 1), st.integers(0, 3))
def test_an_exact_edit_is_biased_by_any_change_another_never(
    exact: bool, largest: float, changed: int
) -> None:
    changes = tuple(Change(f"d{i}", "", "absent", "absent", largest) for i in range(changed))
    test = Stability("swap", "invariance", exact, Score("", 0, 0, 1, 3), largest, changes)
    calm_one = overview.behave(calm).outcome
    found = overview.Behaviour(calm_one, (test,)).biased
    told = [line for line in found if line.startswith("swap")]
    assert told == ([f"swap ({changed} of 3 documents)"] if exact and changed else [])


def test_the_whole_overview_leaves_out_what_is_not_there(
    tiny: Path, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The suite that ships is replaced by a small one; text from elsewhere is not there."""
    cases = load_suite(suite)
    monkeypatch.setattr(overview, "load_suite", lambda _: cases)
    found = overview.overview(Checkout(tiny))
    assert found.external == ()
    assert {curve.task for curve in found.curves} == {t.id for t in found.test.sample.tasks()}
    ordinal = {found.test.sample.decisions[k] for k in found.bins}
    assert ordinal == {
        (task, value) for task in (FC, "victim_criminalisation")
        for value in ("possible", "present")
    }  # fmt: skip
    assert set(found.rules) == {FC, "victim_criminalisation"}
    with pytest.raises(MissingInput):
        overview.overview(Checkout(tiny), external=tiny / "nosuch.jsonl")


def test_what_was_measured_is_kept_beside_the_model(
    tiny: Path, suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = load_suite(suite)
    monkeypatch.setattr(overview, "load_suite", lambda _: cases)
    folder = Path(shutil.copytree(packaged("models/default"), tmp_path / "model"))
    found = overview.evaluate(Checkout(tiny), folder)
    kept = overview.store(Checkout(tiny), found, folder)
    assert kept.parent == folder
    shown = json.loads(kept.read_text("utf-8"))["card"]
    assert (shown["documents"], shown["stories"], shown["elsewhere"]) == (2, 2, {})
    assert shown["training"] == {}  # trained on another corpus
    stored = load_evaluation(folder, found.sample.model)
    seen = stored.decisions[FC, "possible"]
    assert np.asarray(seen.truth).tolist() == [0, 1]
