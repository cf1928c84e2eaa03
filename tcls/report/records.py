"""Predictions as JSON, JSON lines and CSV."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator

from tcls.classifier import Prediction

#: A spreadsheet would run a cell that begins with one of these (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

#: Controls, line and paragraph separators, marks of direction, stray surrogates.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def _json(value: object, indent: int | None = None) -> str:
    """JSON in which what a terminal obeys, or a reader of lines breaks at, is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def as_json(predictions: Iterable[Prediction], several: bool = False) -> Iterator[str]:
    """A list where `several` were asked for, however many could be read; else the object of the
    one, or nothing."""
    records = [prediction.to_dict() for prediction in predictions]
    if several:
        yield _json(records, indent=2)
    else:
        yield from (_json(record, indent=2) for record in records)


def as_json_lines(predictions: Iterable[Prediction]) -> Iterator[str]:
    """One object a line, in input order."""
    for prediction in predictions:
        yield _json(prediction.to_dict())


def safe_cell(value: object) -> str:
    """A CSV cell that no spreadsheet takes for a formula: with ' before it where needed.

    >>> safe_cell("=1+1"), safe_cell("report.txt")
    ("'=1+1", 'report.txt')
    """
    text = str(value)
    mark = "'" if text.startswith(_FORMULA) else ""
    return mark + _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def as_csv(predictions: Iterable[Prediction]) -> Iterator[str]:
    """A row per document: id, status, reasons, language, of each task the value, the
    probabilities (empty where there is none), whether a human must look, and the first evidence
    sentence; the file and the model. Cells are made safe for spreadsheets."""
    header: list[str] = []
    for prediction in predictions:
        row: dict[str, object] = {
            "id": prediction.id,
            "status": prediction.status,
            "reasons": " ".join(prediction.reasons),
            "language": prediction.language.code,
        }
        for name, task in prediction.tasks.items():
            row[name] = task.value if task.values is None else " ".join(task.values)
            if row[name] is None:
                row[name] = ""
            for value, p in task.probabilities.items():
                row[f"{name}:{value}"] = "" if p is None else f"{p:.4f}"
            if task.kind == "ordinal":
                row[f"{name}:screen"] = "" if task.screen is None else str(task.screen).lower()
            row[f"{name}:evidence"] = task.evidence[0].text if task.evidence else ""
        row |= {"path": prediction.source.get("path", ""), "model": prediction.model}
        if not header:
            header = list(row)
            yield _row(header)
        yield _row([safe_cell(row[key]) for key in header])


def _row(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()[:-1]
