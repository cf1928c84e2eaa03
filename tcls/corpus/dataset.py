"""Seeds and annotations joined: coded documents, their stories and splits, and the data set."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tcls.corpus.annotations import Annotation, check_annotations, load_annotations
from tcls.corpus.duplicates import stories
from tcls.corpus.seeds import load_seeds
from tcls.errors import CorpusError
from tcls.reading.document import Document
from tcls.schema import Schema, load_schema
from tcls.text.passages import Span

if TYPE_CHECKING:
    from datasets import DatasetDict

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """One coded passage: its place, its value in each task, and the spans that justify
    them. `context` is true when a value depends on text outside the passage."""

    document_id: str
    index: int
    span: Span
    values: dict[str, Value]
    rationale: dict[str, dict[str, tuple[Span, ...]]]
    context: bool


@dataclass(frozen=True)
class Corpus:
    """Coded documents, with the passages and the story of each, in order of id."""

    schema: Schema
    documents: tuple[Document, ...]
    passages: tuple[tuple[Passage, ...], ...]
    stories: tuple[str, ...]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all texts and values: equal for equal corpora, whatever the files."""
        digest = hashlib.sha256(self.schema.version.encode())
        for document, passages in zip(self.documents, self.passages, strict=True):
            digest.update(f"\0{document.id}\0{document.text}".encode())
            for passage in passages:
                values = sorted((t, str(v)) for t, v in passage.values.items())
                digest.update(f"{passage.span}{values}{passage.context}".encode())
        return digest.hexdigest()

    def values(self, task: str) -> list[Value]:
        """The value of each document in a task, rolled up from its passages: the highest of
        an ordinal task, the union of a multilabel one (implied values in, fallback out)."""
        rule = self.schema.task(task)
        rolled: list[Value] = []
        for passages in self.passages:
            found = [p.values[task] for p in passages if task in p.values]
            if rule.kind == "ordinal":
                rolled.append(
                    max((str(v) for v in found), key=rule.values.index, default=rule.values[0])
                )
            else:
                rolled.append(rule.close(v for values in found for v in values))
        return rolled

    def subset(self, keep: Sequence[bool]) -> "Corpus":
        """The documents for which `keep` is true."""
        index = [i for i, kept in enumerate(keep) if kept]
        return Corpus(
            self.schema,
            tuple(self.documents[i] for i in index),
            tuple(self.passages[i] for i in index),
            tuple(self.stories[i] for i in index),
        )


def _passages(records: Sequence[Annotation]) -> tuple[Passage, ...]:
    by_span: dict[Span, list[Annotation]] = defaultdict(list)
    for record in records:
        by_span[record.passage].append(record)
    return tuple(
        Passage(
            group[0].document,
            index,
            span,
            {record.task: record.value for record in group},
            {record.task: dict(record.rationale) for record in group if record.rationale},
            any(record.context for record in group),
        )
        for index, (span, group) in enumerate(sorted(by_span.items()))
    )


def decided(records: Sequence[Annotation], adjudicated: Sequence[Annotation]) -> list[Annotation]:
    """The records, each replaced by the adjudicated one of the same document, passage and
    task where there is one."""
    ruled = {(r.document, r.passage, r.task): r for r in adjudicated}
    kept = [r for r in records if (r.document, r.passage, r.task) not in ruled]
    return kept + list(ruled.values())


def load_corpus(root: Path, schema: Schema | None = None) -> Corpus:
    """The corpus of a checkout: `root`/seeds and `root`/labels/annotations/*.jsonl, with
    the records of annotations/adjudicated/ in place of those that they decide.

    Raises CorpusError when an annotation does not fit its text or the schema, or a
    document has none.
    """
    schema = schema or load_schema()
    documents = load_seeds(root / "seeds")
    folder = root / "labels" / "annotations"
    records = decided(load_annotations(folder), load_annotations(folder / "adjudicated"))
    if faults := check_annotations(records, documents, schema):
        raise CorpusError(f"{faults[0]} ({len(faults)} faults; tcls labels check lists them)")
    by_document: dict[str, list[Annotation]] = defaultdict(list)
    for record in records:
        by_document[record.document].append(record)
    for document in documents:
        if document.id not in by_document:
            raise CorpusError(f"{document.id}: no annotations; code it or take it out of seeds")
    return Corpus(
        schema,
        tuple(documents),
        tuple(_passages(by_document[document.id]) for document in documents),
        tuple(stories(documents)),
    )


def dataset_dict(corpus: Corpus, test: Sequence[bool]) -> "DatasetDict":
    """The corpus as a datasets.DatasetDict with typed features, splits "train" and "test".

    Ordinal tasks are ClassLabel features, multilabel ones lists of them. Built in memory:
    nothing reaches the network and no text is left in a cache.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from datasets import ClassLabel, Dataset, DatasetDict, Features, List
    from datasets import Value as Typed

    tasks = [task for task in corpus.schema.tasks if task.tier == 1]
    labels = {
        task.id: ClassLabel(names=list(task.values))
        if task.kind == "ordinal"
        else List(ClassLabel(names=list(task.values)))
        for task in tasks
    }
    plain = {name: Typed("string") for name in ("id", "text", "story", "genre", "region")}
    columns = {task.id: corpus.values(task.id) for task in tasks}

    def rows(side: bool) -> list[dict[str, object]]:
        return [
            {
                "id": document.id, "text": document.text, "story": corpus.stories[i],
                "genre": document.meta.get("genre", ""), "region": document.meta.get("region", ""),
            }
            | {
                name: v if isinstance(v := column[i], str) else list(v)
                for name, column in columns.items()
            }
            for i, document in enumerate(corpus.documents)
            if test[i] == side
        ]  # fmt: skip

    features = Features({**plain, **labels})
    return DatasetDict(
        {
            name: Dataset.from_list(rows(side), features=features)
            for name, side in (("train", False), ("test", True))
        }
    )
