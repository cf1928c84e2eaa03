"""Stand-off annotations: what a coder said of one passage of one document, in one task."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tcls.corpus.seeds import json_lines
from tcls.errors import CorpusError
from tcls.reading.document import Document
from tcls.schema import Schema
from tcls.text.passages import Span

_KEYS = {
    "document", "sha256", "start", "end", "task", "value",
    "rationale", "context", "coder", "schema",
}  # fmt: skip

_KINDS = {
    "document": str, "sha256": str, "start": int, "end": int, "task": str, "coder": str,
    "schema": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Annotation:
    """One record. `value` is a value of an ordinal task, or a tuple of values (perhaps
    empty) of a multilabel one. `rationale` maps each positive value to the spans of the
    document that justify it. `context` is true when the value depends on text outside
    the passage. `sha256` is the first 16 hex digits of the digest of the text coded."""

    document: str
    sha256: str
    passage: Span
    task: str
    value: str | tuple[str, ...]
    rationale: Mapping[str, tuple[Span, ...]]
    context: bool
    coder: str
    schema: str

    def to_json(self) -> str:
        """The record as one line of JSON; defaults are left out."""
        row: dict[str, Any] = {
            "document": self.document, "sha256": self.sha256,
            "start": self.passage.start, "end": self.passage.end, "task": self.task,
            "value": self.value if isinstance(self.value, str) else list(self.value),
        }  # fmt: skip
        if self.rationale:
            row["rationale"] = {k: [list(s) for s in v] for k, v in sorted(self.rationale.items())}
        if self.context:
            row["context"] = True
        row |= {"coder": self.coder, "schema": self.schema}
        return json.dumps(row, ensure_ascii=False)


def text_hash(text: str) -> str:
    """The first 16 hex digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_annotations(file: Path) -> list[Annotation]:
    """The records of one JSONL file. Raises CorpusError naming file and line."""
    found = []
    for number, row in json_lines(file):
        if unknown := set(row) - _KEYS:
            raise CorpusError(f"{file.name}, line {number}: unknown key {sorted(unknown)[0]!r}")
        for key, kind in _KINDS.items():
            if not isinstance(row.get(key), kind):
                raise CorpusError(f"{file.name}, line {number}: lacks or misuses {key!r}")
        try:
            value = row["value"]
            found.append(
                Annotation(
                    row["document"],
                    row["sha256"],
                    Span(row["start"], row["end"]),
                    row["task"],
                    value if isinstance(value, str) else tuple(value),
                    {k: tuple(Span(*s) for s in v) for k, v in row.get("rationale", {}).items()},
                    row.get("context", False),
                    row["coder"],
                    row["schema"],
                )
            )
        except (KeyError, TypeError, AttributeError) as fault:
            raise CorpusError(f"{file.name}, line {number}: lacks or misuses {fault}") from fault
    return found


def load_annotations(folder: Path) -> list[Annotation]:
    """All records of `folder`/*.jsonl, in order of file and line."""
    return [record for file in sorted(folder.glob("*.jsonl")) for record in read_annotations(file)]


def _fault(record: Annotation, document: Document | None, schema: Schema) -> str:
    """What is wrong with a record, or ""."""
    if document is None:
        return "no such document in seeds; correct the id or remove the record"
    if record.sha256 != text_hash(document.text):
        return "the text has changed since it was coded; code it again"
    if not 0 <= record.passage.start < record.passage.end <= len(document.text):
        return f"passage {list(record.passage)} lies outside the text of {len(document.text)}"
    if record.schema.split(".")[0] != schema.version.split(".")[0]:
        return f"coded under schema {record.schema}, not {schema.version}; code it again"
    task = schema.task(record.task)
    ordinal = task.kind == "ordinal"
    if ordinal != isinstance(record.value, str):
        return f"{task.id} takes {'one value' if ordinal else 'a list of values'}"
    values = (record.value,) if isinstance(record.value, str) else record.value
    for value in values:
        task.label(value)
    if not ordinal and task.fallback in values and len(values) > 1:
        return f"{task.fallback!r} stands beside a specific value; remove it"
    for value, spans in record.rationale.items():
        task.label(value)
        for span in spans:
            inside = record.passage.start <= span.start < span.end <= record.passage.end
            if not inside:
                return f"rationale {list(span)} lies outside its passage"
    return ""


def check_annotations(
    records: Iterable[Annotation], documents: Iterable[Document], schema: Schema
) -> list[str]:
    """Every fault of the records against texts and schema, one line each; empty when all fit."""
    by_id = {document.id: document for document in documents}
    faults = []
    seen: set[tuple[str, Span, str, str]] = set()
    for record in records:
        where = f"{record.document} {list(record.passage)} {record.task}"
        try:
            fault = _fault(record, by_id.get(record.document), schema)
        except Exception as unknown:  # an unknown task or value explains itself
            fault = str(unknown)
        key = (record.document, record.passage, record.task, record.coder)
        if not fault and key in seen:
            fault = f"coder {record.coder} coded this twice; keep one record"
        seen.add(key)
        if fault:
            faults.append(f"{where}: {fault}")
    return faults
