"""Thresholds for an aim, against trying every threshold."""

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.model.calibrate import FEWEST, PRECISIONS, RECALLS, best_f1, thresholds

#: Truth and probability in thousandths: halves between two of them have four decimals.
RANKED = st.lists(st.tuples(st.booleans(), st.integers(0, 1000)), min_size=20, max_size=80).filter(
    lambda rows: sum(true for true, _ in rows) >= FEWEST
)


def arrays(rows: list[tuple[bool, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([int(t) for t, _ in rows]), np.array([p / 1000 for _, p in rows])


def tried(truth: np.ndarray, chance: np.ndarray) -> Iterator[tuple[float, int, float, float]]:
    """Every threshold that differs in what it takes, from high to low: itself, its hits, its
    precision and its recall."""
    values = sorted(set(chance.tolist()), reverse=True)
    for value, below in zip(values, [*values[1:], 0.0], strict=True):
        taken = [bool(p >= value) for p in chance]
        hits = sum(int(t) for t, took in zip(truth, taken, strict=True) if took)
        yield round((value + below) / 2, 4), hits, hits / sum(taken), hits / int(truth.sum())


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if recall else 0.0


def test_thresholds_of_a_clean_ranking_stand_between_the_two_kinds() -> None:
    truth = np.repeat([1, 0], 10)
    found = thresholds(truth, np.repeat([0.9, 0.1], 10))
    recalls, precisions = (
        (f"recall={r:g}" for r in RECALLS),
        (f"precision={p:g}" for p in PRECISIONS),
    )
    assert found == dict.fromkeys(["f1", *recalls, *precisions], 0.5)


def test_a_higher_recall_is_reached_lower_down() -> None:
    """Twenty positives at 0.05, 0.10, … 1: the 16th from above stands at 0.25, the 19th at 0.1."""
    found = thresholds(np.ones(20), np.arange(1, 21) / 20)
    assert (found["recall=0.8"], found["recall=0.95"]) == (0.225, 0.075)
    assert found["recall=0.98"] == best_f1(np.ones(20), np.arange(1, 21) / 20)[0] == 0.025


def test_documents_without_the_label_count_as_often_as_one_says() -> None:
    """Twenty of each at one probability: a precision of 0.8 is 20 of 25."""
    half = np.tile([1, 0], 20), np.full(40, 0.7)
    assert "precision=0.8" in thresholds(*half, negative=0.25)
    assert "precision=0.8" not in thresholds(*half, negative=0.26)
    assert "precision=0.8" not in thresholds(*half)


def test_a_precision_that_nothing_reaches_is_left_out() -> None:
    found = thresholds(np.tile([1, 0], 20), np.full(40, 0.7))
    assert not any(aim.startswith("precision") for aim in found)
    assert found["recall=0.95"] == 0.35


@pytest.mark.parametrize("positives", [0, 1, FEWEST - 1])
def test_with_few_positives_the_threshold_is_a_half(positives: int) -> None:
    truth = np.arange(40) < positives
    assert thresholds(truth.astype(int), np.linspace(0, 1, 40)) == {"f1": 0.5}


@given(RANKED)
def test_no_threshold_has_a_better_f1_and_no_higher_one_the_same(
    rows: list[tuple[bool, int]],
) -> None:
    truth, chance = arrays(rows)
    found, reached = best_f1(truth, chance)
    all_ = [(at, f1(precision, recall)) for at, _, precision, recall in tried(truth, chance)]
    best = max(score for _, score in all_)
    assert dict(all_)[found] == pytest.approx(reached) == pytest.approx(best)
    assert not any(score >= best + 1e-9 for at, score in all_ if at > found)
    assert thresholds(truth, chance)["f1"] == pytest.approx(best / 2, abs=1e-4)


def test_with_true_probabilities_half_the_best_f1_is_where_the_best_f1_is() -> None:
    """Of each hundred texts at a probability of 0.05, 0.15, … 0.95 just so many bear the label.
    From 0.45 up 420 of 600 do, of 500 in all: an F1 of 0.764, the best. Half of it stands between
    0.35 and 0.45, and so takes the same texts."""
    chance = np.repeat(np.arange(5, 100, 10) / 100, 100)
    truth = np.concatenate([np.arange(100) < p for p in range(5, 100, 10)]).astype(int)
    at, reached = best_f1(truth, chance)
    assert (at, round(reached, 3)) == (0.4, 0.764)
    assert thresholds(truth, chance)["f1"] == round(420 / 1100, 4) == 0.3818


@given(RANKED)
def test_a_recall_is_reached_and_by_no_higher_threshold(rows: list[tuple[bool, int]]) -> None:
    truth, chance = arrays(rows)
    found = thresholds(truth, chance)
    for aim in RECALLS:
        at = found[f"recall={aim:g}"]
        assert truth[chance >= at].sum() / truth.sum() >= aim
        assert at == next(t for t, _, _, recall in tried(truth, chance) if recall >= aim)


@given(RANKED)
def test_a_precision_is_reached_by_the_lowest_threshold_that_can(
    rows: list[tuple[bool, int]],
) -> None:
    truth, chance = arrays(rows)
    found = thresholds(truth, chance)
    for aim in PRECISIONS:
        good = [
            at
            for at, hits, precision, _ in tried(truth, chance)
            if precision >= aim and hits >= FEWEST // 2
        ]
        assert found.get(f"precision={aim:g}") == (good[-1] if good else None)
        if good:
            assert truth[chance >= good[-1]].mean() >= aim


@given(st.lists(st.floats(0, 1) | st.floats(0.5, 0.5002), min_size=FEWEST, max_size=60))
def test_a_recall_is_reached_by_probabilities_of_four_decimals(chances: list[float]) -> None:
    """Thresholds have four decimals, and so have the probabilities that they are held against."""
    found = thresholds(np.ones(len(chances)), np.array(chances))
    for aim in RECALLS:
        reached = sum(round(p, 4) >= found[f"recall={aim:g}"] for p in chances)
        assert reached / len(chances) >= aim


@given(RANKED, st.randoms(use_true_random=False))
def test_the_order_of_documents_does_not_matter(
    rows: list[tuple[bool, int]], random: Random
) -> None:
    other = list(rows)
    random.shuffle(other)
    assert thresholds(*arrays(rows)) == thresholds(*arrays(other))
