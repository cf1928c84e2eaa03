"""Documents coded in place, as they are written, to seeds and stand-off annotations.

The format in place is one object a line: id, genre, region, title, title_labels,
and passages, each a text with fc, vc, np, scam, ind, forms, ev (evidence strings
per label), ctx and boilerplate. It is what coders who write the text themselves use.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tcls.corpus.annotations import Annotation, text_hash
from tcls.corpus.seeds import json_lines
from tcls.errors import CorpusError, UsageError
from tcls.schema import Schema
from tcls.text.passages import Span

_ORDINAL = {"fc": "forced_criminality", "vc": "victim_criminalisation"}
_MULTI = {
    "np": "non_punishment",
    "scam": "scam_type",
    "ind": "forced_criminality_indicators",
    "forms": "victim_criminalisation_forms",
}
_TIER_2 = {"ind": "fc", "forms": "vc"}


def _layout(row: dict[str, Any]) -> tuple[str, list[tuple[Span, dict[str, Any]]]]:
    """The document's text and its units: the title, then the passages, blank lines between."""
    units = [{**row.get("title_labels", {}), "text": row["title"]}, *row["passages"]]
    parts: list[str] = []
    spans: list[tuple[Span, dict[str, Any]]] = []
    at = 0
    for unit in units:
        text = unit["text"].strip()
        spans.append((Span(at, at + len(text)), unit))
        parts.append(text)
        at += len(text) + 2
    return "\n\n".join(parts), spans


def _rationale(
    unit: dict[str, Any], key: str, value: str, text: str, span: Span
) -> tuple[Span, ...]:
    name = key if key in _ORDINAL else f"{key}:{value}"
    found = []
    for piece in unit.get("ev", {}).get(name, []):
        start = text.find(piece, span.start, span.end)
        if start < 0:
            raise CorpusError(f"evidence {piece!r} does not stand in its passage")
        found.append(Span(start, start + len(piece)))
    return tuple(sorted(set(found)))


def _records(
    row: dict[str, Any], text: str, units: list[tuple[Span, dict[str, Any]]], coder: str,
    schema: Schema,
) -> Iterator[Annotation]:  # fmt: skip
    digest = text_hash(text)
    for span, unit in units:
        if unit.get("boilerplate"):
            continue
        context = bool(unit.get("ctx"))
        for key, task in (_ORDINAL | _MULTI).items():
            value: str | tuple[str, ...]
            positive: tuple[str, ...]
            if key in _ORDINAL:
                value = schema.task(task).label(unit.get(key, "absent")).id
                positive = () if value == "absent" else (value,)
            else:
                parent = _TIER_2.get(key)
                if parent and unit.get(parent, "absent") == "absent":
                    continue
                value = positive = schema.task(task).close(unit.get(key, []))
            rationale = {v: _rationale(unit, key, v, text, span) for v in positive}
            yield Annotation(
                row["id"], digest, span, task, value,
                {v: spans for v, spans in rationale.items() if spans},
                context and bool(positive), coder, schema.version,
            )  # fmt: skip


def import_coded(file: Path, seeds: Path, annotations: Path, coder: str, schema: Schema) -> int:
    """Turn one file coded in place into `seeds`/written/NAME.jsonl and `annotations`/NAME.jsonl.

    Returns the number of documents. Raises CorpusError naming file and line, or for a file
    without documents; then nothing is written.
    """
    documents: list[bytes] = []
    records: list[bytes] = []
    for number, row in json_lines(file):
        try:
            text, units = _layout(row)
            seed = {
                "id": row["id"],
                "written": True,
                "genre": row["genre"],
                "region": row["region"],
            }
            twin = row.get("group") or row.get("pair")
            seed |= {k: v for k, v in (("date", row.get("date")), ("twin", twin)) if v}
            if row.get("contrast"):
                seed["contrast"] = row["contrast"]
            furniture = [list(span) for span, unit in units if unit.get("boilerplate")]
            if furniture:
                seed["furniture"] = furniture
            documents.append(json.dumps(seed | {"text": text}, ensure_ascii=False).encode())
            records.extend(r.to_json().encode() for r in _records(row, text, units, coder, schema))
        except KeyError as fault:
            raise CorpusError(
                f"{file.name}, line {number}: lacks the key {fault}; "
                "expected id, genre, region, title, passages, and text in each passage"
            ) from fault
        except (TypeError, ValueError, AttributeError, CorpusError, UsageError) as fault:
            raise CorpusError(f"{file.name}, line {number}: {fault}") from fault
    if not documents:
        raise CorpusError(f"{file.name}: no documents; expected one coded in place a line")
    for folder, lines in ((seeds / "written", documents), (annotations, records)):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file.name).write_bytes(b"\n".join(lines) + b"\n")
    return len(documents)
