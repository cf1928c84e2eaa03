"""The files of a model folder: whole, unaltered and ordinary, or the model is refused.

A link or a pipe in place of a file could bring in anything from elsewhere, or nothing for
ever, so neither is opened.
"""

import hashlib
import mmap
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from tcls.errors import ModelRefused

#: What reading JSON of another shape than expected raises.
FAULTS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
#: The key of a sealed file, as it stands before the file is sealed.
UNSEALED = {"sha256": "0" * 64}
_SEAL = re.compile(rb'(?<="sha256":)( ?")([0-9a-f]{64})(?=")')
_MEND = "get a fresh copy or run tcls train"


def refuse(folder: Path, what: str, mend: str = _MEND) -> ModelRefused:
    """The error for a model folder: the path as it was given, what was found, how to mend it."""
    return ModelRefused(f"model {folder}: {what}; {mend}")


def check_folder(folder: Path) -> None:
    """Raise ModelRefused for what is no folder."""
    try:
        mode = os.stat(folder).st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise refuse(folder, "no such folder", "check the path or run tcls train") from None
    except OSError as fault:
        raise refuse(folder, f"cannot be read ({fault.strerror})", "check the path") from None
    if not stat.S_ISDIR(mode):
        raise refuse(folder, "not a folder", "give the folder that holds manifest.json")


def check_ordinary(folder: Path, name: str, mend: str = _MEND) -> None:
    """Raise ModelRefused for a link, a folder, a pipe or a device, FileNotFoundError where
    there is nothing."""
    mode = os.lstat(folder / name).st_mode
    if not stat.S_ISREG(mode):
        what = "a link" if stat.S_ISLNK(mode) else "not an ordinary file"
        raise refuse(folder, f"{name} is {what}", mend)


def _opened(folder: Path, name: str, mend: str) -> BinaryIO:
    """Raises as `check_ordinary`, and ModelRefused for what cannot be opened."""
    try:
        check_ordinary(folder, name, mend)
        return (folder / name).open("rb")
    except FileNotFoundError:
        raise
    except OSError as fault:
        what = f"{name} cannot be read ({fault.strerror})"
        raise refuse(folder, what, "check its permissions and the disk") from None


def read_file(folder: Path, name: str, most: int, mend: str = _MEND) -> bytes:
    """All of a file of at most that many bytes.

    Raises ModelRefused for what is larger or cannot be read, FileNotFoundError where there is
    nothing.
    """
    with _opened(folder, name, mend) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise refuse(folder, f"{name} is damaged: larger than {most} bytes", mend)
    return data


def map_file(folder: Path, name: str) -> "bytes | mmap.mmap":
    """A file as memory that is read when it is looked at. Raises ModelRefused without one."""
    try:
        with _opened(folder, name, _MEND) as stream:
            if os.fstat(stream.fileno()).st_size == 0:
                return b""
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise refuse(folder, f"{name} is missing") from None


def _digest(data: bytes) -> str:
    """The SHA-256 of a sealed file, whose own seal is read as zeros; "" without one seal."""
    bare, seals = _SEAL.subn(rb"\g<1>" + b"0" * 64, data)
    return hashlib.sha256(bare).hexdigest() if seals == 1 else ""


def sealed(data: bytes) -> bytes:
    """JSON that has one `UNSEALED` among its keys, with its own SHA-256 in place of the zeros.
    It is that of the bytes, not of the values: reading them once tells whether they changed,
    which half a megabyte of numbers written anew would take longer than a prediction to tell."""
    return _SEAL.sub(rb"\g<1>" + _digest(data).encode(), data)


def is_sealed(data: bytes) -> bool:
    """Whether the bytes are those that were sealed."""
    seal = _SEAL.search(data)
    return seal is not None and seal[2].decode() == _digest(data)
