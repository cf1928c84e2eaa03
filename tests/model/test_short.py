"""Which texts are short, and with which columns of weights they are scored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.model.gates import Gate
from tcls.model.short import is_short, own_columns, weight_columns

DECISIONS = [("a", "yes"), ("b", "no"), ("b", "yes"), ("c", "yes")]
GATES = [Gate("first", ("a",), ("b",), "document"), Gate("second", ("c",), ("c",), "passage")]


@pytest.mark.parametrize(
    ("passages", "short"), [([], True), (["abc"], True), (["ab", "cde"], False), ([""] * 9, True)]
)
def test_the_characters_of_all_passages_count(passages: list[str], short: bool) -> None:
    assert is_short(passages, 5) == short


def test_a_line_end_of_windows_is_one_character() -> None:
    assert is_short(["ab\r\nc"], 5)
    assert not is_short(["ab\r\ncd"], 5)


def test_no_text_is_short_of_nothing() -> None:
    assert not is_short([""], 0)


@pytest.mark.parametrize(
    ("tasks", "columns"), [("", ()), ("a", (0,)), ("b", (1, 2, 4)), ("ac", (0, 3, 5))]
)
def test_a_task_brings_its_decisions_and_the_gate_before_them(
    tasks: str, columns: tuple[int, ...]
) -> None:
    assert own_columns(DECISIONS, GATES, tasks) == columns


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_every_column_is_used_by_one_kind_of_text_or_both(case: tuple[int, set[int]]) -> None:
    columns, own = case[0], sorted(case[1])
    ordinary, short = (weight_columns(columns, own, s) for s in (False, True))
    assert ordinary == tuple(range(columns))
    assert {*ordinary, *short} == set(range(columns + len(own)))
    assert [k for k in range(columns) if ordinary[k] != short[k]] == own
