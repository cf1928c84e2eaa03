"""The model folder: what is saved is what is opened, to the byte, or it is refused."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from tcls.errors import ModelRefused, OutputError
from tcls.model.store import (
    MANIFEST,
    PARTS,
    TENSORS,
    UNSEALED,
    WEIGHTS,
    is_sealed,
    manifest_bytes,
    open_model,
    save_model,
    sealed,
)
from tcls.schema import packaged
from tcls.text.table import table_bytes

TERMS = ["jail", "raid", "é"]
SETTINGS: dict[str, Any] = {"around": [], "short_tasks": [], "short_characters": 420}
MANIFEST_ROW: dict[str, Any] = {
    "name": "tiny", "decisions": [["a", "yes"], ["b", "no"]], "gates": [],
    "thresholds": {"a:yes": {"f1": 0.5}, "b:no": {"f1": 0.4}},
    "corpus": {"documents": 1, "stories": 1, "passages": 1, "fingerprint": ""},
    "self_test": [{"text": "jail", "scores": [0.0, 0.0], "probabilities": [0.5, 0.5]}],
    "settings": SETTINGS, "libraries": {}, "rollup_inputs": ["best", "document"],
}  # fmt: skip
NUMBERS = st.floats(width=32, allow_nan=False)


def numbers(**changes: Any) -> dict[str, Any]:
    """Three terms by two decisions."""
    plain = {
        "idf": [1, 2, 3], "passage": np.arange(6).reshape(3, 2), "document": np.ones((3, 2)),
        "bias": np.zeros((2, 2)), "rollup": np.ones((2, 7)), "calibration": np.ones((2, 2)),
    }  # fmt: skip
    return {name: np.asarray(value, float) for name, value in (plain | changes).items()}


def saved(folder: Path, **changes: Any) -> Path:
    tables = {
        "vocabulary": table_bytes(TERMS),
        "lexicon": table_bytes(["forced\t0", "#0\tfc:compel forced"]),
        "masks": table_bytes(["laos\t<place>"]),
    }
    save_model(folder, MANIFEST_ROW, tables, numbers(**changes))
    return folder


def edit(folder: Path, **changes: object) -> None:
    """Changes keys of the manifest and seals it anew, as one would who means to deceive."""
    row = json.loads((folder / MANIFEST).read_bytes()) | changes
    (folder / MANIFEST).write_bytes(manifest_bytes(row))


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_what_is_saved_is_what_is_opened(tmp_path: Path) -> None:
    model = open_model(saved(tmp_path / "m"))
    assert model.decisions == [("a", "yes"), ("b", "no")]
    assert list(model.tables["vocabulary"]) == TERMS
    assert model.tables["masks"].value("laos") == "<place>"
    assert model.arrays["passage"].flat.tolist() == [0, 1, 2, 3, 4, 5]
    assert model.arrays["passage"].shape == (3, 2)
    assert model.id.startswith("tiny-")


def test_saving_twice_gives_equal_bytes(tmp_path: Path) -> None:
    one, two = files(saved(tmp_path / "one")), files(saved(tmp_path / "two"))
    assert set(one) == {*PARTS, MANIFEST}
    assert one == two == files(saved(tmp_path / "one"))


def test_another_number_gives_another_id(tmp_path: Path) -> None:
    one = open_model(saved(tmp_path / "one"))
    two = open_model(saved(tmp_path / "two", idf=[1, 2, 4]))
    assert one.id != two.id


@given(st.lists(NUMBERS, min_size=6, max_size=6), st.lists(st.floats(), min_size=3, max_size=3))
def test_numbers_come_back_bit_by_bit(
    tmp_path: Path, weights: list[float], idf: list[float]
) -> None:
    folder = saved(tmp_path / "m", passage=np.reshape(weights, (3, 2)), idf=idf)
    arrays = open_model(folder).arrays
    assert bytes(arrays["passage"].flat) == np.array(weights, np.float32).tobytes()
    assert bytes(arrays["idf"].flat) == np.array(idf).tobytes()


def test_the_shipped_weights_read_as_the_safetensors_library_reads_them() -> None:
    theirs = load_file(packaged("models/default") / WEIGHTS)
    ours = open_model().arrays
    assert set(ours) == set(theirs) == set(TENSORS)
    for name, array in theirs.items():
        assert ours[name].shape == array.shape
        assert bytes(ours[name].flat) == array.tobytes()


@pytest.mark.parametrize("part", PARTS)
def test_a_changed_part_is_refused_by_name(tmp_path: Path, part: str) -> None:
    folder = saved(tmp_path / "m")
    data = (folder / part).read_bytes()
    (folder / part).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ModelRefused, match=f"model m: {part} is damaged or altered"):
        open_model(folder)


def test_the_shipped_manifest_is_what_saving_its_values_gives() -> None:
    data = (packaged("models/default") / MANIFEST).read_bytes()
    assert manifest_bytes(json.loads(data)) == data


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_a_changed_byte_anywhere_in_the_manifest_is_refused(
    tmp_path: Path, where: float, change: int
) -> None:
    file = saved(tmp_path / "m") / MANIFEST
    data = bytearray(file.read_bytes())
    data[int(where * len(data))] ^= change
    file.write_bytes(data)
    with pytest.raises(ModelRefused, match=r"manifest\.json is damaged|format"):
        open_model(file.parent)


def test_a_manifest_that_says_nothing_of_itself_is_refused(tmp_path: Path) -> None:
    file = saved(tmp_path / "m") / MANIFEST
    row = json.loads(file.read_bytes())
    for seal in ({}, UNSEALED, {"sha256": None}, {"sha256": [row["sha256"]]}):
        bare = {key: value for key, value in row.items() if key not in UNSEALED}
        file.write_text(json.dumps(bare | seal), "utf-8")
        with pytest.raises(ModelRefused, match=r"manifest\.json is damaged or altered.*fresh copy"):
            open_model(file.parent)


@given(st.dictionaries(st.text(), st.text() | st.floats(), max_size=4), st.booleans())
def test_what_is_sealed_bears_no_change(row: dict[str, Any], wide: bool) -> None:
    row.pop("sha256", None)
    data = sealed(json.dumps(row | UNSEALED, indent=1 if wide else None).encode())
    assert is_sealed(data)
    assert not is_sealed(data + b" ")
    assert not is_sealed(json.dumps(row).encode())
    assert not is_sealed(data[:-1] + b"," + data[1:])  # a second seal


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"passage": np.ones((2, 2))}, "passage weights are not 3 terms by 2 columns"),
        ({"document": np.ones((3, 1))}, "document weights are not 3 terms by 2 columns"),
        ({"idf": [1, 2]}, "weights are not 3 terms by 2 columns"),
        ({"bias": np.zeros((2, 3))}, "bias is not 2 models by 2 columns"),
        ({"rollup": np.ones((2, 3))}, "rollup is not 2 decisions by 7 weights"),
    ],
)
def test_weights_that_do_not_fit_the_vocabulary_are_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ModelRefused, match=message):
        open_model(saved(tmp_path / "m", **changes))


GATE = {"id": "g", "asks": ["b"], "opens": ["b"], "scope": "passage"}


@pytest.mark.parametrize(
    "gates",
    [
        [{**GATE, "scope": "book"}], [{**GATE, "opens": ["no such task"]}], [GATE, GATE], [{}],
        [{**GATE, "opens": "b, a"}], 3,
    ],
)  # fmt: skip
def test_gates_that_fit_no_decision_are_refused(tmp_path: Path, gates: object) -> None:
    folder = saved(tmp_path / "m")
    edit(folder, gates=gates)
    with pytest.raises(ModelRefused, match=r"manifest\.json is damaged"):
        open_model(folder)


@pytest.mark.parametrize(
    "settings",
    [
        {}, {**SETTINGS, "around": ["no such task"]}, {**SETTINGS, "around": None},
        {**SETTINGS, "short_tasks": ["no such task"]}, {**SETTINGS, "short_characters": None},
    ],
)  # fmt: skip
def test_settings_that_name_no_task_of_the_model_are_refused(
    tmp_path: Path, settings: dict[str, object]
) -> None:
    folder = saved(tmp_path / "m")
    edit(folder, settings=settings)
    with pytest.raises(ModelRefused, match=r"manifest\.json is damaged"):
        open_model(folder)


def test_a_newer_format_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    file = saved(tmp_path / "m") / MANIFEST
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"format": 5}), "utf-8")
    with pytest.raises(ModelRefused, match=r"format 5, this tcls reads format 4; install"):
        open_model(file.parent)


def test_a_renamed_folder_is_the_same_model(tmp_path: Path) -> None:
    one = open_model(saved(tmp_path / "m"))
    shutil.move(tmp_path / "m", tmp_path / "n")
    assert open_model(tmp_path / "n").id == one.id


def test_a_place_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write the model .*; choose another folder"):
        saved(tmp_path / "file")


def test_nothing_is_left_beside_the_parts(tmp_path: Path) -> None:
    assert sorted(os.listdir(saved(tmp_path / "m"))) == sorted([*PARTS, MANIFEST])
