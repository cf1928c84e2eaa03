"""Coded documents to arrays: terms, truths and the examples that the models learn from."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from tcls.corpus.dataset import Corpus, Passage
from tcls.corpus.splits import batch_folds
from tcls.errors import UsageError
from tcls.model.features import AROUND, Features, sees_around
from tcls.model.gates import GATES, openings
from tcls.model.rollup import INPUTS
from tcls.model.short import is_short, own_columns
from tcls.model.vocabulary import build_vocabulary, inverse_frequency, matrix, proper_names
from tcls.schema import Schema
from tcls.text.passages import Span, sentences

Decision = tuple[str, str]
#: The least that a setting may be.
_LEAST = {
    "c_passage": 1e-6, "c_document": 1e-6, "least_stories": 1, "smoothing": 0,
    "sentence_weight": 0, "short_characters": 0, "short_weight": 1, "ratio": 0,
    "negative_weight": 1e-6, "n_folds": 2, "weight_decimals": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be chosen about training. `c_passage` and `c_document` are inverse
    regularisation strengths; `least_stories` is the fewest independent stories in which a
    term must stand to enter the vocabulary; `smoothing` is added to the squared length of
    every document's and passage's tf·idf, so that a text of two words cannot score like a
    paragraph; `sentence_weight` is the weight of single sentences as further examples of passages
    (0: none); texts of fewer than `short_characters` have weights of their own for `short_tasks`
    (`tcls.model.short`), in which short documents and those with a twin count `short_weight` times,
    while short ones with a twin do not teach the other model of whole documents;
    `inputs` are those of the roll-up that are used, `stacked` whether it sees those of
    the task's other decisions too; `lexicon` switches the terms of the lexicon, `around` names the
    tasks that see the words around measures, `gates` switches the questions asked first
    (`tcls.model.gates`), `context` whether passages whose label needs
    context teach what is asked of whole documents; before gates and the decisions of `ratio_tasks`
    are fitted, terms are scaled by the log ratio of their frequencies to the power of `ratio` (0:
    not at all), and the decisions of `averaged` have the mean of the weights fitted without
    scaling and with that of power 1; where scores become probabilities and thresholds are chosen, a
    document without a label counts `negative_weight` times, since a corpus made for a label has it
    more often than the texts that are read with it (Elkan 2001); `skip` names values that are not
    learnt.
    Raises UsageError for a number below its range and for inputs that do not exist."""

    c_passage: float = 32.0
    c_document: float = 32.0
    least_stories: int = 3
    smoothing: float = 500.0
    sentence_weight: float = 0.5
    short_characters: int = 420
    short_tasks: tuple[str, ...] = (
        "forced_criminality", "victim_criminalisation", "non_punishment",
    )  # fmt: skip
    short_weight: float = 3.0
    inputs: tuple[str, ...] = INPUTS
    stacked: bool = True
    lexicon: bool = True
    around: tuple[str, ...] = ("victim_criminalisation",)
    gates: bool = True
    context: bool = True
    ratio: float = 0.25
    ratio_tasks: tuple[str, ...] = ("forced_criminality",)
    averaged: tuple[str, ...] = ("victim_criminalisation", "scam_type")
    negative_weight: float = 1.5
    n_folds: int = 5
    weight_decimals: int = 3
    skip: tuple[str, ...] = ("scam_type:other",)

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if not least <= value < math.inf:
                raise UsageError(f"settings: {name} = {value}; expected {least} or more")
        if not self.inputs or set(self.inputs) - set(INPUTS):
            known = ", ".join(INPUTS)
            raise UsageError(f"settings: inputs = {list(self.inputs)}; expected some of {known}")

    def powers(self, task: str) -> tuple[float, ...]:
        """The powers of scaling with which a decision of `task` is fitted."""
        if task in self.averaged:
            return 0.0, 1.0
        return (self.ratio if task in self.ratio_tasks else 0.0,)


def _check_known(name: str, given: Sequence[str], known: Sequence[str]) -> None:
    """Raise UsageError for a setting that names what there is not."""
    if unknown := [value for value in given if value not in known]:
        raise UsageError(
            f"settings: {name} = {list(given)}; no {unknown[0]!r}, expected some of "
            f"{', '.join(known)}"
        )


def check_tasks(settings: Settings, schema: Schema) -> None:
    """Raise UsageError for a task that a setting names and the model would not have."""
    known = [task.id for task in schema.tasks if task.tier == 1]
    for name in ("short_tasks", "around", "ratio_tasks", "averaged"):
        _check_known(name, getattr(settings, name), known)


