"""The texts of the corpus: the articles as received and the documents written for it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tcls.errors import CorpusError
from tcls.reading.document import Document

_KEYS = {"id", "text", "genre", "region", "date", "twin", "contrast", "furniture", "written"}


def json_lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSONL file with their line numbers. Raises CorpusError for a bad line."""
    with file.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8"))
            except (ValueError, RecursionError) as fault:
                raise CorpusError(f"{file.name}, line {number}: not JSON ({fault})") from fault
            if not isinstance(row, dict):
                raise CorpusError(f"{file.name}, line {number}: expected an object")
            yield number, row


def _written(file: Path) -> Iterator[Document]:
    for number, row in json_lines(file):
        unknown = set(row) - _KEYS
        if unknown or not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
            found = f"unknown key {sorted(unknown)[0]!r}" if unknown else "no id or text"
            raise CorpusError(
                f"{file.name}, line {number}: {found}; expected id, text and of {sorted(_KEYS)}"
            )
        meta = {key: value for key, value in row.items() if key not in ("id", "text")}
        meta["batch"] = file.stem
        yield Document(row["id"], row["text"], meta)


def load_seeds(folder: Path) -> list[Document]:
    """All documents under `folder`, sorted by id: `*.txt` as received, `written/*.jsonl`.

    Raises CorpusError for a missing folder, a bad line or an id that stands twice.
    """
    found = []
    for file in sorted(folder.glob("*.txt")):
        try:
            text = file.read_bytes().decode("utf-8")
        except UnicodeDecodeError as fault:
            raise CorpusError(f"{file.name}: not UTF-8 ({fault}); convert it first") from fault
        found.append(Document(file.stem, text, {"written": False, "genre": "wire"}))
    for file in sorted(folder.glob("written/*.jsonl")):
        found.extend(_written(file))
    if not found:
        raise CorpusError(
            f"{folder}: no documents; expected *.txt and written/*.jsonl "
            "(mend: run it in a checkout, or give the root of one)"
        )
    found.sort(key=lambda document: document.id)
    for one, two in zip(found, found[1:], strict=False):
        if one.id == two.id:
            raise CorpusError(f"{folder.name}: the id {one.id!r} stands twice; ids must be unique")
    return found
