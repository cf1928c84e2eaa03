"""Questions answered by training and measuring, on six documents and a system without skill."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.evaluation import questions
from tcls.evaluation.bench import Bench
from tcls.evaluation.intervals import Score
from tcls.evaluation.measured import Figure, Findings
from tcls.evaluation.plan import Plan

FC = "forced_criminality"


def bench(place: Path, kind: str = "table", **more: Any) -> Bench:
    folder = place / "experiments/001-which"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").touch()
    given: dict[str, Any] = {"systems": ("majority",), "resamples": 10, "least": 1} | more
    return Bench(folder, place, Plan("?", kind, **given))


def score(found: Findings, measure: str, group: str = "", value: str = "possible") -> Score:
    (figure,) = [
        f for f in found.figures
        if (f.task, f.value, f.measure, f.group) == (FC, value, measure, group)
    ]  # fmt: skip
    return figure.score


def test_a_table_holds_every_measure_of_all_data_and_the_headline_of_groups(tiny: Path) -> None:
    """Three quarters of the training side are forced, so all is called so: of e and f one is."""
    found = questions.table(bench(tiny, slices=("genre",)))
    assert score(found, "precision").value == 0.5
    assert score(found, "recall").value == 1
    assert score(found, "f1").value == pytest.approx(2 / 3)
    assert score(found, "f1", "genre=blog").value == 1
    assert np.isnan(score(found, "average_precision", "genre=news").value)
    assert {f.group for f in found.figures} == {"", "genre=blog", "genre=news"}
    assert {f.measure for f in found.figures if f.group} < {f.measure for f in found.figures}
    assert [(name, s.name) for name, s in found.judged] == [("majority", "test")]
    assert found.tables == {"gaps": []}


def test_a_group_of_too_few_documents_is_not_shown(tiny: Path) -> None:
    found = questions.table(bench(tiny, slices=("genre",), least=2))
    assert {f.group for f in found.figures} == {""}


def test_every_figure_has_a_signature_of_its_own(tiny: Path) -> None:
    found = questions.table(bench(tiny, slices=("genre", "length")))
    assert len({f.signature for f in found.figures}) == len(found.figures)
    assert len({f.key for f in found.figures}) == len(found.figures)


def test_a_gap_is_elsewhere_less_here_where_both_are_measured() -> None:
    def figure(data: str, value: str, number: float, group: str = "") -> Figure:
        number_of = Score("f1", number, number - 0.3, number + 0.4, 10)
        return Figure("s", data, group, FC, value, "f1", number_of, 5, "")

    rows = questions._gaps(
        [
            figure("test", "possible", 0.8), figure("test", "possible", 0.1, "genre=blog"),
            figure("external", "possible", 0.7), figure("external", "present", 0.6),
            figure("external", "possible", 0.2, "set=real"),
        ]
    )  # fmt: skip
    (row,) = rows
    assert (row["test"], row["external"], row["gap"]) == (0.8, 0.7, pytest.approx(-0.1))
    # Independent: the sides add as squares, 0.3² + 0.4² = 0.5².
    assert (row["low"], row["high"]) == (pytest.approx(-0.6), pytest.approx(0.4))


def test_a_curve_has_a_point_for_each_size_and_seed_and_one_for_all(tiny: Path) -> None:
    found = questions.curve(bench(tiny, "curve", sizes=(2, 0), seeds=(0, 1)))
    points = found.tables["points"]
    assert [(p["group"], p["documents"], p["stories"]) for p in points] == [
        ("size=2,seed=0", 2, 2), ("size=2,seed=1", 2, 2), ("size=4,seed=0", 4, 4),
    ]  # fmt: skip
    assert {f.group for f in found.figures} == {p["group"] for p in points}
    assert score(found, "f1", "size=4,seed=0").value == pytest.approx(2 / 3)


class Stories:
    """The part of a bench that knows how documents hang together."""

    def __init__(self, stories: list[str]):
        self.training = type("Training", (), {"stories": tuple(stories)})


@given(
    st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30), st.integers(0, 30),
    st.integers(0, 30), st.integers(0, 3),
)  # fmt: skip
def test_a_smaller_part_lies_in_a_larger_one_and_no_story_is_cut(
    stories: list[str], one: int, two: int, seed: int
) -> None:
    small, large = sorted((one or len(stories), two or len(stories)))
    inner, outer = (questions._first(Stories(stories), n, seed) for n in (small, large))  # type: ignore[arg-type]
    assert not (inner & ~outer).any()
    assert inner.sum() >= min(small, len(stories))
    kept = {s for s, k in zip(stories, inner, strict=True) if k}
    assert inner.tolist() == [s in kept for s in stories]


def test_genres_are_judged_with_and_without_their_like(tiny: Path) -> None:
    """Trained without law, one of two is present; without news, one of two as well."""
    found = questions.genres(bench(tiny, "genres"))
    (unseen,) = [s for _, s in found.judged if s.name == "genre unseen"]
    column = unseen.decisions.index((FC, "present"))
    assert [d.id for d in unseen.documents] == ["a", "b", "c", "d"]
    assert unseen.probability[:, column].tolist() == [0.5, 0.5, 0.5, 0.5]
    assert {f.group for f in found.figures} == {"", "genre=law", "genre=news"}
    assert {f.data for f in found.figures} == {"genre unseen", "genres mixed"}


def test_a_variant_is_compared_with_the_plan_s_own_settings(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tcls is replaced by majority: no setting matters, so nothing differs."""
    from tcls.evaluation import bench as module
    from tcls.evaluation.baselines import Majority
    from tcls.evaluation.plan import Variant

    seen = []

    def make(name: str, root: Path, settings: Any) -> Majority:
        seen.append((name, dict(settings)))
        return Majority(root)

    monkeypatch.setattr(module, "make", make)
    variants = (Variant("plain", {"ratio": 0.0}),)
    found = questions.ablation(bench(tiny, "ablation", settings={"n_folds": 2}, variants=variants))
    assert seen == [("tcls", {"n_folds": 2}), ("tcls", {"n_folds": 2, "ratio": 0.0})]
    rows = found.tables["differences"]
    assert {row["variant"] for row in rows} == {"plain"}
    assert all(row["difference"] == 0 or np.isnan(row["difference"]) for row in rows)
    assert {f.system for f in found.figures} == {"tcls", "plain"}