def decisions(schema: Schema, skip: Sequence[str] = ()) -> list[Decision]:
    """The binary decisions of a model, in column order. An ordinal task has one for each
    value above its lowest, "this or higher" (cumulative model; McCullagh 1980).

    Raises UsageError when `skip` names what is none, as "task:value".
    """
    found = {
        f"{task.id}:{value}": (task.id, value)
        for task in schema.tasks
        if task.tier == 1
        for value in (task.values[1:] if task.kind == "ordinal" else task.values)
    }
    _check_known("skip", skip, list(found))
    return [decision for name, decision in found.items() if name not in skip]


def truth(schema: Schema, values: dict[str, Any], chosen: Sequence[Decision]) -> list[int]:
    """0/1 for each decision, from the value of each task."""
    row = []
    for name, value in chosen:
        task = schema.task(name)
        given = values.get(name, task.values[0] if task.kind == "ordinal" else ())
        if task.kind == "ordinal":
            row.append(int(task.values.index(given) >= task.values.index(value)))
        else:
            row.append(int(value in task.close(given)))
    return row


def sentence_values(schema: Schema, passage: Passage, sentence: Span) -> dict[str, Any]:
    """What a sentence of a passage says by itself: the values whose rationale touches it,
    and those that have no rationale."""
    values: dict[str, Any] = {}
    for name, value in passage.values.items():
        task = schema.task(name)
        spans = passage.rationale.get(name, {})
        given = (value,) if isinstance(value, str) else value
        kept = tuple(
            v
            for v in given
            if v not in spans
            or any(s.start < sentence.end and sentence.start < s.end for s in spans[v])
        )
        values[name] = (kept[0] if kept else task.values[0]) if task.kind == "ordinal" else kept
    return values


@dataclass
class Rows:
    """N texts as rows of tf·idf, N×V: as the columns see them that do not count the words around
    measures, and as those that do (`sees`, K+G)."""

    plain: sp.csr_matrix
    around: sp.csr_matrix
    sees: np.ndarray

    def take(self, rows: np.ndarray) -> "Rows":
        """These rows (indices or a mask)."""
        return Rows(self.plain[rows], self.around[rows], self.sees)

    def columns(self, which: Sequence[int]) -> "Rows":
        """The same texts as these columns see them."""
        return Rows(self.plain, self.around, self.sees[list(which)])

    def column(self, k: int) -> sp.csr_matrix:
        """The rows as column `k` sees them."""
        return self.around if self.sees[k] else self.plain

    def under(self, other: "Rows") -> "Rows":
        """These rows and under them those of `other`."""
        plain, around = (self.plain, other.plain), (self.around, other.around)
        return Rows(sp.vstack(plain).tocsr(), sp.vstack(around).tocsr(), self.sees)

    def scores(
        self, weights: np.ndarray, bias: np.ndarray, own: Sequence[int] = (),
        short: np.ndarray | None = None,
    ) -> np.ndarray:  # fmt: skip
        """N×(K+G) scores with V×(K+G+S) weights, whose last S are those of the columns `own` for
        the texts that `short` (N) marks."""
        k = len(self.sees)
        scores: np.ndarray = self.plain @ weights[:, :k] + bias[:k]
        scores[:, self.sees] = self.around @ weights[:, :k][:, self.sees] + bias[:k][self.sees]
        if own and short is not None and short.any():
            texts = self.take(short).columns(own)
            scores[np.ix_(short, np.array(own))] = texts.scores(weights[:, k:], bias[k:])
        return scores


def seen(
    terms: Sequence[Counter[str]], rows: dict[str, int], idf: np.ndarray, smoothing: float,
    sees: Sequence[bool],
) -> Rows:  # fmt: skip
    """Texts, each given as its terms, as the columns see them; the other arguments as in
    `matrix` and `sees_around`."""
    plain = {term: row for term, row in rows.items() if AROUND not in term}
    one = matrix(terms, plain, idf, smoothing)
    return Rows(one, matrix(terms, rows, idf, smoothing), np.array(sees, bool))


@dataclass
class Examples:
    """N training examples of the passage model: passages, then sentences, with the weight of
    each, the number of its document and whether its label needs context."""

    x: Rows
    y: np.ndarray
    weight: np.ndarray
    document: np.ndarray
    context: np.ndarray


