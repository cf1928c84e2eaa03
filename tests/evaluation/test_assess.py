"""Whole tables of a sample: that each cell is the measure it says, on the documents it says."""

import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score

from tcls.evaluation import assess as tables
from tcls.evaluation.intervals import Score
from tcls.evaluation.metrics import average_precision
from tcls.evaluation.sample import decided, gold_table
from tcls.schema import load_schema

SCHEMA = load_schema()


def test_cells_agree_with_scikit_learn(sample):
    found = tables.assess(sample, resamples=50)
    for line in found.lines:
        truth, chosen = sample.truth[:, line.k], sample.chosen[:, line.k]
        assert line.row.f1.value == pytest.approx(f1_score(truth, chosen))
        assert line.brier.value == pytest.approx(
            np.mean((truth - sample.probability[:, line.k]) ** 2)
        )
    ranks = [sample.truth[:, :2].sum(axis=1), sample.chosen[:, :2].sum(axis=1)]
    expected = cohen_kappa_score(*ranks, weights="quadratic")
    assert found.tasks["forced_criminality"]["kappa"].value == pytest.approx(expected)


def test_every_number_has_n_an_interval_and_a_signature(sample):
    found = tables.assess(sample, resamples=50)
    scores = [s for line in found.lines for s in line.scores().values()]
    scores += [s for task in found.tasks.values() for s in task.values()]
    assert all(s.n == 60 and s.low <= s.value <= s.high for s in scores)
    assert "hierarchical_f1 romance_baiting" in found.tasks["scam_type"]
    assert found.signature("forced_criminality>=possible|f1", 60).startswith(
        "forced_criminality>=possible|f1|split:test|n:60|stories:50|boot:50|seed:0|corpus:c0ffee00|"
    )


def test_ignored_cells_do_not_count(sample):
    ignore = sample.ignore.copy()
    ignore[:10, 4] = True
    found = tables.assess(replace(sample, ignore=ignore), resamples=50)
    assert [line.row.n for line in found.lines] == [60, 60, 60, 60, 50, 60, 60]
    rest = tables.assess(sample.where(np.arange(60) >= 10, "rest"), resamples=50)
    assert found.lines[4].brier.value == pytest.approx(rest.lines[4].brier.value)


def test_a_gap_is_out_less_in_with_an_interval_wider_than_either(sample):
    inside = Score("f1", 0.9, 0.85, 0.95, 100)
    outside = Score("f1", 0.7, 0.5, 0.8, 40)
    gap = tables.difference(inside, outside)
    assert gap.value == pytest.approx(-0.2)
    assert (gap.low, gap.high) == (
        pytest.approx(-0.2 - math.hypot(0.2, 0.05)), pytest.approx(-0.2 + math.hypot(0.1, 0.05)),
    )  # fmt: skip
    assert math.isnan(tables.difference(inside, replace(outside, value=math.nan)).value)


def test_decisions_with_few_positives_have_no_gap(sample):
    one = tables.assess(sample, resamples=20)
    truth = sample.truth.copy()
    truth[8:, 6] = 0
    two = tables.assess(replace(sample, truth=truth), resamples=20)
    assert {gap.k for gap in tables.gaps(one, two)} == {0, 1, 2, 3, 4, 5}


def test_small_sources_are_pooled(sample):
    assert {p.name: len(p.documents) for p in tables.parts(sample, "source")} == {
        "one": 40,
        "other": 20,
    }


def test_slices_hold_the_documents_of_their_group(sample):
    found = {s.group: s for s in tables.sliced(sample, 0, "genre", resamples=50)}
    mask = np.array([d.meta["genre"] == "feature" for d in sample.documents])
    assert (found["feature"].f1.n, found["feature"].positives) == (20, 10)
    expected = average_precision(sample.truth[mask, 0], sample.probability[mask, 0], np.ones(20))
    assert found["feature"].average_precision.value == pytest.approx(float(expected))


def test_abstentions_are_the_least_sure(sample):
    out = np.arange(60) < 6
    curve = tables.curve(replace(sample, abstained=out), SCHEMA.task("scam_type"), resamples=20)
    assert curve.coverage[-2] == pytest.approx(54 / 60)
    whole = tables.curve(sample, SCHEMA.task("forced_criminality"), resamples=20)
    wrong = (sample.truth[:, :2] != sample.chosen[:, :2]).any(axis=1)
    assert whole.risk[-1] == pytest.approx(wrong.mean())


def test_gold_is_cumulative_and_closed():
    decisions = [
        ("forced_criminality", "possible"), ("forced_criminality", "present"),
        ("scam_type", "romance"), ("scam_type", "unspecified"),
    ]  # fmt: skip
    golds = [
        {"forced_criminality": "possible", "scam_type": ["romance_baiting", "unspecified"]},
        {"forced_criminality": "present"},
        {},
    ]
    assert gold_table(SCHEMA, decisions, golds).tolist() == [[1, 0, 1, 0], [1, 1, 0, 0], [0] * 4]


def test_predictions_become_cumulative_columns(classifier, report_text):
    decisions = [("forced_criminality", "possible"), ("forced_criminality", "present")]
    predictions = [classifier.predict(report_text), classifier.predict("Hi.")]
    chance, chosen, abstained = decided(SCHEMA, decisions, predictions)
    given = predictions[0].tasks["forced_criminality"].probabilities
    assert chance[0].tolist() == pytest.approx(
        [given["possible"] + given["present"], given["present"]]
    )
    assert (abstained.tolist(), chosen[1].tolist()) == ([False, True], [0, 0])
