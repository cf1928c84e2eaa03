"""Plots of experiments as SVG files: byte-stable, readable on light and dark pages.

matplotlib is the extra `report`.
"""

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tcls.errors import OutputError
from tcls.report.plots import missing

Row = Mapping[str, Any]
#: What is drawn: task, value, measure, and the panel's title.
PANELS = (
    ("forced_criminality", "possible", "average_precision",
     "forced criminality: average precision"),
    ("forced_criminality", "possible", "f1", "forced criminality: F1"),
    ("victim_criminalisation", "possible", "average_precision",
     "victim criminalisation: average precision"),
    ("victim_criminalisation", "possible", "f1", "victim criminalisation: F1"),
    ("scam_type", "all", "micro_f1", "scam types: micro F1"),
    ("scam_type", "all", "macro_calibration_error", "scam types: calibration error"),
)  # fmt: skip
_COLOURS = ("#0b6e99", "#c2571a", "#5b8c2a", "#8a4fbe")
_STYLE: Any = {"svg.hashsalt": "tcls", "svg.fonttype": "none", "font.size": 8, "axes.grid": True,
          "grid.linewidth": 0.4, "axes.titlesize": 9, "legend.frameon": False}  # fmt: skip


def _panels(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The rows of each panel that has any, by title."""
    found = []
    for task, value, measure, title in PANELS:
        mine = [
            row
            for row in rows
            if (row["task"], row["value"], row["measure"]) == (task, value, measure)
            and row["score"] is not None
        ]
        if mine:
            found.append((title, mine))
    return found


def _canvas(panels: int, width: float, height: float) -> tuple[Any, list[Any]]:
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        raise missing("matplotlib") from None
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(_STYLE)
    rows = (panels + 1) // 2
    figure = Figure(figsize=(2 * width, rows * height), layout="constrained", facecolor="white")
    grid = figure.subplots(rows, 2, squeeze=False).ravel().tolist()
    for spare in grid[panels:]:
        spare.set_axis_off()
    return figure, grid[:panels]


def _bytes(figure: Any) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def _errors(rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    low = [max(0.0, row["score"] - (row["low"] or 0.0)) for row in rows]
    return low, [max(0.0, (row["high"] or 0.0) - row["score"]) for row in rows]


def learning_curve(results: Row) -> bytes:
    """Figures by the number of training documents: a dot for each seed, a line through the
    means, with the intervals of single runs."""
    size = {point["group"]: point["documents"] for point in results["tables"]["points"]}
    panels = _panels(results["figures"])
    figure, grid = _canvas(len(panels), 3.6, 2.5)
    for axes, (title, rows) in zip(grid, panels, strict=True):
        names = list(dict.fromkeys((row["system"], row["data"]) for row in rows))
        for colour, name in zip(_COLOURS, names, strict=False):
            mine = [row for row in rows if (row["system"], row["data"]) == name]
            x = [size[row["group"]] for row in mine]
            y = [row["score"] for row in mine]
            axes.errorbar(x, y, yerr=_errors(mine), fmt="o", markersize=3, elinewidth=0.6,
                          color=colour, alpha=0.6)  # fmt: skip
            _line(axes, results["plan"]["sizes"], x, y, colour, " on ".join(name))
        axes.set(title=title, xscale="log", xlabel="training documents", ylim=(0, 1))
        _ticks(axes, [s for s in results["plan"]["sizes"] if s] + [max(size.values())])
    grid[0].legend()
    return _bytes(figure)


def _ticks(axes: Any, sizes: Sequence[int]) -> None:
    """The planned sizes as ticks, those too close to a larger one left out."""
    ordered = sorted(set(sizes))
    apart = [a for a, b in pairwise(ordered) if b / a > 1.25]
    axes.set_xticks([*apart, ordered[-1]], [f"{n:,}" for n in (*apart, ordered[-1])], rotation=45)
    axes.minorticks_off()


def _line(
    axes: Any, sizes: Sequence[int], x: Sequence[int], y: Sequence[float], colour: str, name: str
) -> None:
    """A line through the means of runs of about equal size."""
    runs: dict[int, list[tuple[int, float]]] = {}
    for size, value in zip(x, y, strict=True):
        planned = min(sizes, key=lambda s, size=size: abs((s or max(x)) - size))  # type: ignore[misc]
        runs.setdefault(planned, []).append((size, value))
    middle = sorted(
        (sum(s for s, _ in run) / len(run), sum(v for _, v in run) / len(run))
        for run in runs.values()
    )
    axes.plot(*zip(*middle, strict=True), color=colour, linewidth=1.2, label=name)


def systems(results: Row) -> bytes:
    """All systems side by side with their intervals, on each data set."""
    panels = _panels([row for row in results["figures"] if not row["group"]])
    names = list(dict.fromkeys(row["system"] for row in results["figures"]))[::-1]
    figure, grid = _canvas(len(panels), 3.6, 0.7 + 0.28 * len(names))
    for axes, (title, rows) in zip(grid, panels, strict=True):
        for i, data in enumerate(dict.fromkeys(row["data"] for row in rows)):
            mine = [row for row in rows if row["data"] == data]
            y = [names.index(row["system"]) - 0.15 + 0.3 * i for row in mine]
            axes.errorbar([row["score"] for row in mine], y, xerr=_errors(mine), fmt="o",
                          markersize=3, elinewidth=1, color=_COLOURS[i], label=data)  # fmt: skip
        axes.set(title=title, xlim=(0, 1), yticks=range(len(names)), yticklabels=names)
    grid[0].legend(loc="lower left")
    return _bytes(figure)


def plots(results: Row) -> dict[str, bytes]:
    """The plots that results call for, by file name. Raises ExtraMissing."""
    kind = results["plan"]["kind"]
    several = len({row["system"] for row in results["figures"]}) > 1
    if kind == "curve":
        return {"curve.svg": learning_curve(results)}
    if kind in ("table", "ablation") and several:
        return {"systems.svg": systems(results)}
    return {}


def write_plots(folder: Path, results: Row) -> list[str]:
    """Write the plots beside the results; gives their names. Raises ExtraMissing where
    matplotlib is not installed, OutputError when a file cannot be written."""
    found = plots(results)
    try:
        for name, data in found.items():
            (folder / name).write_bytes(data)
    except OSError as fault:
        raise OutputError(f"{folder}: cannot be written ({fault.strerror})") from fault
    return list(found)
