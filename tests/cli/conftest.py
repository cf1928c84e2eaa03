"""What the tests of commands ask of a finished run."""

import json
from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

Done = CompletedProcess[bytes]


@pytest.fixture
def records() -> Callable[[Done], list[dict]]:
    """Every line of standard output as JSON; none may be anything else."""
    return lambda done: [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def one_line() -> Callable[[Done], str]:
    """The error, which is one line that says who speaks, and no traceback."""

    def said(done: Done) -> str:
        text = done.stderr.decode()
        assert text.startswith("tcls: ")
        assert text.count("\n") == 1
        return text

    return said
