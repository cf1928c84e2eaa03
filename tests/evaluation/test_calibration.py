"""Calibration, abstention and measured precision."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.errors import UsageError
from tcls.evaluation import calibration

pairs = st.lists(
    st.tuples(st.integers(0, 1), st.floats(0, 1, allow_nan=False)), min_size=1, max_size=40
).map(lambda rows: (np.array([y for y, _ in rows]), np.array([p for _, p in rows])))


def test_eighty_percent_said_and_half_true_is_an_error_of_thirty_points():
    truth, probability = np.array([1, 0, 1, 0]), np.full(4, 0.8)
    assert calibration.calibration_error(truth, probability, np.ones(4)) == pytest.approx(0.3)


def test_errors_of_two_bins_are_weighed_by_their_documents():
    """0.1 said of three with none true, 0.9 said of one that is true: (3·0.1 + 1·0.1)/4."""
    truth, probability = np.array([0, 0, 0, 1]), np.array([0.1, 0.1, 0.1, 0.9])
    assert calibration.calibration_error(truth, probability, np.ones(4)) == pytest.approx(0.1)


def test_an_ignored_document_does_not_count_in_any_measure():
    truth, probability = np.array([1, 0, 1]), np.array([1.0, 0.0, 0.0])
    kept = np.array([1.0, 1.0, 0.0])
    assert calibration.calibration_error(truth, probability, kept) == 0
    assert calibration.brier(truth, probability, kept) == 0
    assert calibration.risk_coverage_area(1 - truth, probability, kept) == 0.25
    assert [b.share.n for b in calibration.reliability(truth, probability, kept)] == (
        [1] + [0] * 8 + [1]
    )
    ignore = kept == 0
    assert calibration.measured_precision(truth, probability, 0, "abc", ignore=ignore).n == 2


def test_an_edge_opens_its_own_bin_and_one_is_in_the_last():
    probability = np.array([0.0, 0.1, 0.3, 0.6, 0.7, 1.0])
    bins = calibration.reliability(np.ones(6), probability)
    assert [b.share.n for b in bins] == [1, 1, 0, 1, 0, 0, 1, 1, 0, 1]


def test_a_bar_of_the_diagram_shows_share_confidence_and_interval():
    bins = calibration.reliability(np.array([1, 1, 0, 1]), np.array([0.7, 0.72, 0.74, 0.76]))
    bar = bins[7]
    assert (bar.low, bar.high, bar.share.value) == (0.7, 0.8, 0.75)
    assert bar.confidence == pytest.approx(0.73)
    assert math.isnan(bins[0].confidence) and math.isnan(bins[0].share.value)


@given(pairs)
def test_every_document_is_in_one_bin_and_no_error_exceeds_one(case):
    truth, probability = case
    bins = calibration.reliability(truth, probability)
    assert sum(b.share.n for b in bins) == len(truth)
    assert 0 <= calibration.calibration_error(truth, probability, np.ones(len(truth))) <= 1


@given(pairs)
def test_the_calibration_error_is_the_one_read_off_the_diagram(case):
    truth, probability = case
    bars = [b for b in calibration.reliability(truth, probability) if b.share.n]
    read = sum(b.share.n * abs(b.share.value - b.confidence) for b in bars) / len(truth)
    error = calibration.calibration_error(truth, probability, np.ones(len(truth)))
    assert error == pytest.approx(read)


def test_the_brier_score_of_a_coin_is_a_quarter():
    assert calibration.brier(np.array([0, 1]), np.full(2, 0.5), np.ones(2)) == 0.25


def test_risk_grows_as_the_unsure_are_judged():
    """The two least sure of four are wrong: no risk up to half, then 1/3, then 1/2."""
    wrong, confidence = np.array([0, 0, 1, 1]), np.array([0.9, 0.8, 0.6, 0.5])
    coverage, risk = calibration.risk_coverage(wrong, confidence, np.ones(4))
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert risk.tolist() == [0, 0, 1 / 3, 0.5]
    area = calibration.risk_coverage_area(wrong, confidence, np.ones(4))
    assert area == pytest.approx((0 + 0 + 1 / 3 + 0.5) / 4)


def test_documents_of_equal_confidence_are_judged_together():
    coverage, risk = calibration.risk_coverage(np.array([1, 0]), np.ones(2), np.ones(2))
    assert (coverage.tolist(), risk.tolist()) == ([1], [0.5])


def test_of_ten_scored_like_this_nine_were_right():
    truth = np.array([1] * 9 + [0] + [0] * 10)
    probability = np.array([0.9] * 10 + [0.1] * 10)
    stories = [str(i) for i in range(20)]
    score = calibration.measured_precision(truth, probability, 0.88, stories, neighbours=10)
    assert (score.value, score.n) == (0.9, 10)
    assert (round(score.low, 2), round(score.high, 2)) == (0.60, 0.98)


def test_copies_of_one_story_are_one_neighbour():
    truth, probability = np.array([1, 1, 1, 0]), np.full(4, 0.5)
    assert calibration.measured_precision(truth, probability, 0.5, ["a", "a", "a", "b"]).n == 2


def test_all_that_are_as_near_as_the_last_are_neighbours():
    truth, probability = np.array([1, 0, 1, 0]), np.array([0.5, 0.4, 0.6, 0.9])
    assert calibration.measured_precision(truth, probability, 0.5, "abcd", neighbours=2).n == 3


def test_a_score_outside_zero_and_one_is_an_error():
    with pytest.raises(UsageError):
        calibration.measured_precision(np.ones(1), np.ones(1), 1.2, ["a"])
