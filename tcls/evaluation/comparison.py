"""Two systems on the same documents: paired differences, and whether they could be chance."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tcls.errors import UsageError
from tcls.evaluation import metrics
from tcls.evaluation.intervals import (
    Array,
    Metric,
    Score,
    paired_difference,
    permutation_test,
)
from tcls.evaluation.metrics import Decision
from tcls.evaluation.sample import Sample
from tcls.schema import Schema, load_schema

ANSWERS = "predictions.json"
#: Probabilities are stored as whole numbers of ten-thousandths.
_UNIT = 10_000


@dataclass(frozen=True, slots=True)
class Answers:
    """What a system answered on D documents in K decisions, without the documents: hashes
    of their ids and stories, truth and answers, all D×K."""

    system: str
    data: str
    decisions: tuple[Decision, ...]
    documents: tuple[str, ...]
    stories: tuple[str, ...]
    truth: Array
    ignore: Array
    probability: Array
    chosen: Array


@dataclass(frozen=True, slots=True)
class Difference:
    """`score` is two − one, with a story-level interval; `p` of the permutation test."""

    data: str
    task: str
    value: str
    measure: str
    one: float
    two: float
    score: Score
    p: float


def _hashed(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(hashlib.sha256(name.encode()).hexdigest()[:12] for name in names)


def answers(system: str, sample: Sample) -> Answers:
    """The answers that stand in a judged sample."""
    return Answers(
        system, sample.name, sample.decisions, _hashed([d.id for d in sample.documents]),
        _hashed(sample.stories), sample.truth, sample.ignore, sample.probability, sample.chosen,
    )  # fmt: skip


def _bits(table: Array) -> list[str]:
    return ["".join("1" if cell else "0" for cell in row) for row in table]


def _table(rows: Sequence[str], k: int) -> Array:
    return np.array([[c == "1" for c in row] for row in rows], dtype=np.float64).reshape(-1, k)


def to_json(found: Sequence[Answers]) -> dict[str, Any]:
    """Plain values: what is of the data once, then the answers of each system."""
    table: dict[str, Any] = {}
    for one in found:
        data = table.setdefault(
            one.data,
            {
                "decisions": [list(d) for d in one.decisions],
                "documents": list(one.documents), "stories": list(one.stories),
                "truth": _bits(one.truth), "ignore": _bits(one.ignore), "systems": {},
            },
        )  # fmt: skip
        whole = np.round(one.probability * _UNIT).astype(int).tolist()
        data["systems"][one.system] = {"probability": whole, "chosen": _bits(one.chosen)}
    return table


def read_answers(folder: Path, system: str = "") -> list[Answers]:
    """The stored answers of one system of an experiment, the first that stands there if none
    is named: one for each data set. Raises UsageError when there are none."""
    try:
        table = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))
        found = []
        for name, data in table.items():
            given = data["systems"]
            wanted = system or next(iter(given))
            if wanted not in given:
                raise UsageError(
                    f"{folder.name}: no system {wanted!r}; expected one of {', '.join(given)}"
                )
            k = len(data["decisions"])
            found.append(
                Answers(
                    wanted, name, tuple((t, v) for t, v in data["decisions"]),
                    tuple(data["documents"]), tuple(data["stories"]), _table(data["truth"], k),
                    _table(data["ignore"], k) > 0,
                    np.array(given[wanted]["probability"]).reshape(-1, k) / _UNIT,
                    _table(given[wanted]["chosen"], k),
                )
            )  # fmt: skip
    except OSError as fault:
        raise UsageError(
            f"{folder.name}: no {ANSWERS} ({fault.strerror}); run the experiment first "
            "(one of kind suite, agreement, budget or evidence has no answers to compare)"
        ) from fault
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as fault:
        raise UsageError(f"{folder.name}/{ANSWERS}: damaged ({fault}); run it again") from fault
    return found


def _common(one: Answers, two: Answers) -> None:
    same = one.documents == two.documents and one.decisions == two.decisions
    if not same or not np.array_equal(one.truth, two.truth):
        raise UsageError(
            f"{one.data}: the two experiments judged different documents or codings; run both again"
        )


def _measures(
    schema: Schema, one: Answers
) -> Iterator[tuple[str, str, str, Metric, list[int], bool]]:
    """Task, value, measure, metric, columns, and whether it is of probabilities."""
    tasks = dict.fromkeys(task for task, _ in one.decisions)
    for name in tasks:
        columns = [k for k, (task, _) in enumerate(one.decisions) if task == name]
        if schema.task(name).kind == "ordinal":
            for k in columns:
                value = one.decisions[k][1]
                yield name, value, "f1", metrics.f1, [k], False
                yield name, value, "average_precision", metrics.average_precision, [k], True
        else:
            yield name, "all", "micro_f1", metrics.f1, columns, False
            yield name, "all", "macro_f1", metrics.f1, columns, False
            average = metrics.average_precision
            yield name, "all", "macro_average_precision", average, columns, True


def _whole(measure: str, metric: Metric, ignore: Array) -> Metric:
    """A metric of one column, or the mean of one over columns."""
    if ignore.shape[1] == 1:
        return lambda truth, given, weights: metric(truth[:, 0], given[:, 0], weights)
    average: Callable[..., Array] = getattr(metrics, measure.partition("_")[0])
    return partial(average, metric, ignore=ignore)


def differences(
    one: Answers, two: Answers, resamples: int = 1000, seed: int = 0
) -> list[Difference]:
    """two − one in the headline measures, paired by document.

    Raises UsageError when they are not of the same documents and decisions.
    """
    _common(one, two)
    found = []
    for task, value, measure, metric, columns, soft in _measures(load_schema(), one):
        some, truth = one.ignore[:, columns], one.truth[:, columns]
        out = np.asarray(some.all(axis=1))
        left, right = ((a.probability if soft else a.chosen)[:, columns] for a in (one, two))
        whole = _whole(measure, metric, some)
        twice = _whole(measure, metric, np.vstack([some, some]))  # both stand below each other
        score = paired_difference(
            measure, whole, truth, left, right, one.stories,
            ignore=out, resamples=resamples, seed=seed,
        )  # fmt: skip
        p = permutation_test(
            twice, truth, left, right, one.stories, ignore=out, permutations=resamples, seed=seed
        )
        keep = (~out).astype(np.float64)
        values = [float(whole(truth, given, keep)) for given in (left, right)]
        found.append(Difference(one.data, task, value, measure, values[0], values[1], score, p))
    return found


def _place(text: str) -> tuple[Path, str]:
    """FOLDER or FOLDER:SYSTEM."""
    if Path(text).is_dir():
        return Path(text), ""
    folder, _, system = text.rpartition(":")
    if not folder or not Path(folder).is_dir():
        raise UsageError(f"{text}: no such folder; expected FOLDER or FOLDER:SYSTEM")
    return Path(folder), system


def named(text: str) -> str:
    """FOLDER or FOLDER:SYSTEM as FOLDER:SYSTEM, with the system that is meant."""
    folder, system = _place(text)
    return f"{folder}:{read_answers(folder, system)[0].system}"


def compare(a: str, b: str, resamples: int = 1000) -> list[Difference]:
    """b − a, each an experiment's folder or FOLDER:SYSTEM, on every data set that both have.

    Raises UsageError where there is nothing to compare.
    """
    one, two = (read_answers(*_place(text)) for text in (a, b))
    by_data = {answer.data: answer for answer in two}
    pairs = [(answer, by_data[answer.data]) for answer in one if answer.data in by_data]
    if not pairs:
        raise UsageError(f"{a} and {b} have no data set in common")
    return [d for pair in pairs for d in differences(*pair, resamples=resamples)]
