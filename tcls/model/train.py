"""Coded documents to a model folder. The only module that fits anything.

Passages and whole documents each get a linear model over the same terms; a
logistic roll-up joins them. Everything learnt from scores is learnt on
out-of-fold scores, with folds by story.
"""

import platform
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from tcls.corpus.dataset import Corpus, Passage
from tcls.corpus.splits import folds
from tcls.model import lists
from tcls.model.calibrate import thresholds
from tcls.model.features import Features
from tcls.model.rollup import INPUTS, inputs_array
from tcls.model.store import save_model
from tcls.reading.document import Document
from tcls.schema import Schema
from tcls.text.masks import Masks
from tcls.text.phrases import Phrases
from tcls.text.table import table_bytes

Decision = tuple[str, str]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be chosen about training. `c_passage` and `c_document` are inverse
    regularisation strengths; `least_stories` is the fewest independent stories in which
    a term must stand to enter the vocabulary; `skip` names values that are not learnt."""

    c_passage: float = 8.0
    c_document: float = 8.0
    least_stories: int = 3
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


def build_vocabulary(
    terms: Sequence[Iterable[str]], stories: Sequence[str], least: int
) -> list[str]:
    """The terms that stand in at least `least` independent stories, sorted by UTF-8 bytes."""
    seen: dict[str, set[str]] = defaultdict(set)
    for counts, story in zip(terms, stories, strict=True):
        for term in counts:
            holders = seen[term]
            if len(holders) < least:
                holders.add(story)
    return sorted((t for t, s in seen.items() if len(s) >= least), key=lambda t: t.encode())


def inverse_frequency(terms: Sequence[Iterable[str]], rows: dict[str, int]) -> np.ndarray:
    """Smooth idf over passages: log((1 + n) / (1 + df)) + 1, as scikit-learn has it."""
    df = np.zeros(len(rows))
    for counts in terms:
        for term in set(counts):
            if (row := rows.get(term)) is not None:
                df[row] += 1
    return np.log((1 + len(terms)) / (1 + df)) + 1


def matrix(
    terms: Sequence[Counter[str]], rows: dict[str, int], idf: np.ndarray
) -> sp.csr_matrix:
    """n×V: (1 + log tf)·idf, each row of length 1."""
    data: list[float] = []
    index: list[int] = []
    ends = [0]
    for counts in terms:
        known = sorted((rows[t], n) for t, n in counts.items() if t in rows)
        values = [(1 + np.log(n)) * idf[row] for row, n in known]
        norm = np.sqrt(sum(v * v for v in values)) or 1.0
        data += [v / norm for v in values]
        index += [row for row, _ in known]
        ends.append(len(index))
    return sp.csr_matrix((data, index, ends), shape=(len(terms), len(rows)))


def _linear(x: sp.csr_matrix, y: np.ndarray, c: float) -> tuple[np.ndarray, float]:
    if y.sum() < 2:
        return np.zeros(x.shape[1]), -6.0
    model = LogisticRegression(C=c, solver="liblinear", random_state=0, max_iter=1000)
    model.fit(x, y)
    return model.coef_[0], float(model.intercept_[0])


def _fit_all(x: sp.csr_matrix, y: np.ndarray, c: float) -> tuple[np.ndarray, np.ndarray]:
    """V×K weights and K biases, one logistic regression per decision."""
    found = joblib.Parallel(n_jobs=2, mmap_mode=None, max_nbytes=None)(
        joblib.delayed(_linear)(x, y[:, k], c) for k in range(y.shape[1])
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


def fit(corpus: Corpus, features: Features, settings: Settings, say: Say = lambda _: None) -> Fit:
    """Fit everything on all documents of `corpus`."""
    chosen = decisions(corpus.schema, settings.skip)
    flat: list[tuple[Document, Passage]] = [
        (document, passage)
        for document, passages in zip(corpus.documents, corpus.passages, strict=True)
        for passage in passages
    ]
    say(f"reading {len(corpus.documents)} documents, {len(flat)} passages")
    terms = [Counter(features.terms(p.span.of(d.text))) for d, p in flat]
    counts = np.array([len(p) for p in corpus.passages])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    whole = [
        sum(terms[s : s + n], Counter()) for s, n in zip(starts, counts, strict=True)
    ]
    story_of_passage = [s for s, n in zip(corpus.stories, counts, strict=True) for _ in range(n)]
    vocabulary = build_vocabulary(terms, story_of_passage, settings.least_stories)
    rows = {term: i for i, term in enumerate(vocabulary)}
    idf = inverse_frequency(terms, rows)
    x, xd = matrix(terms, rows, idf), matrix(whole, rows, idf)
    y = np.array([truth(corpus.schema, p.values, chosen) for _, p in flat])
    columns = {task.id: corpus.values(task.id) for task in corpus.schema.tasks if task.tier == 1}
    yd = np.array(
        [
            truth(corpus.schema, {name: column[i] for name, column in columns.items()}, chosen)
            for i in range(len(corpus.documents))
        ]
    )
    alone = np.array([not p.context for _, p in flat])
    fold = np.array(folds(corpus.stories, settings.n_folds))
    fold_p = np.repeat(fold, counts)
    scores, scores_d = np.zeros(y.shape), np.zeros(yd.shape)
    for f in range(settings.n_folds):
        say(f"fold {f + 1} of {settings.n_folds}: {len(chosen)} decisions, {len(vocabulary)} terms")
        train = (fold_p != f) & alone
        w, b = _fit_all(x[train], y[train], settings.c_passage)
        scores[fold_p == f] = x[fold_p == f] @ w + b
        w, b = _fit_all(xd[fold != f], yd[fold != f], settings.c_document)
        scores_d[fold == f] = xd[fold == f] @ w + b
    table = inputs_array(scores, starts, scores_d)
    probability = np.zeros(yd.shape)
    for k in range(len(chosen)):
        for f in range(settings.n_folds):
            weights = _logistic(table[fold != f, k], yd[fold != f, k])
            probability[fold == f, k] = _chances(table[fold == f, k], weights)
    say("fitting on all")
    w, b = _fit_all(x[alone], y[alone], settings.c_passage)
    wd, bd = _fit_all(xd, yd, settings.c_document)
    result = Fit(
        chosen, vocabulary, idf,
        np.round(w, settings.weight_decimals).astype(np.float32),
        np.round(wd, settings.weight_decimals).astype(np.float32),
        np.round(np.stack([b, bd]), settings.weight_decimals),
        np.stack([_logistic(table[:, k], yd[:, k]) for k in range(len(chosen))]),
        np.stack([_logistic(scores[:, k : k + 1], y[:, k]) for k in range(len(chosen))]),
        yd, probability,
    )  # fmt: skip
    result.thresholds = {
        f"{task}:{value}": dict(thresholds(yd[:, k], probability[:, k]))
        for k, (task, value) in enumerate(chosen)
    }
    return result


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
    masks, lexicon = lists.mask_lines(labels / "masks"), lists.lexicon_lines(labels / "lexicon.toml")
    features = Features(Masks(lists.lookup(masks)), Phrases(lists.lookup(lexicon)))
    result = fit(corpus, features, settings, say)
    examples = [
        label.examples[0]
        for task in corpus.schema.tasks
        if task.tier == 1
        for label in task.labels
        if label.examples
    ]
    rows = {term: i for i, term in enumerate(result.vocabulary)}
    x = matrix([Counter(features.terms(text)) for text in examples], rows, result.idf)
    scores = x @ result.passage.astype(np.float64) + result.bias[0]
    manifest = {
        "name": folder.name,
        "tcls": version("tcls"),
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
