"""Classifiers to compare with: all fitted on the same documents, judged on the same ones.

    majority   what most documents have                      keywords   the lexicon
    nb_svm     Naive Bayes-SVM (Wang & Manning 2012)          tfidf      TF-IDF of whole documents
    tcls       tcls, trained here                             shipped    the model as it ships
    fasttext, static, minilm   see `tcls.evaluation.peers`

All read a document as tcls does (passages without site furniture). What tcls does with its
scores is done with theirs: a logistic calibration and thresholds for the best F1, both on
out-of-fold scores by story, with the same weight of documents without a label; label
implications; an ordinal value from cumulative decisions. So what is compared is what they
make of words, not how well they were looked after.
"""

import shutil
import tempfile
import weakref
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import (
    CountVectorizer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from tcls.classifier import Classifier
from tcls.corpus.dataset import Corpus
from tcls.corpus.splits import folds
from tcls.evaluation.intervals import Array
from tcls.evaluation.metrics import Decision, extended
from tcls.evaluation.sample import decided, gold_table
from tcls.model import lists
from tcls.model.calibrate import FEWEST, best_f1
from tcls.model.examples import Settings, decisions
from tcls.model.features import Features
from tcls.model.train import train
from tcls.reading.document import Document
from tcls.schema import Schema, load_schema
from tcls.text.clean import furniture
from tcls.text.masks import Masks
from tcls.text.passages import passages
from tcls.text.phrases import Phrases
from tcls.text.tokens import tokens

#: Probabilities D×K and decisions D×K (0/1).
Answer = tuple[Array, Array]
#: Probabilities are given with as many decimals as tcls gives.
DECIMALS = 4
#: What stands for "no" where too few documents have a label to learn it.
_NEVER = -6.0
#: Lexicon classes that decide where the class is not simply the name of the value.
_RULES = {
    ("forced_criminality", "possible"): ("<fc:named>", "<fc:captive>", "<fc:compel>", "<fc:place>"),
    ("forced_criminality", "present"): ("<fc:named>", "<fc:captive>", "<fc:compel>"),
    ("victim_criminalisation", "possible"): ("<vc:named>",),
    ("victim_criminalisation", "present"): ("<vc:named>",),
}
_FAMILIES = {"scam_type": ("name", "told"), "non_punishment": ("np",)}


def pieces(document: Document) -> list[str]:
    """A document as its passages, without site furniture; at least one."""
    text = document.text
    return [span.of(text) for span in passages(text, furniture(text))] or [""]


def golds(corpus: Corpus, chosen: Sequence[Decision]) -> list[dict[str, Any]]:
    """The value of each task that has decisions, for each document, rolled up from passages."""
    tasks = list(dict.fromkeys(task for task, _ in chosen))
    columns = [corpus.values(task) for task in tasks]
    return [dict(zip(tasks, row, strict=True)) for row in zip(*columns, strict=True)]


def truth_of(corpus: Corpus, chosen: Sequence[Decision]) -> Array:
    """D×K of 0/1: the coded decisions of each document."""
    return gold_table(corpus.schema, chosen, golds(corpus, chosen))


def coherent(schema: Schema, chosen: Sequence[Decision], probability: Array) -> Array:
    """Probabilities D×K made to fit each other: "this or higher" is no likelier than "the one
    below or higher", a value implied by another no less likely than that one."""
    table = probability.copy()
    column = {decision: k for k, decision in enumerate(chosen)}
    for (name, value), k in column.items():
        task = schema.task(name)
        if task.kind == "ordinal":
            below = column.get((name, task.values[task.values.index(value) - 1]))
            if below is not None:
                table[:, k] = np.minimum(table[:, k], table[:, below])
            continue
        for implied in task.label(value).implies:
            if (name, implied) in column:
                parent = column[name, implied]
                table[:, parent] = np.maximum(table[:, parent], table[:, k])
    return np.round(table, DECIMALS)


def decide(schema: Schema, chosen: Sequence[Decision], probability: Array, at: Array) -> Array:
    """Decisions D×K (0/1) from coherent probabilities and K thresholds: of an ordinal task
    the highest value that is reached and all below it, of others what is reached, made whole."""
    reached = (probability >= at).astype(np.float64)
    for name in dict.fromkeys(task for task, _ in chosen):
        task = schema.task(name)
        columns = [k for k, (other, _) in enumerate(chosen) if other == name]
        if task.kind == "ordinal":
            upwards = reached[:, columns[::-1]]
            reached[:, columns] = np.maximum.accumulate(upwards, axis=1)[:, ::-1]
        else:
            values = [chosen[k][1] for k in columns]
            reached[:, columns] = extended(task, values, reached[:, columns])
    return reached


class System(ABC):
    """A classifier that can be fitted on a corpus and judges documents."""

    #: What its parameters are, where they are not the usual ones: for signatures.
    signature = ""

    def __init__(self, root: Path):
        self.root = root
        self.schema = load_schema()
        self.decisions = decisions(self.schema, Settings().skip)
        self.thresholds = np.full(len(self.decisions), 0.5)

    @abstractmethod
    def fit(self, corpus: Corpus) -> None:
        """Learn from the documents of `corpus`, thresholds too."""

    @abstractmethod
    def probabilities(self, documents: Sequence[Document]) -> Array:
        """D×K probabilities."""

    def answer(self, documents: Sequence[Document]) -> Answer:
        """Coherent probabilities and decisions, both D×K."""
        probability = coherent(self.schema, self.decisions, self.probabilities(documents))
        return probability, decide(self.schema, self.decisions, probability, self.thresholds)


class Majority(System):
    """Every document gets what most documents have."""

    def fit(self, corpus: Corpus) -> None:
        """Count."""
        self.share = truth_of(corpus, self.decisions).mean(axis=0)

    def probabilities(self, documents: Sequence[Document]) -> Array:
        """The shares of the corpus, whatever the document."""
        return np.tile(self.share, (len(documents), 1))


class Learner(System):
    """A classifier with scores: fitted fold by fold for calibration and thresholds, then
    once on all."""

    calibrated = True

    @abstractmethod
    def learn(self, corpus: Corpus, truth: Array) -> None:
        """Fit on all documents of `corpus`; `truth` is D×K."""

    @abstractmethod
    def scores(self, documents: Sequence[Document]) -> Array:
        """D×K scores, higher is likelier; probabilities where not `calibrated`."""

    def fit(self, corpus: Corpus) -> None:
        """Out-of-fold scores by story, calibration and thresholds from them, then the rest."""
        truth = truth_of(corpus, self.decisions)
        fold = np.array(folds(corpus.stories))
        scores = np.zeros(truth.shape)
        for f in np.unique(fold).tolist():
            rest, held = fold != f, np.flatnonzero(fold == f)
            self.learn(corpus.subset(rest.tolist()), truth[rest])
            scores[held] = self.scores([corpus.documents[i] for i in held.tolist()])
        negative = Settings().negative_weight
        self.scale = np.array(
            [_platt(x, y, negative) for x, y in zip(scores.T, truth.T, strict=True)]
        )
        chance = self._chances(scores)
        pairs = zip(truth.T, chance.T, strict=True)
        self.thresholds = np.array(
            [best_f1(y, p, negative)[0] if y.sum() >= FEWEST else 0.5 for y, p in pairs]
        )
        self.learn(corpus, truth)

    def _chances(self, scores: Array) -> Array:
        if not self.calibrated:
            return scores
        logits = scores * self.scale[:, 0] + self.scale[:, 1]
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -700, 700))))

    def probabilities(self, documents: Sequence[Document]) -> Array:
        """Calibrated scores."""
        return self._chances(self.scores(documents))


