"""The model folder: data only, checked before anything in it is used.

    manifest.json        what the model is, its settings, the SHA-256 of each part and its own
    vocabulary.txt       one term a line, sorted                 (a Table)
    lexicon.txt          seed phrases and their classes          (a Table)
    masks.txt            names that are masked, and their tags   (a Table)
    weights.safetensors  numbers: idf, weights, roll-up, offsets of the tables
    evaluation.json      what was measured of it, and its own SHA-256; may be missing
    README.md            the model card; may be missing

Nothing in it can run: text, JSON and arrays of numbers. The safetensors layout
(8 bytes of header length, a JSON header, raw little-endian numbers) is read here
with the standard library, so that one prediction need not load numpy.
"""

import errno
import hashlib
import json
import mmap
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Literal

from tcls.errors import OutputError, UsageError
from tcls.model.files import (
    FAULTS,
    UNSEALED,
    check_folder,
    is_sealed,
    map_file,
    read_file,
    refuse,
    sealed,
)
from tcls.model.gates import Gate
from tcls.model.manifest import NAME, check_manifest, gates_of, label_fault
from tcls.model.rollup import INPUTS
from tcls.model.short import own_columns
from tcls.schema import packaged
from tcls.text.table import Table

FORMAT = 4
TABLES = ("vocabulary", "lexicon", "masks")
WEIGHTS = "weights.safetensors"
MANIFEST = "manifest.json"
PARTS = (*(f"{name}.txt" for name in TABLES), WEIGHTS)
#: Arrays of the weights file: their dtype; V terms, K decisions, R roll-up inputs;
#: weights and bias have a column for each decision, then for each gate, then those of short texts.
TENSORS = {
    "idf": "F64", "passage": "F32", "document": "F32", "bias": "F64", "rollup": "F64",
    "calibration": "F64", **{name: "U32" for name in TABLES},
}  # fmt: skip
_CODES: dict[str, tuple[Literal["f", "d", "I"], int]] = {
    "F32": ("f", 4), "F64": ("d", 8), "U32": ("I", 4),
}  # fmt: skip
_OTHER = "install the tcls version that the model's README.md names or run tcls train"
_MOST_HEADER = 1_000_000
_MOST_MANIFEST = 20_000_000


@dataclass(frozen=True, slots=True)
class Array:
    """Numbers in C order, as a flat view that holds no copy, and their shape."""

    flat: "memoryview[Any]"
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model folder, open. `id` is its name and the first 8 hex digits of its content hash."""

    id: str
    folder: Path
    manifest: Mapping[str, Any]
    tables: Mapping[str, Table]
    arrays: Mapping[str, Array]

    @property
    def decisions(self) -> list[tuple[str, str]]:
        """The K decisions, in column order: (task, value). For an ordinal task the decision
        is "this value or a higher one"."""
        return [(task, value) for task, value in self.manifest["decisions"]]

    @property
    def gates(self) -> list[Gate]:
        """The G questions asked first; their columns stand behind those of the decisions."""
        return gates_of(self.manifest)

    @property
    def own(self) -> tuple[int, ...]:
        """The S columns that have weights for short texts."""
        return own_columns(self.decisions, self.gates, self.manifest["settings"]["short_tasks"])


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """The file of a manifest, sealed. The same values give the same bytes."""
    text = json.dumps({**manifest, **UNSEALED}, indent=1, sort_keys=True) + "\n"
    return sealed(text.encode())


def _arrays(folder: Path, data: "bytes | mmap.mmap") -> dict[str, Array]:
    """The arrays of a safetensors file; each must be one of `TENSORS` and fill its range."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(_MOST_HEADER, len(data) - 8):
        raise refuse(folder, f"{WEIGHTS} has no valid header")
    try:
        header = json.loads(data[8 : 8 + length])
        header.pop("__metadata__", None)
        view = memoryview(data)
        found = {}
        for name, entry in header.items():
            code, width = _CODES[entry["dtype"]]
            start, end = (8 + length + n for n in entry["data_offsets"])
            shape = tuple(int(n) for n in entry["shape"])
            right = TENSORS.get(name) == entry["dtype"] and 0 <= start <= end <= len(data)
            if not right or end - start != width * prod(shape):
                raise ValueError(name)
            part = view[start:end]
            if start % width or sys.byteorder != "little":
                part = memoryview(bytes(part))
            found[name] = Array(part.cast(code), shape)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as fault:
        raise refuse(folder, f"{WEIGHTS} holds an array that does not fit ({fault})") from None
    if missing := set(TENSORS) - set(found):
        raise refuse(folder, f"{WEIGHTS} lacks {sorted(missing)[0]}")
    return found


