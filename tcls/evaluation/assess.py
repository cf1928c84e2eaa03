"""The tables of a sample: every measure of every decision, each with n and an interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tcls.evaluation.calibration import (
    Bin,
    brier,
    calibration_error,
    reliability,
    risk_coverage,
    risk_coverage_area,
)
from tcls.evaluation.intervals import Array, Metric, Score, interval, story_weights
from tcls.evaluation.metrics import (
    Row,
    average_precision,
    extended,
    f1,
    family,
    hierarchical_f1,
    kappa,
    summary,
    table,
    work_saved,
)
from tcls.evaluation.sample import Sample
from tcls.evaluation.slices import SLICES, groups
from tcls.schema import Task

RESAMPLES = 1000
#: Slices and gaps of fewer positive documents than this say nothing and are not shown.
FEWEST_POSITIVE = 5


@dataclass(frozen=True, slots=True)
class Line:
    """All measures of decision `k` of a sample."""

    k: int
    row: Row
    work_saved: Score
    calibration_error: Score
    brier: Score

    def scores(self) -> dict[str, Score]:
        """The measures by name, in the order of the table."""
        return {
            "precision": self.row.precision, "recall": self.row.recall, "f1": self.row.f1,
            "average_precision": self.row.average_precision,
            "calibration_error": self.calibration_error, "brier": self.brier,
            "work_saved": self.work_saved,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assessment:
    """A sample measured. `tasks` has for each task its averages over values ("macro_f1",
    "micro_f1", "macro_average_precision"), the quadratic-weighted "kappa" of an ordinal one,
    and "hierarchical_f1" of each value that has parents."""

    sample: Sample
    lines: tuple[Line, ...]
    tasks: Mapping[str, Mapping[str, Score]]
    resamples: int
    seed: int

    def signature(self, what: str, n: int) -> str:
        """The signature of one number of this assessment."""
        return self.sample.signature(what, n, self.resamples, self.seed)


@dataclass(frozen=True, slots=True)
class Gap:
    """One measure of one decision in two samples, and how much higher it is in the second."""

    k: int
    measure: str
    inside: Score
    outside: Score
    difference: Score


@dataclass(frozen=True, slots=True)
class Slice:
    """F1 and average precision of one decision in one group of documents."""

    by: str
    group: str
    k: int
    positives: int
    f1: Score
    average_precision: Score


@dataclass(frozen=True, slots=True)
class Curve:
    """How wrong the answers to a task are when only the surest `coverage` of them count."""

    task: str
    coverage: Array
    risk: Array
    area: Score


def levels(sample: Sample, task: Task, cells: Array) -> Array:
    """The rank of each document in an ordinal task, from cumulative 0/1 columns."""
    return np.asarray(cells[:, sample.columns(task.id)].sum(axis=1))


def _of_task(sample: Sample, task: Task, weights: Array) -> dict[str, Score]:
    columns = sample.columns(task.id)
    every = np.asarray(sample.ignore[:, columns].all(axis=1))
    found = {}
    if task.kind == "ordinal":
        found["kappa"] = interval(
            "kappa", kappa, levels(sample, task, sample.truth),
            levels(sample, task, sample.chosen), weights, ignore=every,
        )  # fmt: skip
    values = [value for _, value in (sample.decisions[k] for k in columns)]
    for value in values:
        names = family(task, value)
        if len(names) < 2 or not set(names) <= set(values):
            continue
        some = [columns[values.index(name)] for name in names]
        mask = sample.ignore[:, some]
        found[f"hierarchical_f1 {value}"] = interval(
            f"hierarchical_f1 {value}", partial(hierarchical_f1, ignore=mask),
            extended(task, names, sample.truth[:, some]),
            extended(task, names, sample.chosen[:, some]), weights,
            ignore=np.asarray(mask.all(axis=1)),
        )  # fmt: skip
    return found


def assess(sample: Sample, resamples: int = RESAMPLES, seed: int = 0) -> Assessment:
    """Every measure of a sample, with story-level bootstrap intervals (95 %)."""
    given = (sample.decisions, sample.truth, sample.probability, sample.chosen, sample.stories)
    options = {"ignore": sample.ignore, "resamples": resamples, "seed": seed}
    rows = table(*given, **options)  # type: ignore[arg-type]
    averages = summary(*given, **options)  # type: ignore[arg-type]
    weights = story_weights(sample.stories, resamples, seed)

    def score(name: str, metric: Metric, k: int) -> Score:
        return interval(
            name, metric, sample.truth[:, k], sample.probability[:, k], weights,
            ignore=sample.ignore[:, k],
        )  # fmt: skip

    lines = tuple(
        Line(
            k, row, score("work_saved", work_saved, k),
            score("calibration_error", calibration_error, k), score("brier", brier, k),
        )
        for k, row in enumerate(rows)
    )  # fmt: skip
    tasks = {
        task.id: {**averages[task.id], **_of_task(sample, task, weights)} for task in sample.tasks()
    }
    return Assessment(sample, lines, tasks, resamples, seed)


def difference(inside: Score, outside: Score) -> Score:
    """outside − inside of two independent samples, with an interval recovered from theirs
    (MOVER; Zou & Donner 2008). NaN where either is not defined."""
    name, n = outside.name, outside.n
    apart = outside.value - inside.value
    if math.isnan(apart):
        return Score(name, math.nan, math.nan, math.nan, n)
    below = math.hypot(outside.value - outside.low, inside.high - inside.value)
    above = math.hypot(outside.high - outside.value, inside.value - inside.low)
    return Score(name, apart, apart - below, apart + above, n)


def gaps(
    inside: Assessment, outside: Assessment, measures: Sequence[str] = ("f1", "average_precision")
) -> list[Gap]:
    """Each decision's measures in one sample and in another, side by side. Decisions with
    fewer than `FEWEST_POSITIVE` positive documents in either are left out."""
    return [
        Gap(one.k, name, one.scores()[name], two.scores()[name],
            difference(one.scores()[name], two.scores()[name]))
        for name in measures
        for one, two in zip(inside.lines, outside.lines, strict=True)
        if min(one.row.positives, two.row.positives) >= FEWEST_POSITIVE
    ]  # fmt: skip


def parts(sample: Sample, by: str, fewest: int = 10) -> list[Sample]:
    """The sample by a field of its documents' meta ("set", "source"), groups of fewer than
    `fewest` documents pooled as "other"; in order of first appearance."""
    names = [str(document.meta.get(by) or "other") for document in sample.documents]
    large = [name for name in dict.fromkeys(names) if names.count(name) >= fewest]
    pooled = np.array([name if name in large else "other" for name in names])
    found = [sample.where(pooled == name, name) for name in dict.fromkeys([*large, "other"])]
    return [part for part in found if part.documents]


def sliced(sample: Sample, k: int, by: str, resamples: int = RESAMPLES) -> list[Slice]:
    """One decision in each group of a slice of `tcls.evaluation.slices` with at least
    `FEWEST_POSITIVE` positive documents."""
    weights = story_weights(sample.stories, resamples)
    found = []
    for group, mask in groups(sample.documents, by).items():
        out = ~mask | sample.ignore[:, k]
        positives = int(sample.truth[~out, k].sum())
        if positives < FEWEST_POSITIVE:
            continue
        truth = sample.truth[:, k]
        found.append(
            Slice(
                by, group, k, positives,
                interval("f1", f1, truth, sample.chosen[:, k], weights, ignore=out),
                interval(
                    "average_precision", average_precision, truth, sample.probability[:, k],
                    weights, ignore=out,
                ),
            )
        )  # fmt: skip
    return found


def all_slices(sample: Sample, decisions: Sequence[int]) -> list[Slice]:
    """`sliced` for several decisions and every slice there is."""
    return [piece for k in decisions for by in SLICES for piece in sliced(sample, k, by)]


def bins(sample: Sample, k: int) -> list[Bin]:
    """The reliability diagram of decision k."""
    weights = (~sample.ignore[:, k]).astype(np.float64)
    return reliability(sample.truth[:, k], sample.probability[:, k], weights)


def _sureness(sample: Sample, task: Task) -> tuple[Array, Array]:
    """Whether the answer to a task is wrong in any part, and the probability that was given
    to it: of the chosen value, or the product over the values of a multilabel task."""
    columns = sample.columns(task.id)
    chance, chosen = sample.probability[:, columns], sample.chosen[:, columns]
    counted = ~sample.ignore[:, columns]
    wrong = ((sample.truth[:, columns] != chosen) & counted).any(axis=1).astype(np.float64)
    if task.kind != "ordinal":
        return wrong, np.where(chosen > 0, chance, 1 - chance).prod(axis=1)
    edges = np.column_stack([np.ones(len(chance)), chance, np.zeros(len(chance))])
    at = levels(sample, task, sample.chosen).astype(np.intp)
    rows = np.arange(len(chance))
    return wrong, edges[rows, at] - edges[rows, at + 1]


def curve(sample: Sample, task: Task, resamples: int = RESAMPLES, seed: int = 0) -> Curve:
    """The risk–coverage curve of a task. Documents abstained from come last."""
    wrong, sure = _sureness(sample, task)
    sure = np.where(sample.abstained, -1.0, sure)
    out = np.asarray(sample.ignore[:, sample.columns(task.id)].all(axis=1))
    coverage, risk = risk_coverage(wrong, sure, np.where(out, 0.0, 1.0))
    weights = story_weights(sample.stories, resamples, seed)
    area = interval("risk_coverage_area", risk_coverage_area, wrong, sure, weights, ignore=out)
    return Curve(task.id, coverage, risk, area)
