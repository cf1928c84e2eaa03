"""Terms to scores, without scikit-learn.

score = Σ tf·idf·weight / sqrt(Σ (tf·idf)² + smoothing) + bias, tf = 1 + log(count):
scikit-learn's TfidfVectorizer(sublinear_tf=True) and a linear model, but for the
smoothing, which keeps texts of a few words from extreme scores. Columns that do not see the
words around measures have a length without them.
One document is scored with the standard library alone, because loading numpy
costs more than scoring it; many are scored with numpy in blocks. Both give the
same scores within 1e-9.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tcls.model.features import AROUND, Features, sees_around
from tcls.model.gates import joint, openings
from tcls.model.rollup import INPUTS, chances, inputs, sigmoid
from tcls.model.short import is_short, weight_columns
from tcls.model.store import Model
from tcls.text.masks import Masks
from tcls.text.phrases import Phrases

#: Characters to a block of the numpy path: memory stays flat however many stream through.
BLOCK = 500_000
#: What a document counts besides its characters: empty ones take memory too.
EACH = 250


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one document: log-odds per passage (n×(K+G)) and of the document as a whole
    (K+G), first of the K decisions, each where its gate is open, then of the G gates; the
    probabilities of the K decisions, how many known terms it has, and whether it was scored as a
    short text."""

    passages: Sequence[Sequence[float]]
    document: Sequence[float]
    probabilities: Sequence[float]
    known: int
    short: bool


class Scorer:
    """Scores passages with the weights of one model folder."""

    def __init__(self, model: Model):
        self.model = model
        masks, lexicon = model.tables["masks"], model.tables["lexicon"]
        settings = model.manifest["settings"]
        self.features = Features(
            Masks(masks.value), Phrases(lexicon.value), bool(settings["around"])
        )
        gates = model.gates
        self.openings = openings(model.decisions, gates)
        self.columns = len(model.decisions) + len(gates)
        self.sees = sees_around(model.decisions, len(gates), settings["around"])
        self.characters = int(settings["short_characters"])
        self.width = self.columns + len(model.own)
        #: The columns of weights of an ordinary text and of a short one.
        self.weighed = [weight_columns(self.columns, model.own, s) for s in (False, True)]
        self._rows: dict[str, int] = {}
        self._around: set[int] = set()
        self._idf = model.arrays["idf"].flat
        self._bias = model.arrays["bias"].flat
        self._rollup = model.arrays["rollup"].flat
        self._smoothing = float(settings["smoothing"])
        self._bulk: Any = None

    def row(self, term: str) -> int:
        """The row of a term in the vocabulary, or -1."""
        row = self._rows.get(term)
        if row is None:
            if len(self._rows) > 500_000:
                self._rows.clear()
            row = self._rows[term] = self.model.tables["vocabulary"].row(term)
            if AROUND in term:
                self._around.add(row)
        return row

    def counts(self, terms: Iterable[str]) -> Counter[int]:
        """How often each known term stands in `terms`, by row."""
        rows = Counter(map(self.row, terms))
        del rows[-1]
        return rows

    def weights(self, counts: Counter[int]) -> tuple[dict[int, float], tuple[float, ...]]:
        """The tf·idf of each row, and the smoothed lengths by which columns divide it that do
        not see the words around measures, and that do."""
        idf, log, around = self._idf, math.log, self._around
        values = {row: (1 + log(n)) * idf[row] for row, n in sorted(counts.items())}
        plain = math.fsum(v * v for row, v in values.items() if row not in around)
        whole = math.fsum(v * v for v in values.values())
        return values, tuple(math.sqrt(n + self._smoothing) or 1.0 for n in (plain, whole))

    def _dot(self, name: str, counts: Counter[int], short: bool) -> list[float]:
        k = self.width
        flat = self.model.arrays[name].flat
        start = 0 if name == "passage" else k
        values, lengths = self.weights(counts)
        total = [0.0] * k
        for row, value in values.items():
            row *= k
            total = [t + value * w for t, w in zip(total, flat[row : row + k], strict=True)]
        bias = self._bias[start : start + k]
        return [
            bias[c] + total[c] / lengths[sees]
            for c, sees in zip(self.weighed[short], self.sees, strict=True)
        ]

    def _probabilities(
        self, passages: Sequence[Sequence[float]], document: Sequence[float]
    ) -> list[float]:
        table = [inputs(*joint(passages, document, k, g)) for k, g in enumerate(self.openings)]
        near = chances(table)
        m = len(INPUTS) + len(near) + 1
        found = []
        for k, own in enumerate(table):
            *weights, intercept = self._rollup[k * m : (k + 1) * m]
            values = [*own, *near]
            score = intercept + math.fsum(w * v for w, v in zip(weights, values, strict=True))
            found.append(sigmoid(score))
        return found

    def score(self, passages: Sequence[str]) -> Scores:
        """Score one document given as its passages. Uses the standard library only."""
        per_passage = [self.counts(self.features.terms(text)) for text in passages]
        whole: Counter[int] = sum(per_passage, Counter())
        short = is_short(passages, self.characters)
        scores = [self._dot("passage", counts, short) for counts in per_passage]
        document = self._dot("document", whole, short)
        chances = self._probabilities(scores, document)
        return Scores(scores, document, chances, len(whole), short)

    def score_many(self, documents: Iterable[Sequence[str]]) -> Iterator[Scores]:
        """Score a stream of documents, each given as its passages, in order, with numpy.

        A document without passages gets the scores of an empty text.
        """
        from tcls.model.bulk import Bulk  # loads numpy

        if self._bulk is None:
            self._bulk = Bulk(self.model)
        block: list[Sequence[str]] = []
        held = 0
        for passages in documents:
            block.append(passages or [""])
            held += sum(map(len, passages)) + EACH
            if held >= BLOCK:
                yield from self._scored(block)
                block, held = [], 0
        if block:
            yield from self._scored(block)

    def _scored(self, block: Sequence[Sequence[str]]) -> Iterator[Scores]:
        for row in zip(*self._bulk.scores(block), strict=True):
            yield Scores(*row)
