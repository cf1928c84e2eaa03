"""The model folder: what is saved is what is opened, to the byte, or it is refused."""

import json
import math
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from tcls.errors import ModelRefused, OutputError, UsageError
from tcls.model.files import UNSEALED
from tcls.model.store import (
    MANIFEST,
    PARTS,
    TENSORS,
    WEIGHTS,
    make_folder,
    manifest_bytes,
    model_name,
    open_model,
    save_model,
)
from tcls.schema import packaged
from tcls.text.table import table_bytes

TERMS = ["jail", "raid", "é"]
SETTINGS: dict[str, Any] = {
    "around": [], "short_tasks": [], "short_characters": 420, "smoothing": 500.0,
}  # fmt: skip
DECISIONS = [
    (task, value)
    for task in ("forced_criminality", "victim_criminalisation")
    for value in ("possible", "present")
]
NAMES = [":".join(decision) for decision in DECISIONS]
TEST = {"text": "jail", "scores": [0.0] * 4, "probabilities": [0.5] * 4}
MANIFEST_ROW: dict[str, Any] = {
    "name": "tiny", "tcls": "0.1.0", "schema": "1.0.0", "decisions": DECISIONS, "gates": [],
    "thresholds": {name: {"f1": 0.5} for name in NAMES},
    "corpus": {"documents": 1, "stories": 1, "passages": 1, "fingerprint": ""},
    "self_test": [TEST], "settings": SETTINGS, "libraries": {},
    "rollup_inputs": ["best", "document"],
}  # fmt: skip
NUMBERS = st.floats(width=32, allow_nan=False)


def numbers(**changes: Any) -> dict[str, Any]:
    """Three terms by four decisions."""
    plain = {
        "idf": [1, 2, 3], "passage": np.arange(12).reshape(3, 4), "document": np.ones((3, 4)),
        "bias": np.zeros((2, 4)), "rollup": np.ones((4, 11)), "calibration": np.ones((4, 2)),
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
    assert model.decisions == DECISIONS
    assert list(model.tables["vocabulary"]) == TERMS
    assert model.tables["masks"].value("laos") == "<place>"
    assert model.arrays["passage"].flat.tolist() == list(range(12))
    assert model.arrays["passage"].shape == (3, 4)
    assert model.id.startswith("tiny-")


def test_saving_twice_gives_equal_bytes(tmp_path: Path) -> None:
    one, two = files(saved(tmp_path / "one")), files(saved(tmp_path / "two"))
    assert set(one) == {*PARTS, MANIFEST}
    assert one == two == files(saved(tmp_path / "one"))


def test_another_number_gives_another_id(tmp_path: Path) -> None:
    one = open_model(saved(tmp_path / "one"))
    two = open_model(saved(tmp_path / "two", idf=[1, 2, 4]))
    assert one.id != two.id


@given(st.lists(NUMBERS, min_size=12, max_size=12), st.lists(st.floats(), min_size=3, max_size=3))
def test_numbers_come_back_bit_by_bit(
    tmp_path: Path, weights: list[float], idf: list[float]
) -> None:
    folder = saved(tmp_path / "m", passage=np.reshape(weights, (3, 4)), idf=idf)
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
    with pytest.raises(ModelRefused, match=f"model {folder}: {part} is damaged or altered"):
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


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"passage": np.ones((2, 4))}, "passage is 2 by 4, expected 3 by 4"),
        ({"document": np.ones((3, 1))}, "document is 3 by 1, expected 3 by 4"),
        ({"idf": [1, 2]}, "idf is 2, expected 3"),
        ({"bias": np.zeros((2, 3))}, "bias is 2 by 3, expected 2 by 4"),
        ({"rollup": np.ones((4, 3))}, "rollup is 4 by 3, expected 4 by 11"),
        ({"calibration": np.ones((4, 3))}, "calibration is 4 by 3, expected 4 by 2"),
        ({"calibration": np.ones(8)}, "calibration is 8, expected 4 by 2"),
    ],
)
def test_weights_that_do_not_fit_the_vocabulary_are_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ModelRefused, match=message):
        open_model(saved(tmp_path / "m", **changes))


@pytest.mark.parametrize(
    "offsets", [[0, 5, 10], [1, 5, 10, 13], [0, 5, 10, 13, 99], [0], [], [[0, 5], [10, 13]]]
)
def test_a_table_whose_offsets_do_not_end_with_its_file_is_refused(
    tmp_path: Path, offsets: list[Any]
) -> None:
    tables = {name: table_bytes(["a\t0"]) for name in ("lexicon", "masks")}
    tables["vocabulary"] = table_bytes(TERMS)[0], offsets
    save_model(tmp_path, MANIFEST_ROW, tables, numbers())
    with pytest.raises(ModelRefused, match=r"vocabulary does not fit vocabulary\.txt"):
        open_model(tmp_path)


