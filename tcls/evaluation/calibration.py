"""Whether probabilities mean what they say, and what abstaining on the unsure ones buys.

All functions are of one label: `truth` 0/1 and `probability` in [0, 1], both of length D.
Those that take (truth, prediction, weights) are metrics in the sense of
`tcls.evaluation.intervals`; weight 0 is how a document is ignored.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tcls.errors import UsageError
from tcls.evaluation.intervals import Array, Score, proportion, story_index
from tcls.evaluation.metrics import ratio

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: of `share.n` documents with a probability in
    [low, high), `confidence` on average, `share.value` were true."""

    low: float
    high: float
    confidence: float
    share: Score


def _bin_of(probability: Array, bins: int) -> Array:
    # 0.29 * 100 is 28.999…: a hair is added so that an edge opens its own bin
    return np.minimum((probability * bins + 1e-9).astype(np.intp), bins - 1)


def reliability(
    truth: Array, probability: Array, weights: Array | None = None, bins: int = BINS
) -> list[Bin]:
    """The bins of a reliability diagram, of equal width, empty ones too.

    A document counts when its weight is not 0. The interval is Wilson's over documents;
    where many documents are copies of few stories it is too narrow.
    """
    keep = np.ones(len(truth), dtype=bool) if weights is None else weights > 0
    place = _bin_of(probability, bins)
    found = []
    for b in range(bins):
        here = keep & (place == b)
        n = int(here.sum())
        confidence = float(probability[here].mean()) if n else math.nan
        share = proportion("share true", int(truth[here].sum()), n)
        found.append(Bin(b / bins, (b + 1) / bins, confidence, share))
    return found


def calibration_error(truth: Array, probability: Array, weights: Array, bins: int = BINS) -> Array:
    """Expected calibration error with bins of equal width (Naeini et al. 2015; Guo et al.
    2017): the mean of |share true − mean probability| over bins, by their weight."""
    member = np.eye(bins)[_bin_of(probability, bins)]
    gap = np.abs(weights @ (member * (truth - probability)[:, None]))
    return ratio(gap.sum(axis=-1), weights.sum(axis=-1))


def brier(truth: Array, probability: Array, weights: Array) -> Array:
    """The mean squared distance of probability and truth (Brier 1950)."""
    return ratio(weights @ (truth - probability) ** 2, weights.sum(axis=-1))


def risk_coverage(wrong: Array, confidence: Array, weights: Array) -> tuple[Array, Array]:
    """Coverage and risk (…×G) when only the G most confident groups of documents are judged.

    `wrong` is 1 where the decision is an error (any loss in [0, 1] will do). Documents of
    equal confidence are taken together. El-Yaniv & Wiener 2010.
    """
    order = np.argsort(-confidence, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(confidence[order]) != 0, True))
    ranked = weights[..., order]
    taken = np.cumsum(ranked, axis=-1)[..., ends]
    lost = np.cumsum(ranked * wrong[order], axis=-1)[..., ends]
    return ratio(taken, np.broadcast_to(taken[..., -1:], taken.shape)), ratio(lost, taken)


def risk_coverage_area(wrong: Array, confidence: Array, weights: Array) -> Array:
    """Area under the risk–coverage curve: the mean risk over all coverages, as a step
    function (Geifman, Uziel & El-Yaniv 2019). Lower is better."""
    coverage, risk = risk_coverage(wrong, confidence, weights)
    area = np.nansum(np.diff(coverage, axis=-1, prepend=0) * risk, axis=-1)
    return np.where(weights.sum(axis=-1) > 0, area, np.nan)


def measured_precision(
    truth: Array,
    probability: Array,
    at: float,
    stories: Sequence[str],
    *,
    ignore: Array | None = None,
    neighbours: int = 50,
    farthest: float = 0.15,
    level: float = 0.95,
) -> Score:
    """Of documents scored like `at`, the share that was true, with a Wilson interval.

    "Like" are the nearest documents of an evaluation set, one for each story so that
    copies are not counted as evidence, at least `neighbours` of them (all that are as
    near as the last), or all when there are fewer; but none whose probability differs by
    more than `farthest`, unless fewer than five would be left: for a rare label the
    fifty nearest to 1 reach down to documents that plainly lack it. They must not have
    been trained on.
    Raises UsageError when `at` is not a probability.
    """
    if not 0 <= at <= 1:
        raise UsageError(f"probability {at:g}: expected a number from 0 to 1")
    index, _ = story_index(stories)
    keep = np.arange(len(truth)) if ignore is None else np.flatnonzero(~ignore)
    apart = np.round(np.abs(probability - at), 9)  # 0.5-0.4 and 0.6-0.5 are equally near
    near = keep[np.argsort(apart[keep], kind="stable")]
    _, first = np.unique(index[near], return_index=True)
    near = near[np.sort(first)]
    if len(near) > neighbours:
        near = near[apart[near] <= apart[near[neighbours - 1]]]
    near = near[: max(5, int((apart[near] <= farthest).sum()))]
    return proportion("measured precision", int(truth[near].sum()), len(near), level)
