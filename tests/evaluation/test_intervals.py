"""Intervals and tests that respect stories."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tcls.errors import UsageError
from tcls.evaluation import intervals
from tcls.evaluation.metrics import f1, mean, recall

ONES = np.ones(4)


def test_a_resample_draws_whole_stories():
    weights = intervals.story_weights(["a", "b", "a", "c"], resamples=50)
    assert (weights[:, 0] == weights[:, 2]).all()


def test_a_resample_draws_as_many_stories_as_there_are():
    weights = intervals.story_weights(["a", "b", "c"], resamples=50)
    assert (weights.sum(axis=1) == 3).all()


def test_the_same_seed_gives_the_same_resamples():
    stories = list("abcdef")
    one, two = intervals.story_weights(stories, seed=7), intervals.story_weights(stories, seed=7)
    assert np.array_equal(one, two)
    assert not np.array_equal(one, intervals.story_weights(stories, seed=8))


def test_blocks_of_resamples_give_what_all_at_once_give():
    truth, chosen = np.array([1, 0, 1, 0, 1]), np.array([1, 1, 0, 0, 1])
    weights = intervals.story_weights(list("abcde"), resamples=333)
    blocks = intervals.in_blocks(f1, truth, chosen, weights)
    assert np.array_equal(blocks, f1(truth, chosen, weights), equal_nan=True)


def test_no_documents_is_an_error():
    with pytest.raises(UsageError):
        intervals.story_weights([])


def test_the_interval_of_a_mean_is_near_the_textbook_one():
    values = np.random.default_rng(0).normal(10, 2, 400)
    stories = [str(i) for i in range(400)]
    score = intervals.bootstrap("mean", mean, values, values, stories)
    half = 1.96 * values.std() / math.sqrt(400)
    assert score.value == pytest.approx(values.mean())
    assert score.low == pytest.approx(values.mean() - half, abs=0.05)
    assert score.high == pytest.approx(values.mean() + half, abs=0.05)


def test_copies_of_a_story_do_not_narrow_an_interval():
    values = np.random.default_rng(0).normal(0, 1, 50)
    alone = intervals.bootstrap("mean", mean, values, values, [str(i) for i in range(50)])
    copied = np.repeat(values, 10)
    stories = [str(i) for i in range(50) for _ in range(10)]
    tenfold = intervals.bootstrap("mean", mean, copied, copied, stories)
    assert (tenfold.low, tenfold.high) == pytest.approx((alone.low, alone.high))
    assert tenfold.n == 500


def test_an_ignored_document_changes_neither_value_nor_count():
    truth, chosen = np.array([1, 1, 0, 1]), np.array([1, 0, 0, 0])
    ignore = np.array([False, False, False, True])
    score = intervals.bootstrap("recall", recall, truth, chosen, list("abcd"), ignore=ignore)
    assert (score.value, score.n) == (0.5, 3)


def test_what_is_not_defined_is_nan_with_a_nan_interval():
    nothing = np.zeros(3)
    score = intervals.bootstrap("recall", recall, nothing, nothing, list("abc"))
    assert math.isnan(score.value) and math.isnan(score.low) and math.isnan(score.high)


def test_two_equal_classifiers_differ_by_exactly_nothing():
    truth, chosen = np.array([1, 0, 1, 0]), np.array([1, 1, 0, 0])
    score = intervals.paired_difference("f1", f1, truth, chosen, chosen, list("abcd"))
    assert (score.value, score.low, score.high) == (0, 0, 0)
    assert intervals.permutation_test(f1, truth, chosen, chosen, list("abcd")) == 1


def test_the_paired_difference_is_the_second_less_the_first():
    truth = np.array([1, 1, 1, 1])
    one, two = np.array([1, 0, 0, 0]), np.array([1, 1, 1, 0])
    score = intervals.paired_difference("recall", recall, truth, one, two, list("abcd"))
    assert score.value == 0.5


def test_a_perfect_classifier_against_a_wrong_one_has_the_smallest_p_there_is():
    truth = np.tile([1, 0], 20)
    stories = [str(i) for i in range(40)]
    p = intervals.permutation_test(f1, truth, truth, 1 - truth, stories, permutations=199)
    assert p == 1 / 200


def test_swapping_one_big_story_cannot_show_a_difference():
    truth = np.tile([1, 0], 20)
    p = intervals.permutation_test(f1, truth, truth, 1 - truth, ["one"] * 40)
    assert p == 1


def test_the_p_value_of_a_mean_is_that_of_an_exact_sign_flip():
    """Ten stories, all in favour of one side: 2 of 2¹⁰ swaps are as extreme."""
    truth = np.zeros(10)

    def share_right(truth, chosen, weights):
        return mean((truth == chosen).astype(float), truth, weights)

    p = intervals.permutation_test(
        share_right, truth, np.zeros(10), np.ones(10), list("abcdefghij"), permutations=20_000
    )
    assert p == pytest.approx(2 / 1024, abs=0.001)


def test_swapping_by_weight_is_swapping_the_predictions():
    """The permutation test against the loop that it saves."""
    random = np.random.default_rng(3)
    truth = random.integers(0, 2, 30)
    one, two = random.integers(0, 2, 30), random.integers(0, 2, 30)
    stories = [str(i // 2) for i in range(30)]
    swaps = np.random.default_rng(0).integers(0, 2, (200, 15))
    observed = abs(f1(truth, one, np.ones(30)) - f1(truth, two, np.ones(30)))
    further = 0
    for row in swaps:
        swap = np.repeat(row, 2) == 1
        a, b = np.where(swap, two, one), np.where(swap, one, two)
        apart = abs(f1(truth, a, np.ones(30)) - f1(truth, b, np.ones(30)))
        further += apart >= observed - 1e-12
    p = intervals.permutation_test(f1, truth, one, two, stories, permutations=200)
    assert p == (further + 1) / 201


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_and_clopper_pearson_are_those_of_scipy(case):
    right, n = case
    for level in (0.8, 0.95):
        test = binomtest(right, n)
        wilson, exact = (test.proportion_ci(level, m) for m in ("wilson", "exact"))
        assert intervals.wilson(right, n, level) == pytest.approx((wilson.low, wilson.high))
        assert intervals.clopper_pearson(right, n, level) == pytest.approx((exact.low, exact.high))


def test_eight_of_ten_is_right_between_49_and_94_percent():
    """z² = 3.84: middle (8 + 1.92)/(10 + 3.84) = 0.717, half the width 0.227."""
    score = intervals.proportion("right", 8, 10)
    assert (round(score.low, 3), round(score.high, 3)) == (0.490, 0.943)


def test_nothing_seen_says_nothing():
    assert intervals.wilson(0, 0) == intervals.clopper_pearson(0, 0) == (0, 1)
    assert math.isnan(intervals.proportion("right", 0, 0).value)


def test_more_right_than_there_are_is_an_error():
    with pytest.raises(UsageError):
        intervals.wilson(3, 2)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abcd")), min_size=2, max_size=30))
def test_an_interval_of_a_share_stays_within_zero_and_one(rows):
    values = np.array([float(v) for v, _ in rows])
    score = intervals.bootstrap("share", mean, values, values, [s for _, s in rows], resamples=50)
    assert 0 <= score.low <= score.high <= 1
