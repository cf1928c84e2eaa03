"""Which bar a cost must keep. What things cost is not tested: no test measures time."""

import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.evaluation import budget
from tcls.evaluation.bench import Bench
from tcls.evaluation.plan import Plan

Row = tuple[str, float, float]


class Silent:
    """The part of a bench that is told how far things are."""

    def say(self, text: str) -> None: ...


def table(monkeypatch: pytest.MonkeyPatch, *rows: Row) -> list[dict[str, Any]]:
    def cold(bench: Any, folder: Path) -> Iterator[Row]:
        assert folder.is_dir()
        yield from rows

    with monkeypatch.context() as patch:
        patch.setattr(budget, "_cold", cold)
        patch.setattr(budget, "_rate", lambda bench: iter(()))
        return budget.budget(Silent()).tables["budget"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "bar", "met"),
    [
        ("CPU of tcls", 1.5, 1.6, True),
        ("CPU of tcls", 1.6, 1.6, True),
        ("CPU of tcls", 1.7, 1.6, False),
        ("rate of scoring", 4.1, 4.0, True),
        ("rate of scoring", 3.9, 4.0, False),
        ("million characters", 0.1, math.nan, True),
    ],
)
def test_a_cost_must_not_pass_its_bar_and_a_rate_must_reach_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: float, bar: float, met: bool
) -> None:
    (row,) = table(monkeypatch, (name, value, bar))
    assert (row["measure"], row["value"], row["met"]) == (name, value, met)


@given(st.floats(0, 10), st.floats(0.1, 10))
def test_a_number_meets_its_bar_as_a_rate_or_as_a_cost(value: float, bar: float) -> None:
    cost, rate = table(pytest.MonkeyPatch(), ("CPU", value, bar), ("rate", value, bar))
    assert cost["met"] or rate["met"]
    assert (cost["met"] and rate["met"]) == (value == bar)


def test_passages_are_repeated_to_about_so_many_characters(tiny: Path) -> None:
    (tiny / "experiments/x").mkdir(parents=True)
    bench = Bench(tiny / "experiments/x", tiny, Plan("?", "budget"))
    size = sum(len(d.text) for d in bench.training.documents)
    for megabytes, times in ((0, 1), (size * 3 / 1e6, 3)):
        found = budget._texts(bench, megabytes)
        assert len(found) == 4 * times
        assert sum(len(text) for texts in found for text in texts) == size * times


def test_a_command_that_fails_is_no_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "RUNS", 1)
    assert budget._cpu([sys.executable, "-c", "pass"]) >= 0
    with pytest.raises(subprocess.CalledProcessError):
        budget._cpu([sys.executable, "-c", "raise SystemExit(1)"])
