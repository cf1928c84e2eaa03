"""Predictions as a table for people, with the words that decided picked out."""

import textwrap
from collections.abc import Iterable, Iterator

from tcls.classifier import Judgement, Prediction
from tcls.model.evidence import Evidence
from tcls.model.precision import Measured

_BOLD, _DIM, _MARK, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[1;33m", "\x1b[0m"
_COLOURS = {"present": "\x1b[1;31m", "possible": "\x1b[1;33m", "absent": "\x1b[2m"}
_REASONS = {
    "no_text": "there is no text in it",
    "too_short": "too few words to judge",
    "unsupported_language": "not in English",
    "no_known_features": "no words that the model knows",
    "uncertain_language": "perhaps not in English",
    "mixed_language": "part of it is not in English and was not understood",
    "truncated": "only the beginning was read",
    "broken_encoding": "some bytes could not be decoded",
}


def printable(text: str) -> str:
    """Text that cannot steer a terminal: control, escape and bidirectional marks become spaces."""
    return "".join(c if c.isprintable() else " " for c in text)


class Style:
    """Wraps text in colours, or leaves it alone."""

    def __init__(self, colour: bool):
        self.colour = colour

    def __call__(self, code: str, text: str) -> str:
        return f"{code}{text}{_OFF}" if self.colour else text


def _measured(found: Measured) -> str:
    share, low, high = (round(100 * x) for x in (found.right, found.low, found.high))
    return f"of {found.n} scored like this {share} % right [{low}–{high}]"


def _answer(task: Judgement, style: Style) -> Iterator[str]:
    """The answer to a task, with how often such an answer was right where that is known: one
    line, or a line for each value when there is something to tell of them."""
    if task.kind == "ordinal":
        value = task.value or ""
        shown = style(_COLOURS.get(value, _BOLD), f"{value:<9}")
        told = ""
        if value in task.measured:
            # the decision, and what was measured of it, is "this or a higher value"
            values = list(task.probabilities)
            up = values[values.index(value) :]
            more = f"or more {task.chance(*up):.2f}; " if len(up) > 1 else ""
            told = style(_DIM, f"  ({more}{_measured(task.measured[value])})")
        lowest, *higher = task.probabilities
        if value == lowest and task.screen:  # a bare "absent" would hide what may be there
            rest = f"{' or '.join(higher)} {task.chance(*higher):.2f}"
            told = style(_DIM, f"  (a human should look: {rest})")
        yield f"{shown} {task.chance(value):.2f}{told}"
        return
    if not task.values:
        yield style(_DIM, "none")
        return
    shares = {v: f"{style(_BOLD, v)} {task.chance(v):.2f}" for v in task.values}
    if not task.measured:
        yield ", ".join(shares.values())
        return
    for value, share in shares.items():
        found = task.measured.get(value)
        yield share + (style(_DIM, f"  ({_measured(found)})") if found else "")


def _quote(item: Evidence, width: int, style: Style) -> Iterator[str]:
    """The sentence, wrapped, its weightiest terms marked."""
    text = printable(item.text)
    marked = [False] * len(text)
    for term in item.terms:
        for i in range(term.span.start - item.span.start, term.span.end - item.span.start):
            if 0 <= i < len(text):
                marked[i] = True
    lead = f"      {item.label} {item.probability:.2f}  "
    at = 0
    for n, line in enumerate(textwrap.wrap(text, max(30, width - len(lead)))):
        start = text.find(line[:1], at) if line else at
        shown, i = "", start
        for c in line:
            while i < len(text) and text[i] != c:
                i += 1
            shown += style(_MARK, c) if i < len(text) and marked[i] else c
            i += 1
        at = i
        yield (lead if not n else " " * len(lead)) + shown.replace(f"{_OFF}{_MARK}", "")


def as_table(
    predictions: Iterable[Prediction], colour: bool = False, width: int = 100
) -> Iterator[str]:
    """Lines of a report per document: every task, its answer and probability, the evidence."""
    style = Style(colour)
    for prediction in predictions:
        yield style(_BOLD, printable(prediction.id)) + style(
            _DIM, f"  {prediction.language.code}, {prediction.source['characters']} characters"
        )
        why = "; ".join(_REASONS.get(reason, reason) for reason in prediction.reasons)
        if prediction.status == "abstained":
            yield f"  not judged: {why}. This is not a “no”."
            yield ""
            continue
        if why:
            yield f"  judged in part: {why}"
        for name, task in prediction.tasks.items():
            for n, line in enumerate(_answer(task, style)):
                yield f"  {'' if n else name.replace('_', ' '):<24}{line}"
            for item in task.evidence:
                yield from _quote(item, width, style)
        yield ""
