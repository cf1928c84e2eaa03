"""The schema for people: the list of labels, and one label explained."""

import textwrap
from collections.abc import Iterator

from tcls.schema import Label, Schema, Task


def _wrapped(text: str, indent: str = "  ") -> Iterator[str]:
    for line in text.strip().splitlines():
        yield from textwrap.wrap(line, 96, initial_indent=indent, subsequent_indent=indent)


def as_list(schema: Schema) -> Iterator[str]:
    """Every task and its values."""
    yield f"schema {schema.version}"
    for task in schema.tasks:
        order = " < ".join(task.values) if task.kind == "ordinal" else ", ".join(task.values)
        note = " (second tier)" if task.tier == 2 else ""
        yield ""
        yield f"{task.id}  {task.kind}{note}"
        yield from _wrapped(order)


def as_task(task: Task) -> Iterator[str]:
    """A task: definition, rule, what counts and what does not, rulings, standards."""
    yield f"{task.id}  ({task.title}, {task.kind}: {', '.join(task.values)})"
    yield from _wrapped(task.definition)
    for title, lines in (
        ("rule", (task.rule,)), ("include", task.include), ("exclude", task.exclude),
        ("rulings", task.rulings), ("standards", task.standards),
    ):  # fmt: skip
        if any(lines):
            yield f" {title}"
            for line in lines:
                yield from _wrapped(line, "   ")


def as_label(task: Task, label: Label) -> Iterator[str]:
    """One value of a task."""
    yield f"{label.id}  ({label.title}, a value of {task.id})"
    yield from _wrapped(label.definition)
    for title, lines in (
        ("rule", (label.rule,)), ("also called", label.synonyms), ("implies", label.implies),
        ("subtypes", label.subtypes), ("examples (invented)", label.examples),
        ("near misses (invented)", label.near_misses),
        ("cross-walk", tuple(f"{k}: {v}" for k, v in label.crosswalk.items())),
    ):  # fmt: skip
        if any(lines):
            yield f" {title}"
            for line in lines:
                yield from _wrapped(line, "   ")
