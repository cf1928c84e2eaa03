"""A document's text to its passages and sentences.

A passage is a paragraph: the headline, a block between blank lines whose lines are
broken at a fixed width, a line of a dump that has one paragraph to a line.
Paragraphs of more than five sentences are cut into pieces of about four, so that
a text without paragraphs is still judged piece by piece.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range [start, end) in code points of a text as read."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The slice of `text` at this span."""
        return text[self.start : self.end]


_LINE = re.compile(r"[^\n]+")
_END = re.compile(r"[.!?\u2026][\"'\u2019\u201d)\]]*$")
_STOPS = re.compile(r"[.!?\u2026](?=\s)")
_MOST_SENTENCES = 5
_PIECE = 4
#: No passage is longer: a text without stops is cut at white space, a word as long as this inside.
_MOST_CHARACTERS = 5000
#: Lines are taken as broken at a fixed width up to this many characters, when more than this
#: share of them is full.
_WIDEST, _FILLED = 100, 0.75
#: So many sentences must go on in the next line for a text to be taken as wrapped and set double.
_SEVERAL = 3


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def lines(text: str) -> list[Span]:
    """The lines of `text` that hold more than white space, trimmed."""
    spans = (_trim(text, m.start(), m.end()) for m in _LINE.finditer(text))
    return [span for span in spans if span.end > span.start]


def _goes_on(text: str, upper: Span, lower: Span) -> bool:
    """Whether a sentence goes on: the upper line has no ending, the lower begins small."""
    return text[lower.start].islower() and not _END.search(upper.of(text))


def _neighbours(text: str, found: list[Span]) -> list[tuple[Span, Span]]:
    """The lines that stand next to one another: without a blank line between; or with one, where
    a wrapped text is set double, as mails come out of converters: never without, all lines
    short, and sentences that go on over several of them."""
    pairs = list(pairwise(found))
    double = (
        all(text.count("\n", a.end, b.start) > 1 for a, b in pairs)
        and all(line.end - line.start <= _WIDEST for line in found)
        and sum(_goes_on(text, a, b) for a, b in pairs) >= _SEVERAL
    )
    return [(a, b) for a, b in pairs if text.count("\n", a.end, b.start) == 1 + double]


def _full(text: str, upper: Span, lower: Span, width: int) -> bool:
    """Whether the first word of the lower line would not have fitted on the upper one."""
    word = lower.of(text).split(None, 1)[0]
    return upper.end - upper.start + 1 + len(word) > width


def _width(text: str, pairs: list[tuple[Span, Span]]) -> int:
    """The fixed width at which the lines of a text are broken, 0 when they are not: nearly
    every line of some length that has a neighbour below was filled as far as it went."""
    width = max((line.end - line.start for pair in pairs for line in pair), default=0)
    if width > _WIDEST:
        return 0
    full = [_full(text, a, b, width) for a, b in pairs if 2 * (a.end - a.start) > width]
    return width if sum(full) > max(2, _FILLED * len(full)) else 0


def _wrapped(text: str, upper: Span, lower: Span, width: int) -> bool:
    """Whether two neighbouring lines are one paragraph: broken by the fixed width of the text,
    or inside a sentence (the upper has no ending, the lower goes on in small letters)."""
    if width and _full(text, upper, lower, width):
        return True
    return _goes_on(text, upper, lower)


def paragraphs(text: str, without: Iterable[Span] = ()) -> list[Span]:
    """The paragraphs of `text`, in order, leaving out the lines in `without`."""
    left_out = set(without)
    found = lines(text)
    near = _neighbours(text, found)
    width = _width(text, near)
    one = {lower for upper, lower in near if _wrapped(text, upper, lower, width)}
    merged: list[Span] = []
    previous: Span | None = None
    for line in found:
        if line in left_out:
            previous = None
            continue
        if previous is not None and line in one:
            merged[-1] = Span(merged[-1].start, line.end)
        else:
            merged.append(line)
        previous = line
    return merged


def sentences(text: str, span: Span) -> list[Span]:
    """The sentences of the passage at `span`; they cover all of its words."""
    passage = span.of(text)
    if not _STOPS.search(passage):
        return [span]
    from sentencex import segment  # loaded only for passages of more than one sentence

    found: list[Span] = []
    at = 0
    for sentence in segment("en", passage):
        piece = sentence.strip()
        start = passage.find(piece, at) if piece else -1
        if start >= 0:
            found.append(Span(span.start + start, span.start + start + len(piece)))
            at = start + len(piece)
    return found or [span]


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """The span, cut where it is longer than a passage may be."""
    start, end = span
    while end - start > _MOST_CHARACTERS:
        cut = start + _MOST_CHARACTERS
        at = text.rfind(" ", start + 1, cut)
        piece = _trim(text, start, at if at > 0 else cut)
        yield piece
        start = _trim(text, piece.end, end).start
    yield Span(start, end)


def passages(text: str, without: Iterable[Span] = ()) -> list[Span]:
    """The passages of `text`, in order: paragraphs, long ones cut at sentence ends.

    `without` are lines to leave out, as `tcls.text.clean.furniture` finds them.
    """
    found: list[Span] = []
    for paragraph in paragraphs(text, without):
        if len(_STOPS.findall(paragraph.of(text))) < _MOST_SENTENCES:
            found.extend(_pieces(text, paragraph))
            continue
        parts = sentences(text, paragraph)
        pieces = max(1, round(len(parts) / _PIECE)) if len(parts) > _MOST_SENTENCES else 1
        size = -(-len(parts) // pieces)
        for i in range(0, len(parts), size):
            chunk = parts[i : i + size]
            found.extend(_pieces(text, Span(chunk[0].start, chunk[-1].end)))
    return found
