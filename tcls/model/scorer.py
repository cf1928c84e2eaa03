"""Terms to scores, without scikit-learn.

score = Σ tf·idf·weight / ‖tf·idf‖ + bias, with tf = 1 + log(count): what
scikit-learn's TfidfVectorizer(sublinear_tf=True) and a linear model compute.
One document is scored with the standard library alone, because loading numpy
costs more than scoring it; many are scored with numpy in blocks. Both give the
same scores within 1e-9.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tcls.model.features import Features
from tcls.model.rollup import INPUTS, inputs, inputs_array, sigmoid
from tcls.model.store import Model
from tcls.text.masks import Masks
from tcls.text.phrases import Phrases

if TYPE_CHECKING:
    import numpy as np

#: Passages to a block of the numpy path: memory stays flat however many stream through.
BLOCK = 2_000


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one document: log-odds per passage (n×K) and of the document as a whole
    (K), the probabilities of the K decisions, and how many known terms it has."""

    passages: Sequence[Sequence[float]]
    document: Sequence[float]
    probabilities: Sequence[float]
    known: int


class Scorer:
    """Scores passages with the weights of one model folder."""

    def __init__(self, model: Model):
        self.model = model
        masks, lexicon = model.tables["masks"], model.tables["lexicon"]
        self.features = Features(Masks(masks.value), Phrases(lexicon.value))
        self.k = len(model.decisions)
        self._rows: dict[str, int] = {}
        self._idf = model.arrays["idf"].flat
        self._bias = model.arrays["bias"].flat
        self._rollup = model.arrays["rollup"].flat
        self._bulk: Any = None

    def row(self, term: str) -> int:
        """The row of a term in the vocabulary, or -1."""
        row = self._rows.get(term)
        if row is None:
            if len(self._rows) > 500_000:
                self._rows.clear()
            row = self._rows[term] = self.model.tables["vocabulary"].row(term)
        return row

    def counts(self, terms: Iterable[str]) -> Counter[int]:
        """How often each known term stands in `terms`, by row."""
        rows = Counter(map(self.row, terms))
        del rows[-1]
        return rows

    def weights(self, counts: Counter[int]) -> dict[int, float]:
        """The normalised tf·idf of each row: a vector of length 1, or empty."""
        idf, log = self._idf, math.log
        values = {row: (1 + log(n)) * idf[row] for row, n in sorted(counts.items())}
        norm = math.sqrt(math.fsum(v * v for v in values.values()))
        return {row: v / norm for row, v in values.items()} if norm else {}

    def _dot(self, name: str, counts: Counter[int]) -> list[float]:
        k = self.k
        flat = self.model.arrays[name].flat
        start = 0 if name == "passage" else k
        total = list(self._bias[start : start + k])
        for row, value in self.weights(counts).items():
            row *= k
            total = [t + value * w for t, w in zip(total, flat[row : row + k], strict=True)]
        return total

    def _probabilities(
        self, passages: Sequence[Sequence[float]], document: Sequence[float]
    ) -> list[float]:
        m = len(INPUTS) + 1
        found = []
        for k in range(self.k):
            *weights, intercept = self._rollup[k * m : (k + 1) * m]
            values = inputs([scores[k] for scores in passages], document[k])
            score = intercept + math.fsum(
                w * v for w, v in zip(weights, values, strict=True)
            )
            found.append(sigmoid(score))
        return found

    def score(self, passages: Sequence[str]) -> Scores:
        """Score one document given as its passages. Uses the standard library only."""
        per_passage = [self.counts(self.features.terms(text)) for text in passages]
        whole: Counter[int] = sum(per_passage, Counter())
        scores = [self._dot("passage", counts) for counts in per_passage]
        document = self._dot("document", whole)
        return Scores(scores, document, self._probabilities(scores, document), len(whole))

    def score_many(self, documents: Iterable[Sequence[str]]) -> Iterator[Scores]:
        """Score a stream of documents, each given as its passages, in order, with numpy.

        A document without passages gets the scores of an empty text.
        """
        if self._bulk is None:
            self._bulk = _Bulk(self)
        block: list[Sequence[str]] = []
        held = 0
        for passages in documents:
            block.append(passages or [""])
            held += len(block[-1])
            if held >= BLOCK:
                yield from self._bulk.scores(block)
                block, held = [], 0
        if block:
            yield from self._bulk.scores(block)


class _Bulk:
    """The numpy path of a Scorer: the same sums over a block of documents at once."""

    def __init__(self, scorer: Scorer):
        import numpy as np

        model = scorer.model
        self.scorer = scorer
        self.rows = {term: i for i, term in enumerate(model.tables["vocabulary"])}
        self.terms = scorer.features.terms
        self.arrays = {
            name: np.asarray(model.arrays[name].flat).reshape(model.arrays[name].shape)
            for name in ("idf", "passage", "document", "bias", "rollup")
        }

    def _sums(
        self, name: str, owner: "np.ndarray", row: "np.ndarray", count: "np.ndarray", n: int
    ) -> "np.ndarray":
        """n×K scores: tf·idf of (owner, row) pairs, normalised per owner, times the weights."""
        import numpy as np

        value = (1 + np.log(count)) * self.arrays["idf"][row]
        norm = np.sqrt(np.bincount(owner, value * value, n))
        value /= np.where(norm > 0, norm, 1)[owner]
        bias = self.arrays["bias"][0 if name == "passage" else 1]
        out = np.tile(bias, (n, 1))
        if len(row):
            starts = np.flatnonzero(np.diff(owner, prepend=-1))
            weighted = self.arrays[name][row] * value[:, None]
            out[owner[starts]] += np.add.reduceat(weighted, starts, axis=0)
        return out

    def scores(self, block: Sequence[Sequence[str]]) -> Iterator[Scores]:
        """Scores of the documents of one block."""
        import numpy as np

        rows = self.rows
        size = len(rows)
        keys: list[int] = []
        sizes = []
        passage = 0
        for passages in block:
            sizes.append(len(passages))
            for text in passages:
                base = passage * size
                keys += [base + rows[term] for term in self.terms(text) if term in rows]
                passage += 1
        pairs, count = np.unique(np.asarray(keys, dtype=np.int64), return_counts=True)
        owner, row = np.divmod(pairs, size)
        scores = self._sums("passage", owner, row, count, passage)
        document_of = np.repeat(np.arange(len(block)), sizes)
        merged, back = np.unique(document_of[owner] * size + row, return_inverse=True)
        whole = np.bincount(back, count, len(merged))
        owner, row = np.divmod(merged, size)
        documents = self._sums("document", owner, row, whole, len(block))
        known = np.bincount(owner, minlength=len(block))
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        table = inputs_array(scores, starts, documents)
        rollup = self.arrays["rollup"]
        logits = (table * rollup[None, :, :-1]).sum(axis=2) + rollup[None, :, -1]
        chances = 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
        for i, (start, n) in enumerate(zip(starts, sizes, strict=True)):
            yield Scores(
                scores[start : start + n].tolist(),
                documents[i].tolist(),
                chances[i].tolist(),
                int(known[i]),
            )