def _platt(score: Array, truth: Array, negative: float) -> tuple[float, float]:
    """Slope and intercept from scores to log-odds (Platt 1999), where a 0 counts `negative`
    times; never where too few are true."""
    if not 2 <= truth.sum() <= len(truth) - 2:
        return 0.0, _NEVER if truth.mean() < 0.5 else -_NEVER
    weight = np.where(truth == 1, 1.0, negative)
    model = LogisticRegression(C=1.0, max_iter=1000)
    fitted = model.fit(score[:, None], truth, sample_weight=weight)
    return round(float(fitted.coef_[0, 0]), 6), round(float(fitted.intercept_[0]), 6)


def one_by_one(model: Any, x: Any, truth: Array) -> tuple[Array, Array]:
    """Weights V×K and K biases: `model` fitted anew for every column of `truth`."""
    weights = np.zeros((x.shape[1], truth.shape[1]))
    bias = np.full(truth.shape[1], _NEVER)
    for k, y in enumerate(truth.T):
        if 2 <= y.sum() <= len(y) - 2:
            model.fit(x, y)
            weights[:, k], bias[k] = model.coef_[0], model.intercept_[0]
    return weights, bias


class Keywords(Learner):
    """Phrases of labels/lexicon.toml, with their word boundaries and vetoes, outside standing
    lines. The probability is n / (n + 1) for n phrases; only the thresholds are learnt."""

    calibrated = False

    def __init__(self, root: Path):
        super().__init__(root)
        labels = root / "labels"
        self.features = Features(
            Masks(lists.lookup(lists.mask_lines(labels / "masks"))),
            Phrases(lists.lookup(lists.lexicon_lines(labels / "lexicon.toml"))),
        )
        self.rules = [
            _RULES.get((task, value)) or [f"<{family}:{value}>" for family in _FAMILIES[task]]
            for task, value in self.decisions
        ]

    def learn(self, corpus: Corpus, truth: Array) -> None:
        """Nothing to learn."""

    def scores(self, documents: Sequence[Document]) -> Array:
        """n / (n + 1) for n matches of the classes of each decision."""
        rows = []
        for document in documents:
            found = Counter(
                term
                for text in pieces(document)
                for term, _, _ in self.features.classes(self.features.masks.apply(tokens(text))[0])
            )
            n = np.array([sum(found[term] for term in rule) for rule in self.rules])
            rows.append(n / (n + 1))
        return np.array(rows, dtype=np.float64).reshape(len(documents), len(self.rules))


