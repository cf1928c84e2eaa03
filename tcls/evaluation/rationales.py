"""Whether the evidence shown is the evidence there is: against human rationales, and
against the model itself. Measures of the ERASER benchmark (DeYoung et al. 2020).

Each function is of one label of one document; average the results over documents with
`tcls.evaluation.metrics.mean` and a story-level interval.
"""

from collections.abc import Callable, Iterable, Sequence

from tcls.text.passages import Span
from tcls.text.tokens import token_spans

Probability = Callable[[str], float]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same stretch of text as disjoint spans, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def covered(text: str, spans: Iterable[Span]) -> set[int]:
    """The numbers of the tokens of `text` that `spans` touch. Line ends are not tokens."""
    pieces = merged(spans)
    return {
        i
        for i, token in enumerate(token_spans(text))
        if token.of(text) != "\n"
        and any(p.start < token.end and token.start < p.end for p in pieces)
    }


def token_f1(text: str, gold: Iterable[Span], found: Iterable[Span]) -> float:
    """F1 of the tokens in `found` against those in `gold`. NaN when both hold none."""
    wanted, given = covered(text, gold), covered(text, found)
    total = len(wanted) + len(given)
    return 2 * len(wanted & given) / total if total else float("nan")


def token_iou(text: str, gold: Iterable[Span], found: Iterable[Span]) -> float:
    """Tokens in both over tokens in either. NaN when both hold none."""
    wanted, given = covered(text, gold), covered(text, found)
    either = wanted | given
    return len(wanted & given) / len(either) if either else float("nan")


def span_f1(text: str, gold: Sequence[Span], found: Sequence[Span], least: float = 0.5) -> float:
    """F1 of whole spans: a span is matched when its token IoU with one of the other side is
    at least `least` (ERASER's "IOU F1"). NaN when there are none on either side."""
    if not gold and not found:
        return float("nan")
    precise = sum(any(token_iou(text, [g], [s]) >= least for g in gold) for s in found)
    recalled = sum(any(token_iou(text, [g], [s]) >= least for s in found) for g in gold)
    if not precise or not recalled:
        return 0.0
    p, r = precise / len(found), recalled / len(gold)
    return 2 * p * r / (p + r)


def only(text: str, spans: Iterable[Span]) -> str:
    """What stands in `spans`, piece by piece, as paragraphs of their own."""
    return "\n\n".join(span.of(text) for span in merged(spans))


def without(text: str, spans: Iterable[Span]) -> str:
    """`text` with a space in place of each span."""
    kept, at = [], 0
    for span in merged(spans):
        kept.append(text[at : span.start])
        at = span.end
    return " ".join([*kept, text[at:]])


def sufficiency(text: str, found: Sequence[Span], probability: Probability) -> float:
    """P(label | text) − P(label | evidence alone). Near 0 or below: the evidence is enough."""
    return probability(text) - probability(only(text, found))


def comprehensiveness(text: str, found: Sequence[Span], probability: Probability) -> float:
    """P(label | text) − P(label | text without the evidence). High: nothing was left out."""
    return probability(text) - probability(without(text, found))
