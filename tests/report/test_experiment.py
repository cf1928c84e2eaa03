"""Reports and plots of experiments: made of the results alone, and safe in Markdown."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tcls.report import curves
from tcls.report.experiment import as_markdown


def row(system: str, data: str, group: str, measure: str, score: float | None) -> dict[str, Any]:
    return {
        "system": system, "data": data, "group": group, "task": "forced_criminality",
        "value": "possible", "measure": measure, "score": score,
        "low": None if score is None else score - 0.1,
        "high": None if score is None else score + 0.1,
        "n": 20, "positives": 5, "signature": f"{system}|{data}|{group}|{measure}",
    }  # fmt: skip


def results(kind: str, figures: list[dict[str, Any]], **tables: Any) -> dict[str, Any]:
    return {
        "experiment": "001-x", "plan": {"question": "Which?", "kind": kind, "sizes": [60, 0]},
        "corpus": {"fingerprint": "0123456789", "schema": "1.0.0", "documents": 30, "stories": 20,
                   "training": 10},
        "data": {"test": {"documents": 20, "stories": 15}}, "tcls": "1",
        "libraries": {"numpy": "2"},
        "figures": figures, "tables": tables,
    }  # fmt: skip


def test_undefined_numbers_are_dashes_and_pipes_do_not_break_a_table() -> None:
    figures = [
        row("tcls", "test", "", "f1", 0.5), row("tcls", "test", "", "average_precision", None),
        row("tcls", "test", "genre=a|b", "f1", 0.5),
    ]  # fmt: skip
    report = "\n".join(as_markdown(results("table", figures)))
    assert "| forced_criminality: possible or present | 20 | 5 | 0.50 [0.40, 0.60] | – |" in report
    assert "| a\\|b | 20 |" in report
    assert "systems.svg" not in report


def test_several_systems_stand_side_by_side() -> None:
    figures = [row(system, "test", "", "kappa", 0.4) for system in ("tcls", "majority")]
    figures += [row(system, "test", "", "f1", 0.5) for system in ("tcls", "majority")]
    report = "\n".join(as_markdown(results("table", figures)))
    assert "|  | measure | n | tcls | majority |" in report
    assert "| forced_criminality: possible or present | F1 | 20 | 0.50 [0.40, 0.60] |" in report


def test_plots_are_the_same_twice_and_are_svg() -> None:
    pytest.importorskip("matplotlib")
    points = [{"group": f"size={n},seed=0", "documents": n} for n in (60, 150)]
    figures = [row("tcls", "test", p["group"], "f1", p["documents"] / 200) for p in points]
    found = results("curve", figures, points=points)
    first = curves.plots(found)
    assert list(first) == ["curve.svg"]
    assert curves.plots(found) == first
    assert ET.fromstring(first["curve.svg"]).tag.endswith("svg")
    assert b"<dc:date>" not in first["curve.svg"]


def test_one_system_needs_no_plot() -> None:
    assert curves.plots(results("table", [row("tcls", "test", "", "f1", 0.5)])) == {}
