"""tcls labels: list, explain, check."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcls.corpus.annotations import Annotation, text_hash
from tcls.schema import load_schema
from tcls.text.passages import Span

SCHEMA = load_schema()
TEXT = "Guards made them scam strangers."
RECORD = Annotation(
    "d1", text_hash(TEXT), Span(0, 32), "forced_criminality", "present", {}, False, "me", "1.0.0"
)


@pytest.fixture
def check(tcls, tmp_path: Path):
    """Runs `tcls labels check` on a checkout of one document and these lines."""
    (tmp_path / "seeds" / "written").mkdir(parents=True)
    (tmp_path / "labels" / "annotations").mkdir(parents=True)
    seed = json.dumps({"id": "d1", "text": TEXT})
    (tmp_path / "seeds/written/x.jsonl").write_text(seed + "\n", "utf-8")

    def run(*lines: str | bytes):
        data = b"".join((x if isinstance(x, bytes) else x.encode()) + b"\n" for x in lines)
        (tmp_path / "labels/annotations/x.jsonl").write_bytes(data)
        return tcls("labels", "check", tmp_path)

    return run


def test_without_a_command_the_labels_are_listed(tcls) -> None:
    done = tcls("labels")
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert all(task.id in text for task in SCHEMA.tasks)
    assert "absent < possible < present" in text


@pytest.mark.parametrize("name", ["romance_baiting", "pig-butchering", "Romance baiting"])
def test_a_label_is_explained_under_any_of_its_names(tcls, name: str) -> None:
    done = tcls("labels", "show", name)
    assert done.returncode == 0
    assert done.stdout.startswith(b"romance_baiting  (Romance baiting, a value of scam_type)")


def test_a_task_is_explained(tcls) -> None:
    assert tcls("labels", "show", "non-punishment").stdout.startswith(b"non_punishment  (")


def test_an_unknown_name_is_exit_code_2(tcls) -> None:
    done = tcls("labels", "show", "nosuch")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"tcls: no task or label 'nosuch'; tcls labels lists them\n"


def test_annotations_that_fit_pass(check) -> None:
    done = check(RECORD.to_json())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"1 annotations of 1 documents fit schema and texts\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": "0" * 16}, "the text has changed since it was coded; code it again"),
        ({"value": "certain"}, "no value 'certain'; expected one of absent, possible, present"),
        ({"task": "crime"}, "no task 'crime'; expected one of"),
        ({"document": "d2"}, "no such document in seeds"),
        ({"passage": Span(0, 99)}, "lies outside the text of 32"),
    ],
)
def test_an_annotation_that_does_not_fit_is_exit_code_3(check, change: dict, message: str) -> None:
    done = check(RECORD.to_json(), replace(RECORD, coder="b", **change).to_json())
    fault, summary = done.stderr.decode().splitlines()
    assert message in fault
    assert summary == "tcls: 1 of 2 annotations do not fit"
    assert (done.returncode, done.stdout) == (3, b"")


@pytest.mark.parametrize(
    "line",
    [
        "{", "[]", '{"document": "d1"}', b"\xff", "[" * 100_000,
        '{"document": ["d1"], "sha256": 1, "start": 0, "end": 1, "task": 1, "value": "x", '
        '"coder": [], "schema": 1}',
    ],
    ids=["torn", "list", "short", "bytes", "deep", "types"],
)  # fmt: skip
def test_a_broken_line_is_named_with_its_file(check, line: str | bytes) -> None:
    done = check(RECORD.to_json(), line)
    assert done.returncode == 65
    assert done.stderr.startswith(b"tcls: x.jsonl, line 2: ")
    assert done.stderr.count(b"\n") == 1


def test_a_hostile_annotation_steers_no_terminal(check) -> None:
    done = check(replace(RECORD, document="a\x1b[2J\u202e\nb", task="x\x1b[2J").to_json())
    assert done.returncode == 3
    assert all(line.isprintable() for line in done.stderr.decode().split("\n"))
    assert done.stderr.count(b"\n") == 2


def test_a_folder_that_is_no_checkout_is_refused(tcls) -> None:
    done = tcls("labels", "check", ".")
    assert done.returncode == 65
    assert b"no documents; expected *.txt and written/*.jsonl" in done.stderr


@pytest.mark.slow
def test_every_annotation_of_the_checkout_fits(tcls, root: Path) -> None:
    done = tcls("labels", "check", root)
    assert (done.returncode, done.stderr) == (0, b"")


@given(st.sampled_from([label.id for task in SCHEMA.tasks for label in task.labels]))
@settings(max_examples=8)
def test_every_label_can_be_shown(tcls, name: str) -> None:
    done = tcls("labels", "show", name)
    assert (done.returncode, done.stdout.split()[0].decode()) == (0, name)
