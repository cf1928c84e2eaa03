"""The sorted table: what goes in comes out, and nothing else."""

from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.text.table import Table, table_bytes

KEYS = st.text(st.characters(exclude_characters="\t\n", exclude_categories=["Cs"]))


def table(lines: list[str]) -> Table:
    data, offsets = table_bytes(lines)
    return Table(data, memoryview(array("I", offsets)))


def test_rows_are_in_order_of_the_bytes() -> None:
    assert list(table(["b", "a", "é", "ab"])) == ["a", "ab", "b", "é"]


def test_its_lines_are_those_that_went_in_sorted() -> None:
    assert table(["laos\t<place>", "kim\t<person>*"]).lines() == ["kim\t<person>*", "laos\t<place>"]
    assert table([]).lines() == []


def test_a_key_has_its_row_and_value() -> None:
    found = table(["laos\t<place>", "kim\t<person>*"])
    assert (found.row("kim"), found.row("laos"), found.row("la")) == (0, 1, -1)
    assert (found.value("kim"), found.value("laos"), found.value("x")) == (
        "<person>*",
        "<place>",
        "",
    )


def test_a_line_without_a_value_has_an_empty_one() -> None:
    assert table(["a"]).value("a") == ""


def test_a_value_may_hold_further_tabs() -> None:
    assert table(["a\tb\tc"]).value("a") == "b\tc"


def test_an_empty_table_knows_nothing() -> None:
    assert (len(table([])), table([]).row(""), list(table([]))) == (0, -1, [])


@pytest.mark.parametrize("lines", [["a", "a"], ["a\t1", "a\t2"], ["a\nb"], ["a\tb\nc"]])
def test_a_repeated_key_or_a_line_break_is_refused(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="twice, nor a line break"):
        table_bytes(lines)


def test_a_key_that_cannot_be_encoded_is_not_there() -> None:
    assert table(["a", "?"]).row("b\udcff") == -1


@given(st.dictionaries(KEYS, KEYS))
@example({"": "", "a": "", "a ": "x", "a!": "y"})
def test_what_goes_in_comes_out(entries: dict[str, str]) -> None:
    found = table([f"{key}\t{value}" for key, value in entries.items()])
    assert len(found) == len(entries)
    assert {key: found.value(key) for key in entries} == entries
    assert sorted(map(found.row, entries)) == list(range(len(entries)))
    assert list(found) == sorted(entries, key=str.encode)


@given(st.sets(KEYS), KEYS)
def test_what_is_not_there_has_no_row(keys: set[str], other: str) -> None:
    found = table(list(keys))
    assert (found.row(other) >= 0) == (other in keys)
