"""Whether a model folder is what it was; tests/cli/test_model.py has more of what is refused."""

import json
import math
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcls.errors import ModelRefused
from tcls.model.store import MANIFEST, PARTS, TABLES, manifest_bytes, open_model, save_model
from tcls.model.verify import TOLERANCE, self_test
from tcls.schema import packaged


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the default model that may be spoilt."""
    return Path(shutil.copytree(packaged("models/default"), tmp_path / "model"))


def moved(
    folder: Path, whole: bytes, test: int, decision: int, by: float, what: str = "scores"
) -> None:
    """Writes the manifest `whole` with one self-test score or probability moved."""
    manifest = json.loads(whole)
    manifest["self_test"][test][what][decision] += by
    (folder / MANIFEST).write_bytes(manifest_bytes(manifest))


def test_the_shipped_model_is_what_it_was() -> None:
    found = self_test()
    assert found.model.startswith("default-")
    assert found.parts == len(PARTS)
    assert found.texts == len(
        json.loads((packaged("models/default") / MANIFEST).read_bytes())["self_test"]
    )
    assert found.difference <= 0.5e-9 + 1e-12  # stored with nine decimals


@pytest.mark.parametrize("part", PARTS)
def test_a_model_with_a_changed_part_is_refused(copy: Path, part: str) -> None:
    data = (copy / part).read_bytes()
    (copy / part).write_bytes(bytes([data[0] ^ 1]) + data[1:])
    with pytest.raises(ModelRefused, match=f"{part} is damaged or altered"):
        self_test(copy)


def test_a_model_with_a_changed_threshold_is_refused(copy: Path) -> None:
    text = (copy / MANIFEST).read_text("utf-8")
    changed = text.replace('"f1": 0.3', '"f1": 0.4', 1)
    assert changed != text
    (copy / MANIFEST).write_text(changed, "utf-8")
    with pytest.raises(ModelRefused, match=r"manifest\.json is damaged or altered"):
        self_test(copy)


@given(
    st.integers(0, 9), st.integers(0, 21), st.floats(2 * TOLERANCE, 5), st.sampled_from([1, -1]),
    st.sampled_from(["scores", "probabilities"]),
)  # fmt: skip
@settings(max_examples=15)
def test_a_score_that_differs_is_refused_wherever_it_stands(
    copy: Path, test: int, decision: int, by: float, sign: int, what: str
) -> None:
    whole = (packaged("models/default") / MANIFEST).read_bytes()
    moved(copy, whole, test, decision, sign * by, what)
    with pytest.raises(ModelRefused, match=r"a self-test score differs by .*; the tcls or library"):
        self_test(copy)


def test_a_difference_in_the_last_decimals_is_let_pass(copy: Path) -> None:
    moved(copy, (copy / MANIFEST).read_bytes(), 0, 0, TOLERANCE / 2)
    assert 0 < self_test(copy).difference <= TOLERANCE


def test_verifying_writes_nothing(copy: Path) -> None:
    before = {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in copy.iterdir()}
    self_test(copy)
    assert {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in copy.iterdir()} == before
    assert sorted(os.listdir(copy)) == sorted(before)


def altered(folder: Path, **changes: object) -> None:
    """Saves the default model with arrays or tables changed, as one who means to deceive would:
    every hash fits."""
    model = open_model()
    arrays = {
        name: np.array(array.flat).reshape(array.shape) for name, array in model.arrays.items()
    }
    tables = {
        name: ((packaged("models/default") / f"{name}.txt").read_bytes(), arrays.pop(name).tolist())
        for name in TABLES
    }
    for name, change in changes.items():
        change(tables[name][1] if name in TABLES else arrays[name])  # type: ignore[operator]
    save_model(folder, model.manifest, tables, arrays)


@pytest.mark.parametrize("name", ["idf", "passage", "document", "bias", "rollup", "calibration"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_none_is_refused_by_name(tmp_path: Path, name: str, value: float) -> None:
    altered(tmp_path, **{name: lambda array: array.flat.__setitem__(-1, value)})
    with pytest.raises(ModelRefused, match=f"{name} holds a number that is not finite"):
        self_test(tmp_path)


def test_finite_numbers_whose_sums_are_none_are_refused(tmp_path: Path) -> None:
    huge = {"idf": 1e300, "passage": 1e38}
    altered(tmp_path, **{name: lambda a, n=n: a.fill(n) for name, n in huge.items()})
    with pytest.raises(ModelRefused, match="a self-test score differs by nan"):
        self_test(tmp_path)


def test_an_idf_that_is_not_positive_is_refused(tmp_path: Path) -> None:
    altered(tmp_path, idf=lambda array: array.flat.__setitem__(0, 0.0))
    with pytest.raises(ModelRefused, match="idf holds a number that is not positive"):
        self_test(tmp_path)


@pytest.mark.parametrize("name", ["model.pkl", ".manifest.json.part", "notes.txt", "__pycache__"])
def test_what_does_not_belong_to_the_model_is_refused_by_name(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"")
    with pytest.raises(ModelRefused, match=f"{name} does not belong to the model; take it out"):
        self_test(copy)


@pytest.mark.parametrize("name", ["README.md", "evaluation.json"])
def test_the_card_and_the_evaluation_may_be_missing_but_not_links(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert self_test(copy).difference <= TOLERANCE
    (copy / name).symlink_to(packaged("models/default") / name)
    with pytest.raises(ModelRefused, match=f"{name} is a link"):
        self_test(copy)


@pytest.mark.parametrize("name", TABLES)
def test_a_line_that_does_not_begin_where_it_should_is_refused(tmp_path: Path, name: str) -> None:
    altered(tmp_path, **{name: lambda offsets: offsets.__setitem__(5, offsets[7])})
    with pytest.raises(ModelRefused, match=rf"{name}\.txt has lines out of order or of place"):
        self_test(tmp_path)
