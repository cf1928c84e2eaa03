"""Agreement of coders, against the krippendorff package and values from the literature."""

import math

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tcls.corpus import agreement
from tcls.errors import UsageError

VALUES = ("absent", "possible", "present")
codes = st.sampled_from((*VALUES, None))
units = st.lists(st.tuples(codes, codes, codes), min_size=2, max_size=20)

#: The reliability data of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability",
#: section C: 12 units, 4 observers; nominal alpha 0.743, ordinal 0.815.
OBSERVED = [
    "1 1 . 1", "2 2 3 2", "3 3 3 3", "3 3 3 3", "2 2 2 2", "1 2 3 4",
    "4 4 4 4", "1 1 2 1", "2 2 2 2", ". 5 5 5", ". . 1 1", ". . 3 .",
]  # fmt: skip
UNITS = [[None if c == "." else c for c in row.split()] for row in OBSERVED]


def _names(n):
    return [str(i) for i in range(n)]


def test_alpha_is_that_of_krippendorffs_own_example():
    nominal = agreement.alpha(UNITS, "12345", _names(12))
    ordinal = agreement.alpha(UNITS, "12345", _names(12), ordered=True)
    assert (round(nominal.value, 3), round(ordinal.value, 3)) == (0.743, 0.815)
    assert nominal.n == 11  # the twelfth was coded once


@given(units)
def test_alpha_is_that_of_the_krippendorff_package(rows):
    data = np.array([[np.nan if c is None else VALUES.index(c) for c in row] for row in rows]).T
    pairable = [c for row in rows if sum(v is not None for v in row) > 1 for c in row if c]
    assume(len(set(pairable)) > 1)
    for kind in ("nominal", "ordinal"):
        expected = krippendorff.alpha(
            data, level_of_measurement=kind, value_domain=list(range(len(VALUES)))
        )
        found = agreement.alpha(
            rows, VALUES, _names(len(rows)), ordered=kind == "ordinal", resamples=2
        )
        assert found.value == pytest.approx(expected)


def test_coders_who_always_agree_have_an_alpha_of_one():
    found = agreement.alpha([["absent"] * 2, ["present"] * 2] * 5, VALUES, _names(10))
    assert (found.value, found.high) == (1, 1)


def test_one_value_only_leaves_alpha_undefined():
    assert math.isnan(agreement.alpha([["absent", "absent"]] * 3, VALUES, _names(3)).value)


def test_a_unit_coded_once_counts_for_nothing():
    rows = [["absent", "absent"], ["present", "absent"], ["present", "present"]]
    more = [*rows, ["possible", None]]
    one, two = (agreement.alpha(r, VALUES, _names(len(r))) for r in (rows, more))
    assert (one.value, one.n) == (two.value, two.n)


def test_taking_possible_for_present_is_a_smaller_fault_by_order():
    near = [["absent", "absent"]] * 5 + [["present", "present"]] * 5 + [["possible", "present"]]
    far = [["absent", "absent"]] * 5 + [["present", "present"]] * 5 + [["absent", "present"]]
    one, two = (agreement.alpha(r, VALUES, _names(11), ordered=True).value for r in (near, far))
    assert one > two


def test_copies_of_a_story_do_not_narrow_the_interval():
    rows = [["absent", "absent"], ["present", "present"], ["absent", "present"]] * 5
    alone = agreement.alpha(rows, VALUES, _names(15))
    tenfold = agreement.alpha(
        [r for r in rows for _ in range(10)], VALUES, [str(i // 10) for i in range(150)]
    )
    assert tenfold.high - tenfold.low == pytest.approx(alone.high - alone.low, rel=0.15)


def test_an_unknown_code_is_an_error():
    with pytest.raises(UsageError, match="perhaps"):
        agreement.alpha([["perhaps", "absent"]], VALUES, ["a"])


def test_masi_of_a_set_and_one_that_holds_it():
    """Jaccard 2/3, monotone 2/3: 1 − 4/9 (Passonneau 2006)."""
    one, two, three = frozenset("ab"), frozenset("abc"), frozenset("bd")
    assert agreement.masi(one, two) == pytest.approx(1 - 4 / 9)
    assert agreement.masi(one, three) == pytest.approx(1 - 1 / 9)
    assert agreement.masi(one, frozenset("cd")) == 1
    assert agreement.masi(frozenset(), frozenset()) == 0


sets = st.frozensets(st.sampled_from("abcd"))


@given(sets, sets)
def test_masi_is_a_symmetric_distance_between_zero_and_one(one, two):
    distance = agreement.masi(one, two)
    assert distance == agreement.masi(two, one)
    assert 0 <= distance <= 1
    assert (distance == 0) == (one == two)


@given(st.lists(st.tuples(sets, sets, st.one_of(st.none(), sets)), min_size=2, max_size=12))
def test_alpha_of_sets_is_that_of_the_krippendorff_package_with_our_distance(rows):
    values = sorted({c for row in rows for c in row if c is not None}, key=sorted)
    assume(len(values) > 1)
    table = np.array([[row.count(v) for v in values] for row in rows])
    masi = np.array([[agreement.masi(a, b) for b in values] for a in values])
    expected = krippendorff.alpha(
        value_counts=table, level_of_measurement=lambda *_, i1, i2, **__: masi[i1, i2]
    )
    found = agreement.alpha_of_sets(rows, _names(len(rows)), resamples=2)
    assert found.value == pytest.approx(expected)


def test_positive_agreement_of_a_fourfold_table():
    """a 4, b + c 2, d 10: 2·4/(2·4 + 2) and 2·10/(2·10 + 2)."""
    rows = [[True, True]] * 4 + [[True, False], [False, True]] + [[False, False]] * 10
    positive, negative = agreement.specific_agreement(rows, _names(16))
    assert (positive.value, negative.value) == (8 / 10, 20 / 22)
    assert positive.low < 0.8 < positive.high


def test_positive_agreement_is_undefined_when_no_one_says_yes():
    positive, negative = agreement.specific_agreement([[False, False]] * 3, _names(3))
    assert math.isnan(positive.value) and negative.value == 1
