"""Seed phrases: patterns of words, and where they stand in a sequence of forms.

A pattern is a row of positions split by spaces; `a|b` in a position are
alternatives, a position that ends in `?` may be left out. There are no other
wildcards, so a pattern stands for a finite list of phrases and matching is
linear in the text.
"""

import itertools
from collections.abc import Callable, Iterable
from typing import NamedTuple

#: No pattern has more positions, or more positions that may be left out.
MOST_POSITIONS, MOST_OPTIONAL = 8, 4


class Match(NamedTuple):
    """Forms [start, end) of a sequence belong to `cls`, a class of the lexicon."""

    cls: str
    start: int
    end: int


class Row(NamedTuple):
    """A pattern without optional positions: its class, whether it forbids the class inside
    the phrase, its length, the second position's alternatives, and those of the rest."""

    cls: str
    forbids: bool
    length: int
    second: frozenset[str]
    rest: tuple[frozenset[str], ...]


def variants(pattern: str) -> list[str]:
    """A pattern as patterns without optional positions.

    Raises ValueError for an empty pattern and for one that is too long.

    >>> variants("love|romance scam online?")
    ['love|romance scam online', 'love|romance scam']
    """
    positions = pattern.split()
    optional = [position.endswith("?") for position in positions]
    if len(positions) > MOST_POSITIONS or sum(optional) > MOST_OPTIONAL:
        raise ValueError(
            f"pattern {pattern!r}: at most {MOST_POSITIONS} positions, {MOST_OPTIONAL} optional"
        )
    choices = [
        (position.rstrip("?"), "") if may else (position,)
        for position, may in zip(positions, optional, strict=True)
    ]
    rows = [" ".join(w for w in words if w) for words in itertools.product(*choices)]
    if not all(rows):
        raise ValueError(f"pattern {pattern!r} may be empty")
    return rows


#: A lexicon as a function. For a word: the numbers of the rows whose first position holds
#: it, split by spaces. For "#" and a number: the class and the positions of that row.
Lookup = Callable[[str], str]


class Phrases:
    """Finds the phrases of a lexicon in sequences of forms."""

    def __init__(self, lookup: Lookup):
        self._lookup = lookup
        self._rows: dict[str, Row] = {}
        self._first: dict[str, tuple[Row, ...]] = {}
        self._pairs: dict[tuple[str, str], tuple[Row, ...]] = {}

    def _row(self, number: str) -> Row:
        row = self._rows.get(number)
        if row is None:
            cls, _, *others = self._lookup("#" + number).split(" ")
            second, *rest = [frozenset(p.split("|")) for p in others] or [frozenset()]
            row = Row(cls.removeprefix("!"), cls[0] == "!", 1 + len(others), second, tuple(rest))
            self._rows[number] = row
        return row

    def begins(self, form: str) -> bool:
        """Whether a phrase can begin with `form`."""
        return bool(self._begin(form))

    def _begin(self, form: str) -> tuple[Row, ...]:
        """The rows that begin with `form`, longest first."""
        rows = self._first.get(form)
        if rows is None:
            if len(self._first) > 200_000:
                self._first.clear()
            every = map(self._row, self._lookup(form).split())
            rows = self._first[form] = tuple(sorted(every, key=lambda row: -row.length))
        return rows

    def begin_two(self, form: str, following: str) -> tuple[Row, ...]:
        """The rows that begin with these two forms or are the first alone, longest first."""
        rows = self._pairs.get((form, following))
        if rows is None:
            if len(self._pairs) > 500_000:
                self._pairs.clear()
            rows = tuple(
                [row for row in self._begin(form) if row.length == 1 or following in row.second]
            )
            self._pairs[form, following] = rows
        return rows

    def matches(
        self, forms: list[str], starts: Iterable[tuple[int, tuple[Row, ...]]] | None = None
    ) -> list[Match]:
        """Where phrases stand in `forms`, by start; of one class only the longest at a place,
        none inside a phrase that forbids its class. `starts` are the indices at which to look
        with what `begin_two` says of each; all indices if None."""
        found: list[Match] = []
        until: dict[str, int] = {}
        size = len(forms)
        if starts is None:
            starts = enumerate(map(self.begin_two, forms, [*forms[1:], ""]))
        for i, rows in starts:
            for cls, forbids, length, _, rest in rows:
                end = i + length
                if end > size or until.get(cls, 0) >= end:
                    continue
                at = i + 2
                for words in rest:
                    if forms[at] not in words:
                        break
                    at += 1
                else:
                    until[cls] = end
                    if not forbids:
                        found.append(Match(cls, i, end))
        return found
