"""Why a passage scored as it did: exact contributions of its terms, in place.

A linear score is a sum, so the contributions of the terms and the intercept add
up to it; nothing is approximated. Behind a gate (`tcls.model.gates`) two scores make one,
and the contributions to each count as much as that one moves with it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tcls.model.scorer import Scorer
from tcls.text.passages import Span, sentences
from tcls.text.tokens import token_spans, tokens


@dataclass(frozen=True, slots=True)
class Term:
    """A term where it stands. `weight` is its share of the passage's score, in log-odds."""

    span: Span
    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence of a document that speaks most for a label, the calibrated probability
    of the passage that holds it, and the terms of the sentence that weigh most. Of victim
    criminalisation and non-punishment it shows the measure or the principle; that the document
    speaks of compelled persons is shown by the evidence of forced criminality."""

    label: str
    span: Span
    text: str
    probability: float
    terms: tuple[Term, ...]


def contributions(
    scorer: Scorer, text: str, columns: Mapping[int, float], short: bool = False
) -> tuple[list[Term], float]:
    """Every known term of a passage with its contribution to the scores of `columns` (decisions
    and gates, each times the given factor), and that of the intercepts. `short`: whether the
    passage is of a short text.

    Of one column with the factor 1 their sum is the passage's score. Spans are relative to
    `text`; a term that stands several times shares its contribution evenly.
    """
    spans = token_spans(text)
    forms, at = scorer.features.masks.apply(tokens(text))
    ends = [*at[1:], len(spans)]
    located = list(scorer.features.located(forms))
    counts = scorer.counts(term for term, _, _ in located)
    values, lengths = scorer.weights(counts)
    flat, k, weighed = scorer.model.arrays["passage"].flat, scorer.width, scorer.weighed[short]
    found = []
    for term, first, last in located:
        row = scorer.row(term)
        if row >= 0:
            weight = math.fsum(
                flat[row * k + weighed[c]] * factor / lengths[scorer.sees[c]]
                for c, factor in columns.items()
            )
            share = values[row] * weight / counts[row]
            place = Span(spans[at[first]].start, spans[ends[last - 1] - 1].end)
            found.append(Term(place, term, share))
    bias = scorer.model.arrays["bias"].flat
    return found, math.fsum(bias[weighed[c]] * factor for c, factor in columns.items())


def best_sentence(
    scorer: Scorer, document: str, passage: Span, columns: Mapping[int, float], label: str,
    probability: float, short: bool = False, most_terms: int = 6,
) -> Evidence:  # fmt: skip
    """The sentence of `passage` whose terms contribute most to `columns`; `columns` and `short`
    as in `contributions`."""
    terms, _ = contributions(scorer, passage.of(document), columns, short)
    moved = [
        Term(Span(t.span.start + passage.start, t.span.end + passage.start), t.term, t.weight)
        for t in terms
    ]

    def inside(sentence: Span) -> list[Term]:
        return [t for t in moved if sentence.start <= t.span.start and t.span.end <= sentence.end]

    sentence = max(sentences(document, passage), key=lambda s: sum(t.weight for t in inside(s)))
    ranked = sorted(inside(sentence), key=lambda t: (-t.weight, t.span))
    chosen = tuple(t for t in ranked[:most_terms] if t.weight > 0)
    return Evidence(label, sentence, sentence.of(document), probability, chosen)
