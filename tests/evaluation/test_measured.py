"""Figures: the shape of one, the headline of a sample, and those that are stored."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from tcls.evaluation.comparison import read_answers
from tcls.evaluation.intervals import Score
from tcls.evaluation.measured import ALL, CALIBRATION, OVER, Figure, Sheet, full, headline
from tcls.evaluation.sample import Sample

FC = "forced_criminality"
Found = dict[tuple[str, str, str], Figure]


def by_name(figures: list[Figure]) -> Found:
    return {(f.task, f.value, f.measure): f for f in figures}


@pytest.fixture
def found(sample: Sample) -> Found:
    return by_name(list(headline(Sheet(sample, "mine", "test", 20))))


def test_a_figure_is_rounded_and_what_is_not_defined_is_null() -> None:
    score = Score("f1", 0.123456, math.nan, 0.98765, 7)
    row = Figure("s", "test", "", FC, ALL, "f1", score, 3, "f1|n:7").to_dict(2)
    assert row == {
        "system": "s", "data": "test", "group": "", "task": FC, "value": "all", "measure": "f1",
        "score": 0.12, "low": None, "high": 0.99, "n": 7, "positives": 3, "signature": "f1|n:7",
    }  # fmt: skip


@given(st.floats(), st.floats(0, 1), st.integers(0, 6))
def test_a_figure_is_plain_json(value: float, low: float, decimals: int) -> None:
    if not math.isinf(value):
        figure = Figure("s", "d", "g", "t", "v", "m", Score("m", value, low, 1, 1), 0, "x")
        row = json.loads(json.dumps(figure.to_dict(decimals), allow_nan=False))
        assert tuple(row[k] for k in ("system", "data", "group", "task", "value", "measure")) == (
            figure.key
        )


def test_the_headline_of_a_label_is_what_scikit_learn_finds(sample: Sample, found: Found) -> None:
    for k in (0, 1):
        task, value = sample.decisions[k]
        truth, chosen = sample.truth[:, k], sample.chosen[:, k]
        average = sklearn.average_precision_score(truth, sample.probability[:, k])
        assert found[task, value, "f1"].score.value == pytest.approx(
            sklearn.f1_score(truth, chosen)
        )
        assert found[task, value, "average_precision"].score.value == pytest.approx(average)


def test_the_headline_of_a_task_is_what_scikit_learn_finds(sample: Sample, found: Found) -> None:
    truth, chosen = sample.truth[:, :2].sum(axis=1), sample.chosen[:, :2].sum(axis=1)
    kappa = sklearn.cohen_kappa_score(truth, chosen, weights="quadratic")
    assert found[FC, ALL, "kappa"].score.value == pytest.approx(kappa)
    truth, chosen, chance = (t[:, 4:] for t in (sample.truth, sample.chosen, sample.probability))
    micro = sklearn.f1_score(truth, chosen, average="micro")
    assert found["scam_type", ALL, "micro_f1"].score.value == pytest.approx(micro)
    macro = sklearn.average_precision_score(truth, chance, average="macro")
    name = "scam_type", ALL, "macro_average_precision"
    assert found[name].score.value == pytest.approx(macro)


def test_every_figure_lies_in_its_interval_and_is_signed(found: Found) -> None:
    for figure in found.values():
        score = figure.score
        assert f"|{figure.measure}|split:test|n:{score.n}|stories:50|boot:20|" in figure.signature
        if figure.measure != CALIBRATION:
            assert score.low <= score.value <= score.high
    assert len({figure.signature for figure in found.values()}) == len(found)


def test_positives_are_documents_with_any_of_the_values(sample: Sample, found: Found) -> None:
    assert found[FC, "possible", "f1"].positives == 30
    assert found[FC, "present", "f1"].positives == 15
    assert found["scam_type", ALL, "micro_f1"].positives == 30
    ignore = sample.ignore.copy()
    ignore[:10, 0] = True
    less = by_name(list(headline(Sheet(replace(sample, ignore=ignore), "mine", "test", 20))))
    figure = less[FC, "possible", "f1"]
    assert (figure.positives, figure.score.n) == (25, 50)
    assert less[FC, "present", "f1"].score.n == 60


def test_values_of_few_positives_are_left_out_of_the_mean_over_common_ones(sample: Sample) -> None:
    truth = sample.truth.copy()
    truth[:, 5] = 0
    truth[:4, 5] = 1  # investment: 4 positives, fewer than 5
    rare = replace(sample, truth=truth)
    found = by_name(list(headline(Sheet(rare, "mine", "test", 20))))
    both = [sklearn.f1_score(truth[:, k], sample.chosen[:, k]) for k in (4, 6)]
    assert found["scam_type", ALL, OVER].score.value == pytest.approx(np.mean(both))


def test_where_no_value_is_common_the_mean_is_not_defined(sample: Sample) -> None:
    rare = replace(sample, truth=np.zeros_like(sample.truth))
    figure = by_name(list(headline(Sheet(rare, "mine", "test", 20))))["scam_type", ALL, OVER]
    assert math.isnan(figure.score.value) and figure.positives == 0


def test_the_full_list_holds_the_headline(sample: Sample, found: Found) -> None:
    everything = by_name(list(full(Sheet(sample, "mine", "test", 20))))
    for name in found:
        assert everything[name].score.value == pytest.approx(found[name].score.value)
    assert {"precision", "recall", "brier", "work_saved"} <= {m for _, _, m in everything}


def test_figures_of_a_group_say_so(sample: Sample) -> None:
    sheet = Sheet(sample, "mine", "test", 20, "genre=wire")
    assert {f.group for f in headline(sheet)} == {"genre=wire"}


@pytest.mark.parametrize(
    ("task", "value"),
    [
        (FC, "possible"), (FC, "present"), ("victim_criminalisation", "present"),
        ("non_punishment", "calls_for"), ("scam_type", "romance"), ("scam_type", "extortion"),
    ],
)  # fmt: skip
def test_stored_figures_are_what_scikit_learn_finds_in_the_stored_answers(
    root: Path, task: str, value: str
) -> None:
    """Five measures of six labels of the first experiment, from nothing but its
    predictions.json: a row of 0s and 1s a document in the order of `decisions`, and
    probabilities in ten-thousandths."""
    folder = root / "experiments/001-test-split"
    results = json.loads((folder / "results.json").read_text("utf-8"))
    rows = {
        r["measure"]: r
        for r in results["figures"]
        if (r["data"], r["group"], r["task"], r["value"]) == ("test", "", task, value)
    }
    stored = json.loads((folder / "predictions.json").read_text("utf-8"))["test"]
    system = stored["systems"]["shipped"]
    k = stored["decisions"].index([task, value])
    counts = [row[k] == "0" for row in stored["ignore"]]
    truth = np.array([int(row[k]) for row in stored["truth"]])[counts]
    chosen = np.array([int(row[k]) for row in system["chosen"]])[counts]
    chance = np.array([row[k] / 10_000 for row in system["probability"]])[counts]
    expected = {
        "precision": sklearn.precision_score(truth, chosen),
        "recall": sklearn.recall_score(truth, chosen),
        "f1": sklearn.f1_score(truth, chosen),
        "average_precision": sklearn.average_precision_score(truth, chance),
        "brier": sklearn.brier_score_loss(truth, chance),
    }
    for measure, number in expected.items():
        row = rows[measure]
        assert row["score"] == pytest.approx(number, abs=5.1e-5), measure
        assert (row["n"], row["positives"]) == (len(truth), truth.sum())
        assert row["low"] <= row["score"] <= row["high"]


def test_stored_answers_are_of_as_many_documents_and_stories_as_the_results_say(
    root: Path,
) -> None:
    folder = root / "experiments/001-test-split"
    data = json.loads((folder / "results.json").read_text("utf-8"))["data"]["test"]
    (stored,) = read_answers(folder)
    assert (len(stored.documents), len(set(stored.stories))) == (data["documents"], data["stories"])
    assert len(set(stored.documents)) == len(stored.documents)
