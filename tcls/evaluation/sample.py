"""Coded documents beside what a classifier says of them: what every table is made from."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from tcls.classifier import Classifier, Judgement, Prediction
from tcls.corpus.dataset import Corpus, load_corpus
from tcls.corpus.duplicates import stories
from tcls.corpus.seeds import json_lines
from tcls.corpus.splits import test_mask, training_side
from tcls.errors import CorpusError, MissingInput, TclsError
from tcls.evaluation.intervals import Array
from tcls.evaluation.metrics import Decision
from tcls.model.store import open_model
from tcls.reading.document import Document
from tcls.schema import Schema, Task, load_schema

Gold = Mapping[str, Any]

_KEYS = {"id", "set", "source", "text", "gold", "ignore", "story"}
#: The README of external-dev: about 40 of these newspaper reports, those on people of one
#: country held in cyber camps, belong to one story, though no two share their words.
_ONE_STORY = "nuuuwan/"


@dataclass(frozen=True)
class Sample:
    """D documents, coded and judged, in K decisions. `truth` and `chosen` are 0/1,
    `probability` in [0, 1], `ignore` marks cells that do not count; all D×K. A document
    that the classifier abstained from (`abstained`, length D) has nothing chosen."""

    name: str
    documents: tuple[Document, ...]
    stories: tuple[str, ...]
    decisions: tuple[Decision, ...]
    truth: Array
    probability: Array
    chosen: Array
    ignore: Array
    abstained: Array
    schema: Schema
    model: str
    corpus: str

    def where(self, keep: Array, name: str) -> "Sample":
        """The documents for which `keep` is true, under another name."""
        index = np.flatnonzero(keep)
        return replace(
            self, name=name, documents=tuple(self.documents[i] for i in index),
            stories=tuple(self.stories[i] for i in index), truth=self.truth[index],
            probability=self.probability[index], chosen=self.chosen[index],
            ignore=self.ignore[index], abstained=self.abstained[index],
        )  # fmt: skip

    @cached_property
    def n_stories(self) -> int:
        """How many independent stories the documents are."""
        return len(set(self.stories))

    def columns(self, task: str) -> list[int]:
        """The columns of a task's decisions."""
        return [k for k, (name, _) in enumerate(self.decisions) if name == task]

    def tasks(self) -> list[Task]:
        """The tasks that have decisions, in their order."""
        return [self.schema.task(name) for name in dict.fromkeys(t for t, _ in self.decisions)]

    def title(self, k: int) -> str:
        """How decision k is written in a signature: "forced_criminality>=possible"."""
        task, value = self.decisions[k]
        return f"{task}{'>=' if self.schema.task(task).kind == 'ordinal' else ':'}{value}"

    def signature(self, what: str, n: int, resamples: int = 1000, seed: int = 0) -> str:
        """Which number this is: equal signatures mean equal numbers (as sacrebleu has it)."""
        return (
            f"{what}|split:{self.name}|n:{n}|stories:{self.n_stories}|boot:{resamples}|seed:{seed}"
            f"|corpus:{self.corpus}|model:{self.model}|tcls:{version('tcls')}"
        )


def gold_table(schema: Schema, decisions: Sequence[Decision], golds: Sequence[Gold]) -> Array:
    """D×K of 0/1 from the value, or values, of each task; what is not given is absent."""
    table = np.zeros((len(golds), len(decisions)))
    for k, (name, value) in enumerate(decisions):
        task = schema.task(name)
        for i, gold in enumerate(golds):
            if task.kind == "ordinal":
                rank = task.values.index(gold.get(name, task.values[0]))
                table[i, k] = rank >= task.values.index(value)
            else:
                table[i, k] = value in task.close(gold.get(name, ()))
    return table


def _cell(task: Task, found: Judgement, value: str) -> tuple[float, float]:
    """Probability and decision of one cell, "this or higher" for ordinal tasks."""
    if task.kind != "ordinal":
        return found.chance(value), float(value in (found.values or ()))
    higher = task.values[task.values.index(value) :]
    return min(1.0, round(found.chance(*higher), 4)), float(found.value in higher)


def decided(
    schema: Schema, decisions: Sequence[Decision], predictions: Iterable[Prediction]
) -> tuple[Array, Array, Array]:
    """Probabilities and decisions (D×K), and which documents were abstained from (D)."""
    chance, chosen, abstained = [], [], []
    for prediction in predictions:
        cells = [_cell(schema.task(t), prediction.tasks[t], value) for t, value in decisions]
        chance.append([p for p, _ in cells])
        chosen.append([c for _, c in cells])
        abstained.append(prediction.status == "abstained")
    shape = (len(chance), len(decisions))
    return (
        np.array(chance).reshape(shape), np.array(chosen).reshape(shape),
        np.array(abstained, dtype=bool),
    )  # fmt: skip


