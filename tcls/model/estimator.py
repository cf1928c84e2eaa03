"""The terms and the linear model of tcls for labels of your own, as scikit-learn has it.

from tcls.model.estimator import TextClassifier

own = TextClassifier().fit(texts, labels)
own.predict_proba(["…"])
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted

from tcls.model.features import Features
from tcls.model.scorer import Scorer
from tcls.model.store import open_model
from tcls.model.train import fit_all
from tcls.model.vocabulary import build_vocabulary, inverse_frequency, matrix, proper_names


def _strings(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise ValueError("one string; expected several, in a list")
    found = list(texts)
    for i, text in enumerate(found):
        if not isinstance(text, str):
            raise ValueError(f"text {i} is a {type(text).__name__}; expected strings")
    return found


def _check_told_apart(classes: np.ndarray, table: np.ndarray) -> None:
    """Raise ValueError for a class of the n×K `table` that would not be learnt (`fit_all`)."""
    there = table.sum(axis=0)
    for counts, what in ((there, "with"), (len(table) - there, "without")):
        for name, n in zip(classes.tolist(), counts, strict=True):
            if n < 2:
                raise ValueError(
                    f"class {name!r}: texts {what} it: {n:g}; expected two or more: give more, "
                    "or leave the class out"
                )


class TextClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A linear classifier over the masked terms that tcls reads from a text, but for the words
    around measures.

    Countries, nationalities, listed names and numbers are masked before any term is made, and
    other proper names enter no vocabulary, so no label can hang on them. A text is one
    passage: cut long documents first (`tcls.text.passages`) when single passages bear the
    label. One logistic regression per class; the probabilities of more than two exclusive
    classes are scaled to sum to 1.

    `c` is the inverse regularisation strength, `least_documents` the fewest texts that a term
    must stand in, `model` the folder whose masks and lexicon are used (None: the shipped one);
    `smoothing` and `ratio` as in `tcls.model.examples.Settings`. Fitted, `coef_` is V×K, terms
    by classes (of two classes, the second).
    """

    def __init__(
        self, c: float = 32.0, least_documents: int = 1, smoothing: float = 500.0,
        ratio: float = 0.5, model: str | None = None,
    ):  # fmt: skip
        self.c = c
        self.least_documents = least_documents
        self.smoothing = smoothing
        self.ratio = ratio
        self.model = model

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        tags.classifier_tags.multi_label = True
        return tags

    def _features(self) -> Features:
        # Words around measures are of use where who is sanctioned matters, and not known to be
        # of use elsewhere.
        of_model = Scorer(open_model(Path(self.model) if self.model else None)).features
        return Features(of_model.masks, of_model.phrases)

    def _matrix(self, terms: list[Counter[str]]) -> sp.csr_matrix:
        return matrix(terms, self.vocabulary_, self.idf_, self.smoothing)

    def fit(self, X: Iterable[str], y: Any) -> Self:
        """Learn from n texts and their n labels, or n×K zeros and ones (several labels each).

        Raises ValueError when texts and labels do not fit each other, when there is but one
        class, when fewer than two texts have a class or, of several labels, lack one, or when
        no term stands in `least_documents` texts.
        """
        texts = _strings(X)
        features = self._features()
        terms = [Counter(features.terms(text)) for text in texts]
        truth = np.asarray(y)
        truth = truth[:, 0] if truth.ndim == 2 and truth.shape[1] == 1 else truth
        if len(truth) != len(terms):
            raise ValueError(f"{len(terms)} texts but {len(truth)} labels; expected as many")
        check_classification_targets(truth)
        self.multilabel_ = type_of_target(truth) == "multilabel-indicator"
        if self.multilabel_:
            self.classes_ = np.arange(truth.shape[1])
            table = truth.astype(float)
            _check_told_apart(self.classes_, table)
        else:
            self.classes_, code = np.unique(truth, return_inverse=True)
            if len(self.classes_) < 2:
                raise ValueError(f"all labels are {self.classes_.tolist()}; expected two classes")
            table = np.eye(len(self.classes_))[code]
            _check_told_apart(self.classes_, table)
            table = table[:, 1:] if len(self.classes_) == 2 else table
        ids = [str(i) for i in range(len(terms))]
        names = proper_names(features, texts)
        vocabulary = build_vocabulary(terms, ids, self.least_documents, names, features.stem)
        if not vocabulary:
            raise ValueError(f"no term stands in {self.least_documents} texts; give more texts")
        self.vocabulary_ = {term: i for i, term in enumerate(vocabulary)}
        self.idf_ = inverse_frequency(terms, self.vocabulary_)
        powers = [(self.ratio,)] * table.shape[1]
        weight = np.ones(len(table))
        self.coef_, self.intercept_ = fit_all(self._matrix(terms), table, weight, self.c, powers)
        return self

    def decision_function(self, X: Iterable[str]) -> np.ndarray:
        """Log-odds: n for two classes (of the second), n×K otherwise."""
        check_is_fitted(self)
        features = self._features()
        terms = [Counter(features.terms(text)) for text in _strings(X)]
        score: np.ndarray = self._matrix(terms) @ self.coef_ + self.intercept_
        return score if self.multilabel_ or len(self.classes_) > 2 else score[:, 0]

    def predict_proba(self, X: Iterable[str]) -> np.ndarray:
        """n×K probabilities, by class; of exclusive classes they sum to 1."""
        chance = 1 / (1 + np.exp(-np.clip(self.decision_function(X), -700, 700)))
        if self.multilabel_:
            return np.asarray(chance)
        if chance.ndim == 1:
            return np.stack([1 - chance, chance], axis=1)
        return np.asarray(chance / chance.sum(axis=1, keepdims=True))

    def predict(self, X: Iterable[str]) -> np.ndarray:
        """The likeliest class of each text; n×K zeros and ones where several may hold."""
        chance = self.predict_proba(X)
        if self.multilabel_:
            return (chance >= 0.5).astype(int)
        return np.asarray(self.classes_[chance.argmax(axis=1)])
