"""Coded documents to a model folder. The only module that fits anything.

Passages and whole documents each get a linear model over the same terms; a
logistic roll-up joins them. Everything learnt from scores is learnt on
out-of-fold scores, with folds by story.
"""

import platform
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from tcls import __version__
from tcls.corpus.dataset import Corpus, Passage
from tcls.corpus.splits import folds
from tcls.model import lists
from tcls.model.calibrate import thresholds
from tcls.model.features import Features, nexus, with_context
from tcls.model.rollup import INPUTS, inputs_array
from tcls.model.store import save_model
from tcls.model.vocabulary import build_vocabulary, inverse_frequency, matrix, proper_names
from tcls.schema import Schema
from tcls.text.masks import Masks
from tcls.text.passages import Span, sentences
from tcls.text.phrases import Phrases
from tcls.text.table import table_bytes

Decision = tuple[str, str]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be chosen about training. `c_passage` and `c_document` are inverse
    regularisation strengths; `least_stories` is the fewest independent stories in which
    a term must stand to enter the vocabulary; `smoothing` is added to the squared length of
    every document's and passage's tf·idf, so that a text of two words cannot score like a
    paragraph; `sentence_weight` is the weight of single
    sentences as further examples of passages (0: none); `inputs` are those of the roll-up
    that are used; `lexicon` and `pairs` switch the terms of the lexicon; `context` switches
    the terms of the nexus, and without it passages whose label needs context are left out
    of passage training; `skip` names values that are not learnt."""

    c_passage: float = 32.0
    c_document: float = 32.0
    least_stories: int = 3
    smoothing: float = 500.0
    sentence_weight: float = 0.5
    inputs: tuple[str, ...] = INPUTS
    lexicon: bool = True
    pairs: bool = True
    context: bool = True
    n_folds: int = 5
    weight_decimals: int = 4
    skip: tuple[str, ...] = ("scam_type:other",)


@dataclass
class Fit:
    """A trained model before it is stored, and the out-of-fold view of it.

    V terms, K decisions, P passages, D documents. `truth` and `probability` are D×K over
    the training documents, out of fold.
    """

    decisions: list[Decision]
    vocabulary: list[str]
    idf: np.ndarray
    passage: np.ndarray
    document: np.ndarray
    bias: np.ndarray
    rollup: np.ndarray
    calibration: np.ndarray
    truth: np.ndarray
    probability: np.ndarray
    thresholds: dict[str, dict[str, float]] = field(default_factory=dict)


def decisions(schema: Schema, skip: Sequence[str] = ()) -> list[Decision]:
    """The binary decisions of a model, in column order. An ordinal task has one for each
    value above its lowest, "this or higher" (cumulative model; McCullagh 1980)."""
    return [
        (task.id, value)
        for task in schema.tasks
        if task.tier == 1
        for value in (task.values[1:] if task.kind == "ordinal" else task.values)
        if f"{task.id}:{value}" not in skip
    ]


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


def _linear(
    x: sp.csr_matrix, y: np.ndarray, weight: np.ndarray | None, c: float
) -> tuple[np.ndarray, float]:
    if y.sum() < 2:
        return np.zeros(x.shape[1]), -6.0
    # liblinear regularises the intercept too; scaled by 10 that hardly matters
    model = LogisticRegression(
        C=c, solver="liblinear", intercept_scaling=10.0, random_state=0, max_iter=1000
    )
    model.fit(x, y, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def _fit_all(
    x: sp.csr_matrix, y: np.ndarray, weight: np.ndarray | None, c: float
) -> tuple[np.ndarray, np.ndarray]:
    """V×K weights and K biases, one logistic regression per decision."""
    found = joblib.Parallel(n_jobs=2, mmap_mode=None, max_nbytes=None)(
        joblib.delayed(_linear)(x, y[:, k], weight, c) for k in range(y.shape[1])
    )
    return np.stack([w for w, _ in found], axis=1), np.array([b for _, b in found])


def _logistic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights and intercept of a logistic regression on few inputs, rounded so that the
    last bits of a linear-algebra library cannot show."""
    if y.sum() < 2:
        return np.append(np.zeros(x.shape[1]), -6.0)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(x, y)
    return np.round(np.append(model.coef_[0], model.intercept_[0]), 6)


def _chances(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(x @ weights[:-1] + weights[-1])))


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
class _Examples:
    """Training examples of the passage model: passages, then sentences."""

    x: sp.csr_matrix
    y: np.ndarray
    weight: np.ndarray
    document: np.ndarray


