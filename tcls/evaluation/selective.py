"""Which documents a human must read: a rule that guarantees recall while sending few.

Learn then test (Angelopoulos, Bates, Candès, Jordan & Lei 2021): every threshold is a
hypothesis "its recall is below the aim", tested with an exact binomial p-value, in a fixed
order from the one that sends everything, until one cannot be rejected. The chance of ever
rejecting a true one is at most 1 − confidence, however many thresholds there are.

The guarantee is for stories: a story counts as found only when all of its positive
documents are sent. It holds for stories drawn like those of the calibration set, which
must be independent of each other and must not have been trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from tcls.errors import UsageError
from tcls.evaluation.intervals import Array, clopper_pearson, story_index

#: Probabilities are given with four decimals; these are all the thresholds there are.
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """Send a document when its probability is at least `threshold`; None: send all.

    `bound` is the lower confidence bound of the recall by stories, `found` the stories
    found of `stories` positive ones in the calibration set, `sent` the share of its
    documents that go to a human.
    """

    threshold: float | None
    bound: float
    found: int
    stories: int
    sent: float
    recall: float
    confidence: float

    def sends(self, probability: Array) -> Array:
        """A mask of the documents that a human must read."""
        return np.asarray(probability) >= (-np.inf if self.threshold is None else self.threshold)


def least_stories(recall: float = 0.95, confidence: float = 0.9) -> int:
    """The fewest positive stories for which any threshold can be guaranteed: the first n
    with recallⁿ ≤ 1 − confidence (45 for 95 % and 90 %)."""
    return int(np.ceil(np.log(1 - confidence) / np.log(recall) - 1e-9))


def weakest(truth: Array, probability: Array, stories: Sequence[str]) -> Array:
    """For each story with a positive document, the lowest probability of its positive ones:
    the highest threshold that still finds the story."""
    positive = np.flatnonzero(truth)
    index, n = story_index([stories[i] for i in positive.tolist()])
    lowest = np.full(n, np.inf)
    np.minimum.at(lowest, index, np.asarray(probability, dtype=np.float64)[positive])
    return lowest


def _threshold(lowest: Array, recall: float, confidence: float) -> float | None:
    """Fixed-sequence testing on the story minima; thresholds are all four-decimal numbers,
    upwards from 0."""
    grid = np.round(np.arange(10**DECIMALS + 1) / 10**DECIMALS, DECIMALS)
    n = len(lowest)
    found = n - np.searchsorted(np.sort(lowest), grid, side="left")
    p_value = binom.sf(found - 1, n, recall)  # P(so many found) if the recall were the aim
    rejected = p_value <= 1 - confidence
    first_kept = len(grid) if rejected.all() else int(rejected.argmin())
    return float(grid[first_kept - 1]) if first_kept else None


def recall_rule(
    truth: Array,
    probability: Array,
    stories: Sequence[str],
    *,
    ignore: Array | None = None,
    recall: float = 0.95,
    confidence: float = 0.9,
) -> Rule:
    """The highest threshold on the probability of "possible or present" whose recall by
    stories is at least `recall`, with the given confidence.

    `truth` is 0/1 and `probability` in [0, 1], both of length D. With fewer positive stories
    than `least_stories`, or where no threshold passes, the rule is to send all: its bound is
    1, since nothing can be missed. Raises UsageError for levels outside (0, 1).
    """
    if not (0 < recall < 1 and 0 < confidence < 1):
        raise UsageError(f"recall {recall:g}, confidence {confidence:g}: expected within (0, 1)")
    keep = np.arange(len(truth)) if ignore is None else np.flatnonzero(~ignore)
    chance = np.asarray(probability, dtype=np.float64)[keep]
    lowest = weakest(np.asarray(truth)[keep], chance, [stories[i] for i in keep.tolist()])
    threshold = _threshold(lowest, recall, confidence)
    if threshold is None:
        return Rule(None, 1.0, len(lowest), len(lowest), 1.0, recall, confidence)
    found = int((lowest >= threshold).sum())
    # one-sided: the lower of two bounds that leave 1 − confidence on each side
    bound, _ = clopper_pearson(found, len(lowest), 2 * confidence - 1)
    sent = float((chance >= threshold).mean())
    return Rule(threshold, bound, found, len(lowest), sent, recall, confidence)


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a rule did over many calibration sets: the share of runs whose true recall fell
    short of the aim, the mean true recall, and the share of runs that sent all."""

    short: float
    mean_recall: float
    sent_all: float


def simulate(
    stories: int = 200,
    runs: int = 1000,
    *,
    recall: float = 0.95,
    confidence: float = 0.9,
    copies: int = 3,
    seed: int = 0,
) -> Simulation:
    """The guarantee put to the test on made stories: `short` must be at most 1 − confidence.

    Each run calibrates on `stories` positive stories of 1 … `copies` documents whose scores
    are alike within a story, drawn from 50 000 on which the true recall is counted.
    """
    random = np.random.default_rng(seed)
    size = random.integers(1, copies + 1, 50_000)
    score = random.normal(1.5, 1.5, 50_000)[:, None] + random.normal(0, 0.5, (50_000, copies))
    score[np.arange(copies) >= size[:, None]] = np.inf
    everyone = np.round(1 / (1 + np.exp(-score.min(axis=1))), DECIMALS)
    truths = []
    for _ in range(runs):
        drawn = everyone[random.integers(0, len(everyone), stories)]
        threshold = _threshold(drawn, recall, confidence)
        truths.append(1.0 if threshold is None else float((everyone >= threshold).mean()))
    true = np.array(truths)
    return Simulation(float((true < recall).mean()), float(true.mean()), float((true == 1).mean()))
