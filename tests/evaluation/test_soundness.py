"""Questions of whether something holds: the suite, the promise of recall, the second coding."""

import json
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus.annotations import Annotation
from tcls.errors import CorpusError
from tcls.evaluation import soundness
from tcls.evaluation.bench import Bench
from tcls.evaluation.measured import Findings
from tcls.evaluation.plan import Plan
from tcls.evaluation.sample import Sample
from tcls.schema import load_schema
from tcls.text.passages import Span

SCHEMA = load_schema()
FC = "forced_criminality"


def bench(place: Path, kind: str, **more: Any) -> Bench:
    folder = place / "experiments/001-which"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").touch()
    return Bench(folder, place, Plan("?", kind, systems=("majority",), resamples=20, **more))


def value(found: Findings, measure: str, value: str, data: str = "documents") -> float:
    (figure,) = [
        f for f in found.figures
        if (f.task, f.value, f.measure, f.data) == (FC, value, measure, data)
    ]  # fmt: skip
    return figure.score.value


def test_the_suite_is_put_to_a_system_and_failures_are_named(tiny: Path) -> None:
    """Majority says "present" of every text: the pair that asks for that passes."""
    rows = [
        {"id": f"{pair}{side}", "type": 1, "pair": pair, "side": side, "kind": "directional",
         "text": f"Text {pair} {side}.", "expect": {FC: expect}}
        for pair, side, expect in (
            ("s1", "a", "present"), ("s1", "b", ["present", "possible"]),
            ("s2", "a", "present"), ("s2", "b", "absent"),
        )
    ]  # fmt: skip
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tiny / "labels/suite.jsonl").write_text(text, "utf-8")
    found = soundness.suite(bench(tiny, "suite"))
    whole = next(f for f in found.figures if f.group == "")
    assert (whole.score.value, whole.score.n, whole.measure) == (0.5, 2, "pass_rate")
    assert found.tables["failures"] == [{"system": "majority", "case": "s2b", "tasks": [FC]}]
    assert len({f.signature for f in found.figures}) == len(found.figures)


def test_an_answer_is_the_highest_value_of_a_scale_and_all_others(sample: Sample) -> None:
    sample.chosen[:3] = [
        [1, 1, 0, 0, 1, 0, 1],
        [1, 0, 0, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 1, 0],
    ]
    vc = "victim_criminalisation"
    assert [soundness._as_mapping(sample, i) for i in range(3)] == [
        {FC: "present", vc: "absent", "scam_type": ["romance", "romance_baiting"]},
        {FC: "possible", vc: "absent", "scam_type": []},
        {FC: "absent", vc: "present", "scam_type": ["investment"]},
    ]


def test_with_one_story_to_learn_from_everything_is_sent_to_a_human(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "SIMULATED", (60,))
    monkeypatch.setattr(soundness, "RUNS", 20)
    found = soundness.selective(bench(tiny, "selective"))
    rows = {row["task"]: row for row in found.tables["rules"]}
    assert set(rows) == {FC, "victim_criminalisation"}
    forced = rows[FC]
    assert (forced["threshold"], forced["sent"], forced["recall"]) == (None, 1, 1)
    assert (forced["n"], forced["positives"], forced["stories"], forced["found"]) == (2, 1, 1, 1)
    assert forced["low"] == pytest.approx(0.025)  # Clopper–Pearson of 1 of 1: 0.025^(1/1)
    assert rows["victim_criminalisation"]["recall"] is None
    (row,) = found.tables["simulation"]
    assert (row["stories"], row["runs"], row["allowed"]) == (60, 20, 0.1)
    assert row["low"] <= row["short"] <= row["high"]


def test_two_codings_are_compared_as_krippendorff_does(coded_again: Path) -> None:
    """a–f: present absent possible present absent present, then c absent and d possible."""
    found = soundness.agreement(bench(coded_again, "agreement"))
    first, second = [2, 0, 1, 2, 0, 2], [2, 0, 0, 1, 0, 2]
    alpha = krippendorff.alpha([first, second], level_of_measurement="ordinal")
    assert value(found, "ordinal_alpha", "all") == pytest.approx(alpha)
    for least, name in ((1, "possible"), (2, "present")):
        yes = [[int(v >= least) for v in coding] for coding in (first, second)]
        alpha = krippendorff.alpha(yes, level_of_measurement="nominal")
        assert value(found, "nominal_alpha", name) == pytest.approx(alpha)


def test_positive_agreement_is_twice_what_both_marked_over_what_each_did(
    coded_again: Path,
) -> None:
    """Possible or more: 4 and 3, 3 by both → 6/7. Present: 3 and 2, 2 by both → 4/5."""
    found = soundness.agreement(bench(coded_again, "agreement"))
    assert value(found, "positive_agreement", "possible") == pytest.approx(6 / 7)
    assert value(found, "positive_agreement", "present") == pytest.approx(4 / 5)
    marked = {(f.task, f.value): f.positives for f in found.figures if f.data == "documents"}
    assert marked[FC, "all"] == marked[FC, "possible"] == 4
    assert marked["scam_type", "romance"] == 2
    assert {f.system for f in found.figures} == {"me+you"}


def test_what_was_coded_once_is_not_compared(tiny: Path, coded_again: Path) -> None:
    file = coded_again / "labels/annotations/second/x.jsonl"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if f'"{FC}"' in line and '"c"' not in line))
    found = soundness.agreement(bench(coded_again, "agreement"))
    assert {(f.task, f.score.n) for f in found.figures} == {(FC, 5)}


def test_agreement_needs_passages_that_were_coded_twice(coded_again: Path) -> None:
    file = coded_again / "labels/annotations/second/x.jsonl"
    text = file.read_text("utf-8").replace('"start": 0', '"start": 1')
    file.write_text(text, "utf-8")
    with pytest.raises(CorpusError, match="no passage of the first coding is in it"):
        soundness.agreement(bench(coded_again, "agreement"))
    file.unlink()
    with pytest.raises(CorpusError, match="second: no records"):
        soundness.agreement(bench(coded_again, "agreement"))


def record(task: str, value: Any) -> Annotation:
    return Annotation("d", "0", Span(0, 1), task, value, {}, False, "me", SCHEMA.version)


@given(st.lists(st.sampled_from(SCHEMA.task(FC).values), min_size=1))
def test_a_document_has_the_highest_value_of_its_passages(values: list[str]) -> None:
    task = SCHEMA.task(FC)
    found = soundness._rolled(SCHEMA, task, [record(FC, v) for v in values])
    ranks = [task.values.index(v) for v in values]
    assert task.values.index(found) == max(ranks)
    has = [soundness._has(task, found, v) for v in task.values]
    assert has == (np.arange(3) <= max(ranks)).tolist()


def test_a_document_has_all_types_of_its_passages_and_what_they_imply() -> None:
    task = SCHEMA.task("scam_type")
    given = [record("scam_type", v) for v in (("romance_baiting",), (), ("unspecified",))]
    found = soundness._rolled(SCHEMA, task, given)
    assert found == ("romance", "investment", "romance_baiting")
    assert soundness._has(task, ("romance_baiting",), "romance")
    assert not soundness._has(task, found, "unspecified")
