"""What a corpus is made of: genres, lengths, labels, contrast twins, and who coded it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tcls.corpus.annotations import Annotation
from tcls.corpus.dataset import Corpus, Value
from tcls.corpus.diversity import twin_groups
from tcls.schema import Schema
from tcls.text.passages import Span

#: Acts of police, courts and immigration offices, as they are searched for (whole words,
#: any case) in texts that report no criminalisation of victims.
ACTIONS = (
    "arrest(?:s|ed|ing)?", "detain(?:s|ed|ing|ees?)?", "detention", "custody", "remand(?:ed|s)?",
    "raid(?:s|ed|ing)?", "handcuff(?:s|ed)?", "deport(?:s|ed|ing|ations?|ees?)?",
    "extradit(?:ed|ion)",
    "prosecut(?:e|es|ed|ing|ions?)", "indict(?:ed|ments?)", "charged with", "convict(?:s|ed|ions?)",
    "sentenced", "jail(?:s|ed|ing)?", "imprison(?:ed|ment)", "fined", "pleaded guilty",
)  # fmt: skip
_ACTION = re.compile(rf"\b(?:{'|'.join(ACTIONS)})\b", re.IGNORECASE)
#: Of the words of a document: which quantiles are shown.
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many documents, and of how many stories, and how many passages."""

    documents: int
    stories: int
    passages: int


@dataclass(frozen=True, slots=True)
class Genre:
    """Documents of a genre, their share of all, and `QUANTILES` of their words."""

    documents: int
    share: float
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Twins:
    """Documents of a contrast type, and the pairs or triples that they make."""

    documents: int
    groups: int


@dataclass(frozen=True, slots=True)
class Coding:
    """What one coder coded: documents and records."""

    documents: int
    records: int


@dataclass(frozen=True, slots=True)
class Differences:
    """Values given twice, those that differ, and those of them that were adjudicated."""

    compared: int
    differ: int
    decided: int


def tally(corpus: Corpus) -> Tally:
    """The size of a corpus."""
    passages = sum(len(found) for found in corpus.passages)
    return Tally(len(corpus.documents), len(set(corpus.stories)), passages)


def positive(schema: Schema) -> list[tuple[str, str]]:
    """Task and value of every label of the first tier, "absent" left out."""
    return [
        (task.id, value)
        for task in schema.tasks
        if task.tier == 1
        for value in task.values[task.kind == "ordinal" :]
    ]


def values_of(corpus: Corpus, task: str) -> list[tuple[str, ...]]:
    """The values of each document in a task, as tuples also where there is only one."""
    return [(v,) if isinstance(v, str) else v for v in corpus.values(task)]


def labels(corpus: Corpus) -> dict[str, Tally]:
    """Documents, stories and passages of every value of every task, "task=value"."""
    found = {}
    for task in corpus.schema.tasks:
        column = values_of(corpus, task.id)
        passages: Counter[str] = Counter()
        for coded in corpus.passages:
            for passage in coded:
                value = passage.values.get(task.id, ())
                passages.update((value,) if isinstance(value, str) else task.close(value))
        for value in task.values:
            with_it = [i for i, values in enumerate(column) if value in values]
            stories = {corpus.stories[i] for i in with_it}
            found[f"{task.id}={value}"] = Tally(len(with_it), len(stories), passages[value])
    return found


def together(corpus: Corpus) -> dict[str, dict[str, int]]:
    """For each pair of first-tier labels, how many documents carry both; for a label with
    itself, how many carry it."""
    names = positive(corpus.schema)
    columns = {task: values_of(corpus, task) for task, _ in names}
    has = {
        f"{task}={value}": np.array([value in values for values in columns[task]], dtype=np.int64)
        for task, value in names
    }
    return {one: {two: int(a @ b) for two, b in has.items()} for one, a in has.items()}


def words(corpus: Corpus) -> np.ndarray:
    """The words of each document, site furniture included."""
    return np.array([len(document.text.split()) for document in corpus.documents], dtype=np.int64)


def genres(corpus: Corpus) -> dict[str, Genre]:
    """The genres by name, and "all"."""
    counts = words(corpus)
    names = np.array([str(document.meta.get("genre", "")) for document in corpus.documents])
    groups = {str(name): counts[names == name] for name in np.unique(names)} | {"all": counts}
    return {
        name: Genre(
            len(found), len(found) / max(1, len(counts)),
            tuple(int(q) for q in np.quantile(found, QUANTILES, method="lower")),
        )
        for name, found in groups.items()
    }  # fmt: skip


def contrasts(corpus: Corpus, numbers: Iterable[int]) -> dict[int, Twins]:
    """Documents and twin groups (at least two documents) of each contrast type."""
    members: dict[int, Counter[str]] = defaultdict(Counter)
    for document, group in zip(corpus.documents, twin_groups(corpus.documents), strict=True):
        if number := document.meta.get("contrast"):
            members[number][group] += 1
    return {
        number: Twins(
            members[number].total(), sum(size > 1 for size in members[number].values())
        )
        for number in numbers
    }  # fmt: skip


def acted_upon(corpus: Corpus) -> list[str]:
    """Ids of documents that report an act of police, courts or immigration offices (one of
    `ACTIONS` stands in a passage) and no criminalisation of victims."""
    values = corpus.values("victim_criminalisation")
    return [
        document.id
        for document, passages, value in zip(corpus.documents, corpus.passages, values, strict=True)
        if value == "absent" and any(_ACTION.search(p.span.of(document.text)) for p in passages)
    ]


def unlabelled(corpus: Corpus, tasks: Sequence[str]) -> int:
    """How many documents have none of the labels of `tasks`."""
    columns = [values_of(corpus, task) for task in tasks]
    return sum(all(v in ((), ("absent",)) for v in row) for row in zip(*columns, strict=True))


def codings(records: Mapping[str, Sequence[Annotation]]) -> dict[str, Coding]:
    """Documents and records of each coder in each set of records, "set: coder"."""

    def rows() -> Iterator[tuple[str, Coding]]:
        for name, found in records.items():
            for coder in sorted({record.coder for record in found}):
                own = [record.document for record in found if record.coder == coder]
                yield f"{name}: {coder}", Coding(len(set(own)), len(own))

    return dict(rows())


def differences(
    schema: Schema, first: Sequence[Annotation], second: Sequence[Annotation],
    adjudicated: Sequence[Annotation],
) -> Differences:  # fmt: skip
    """How the codings of the same passages in the tasks of the first tier differ. A count,
    not a measure of agreement: most values of most passages are absent."""
    main = {task.id for task in schema.tasks if task.tier == 1}

    def values(records: Sequence[Annotation]) -> dict[tuple[str, Span, str], Value]:
        return {(r.document, r.passage, r.task): r.value for r in records if r.task in main}

    one, two, ruled = values(first), values(second), values(adjudicated)
    both = one.keys() & two.keys()
    differ = [key for key in both if one[key] != two[key]]
    return Differences(len(both), len(differ), sum(key in ruled for key in differ))
