"""Files to written labels without a parser: what is printed, and the exit code.

(The command itself: test_predict.py.)
"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.classifier import Classifier
from tcls.cli.labelling import label
from tcls.errors import TclsError, UsageError
from tcls.schema import load_schema

TASKS = ["forced_criminality", "victim_criminalisation", "non_punishment", "scam_type"]
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    file = tmp_path / "calm.txt"
    file.write_text("Rain fell on the hills, and the school stayed closed for a week.", "utf-8")
    return file


def test_labels_are_those_that_the_library_gives(
    capsys: Captured, article: Path, classifier: Classifier, report_text: str
) -> None:
    assert label([str(article)], "jsonl") == 0
    out, err = capsys.readouterr()
    row = json.loads(out)
    expected = classifier.predict(report_text).to_dict()
    assert row["tasks"] == json.loads(json.dumps(expected["tasks"]))
    assert err == ""


def test_a_file_that_cannot_be_read_has_a_line_and_the_others_are_judged(
    capsys: Captured, article: Path, calm: Path
) -> None:
    assert label([str(article), "nosuch.txt", str(calm)], "jsonl") == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert err.startswith("tcls: ") and "nosuch.txt" in err and err.count("\n") == 1


def test_a_single_file_that_cannot_be_read_gives_its_own_exit_code(capsys: Captured) -> None:
    assert label(["nosuch.txt"], "jsonl") == 66
    assert capsys.readouterr().out == ""


def test_many_files_are_judged_like_few(capsys: Captured, article: Path, calm: Path) -> None:
    """From eight files on they are scored by numpy."""
    files = [str(article), str(calm)]
    assert label(files, "jsonl") == 0
    few = capsys.readouterr().out
    assert label(files * 4, "jsonl") == 0
    assert capsys.readouterr().out == few * 4


def test_without_text_no_word_of_the_document_is_written(capsys: Captured, article: Path) -> None:
    label([str(article)], "jsonl", text=False)
    assert "fifty" not in capsys.readouterr().out
    label([str(article)], "jsonl")
    assert "fifty" in capsys.readouterr().out


def test_an_unknown_task_or_aim_is_refused(article: Path) -> None:
    with pytest.raises(TclsError, match="romance"):
        label([str(article)], tasks=["romance"])
    with pytest.raises(UsageError):
        label([str(article)], aim="luck")


def test_an_unknown_encoding_is_refused_before_any_file_is_read(capsys: Captured) -> None:
    with pytest.raises(UsageError, match="no encoding 'nosuch'"):
        label(["none.txt", "none.txt"], encoding="nosuch")
    assert capsys.readouterr().err == ""


def test_a_task_that_is_only_annotated_is_not_predicted(article: Path) -> None:
    later = [task.id for task in load_schema().tasks if task.tier > 1]
    assert later
    for name in later:
        with pytest.raises(UsageError, match=f"{name} is annotated but not predicted"):
            label([str(article)], tasks=[name])


@pytest.mark.parametrize("columns", ["", "wide", "20", "100"])
def test_any_width_of_the_terminal_will_do(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, article: Path, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert label([str(article)]) == 0
    assert "\x1b" not in capsys.readouterr().out


@given(st.lists(st.sampled_from(TASKS), min_size=1, unique=True))
def test_the_tasks_that_are_asked_for_are_written_in_that_order(
    capsys: Captured, article: Path, tasks: list[str]
) -> None:
    assert label([str(article)], "jsonl", tasks=tasks) == 0
    assert list(json.loads(capsys.readouterr().out)["tasks"]) == tasks
