"""The command itself: its groups and its own options."""

import pytest


@pytest.mark.parametrize("command", ["predict", "labels", "evaluate", "corpus"])
def test_completion_is_an_option_of_the_command_alone(tcls, command: str) -> None:
    assert b"--install-completion" in tcls("--help").stdout
    done = tcls(command, "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"--help" in done.stdout and b"completion" not in done.stdout
