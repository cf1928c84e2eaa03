"""Samples to figures: every number with n, an interval and a signature, in one shape.

Tables, curves and comparisons of experiments are made of nothing else.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from tcls.evaluation import metrics
from tcls.evaluation.assess import assess, levels
from tcls.evaluation.calibration import calibration_error
from tcls.evaluation.intervals import Array, Metric, Score, interval, story_weights
from tcls.evaluation.sample import Sample

#: A mean over values counts those with at least as many positives.
FEWEST = 5
ALL = "all"
OVER = f"macro_f1_of_{FEWEST}"
CALIBRATION = "macro_calibration_error"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: of a system, on data (or a group of it), for a value of a task, by a measure.

    `value` is "all" for what is of a task as a whole. `positives` of `score.n` documents are
    true, in any of the values counted.
    """

    system: str
    data: str
    group: str
    task: str
    value: str
    measure: str
    score: Score
    positives: int
    signature: str

    @property
    def key(self) -> tuple[str, ...]:
        """What names the figure."""
        return self.system, self.data, self.group, self.task, self.value, self.measure

    def to_dict(self, decimals: int) -> dict[str, Any]:
        """Plain values, rounded; null where a number is not defined."""
        names = ("system", "data", "group", "task", "value", "measure")
        row: dict[str, Any] = dict(zip(names, self.key, strict=True))
        numbers = {"score": self.score.value, "low": self.score.low, "high": self.score.high}
        rounded = {k: None if math.isnan(v) else round(v, decimals) for k, v in numbers.items()}
        counts = {"n": self.score.n, "positives": self.positives}
        return row | rounded | counts | {"signature": self.signature}


@dataclass
class Findings:
    """What an experiment found: figures; judged samples whose answers are worth keeping, by
    the name of the system; and tables of other shape, by name."""

    figures: list[Figure] = field(default_factory=list)
    judged: list[tuple[str, Sample]] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A judged sample with what its figures are called."""

    sample: Sample
    system: str
    data: str
    resamples: int
    group: str = ""

    def figure(
        self, score: Score, task: str, value: str, measure: str, positives: int, what: str
    ) -> Figure:
        """A score as a signed figure."""
        signature = self.sample.signature(f"{what}|{measure}", score.n, self.resamples)
        return Figure(
            self.system, self.data, self.group, task, value, measure, score, positives, signature
        )

    def of(self, k: int, score: Score) -> Figure:
        """A score of decision k."""
        task, value = self.sample.decisions[k]
        return self.figure(
            score, task, value, score.name, self._positives([k]), self.sample.title(k)
        )

    def of_task(self, task: str, score: Score) -> Figure:
        """A score of a task; "hierarchical_f1 VALUE" becomes one of that value."""
        measure, _, value = score.name.partition(" ")
        positives = self._positives(self.sample.columns(task))
        value = value or ALL
        return self.figure(score, task, value, measure, positives, f"{task}:{value}")

    def _positives(self, columns: list[int]) -> int:
        counted = (self.sample.truth[:, columns] > 0) & ~self.sample.ignore[:, columns]
        return int(counted.any(axis=1).sum())


def _averaged(
    sheet: Sheet, task: str, name: str, average: Callable[..., Array], metric: Metric,
    given: Array, weights: Array, least: int = 0,
) -> Figure:  # fmt: skip
    """A mean over the values of a task that have at least `least` positives."""
    sample = sheet.sample
    counted = (sample.truth > 0) & ~sample.ignore
    columns = [k for k in sample.columns(task) if counted[:, k].sum() >= least]
    if not columns:
        return sheet.of_task(task, Score(name, math.nan, math.nan, math.nan, len(sample.documents)))
    some = sample.ignore[:, columns]
    score = interval(
        name, partial(average, metric, ignore=some), sample.truth[:, columns],
        given[:, columns], weights, ignore=np.asarray(some.all(axis=1)),
    )  # fmt: skip
    return sheet.of_task(task, score)


def full(sheet: Sheet) -> Iterator[Figure]:
    """Everything that `tcls.evaluation.assess` measures, and the headline's means."""
    found = assess(sheet.sample, sheet.resamples)
    for line in found.lines:
        for score in line.scores().values():
            yield sheet.of(line.k, score)
    for task, scores in found.tasks.items():
        for score in scores.values():
            yield sheet.of_task(task, score)
    weights = story_weights(sheet.sample.stories, sheet.resamples)
    for task in found.tasks:
        yield from _extra(sheet, task, weights)


def _extra(sheet: Sheet, task: str, weights: Array) -> Iterator[Figure]:
    sample = sheet.sample
    if sample.schema.task(task).kind != "ordinal":
        yield _averaged(
            sheet, task, OVER, metrics.macro, metrics.f1, sample.chosen, weights, FEWEST
        )
    yield _averaged(
        sheet, task, CALIBRATION, metrics.macro, calibration_error, sample.probability, weights
    )


def headline(sheet: Sheet) -> Iterator[Figure]:
    """The few figures that say most: F1 and average precision of each ordinal decision and
    kappa; micro and macro F1 and average precision of other tasks; calibration of all."""
    sample = sheet.sample
    weights = story_weights(sample.stories, sheet.resamples)
    pairs: tuple[tuple[str, Metric, Array], ...] = (
        ("f1", metrics.f1, sample.chosen),
        ("average_precision", metrics.average_precision, sample.probability),
    )
    for task in sample.tasks():
        if task.kind == "ordinal":
            for k in sample.columns(task.id):
                for name, metric, given in pairs:
                    out = sample.ignore[:, k]
                    score = interval(
                        name, metric, sample.truth[:, k], given[:, k], weights, ignore=out
                    )
                    yield sheet.of(k, score)
            coded, said = (levels(sample, task, part) for part in (sample.truth, sample.chosen))
            every = np.asarray(sample.ignore[:, sample.columns(task.id)].all(axis=1))
            score = interval("kappa", metrics.kappa, coded, said, weights, ignore=every)
            yield sheet.of_task(task.id, score)
        else:
            for average, (name, metric, given) in (
                (metrics.micro, pairs[0]), (metrics.macro, pairs[1]),
            ):  # fmt: skip
                label = f"{average.__name__}_{name}"
                yield _averaged(sheet, task.id, label, average, metric, given, weights)
        yield from _extra(sheet, task.id, weights)
