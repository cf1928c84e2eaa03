"""Every command in the README runs as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.S)
COMMANDS = [
    line.split(" #")[0].strip()
    for kind, block in BLOCKS
    if kind == "sh"
    for line in block.splitlines()
    if line.strip()
]
OWN = [command for command in COMMANDS if command.startswith("tcls ")]
SET_UP = [command for command in COMMANDS if not command.startswith("tcls ")]
ARTICLE = (
    "Police freed forty people whom a gang had locked in a villa and forced to run romance scams."
)
SURROUNDINGS = {
    "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "3", "OPENBLAS_NUM_THREADS": "3",
    "LC_ALL": "C", "TZ": "Asia/Kathmandu",
}  # fmt: skip
PARTS = ("manifest.json", "vocabulary.txt", "lexicon.txt", "masks.txt", "weights.safetensors")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a command may read and write: a copy of the texts, labels, model and experiments,
    laid in another order than the original, and the file of the examples."""
    for folder in ("experiments", "models", "labels", "seeds"):
        (tmp_path / folder).mkdir()
        for item in sorted((ROOT / folder).iterdir(), reverse=True):
            copy = shutil.copytree if item.is_dir() else shutil.copy
            copy(item, tmp_path / folder / item.name)
    (tmp_path / "report.txt").write_text(ARTICLE, encoding="utf-8")
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in `folder`, with the `tcls` that is installed beside this Python."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, shell=True, cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **SURROUNDINGS, "PATH": path},
    )  # fmt: skip


def test_the_readme_sets_up_with_two_commands_that_ci_runs() -> None:
    assert len(SET_UP) == 2
    assert all(command.startswith("python3 -m venv .venv && ") for command in SET_UP)
    assert "grep '^python3 -m venv' README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("command", OWN)
def test_a_command_of_the_readme_runs(command: str, checkout: Path) -> None:
    done = run(command, checkout)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    if command == "tcls train":  # the same bytes with other threads, hashes, locale, zone, order
        for part in PARTS:
            committed = (ROOT / "models" / "default" / part).read_bytes()
            assert (checkout / "models" / "default" / part).read_bytes() == committed, part


def test_the_python_of_the_readme_runs(checkout: Path) -> None:
    (example,) = (block for kind, block in BLOCKS if kind == "python")
    (checkout / "example.py").write_text(example, encoding="utf-8")
    done = run(f"{sys.executable} example.py", checkout)
    assert done.stdout == "present\n", done.stderr


def test_every_command_group_is_in_the_readme() -> None:
    listed = run("tcls --help", ROOT).stdout
    for name in ("predict", "labels", "model", "train", "evaluate", "count", "experiment"):
        assert name in listed
        assert f"tcls {name}" in README
