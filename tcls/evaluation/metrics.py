"""How good predictions are: one function for each measure, all weighted alike.

    measure                        needs             of
    precision, recall, f1          decisions 0/1     one label
    average_precision, work_saved  probabilities     one label
    kappa                          levels 0 … L-1    an ordinal task
    macro, micro                   decisions D×K     the values of a task
    hierarchical_f1                decisions D×K     a value and its parents
    table, summary                 both              everything above, with intervals

Each takes (truth, prediction, weights); weights are D, or B×D for B resamples at once
(see `tcls.evaluation.intervals`). Weight 0 is how a document is ignored. What is not
defined is NaN, never a silent 0.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tcls.errors import UsageError
from tcls.evaluation.intervals import Array, Metric, Score, interval, story_weights
from tcls.schema import Task

Decision = tuple[str, str]


def ratio(upper: Array, lower: Array) -> Array:
    """upper / lower, NaN where lower is 0."""
    lower = np.asarray(lower, dtype=np.float64)
    return np.asarray(np.divide(upper, lower, out=np.full(lower.shape, np.nan), where=lower > 0))


def precision(truth: Array, chosen: Array, weights: Array) -> Array:
    """Share of the chosen documents that are true. NaN when none is chosen."""
    return ratio(weights @ (truth * chosen), weights @ chosen)


def recall(truth: Array, chosen: Array, weights: Array) -> Array:
    """Share of the true documents that are chosen. NaN when none is true."""
    return ratio(weights @ (truth * chosen), weights @ truth)


def f1(truth: Array, chosen: Array, weights: Array) -> Array:
    """2·tp / (2·tp + fp + fn). NaN when nothing is true and nothing chosen."""
    return ratio(2 * (weights @ (truth * chosen)), weights @ (truth + chosen))


def mean(values: Array, _: Array, weights: Array) -> Array:
    """The weighted mean of what was measured on each document."""
    return ratio(weights @ values, weights.sum(axis=-1))


def ranking(truth: Array, score: Array, weights: Array) -> tuple[Array, Array]:
    """Weight found and weight taken (…×G) after each group of equal scores, highest first."""
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    ranked = weights[..., order]
    found = np.cumsum(ranked * truth[order], axis=-1)[..., ends]
    return found, np.cumsum(ranked, axis=-1)[..., ends]


def average_precision(truth: Array, probability: Array, weights: Array) -> Array:
    """Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the distinct probabilities, highest first, without
    interpolation, as scikit-learn has it. NaN when nothing is true."""
    found, taken = ranking(truth, probability, weights)
    gained = np.diff(found, axis=-1, prepend=0)
    at = np.nan_to_num(ratio(found, taken))
    return ratio((gained * at).sum(axis=-1), found[..., -1])


def work_saved(truth: Array, probability: Array, weights: Array, least: float = 0.95) -> Array:
    """Work saved over sampling (Cohen et al. 2006): the share of documents that need not be
    read when the likeliest are read until `least` of the true ones are found, less the
    share 1 − `least` that reading at random would leave for the same recall."""
    found, taken = ranking(truth, probability, weights)
    enough = found >= least * found[..., -1:] - 1e-9
    read = np.take_along_axis(taken, enough.argmax(axis=-1)[..., None], axis=-1)[..., 0]
    saved = 1 - ratio(read, taken[..., -1]) - (1 - least)
    return np.where(found[..., -1] > 0, saved, np.nan)


def kappa(truth: Array, level: Array, weights: Array) -> Array:
    """Quadratic-weighted kappa of two rankings into levels 0 … L-1 (Cohen 1968).

    With squared distances it needs only moments: 1 − E[(x−y)²] / (Var x + Var y +
    (E x − E y)²). NaN when both give one and the same level to every document.
    """
    total = weights.sum(axis=-1)
    x, y = ratio(weights @ truth, total), ratio(weights @ level, total)
    xx, yy = ratio(weights @ truth**2, total), ratio(weights @ level**2, total)
    apart = ratio(weights @ (truth - level) ** 2, total)
    chance = xx + yy - 2 * x * y
    return 1 - ratio(apart, np.where(chance > 1e-12, chance, 0))


def _column(weights: Array, ignore: Array | None, k: int) -> Array:
    return weights if ignore is None else weights * ~ignore[:, k]


def macro(
    metric: Metric, truth: Array, prediction: Array, weights: Array, ignore: Array | None = None
) -> Array:
    """The unweighted mean of a metric over the columns of D×K.

    Where the metric is not defined, a value counts 0 if any document has it (a classifier
    that never gives a label gains nothing by that), and is left out if none has.
    """
    columns = []
    for k in range(truth.shape[1]):
        w = _column(weights, ignore, k)
        score = metric(truth[:, k], prediction[:, k], w)
        columns.append(np.where(np.isnan(score) & (w @ truth[:, k] > 0), 0.0, score))
    with warnings.catch_warnings():  # a resample may hold no defined column: NaN says so
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(np.stack(columns), axis=0))


def micro(
    metric: Metric, truth: Array, prediction: Array, weights: Array, ignore: Array | None = None
) -> Array:
    """A metric over all cells of D×K as if they were one column."""
    w = np.concatenate([_column(weights, ignore, k) for k in range(truth.shape[1])], axis=-1)
    return metric(truth.ravel(order="F"), prediction.ravel(order="F"), w)


def extended(task: Task, values: Sequence[str], chosen: Array) -> Array:
    """Decisions D×K over `values` made whole row by row with what they imply."""
    whole = np.zeros(chosen.shape)
    column = {value: k for k, value in enumerate(values)}
    for row, given in zip(whole, chosen, strict=True):
        for value in task.close(v for v, yes in zip(values, given, strict=True) if yes):
            if value in column:
                row[column[value]] = 1
    return whole


def family(task: Task, value: str) -> tuple[str, ...]:
    """A value and its parents: romance_baiting, romance, investment."""
    return (value, *task.label(value).implies)


def hierarchical_f1(
    truth: Array, chosen: Array, weights: Array, ignore: Array | None = None
) -> Array:
    """Hierarchical F1 (Kiritchenko, Matwin, Nock & Famili 2006): F1 over the union of
    extended sets. `truth` and `chosen` are D×K over a `family`, made by `extended`."""
    return micro(f1, truth, chosen, weights, ignore)


@dataclass(frozen=True, slots=True)
class Row:
    """The measures of one decision. `n` documents counted, `positives` of them true."""

    task: str
    value: str
    n: int
    positives: int
    precision: Score
    recall: Score
    f1: Score
    average_precision: Score


def _checked(truth: Array, ignore: Array | None, *others: Array) -> Array:
    """The ignore mask, made if there is none. Raises UsageError when shapes differ."""
    mask = np.zeros(truth.shape, dtype=bool) if ignore is None else np.asarray(ignore, dtype=bool)
    for array in (*others, mask):
        if array.shape != truth.shape:
            raise UsageError(f"a table of {array.shape}; expected {truth.shape} like the truth")
    return mask


def table(
    decisions: Sequence[Decision],
    truth: Array,
    probability: Array,
    chosen: Array,
    stories: Sequence[str],
    *,
    ignore: Array | None = None,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> list[Row]:
    """For each of K decisions: n, positives, and four measures with story-level intervals.

    `truth` and `chosen` are 0/1, `probability` in [0, 1], all D×K; `ignore` (D×K, bool)
    marks cells that do not count. Raises UsageError when shapes differ.
    """
    mask = _checked(truth, ignore, probability, chosen)
    weights = story_weights(stories, resamples, seed)
    rows = []
    for k, (task, value) in enumerate(decisions):

        def score(name: str, metric: Metric, prediction: Array, k: int = k) -> Score:
            return interval(
                name, metric, truth[:, k], prediction[:, k], weights,
                ignore=mask[:, k], level=level,
            )  # fmt: skip

        counted = ~mask[:, k]
        rows.append(
            Row(
                task, value, int(counted.sum()), int(truth[counted, k].sum()),
                score("precision", precision, chosen), score("recall", recall, chosen),
                score("f1", f1, chosen),
                score("average_precision", average_precision, probability),
            )
        )  # fmt: skip
    return rows


def summary(
    decisions: Sequence[Decision],
    truth: Array,
    probability: Array,
    chosen: Array,
    stories: Sequence[str],
    *,
    ignore: Array | None = None,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, dict[str, Score]]:
    """For each task: macro and micro F1 and macro average precision over its decisions.

    Takes what `table` takes. `n` of a score counts documents with any cell that counts.
    """
    mask = _checked(truth, ignore, probability, chosen)
    weights = story_weights(stories, resamples, seed)
    kinds: Mapping[str, tuple[Callable[..., Array], Metric, Array]] = {
        "macro_f1": (macro, f1, chosen),
        "micro_f1": (micro, f1, chosen),
        "macro_average_precision": (macro, average_precision, probability),
    }
    found: dict[str, dict[str, Score]] = {}
    for task in dict.fromkeys(task for task, _ in decisions):
        columns = [k for k, (name, _) in enumerate(decisions) if name == task]
        some = mask[:, columns]
        found[task] = {
            name: interval(
                name, partial(average, metric, ignore=some), truth[:, columns],
                prediction[:, columns], weights, ignore=np.asarray(some.all(axis=1)), level=level,
            )
            for name, (average, metric, prediction) in kinds.items()
        }  # fmt: skip
    return found
