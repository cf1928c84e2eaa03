"""The rule that guarantees recall, checked by hand, against MAPIE, and by simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcls.errors import UsageError
from tcls.evaluation import selective
from tcls.evaluation.intervals import clopper_pearson


def _names(n):
    return [str(i) for i in range(n)]


def test_forty_five_stories_are_the_fewest_that_can_guarantee_anything():
    """0.95⁴⁵ = 0.0994 but 0.95⁴⁴ = 0.1047."""
    assert selective.least_stories() == 45
    enough = selective.recall_rule(np.ones(45), np.full(45, 0.7), _names(45))
    too_few = selective.recall_rule(np.ones(44), np.full(44, 0.7), _names(44))
    assert (enough.threshold, too_few.threshold) == (0.7, None)


def test_with_too_few_stories_everything_is_sent():
    rule = selective.recall_rule(np.ones(3), np.full(3, 0.9), _names(3))
    assert (rule.threshold, rule.bound, rule.sent) == (None, 1, 1)
    assert rule.sends(np.array([0.0, 0.5])).all()


def test_of_a_hundred_stories_two_may_be_missed():
    """P(Bin(100, 0.05) ≤ 2) = 0.118 > 0.1 but P(≤ 1) = 0.037: one may, two may not."""
    probability = np.arange(1, 101) / 100
    rule = selective.recall_rule(np.ones(100), probability, _names(100))
    assert (rule.found, rule.stories, rule.threshold) == (99, 100, 0.02)
    assert rule.bound == pytest.approx(clopper_pearson(99, 100, 0.8)[0])
    assert rule.sent == 0.99


def test_a_story_is_found_only_when_all_of_its_positive_documents_are_sent():
    lowest = selective.weakest(
        np.array([1, 1, 0, 1]), np.array([0.9, 0.3, 0.1, 0.6]), ["a", "a", "a", "b"]
    )
    assert lowest.tolist() == [0.3, 0.6]


def test_documents_without_the_label_count_only_in_what_is_sent():
    truth = np.repeat([1, 0], 50)
    probability = np.repeat([0.8, 0.1], 50)
    rule = selective.recall_rule(truth, probability, _names(100))
    assert (rule.threshold, rule.stories, rule.sent) == (0.8, 50, 0.5)


def test_an_ignored_document_does_not_count():
    truth, probability = np.ones(60), np.append(np.full(50, 0.8), np.full(10, 0.1))
    ignore = np.arange(60) >= 50
    rule = selective.recall_rule(truth, probability, _names(60), ignore=ignore)
    assert (rule.threshold, rule.stories, rule.sent) == (0.8, 50, 1)


def test_levels_outside_zero_and_one_are_an_error():
    with pytest.raises(UsageError):
        selective.recall_rule(np.ones(1), np.ones(1), ["a"], recall=1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=45, max_size=300))
def test_the_bound_of_a_rule_is_at_least_the_aim_and_the_next_threshold_fails(scores):
    probability = np.array(scores) / 10_000
    rule = selective.recall_rule(np.ones(len(scores)), probability, _names(len(scores)))
    assert rule.bound >= 0.95 - 1e-9
    assert rule.threshold is not None
    above = int((probability > rule.threshold).sum())
    assert clopper_pearson(above, len(scores), 0.8)[0] < 0.95


@pytest.mark.filterwarnings("ignore")
def test_the_threshold_agrees_with_mapie():
    """MAPIE 1 does learn-then-test with Hoeffding–Bentkus p-values, a little more careful than
    the exact binomial ones: its threshold is never above ours, and at most 3 stories below."""
    mapie = pytest.importorskip("mapie.risk_control")
    random = np.random.default_rng(1)
    truth = np.repeat([1, 0], [300, 300])
    probability = np.round(np.append(random.beta(4, 1.5, 300), random.beta(1.5, 4, 300)), 4)
    controller = mapie.BinaryClassificationController(
        lambda x: np.stack([1 - x[:, 0], x[:, 0]], axis=1), "recall", 0.95, confidence_level=0.9,
        list_predict_params=np.arange(0, 1, 0.0005), fwer_method="fixed_sequence",
    )  # fmt: skip
    controller.calibrate(probability[:, None], truth)
    theirs = float(np.max(controller.valid_predict_params))
    ours = selective.recall_rule(truth, probability, _names(600)).threshold
    positive = probability[:300]
    assert theirs <= ours
    assert ((positive >= theirs) & (positive < ours)).sum() <= 3


@pytest.mark.parametrize("stories", [60, 200, 600])
def test_recall_falls_short_in_at_most_a_tenth_of_calibrations(stories):
    """1 − confidence is 0.1; 0.02 is two standard errors of 1000 runs."""
    found = selective.simulate(stories, runs=1000)
    assert found.short <= 0.12
    assert found.sent_all == 0


def test_the_guarantee_is_not_bought_by_sending_all():
    found = selective.simulate(600, runs=300)
    assert 0.95 < found.mean_recall < 0.975
    assert found.short > 0.02


def test_with_too_few_stories_the_simulation_sends_all():
    assert selective.simulate(44, runs=20).sent_all == 1
