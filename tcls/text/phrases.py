"""Seed phrases: patterns to plain phrases, and where they stand in a sequence of forms.

A pattern is a row of positions split by spaces; `a|b` in a position are
alternatives, a position that ends in `?` may be left out. There are no other
wildcards, so a pattern is a finite list and matching is looking up.
"""

import itertools
from collections.abc import Callable
from typing import NamedTuple

#: No phrase is longer.
MOST_WORDS = 7
#: No pattern may stand for more phrases.
MOST_PHRASES = 2000


class Match(NamedTuple):
    """Forms [start, end) of a sequence belong to `cls`, a class of the lexicon."""

    cls: str
    start: int
    end: int


def expand(pattern: str) -> list[tuple[str, ...]]:
    """Every phrase that a pattern stands for.

    Raises ValueError for an empty pattern and for one that is too long or too wide.

    >>> expand("love|romance scam|scams online?")[:3]
    [('love', 'scam', 'online'), ('love', 'scam'), ('love', 'scams', 'online')]
    """
    choices = [
        [*position.rstrip("?").split("|"), *([""] if position.endswith("?") else [])]
        for position in pattern.split()
    ]
    size = 1
    for choice in choices:
        size *= len(choice)
    if size > MOST_PHRASES:
        raise ValueError(f"pattern {pattern!r} stands for {size} phrases; at most {MOST_PHRASES}")
    phrases = [tuple(w for w in words if w) for words in itertools.product(*choices)]
    phrases = [phrase for phrase in phrases if phrase]
    if not phrases or max(map(len, phrases)) > MOST_WORDS:
        raise ValueError(f"pattern {pattern!r} is empty or longer than {MOST_WORDS} words")
    return phrases


#: The lexicon as a function. For a phrase: its classes, split by spaces; a class
#: with "!" before it forbids that class inside the phrase. For "^" and a word: the
#: greatest number of words in a phrase that begins with the word.
Lookup = Callable[[str], str]


class Phrases:
    """Finds the phrases of a lexicon in sequences of forms."""

    def __init__(self, lookup: Lookup):
        self._lookup = lookup
        self._reach: dict[str, int] = {}
        self._found: dict[str, tuple[str, ...]] = {}

    def _length(self, form: str) -> int:
        if form not in self._reach:
            if len(self._reach) > 200_000:
                self._reach.clear()
            self._reach[form] = int(self._lookup("^" + form) or 0)
        return self._reach[form]

    def _classes(self, phrase: str) -> tuple[str, ...]:
        if phrase not in self._found:
            if len(self._found) > 200_000:
                self._found.clear()
            self._found[phrase] = tuple(self._lookup(phrase).split())
        return self._found[phrase]

    def matches(self, forms: list[str]) -> list[Match]:
        """Where phrases stand in `forms`, by start; of one class only the longest at a place,
        none inside a phrase that forbids its class."""
        found: list[Match] = []
        until: dict[str, int] = {}
        reach = self._reach
        for i, form in enumerate(forms):
            length = reach.get(form)
            if length is None:
                length = self._length(form)
            for n in range(min(length, len(forms) - i), 0, -1):
                phrase = " ".join(forms[i : i + n]) if n > 1 else form
                for cls in self._classes(phrase):
                    name = cls.removeprefix("!")
                    if until.get(name, 0) < i + n:
                        until[name] = i + n
                        if cls == name:
                            found.append(Match(cls, i, i + n))
        return found