@dataclass(frozen=True)
class Checkout:
    """A folder with seeds/ and labels/. Its corpus is loaded once, when it is first asked
    for; that raises CorpusError when it does not fit."""

    root: Path

    @cached_property
    def corpus(self) -> Corpus:
        """All documents."""
        return load_corpus(self.root)

    @cached_property
    def test(self) -> Corpus:
        """The documents of the frozen test split."""
        return self.corpus.subset(test_mask(self.corpus, self.root / "labels"))

    @cached_property
    def training(self) -> Corpus:
        """All others."""
        return training_side(self.corpus, self.root / "labels")


class Judge:
    """A model folder with its decisions, that makes samples. None: the shipped model."""

    def __init__(self, folder: Path | None = None):
        self.classifier = Classifier.load(folder)
        self.decisions = tuple(open_model(folder).decisions)
        self.schema = load_schema()

    def sample(
        self, name: str, documents: Sequence[Document], found_stories: Sequence[str],
        golds: Sequence[Gold], corpus: str, ignore: Array | None = None,
    ) -> Sample:  # fmt: skip
        """Documents judged, beside their gold labels."""
        truth = gold_table(self.schema, self.decisions, golds)
        found = self.classifier.predict_many(documents, evidence=False)
        chance, chosen, abstained = decided(self.schema, self.decisions, found)
        return Sample(
            name, tuple(documents), tuple(found_stories), self.decisions, truth, chance, chosen,
            np.zeros(truth.shape, dtype=bool) if ignore is None else ignore, abstained,
            self.schema, self.classifier.model, corpus,
        )  # fmt: skip

    def test_split(self, checkout: Checkout) -> Sample:
        """The frozen test split of a checkout. Raises CorpusError when it does not fit."""
        corpus = checkout.test
        tasks = dict.fromkeys(task for task, _ in self.decisions)
        columns = [corpus.values(task) for task in tasks]
        golds = [dict(zip(tasks, row, strict=True)) for row in zip(*columns, strict=True)]
        fingerprint = checkout.corpus.fingerprint[:8]
        return self.sample("test", corpus.documents, corpus.stories, golds, fingerprint)

    def _shape(self, row: Mapping[str, Any]) -> None:
        """Raise ValueError for a row whose parts are not what they must be."""
        wanted = {"id": str, "source": str, "text": str, "gold": dict, "ignore": dict}
        for key, kind in wanted.items():
            if key in row and not isinstance(row[key], kind):
                raise ValueError(f"{key}: expected a {kind.__name__}, found {row[key]!r:.40}")
        for name, given in row["gold"].items():
            task = self.schema.task(name)
            if not isinstance(given, str if task.kind == "ordinal" else list):
                raise ValueError(f"{name}: {given!r:.40} is not what a {task.kind} task has")
            for value in [given] if isinstance(given, str) else given:
                task.label(value)
        for name, given in row.get("ignore", {}).items():
            if not isinstance(given, bool | list):
                raise ValueError(f"ignore, {name}: expected true or a list, found {given!r:.40}")
            task = self.schema.task(name)
            for value in [] if isinstance(given, bool) else given:
                task.label(value)

    def external(self, file: Path) -> Sample:
        """A file in the external format: one object a line with `id`, `set`, `source`,
        `text`, `gold`, `ignore`, and perhaps `story` (a name that documents of one story
        share). Raises MissingInput for no such file, CorpusError naming a bad line."""
        if not file.is_file():
            raise MissingInput(f"{file}: no such file; expected documents in the external format")
        documents: list[Document] = []
        golds: list[Gold] = []
        ignored: list[Mapping[str, Any]] = []
        for number, row in json_lines(file):
            try:
                if unknown := set(row) - _KEYS:
                    raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
                self._shape(row)
                meta = {"set": str(row["set"]), "source": str(row["source"])}
                if story := row.get("story") or _known_story(row):
                    meta["twin"] = str(story)
                documents.append(Document(str(row["id"]), str(row["text"]), meta))
                golds.append(dict(row["gold"]))
                ignored.append(dict(row.get("ignore", {})))
                gold_table(self.schema, self.decisions, golds[-1:])
            except KeyError as fault:
                raise CorpusError(
                    f"{file.name}, line {number}: lacks the key {fault}; "
                    "expected id, set, source, text, gold, ignore"
                ) from fault
            except (TypeError, ValueError, TclsError) as fault:
                raise CorpusError(f"{file.name}, line {number}: {fault}") from fault
        if len({d.id for d in documents}) < len(documents) or not documents:
            raise CorpusError(f"{file.name}: no documents, or an id that stands twice")
        ignore = np.array([[_ignored(row, *d) for d in self.decisions] for row in ignored])
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
        return self.sample("external", documents, stories(documents), golds, digest, ignore)


def _known_story(row: Mapping[str, Any]) -> str:
    """The story of a report of `_ONE_STORY`, "" for any other."""
    compelled = row["gold"].get("forced_criminality", "absent") != "absent"
    return _ONE_STORY if compelled and row["source"].startswith(_ONE_STORY) else ""


def _ignored(row: Mapping[str, Any], task: str, value: str) -> bool:
    """`ignore` holds true for a whole task, or a list of values."""
    given = row.get(task, False)
    return given if isinstance(given, bool) else value in given
