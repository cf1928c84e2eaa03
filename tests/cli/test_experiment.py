"""tcls experiment: run, check, compare."""

import json
import shutil
from pathlib import Path

import pytest

from tcls.corpus.dataset import load_corpus

PLAN = 'question = "Which?"\nkind = "table"\nsystems = ["majority", "keywords"]\nresamples = 20\n'


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A checkout of one file of the corpus with two experiments, one of them fast."""
    place = tmp_path_factory.mktemp("checkout")
    for folder in ("seeds/written", "labels/annotations"):
        (place / folder).mkdir(parents=True)
        shutil.copy(root / folder / "victim-sanctions-1.jsonl", place / folder)
    shutil.copytree(root / "labels/masks", place / "labels/masks")
    shutil.copy(root / "labels/lexicon.toml", place / "labels")
    stories = sorted(set(load_corpus(place).stories))
    (place / "labels/test_stories.txt").write_text("\n".join(stories[::2]) + "\n", "utf-8")
    for name, more in (("001-fast", "fast = true\n"), ("002-slow", "")):
        (place / "experiments" / name).mkdir(parents=True)
        (place / "experiments" / name / "config.toml").write_text(more + PLAN, "utf-8")
    return place


@pytest.fixture
def checkout(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "checkout"))


def test_a_run_is_checked_and_a_change_is_exit_code_3(tcls, checkout: Path) -> None:
    folder = checkout / "experiments/001-fast"
    plain = PLAN.replace("table", "curve") + "sizes = [0]\n"
    (checkout / "experiments/002-slow/config.toml").write_text(plain, "utf-8")
    done = tcls("experiment", "run", "--root", checkout, folder)
    if b"matplotlib is not installed" in done.stderr:
        pytest.skip("plots need the extra report")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"report.md, systems.svg" in done.stdout
    report = (folder / "report.md").read_text("utf-8")
    assert report.startswith("# Which?\n")
    assert "never about persons" in report and "not by people" in report

    done = tcls("experiment", "run", "--all", "--fast", "--check", "--root", checkout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"figures as stored") == 1

    results = json.loads((folder / "results.json").read_text("utf-8"))
    row = next(r for r in results["figures"] if r["measure"] == "f1" and r["score"])
    row["score"] = 0.123
    (folder / "results.json").write_text(json.dumps(results), "utf-8")
    done = tcls("experiment", "run", "--check", "--root", checkout, folder)
    assert done.returncode == 3
    first, last = done.stderr.decode().splitlines()
    assert first.startswith("001-fast: ") and " f1: 0.123 [" in first
    assert last.startswith("tcls: 001-fast: differences: 1,")


def test_two_systems_are_compared(tcls, checkout: Path) -> None:
    folder = checkout / "experiments/001-fast"
    tcls("experiment", "run", "--root", checkout, folder)
    done = tcls("experiment", "compare", f"{folder}:majority", f"{folder}:keywords")
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert "paired by document" in lines[0]
    assert any(line.strip().startswith("forced_criminality: possible F1") for line in lines)


@pytest.mark.parametrize(
    "arguments", [["run"], ["run", "--all", "x"], ["run", "--fast", "x"], ["compare", "x", "y"]]
)
def test_a_wrong_call_is_exit_code_2(tcls, arguments: list[str]) -> None:
    done = tcls("experiment", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"tcls: ") and done.stderr.count(b"\n") == 1


def test_an_unknown_key_is_one_line(tcls, checkout: Path) -> None:
    folder = checkout / "experiments/002-slow"
    (folder / "config.toml").write_text(PLAN + "sedes = [1]\n", "utf-8")
    done = tcls("experiment", "run", "--root", checkout, folder)
    assert done.returncode == 2
    assert done.stderr.startswith(b"tcls: 002-slow/config.toml: unknown key 'sedes'")


def test_a_folder_without_a_plan_is_one_line(tcls, tmp_path: Path) -> None:
    done = tcls("experiment", "run", tmp_path / "nosuch")
    assert done.returncode == 2
    assert done.stderr.startswith(b"tcls: nosuch/config.toml: cannot be read")
