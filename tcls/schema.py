"""labels/schema.toml to values: the tasks, their labels and what they imply.

The file is the one source of every label, its definition, its rule and its
cross-walk to other standards. The installed package carries a copy.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from tcls.errors import CorpusError, UsageError

Kind = Literal["ordinal", "multilabel"]


@dataclass(frozen=True, slots=True)
class Label:
    """One value of a task: its id, and all that the schema says of it."""

    id: str
    title: str
    definition: str
    rule: str = ""
    implies: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    subtypes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    crosswalk: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """A question put to a text. Ordinal tasks list their labels in ascending order."""

    id: str
    kind: Kind
    tier: int
    rollup: str
    title: str
    definition: str
    rule: str
    labels: tuple[Label, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    rulings: tuple[str, ...] = ()
    requires: str = ""
    fallback: str = ""
    associated_not_fraud: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The ids of the labels, in the order of the schema."""
        return tuple(label.id for label in self.labels)

    def label(self, value: str) -> Label:
        """The label of that id. Raises UsageError for an unknown one."""
        for label in self.labels:
            if label.id == value:
                return label
        raise UsageError(f"{self.id}: no value {value!r}; expected one of {', '.join(self.values)}")

    def close(self, values: Iterable[str]) -> tuple[str, ...]:
        """A set of values of a multilabel task made whole: with those that they imply,
        without the fallback where a specific value is present; in schema order."""
        found = set(values)
        for value in tuple(found):
            found.update(self.label(value).implies)
        if self.fallback and len(found) > 1:
            found.discard(self.fallback)
        return tuple(value for value in self.values if value in found)


@dataclass(frozen=True, slots=True)
class Schema:
    """All tasks of one schema version."""

    version: str
    tasks: tuple[Task, ...]
    attributes: Mapping[str, tuple[str, ...]]

    def task(self, name: str) -> Task:
        """The task of that id. Raises UsageError for an unknown one."""
        for task in self.tasks:
            if task.id == name:
                return task
        raise UsageError(
            f"no task {name!r}; expected one of {', '.join(task.id for task in self.tasks)}"
        )

    def find(self, value: str) -> list[tuple[Task, Label]]:
        """Every label with that id, title or synonym, whatever its task."""
        wanted = value.casefold().replace("-", "_").replace(" ", "_")
        return [
            (task, label)
            for task in self.tasks
            for label in task.labels
            if wanted
            in {
                name.casefold().replace("-", "_").replace(" ", "_")
                for name in (label.id, label.title, *label.synonyms)
            }
        ]


def packaged(name: str) -> Path:
    """Where a file that ships with tcls stands: in the installed package, or in the checkout."""
    inside = Path(__file__).parent / "data" / name
    return inside if inside.exists() else Path(__file__).parents[1] / name


def _strings(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _label(table: dict[str, Any]) -> Label:
    return Label(**{key: _strings(value) for key, value in table.items()})


def _task(table: dict[str, Any]) -> Task:
    labels = tuple(_label(value) for value in table.pop("value"))
    if table["kind"] not in get_args(Kind):
        raise ValueError(
            f"task {table['id']!r}: kind {table['kind']!r}, not {' or '.join(get_args(Kind))}"
        )
    return Task(labels=labels, **{key: _strings(value) for key, value in table.items()})


@cache
def load_schema(path: Path | None = None) -> Schema:
    """Read a schema file; without a path, the one that ships with tcls.

    Raises CorpusError when the file is not TOML, lacks a key or has an unknown one.
    """
    path = path or packaged("labels/schema.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return Schema(
            version=table["version"],
            tasks=tuple(_task(task) for task in table["task"]),
            attributes={a["id"]: tuple(a["values"]) for a in table.get("attribute", [])},
        )
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CorpusError(
            f"{path.name}: {fault}; expected the schema of labels/schema.toml, version 1"
        ) from fault
