"""Counts corrected for measured errors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.errors import UsageError
from tcls.evaluation import counts

shares = st.floats(0, 1, allow_nan=False)


def _names(n, start="d"):
    return [f"{start}{i}" for i in range(n)]


def test_thirty_percent_marked_by_a_90_80_classifier_means_one_in_seven():
    """(0.3 + 0.8 − 1) / (0.9 + 0.8 − 1) = 0.1 / 0.7."""
    assert counts.rogan_gladen(0.3, 0.9, 0.8) == pytest.approx(1 / 7)


def test_a_classifier_that_says_nothing_gives_no_share():
    assert math.isnan(counts.rogan_gladen(0.3, 0.5, 0.5))


@given(shares, st.floats(0.51, 1), st.floats(0.51, 1))
def test_adjusting_undoes_what_the_errors_did(share, sensitivity, specificity):
    apparent = share * sensitivity + (1 - share) * (1 - specificity)
    assert counts.rogan_gladen(apparent, sensitivity, specificity) == pytest.approx(share, abs=1e-9)


def test_sensitivity_and_specificity_come_with_their_number_of_stories():
    truth, said = np.array([1, 1, 1, 0, 0]), np.array([1, 1, 0, 0, 1])
    sensitivity, specificity = counts.errors(truth, said, ["a", "a", "b", "c", "d"])
    assert sensitivity == counts.Rate(pytest.approx(2 / 3), pytest.approx(9 / 5))
    assert specificity == counts.Rate(0.5, 2)


def _evaluation():
    """100 of each side: sensitivity 0.9, specificity 0.8."""
    truth = np.repeat([1, 0], 100)
    said = np.concatenate([np.repeat([1, 0], [90, 10]), np.repeat([0, 1], [80, 20])])
    return truth, said, _names(200, "e")


def test_seven_hundred_documents_of_which_210_are_marked_hold_a_hundred():
    found = counts.adjusted_count(np.repeat([1, 0], [210, 490]), _names(700), *_evaluation())
    assert found.documents.value == pytest.approx(100)
    assert found.documents.low < 60 and found.documents.high > 140
    assert found.stories.value == pytest.approx(100)


def test_copies_count_once_among_stories():
    predicted = np.array([1] * 10 + [0] * 10)
    stories = ["copied"] * 10 + _names(10)
    perfect = (np.repeat([1, 0], 50), np.repeat([1, 0], 50), _names(100, "e"))
    found = counts.adjusted_count(predicted, stories, *perfect)
    assert (found.documents.value, found.documents.n) == (10, 20)
    assert (found.stories.value, found.stories.n) == (pytest.approx(1), 11)


def test_an_ignored_document_does_not_count_in_the_errors():
    truth, said, names = _evaluation()
    wrong = truth != said
    found = counts.adjusted_count(
        np.repeat([1, 0], 50), _names(100), truth, said, names, ignore=wrong
    )
    assert found.documents.value == 50


def test_errors_never_seen_are_still_allowed_for():
    few = (np.repeat([1, 0], 5), np.repeat([1, 0], 5), _names(10, "e"))
    found = counts.adjusted_count(np.repeat([1, 0], 50), _names(100), *few).documents
    assert found.value == 50
    assert found.low < 35 and found.high > 60


def test_without_any_positive_in_the_evaluation_nothing_is_known():
    nothing = (np.zeros(10), np.zeros(10), _names(10, "e"))
    found = counts.adjusted_count(np.ones(5), _names(5), *nothing).documents
    assert math.isnan(found.value)
    assert (found.low, found.high) == (0, 5)


def test_an_empty_collection_holds_none():
    found = counts.adjusted_count(np.array([]), [], *_evaluation()).documents
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_lengths_that_differ_are_an_error():
    with pytest.raises(UsageError):
        counts.adjusted_count(np.ones(2), ["a"], *_evaluation())


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abcdefgh")), min_size=1, max_size=40))
def test_an_interval_holds_its_value_and_stays_within_the_collection(rows):
    predicted = np.array([float(p) for p, _ in rows])
    found = counts.adjusted_count(predicted, [s for _, s in rows], *_evaluation())
    for score in (found.documents, found.stories):
        assert 0 <= score.low <= score.value <= score.high <= score.n


def test_the_interval_holds_the_truth_in_about_95_of_100_collections():
    """400 made collections with 10 % of the label; sensitivity 0.8, specificity 0.9."""
    random = np.random.default_rng(0)

    def mark(truth):
        return (random.random(len(truth)) < np.where(truth, 0.8, 0.1)).astype(int)

    held = 0
    for _ in range(400):
        collection, evaluation = random.random(500) < 0.1, random.random(300) < 0.4
        found = counts.adjusted(
            "documents", counts.rate(mark(collection), _names(500)),
            *counts.errors(evaluation.astype(int), mark(evaluation), _names(300)), 500,
        )  # fmt: skip
        held += found.low <= 50 <= found.high
    assert 0.93 <= held / 400 <= 0.99


def test_the_sum_of_probabilities_is_the_expected_number():
    found = counts.probability_sum(np.array([0.9, 0.9, 0.5, 0.1]), ["a", "a", "b", "c"])
    assert found.documents.value == pytest.approx(2.4)
    assert found.stories.value == pytest.approx(1.5)


def test_copies_widen_the_interval_of_a_sum():
    probability = np.tile([0.2, 0.7], 50)
    alone = counts.probability_sum(probability, _names(100)).documents
    copied = counts.probability_sum(probability, [str(i // 10 * 2 + i % 2) for i in range(100)])
    assert copied.documents.high - copied.documents.low > 2 * (alone.high - alone.low)


def test_the_interval_of_a_sum_is_that_of_a_binomial_count():
    """100 documents at probability 0.5 drawn from many: 50 ± 1.96·√25."""
    found = counts.probability_sum(np.full(100, 0.5), _names(100)).documents
    assert (found.low, found.high) == pytest.approx((50 - 9.8, 50 + 9.8), abs=0.01)


@given(st.lists(shares, max_size=30))
def test_a_sum_stays_within_the_collection(probability):
    found = counts.probability_sum(np.array(probability), _names(len(probability))).documents
    assert 0 <= found.low <= found.value <= found.high <= found.n