class _Data:
    """A corpus as arrays: P passages, D documents, V terms, K decisions."""

    def __init__(
        self, corpus: Corpus, features: Features, settings: Settings, keep: frozenset[str]
    ):
        self.settings = settings
        self.chosen = decisions(corpus.schema, settings.skip)
        self.schema = corpus.schema
        self.documents = corpus.documents
        self.flat: list[tuple[int, Passage]] = [
            (i, passage) for i, passages in enumerate(corpus.passages) for passage in passages
        ]
        self.owner = np.array([i for i, _ in self.flat])
        self.starts = np.searchsorted(self.owner, np.arange(len(corpus.documents)))
        self._features = features
        plain = [self._plain(i, p.span) for i, p in self.flat]
        self._links = self._nexus(plain)
        terms = [self._linked(i, found) for (i, _), found in zip(self.flat, plain, strict=True)]
        whole = [Counter[str]() for _ in corpus.documents]
        for i, counts in zip(self.owner, terms, strict=True):
            whole[i].update(counts)
        story = [corpus.stories[i] for i in self.owner]
        texts = [p.span.of(self.documents[i].text) for i, p in self.flat if p.index]
        names = proper_names(features, texts) - keep
        self.vocabulary = build_vocabulary(terms, story, settings.least_stories, names)
        self.rows = {term: i for i, term in enumerate(self.vocabulary)}
        self.idf = inverse_frequency(terms, self.rows)
        self.x = self._matrix(terms)
        self.whole = self._matrix(whole)
        self.y = self._truth([p.values for _, p in self.flat])
        tasks = [task.id for task in corpus.schema.tasks if task.tier == 1]
        columns = {name: corpus.values(name) for name in tasks}
        self.truth = self._truth(
            [{name: columns[name][i] for name in tasks} for i in range(len(corpus.documents))]
        )
        self.fold = np.array(folds(corpus.stories, settings.n_folds))

    def _plain(self, document: int, span: Span) -> list[str]:
        terms = self._features.terms(span.of(self.documents[document].text))
        if self.settings.pairs:
            return terms
        return [term for term in terms if not ("> <" in term and ":" in term)]

    def _nexus(self, terms: list[list[str]]) -> list[tuple[str, ...]]:
        """The nexus of each document."""
        held: list[set[str]] = [set() for _ in self.documents]
        for owner, found in zip(self.owner, terms, strict=True):
            held[owner].update(found)
        return [nexus(found) for found in held]

    def _linked(self, document: int, terms: list[str]) -> Counter[str]:
        if self.settings.context:
            terms = with_context(terms, self._links[document])
        return Counter(terms)

    def _matrix(self, terms: list[Counter[str]]) -> sp.csr_matrix:
        return matrix(terms, self.rows, self.idf, self.settings.smoothing)

    def _truth(self, values: list[dict[str, Any]]) -> np.ndarray:
        return np.array([truth(self.schema, v, self.chosen) for v in values])

    def examples(self) -> _Examples:
        """Passages, and the sentences of those that need no context where there are several."""
        alone = np.array([self.settings.context or not p.context for _, p in self.flat])
        found = [
            (i, passage, sentence)
            for i, passage in self.flat
            if self.settings.sentence_weight and not passage.context
            for sentence in _several(sentences(self.documents[i].text, passage.span))
        ]
        x, y, owner = self.x[alone], self.y[alone], self.owner[alone]
        if not found:
            return _Examples(x, y, np.ones(len(y)), owner)
        terms = [self._linked(i, self._plain(i, sentence)) for i, _, sentence in found]
        values = [sentence_values(self.schema, p, sentence) for _, p, sentence in found]
        weight = np.full(len(found), self.settings.sentence_weight)
        return _Examples(
            sp.vstack([x, self._matrix(terms)]).tocsr(),
            np.vstack([y, self._truth(values)]),
            np.concatenate([np.ones(len(y)), weight]),
            np.concatenate([owner, [i for i, _, _ in found]]),
        )


def _several(found: list[Span]) -> list[Span]:
    return found if len(found) > 1 else []


def _rolled(table: np.ndarray, y: np.ndarray, settings: Settings) -> np.ndarray:
    """Roll-up weights of one decision from its D×2 inputs; inputs not used weigh 0."""
    used = [INPUTS.index(name) for name in settings.inputs]
    *weights, intercept = _logistic(table[:, used], y)
    found = np.zeros(len(INPUTS) + 1)
    found[used], found[-1] = weights, intercept
    return found


