"""tcls predict, as a user runs it: what it writes, streams, exit codes and calls."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

TASKS = ["forced_criminality", "victim_criminalisation", "non_punishment", "scam_type"]
FULL = Path("/dev/full")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")


# What is written


def test_a_table_names_the_document_and_every_task(tcls, article: Path) -> None:
    done = tcls("predict", article)
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert text.startswith("report.txt  en, ")
    assert all(f"\n  {task.replace('_', ' ')}" in text for task in TASKS)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_is_the_record_of_the_contract(
    tcls, article: Path, report_text: str, form: str
) -> None:
    done = tcls("predict", "--format", form, article)
    record = json.loads(done.stdout)
    assert list(record["tasks"]) == TASKS
    assert record["source"] == {
        "path": str(article), "format": "text", "encoding": "utf-8",
        "characters": len(report_text), "removed_boilerplate": 0,
    }  # fmt: skip
    for task in record["tasks"].values():
        if task["kind"] == "ordinal":
            assert sum(task["probabilities"].values()) == pytest.approx(1, abs=0.001)
        for item in task["evidence"]:
            assert item["text"] == report_text[item["start"] : item["end"]]
            assert all(item["start"] <= t["start"] < t["end"] <= item["end"] for t in item["terms"])


def test_several_files_are_one_json_list_or_a_line_each_in_order(
    tcls, tmp_path, article, records
) -> None:
    (tmp_path / "b.txt").write_bytes(article.read_bytes())
    names = ["report.txt", "b.txt", "report.txt"]
    assert [
        r["id"] for r in json.loads(tcls("predict", "--format", "json", *names).stdout)
    ] == names
    assert [r["id"] for r in records(tcls("predict", "--format", "jsonl", *names))] == names


def test_csv_cells_are_no_formulas(tcls, tmp_path: Path, article: Path) -> None:
    (tmp_path / "=cmd|x.txt").write_bytes(article.read_bytes())
    done = tcls("predict", "--format", "csv", "=cmd|x.txt", "report.txt")
    header, one, two = csv.reader(io.StringIO(done.stdout.decode(), newline=""))
    assert (one[0], two[0]) == ("'=cmd|x.txt", "report.txt")
    assert len(header) == len(one) == len(two)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in one + two)


def test_only_the_tasks_that_are_asked_for_are_written(tcls, article: Path) -> None:
    done = tcls(
        "predict", "--format", "json", "--task", "scam_type", "--task", "non_punishment", article
    )
    assert set(json.loads(done.stdout)["tasks"]) == {"scam_type", "non_punishment"}


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_no_text_writes_no_word_of_the_document(tcls, tmp_path: Path, form: str) -> None:
    file = tmp_path / "a.txt"
    file.write_text("They were forced to scam strangers and beaten by Zebulonia's guards.", "utf-8")
    done = tcls("predict", "--no-text", "--format", form, file)
    assert done.returncode == 0
    assert not any(
        w in done.stdout.lower() for w in (b"strangers", b"beaten", b"zebulonia", b"guards")
    )


def test_standard_input_is_a_document(tcls, report_text: str, records) -> None:
    (record,) = records(tcls("predict", "--format", "jsonl", "-", input=report_text.encode()))
    assert (record["id"], record["source"]["path"]) == ("stdin", "-")
    assert record["source"]["characters"] == len(report_text)


def test_many_files_are_judged_as_one_by_one(
    tcls, tmp_path: Path, article: Path, root: Path, records
) -> None:
    seed = (root / "seeds" / "001_fdfed59dd9b5c503.txt").read_bytes()
    names = []
    for i in range(9):
        names.append(f"{i}.txt")
        (tmp_path / names[-1]).write_bytes([article.read_bytes(), seed, b""][i % 3])
    many = records(tcls("predict", "--format", "jsonl", *names))
    single = records(tcls("predict", "--format", "jsonl", *names[:3]))
    for i, record in enumerate(many):
        alone = single[i % 3]
        assert record["status"] == alone["status"]
        for name, task in record["tasks"].items():
            other = alone["tasks"][name]
            assert task["probabilities"] == pytest.approx(other["probabilities"], abs=2e-4)
            assert (task.get("value"), task.get("values")) == (
                other.get("value"),
                other.get("values"),
            )


# Streams, colours, exit codes


@needs_posix
@pytest.mark.parametrize(
    ("env", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(tmp_path, article, env: dict, coloured: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    bare = {"HOME": str(tmp_path), "PATH": os.defpath, "TERM": "xterm", "COLUMNS": "100"}
    command = [Path(sys.executable).with_name("tcls"), "predict", article]
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, env=bare | env)
    os.close(theirs)
    written = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:
            break
        if not chunk:
            break
        written += chunk
    os.close(ours)
    assert running.wait() == 0
    assert b"forced criminality" in written
    assert (b"\x1b[" in written) == coloured


def test_into_a_file_or_pipe_nothing_is_coloured(tcls, article: Path) -> None:
    assert b"\x1b" not in tcls("predict", article).stdout


@pytest.mark.parametrize("env", [{"LANG": "C", "LC_ALL": "C"}, {"COLUMNS": "x"}, {"COLUMNS": "1"}])
def test_a_poor_environment_changes_no_word(tcls, tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / "Ñandú.txt").write_text(
        "“Guards” beat the café’s workers who would not scam.", "utf-8"
    )
    done = tcls("predict", "Ñandú.txt", env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Ñandú.txt" in done.stdout.decode("utf-8")


@needs_posix
def test_a_closed_pipe_is_quiet_and_no_failure(article: Path, tmp_path: Path) -> None:
    """Exit code 1 means that some inputs failed, which is not so."""
    command = [Path(sys.executable).with_name("tcls"), "predict", "--format", "jsonl"]
    running = subprocess.Popen(
        [*command, *[article] * 200], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    )
    assert running.stdout and running.stderr
    running.stdout.read(1)
    running.stdout.close()
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait() in (0, -signal.SIGPIPE, 128 + signal.SIGPIPE)


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_a_full_disk_is_an_error_of_one_line(tcls, article: Path, form: str, one_line) -> None:
    with FULL.open("wb") as full:
        done = tcls("predict", "--format", form, article, stdout=full)
    assert done.returncode == 74
    assert "No space left on device" in one_line(done)


@needs_posix
@pytest.mark.parametrize(("closed", "codes"), [(">&-", [74]), ("<&-", [0, 65]), ("2>&-", [1])])
def test_a_closed_stream_is_no_bug(tmp_path, article, closed: str, codes: list, records) -> None:
    """Standard output closed is an I/O error; standard input closed is as empty or unreadable."""
    source = "-" if closed == "<&-" else f"{article.name} none.txt"
    tool = Path(sys.executable).with_name("tcls")
    done = subprocess.run(
        ["sh", "-c", f'"{tool}" predict --format jsonl {source} {closed}'],
        cwd=tmp_path, capture_output=True,
    )  # fmt: skip
    assert b"a bug" not in done.stderr
    assert done.returncode in codes
    assert len(records(done)) == (1 if done.returncode in (0, 1) else 0)


@needs_posix
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_quietly(tmp_path, article, sent: signal.Signals, code: int) -> None:
    command = [Path(sys.executable).with_name("tcls"), "predict", "--format", "jsonl", article, "-"]
    running = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        preexec_fn=partial(signal.signal, sent, signal.SIG_DFL),  # a job in the background has none
    )  # fmt: skip
    assert running.stdout
    first = running.stdout.readline()  # it is at work, and now waits for standard input
    running.send_signal(sent)
    rest, said = running.communicate()
    assert json.loads(first)["id"] == "report.txt"
    assert (running.returncode, rest, b"Traceback" in said) == (code, b"", False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--task", "scams"], "no task 'scams'; expected one of forced_criminality"),
        (["--threshold", "2"], "threshold 2: expected a number from 0 to 1"),
        (["--threshold", "nan"], "expected a number from 0 to 1"),
        (["--recall", "0.123"], "no thresholds for 'recall=0.123'"),
        (["--threshold", "0.5", "--recall", "0.9"], "exclude each other"),
        (["--encoding", "nosuch"], "no encoding 'nosuch'"),
        (["--encoding", "undefined"], "no encoding 'undefined'"),
    ],
)
def test_a_wrong_call_says_how_to_mend_it(
    tcls, article, arguments: list[str], message: str, one_line
) -> None:
    done = tcls("predict", article, article, *arguments)
    assert message in one_line(done)
    assert done.returncode == 2


@pytest.mark.parametrize("arguments", [[], ["--format", "xml", "a.txt"], ["--no-such", "a.txt"]])
def test_an_impossible_call_is_exit_code_2(tcls, arguments: list[str]) -> None:
    done = tcls("predict", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "aim", [["--recall", "0.95"], ["--precision", "0.9"], ["--threshold", "0.5"]]
)
def test_another_aim_changes_labels_not_probabilities(tcls, article: Path, aim: list[str]) -> None:
    plain, aimed = (
        json.loads(tcls("predict", "--format", "json", article, *a).stdout) for a in ([], aim)
    )
    for name, task in plain["tasks"].items():
        assert aimed["tasks"][name]["probabilities"] == task["probabilities"]
