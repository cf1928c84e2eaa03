"""Figures as SVG text: byte-stable, without fonts or dates, in the colours of the page.

Colours are drawn as stand-ins and then named after the page's CSS variables, so that a
figure follows the light or dark scheme and prints well. matplotlib is the extra `report`.
"""

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any

from tcls.errors import ExtraMissing
from tcls.evaluation.assess import Curve, Slice
from tcls.evaluation.calibration import Bin

_COLOURS = {
    "#010101": "var(--ink)", "#020202": "var(--muted)", "#030303": "var(--line)",
    "#040404": "var(--first)", "#050505": "var(--second)", "#060606": "var(--third)",
    "#070707": "var(--fourth)",
}  # fmt: skip
_INK, _MUTED, _LINE, *_SERIES = _COLOURS
_DASHES = ("-", "--", "-.", ":")
_STYLE = {
    "svg.fonttype": "none", "svg.hashsalt": "tcls", "font.size": 9, "axes.titlesize": 10,
    "text.color": _INK, "axes.labelcolor": _INK, "axes.edgecolor": _MUTED, "axes.titlecolor": _INK,
    "xtick.color": _MUTED, "ytick.color": _MUTED, "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK, "axes.spines.top": False, "axes.spines.right": False,
    "grid.color": _LINE, "axes.axisbelow": True, "legend.frameon": False,
    "axes.facecolor": "none", "figure.facecolor": "none", "savefig.facecolor": "none",
}  # fmt: skip


def missing(what: str) -> ExtraMissing:
    """The error of a figure or page without its library."""
    return ExtraMissing(f"{what} is not installed; install tcls[report]")


def style() -> AbstractContextManager[None]:
    """The settings under which every figure is drawn. Raises ExtraMissing."""
    try:
        import matplotlib
    except ImportError:
        raise missing("matplotlib") from None
    matplotlib.rcdefaults()
    return matplotlib.rc_context(_STYLE)  # type: ignore[arg-type]


def _figure(width: float, height: float, columns: int = 1, rows: int = 1) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def _svg(figure: Any, name: str, words: str) -> str:
    """A figure as an SVG element: ids of its own, no prolog, described by `words`."""
    stream = StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"(?s)<metadata>.*?</metadata>|<style.*?</style>", "", text)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'(url\(|href=")#([^")]+)', rf"\1#{name}-\2", text)
    for stand_in, colour in _COLOURS.items():
        text = text.replace(stand_in, colour)
    label = words.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return text.replace("<svg", f'<svg role="img" aria-label="{label}"', 1).strip()


def _square(axes: Any, title: str) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1), title=title)
    axes.set_aspect("equal")
    axes.grid(True, linewidth=0.6)


def reliability(diagrams: Sequence[tuple[str, Sequence[Bin]]]) -> str:
    """Reliability diagrams side by side, each with a title: share true against probability,
    with Wilson intervals; a point is as large as its bin is full."""
    with style():
        figure, grid = _figure(2.6 * len(diagrams), 2.9, len(diagrams))
        for axes, (title, found) in zip(grid[0], diagrams, strict=True):
            _square(axes, title)
            axes.plot([0, 1], [0, 1], color=_MUTED, linewidth=0.8, linestyle=":")
            full = [b for b in found if b.share.n]
            x, y = [b.confidence for b in full], [b.share.value for b in full]
            below = [b.share.value - b.share.low for b in full]
            above = [b.share.high - b.share.value for b in full]
            axes.errorbar(
                x, y, yerr=[below, above], fmt="none", ecolor=_SERIES[0], elinewidth=1,
                clip_on=False,
            )  # fmt: skip
            most = max((b.share.n for b in full), default=1)
            sizes = [12 + 48 * b.share.n / most for b in full]
            axes.scatter(x, y, s=sizes, color=_SERIES[0], zorder=3, clip_on=False)
            axes.set_xlabel("mean probability")
        grid[0][0].set_ylabel("share true")
        return _svg(figure, "reliability", "Reliability diagrams: share true by probability")


def risk_coverage(curves: Sequence[Curve]) -> str:
    """Risk–coverage curves of all tasks: the share of wrong answers when only the surest
    are given."""
    with style():
        figure, grid = _figure(6.4, 3.2)
        axes = grid[0][0]
        for curve, colour, dashes in zip(curves, _SERIES, _DASHES, strict=False):
            axes.plot(
                curve.coverage, curve.risk, color=colour, linestyle=dashes, linewidth=1.6,
                label=curve.task.replace("_", " "),
            )  # fmt: skip
        axes.set(xlim=(0, 1), xlabel="share of documents answered", ylabel="share wrong")
        axes.set_ylim(bottom=0)
        axes.grid(True, linewidth=0.6)
        axes.legend(loc="upper left")
        return _svg(figure, "coverage", "Risk-coverage curves: share wrong by share answered")


def slices(title: str, found: Sequence[Slice], whole: float, name: str) -> str:
    """F1 by group of documents, with intervals; the dotted line is F1 on all. `name` begins
    the ids of the figure."""
    with style():
        figure, grid = _figure(7.2, 0.9 + 0.21 * len(found))
        axes = grid[0][0]
        places = range(len(found) - 1, -1, -1)
        values = [s.f1.value for s in found]
        spread = [
            [s.f1.value - s.f1.low for s in found], [s.f1.high - s.f1.value for s in found]
        ]  # fmt: skip
        axes.errorbar(
            values, places, xerr=spread, fmt="o", markersize=4, color=_SERIES[0], elinewidth=1,
            clip_on=False,
        )  # fmt: skip
        axes.axvline(whole, color=_MUTED, linewidth=0.8, linestyle=":")
        labels = [f"{s.by}: {s.group.replace('_', ' ')} ({s.positives} of {s.f1.n})" for s in found]
        axes.set_yticks(list(places), labels)
        axes.set(xlim=(0, 1), ylim=(-0.7, len(found) - 0.3), title=title, xlabel="F1")
        axes.grid(True, axis="x", linewidth=0.6)
        return _svg(figure, name, f"F1 by slice: {title}")
