"""How sure a number is: intervals and tests that respect stories.

Documents of one story (wire copies) are not independent, so everything here draws
whole stories. A resample is a row of weights, one for each document, and a metric is
a function of (truth, prediction, weights) that accepts many rows at once: 1000
resamples cost one matrix product, not 1000 runs.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.stats import beta

from tcls.errors import UsageError

Array = np.ndarray
#: (truth, prediction, weights) → value. Truth and prediction have D rows; weights are D, or
#: B×D for B resamples, and the value is then a number, or B numbers. A document of weight
#: 0 does not count, one of weight 2 counts as if it stood twice. NaN where not defined.
Metric = Callable[[Array, Array, Array], Array]


_BLOCK = 50


@dataclass(frozen=True, slots=True)
class Score:
    """A number with its interval [low, high] and the count `n` of what it was measured on
    (documents, unless said otherwise). `value` is NaN where it is not defined."""

    name: str
    value: float
    low: float
    high: float
    n: int


def story_index(stories: Sequence[str]) -> tuple[Array, int]:
    """The number of each document's story, in order of first appearance, and how many."""
    number = {story: i for i, story in enumerate(dict.fromkeys(stories))}
    return np.array([number[story] for story in stories], dtype=np.intp), len(number)


def story_weights(stories: Sequence[str], resamples: int = 1000, seed: int = 0) -> Array:
    """B×D weights of the cluster bootstrap: how often each document's story was drawn when
    all S stories are drawn S times with replacement (Davison & Hinkley 1997, ch. 3.8)."""
    index, n = story_index(stories)
    if n == 0:
        raise UsageError("no documents; an interval needs at least one story")
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)
    return np.asarray(drawn[:, index], dtype=np.float64)


def in_blocks(metric: Metric, truth: Array, prediction: Array, weights: Array) -> Array:
    """metric(truth, prediction, weights) for B×D weights, some rows at a time: a metric over
    K columns makes tables of B×D·K, which must not all stand in memory at once."""
    blocks = np.array_split(weights, max(1, len(weights) // _BLOCK))
    return np.concatenate([np.asarray(metric(truth, prediction, block)) for block in blocks])


def percentile(values: Array, level: float) -> tuple[float, float]:
    """The percentile interval of resampled values (Efron 1979). A resample in which the
    metric is not defined does not count; NaN when it is defined in none."""
    defined = values[~np.isnan(values)]
    if not len(defined):
        return math.nan, math.nan
    tail = (1 - level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)


def interval(
    name: str,
    metric: Metric,
    truth: Array,
    prediction: Array,
    weights: Array,
    *,
    ignore: Array | None = None,
    level: float = 0.95,
) -> Score:
    """A metric with the interval that given resamples (B×D, from `story_weights`) make.

    `ignore` marks documents (length D) that do not count. Making the weights once and
    giving them to many metrics saves the drawing.
    """
    keep = np.ones(len(truth)) if ignore is None else (~ignore).astype(np.float64)
    value = float(metric(truth, prediction, keep))
    if math.isnan(value):
        return Score(name, value, math.nan, math.nan, int(keep.sum()))
    low, high = percentile(in_blocks(metric, truth, prediction, weights * keep), level)
    return Score(name, value, low, high, int(keep.sum()))


def bootstrap(
    name: str,
    metric: Metric,
    truth: Array,
    prediction: Array,
    stories: Sequence[str],
    *,
    ignore: Array | None = None,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Score:
    """A metric with its story-level bootstrap percentile interval."""
    weights = story_weights(stories, resamples, seed)
    return interval(name, metric, truth, prediction, weights, ignore=ignore, level=level)


def paired_difference(
    name: str,
    metric: Metric,
    truth: Array,
    one: Array,
    two: Array,
    stories: Sequence[str],
    *,
    ignore: Array | None = None,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Score:
    """metric(two) − metric(one) of two classifiers on the same documents; both see the same
    resamples, so that what makes a document hard for both cancels."""

    def difference(truth: Array, both: Array, weights: Array) -> Array:
        return metric(truth, both[:, 1], weights) - metric(truth, both[:, 0], weights)

    return bootstrap(
        name, difference, truth, np.stack([one, two], axis=1), stories,
        ignore=ignore, resamples=resamples, level=level, seed=seed,
    )  # fmt: skip


def permutation_test(
    metric: Metric,
    truth: Array,
    one: Array,
    two: Array,
    stories: Sequence[str],
    *,
    ignore: Array | None = None,
    permutations: int = 1000,
    seed: int = 0,
) -> float:
    """Two-sided p that two classifiers differ in a metric only by chance.

    For each story the two predictions are swapped or not, at even odds (approximate
    randomisation; Noreen 1989). p = (b + 1)/(m + 1), b the permutations at least as far
    apart as the data (Phipson & Smyth 2010), so p is never 0. Permutations in which the
    metric is not defined count as far apart; NaN where it is not defined for the data.
    """
    index, n = story_index(stories)
    keep = np.ones(len(truth)) if ignore is None else (~ignore).astype(np.float64)
    draws = np.random.default_rng(seed).integers(0, 2, size=(permutations, n))
    swapped = np.vstack([np.zeros(n, dtype=np.int64), draws])[:, index]
    # Both predictions stand below each other, and a swap only moves weight between them:
    # so a metric need not know that it is being permuted. Row 0 is the data as they are.
    truths, both = np.concatenate([truth, truth]), np.concatenate([one, two])
    first = np.hstack([(1 - swapped) * keep, swapped * keep])
    second = np.hstack([swapped * keep, (1 - swapped) * keep])
    one_side, other_side = (in_blocks(metric, truths, both, w) for w in (first, second))
    apart = np.abs(one_side - other_side)
    if math.isnan(apart[0]):
        return math.nan
    further = np.isnan(apart[1:]) | (apart[1:] >= apart[0] - 1e-12)
    return float((further.sum() + 1) / (permutations + 1))


def _check(right: float, n: float) -> None:
    if not 0 <= right <= n:
        raise UsageError(f"{right:g} right of {n:g}: expected a count from 0 to {n:g}")


def wilson(right: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a proportion (Wilson 1927); [0, 1] when n is 0."""
    _check(right, n)
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, scale = right / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if right == 0 else max(0.0, middle - half)
    return low, 1.0 if right == n else min(1.0, middle + half)


def clopper_pearson(right: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a proportion (Clopper & Pearson 1934); [0, 1] when n is 0.

    Each bound alone holds with confidence (1 + level)/2.
    """
    _check(right, n)
    tail = (1 - level) / 2
    low = 0.0 if right == 0 else float(beta.ppf(tail, right, n - right + 1))
    high = 1.0 if right == n else float(beta.ppf(1 - tail, right + 1, n - right))
    return low, high


def proportion(name: str, right: int, n: int, level: float = 0.95) -> Score:
    """A share of n independent cases with its Wilson interval; the value is NaN when n is 0."""
    low, high = wilson(right, n, level)
    return Score(name, right / n if n else math.nan, low, high, n)
