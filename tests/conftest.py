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


@pytest.fixture
def sample() -> Any:
    """60 documents of 50 stories, coded and judged in seven decisions: every second one true,
    probabilities mostly right."""
    import numpy as np

    from tcls.evaluation.sample import Sample
    from tcls.reading.document import Document
    from tcls.schema import load_schema

    ordinal = ("forced_criminality", "victim_criminalisation")
    decisions = (
        *((task, value) for task in ordinal for value in ("possible", "present")),
        *(("scam_type", value) for value in ("romance", "investment", "romance_baiting")),
    )
    random = np.random.default_rng(1)
    n, k = 60, len(decisions)
    truth = np.zeros((n, k))
    truth[::2] = 1
    truth[::4, [1, 3]] = 0
    probability = np.round(np.clip(0.25 + 0.5 * truth + random.normal(0, 0.2, (n, k)), 0, 1), 4)
    for low in (0, 2):
        probability[:, low + 1] = np.minimum(probability[:, low], probability[:, low + 1])
    documents = tuple(
        Document(
            f"d{i}", "word " * (i + 1),
            {"genre": "wire" if i % 3 else "feature", "source": "one" if i < 40 else f"s{i}"},
        )
        for i in range(n)
    )  # fmt: skip
    return Sample(
        "test", documents, tuple(f"s{min(i, 49)}" for i in range(n)), decisions, truth, probability,
        (probability >= 0.5).astype(float), np.zeros((n, k), dtype=bool), np.zeros(n, dtype=bool),
        load_schema(), "default-0badcafe", "c0ffee00",
    )  # fmt: skip
