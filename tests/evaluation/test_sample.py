"""Coded documents beside what is said of them: cells, stories, and the external format."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.classifier import Classifier
from tcls.errors import CorpusError, MissingInput
from tcls.evaluation.sample import Judge, Sample, decided, gold_table
from tcls.schema import load_schema

SCHEMA = load_schema()
FC, VC = "forced_criminality", "victim_criminalisation"
DECISIONS = [
    (FC, "possible"), (FC, "present"), ("scam_type", "romance"), ("scam_type", "investment"),
    ("scam_type", "romance_baiting"), ("scam_type", "unspecified"),
]  # fmt: skip
#: Four texts that share no sentence.
TEXTS = (
    "Guards locked the newcomers in and made them write to strangers for money all night.",
    "The harbour office has opened a new quay, and a brass band played for the ferries.",
    "Prices at the market rose by a third over the weekend, traders told the mayor.",
    "A clerk lost her savings to a man whom she had only ever met online, the bank said.",
)
Write = Callable[[str, list[dict[str, Any]]], Path]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def row(i: int, **more: Any) -> dict[str, Any]:
    return {"id": f"x{i}", "set": "real", "source": "paper", "text": TEXTS[i], "gold": {}} | more


def test_a_higher_value_counts_as_the_lower_one_too() -> None:
    golds = [{FC: "present"}, {FC: "possible"}, {FC: "absent"}, {}]
    found = gold_table(SCHEMA, DECISIONS[:2], golds)
    assert found.tolist() == [[1, 1], [1, 0], [0, 0], [0, 0]]


def test_implied_values_are_true_and_the_fallback_yields() -> None:
    golds = [{"scam_type": v} for v in (["romance_baiting"], ["unspecified", "romance"], [])]
    found = gold_table(SCHEMA, DECISIONS[2:], golds)
    assert found.tolist() == [[1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]


@given(st.lists(st.sampled_from(SCHEMA.task(FC).values)))
def test_present_is_never_true_without_possible(values: list[str]) -> None:
    found = gold_table(SCHEMA, DECISIONS[:2], [{FC: value} for value in values])
    assert found.shape == (len(values), 2)
    assert (found[:, 1] <= found[:, 0]).all()


def test_the_probability_of_this_or_higher_is_a_sum(classifier: Classifier) -> None:
    prediction = classifier.predict(TEXTS[0], evidence=False)
    chance, chosen, abstained = decided(SCHEMA, DECISIONS[:2], [prediction])
    task = prediction.tasks[FC]
    present = task.probabilities["present"]
    both = present + task.probabilities["possible"]
    assert chance[0] == pytest.approx([both, present], abs=1e-4)
    assert chosen[0].tolist() == [task.value != "absent", task.value == "present"]
    assert abstained.tolist() == [False]


def test_a_document_that_was_abstained_from_has_nothing_chosen(classifier: Classifier) -> None:
    chance, chosen, abstained = decided(SCHEMA, DECISIONS, [classifier.predict("Hi.")])
    assert abstained.tolist() == [True]
    assert not chosen.any() and chance.shape == (1, len(DECISIONS))


def test_a_part_of_a_sample_keeps_rows_together(sample: Sample) -> None:
    part = sample.where(np.arange(60) < 3, "few")
    assert [d.id for d in part.documents] == ["d0", "d1", "d2"]
    assert (part.name, part.n_stories, part.truth.shape) == ("few", 3, (3, 7))
    assert (part.probability == sample.probability[:3]).all()
    assert part.stories == sample.stories[:3] and len(part.abstained) == 3


def test_decisions_are_named_in_a_signature_by_how_they_are_meant(sample: Sample) -> None:
    assert sample.title(0) == "forced_criminality>=possible"
    assert sample.title(4) == "scam_type:romance"
    assert sample.columns("scam_type") == [4, 5, 6]
    signature = sample.signature("f1", 60, 20)
    assert signature.startswith("f1|split:test|n:60|stories:50|boot:20|seed:0|corpus:c0ffee00|")


def test_external_documents_are_read_with_their_labels(judge: Judge, json_lines: Write) -> None:
    file = json_lines(
        "x.jsonl",
        [
            row(0, gold={FC: "possible"}, ignore={VC: True, "scam_type": ["romance"]}),
            row(3, set="retold", gold={"scam_type": ["romance_baiting"]}),
        ],
    )
    found = judge.external(file)
    column = {decision: k for k, decision in enumerate(found.decisions)}
    assert [(d.id, d.meta["set"], d.meta["source"]) for d in found.documents] == [
        ("x0", "real", "paper"), ("x3", "retold", "paper"),
    ]  # fmt: skip
    assert found.truth[:, column[FC, "possible"]].tolist() == [1, 0]
    assert found.truth[:, column[FC, "present"]].tolist() == [0, 0]
    assert found.truth[1, [column["scam_type", v] for v in ("romance", "investment")]].all()
    ignored = {found.decisions[k] for k in np.flatnonzero(found.ignore[0])}
    assert ignored == {(VC, "possible"), (VC, "present"), ("scam_type", "romance")}
    assert not found.ignore[1].any()
    assert (found.name, found.n_stories) == ("external", 2)


def test_documents_that_name_one_story_are_one(judge: Judge, json_lines: Write) -> None:
    rows = [row(0, story="flood"), row(1), row(2, story="flood"), row(3, story="")]
    assert judge.external(json_lines("x.jsonl", rows)).stories == ("x0", "x1", "x0", "x3")


def test_reports_of_one_paper_on_forced_crime_are_one_story(
    judge: Judge, json_lines: Write
) -> None:
    forced: dict[str, Any] = {"source": "nuuuwan/news", "gold": {FC: "present"}}
    rows = [
        row(0, **forced), row(1, **forced | {"source": "nuuuwan/other"}),
        row(2, source="nuuuwan/news"), row(3, gold={FC: "present"}),
    ]  # fmt: skip
    found = judge.external(json_lines("x.jsonl", rows))
    assert found.stories == ("x0", "x0", "x2", "x3")
    rows[1]["story"] = "another"
    assert judge.external(json_lines("y.jsonl", rows)).n_stories == 4


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"gold": {FC: "perhaps"}}, "no value 'perhaps'"),
        ({"gold": {"scam_type": ["romanse"]}}, "no value 'romanse'"),
        ({"gold": {"scam_type": "romance"}}, "not what a multilabel task has"),
        ({"ignore": None}, "ignore: expected a dict"),
    ],
)
def test_a_bad_line_is_refused_by_its_number(
    judge: Judge, json_lines: Write, change: dict[str, Any], named: str
) -> None:
    file = json_lines("x.jsonl", [row(0), row(1) | change])
    with pytest.raises(CorpusError, match=rf"^x.jsonl, line 2: .*{named}"):
        judge.external(file)


@pytest.mark.parametrize("key", ["id", "set", "source", "text", "gold"])
def test_a_line_that_lacks_a_key_is_refused_by_its_number(
    judge: Judge, json_lines: Write, key: str
) -> None:
    lacking = {k: v for k, v in row(1).items() if k != key}
    with pytest.raises(CorpusError, match=rf"^x.jsonl, line 2: lacks the key '{key}'; expec"):
        judge.external(json_lines("x.jsonl", [row(0), lacking]))


@pytest.mark.parametrize(
    "change",
    [
        {"gold": []},
        {"source": 5, "gold": {FC: "present"}},
        {"ignore": {"scam_type": 5}},
        {"gold": {"forced_crime": "present"}},
        {"ignore": {"forced_crime": True}},
        {"text": None},
    ],
)
def test_a_line_of_another_shape_is_refused_by_its_number(
    judge: Judge, json_lines: Write, change: dict[str, Any]
) -> None:
    with pytest.raises(CorpusError, match=r"^x.jsonl, line 2"):
        judge.external(json_lines("x.jsonl", [row(0), row(1) | change]))


def test_a_line_that_is_no_json_is_refused_by_its_number(judge: Judge, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text("\n{broken\n", "utf-8")
    with pytest.raises(CorpusError, match=r"x\.jsonl, line 2: not JSON"):
        judge.external(file)


def test_a_file_that_is_not_there_or_holds_nothing_is_refused(judge: Judge, tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="no such file"):
        judge.external(tmp_path / "x.jsonl")
    (tmp_path / "x.jsonl").write_text("", "utf-8")
    with pytest.raises(CorpusError, match="no documents"):
        judge.external(tmp_path / "x.jsonl")


def test_an_id_that_stands_twice_is_refused(judge: Judge, json_lines: Write) -> None:
    with pytest.raises(CorpusError, match="an id that stands twice"):
        judge.external(json_lines("x.jsonl", [row(0), row(1, id="x0")]))
