"""The behavioural suite and the generated tests, for people and as JSON."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from tcls.evaluation.behaviour import Failure, Outcome, TypeResult, Value, pooled
from tcls.evaluation.invariance import Stability
from tcls.evaluation.overview import Behaviour
from tcls.report.measures import number, score_record, with_interval
from tcls.report.terminal import printable


def said(value: Value) -> str:
    """An answer as text: "present", "romance, investment", "none", "no answer"."""
    if value is None:
        return "no answer"
    if isinstance(value, str):
        return value
    return ", ".join(value) or "none"


def wanted(failure: Failure, task: str) -> str:
    """What was expected of one task: "present", "with romance, without romance_baiting"."""
    expect = failure.case.expect[task]
    if expect and isinstance(expect[0], str):
        return " or ".join(str(v) for v in expect)
    has, without = expect
    told = (("with", has), ("without", without))
    return ", ".join(f"{word} {' and '.join(values)}" for word, values in told if values)


def role_and_modality(outcome: Outcome) -> Any:
    """The pass rate over the types that a bag of words cannot tell apart (1-30)."""
    chosen = [t for t in outcome.types if t.contrast.group in ("role", "modality")]
    return pooled("role and modality", chosen)


def _type_line(found: TypeResult) -> str:
    sides = " ".join(f"{s} {round(r.value * r.n)}/{r.n}" for s, r in found.sides.items())
    steady = ""
    if found.steady:
        steady = f"  same answer {round(found.steady.value * found.steady.n)}/{found.steady.n}"
    n = found.pairs.n
    name = textwrap.shorten(found.contrast.name, 62, placeholder=" …")
    return (
        f"  {found.contrast.number:>2} {name:<63}{round(found.pairs.value * n):>2}/{n} "
        f"[{number(found.pairs.low)}, {number(found.pairs.high)}]  {sides}{steady}"
    )


def _examples(outcome: Outcome, most: int) -> Iterator[str]:
    shown: dict[int, int] = {}
    for failure in outcome.failures:
        case = failure.case
        shown[case.contrast.number] = shown.get(case.contrast.number, 0) + 1
        if shown[case.contrast.number] > most:
            continue
        yield f"  {case.id}  {printable(case.text)}"
        for task in failure.tasks:
            found = printable(said(failure.found[task]))
            yield f"      {task}: expected {wanted(failure, task)}, found {found}"


def _stability_line(found: Stability) -> str:
    mark = "holds" if found.holds else "FAILS" if found.exact else "moves"
    return (
        f"  {found.name:<34}{found.flips.n:>6}  {with_interval(found.flips):<20}"
        f"{'–' if number(found.largest) == '–' else f'{found.largest:.4f}':>10}  {mark}"
    )


def _generated(found: Behaviour) -> Iterator[str]:
    for kind, head in (
        ("invariance", "generated: must not move (share of documents with a label flip)"),
        ("directional", "generated: must not fall (share of documents where it did)"),
    ):
        yield ""
        yield head
        yield f"  {'':<34}{'n':>6}  {'share':<20}{'largest':>10}"
        for stability in found.generated:
            if stability.kind == kind:
                yield _stability_line(stability)
                for c in stability.changes[:2]:
                    told = f"{c.task}: {said(c.before)} → {said(c.after)}, " if c.task else ""
                    shown = printable(f"{c.document}: {told}probability moved {c.change:.4f}")
                    yield f"      {shown}"


def as_behaviour(model: str, found: Behaviour, examples: int = 1) -> Iterator[str]:
    """Pass rates per type and group, failing examples, and the generated tests."""
    outcome = found.outcome
    yield f"behavioural suite; {printable(model)}; a pair passes when all of its texts do"
    group = ""
    for result in outcome.types:
        if result.contrast.group != group:
            group = result.contrast.group
            score = outcome.groups[group]
            yield ""
            yield f"{group}: {with_interval(score)} of {score.n} pairs"
        yield _type_line(result)
    both = role_and_modality(outcome)
    yield ""
    yield f"role and modality (1-30): {with_interval(both)} of {both.n} pairs"
    yield f"all: {with_interval(outcome.pairs)} of {outcome.pairs.n} pairs (Wilson, 95 %)"
    if outcome.failures and examples:
        yield ""
        yield f"failing texts, {examples} for each type"
        yield from _examples(outcome, examples)
    if found.generated:
        yield from _generated(found)
    if found.biased:
        yield ""
        where = "; ".join(found.biased)
        yield f"BIAS: a nationality or country moved an answer or a probability: {where}"


def _answers(found: Mapping[str, Value]) -> dict[str, Any]:
    return {task: list(v) if isinstance(v, tuple) else v for task, v in found.items()}


def _failure_record(failure: Failure) -> dict[str, Any]:
    case = failure.case
    return {
        "id": case.id, "type": case.contrast.number, "kind": case.kind, "text": case.text,
        "expected": {task: wanted(failure, task) for task in failure.tasks},
        "found": _answers({task: failure.found[task] for task in failure.tasks}),
    }  # fmt: skip


def behaviour_record(model: str, found: Behaviour) -> dict[str, Any]:
    """Everything as JSON, with every failing text."""
    outcome = found.outcome
    return {
        "model": model, "biased": list(found.biased),
        "pairs": score_record(outcome.pairs),
        "role_and_modality": score_record(role_and_modality(outcome)),
        "groups": {group: score_record(score) for group, score in outcome.groups.items()},
        "types": [
            {"number": t.contrast.number, "name": t.contrast.name, "group": t.contrast.group,
             "kinds": list(t.kinds), "pairs": score_record(t.pairs),
             "sides": {side: score_record(score) for side, score in t.sides.items()},
             "steady": score_record(t.steady) if t.steady else None}
            for t in outcome.types
        ],
        "failures": [_failure_record(failure) for failure in outcome.failures],
        "unsteady": [
            {"pair": u.pair, "type": u.contrast.number,
             "found": {side: _answers(v) for side, v in u.found.items()}}
            for u in outcome.unsteady
        ],
        "generated": [
            {"name": s.name, "kind": s.kind, "exact": s.exact, "holds": s.holds,
             "flips": score_record(s.flips), "largest_change": _finite(s.largest),
             "changes": [
                 {"document": c.document, "task": c.task or None, "change": round(c.change, 6)}
                 | _answers({"before": c.before, "after": c.after})
                 for c in s.changes
             ]}
            for s in found.generated
        ],
    }  # fmt: skip


def _finite(value: float) -> float | None:
    return None if value != value else round(value, 6)