class Tfidf(Learner):
    """Logistic regression on TF-IDF of word 1-2-grams of whole documents."""

    def learn(self, corpus: Corpus, truth: Array) -> None:
        """Fit vocabulary and weights."""
        self.vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        x = self.vectors.fit_transform(["\n".join(pieces(d)) for d in corpus.documents])
        model = LogisticRegression(C=10.0, solver="liblinear", random_state=0, max_iter=1000)
        self.weights, self.bias = one_by_one(model, x, truth)

    def scores(self, documents: Sequence[Document]) -> Array:
        """Log-odds."""
        x = self.vectors.transform(["\n".join(pieces(d)) for d in documents])
        return np.asarray(x @ self.weights + self.bias)


class NaiveBayesSvm(Learner):
    """NBSVM-bi of Wang & Manning 2012: presence of word 1-2-grams, scaled by naive Bayes
    log-count ratios (α = 1), a linear SVM (C = 1), interpolated with β = 0.25."""

    def learn(self, corpus: Corpus, truth: Array) -> None:
        """Fit vocabulary, ratios and weights."""
        self.vectors = CountVectorizer(ngram_range=(1, 2), binary=True, dtype=np.float64)
        x = self.vectors.fit_transform(["\n".join(pieces(d)) for d in corpus.documents])
        self.weights = np.zeros((x.shape[1], truth.shape[1]))
        self.bias = np.full(truth.shape[1], _NEVER)
        for k, y in enumerate(truth.T):
            with_it, without = 1 + x.T @ y, 1 + x.T @ (1 - y)
            ratio = np.log(with_it / with_it.sum()) - np.log(without / without.sum())
            model = LinearSVC(C=1.0, random_state=0, max_iter=5000)
            w, b = one_by_one(model, x.multiply(ratio).tocsr(), y[:, None])
            mixed = 0.75 * np.abs(w).mean() + 0.25 * w[:, 0]
            self.weights[:, k], self.bias[k] = ratio * mixed, b[0]

    def scores(self, documents: Sequence[Document]) -> Array:
        """Distances from the separating planes."""
        x = self.vectors.transform(["\n".join(pieces(d)) for d in documents])
        return np.asarray(x @ self.weights + self.bias)


class Shipped(System):
    """The model as it ships in `root`/models/default; fitting does nothing."""

    def __init__(self, root: Path):
        super().__init__(root)
        self.classifier = Classifier.load(root / "models" / "default")
        self.signature = self.classifier.model

    def fit(self, corpus: Corpus) -> None:
        """It is fitted."""

    def probabilities(self, documents: Sequence[Document]) -> Array:
        """What the prediction records say."""
        return self.answer(documents)[0]

    def answer(self, documents: Sequence[Document]) -> Answer:
        """Probabilities and decisions as the classifier gives them; an abstention is a "no"."""
        found = self.classifier.predict_many(documents, evidence=False)
        probability, chosen, _ = decided(self.schema, self.decisions, found)
        return probability, chosen


class Tcls(Shipped):
    """tcls itself, trained on the corpus it is given."""

    def __init__(self, root: Path, settings: Mapping[str, Any] | None = None):
        System.__init__(self, root)
        self.settings = Settings(**(settings or {}))
        self.signature = ",".join(f"{k}={v}" for k, v in sorted((settings or {}).items()))

    def fit(self, corpus: Corpus) -> None:
        """Train into a temporary folder, which goes when the system goes."""
        folder = Path(tempfile.mkdtemp(prefix="tcls-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        train(corpus, self.root / "labels", folder, self.settings)
        self.classifier = Classifier.load(folder)
