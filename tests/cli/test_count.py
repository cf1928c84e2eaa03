"""tcls count: corrected numbers, per document and per story."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tcls.evaluation.sample import Judge
from tcls.evaluation.stored import FILE, store_evaluation
from tcls.schema import packaged

FORCED = (
    "Guards told the newcomers that they would have to cheat strangers online until each had "
    "brought in fifty thousand dollars. Those who refused were beaten and locked in."
)


@pytest.fixture
def model(tmp_path: Path, sample) -> Path:
    """A copy of the default model with errors measured on 60 made documents."""
    folder = Path(shutil.copytree(packaged("models/default"), tmp_path / "model"))
    judge = Judge(folder)
    n, k = len(sample.documents), len(judge.decisions)
    truth = np.repeat((np.arange(n) % 2)[:, None], k, axis=1).astype(float)
    chosen = truth.copy()
    chosen[:6] = 1 - chosen[:6]
    store_evaluation(
        replace(
            sample, decisions=judge.decisions, truth=truth, chosen=chosen, probability=chosen,
            ignore=np.zeros((n, k), dtype=bool), model=judge.classifier.model,
        ),
        folder,
    )  # fmt: skip
    return folder


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Four files: two copies of one story in two folders, one calm text, one too short."""
    calm = "Rain fell on the hills and the river rose, so the school stayed closed for a week."
    texts = {
        "a/report.txt": FORCED, "b/report.txt": FORCED + "\n", "c/report.txt": calm,
        "d/report.txt": "Hi.",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, "utf-8")
    return [tmp_path / name for name in texts]


def test_documents_and_stories_are_counted_apart(tcls, model: Path, files: list[Path]) -> None:
    done = tcls("count", *files, "--model", model, "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert (found["documents"], found["stories"], found["abstained"]) == (4, 2, 1)
    assert found["unread"] == 0
    for label in found["labels"]:
        for unit, n in (("documents", 3), ("stories", 2)):
            score = label["corrected"][unit]
            assert score["n"] == n
            assert 0 <= score["low"] <= score["value"] <= score["high"] <= n
            assert 0 <= label["marked"][unit] <= n
    assert "split:test|n:60|stories:50" in found["errors_from"]


def test_the_table_says_what_it_rests_on(tcls, model: Path, files: list[Path]) -> None:
    text = tcls("count", *files, "--model", model).stdout.decode()
    assert text.startswith("4 documents, 2 stories; 1 not judged and in no count\n")
    assert "Corrected for errors measured on the test split" in text
    assert "never about persons" in text
    assert "forced_criminality>=possible" in text
    assert "errors from  evaluation|split:test|" in text


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_counted(
    tcls, model: Path, files: list[Path]
) -> None:
    done = tcls("count", files[0], "none.txt", "--model", model, "--format", "json")
    assert done.returncode == 1
    assert done.stderr.decode() == "tcls: none.txt: no such file; check the name and the folder\n"
    found = json.loads(done.stdout)
    assert (found["documents"], found["unread"]) == (1, 1)
    table = tcls("count", files[0], "none.txt", "--model", model).stdout.decode()
    assert table.startswith("1 document, 1 story; 1 file not read and in no count\n")


def test_where_nothing_can_be_read_there_is_no_table_of_zeros(tcls, model: Path) -> None:
    done = tcls("count", "--model", model, "nosuch.txt")
    assert (done.returncode, done.stdout) == (66, b"")
    assert done.stderr.count(b"\n") == 1 and b"nosuch.txt: no such file" in done.stderr


def test_an_unknown_encoding_is_a_wrong_call(tcls, files: list[Path], one_line) -> None:
    done = tcls("count", *files, "--encoding", "nosuch")
    assert "no encoding 'nosuch'; expected a name such as utf-8" in one_line(done)
    assert (done.returncode, done.stdout) == (2, b"")


def test_without_measured_errors_nothing_is_counted(tcls, model: Path, files: list[Path]) -> None:
    (model / FILE).unlink()
    done = tcls("count", files[0], "--model", model)
    assert (done.returncode, done.stdout) == (76, b"")
    assert "no evaluation.json in it; run tcls evaluate --store" in done.stderr.decode()
