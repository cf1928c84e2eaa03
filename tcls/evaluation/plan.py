"""experiments/<nnn>-<question>/config.toml to a Plan: the whole input of an experiment."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tcls.errors import UsageError
from tcls.evaluation.slices import SLICES
from tcls.model.examples import Settings

CONFIG = "config.toml"
#: What can be asked. See `tcls.evaluation.questions`.
KINDS = (
    "table", "curve", "genres", "ablation", "suite", "selective", "agreement", "budget", "evidence",
)  # fmt: skip
SYSTEMS = (
    "majority", "keywords", "nb_svm", "tfidf", "fasttext", "static", "minilm", "tcls", "shipped",
)  # fmt: skip
DATA = ("test", "external")


@dataclass(frozen=True, slots=True)
class Variant:
    """A named choice of settings."""

    name: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an experiment does.

    `question` is what it answers and `kind` how. `fast` says that it belongs to what is
    checked every time. `systems` are judged on `data`; `settings` are those of training tcls.
    `sizes` are numbers of training documents (0: all) and `seeds` choose which, for a
    "curve"; `variants` are for an "ablation"; `slices` for a "table"; `least` is the fewest
    documents of a group that is looked at. `resamples` and `decimals` are those of
    intervals and figures; figures within `tolerance` count as equal.
    """

    question: str
    kind: str
    fast: bool = False
    systems: tuple[str, ...] = ("tcls",)
    data: tuple[str, ...] = ("test",)
    settings: Mapping[str, Any] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    seeds: tuple[int, ...] = (0,)
    variants: tuple[Variant, ...] = ()
    slices: tuple[str, ...] = ()
    least: int = 10
    resamples: int = 1000
    decimals: int = 4
    tolerance: float = 0.0


_TYPES: Mapping[str, Any] = {
    "question": str, "kind": str, "fast": bool, "systems": list, "data": list, "settings": dict,
    "sizes": list, "seeds": list, "variants": list, "slices": list, "least": int,
    "resamples": int, "decimals": int, "tolerance": (int, float),
}  # fmt: skip
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "systems": SYSTEMS, "data": DATA, "slices": tuple(SLICES),
}  # fmt: skip


def _unknown(where: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in given:
        if key not in known:
            raise UsageError(f"{where}: unknown key {key!r}; expected one of {', '.join(known)}")


def _settings(where: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise UsageError(f"{where}: expected a table of settings")
    _unknown(where, given, tuple(f.name for f in fields(Settings)))
    usual = Settings()
    for key, value in given.items():
        wanted = type(getattr(usual, key))
        fits = isinstance(value, list) if wanted is tuple else isinstance(value, wanted)
        if not fits and not (wanted is float and type(value) is int):
            raise UsageError(f"{where}: {key} = {value!r}; expected {wanted.__name__}")
    found: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    try:
        Settings(**found)
    except UsageError as fault:
        raise UsageError(f"{where}: {fault}") from fault
    return found


def _variant(where: str, given: Any) -> Variant:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise UsageError(f"{where}: variants: expected tables with a name and settings")
    _unknown(f"{where}, variants", given, ("name", "settings"))
    inside = f"{where}, settings of variant {given['name']!r}"
    return Variant(given["name"], _settings(inside, given.get("settings", {})))


def _checked(where: str, table: dict[str, Any]) -> dict[str, Any]:
    _unknown(where, table, tuple(_TYPES))
    for key in ("question", "kind"):
        if key not in table:
            raise UsageError(f"{where}: no {key}; every experiment needs one")
    for key, value in table.items():
        if not isinstance(value, _TYPES[key]) or (isinstance(value, bool) and key != "fast"):
            raise UsageError(f"{where}: {key} = {value!r} is of the wrong type")
        for item in list(value) if key in _CHOICES else []:
            if item not in _CHOICES[key]:
                known = ", ".join(_CHOICES[key])
                raise UsageError(f"{where}: {key}: no {item!r}; expected of {known}")
        whole = key in ("sizes", "seeds")
        if whole and not all(type(item) is int and item >= 0 for item in value):
            raise UsageError(f"{where}: {key} = {value!r}; expected whole numbers from 0 up")
        if key in ("systems", "data", "slices") and len(set(value)) < len(value):
            raise UsageError(f"{where}: {key} = {value!r}; expected each once")
        if isinstance(value, int | float) and not value >= 0:
            raise UsageError(f"{where}: {key} = {value!r}; expected 0 or more")
        if value == [] and key in ("systems", "data", "seeds", "sizes", "variants"):
            raise UsageError(f"{where}: {key} is empty; leave it out or name some")
    names = [str(v.get("name")) for v in table.get("variants", ()) if isinstance(v, dict)]
    if len(set(names)) < len(names) or "tcls" in names:
        raise UsageError(f"{where}: variants: expected a name of its own for each, not 'tcls'")
    if table["kind"] == "selective" and "test" not in table.get("data", ("test",)):
        raise UsageError(f"{where}: data: a selective rule is fixed on 'test'; add it")
    if table["kind"] == "evidence" and table.get("systems") != ["shipped"]:
        raise UsageError(f"{where}: systems: only 'shipped' shows evidence; name it alone")
    if table["kind"] == "evidence" and table.get("data", ["test"]) != ["test"]:
        raise UsageError(f"{where}: data: only 'test' has rationales; name it alone")
    if table["kind"] not in KINDS:
        known = ", ".join(KINDS)
        raise UsageError(f"{where}: kind = {table['kind']!r}; expected one of {known}")
    return table


def read_plan(folder: Path) -> Plan:
    """The plan of an experiment's folder.

    Raises UsageError, naming file and key, for a key, system, slice or setting that does not
    exist, and for a value that does not fit.
    """
    where = f"{folder.name}/{CONFIG}"
    try:
        table = tomllib.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except OSError as fault:
        raise UsageError(f"{where}: cannot be read ({fault.strerror})") from fault
    except ValueError as fault:
        raise UsageError(f"{where}: not TOML ({fault})") from fault
    table = _checked(where, table)
    given: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in table.items()
    }
    given["settings"] = _settings(f"{where}, settings", table.get("settings", {}))
    given["variants"] = tuple(_variant(where, v) for v in table.get("variants", ()))
    for kind, key in (("curve", "sizes"), ("ablation", "variants")):
        if given["kind"] == kind and not given.get(key):
            raise UsageError(f"{where}: a {kind} needs {key}")
    return Plan(**given)