def fit(
    corpus: Corpus, features: Features, settings: Settings, keep: frozenset[str] = frozenset(),
    say: Say = lambda _: None,
) -> Fit:  # fmt: skip
    """Fit everything on all documents of `corpus`. `keep` are stems of proper names that may
    enter the vocabulary; all others stay out."""
    say(f"reading {len(corpus.documents)} documents")
    data = _Data(corpus, features, settings, keep)
    examples = data.examples()
    scores, whole = np.zeros(data.y.shape), np.zeros(data.truth.shape)
    for f in range(settings.n_folds):
        say(f"fold {f + 1} of {settings.n_folds}: {len(data.chosen)} decisions")
        train, test = data.fold[examples.document] != f, data.fold[data.owner] == f
        w, b = _fit_all(
            examples.x[train], examples.y[train], examples.weight[train], settings.c_passage
        )
        scores[test] = data.x[test] @ w + b
        train = data.fold != f
        w, b = _fit_all(data.whole[train], data.truth[train], None, settings.c_document)
        whole[~train] = data.whole[~train] @ w + b
    table = inputs_array(scores, data.starts, whole)
    probability = np.zeros(data.truth.shape)
    for k in range(len(data.chosen)):
        for f in range(settings.n_folds):
            train = data.fold != f
            weights = _rolled(table[train, k], data.truth[train, k], settings)
            probability[~train, k] = _chances(table[~train, k], weights)
    say("fitting on all")
    w, b = _fit_all(examples.x, examples.y, examples.weight, settings.c_passage)
    wd, bd = _fit_all(data.whole, data.truth, None, settings.c_document)
    columns = range(len(data.chosen))
    return Fit(
        data.chosen, data.vocabulary, data.idf,
        np.round(w, settings.weight_decimals).astype(np.float32),
        np.round(wd, settings.weight_decimals).astype(np.float32),
        np.round(np.stack([b, bd]), settings.weight_decimals),
        np.stack([_rolled(table[:, k], data.truth[:, k], settings) for k in columns]),
        np.stack([_logistic(scores[:, k : k + 1], data.y[:, k]) for k in columns]),
        data.truth, probability,
        {
            f"{task}:{value}": dict(thresholds(data.truth[:, k], probability[:, k]))
            for k, (task, value) in enumerate(data.chosen)
        },
    )  # fmt: skip


def _alone(features: Features, text: str, settings: Settings) -> list[str]:
    """The terms of a text that is a document of one passage."""
    terms = features.terms(text)
    return with_context(terms, nexus(terms)) if settings.context else terms


def libraries() -> dict[str, str]:
    """The versions of what the bytes of a model depend on."""
    names = ("numpy", "scipy", "scikit-learn", "joblib", "safetensors", "PyStemmer")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def train(
    corpus: Corpus, labels: Path, folder: Path, settings: Settings, say: Say = lambda _: None
) -> Fit:
    """Fit on `corpus` and write the model folder. `labels` holds masks/ and lexicon.toml.

    The same corpus, lists, settings and library versions give the same bytes.
    """
    masks = lists.mask_lines(labels / "masks")
    lexicon = lists.lexicon_lines(labels / "lexicon.toml") if settings.lexicon else []
    features = Features(Masks(lists.lookup(masks)), Phrases(lists.lookup(lexicon)))
    keep = frozenset(map(features.stem, lists.kept_names(labels / "masks" / "keep.txt")))
    result = fit(corpus, features, settings, keep, say)
    examples = [
        label.examples[0]
        for task in corpus.schema.tasks
        if task.tier == 1
        for label in task.labels
        if label.examples
    ]
    rows = {term: i for i, term in enumerate(result.vocabulary)}
    counts = [Counter(_alone(features, text, settings)) for text in examples]
    x = matrix(counts, rows, result.idf, settings.smoothing)
    scores = x @ result.passage.astype(np.float64) + result.bias[0]
    manifest = {
        "name": folder.name,
        "tcls": __version__,
        "schema": corpus.schema.version,
        "decisions": [list(decision) for decision in result.decisions],
        "rollup_inputs": list(INPUTS),
        "settings": asdict(settings),
        "corpus": {
            "documents": len(corpus.documents),
            "stories": len(set(corpus.stories)),
            "passages": sum(map(len, corpus.passages)),
            "fingerprint": corpus.fingerprint,
        },
        "libraries": libraries(),
        "thresholds": result.thresholds,
        "self_test": [
            {"text": text, "scores": [round(float(s), 9) for s in row]}
            for text, row in zip(examples, scores, strict=True)
        ],
    }
    tables = {
        "vocabulary": table_bytes(result.vocabulary),
        "lexicon": table_bytes(lexicon),
        "masks": table_bytes(masks),
    }
    arrays = {
        name: getattr(result, name)
        for name in ("idf", "passage", "document", "bias", "rollup", "calibration")
    }
    save_model(folder, manifest, tables, arrays)
    return result