class Data:
    """A corpus as arrays: P passages, D documents, V terms, K decisions and G gates, whose
    columns stand behind those of the decisions. Raises UsageError for settings that name a task or
    decision that the schema has not. `short` and `twin` (D) say which documents are
    short and which have a twin, `own` which columns have weights for short texts."""

    def __init__(
        self, corpus: Corpus, features: Features, settings: Settings, keep: frozenset[str]
    ):
        check_tasks(settings, corpus.schema)
        self.settings = settings
        self.chosen = decisions(corpus.schema, settings.skip)
        self.gates = GATES if settings.gates else ()
        self.openings = openings(self.chosen, self.gates)
        self.schema = corpus.schema
        self.documents = corpus.documents
        self.own = own_columns(self.chosen, self.gates, settings.short_tasks)
        self.twin = np.array([bool(d.meta.get("twin")) for d in corpus.documents], bool)
        self.short = np.array(
            [
                is_short([p.span.of(d.text) for p in passages], settings.short_characters)
                for d, passages in zip(corpus.documents, corpus.passages, strict=True)
            ],
            bool,
        )
        self.flat: list[tuple[int, Passage]] = [
            (i, passage) for i, passages in enumerate(corpus.passages) for passage in passages
        ]
        self.owner = np.array([i for i, _ in self.flat])
        self.starts = np.searchsorted(self.owner, np.arange(len(corpus.documents)))
        self._features = features
        terms = [self._counted(i, p.span) for i, p in self.flat]
        whole = [Counter[str]() for _ in corpus.documents]
        for i, counts in zip(self.owner, terms, strict=True):
            whole[i].update(counts)
        story = [corpus.stories[i] for i in self.owner]
        texts = [p.span.of(self.documents[i].text) for i, p in self.flat if p.index]
        names = proper_names(features, texts) - keep
        self.vocabulary = build_vocabulary(
            terms, story, settings.least_stories, names, features.stem
        )
        self.rows = {term: i for i, term in enumerate(self.vocabulary)}
        self.idf = inverse_frequency(terms, self.rows)
        self.x = self._seen(terms)
        self.whole = self._seen(whole)
        self.y = self._truth([p.values for _, p in self.flat])
        tasks = [task.id for task in corpus.schema.tasks if task.tier == 1]
        columns = {name: corpus.values(name) for name in tasks}
        self.truth = self._truth(
            [{name: columns[name][i] for name in tasks} for i in range(len(corpus.documents))]
        )
        self.fold = np.array(batch_folds(corpus, settings.n_folds))

    def _counted(self, document: int, span: Span) -> Counter[str]:
        return Counter(self._features.terms(span.of(self.documents[document].text)))

    def _seen(self, terms: Sequence[Counter[str]]) -> Rows:
        sees = sees_around(self.chosen, len(self.gates), self.settings.around)
        return seen(terms, self.rows, self.idf, self.settings.smoothing, sees)

    def _truth(self, values: list[dict[str, Any]]) -> np.ndarray:
        rows = [
            truth(self.schema, v, self.chosen) + [g.is_open(self.schema, v) for g in self.gates]
            for v in values
        ]
        return np.array(rows, int).reshape(-1, len(self.chosen) + len(self.gates))

    def taught(
        self, y: np.ndarray, document: np.ndarray, context: np.ndarray | None = None
    ) -> np.ndarray:
        """N×(K+G): of which examples each column learns. `y` are their truths, `document` the
        number of the document of each, `context` whether its label needs context.

        A decision learns where its gate is open. From an example that needs context learn only
        what is asked of whole documents, and the gates of such questions, since there the
        document gives the context; without `settings.context` nothing does."""
        found = np.ones(y.shape, bool)
        for k, gate in enumerate(self.openings):
            if gate:
                open_ = self.truth[document, gate.column] if gate.whole else y[:, gate.column]
                found[:, k] = open_ == 1
        if context is not None:
            whole = [gate is not None and gate.whole for gate in openings(self.chosen, GATES)]
            whole += [gate.scope == "document" for gate in self.gates]
            found &= (np.array(whole) & self.settings.context) | ~context[:, None]
        return found

    def examples(self) -> Examples:
        """Passages, and the sentences of those that have several and need no context."""
        context = np.array([passage.context for _, passage in self.flat], bool)
        found = [
            (i, passage, sentence)
            for i, passage in self.flat
            if self.settings.sentence_weight and not passage.context
            for sentence in _several(sentences(self.documents[i].text, passage.span))
        ]
        terms = [self._counted(i, sentence) for i, _, sentence in found]
        values = self._truth([sentence_values(self.schema, p, s) for _, p, s in found])
        return Examples(
            self.x.under(self._seen(terms)),
            np.vstack([self.y, values]),
            np.repeat([1.0, self.settings.sentence_weight], [len(context), len(found)]),
            np.concatenate([self.owner, np.array([i for i, _, _ in found], int)]),
            np.append(context, np.zeros(len(found), bool)),
        )


def _several(found: list[Span]) -> list[Span]:
    return found if len(found) > 1 else []