def _check_arrays(opened: Model, parts: Mapping[str, "bytes | mmap.mmap"]) -> None:
    """Raise ModelRefused unless arrays, tables and decisions fit each other."""
    arrays = opened.arrays
    for name in TABLES:
        flat, size = arrays[name].flat, len(parts[f"{name}.txt"])
        if arrays[name].shape != (len(flat),) or not flat or flat[0] or flat[-1] != size:
            raise refuse(opened.folder, f"{WEIGHTS}: {name} does not fit {name}.txt")
    n, terms = len(opened.decisions), len(opened.tables["vocabulary"])
    k = n + len(opened.gates) + len(opened.own)
    wanted = {
        "idf": (terms,), "passage": (terms, k), "document": (terms, k), "bias": (2, k),
        "rollup": (n, len(INPUTS) * (n + 1) + 1), "calibration": (n, 2),
    }  # fmt: skip
    for name, shape in wanted.items():
        if arrays[name].shape != shape:
            found, right = (" by ".join(map(str, s)) for s in (arrays[name].shape, shape))
            raise refuse(opened.folder, f"{WEIGHTS}: {name} is {found}, expected {right}")


def _manifest(folder: Path) -> tuple[dict[str, Any], str]:
    """The manifest, and the hash of its bytes. Refuses a newer format, a foreign file and one
    of which anything was changed."""
    check_folder(folder)
    try:
        raw = read_file(folder, MANIFEST, _MOST_MANIFEST)
        manifest = json.loads(raw)
        version = manifest["format"]
        if version == FORMAT and not is_sealed(raw):
            raise refuse(folder, f"{MANIFEST} is damaged or altered: not what its sha256 says")
        if version == FORMAT:
            check_manifest(manifest, PARTS)
    except FileNotFoundError:
        mend = "give the folder of a model or run tcls train"
        raise refuse(folder, f"no {MANIFEST} in it", mend) from None
    except FAULTS:
        raise refuse(folder, f"{MANIFEST} is damaged") from None
    if version != FORMAT:
        what = f"format {version!r}, this tcls reads format {FORMAT}"
        raise refuse(folder, what, _OTHER)
    return manifest, hashlib.sha256(raw).hexdigest()


def open_model(folder: Path | None = None) -> Model:
    """Open a model folder; without one, the default model that ships with tcls.

    The manifest is checked against the SHA-256 that it holds of itself, and every part
    against that in the manifest, before it is used.
    Raises ModelRefused when anything is missing, altered or of another format.
    """
    folder = folder or packaged("models/default")
    manifest, digest = _manifest(folder)
    if fault := label_fault(manifest):
        raise refuse(folder, fault, _OTHER)
    parts = {name: map_file(folder, name) for name in PARTS}
    for name, data in parts.items():
        if hashlib.sha256(data).hexdigest() != manifest["parts"][name]:
            raise refuse(folder, f"{name} is damaged or altered")
    arrays = _arrays(folder, parts[WEIGHTS])
    tables = {name: Table(parts[f"{name}.txt"], arrays[name].flat) for name in TABLES}
    opened = Model(f"{manifest['name']}-{digest[:8]}", folder, manifest, tables, arrays)
    _check_arrays(opened, parts)
    return opened


def model_name(folder: Path) -> str:
    """The name of a model that is saved to `folder`: that of the folder, however it is given.

    Raises UsageError for one by which it could not be opened.
    """
    name = Path(os.path.abspath(folder)).name
    if not NAME.fullmatch(name):
        raise UsageError(
            f"{folder}: {name!r} cannot name a model; expected 1 to 64 letters, digits, '_', '.' "
            "or '-'; choose another folder"
        )
    return name


def make_folder(folder: Path) -> None:
    """Make a folder to save a model to, if it is not there.

    Raises OutputError when it cannot be made or nothing can be written to it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as fault:
        raise _unwritten(folder, fault) from fault


def _unwritten(folder: Path, fault: OSError) -> OutputError:
    return OutputError(
        f"{folder}: cannot write the model ({fault.strerror}); choose another folder"
    )


def save_model(
    folder: Path, manifest: Mapping[str, Any], tables: Mapping[str, tuple[bytes, list[int]]],
    arrays: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write a model folder: `tables` as `table_bytes` gives them, `arrays` as numpy arrays.

    The same content gives the same bytes. Raises OutputError when a file cannot be
    written; each file is written beside its place and moved there whole.
    """
    import numpy as np
    from safetensors.numpy import save

    kinds = {"F32": np.float32, "F64": np.float64, "U32": np.uint32}
    numbers = {**arrays, **{name: offsets for name, (_, offsets) in tables.items()}}
    tensors = {n: np.ascontiguousarray(numbers[n], dtype=kinds[TENSORS[n]]) for n in TENSORS}
    parts = {f"{name}.txt": data for name, (data, _) in tables.items()}
    parts[WEIGHTS] = save(tensors)
    whole = {
        **manifest,
        "format": FORMAT,
        "parts": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(parts.items())},
    }
    parts[MANIFEST] = manifest_bytes(whole)
    make_folder(folder)
    try:
        for name, data in parts.items():
            temporary = folder / f".{name}.part"
            temporary.write_bytes(data)
            temporary.replace(folder / name)
    except OSError as fault:
        raise _unwritten(folder, fault) from fault
