"""What the manifest of a model must say before anything in it is used.

Scoring looks up decisions, settings and thresholds without asking again: a key that is
missing, or a number that is none, would end a prediction half way, or move its answer.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from tcls.model.gates import Gate
from tcls.model.rollup import INPUTS
from tcls.schema import load_schema

#: What a model may be called.
NAME = re.compile(r"[\w.-]{1,64}")
_MOST_NUMBER = 1e12


def gates_of(manifest: Mapping[str, Any]) -> list[Gate]:
    """The questions asked first."""
    return [
        Gate(str(g["id"]), (*map(str, g["asks"]),), (*map(str, g["opens"]),), str(g["scope"]))
        for g in manifest["gates"]
    ]


def _number(value: object, least: float = -_MOST_NUMBER, most: float = _MOST_NUMBER) -> bool:
    """Whether a value is a number in that range; NaN and true are none."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return known and least <= value <= most  # type: ignore[operator]


def _numbers(values: object, n: int) -> bool:
    """Whether a value is a list of n numbers."""
    return isinstance(values, list) and len(values) == n and all(map(_number, values))


def _settings_fit(settings: dict[str, Any], tasks: set[str]) -> bool:
    """Whether what scoring needs of the settings is there."""
    return (
        all(isinstance(settings[key], list) for key in ("around", "short_tasks"))
        and {*settings["around"], *settings["short_tasks"]} <= tasks
        and isinstance(settings["short_characters"], int)
        and all(_number(settings[key], 0) for key in ("short_characters", "smoothing"))
    )


def check_manifest(manifest: dict[str, Any], parts: Collection[str]) -> None:
    """Raise ValueError, LookupError, TypeError or AttributeError for a manifest that lacks or
    misuses a key. `parts` are the files whose hashes it must hold."""
    decisions = [(task, value) for task, value in manifest["decisions"]]
    names = {":".join(decision) for decision in decisions}
    tasks = {task for task, _ in decisions}
    gates = gates_of(manifest)
    opened = [task for gate in gates for task in gate.opens]
    fits = (
        0 < len(decisions) == len(names)
        and all(gate.scope in ("passage", "document") for gate in gates)
        and len(set(opened)) == len(opened)
        and set(opened) <= tasks
        and all(isinstance(manifest[key], str) for key in ("name", "tcls", "schema"))
        and NAME.fullmatch(manifest["name"])
        and set(manifest["thresholds"]) >= names
        and all("f1" in aims for aims in manifest["thresholds"].values())
        and all(_number(t, 0, 1) for aims in manifest["thresholds"].values() for t in aims.values())
        and manifest["rollup_inputs"] == list(INPUTS)
        and set(manifest["parts"]) == set(parts)
        and {"documents", "stories", "passages"} <= set(manifest["corpus"])
        and isinstance(manifest["corpus"]["fingerprint"], str)
        and all(
            _numbers(test["scores"], len(decisions) + len(gates))
            and _numbers(test["probabilities"], len(decisions))
            and isinstance(test["text"], str)
            for test in manifest["self_test"]
        )
        and manifest["self_test"]
        and isinstance(manifest["libraries"], dict)
        and _settings_fit(manifest["settings"], tasks)
    )
    if not fits:
        raise ValueError("a key lacks or is misused")


def label_fault(manifest: Mapping[str, Any]) -> str:
    """What is wrong with the decisions by the schema, "" for nothing: one that the schema has
    not, or an ordinal task, which is answered by all its values, that lacks one."""
    schema = load_schema()
    known = {
        (task.id, value): task.kind == "ordinal"
        for task in schema.tasks
        if task.tier == 1
        for value in (task.values[1:] if task.kind == "ordinal" else task.values)
    }
    found = {(task, value) for task, value in manifest["decisions"]}
    for task, value in sorted(found - set(known)):
        return f"it decides {task}:{value}, which schema {schema.version} has not"
    for (task, value), needed in known.items():
        if needed and (task, value) not in found:
            return f"it does not decide {task}:{value} of schema {schema.version}"
    return ""
