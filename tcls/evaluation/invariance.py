"""Texts as they come, changed in ways that must not move a label, or may only raise one.

Works on any classifier with a `predict(text)`, as `tcls.evaluation.behaviour` does. What is
measured is the share of documents with a label flip and the largest change of a
probability; swaps of nationality and country must leave every probability exactly equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tcls.errors import UsageError
from tcls.evaluation.behaviour import Answer, Predict, Value, answer
from tcls.evaluation.counts import effective_stories
from tcls.evaluation.edits import ADDITIONS, EDITS, Addition, Edit
from tcls.evaluation.intervals import Score, wilson
from tcls.reading.document import Document
from tcls.schema import Schema, load_schema

#: How far an added sentence may lower a probability (CheckList takes 0.1 as well).
TOLERANCE = 0.1


@dataclass(frozen=True, slots=True)
class Change:
    """A document that an edit moved. `before` and `after` are the answers to the task that
    flipped; for a mere change of probability they are equal. `change` is the largest."""

    document: str
    task: str
    before: Value
    after: Value
    change: float


@dataclass(frozen=True, slots=True)
class Stability:
    """What one edit did. `flips` is the share of the documents it changed whose labels
    moved (of additions: fell), with a Wilson interval over effective stories; `largest`
    the largest change (of additions: fall) of any probability, NaN without probabilities."""

    name: str
    kind: str
    exact: bool
    flips: Score
    largest: float
    changes: tuple[Change, ...]

    @property
    def holds(self) -> bool:
        """Nothing moved that must not: for an exact edit not even a probability."""
        return not self.changes if self.exact else self.flips.value == 0


def _share(name: str, moved: int, stories: Sequence[str]) -> Score:
    n = len(stories)
    if not n:
        return Score(name, float("nan"), 0.0, 1.0, 0)
    worth = effective_stories(stories)
    low, high = wilson(min(worth, moved / n * worth), worth)
    return Score(name, moved / n, low, high, n)


def _moved(before: Answer, after: Answer) -> tuple[str, float]:
    """The first task whose answer differs, "" if none does, and the largest difference of
    any probability (0 when there are none)."""
    flipped = next((t for t in before.values if before.values[t] != after.values.get(t)), "")
    either = set(before.probabilities) | set(after.probabilities)
    apart = [
        abs(before.probabilities.get(k, 0.0) - after.probabilities.get(k, 0.0)) for k in either
    ]
    return flipped, max(apart, default=0.0)


def _at_least(schema: Schema, found: Answer, task: str, value: str) -> float:
    """The probability of a value, or for an ordinal task of it or a higher one."""
    rule = schema.task(task)
    values = rule.values[rule.values.index(value) :] if rule.kind == "ordinal" else (value,)
    return sum(found.probabilities.get((task, v), 0.0) for v in values)


def _has_fallen(schema: Schema, before: Value, after: Value, addition: Addition) -> bool:
    rule = schema.task(addition.task)
    if rule.kind == "ordinal":
        rank = {v: i for i, v in enumerate(rule.values)}
        return rank.get(str(after), -1) < rank.get(str(before), -1)
    return addition.value in (before or ()) and addition.value not in (after or ())


def _edited(
    edit: Edit, predict: Predict, documents: Sequence[Document], stories: Sequence[str],
    before: Sequence[Answer],
) -> Stability:  # fmt: skip
    touched, changes, flips = [], [], 0
    for document, story, first in zip(documents, stories, before, strict=True):
        given, text = edit.before(document.text), edit.apply(document.text)
        if text == given:
            continue
        touched.append(story)
        if given != document.text:
            first = answer(predict(given))
        second = answer(predict(text))
        task, apart = _moved(first, second)
        flips += bool(task)
        if task or apart > 0:
            old, new = first.values.get(task), second.values.get(task)
            changes.append(Change(document.id, task, old, new, apart))
    changes.sort(key=lambda c: (not c.task, -c.change, c.document))
    largest = max((c.change for c in changes), default=0.0)
    known = any(first.probabilities for first in before)
    share = _share("label flips", flips, touched)
    return Stability(
        edit.name, "invariance", edit.exact, share, largest if known else float("nan"),
        tuple(changes),
    )  # fmt: skip


def _added(
    addition: Addition, predict: Predict, documents: Sequence[Document], stories: Sequence[str],
    before: Sequence[Answer], schema: Schema,
) -> Stability:  # fmt: skip
    changes, flips, task = [], 0, addition.task
    largest = 0.0
    for document, first in zip(documents, before, strict=True):
        second = answer(predict(addition.apply(document.text)))
        old, new = first.values.get(task), second.values.get(task)
        fall = _at_least(schema, first, task, addition.value) - _at_least(
            schema, second, task, addition.value
        )
        largest = max(largest, fall)
        if _has_fallen(schema, old, new, addition) or fall > TOLERANCE:
            flips += 1
            changes.append(Change(document.id, task, old, new, fall))
    changes.sort(key=lambda c: (-c.change, c.document))
    known = any(first.probabilities for first in before)
    share = _share("lowered", flips, stories)
    return Stability(
        addition.name, "directional", False, share, largest if known else float("nan"),
        tuple(changes),
    )  # fmt: skip


def generated(
    predict: Predict,
    documents: Sequence[Document],
    stories: Sequence[str],
    schema: Schema | None = None,
    edits: Sequence[Edit] = EDITS,
    additions: Sequence[Addition] = ADDITIONS,
) -> tuple[Stability, ...]:
    """Every edit and every addition on every document that it changes.

    An addition fails on a document when the label falls, or the probability of what the
    sentence says by more than `TOLERANCE`. Raises UsageError when there are no documents or
    a result cannot be read.
    """
    if not documents:
        raise UsageError("no documents to change; expected at least one")
    schema = schema or load_schema()
    before = [answer(predict(document.text)) for document in documents]
    asked = [a for a in additions if any(a.task in first.values for first in before)]
    return (
        *(_edited(edit, predict, documents, stories, before) for edit in edits),
        *(_added(a, predict, documents, stories, before, schema) for a in asked),
    )
