"""The files of a model folder: what is no ordinary file, or was changed, is refused."""

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.errors import ModelRefused
from tcls.model.files import UNSEALED, check_folder, is_sealed, map_file, read_file, sealed


@given(st.dictionaries(st.text(), st.text() | st.floats(), max_size=4), st.booleans())
def test_what_is_sealed_bears_no_change(row: dict[str, Any], wide: bool) -> None:
    row.pop("sha256", None)
    data = sealed(json.dumps(row | UNSEALED, indent=1 if wide else None).encode())
    assert is_sealed(data)
    assert not is_sealed(data + b" ")
    assert not is_sealed(json.dumps(row).encode())
    assert not is_sealed(data[:-1] + b"," + data[1:])  # a second seal


def test_a_file_is_read_whole_or_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "none").write_bytes(b"")
    assert read_file(tmp_path, "a", 5) == bytes(map_file(tmp_path, "a")) == b"12345"
    assert read_file(tmp_path, "none", 5) == map_file(tmp_path, "none") == b""
    with pytest.raises(ModelRefused, match="a is damaged: larger than 4 bytes"):
        read_file(tmp_path, "a", 4)


def strange(folder: Path) -> None:
    """Fills a folder with what is no ordinary file."""
    (folder / "file").write_bytes(b"1")
    (folder / "link").symlink_to(folder / "file")
    (folder / "dangling").symlink_to(folder / "nothing")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(folder / "socket"))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("link", "a link"), ("dangling", "a link"), ("folder", "not an ordinary file"),
        ("pipe", "not an ordinary file"), ("socket", "not an ordinary file"),
    ],
)  # fmt: skip
def test_what_is_no_ordinary_file_is_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    strange(tmp_path)
    for read in (map_file, lambda *a: read_file(*a, 5)):
        with pytest.raises(ModelRefused, match=f"model {tmp_path}: {name} is {what}; get a fresh"):
            read(tmp_path, name)


def test_nothing_is_not_the_same_as_what_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path, "a", 5)
    with pytest.raises(ModelRefused, match="a is missing; get a fresh copy or run tcls train"):
        map_file(tmp_path, "a")

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a").write_bytes(b"1")
    monkeypatch.setattr(Path, "open", forbidden)
    for read in (map_file, lambda *a: read_file(*a, 5)):
        with pytest.raises(ModelRefused, match=r"a cannot be read \(Permission denied\); check"):
            read(tmp_path, "a")


def test_what_is_no_folder_is_refused_with_the_path_as_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("{}")
    Path("round").symlink_to("round")
    check_folder(Path("."))
    for path, what in {
        "none": "no such folder; check the path or run tcls train",
        "file/x": "no such folder; check the path",
        "a\0b": "no such folder",
        "file": "not a folder; give the folder that holds manifest.json",
        "round": r"cannot be read \(.*\); check the path",
        "x" * 300: r"cannot be read \(File name too long\)",
    }.items():
        with pytest.raises(ModelRefused, match=f"^model {path}: {what}"):
            check_folder(Path(path))
