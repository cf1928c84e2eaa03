"""The behavioural suite: short texts that differ in few words, and what must be said of them.

In the sense of CheckList (Ribeiro et al. 2020) and contrast sets (Gardner et al. 2020). It
runs on anything that has a `predict(text)` whose result is a tcls Prediction, the
prediction record as a mapping, or a mapping from task to value or values.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tcls.corpus.seeds import json_lines
from tcls.errors import CorpusError, TclsError, UsageError
from tcls.evaluation.intervals import Score, proportion
from tcls.schema import Schema, load_schema, packaged

Predict = Callable[[str], object]
#: What was answered to one task: a value, a set of values, or None (abstained).
Value = str | tuple[str, ...] | None

_KEYS = {"id", "type", "pair", "side", "kind", "text", "expect"}
KINDS = ("minimum_functionality", "directional", "invariance")
#: The contrast types that swap a nationality or a country: any difference is a bias.
NATION_TYPES = (63, 64)


@dataclass(frozen=True, slots=True)
class Contrast:
    """One of the contrast types: its number, name and group."""

    number: int
    name: str
    group: str


@dataclass(frozen=True, slots=True)
class Case:
    """One text. `expect` maps a task to the values that are right (ordinal), or to a pair
    (must be there, must not be there) of value sets (multilabel)."""

    id: str
    contrast: Contrast
    pair: str
    side: str
    kind: str
    text: str
    expect: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]] | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Suite:
    """All cases, ordered by type, pair and side."""

    cases: tuple[Case, ...]
    schema: Schema


@dataclass(frozen=True, slots=True)
class Answer:
    """A classifier's answer, whatever its form. `probabilities` may be empty."""

    values: Mapping[str, Value]
    probabilities: Mapping[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """A text that was answered wrongly in at least one task: what was expected and found."""

    case: Case
    found: Mapping[str, Value]
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsteady:
    """A pair of an invariance type whose sides got different answers, right or wrong."""

    contrast: Contrast
    pair: str
    found: Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class TypeResult:
    """Pass rates of one contrast type. A pair passes when all of its sides do; `steady` is
    the share of pairs with one answer to all sides, for invariance types, else None."""

    contrast: Contrast
    kinds: tuple[str, ...]
    pairs: Score
    sides: Mapping[str, Score]
    steady: Score | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a classifier did with the suite; intervals are Wilson's over pairs (over texts
    for sides)."""

    types: tuple[TypeResult, ...]
    groups: Mapping[str, Score]
    pairs: Score
    failures: tuple[Failure, ...]
    unsteady: tuple[Unsteady, ...]

    @property
    def biased(self) -> tuple[Unsteady, ...]:
        """Pairs in which only a nationality or a country differs, and so did the answer."""
        return tuple(u for u in self.unsteady if u.contrast.number in NATION_TYPES)


def load_contrasts(path: Path | None = None) -> dict[int, Contrast]:
    """The contrast types by number. Raises CorpusError for a file that does not fit."""
    path = path or packaged("labels/contrasts.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {row["number"]: Contrast(**row) for row in table["type"]}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CorpusError(f"{path.name}: {fault}; expected [[type]] number, name, group") from fault


def _expected(schema: Schema, task: str, wanted: Any) -> Any:
    rule = schema.task(task)
    if rule.kind == "ordinal":
        values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        for value in values:
            rule.label(value)
        return values
    if not isinstance(wanted, dict) or set(wanted) - {"has", "not"}:
        raise UsageError(f"{task}: expected an object with has and not")
    pair = tuple(wanted.get("has", ())), tuple(wanted.get("not", ()))
    for value in pair[0] + pair[1]:
        rule.label(value)
    return pair


def load_suite(path: Path | None = None, schema: Schema | None = None) -> Suite:
    """The suite in a JSONL file; without a path, the one that ships with tcls.

    Raises CorpusError naming file and line for an unknown key, type, kind, task or value,
    and for an id that stands twice.
    """
    path = path or packaged("labels/suite.jsonl")
    schema, contrasts = schema or load_schema(), load_contrasts()
    found: dict[str, Case] = {}
    try:
        for number, row in json_lines(path):
            try:
                if set(row) != _KEYS or row["kind"] not in KINDS or row["id"] in found:
                    raise ValueError(f"expected unique ids, the keys {sorted(_KEYS)}, a known kind")
                expect = {t: _expected(schema, t, wanted) for t, wanted in row["expect"].items()}
                found[row["id"]] = Case(
                    row["id"], contrasts[row["type"]], row["pair"], row["side"], row["kind"],
                    row["text"], expect,
                )  # fmt: skip
            except (KeyError, TypeError, ValueError, AttributeError, TclsError) as fault:
                raise CorpusError(f"{path.name}, line {number}: {fault}") from fault
    except OSError as fault:
        raise CorpusError(f"{path.name}: {fault.strerror or fault}; expected a suite") from fault
    cases = sorted(found.values(), key=lambda c: (c.contrast.number, c.pair, c.side))
    return Suite(tuple(cases), schema)


def _value(given: object) -> tuple[Value, Mapping[str, float]]:
    """One task's answer in any of its forms, and its probabilities."""
    if given is None or isinstance(given, str):
        return given, {}
    if isinstance(given, Mapping):
        value, values = given.get("value"), given.get("values")
        chances = given.get("probabilities") or {}
    elif hasattr(given, "probabilities"):
        value, values = getattr(given, "value", None), getattr(given, "values", None)
        chances = given.probabilities
    elif isinstance(given, Iterable):
        return tuple(given), {}
    else:
        raise UsageError(f"an answer of type {type(given).__name__}; expected a value or values")
    return (value if values is None else tuple(values)), chances