GATE = {
    "id": "g", "asks": ["victim_criminalisation"], "opens": ["victim_criminalisation"],
    "scope": "passage",
}  # fmt: skip


@pytest.mark.parametrize(
    "gates",
    [
        [{**GATE, "scope": "book"}], [{**GATE, "opens": ["no such task"]}], [GATE, GATE], [{}],
        [{**GATE, "opens": "victim_criminalisation"}], 3,
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
        {**SETTINGS, "short_characters": -1}, {**SETTINGS, "short_characters": True},
        {**SETTINGS, "smoothing": -0.5}, {**SETTINGS, "smoothing": math.nan},
        {**SETTINGS, "smoothing": math.inf}, {**SETTINGS, "smoothing": 10**400},
        {**SETTINGS, "smoothing": "500"}, {k: v for k, v in SETTINGS.items() if k != "smoothing"},
        {**SETTINGS, "around": "forced_criminality"}, [], None,
    ],
)  # fmt: skip
def test_settings_with_which_nothing_can_be_scored_are_refused(
    tmp_path: Path, settings: object
) -> None:
    folder = saved(tmp_path / "m")
    edit(folder, settings=settings)
    with pytest.raises(ModelRefused, match=r"manifest\.json is damaged"):
        open_model(folder)


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -0.1, 1.1, "0.5", True, [0.5]])
def test_a_threshold_that_is_no_probability_is_refused(tmp_path: Path, value: object) -> None:
    folder = saved(tmp_path / "m")
    for aims in ({"f1": value}, {"f1": 0.5, "recall=0.9": value}):
        edit(folder, thresholds=MANIFEST_ROW["thresholds"] | {NAMES[0]: aims})
        with pytest.raises(ModelRefused, match=r"manifest\.json is damaged"):
            open_model(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"self_test": [TEST | {"scores": [math.nan] * 4}]}, {"self_test": []},
        {"self_test": [TEST | {"scores": [None] * 4}]}, {"self_test": [TEST | {"scores": [0.0]}]},
        {"self_test": [TEST | {"probabilities": [True] * 4}]}, {"self_test": [TEST | {"text": 1}]},
        {"rollup_inputs": ["document", "best"]}, {"decisions": [*DECISIONS, DECISIONS[0]]},
        {"decisions": [[1, 2]]}, {"corpus": MANIFEST_ROW["corpus"] | {"fingerprint": 3}},
        {"schema": None}, {"tcls": 1}, {"name": ""}, {"name": "a b"},
    ],
)  # fmt: skip
def test_a_manifest_that_misuses_a_key_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    folder = saved(tmp_path / "m")
    edit(folder, **changes)
    with pytest.raises(ModelRefused, match=r"manifest\.json is damaged"):
        open_model(folder)


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ([*DECISIONS[:3], ("victim_criminalisation", "certain")],
         "it decides victim_criminalisation:certain, which schema .* has not; install the tcls"),
        ([*DECISIONS, ("scam_type", "no such")], "it decides scam_type:no such, which schema"),
        ([*DECISIONS, ("non_task", "x")], "it decides non_task:x, which schema"),
        (DECISIONS[:3], "it does not decide victim_criminalisation:present of schema"),
    ],
)  # fmt: skip
def test_a_model_for_other_labels_is_refused(
    tmp_path: Path, decisions: list[tuple[str, str]], message: str
) -> None:
    folder, n = saved(tmp_path / "m"), len(decisions)
    test = {"text": "jail", "scores": [0.0] * n, "probabilities": [0.5] * n}
    aims = {":".join(decision): {"f1": 0.5} for decision in decisions}
    edit(folder, decisions=decisions, thresholds=aims, self_test=[test])
    with pytest.raises(ModelRefused, match=message):
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


@pytest.mark.parametrize(
    ("given", "name"),
    [(".", "here"), ("x/..", "here"), ("x", "x"), ("../m-1.0/", "m-1.0"), ("é_1", "é_1")],
)
def test_a_model_has_the_name_of_its_folder_however_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, name: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert model_name(Path(given)) == name


@pytest.mark.parametrize("folder", ["/", "my model", "a:b", "x" * 65, "a\n"])
def test_a_name_by_which_no_model_could_be_opened_is_refused(folder: str) -> None:
    with pytest.raises(UsageError, match="cannot name a model; expected 1 to 64 letters"):
        model_name(Path(folder))


def test_a_folder_that_may_not_be_written_to_is_an_error_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match=r"b: cannot write the model \(Permission denied\)"):
        make_folder(tmp_path / "a" / "b")
