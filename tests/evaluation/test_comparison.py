"""Two systems on the same documents: what is stored, paired differences, and their p."""

import json
import math
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.errors import UsageError
from tcls.evaluation import comparison
from tcls.evaluation.comparison import Answers, answers, compare, differences, to_json
from tcls.evaluation.sample import Sample

FORCED = (("forced_criminality", "possible"),)
SCAMS = (("scam_type", "romance"), ("scam_type", "business"))


def column(bits: str) -> np.ndarray:
    return np.array([[float(bit)] for bit in bits])


def made(chosen: str, truth: str, stories: str = "", ignore: str = "") -> Answers:
    """Answers in one decision, a digit a document; each its own story if none are given."""
    n = len(truth)
    given = column(chosen)
    return Answers(
        "s", "test", FORCED, tuple(f"d{i}" for i in range(n)),
        tuple(stories or (f"d{i}" for i in range(n))), column(truth),
        column(ignore or "0" * n) > 0, given * 0.8 + 0.1, given,
    )  # fmt: skip


def f1_of(one: Answers, two: Answers) -> comparison.Difference:
    return next(d for d in differences(one, two) if d.measure == "f1")


def stored(folder: Path, *found: Answers) -> Path:
    folder.mkdir()
    (folder / "predictions.json").write_text(json.dumps(to_json(found)), "utf-8")
    return folder


def test_a_difference_is_the_second_less_the_first() -> None:
    """2·1/(2·1 + 0 + 1) = 2/3 against 2·2/(2·2 + 1 + 0) = 4/5."""
    found = f1_of(made("1000", "1100"), made("1110", "1100"))
    assert (found.one, found.two) == pytest.approx((2 / 3, 4 / 5))
    assert found.score.value == pytest.approx(2 / 15)
    assert found.score.n == 4


def test_p_is_near_the_share_of_all_swaps_that_are_as_far_apart() -> None:
    """Both find two documents, the second five more, the first one more: all 2⁸ ways to swap
    them, by hand. 0.03 is more than two standard errors of 1000 draws."""
    truth, one, two = "1" * 8, "11000001", "11111110"
    pairs = [(float(a), float(b)) for a, b in zip(one, two, strict=True)]

    def apart(swaps: tuple[int, ...]) -> float:
        sides = [p[::-1] if swap else p for p, swap in zip(pairs, swaps, strict=True)]
        first, second = (sum(side) for side in zip(*sides, strict=True))
        return abs(2 * second / (second + 8) - 2 * first / (first + 8))

    given = apart((0,) * 8)
    exact = np.mean([apart(s) >= given - 1e-12 for s in product((0, 1), repeat=8)])
    assert exact == pytest.approx(14 / 64)  # one way or the other: all six, or five of the six
    assert f1_of(made(one, truth), made(two, truth)).p == pytest.approx(exact, abs=0.03)


def test_copies_of_one_story_are_swapped_together() -> None:
    """Ten wins of one story are one win: both ways to swap it are as far apart."""
    assert f1_of(made("0" * 10, "1" * 10, "a" * 10), made("1" * 10, "1" * 10, "a" * 10)).p == 1
    assert f1_of(made("0" * 10, "1" * 10), made("1" * 10, "1" * 10)).p < 0.01


def test_what_is_ignored_makes_no_difference() -> None:
    found = f1_of(made("1100", "1111", ignore="0011"), made("1111", "1111", ignore="0011"))
    assert (found.score.value, found.score.n, found.p) == (0, 2, 1)


def test_where_nothing_is_true_there_is_no_difference_to_tell() -> None:
    found = f1_of(made("00", "00"), made("00", "00"))
    assert math.isnan(found.score.value) and math.isnan(found.p)


@given(st.lists(st.tuples(*[st.sampled_from("01")] * 3), min_size=1, max_size=8))
def test_the_other_way_round_the_difference_has_the_other_sign(
    rows: list[tuple[str, str, str]],
) -> None:
    truth, one, two = ("".join(column) for column in zip(*rows, strict=True))
    there = differences(made(one, truth), made(two, truth), resamples=20)
    back = differences(made(two, truth), made(one, truth), resamples=20)
    for d, e in zip(there, back, strict=True):
        assert (d.one, d.two) == pytest.approx((e.two, e.one), nan_ok=True)
        assert d.score.value == pytest.approx(-e.score.value, nan_ok=True)
        assert d.p == pytest.approx(e.p, nan_ok=True)
        assert (d.score.low, d.score.high) == pytest.approx(
            (-e.score.high, -e.score.low), nan_ok=True
        )


