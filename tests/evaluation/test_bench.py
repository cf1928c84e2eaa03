"""Where experiments are carried out: the two sides, what is kept, and when it is made anew."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tcls.corpus.annotations import read_annotations
from tcls.corpus.dataset import load_corpus
from tcls.evaluation import baselines
from tcls.evaluation.bench import Bench, Reader, Steps, make
from tcls.evaluation.plan import SYSTEMS, Plan

tables = arrays.arrays(np.float64, (3, 2), elements=st.floats(0, 1))


def bench(place: Path, **more: Any) -> Bench:
    folder = place / "experiments/001-which"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text('question = "?"\nkind = "table"\n', "utf-8")
    return Bench(folder, place, Plan("?", "table", systems=("majority",), **more))


def test_the_test_stories_are_held_out_of_training(tiny: Path) -> None:
    found = bench(tiny)
    assert [d.id for d in found.training.documents] == ["a", "b", "c", "d"]
    assert [d.id for d in found.samples["test"].documents] == ["e", "f"]
    column = found.reader.decisions.index(("forced_criminality", "possible"))
    assert found.samples["test"].truth[:, column].tolist() == [0, 1]


def test_a_reader_has_the_decisions_of_training_and_answers_nothing(tiny: Path) -> None:
    sample = bench(tiny).samples["test"]
    assert ("scam_type", "other") not in sample.decisions
    assert len(Reader().decisions) == len(sample.decisions) == 22
    assert not sample.probability.any() and not sample.chosen.any() and not sample.ignore.any()


def test_majority_gives_every_document_the_shares_of_the_training_side(tiny: Path) -> None:
    """Of a, b, c, d two are present, one possible: 3/4 and 2/4; a and d are of romance."""
    found = bench(tiny)
    (judged,) = found.judged("x", "majority", found.training, [found.samples["test"]])
    said = dict(zip(judged.decisions, judged.probability[0], strict=True))
    assert said["forced_criminality", "possible"] == 0.75
    assert said["forced_criminality", "present"] == 0.5
    assert said["scam_type", "romance"] == 0.5
    assert said["scam_type", "investment"] == 0.25  # a is romance baiting
    assert (judged.probability[0] == judged.probability[1]).all()
    assert judged.model == f"majority@{found.training.fingerprint[:8]}"


def test_what_is_done_is_not_done_again(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    found = bench(tiny)
    found.say = told.append
    samples = [found.samples["test"]]
    first = found.judged("x", "majority", found.training, samples)
    monkeypatch.setattr(baselines.Majority, "fit", None)  # would fail if called
    again = found.judged("x", "majority", found.training, samples)
    assert told == ["x: 4 documents to learn from"]
    assert (first[0].probability == again[0].probability).all()
    assert first[0].model == again[0].model


def test_a_changed_annotation_or_plan_makes_all_answers_anew(tiny: Path) -> None:
    """The fingerprint of the corpus tells, and what was kept is not found any more."""
    found = bench(tiny)
    found.steps.save("x", "s", [])
    assert bench(tiny).steps.load("x") == ("s", [])
    before = load_corpus(tiny).fingerprint
    file = tiny / "labels/annotations/x.jsonl"
    records = read_annotations(file)
    assert records[0].value == "present"
    records[0] = replace(records[0], value="possible")
    file.write_text("".join(record.to_json() + "\n" for record in records), "utf-8")
    assert load_corpus(tiny).fingerprint != before
    assert bench(tiny).steps.load("x") is None
    records[0] = replace(records[0], value="present")
    file.write_text("".join(record.to_json() + "\n" for record in records), "utf-8")
    again = bench(tiny)
    assert again.corpus.fingerprint == before
    (again.folder / "config.toml").write_text('question = "!"\nkind = "table"\n', "utf-8")
    assert again.steps.load("x") is None


def test_the_order_of_records_and_another_coder_are_no_change(tiny: Path) -> None:
    before = load_corpus(tiny).fingerprint
    file = tiny / "labels/annotations/x.jsonl"
    records = [replace(record, coder="you") for record in read_annotations(file)]
    file.write_text("".join(record.to_json() + "\n" for record in reversed(records)), "utf-8")
    assert load_corpus(tiny).fingerprint == before


def test_text_from_elsewhere_is_judged_where_there_is_some(tiny: Path) -> None:
    told: list[str] = []
    found = bench(tiny, data=("test", "external"))
    found.say = told.append
    assert list(found.samples) == ["test"]
    assert told == ["external-dev.jsonl does not lie beside the checkout: external is left out"]
    file = tiny.parent / "shared/external-dev/external-dev.jsonl"
    file.parent.mkdir(parents=True)
    row = {"id": "x", "set": "real", "source": "s", "text": "A quay was opened.", "gold": {}}
    file.write_text(json.dumps(row), "utf-8")
    found = bench(tiny, data=("test", "external"))
    assert [d.id for d in found.samples["external"].documents] == ["x"]


@pytest.mark.parametrize("name", [n for n in SYSTEMS if n not in ("fasttext", "static", "minilm")])
def test_a_system_of_a_plan_can_be_made_by_its_name(root: Path, name: str) -> None:
    """Those that need no other package."""
    assert isinstance(make(name, root, {}), baselines.System)


@given(st.text(max_size=10), st.text("abc()=1.", max_size=10), st.lists(st.tuples(tables, tables)))
def test_answers_are_kept_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, name: str, signature: str,
    answers: list[tuple[np.ndarray, np.ndarray]],
) -> None:  # fmt: skip
    steps = Steps(tmp_path_factory.mktemp("steps"), "key")
    steps.save(name, signature, answers)
    found = steps.load(name)
    assert found is not None and found[0] == signature
    np.testing.assert_array_equal(found[1], answers)
    assert steps.load(name + "!") is None


def test_half_a_file_is_no_answer(tmp_path: Path) -> None:
    steps = Steps(tmp_path, "key")
    steps.save("x", "s", [(np.ones((2, 2)), np.ones((2, 2)))])
    (file,) = (tmp_path / ".partial/key").iterdir()
    file.write_bytes(file.read_bytes()[:-100])
    assert steps.load("x") is None


def test_forgetting_forgets_older_runs_too(tmp_path: Path) -> None:
    old, new = Steps(tmp_path, "old"), Steps(tmp_path, "new")
    old.save("x", "s", [])
    assert new.load("x") is None
    new.clear()
    assert old.load("x") is None and not list(tmp_path.iterdir())
