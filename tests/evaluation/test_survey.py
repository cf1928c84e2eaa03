"""The corpus of this checkout, surveyed: no label goes with a region, its datasheet is current."""

from pathlib import Path

import pytest

from tcls.evaluation.slices import Dependence
from tcls.evaluation.survey import Quota, Survey, dependent, survey
from tcls.report.corpus import with_figures


@pytest.fixture(scope="module")
def surveyed(root: Path) -> Survey:
    return survey(root)


@pytest.mark.parametrize(
    ("quota", "met"),
    [
        (Quota("x", 4, 4), True),
        (Quota("x", 4, 3), False),
        (Quota("x", 0, 0, at_most=True), True),
        (Quota("x", 0, 1, at_most=True), False),
    ],
)
def test_a_quota_is_a_floor_or_a_ceiling(quota: Quota, met: bool) -> None:
    assert quota.met is met


def test_a_label_counts_as_dependent_only_when_all_tests_together_allow_it() -> None:
    found = {name: Dependence(1, 0.1, p, 9) for name, p in (("a", 0.02), ("b", 0.04))}
    assert dependent(found) == ["a"]
    assert dependent({"b": found["b"]}) == ["b"]


@pytest.mark.slow
def test_no_label_depends_on_the_world_region(surveyed: Survey) -> None:
    assert len(surveyed.dependence) > 20
    assert dependent(surveyed.dependence) == []


@pytest.mark.slow
def test_no_near_duplicates_stand_outside_declared_twins(surveyed: Survey) -> None:
    assert surveyed.duplicates == ()


@pytest.mark.slow
def test_the_figures_of_the_datasheet_are_current(surveyed: Survey, root: Path) -> None:
    text = (root / "labels" / "README.md").read_text("utf-8")
    current = text == with_figures(text, surveyed)
    assert current, "run: tcls corpus report --write labels/README.md"


def test_every_file_of_seeds_is_told_of(root: Path) -> None:
    text = (root / "seeds" / "README.md").read_text("utf-8")
    files = [file.name for file in sorted((root / "seeds").rglob("*.*")) if file.suffix != ".md"]
    assert [name for name in files if f"`{name}`" not in text] == []