def test_many_values_are_compared_by_their_means() -> None:
    """Romance: tp 1, fp 0, fn 1 → 2/3; business: tp 0, fp 1, fn 1 → 0. Micro 2/5, macro 1/3."""
    truth = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], dtype=float)
    chosen = np.array([[1, 0], [0, 0], [0, 0], [0, 1]], dtype=float)
    one = replace(
        made("0000", "0000"), decisions=SCAMS, truth=truth, ignore=truth > 1,
        probability=chosen, chosen=chosen,
    )  # fmt: skip
    found = {d.measure: (d.one, d.two) for d in differences(one, replace(one, chosen=truth), 20)}
    assert found["micro_f1"] == pytest.approx((2 / 5, 1))
    assert found["macro_f1"] == pytest.approx((1 / 3, 1))
    assert set(found) == {"micro_f1", "macro_f1", "macro_average_precision"}


def test_answers_come_back_as_they_were_stored(sample: Sample, tmp_path: Path) -> None:
    kept = answers("mine", sample)
    (found,) = comparison.read_answers(stored(tmp_path / "x", kept), "mine")
    assert (found.decisions, found.documents, found.stories) == (
        kept.decisions, kept.documents, kept.stories,
    )  # fmt: skip
    for part in ("truth", "ignore", "probability", "chosen"):
        np.testing.assert_array_equal(getattr(found, part), getattr(kept, part))


def test_no_id_and_no_story_is_stored(sample: Sample) -> None:
    named = replace(sample, stories=tuple(f"story {name}" for name in sample.stories))
    kept = to_json([answers("mine", named)])["test"]
    assert not {d.id for d in sample.documents} & set(kept["documents"])
    assert all(len(name) == 12 for name in (*kept["documents"], *kept["stories"]))
    assert "word" not in json.dumps(kept) and "story " not in json.dumps(kept)


def test_stored_is_a_digit_for_a_decision_and_a_whole_number_for_a_probability() -> None:
    one = made("10", "11", ignore="01")
    kept = to_json([one, replace(one, system="t", chosen=column("01"))])["test"]
    assert (kept["truth"], kept["ignore"]) == (["1", "1"], ["0", "1"])
    assert kept["systems"] == {
        "s": {"probability": [[9000], [1000]], "chosen": ["1", "0"]},
        "t": {"probability": [[9000], [1000]], "chosen": ["0", "1"]},
    }


def test_the_first_system_is_meant_when_none_is_named(tmp_path: Path) -> None:
    one = made("10", "11")
    folder = stored(tmp_path / "x", one, replace(one, system="t"))
    assert [a.system for a in comparison.read_answers(folder)] == ["s"]
    found = compare(str(folder), f"{folder}:t", resamples=20)
    assert all(d.score.value == 0 for d in found)


def test_other_documents_or_codings_are_not_compared() -> None:
    one = made("10", "11")
    for other in (made("10", "10"), made("101", "110"), replace(one, decisions=SCAMS[:1])):
        with pytest.raises(UsageError, match="different documents or codings; run both again"):
            differences(one, other)


def test_experiments_without_common_data_are_not_compared(tmp_path: Path) -> None:
    one = stored(tmp_path / "one", made("10", "11"))
    two = stored(tmp_path / "two", replace(made("10", "11"), data="external"))
    with pytest.raises(UsageError, match="no data set in common"):
        compare(str(one), str(two))


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"test": {}}', '{"test": {"systems": {}}}', '{"test": 3}']
)
def test_damaged_answers_are_refused_by_file(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "predictions.json").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"^x/predictions.json: damaged .*; run it again"):
        comparison.read_answers(folder)


def test_an_experiment_that_was_not_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no predictions.json .*; run the experiment first"):
        compare(str(tmp_path), str(tmp_path))
