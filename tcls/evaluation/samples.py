"""Documents to be judged, with what is known of them: from the corpus or from a file.

K decisions stand in the order of `tcls.model.train.decisions`. A decision of an ordinal
task is "this value or a higher one".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tcls.corpus.dataset import Corpus
from tcls.corpus.duplicates import stories
from tcls.corpus.seeds import json_lines
from tcls.errors import CorpusError
from tcls.evaluation.intervals import Array
from tcls.reading.document import Document
from tcls.schema import Schema

Decision = tuple[str, str]


@dataclass(frozen=True)
class Sample:
    """D documents with their stories; `truth` is 0/1, D×K, `ignore` a D×K mask of cells
    that do not count. `kinds` names the part of the sample that each document is of."""

    name: str
    documents: tuple[Document, ...]
    stories: tuple[str, ...]
    truth: Array
    ignore: Array
    kinds: tuple[str, ...]


def marks(schema: Schema, values: Mapping[str, Any], decisions: Sequence[Decision]) -> list[int]:
    """0/1 for each decision, from the value of each task."""
    row = []
    for name, value in decisions:
        task = schema.task(name)
        if task.kind == "ordinal":
            given = values.get(name, task.values[0])
            row.append(int(task.values.index(given) >= task.values.index(value)))
        else:
            row.append(int(value in task.close(values.get(name, ()))))
    return row


def truth_of(corpus: Corpus, decisions: Sequence[Decision]) -> Array:
    """D×K: the decisions of each document, rolled up from its passages."""
    columns = {task: corpus.values(task) for task in dict.fromkeys(task for task, _ in decisions)}
    rows = [
        marks(corpus.schema, {task: column[i] for task, column in columns.items()}, decisions)
        for i in range(len(corpus.documents))
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(decisions))


def of_corpus(name: str, corpus: Corpus, decisions: Sequence[Decision]) -> Sample:
    """The documents of a corpus as a sample; every cell counts."""
    truth = truth_of(corpus, decisions)
    kinds = ("",) * len(corpus.documents)
    return Sample(
        name, corpus.documents, corpus.stories, truth, np.zeros(truth.shape, dtype=bool), kinds
    )


def _ignored(ignore: Mapping[str, Any], decisions: Sequence[Decision]) -> list[bool]:
    """Where two codings differ: a whole ordinal task (true), or some values (a list)."""
    return [
        given if isinstance(given := ignore.get(task, ()), bool) else value in given
        for task, value in decisions
    ]


def read_sample(
    file: Path, schema: Schema, decisions: Sequence[Decision], name: str = "external"
) -> Sample:
    """A sample from a JSONL file: `id`, `set`, `source`, `text`, `gold` (the value of each
    task) and `ignore` (what does not count). Stories are found by their shared text.

    Raises CorpusError for a line that lacks or misuses a key.
    """
    documents, truth, ignore, kinds = [], [], [], []
    for number, row in json_lines(file):
        try:
            truth.append(marks(schema, row["gold"], decisions))
            ignore.append(_ignored(row.get("ignore", {}), decisions))
            meta = {"source": row.get("source", "")}
            documents.append(Document(str(row["id"]), str(row["text"]), meta))
            kinds.append(str(row.get("set", "")))
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise CorpusError(f"{file.name}, line {number}: lacks or misuses {fault}") from fault
    shape = (len(documents), len(decisions))
    return Sample(
        name, tuple(documents), tuple(stories(documents)),
        np.array(truth, dtype=np.float64).reshape(shape),
        np.array(ignore, dtype=bool).reshape(shape), tuple(kinds),
    )  # fmt: skip


def part(sample: Sample, name: str, keep: Iterable[bool]) -> Sample:
    """The documents of a sample for which `keep` is true, under another name."""
    index = np.flatnonzero(np.fromiter(keep, dtype=bool))
    at = index.tolist()
    return Sample(
        name,
        tuple(sample.documents[i] for i in at),
        tuple(sample.stories[i] for i in at),
        sample.truth[index],
        sample.ignore[index],
        tuple(sample.kinds[i] for i in at),
    )
