"""What all tests share: the command, the checkout, the shipped model, golden cases."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tcls import Classifier

ROOT = Path(__file__).parents[1]
#: A short text that the default model judges: the first example of the schema, drawn out.
REPORT = (
    "Guards told the newcomers they would type to strangers until each had brought in fifty "
    "thousand dollars. Those who refused were beaten and locked in."
)
#: Ends a command that hangs; no test measures time.
HANG = 240

settings.register_profile(
    "tcls",
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("tcls")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes seconds, or much memory or disk")
    config.addinivalue_line(
        "markers", "product: what the shipped model must say; may fail while it is being built"
    )


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout, with seeds/ and labels/."""
    return ROOT


@pytest.fixture(scope="session")
def seeds(root: Path) -> dict[str, str]:
    """The two articles as received, by id."""
    return {file.stem: file.read_text("utf-8") for file in sorted((root / "seeds").glob("*.txt"))}


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """The default model, as it ships."""
    return Classifier.load()


@pytest.fixture(scope="session")
def report_text() -> str:
    return REPORT


def environment(home: Path, **more: str) -> dict[str, str]:
    """A bare environment: nothing of the caller's settings reaches the command."""
    bare = {"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "COLUMNS": "100"}
    return bare | more


Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def tcls(tmp_path: Path) -> Run:
    """Runs the installed `tcls` command in a temporary folder, with nothing on standard input."""

    def run(*arguments: str | bytes | Path, **options: Any) -> "subprocess.CompletedProcess[bytes]":
        env = environment(tmp_path, **options.pop("env", {}))
        if "stdin" not in options:
            options.setdefault("input", b"")
        for stream in ("stdout", "stderr"):
            options.setdefault(stream, subprocess.PIPE)
        command = [Path(sys.executable).with_name("tcls"), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=env, timeout=HANG, **options)

    return run


@pytest.fixture
def python(tmp_path: Path) -> Run:
    """Runs a line of Python with the interpreter of the tests, in a temporary folder."""

    def run(code: str, **options: Any) -> "subprocess.CompletedProcess[bytes]":
        options.setdefault("timeout", HANG)
        return subprocess.run(
            [sys.executable, "-I", "-c", code],
            cwd=tmp_path, env=environment(tmp_path), capture_output=True, **options,
        )  # fmt: skip

    return run


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """A file that can be judged."""
    file = tmp_path / "report.txt"
    file.write_text(REPORT, "utf-8")
    return file


@pytest.fixture
def json_lines(tmp_path: Path) -> Callable[[str, Iterable[dict[str, Any]]], Path]:
    """Writes objects to a JSONL file under the temporary folder."""

    def write(name: str, rows: Iterable[dict[str, Any]]) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        file.write_text(text, "utf-8")
        return file

    return write
