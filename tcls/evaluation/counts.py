"""How many documents of a collection carry a label, corrected for measured errors.

Counting what a classifier marks is biased: it misses some and marks others wrongly. The
adjusted count (Rogan & Gladen 1978; Forman 2008) solves for the number that would give
what was marked, from the sensitivity and specificity measured on an evaluation set. It
holds when texts with the label, and texts without it, look in the collection as they do
in the evaluation set; how common the label is may differ.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from tcls.errors import UsageError
from tcls.evaluation.intervals import Array, Score, story_index

DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """A share measured on documents, and how many independent stories it is worth."""

    value: float
    stories: float


@dataclass(frozen=True, slots=True)
class Count:
    """Estimated numbers with the label: of documents, and of stories (copies counted once)."""

    documents: Score
    stories: Score


def effective_stories(stories: Sequence[str]) -> float:
    """(Σm)² / Σm² over the story sizes m (Kish 1965): how many independent observations
    documents are worth when those of one story are treated alike."""
    if not stories:
        return 0.0
    index, n = story_index(stories)
    sizes = np.bincount(index, minlength=n).astype(np.float64)
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def rate(hits: Array, stories: Sequence[str]) -> Rate:
    """The share of 1 in `hits` (0/1, one for each document). NaN when there are none."""
    value = float(np.mean(hits)) if len(hits) else math.nan
    return Rate(value, effective_stories(stories))


def errors(truth: Array, predicted: Array, stories: Sequence[str]) -> tuple[Rate, Rate]:
    """Sensitivity and specificity of 0/1 predictions on an evaluation set."""
    yes, no = np.flatnonzero(truth), np.flatnonzero(np.asarray(truth) == 0)
    predicted = np.asarray(predicted)
    return (
        rate(predicted[yes], [stories[i] for i in yes.tolist()]),
        rate(1 - predicted[no], [stories[i] for i in no.tolist()]),
    )


def rogan_gladen(apparent: Array, sensitivity: Array, specificity: Array) -> Array:
    """The true share behind an apparent one: (p + sp − 1) / (se + sp − 1), clipped to [0, 1].

    NaN where se + sp ≤ 1: such a classifier says nothing.
    """
    informed = np.asarray(sensitivity + specificity - 1, dtype=np.float64)
    upper = np.asarray(apparent + specificity - 1, dtype=np.float64)
    blank = np.full(np.broadcast_shapes(upper.shape, informed.shape), np.nan)
    share = np.divide(upper, informed, out=blank, where=informed > 0)
    return np.asarray(np.clip(share, 0, 1))


def _draws(measured: Rate, random: np.random.Generator) -> Array:
    hits = measured.value * measured.stories
    return random.beta(hits + 0.5, measured.stories - hits + 0.5, DRAWS)


def adjusted(
    name: str,
    apparent: Rate,
    sensitivity: Rate,
    specificity: Rate,
    n: int,
    *,
    level: float = 0.95,
    seed: int = 0,
) -> Score:
    """The adjusted count among n, with an interval by parametric bootstrap.

    Each draw takes all three rates from their Jeffreys distributions, Beta(k + ½, m − k + ½)
    with m in stories, so the interval carries the sampling of the collection and of the
    evaluation set, also where an error was never seen. A draw in which the classifier says
    nothing counts as 0 or n at even odds. NaN in [0, n] where it says nothing at all.
    """
    rates = (apparent, sensitivity, specificity)
    value = float(rogan_gladen(*(np.array(r.value) for r in rates)))
    if n == 0 or math.isnan(value):
        return Score(name, 0.0 if n == 0 else math.nan, 0.0, float(n), n)
    random = np.random.default_rng(seed)
    drawn = rogan_gladen(*(_draws(r, random) for r in rates))
    drawn = np.where(np.isnan(drawn), random.integers(0, 2, DRAWS), drawn)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return Score(name, n * value, n * min(low, value), n * max(high, value), n)


def any_of(column: Array, stories: Sequence[str]) -> Array:
    """One value for each story, in order of first appearance: the highest of its documents."""
    index, n = story_index(stories)
    highest = np.zeros(n)
    np.maximum.at(highest, index, np.asarray(column, dtype=np.float64))
    return highest


def _checked(column: Array, stories: Sequence[str]) -> None:
    if len(column) != len(stories):
        raise UsageError(f"{len(column)} predictions for {len(stories)} documents; expected equal")


def adjusted_count(
    predicted: Array,
    stories: Sequence[str],
    truth: Array,
    evaluated: Array,
    evaluation_stories: Sequence[str],
    *,
    ignore: Array | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Count:
    """How many documents, and stories, of a collection carry a label.

    `predicted` is 0/1 over the collection; `truth`, `evaluated` (0/1) and `ignore` are over
    an evaluation set that the classifier was not trained on, decided with the same threshold.
    A story carries the label when any of its documents does, in both. Raises UsageError
    when lengths differ.
    """
    _checked(predicted, stories)
    _checked(evaluated, evaluation_stories)
    keep = np.arange(len(truth)) if ignore is None else np.flatnonzero(~ignore)
    known = [evaluation_stories[i] for i in keep.tolist()]
    right, said = np.asarray(truth)[keep], np.asarray(evaluated)[keep]
    once, known_once = list(dict.fromkeys(stories)), list(dict.fromkeys(known))
    return Count(
        adjusted(
            "documents", rate(predicted, stories), *errors(right, said, known),
            len(stories), level=level, seed=seed,
        ),
        adjusted(
            "stories", rate(any_of(predicted, stories), once),
            *errors(any_of(right, known), any_of(said, known), known_once),
            len(once), level=level, seed=seed,
        ),
    )  # fmt: skip


def _sum(name: str, probability: Array, stories: Sequence[str], level: float) -> Score:
    n = len(probability)
    if n == 0:
        return Score(name, 0.0, 0.0, 0.0, 0)
    index, groups = story_index(stories)
    # Copies have their label together: within a story deviations add up before squaring.
    within = np.bincount(index, np.sqrt(probability * (1 - probability)), groups)
    between = np.bincount(index, probability - probability.mean(), groups)
    half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(float((within**2 + between**2).sum()))
    total = float(probability.sum())
    return Score(name, total, max(0.0, total - half), min(float(n), total + half), n)


def probability_sum(probability: Array, stories: Sequence[str], *, level: float = 0.95) -> Count:
    """The sum of calibrated probabilities (probabilistic classify and count; Bella et al.
    2010), of documents and of stories (each with its highest).

    The interval (delta method) carries the sampling of the collection and what each
    probability leaves open; it takes them to be calibrated on texts like these, and is
    wrong where they are not (a model says in its card for which). Prefer `adjusted_count`
    where an evaluation set fits.
    """
    _checked(probability, stories)
    given = np.asarray(probability, dtype=np.float64)
    once = list(dict.fromkeys(stories))
    return Count(
        _sum("documents", given, stories, level),
        _sum("stories", any_of(given, stories), once, level),
    )
