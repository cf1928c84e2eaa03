"""tcls model, and what a damaged, altered or hostile model folder gets."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcls.errors import ModelRefused
from tcls.model.store import FORMAT, PARTS, manifest_bytes, open_model
from tcls.schema import packaged


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the default model that may be spoilt."""
    return Path(shutil.copytree(packaged("models/default"), tmp_path / "model"))


def edit(folder: Path, **changes: object) -> None:
    """Changes keys of the manifest and seals it anew; None takes one away."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text("utf-8")) | changes
    file.write_bytes(manifest_bytes({k: v for k, v in manifest.items() if v is not None}))


def refused(done, message: str) -> None:
    assert done.returncode == 76
    assert done.stdout == b""
    assert message in done.stderr.decode()
    assert done.stderr.startswith(b"tcls: model ")
    assert done.stderr.count(b"\n") == 1


def test_show_says_what_the_model_is(tcls) -> None:
    done = tcls("model", "show")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith(f"{open_model().id}  (format {FORMAT}, ")


def test_the_shipped_model_verifies(tcls) -> None:
    done = tcls("model", "verify")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"4 parts as recorded" in done.stdout


def test_a_copy_of_a_model_predicts_the_same(tcls, copy: Path, article: Path) -> None:
    one, two = (tcls("predict", "--format", "json", article, *a) for a in ([], ["--model", copy]))
    assert one.stdout == two.stdout != b""


@pytest.mark.parametrize("command", [["model", "show"], ["model", "verify"]])
def test_a_folder_without_a_model_is_refused(tcls, tmp_path: Path, command: list[str]) -> None:
    """Each in its own words, with the path as it was given."""
    (tmp_path / "report.txt").write_text("Rain fell.", "utf-8")
    for folder, message in {
        "none": "model none: no such folder; check the path or run tcls train",
        ".": "model .: no manifest.json in it; give the folder of a model or run tcls train",
        "report.txt": "model report.txt: not a folder; give the folder that holds manifest.json",
    }.items():
        refused(tcls(*command, folder), message)


@pytest.mark.parametrize("name", ["manifest.json", *PARTS])
def test_a_pipe_or_a_link_in_place_of_a_file_is_refused_at_once(
    tcls, copy: Path, article: Path, name: str
) -> None:
    file = copy / name
    file.rename(copy.parent / name)
    os.mkfifo(file)
    refused(tcls("predict", article, "--model", copy), f"{name} is not an ordinary file")
    file.unlink()
    file.symlink_to(copy.parent / name)
    refused(tcls("predict", article, "--model", copy), f"{name} is a link")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_altered_cut_linked_or_missing_is_named(tcls, copy: Path, part: str) -> None:
    file = copy / part
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    refused(tcls("model", "verify", copy), f"{part} is damaged or altered; get a fresh copy")
    file.write_bytes(data[:-1])
    refused(tcls("model", "verify", copy), f"{part} is damaged or altered")
    file.write_bytes(b"")
    refused(tcls("model", "verify", copy), f"{part} is damaged or altered")
    file.rename(copy.parent / part)
    refused(tcls("model", "verify", copy), f"{part} is missing")
    file.symlink_to(copy.parent / part)
    refused(tcls("model", "verify", copy), f"{part} is a link")


@pytest.mark.parametrize("version", [1, 99, "2", None, [2]])
def test_a_model_of_another_format_is_refused(tcls, copy: Path, article, version: object) -> None:
    edit(copy, format=version)
    refused(tcls("predict", article, "--model", copy), "format" if version else "damaged")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "\x80PNG", "[" * 100_000],
    ids=["empty", "torn", "list", "null", "binary", "deep"],
)
def test_a_manifest_that_is_none_is_refused(tcls, copy: Path, text: str) -> None:
    (copy / "manifest.json").write_bytes(text.encode("latin-1"))
    refused(tcls("model", "show", copy), "manifest.json is damaged")


def test_a_changed_digit_of_the_manifest_changes_no_answer(tcls, copy: Path, article: Path) -> None:
    file = copy / "manifest.json"
    text = file.read_text("utf-8")
    file.write_text(text.replace('"smoothing": 500.0', '"smoothing": 900.0'), "utf-8")
    for call in (["predict", article, "--model"], ["model", "show"], ["model", "verify"]):
        refused(tcls(*call, copy), "manifest.json is damaged or altered")


@pytest.mark.parametrize(
    "key", ["decisions", "name", "parts", "thresholds", "self_test", "corpus", "gates"]
)
@pytest.mark.parametrize("command", ["predict", "show", "verify"])
def test_a_manifest_that_lacks_or_misuses_a_key_is_refused(
    tcls, copy: Path, article: Path, key: str, command: str
) -> None:
    """Never another error; a key that the command does not need may pass."""
    call = ["predict", article, "--model"] if command == "predict" else ["model", command]
    whole = (copy / "manifest.json").read_bytes()
    for value in (None, 3, []):
        edit(copy, **{key: value})
        done = tcls(*call, copy)
        assert done.returncode in (0, 76), (value, done.stderr.decode())
        (copy / "manifest.json").write_bytes(whole)


def test_a_hostile_model_steers_no_terminal(tcls, copy: Path, article: Path) -> None:
    edit(copy, name="a\x1b[2J\u202e", tcls="\x9b2J", settings={"\x1b[2J": "\x07"})
    for call in (
        ["model", "show", copy],
        ["model", "verify", copy],
        ["predict", article, "--model", copy],
    ):
        done = tcls(*call)
        written = (done.stdout + done.stderr).decode("utf-8")
        assert all(c.isprintable() or c == "\n" for c in written)


def test_a_model_cannot_run_code(tcls, copy: Path, tmp_path: Path, article: Path) -> None:
    for name in ("__init__.py", "manifest.py", "weights.pkl", "sitecustomize.py"):
        (copy / name).write_text("open('marker', 'w').close()\n", "utf-8")
    assert tcls("predict", article, "--model", copy).returncode == 0
    assert not (tmp_path / "marker").exists()


@given(
    st.sampled_from(PARTS), st.floats(0, 1, exclude_max=True), st.integers(1, 255), st.booleans()
)
@settings(max_examples=30)
def test_a_changed_byte_anywhere_in_a_part_is_always_refused(
    tmp_path_factory, part: str, where: float, change: int, cut: bool
) -> None:
    folder = tmp_path_factory.getbasetemp() / "flipped"
    if not folder.exists():
        shutil.copytree(packaged("models/default"), folder)
    whole = (packaged("models/default") / part).read_bytes()
    at = int(where * len(whole))
    spoilt = whole[:at] if cut else whole[:at] + bytes([whole[at] ^ change]) + whole[at + 1 :]
    (folder / part).unlink()
    (folder / part).write_bytes(spoilt)
    try:
        with pytest.raises(ModelRefused, match=part):
            open_model(folder)
    finally:
        (folder / part).write_bytes(whole)
