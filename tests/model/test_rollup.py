"""Passages to document, one by one and as arrays; the logistic function for any float."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import expit

from tcls.model.rollup import INPUTS, chances, inputs, inputs_array, seen_array, sigmoid

SCORES = st.floats(-50, 50)


def test_the_inputs_are_the_best_passage_and_the_document() -> None:
    assert dict(zip(INPUTS, inputs([-2.0, 1.5, 0.0], -0.5), strict=True)) == {
        "best": 1.5, "document": -0.5,
    }  # fmt: skip


def test_without_passages_the_document_speaks_alone() -> None:
    assert inputs([], -0.5) == (-0.5, -0.5)


def test_many_passages_that_say_nothing_add_up_to_nothing() -> None:
    assert inputs([-3.0] * 1000, -4.0) == inputs([-3.0], -4.0)


@given(st.data(), st.integers(1, 3))
def test_arrays_give_what_one_by_one_gives(data: st.DataObject, k: int) -> None:
    row = st.lists(SCORES, min_size=k, max_size=k)
    held = data.draw(st.lists(st.lists(row, min_size=1, max_size=5), min_size=1, max_size=6))
    documents = data.draw(st.lists(row, min_size=len(held), max_size=len(held)))
    starts = np.cumsum([0, *map(len, held)])[:-1]
    flat = np.array([scores for passages in held for scores in passages])
    found = inputs_array(flat, starts, np.array(documents))
    assert found.shape == (len(held), k, len(INPUTS))
    for d, passages in enumerate(held):
        for j in range(k):
            assert tuple(found[d, j]) == inputs([row[j] for row in passages], documents[d][j])


def test_a_decision_sees_the_probabilities_of_all() -> None:
    """Log-odds of 0 are a half; those of ln 3 are three quarters."""
    table = [(0.0, math.log(3)), (-math.log(3), 0.0)]
    assert chances(table) == pytest.approx([0.5, 0.75, 0.25, 0.5])


@given(st.integers(1, 4), st.integers(1, 3), st.data())
def test_arrays_see_what_one_by_one_sees(d: int, k: int, data: st.DataObject) -> None:
    rows = st.lists(st.tuples(SCORES, SCORES), min_size=k, max_size=k)
    tables = data.draw(st.lists(rows, min_size=d, max_size=d))
    found = seen_array(np.array(tables))
    assert found.shape == (d, k, len(INPUTS) * (k + 1))
    for one, table in zip(found, tables, strict=True):
        for j in range(k):
            assert one[j].tolist() == pytest.approx([*table[j], *chances(table)], abs=1e-12)


@given(st.floats(allow_nan=False))
@example(math.inf)
@example(-math.inf)
@example(-745.2)
@example(1e308)
@example(-1e308)
def test_the_logistic_function_is_that_of_scipy_for_any_float(score: float) -> None:
    found = sigmoid(score)
    assert 0 <= found <= 1
    assert found == pytest.approx(float(expit(score)), rel=1e-12)
    assert found + sigmoid(-score) == pytest.approx(1)


def test_the_logistic_function_of_no_number_is_none() -> None:
    assert math.isnan(sigmoid(math.nan))


def test_even_odds_are_a_half_and_three_to_one_are_three_quarters() -> None:
    assert sigmoid(0.0) == 0.5
    assert sigmoid(math.log(3)) == pytest.approx(0.75)
