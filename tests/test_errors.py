"""The tree of exceptions: what is drawn at the top of errors.py is what the classes are."""

import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls import errors
from tcls.errors import InputError, MissingInput, TclsError

CLASSES = {
    name: cls for name, cls in inspect.getmembers(errors, inspect.isclass) if name != "TclsError"
}
#: Exit codes of ../shared/design/dependencies.md; 65 to 76 are those of BSD's sysexits.h.
CODES = {
    "UsageError": 2, "CheckFailed": 3, "InputError": 65, "MissingInput": 66, "CorpusError": 65,
    "ExtraMissing": 69, "OutputError": 73, "ModelRefused": 76,
}  # fmt: skip


def test_every_error_has_the_exit_code_of_the_convention() -> None:
    assert {name: cls.exit_code for name, cls in CLASSES.items()} == CODES


def test_the_tree_drawn_at_the_top_names_every_class_and_its_code() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+) +(\d+)", errors.__doc__ or ""))
    assert {name: int(code) for name, code in drawn.items()} == CODES


@pytest.mark.parametrize("name", CLASSES)
def test_every_error_is_one_that_a_user_can_mend(name: str) -> None:
    assert issubclass(CLASSES[name], TclsError)


def test_a_missing_file_is_an_unreadable_file_of_its_own_code() -> None:
    fault = MissingInput("a.txt: no such file")
    assert isinstance(fault, InputError)
    assert (fault.code, InputError("x").code) == ("missing", "unreadable")


@given(st.text())
def test_an_error_says_exactly_its_message(message: str) -> None:
    assert {str(cls(message)) for cls in CLASSES.values()} == {message}
