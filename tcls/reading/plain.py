"""Plain text files and standard input to documents."""

import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tcls.errors import InputError, MissingInput
from tcls.reading.detect import decode
from tcls.reading.document import Document

#: No more than this is read of one file; the rest is left and the record says so.
MOST_BYTES = 50_000_000
#: No more than this is judged of one text.
MOST_CHARACTERS = 2_000_000


def shown(path: str | Path) -> str:
    """A path as it can be printed: control characters and stray bytes escaped."""
    return "".join(
        c if c.isprintable() else f"\\x{ord(c) - 0xDC00:02x}" if 0xDC80 <= ord(c) < 0xDD00
        else f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{ord(c):04x}"
        for c in str(path)
    )  # fmt: skip


def _bytes(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    if not path:
        raise InputError("an empty name is no file; expected a path, or - for standard input")
    file = Path(path)
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError(
                f"{shown(path)}: is a folder; expected a file; "
                f"name its files, e.g. {shown(path)}/*.txt",
                "folder",
            )
        if not stat.S_ISREG(mode):
            raise InputError(
                f"{shown(path)}: is a device, pipe or socket; expected a file; "
                "use - for standard input",
                "special",
            )
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError as fault:
        raise MissingInput(f"{shown(path)}: no such file; check the name and the folder") from fault
    except (OSError, ValueError) as fault:  # ValueError: a zero byte in the name
        reason = getattr(fault, "strerror", None) or fault
        what = "permissions" if isinstance(fault, PermissionError) else "path"
        raise InputError(
            f"{shown(path)}: {reason}; expected a file that can be read; check its {what}"
        ) from fault


def _whole(data: bytes) -> bytes:
    """Bytes that were cut off, without the beginning of a UTF-8 character at their end."""
    for n in range(1, min(4, len(data)) + 1):
        byte = data[-n]
        if byte >= 0xC0:
            return data[:-n] if n < 2 + (byte >= 0xE0) + (byte >= 0xF0) else data
        if byte < 0x80:
            break
    return data


def read_document(path: str, encoding: str | None = None) -> Document:
    """The document in the file at `path`, or on standard input for "-".

    Raises InputError when it is missing, a folder, a device or not a plain text,
    UsageError for an encoding that does not exist. Of very large files the first
    50 MB and the first 2,000,000 characters are used, and `meta["truncated"]` is true.
    """
    data = _bytes(path)
    try:
        text, name = decode(_whole(data[:MOST_BYTES]) if len(data) > MOST_BYTES else data, encoding)
    except InputError as fault:
        raise InputError(f"{shown(path)}: {fault}", fault.code) from None
    meta = {
        "path": shown(path),
        "format": "text",
        "encoding": name,
        "truncated": len(data) > MOST_BYTES or len(text) > MOST_CHARACTERS,
    }
    return Document(
        "stdin" if path == "-" else shown(Path(path).name), text[:MOST_CHARACTERS], meta
    )


def read_documents(
    paths: Iterable[str], encoding: str | None = None
) -> Iterator[Document | InputError]:
    """Every document of `paths` in order; a fault takes the place of its document."""
    for path in paths:
        try:
            yield read_document(path, encoding)
        except InputError as fault:
            yield fault