def answer(result: object) -> Answer:
    """What `predict` gave, as an Answer. Raises UsageError for a form that is not known."""
    tasks = result.get("tasks", result) if isinstance(result, Mapping) else None
    tasks = getattr(result, "tasks", tasks)
    if not isinstance(tasks, Mapping):
        raise UsageError(
            f"predict gave {type(result).__name__}; expected a Prediction, its to_dict(), "
            "or a mapping from task to value or values"
        )
    read = {str(task): _value(given) for task, given in tasks.items()}
    chances = {
        (t, str(v)): float(p)
        for t, (_, given) in read.items()
        for v, p in given.items()
        if p is not None
    }
    return Answer({task: value for task, (value, _) in read.items()}, chances)


def _right(schema: Schema, task: str, wanted: Any, found: Value) -> bool:
    if schema.task(task).kind == "ordinal":
        return found in wanted
    if not isinstance(found, tuple):
        return False
    has, without = wanted
    return set(has) <= set(found) and not set(without) & set(found)


def _judge(suite: Suite, case: Case, found: Answer) -> Failure | None:
    wrong = tuple(
        task
        for task, wanted in case.expect.items()
        if not _right(suite.schema, task, wanted, found.values.get(task))
    )
    shown = {task: found.values.get(task) for task in case.expect}
    return Failure(case, shown, wrong) if wrong else None


def _type_result(cases: Sequence[Case], wrong: set[str], unsteady: set[str]) -> TypeResult:
    contrast = cases[0].contrast
    pairs: dict[str, list[Case]] = defaultdict(list)
    sides: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        pairs[case.pair].append(case)
        sides[case.side].append(case)
    passed = sum(not any(c.id in wrong for c in group) for group in pairs.values())
    kinds = tuple(sorted({case.kind for case in cases}))
    still = sum(pair not in unsteady for pair in pairs)
    return TypeResult(
        contrast, kinds, proportion("pairs", passed, len(pairs)),
        {
            side: proportion(f"side {side}", sum(c.id not in wrong for c in group), len(group))
            for side, group in sorted(sides.items())
        },
        proportion("steady", still, len(pairs)) if kinds == ("invariance",) else None,
    )  # fmt: skip


def _unsteady(cases: Sequence[Case], answers: Mapping[str, Answer]) -> list[Unsteady]:
    """Pairs of invariance cases whose sides were answered differently in an expected task."""
    pairs: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.kind == "invariance":
            pairs[case.pair].append(case)
    found = []
    for pair, group in pairs.items():
        tasks = [task for task in group[0].expect if all(task in c.expect for c in group)]
        said = {c.side: {t: answers[c.id].values.get(t) for t in tasks} for c in group}
        if any(one != said[group[0].side] for one in said.values()):
            found.append(Unsteady(group[0].contrast, pair, said))
    return found


def run(predict: Predict, suite: Suite) -> Outcome:
    """Put every text of the suite to a classifier.

    A task that is expected and not answered (absent, or None) is a failure: an abstention
    on so short a text is no answer. Raises UsageError when a result cannot be read.
    """
    answers = {case.id: answer(predict(case.text)) for case in suite.cases}
    failures = [f for c in suite.cases if (f := _judge(suite, c, answers[c.id]))]
    unsteady = _unsteady(suite.cases, answers)
    wrong, moved = {f.case.id for f in failures}, {u.pair for u in unsteady}
    by_type: dict[int, list[Case]] = defaultdict(list)
    for case in suite.cases:
        by_type[case.contrast.number].append(case)
    types = tuple(_type_result(cases, wrong, moved) for cases in by_type.values())
    groups = {
        group: pooled(group, [t for t in types if t.contrast.group == group])
        for group in dict.fromkeys(t.contrast.group for t in types)
    }
    return Outcome(types, groups, pooled("pairs", types), tuple(failures), tuple(unsteady))


def pooled(name: str, types: Iterable[TypeResult]) -> Score:
    """The pass rate over the pairs of several types."""
    scores = [t.pairs for t in types]
    right = sum(round(s.value * s.n) for s in scores if s.n)
    return proportion(name, right, sum(s.n for s in scores))
