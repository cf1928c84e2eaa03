"""tcls predict on what is damaged, odd or hostile: one line or an abstention, nothing lost."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = Path(__file__).parents[1] / "cases"
LANGUAGES = json.loads((CASES / "languages.json").read_text("utf-8"))["cases"]
needs_posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")


@pytest.fixture
def refused(one_line):
    def check(done, code: int, message: str) -> None:
        assert message in one_line(done)
        assert (done.returncode, done.stdout) == (code, b"")

    return check


# Bad input


@pytest.mark.parametrize("content", [b"", b"  \n\t \n", b"\xef\xbb\xbf", b"***\n---\n"])
@pytest.mark.parametrize("form", ["json", "table"])
def test_a_file_without_text_is_an_abstention(tcls, tmp_path, content: bytes, form: str) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    done = tcls("predict", "--format", form, "a.txt")
    assert (done.returncode, done.stderr) == (0, b"")
    if form == "table":
        assert "not judged: there is no text in it. This is not a “no”." in done.stdout.decode()
    else:
        record = json.loads(done.stdout)
        assert (record["status"], record["reasons"]) == ("abstained", ["no_text"])
        assert all(t.get("value", t.get("values")) is None for t in record["tasks"].values())


def test_a_missing_file_is_66(tcls, refused) -> None:
    refused(tcls("predict", "none.txt"), 66, "none.txt: no such file; check the name")


def test_a_folder_is_65(tcls, tmp_path: Path, refused) -> None:
    (tmp_path / "folder").mkdir()
    refused(tcls("predict", "folder"), 65, "folder: is a folder; expected a file")


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"\x7fELF\x02\x01", b"\0" * 5000, bytes(range(256)) * 20],
    ids=["png", "elf", "nul", "all"],
)
def test_a_binary_file_is_65(tcls, tmp_path: Path, content: bytes, refused) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    refused(tcls("predict", "a.txt"), 65, "a.txt: not a text: ")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_the_encoding_does_not_change_the_answer(
    tcls, tmp_path, article, report_text, encoding, records
) -> None:
    (tmp_path / "b.txt").write_bytes(report_text.encode(encoding))
    one, two = records(tcls("predict", "--format", "jsonl", article, "b.txt"))
    assert two["tasks"] == one["tasks"]
    assert two["source"]["encoding"] == encoding


def test_invalid_utf_8_is_judged_and_says_so(
    tcls, tmp_path: Path, report_text: str, records
) -> None:
    (tmp_path / "a.txt").write_bytes(("“Señor”, " + report_text * 3).encode() + b" \xff\n")
    (record,) = records(tcls("predict", "--format", "jsonl", "a.txt"))
    assert record["source"]["encoding"] == "utf-8 with errors"
    assert (record["status"], record["reasons"]) == ("partial", ["broken_encoding"])


def test_a_thai_text_is_an_abstention(tcls, tmp_path: Path, records) -> None:
    thai = next(case["text"] for case in LANGUAGES if case["code"] == "th")
    (tmp_path / "a.txt").write_text(thai, "utf-8")
    (record,) = records(tcls("predict", "--format", "jsonl", "a.txt"))
    assert (record["status"], record["reasons"]) == ("abstained", ["unsupported_language"])
    assert record["language"]["code"] == "th"


def test_no_other_document_of_a_batch_is_lost(tcls, tmp_path: Path, article: Path, records) -> None:
    (tmp_path / "binary.txt").write_bytes(b"%PDF-1.7")
    (tmp_path / "empty.txt").write_bytes(b"")
    names = ["none.txt", "report.txt", "binary.txt", "empty.txt", ".", "/dev/null", "report.txt"]
    done = tcls("predict", "--format", "jsonl", *names)
    assert done.returncode == 1
    assert [record["id"] for record in records(done)] == ["report.txt", "empty.txt", "report.txt"]
    said = done.stderr.decode().splitlines()
    assert [line.split(": ")[1] for line in said] == ["none.txt", "binary.txt", ".", "/dev/null"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["words", "letters", "hole"])
def test_a_hundred_megabytes_in_one_line_do_not_harm_the_batch(
    tcls, tmp_path, article, kind, records
) -> None:
    """In 2 GB of address space, so that a copy too many fails."""
    import resource

    size = 100_000_000
    block = {"words": b"They were forced to scam strangers ", "letters": b"abcdefghij", "hole": b""}
    with (tmp_path / "big.txt").open("wb") as file:
        for _ in range(size // 10_000_000 if block[kind] else 0):
            file.write(block[kind] * (10_000_000 // len(block[kind])))
        file.truncate(size)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    done = tcls(
        "predict", "--format", "jsonl", "--no-text", "big.txt", "report.txt", preexec_fn=limit
    )
    found = {record["id"]: record for record in records(done)}
    assert found["report.txt"]["status"] == "ok"
    if kind == "hole":
        assert b"big.txt: not a text" in done.stderr
    else:
        assert (
            "truncated" in found["big.txt"]["reasons"] or found["big.txt"]["status"] == "abstained"
        )
        assert found["big.txt"]["source"]["characters"] <= 2_000_000


# Hostile names and texts

HOSTILE = [
    b"a\nb.txt",
    b"a\x1b[2Jb.txt",
    b"a\xffb.txt",
    "a\u202eb.txt".encode(),
    b"-x.txt",
    b"[b]x.txt",
    "a\x9b2Jb.txt".encode(),
]


@needs_posix
@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_hostile_file_name_steers_no_terminal(
    tcls, tmp_path, report_text, name: bytes, form: str, exists: bool, records, one_line
) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    if exists:
        Path(os.fsdecode(path)).write_text(report_text, "utf-8")
    done = tcls("predict", "--format", form, "--", name)
    assert done.returncode == (0 if exists else 66)
    written = (done.stdout + done.stderr).decode("utf-8")
    assert all(c.isprintable() or c == "\n" for c in written)
    if not exists:
        one_line(done)
    elif form == "jsonl":
        assert len(records(done)) == 1


STEERING = (
    "They were \x1b]8;;http://example.org\x07forced\x1b[2J to scam \x9b2J strangers \u202e "
    "and beaten."
)


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_a_hostile_text_steers_no_terminal(tcls, tmp_path: Path, report_text, form: str) -> None:
    (tmp_path / "a.txt").write_text(f"{STEERING}\n\n{report_text}", "utf-8")
    done = tcls("predict", "--format", form, "a.txt")
    assert done.returncode == 0
    assert all(c.isprintable() or c == "\n" for c in done.stdout.decode("utf-8"))


@pytest.mark.parametrize("option", ["--task", "--model", "--encoding"])
def test_a_hostile_argument_steers_no_terminal(tcls, article: Path, option: str, one_line) -> None:
    done = tcls("predict", article, option, "a\x1b[2J\u202eb\nc")
    assert done.returncode in (2, 65, 76)
    assert one_line(done).rstrip("\n").isprintable()


def test_files_beside_the_document_are_not_imported(tcls, tmp_path: Path, article: Path) -> None:
    for name in ("json", "typing", "numpy", "re", "tcls", "typer", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("open('marker', 'w').close()\n", "utf-8")
    assert tcls("predict", article).returncode == 0
    assert not (tmp_path / "marker").exists()


def test_nothing_is_written_but_the_answer(tcls, tmp_path: Path, article: Path) -> None:
    before = {path.name for path in tmp_path.rglob("*")}
    assert tcls("predict", article).returncode == 0
    assert {path.name for path in tmp_path.rglob("*")} == before


@given(st.binary(max_size=300))
@settings(max_examples=15)
def test_any_bytes_get_a_record_or_one_line(tcls, records, refused, data: bytes) -> None:
    done = tcls("predict", "--format", "jsonl", "-", input=data)
    if done.returncode == 0:
        (record,) = records(done)
        assert record["id"] == "stdin"
    else:
        refused(done, 65, "tcls: -: not a text")


@needs_posix
def test_a_page_without_a_full_stop_is_judged_in_bounded_memory(
    tcls, tmp_path: Path, records
) -> None:
    """Pairs of lexicon classes within one sentence must not grow with its square."""
    import resource

    (tmp_path / "a.txt").write_text("They were forced to scam strangers " * 600, "utf-8")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    done = tcls("predict", "--format", "jsonl", "--no-text", "a.txt", preexec_fn=limit)
    assert done.stderr == b""
    assert [record["status"] for record in records(done)] == ["ok"]
