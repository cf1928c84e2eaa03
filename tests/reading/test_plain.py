"""Files and standard input to documents; a fault takes the place of its document."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.errors import InputError, MissingInput
from tcls.reading import plain
from tcls.reading.document import Document
from tcls.reading.plain import read_document, read_documents, shown


def test_a_file_becomes_a_document_named_after_it(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes("He left the café.\r\n".encode())
    document = read_document(str(file))
    assert (document.id, document.text) == ("report.txt", "He left the café.\r\n")
    assert document.meta == {
        "path": str(file), "format": "text", "encoding": "utf-8", "truncated": False,
    }  # fmt: skip


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"He left.")))
    document = read_document("-")
    assert (document.id, document.text, document.meta["path"]) == ("stdin", "He left.", "-")


@pytest.mark.parametrize("content", [b"", b" \n\t ", b"\xef\xbb\xbf"])
def test_a_file_without_words_is_a_document_without_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert read_document(str(tmp_path / "a")).text.strip() == ""


def test_a_missing_file_is_named() -> None:
    with pytest.raises(MissingInput, match=r"^/no/such\.txt: no such file; check the name"):
        read_document("/no/such.txt")


def test_a_folder_is_refused_with_a_way_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is a folder; expected a file; name its files") as fault:
        read_document(str(tmp_path))
    assert fault.value.code == "folder"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_or_device_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(InputError, match="is a device, pipe or socket") as fault:
            read_document(str(path))
        assert fault.value.code == "special"


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "a")
    with pytest.raises(InputError, match=r"a: .*links; .*; check its path$"):
        read_document(str(tmp_path / "a"))


@pytest.mark.parametrize("name", ["x" * 300, "report.txt/more", "a\0b"])
def test_a_path_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "report.txt").write_text("He left.", "utf-8")
    with pytest.raises(InputError, match=r"; check its path$"):
        read_document(f"{tmp_path}/{name}")


def test_an_empty_name_is_no_folder() -> None:
    with pytest.raises(InputError, match=r"^an empty name is no file; expected a path"):
        read_document("")


def test_only_a_file_that_may_not_be_read_asks_for_permissions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:  # not by chmod: root may read everything
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.txt").write_text("He left.", "utf-8")
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(InputError, match=r"a\.txt: Permission denied; .*; check its permissions$"):
        read_document(str(tmp_path / "a.txt"))


def test_a_binary_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x7fELF\x02")
    with pytest.raises(InputError, match=r"a\.txt: not a text: a program") as fault:
        read_document(str(tmp_path / "a.txt"))
    assert fault.value.code == "binary"


def test_a_page_takes_no_other_file_of_its_batch_with_it(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("<html><p>He left.</p>", "utf-8")
    (tmp_path / "a.txt").write_text("He left.", "utf-8")
    refused, read = read_documents([str(tmp_path / "page.txt"), str(tmp_path / "a.txt")])
    assert str(refused).startswith(f"{tmp_path}/page.txt: not plain text: an HTML page")
    assert isinstance(read, Document)


def test_a_file_that_is_too_long_is_cut_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("é" * 40, "utf-8")
    monkeypatch.setattr(plain, "MOST_CHARACTERS", 30)
    document = read_document(str(tmp_path / "a.txt"))
    assert (document.text, document.meta["truncated"]) == ("é" * 30, True)


def test_a_cut_through_a_character_does_not_change_the_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("Guards held us. " * 20 + "In the café", "utf-8")
    monkeypatch.setattr(plain, "MOST_BYTES", 331)  # the last é takes bytes 331 and 332
    document = read_document(str(tmp_path / "a.txt"))
    assert document.meta["truncated"]
    assert document.meta["encoding"].startswith("utf-8")
    assert document.text.rstrip("\ufffd") == "Guards held us. " * 20 + "In the caf"


def test_a_fault_takes_the_place_of_its_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("He left.", "utf-8")
    found = list(read_documents([str(tmp_path / n) for n in ("none", "a.txt", ".", "a.txt")]))
    assert [type(item) for item in found] == [MissingInput, Document, InputError, Document]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("report.txt", "report.txt"),
        ("Señor ตำรวจ.txt", "Señor ตำรวจ.txt"),
        ("a\nb", r"a\x0ab"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\udcffb", r"a\xffb"),
    ],
)
def test_a_path_is_shown_without_what_could_steer_a_terminal(path: str, expected: str) -> None:
    assert shown(path) == expected


@given(st.text())
@example("\udcff\udc80 \u202e\u2066\x9b")
def test_a_shown_path_is_printable_and_can_be_encoded(path: str) -> None:
    assert shown(path).isprintable()
    shown(path).encode()


@given(st.binary(max_size=200))
def test_any_file_is_a_document_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.txt"
    file.write_bytes(data)
    (found,) = read_documents([str(file)])
    assert isinstance(found, Document | InputError)
