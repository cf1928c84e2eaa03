"""A passage's text to its terms: what the linear model counts.

Terms are stems, pairs of neighbouring stems, words whose stem says less than the
word, the classes of the lexicon that the passage names, and the words around a measure:
"~measure:arrest boss" is a boss behind an arrest, "boss ~measure:arrest" one before it,
"boss ~measure" one before any. Words and pairs do not say who is arrested; what stands on
which side of the arrest says it more often than not.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

import Stemmer

from tcls.text.masks import PAUSE, STOP, Masks
from tcls.text.phrases import Phrases, Row
from tcls.text.tokens import tokens

#: A word that, behind some others, makes a standing line ("the office will never ask").
NEVER = "never"
#: Families of classes that name a scheme or tell it; the words before "never" in such a line;
#: how many forms before a phrase are searched for one: such a line seldom lists more.
_SCHEMES, _STANDING, _FAR = ("name:", "told:"), ("will", "would", "shall", "do", "does"), 25
#: The family of classes whose surroundings are terms, the class of it that is none (help), and
#: how many words before and behind it in its sentence.
_FAMILY, _HELP, BEFORE, BEHIND = "measure", "measure:help", 12, 8
#: What every term of words around a measure holds, and no other.
AROUND = "~"


class Features:
    """Turns texts into terms with the masks and the lexicon of one model. `around`: whether
    words around measures are terms too."""

    def __init__(self, masks: Masks, phrases: Phrases, around: bool = False):
        self.masks = masks
        self.phrases = phrases
        self.around = around
        self._stem = Stemmer.Stemmer("english", 100_000)

    def stem(self, form: str) -> str:
        """The Snowball (Porter 2) stem of a form; a tag stays as it is."""
        return form if form[0] == "<" else str(self._stem.stemWord(form))

    def terms(self, text: str) -> list[str]:
        """Every term of a passage, as often as it stands there."""
        return [term for term, _, _ in self.located(self.masks.apply(tokens(text))[0])]

    def located(self, forms: list[str]) -> Iterator[tuple[str, int, int]]:
        """Terms with the range of forms that each covers."""
        previous = ""
        for i, form in enumerate(forms):
            if form in (STOP, PAUSE):
                previous = ""
                continue
            stem = self.stem(form)
            yield stem, i, i + 1
            if stem != form:
                yield "=" + form, i, i + 1
            if previous:
                yield f"{previous} {stem}", i - 1, i + 1
            previous = stem
        for term, first, last in self.classes(forms):
            yield term, first, last
            if self.around and is_measure(term):
                yield from self._around(forms, term[1:-1], first, last)

    def _around(
        self, forms: list[str], cls: str, first: int, last: int
    ) -> Iterator[tuple[str, int, int]]:
        """The words of its sentence around a measure that covers forms [first, last), pauses
        not counted, each where it stands."""
        sides = (range(first - 1, -1, -1), BEFORE, True), (range(last, len(forms)), BEHIND, False)
        for places, most, before in sides:
            for at in islice(_words(forms, places), most):
                stem = self.stem(forms[at])
                for name in (cls, _FAMILY):
                    mark = AROUND + name
                    yield f"{stem} {mark}" if before else f"{mark} {stem}", at, at + 1

    def classes(
        self, forms: list[str], starts: Iterable[tuple[int, tuple[Row, ...]]] | None = None,
        nevers: Sequence[int] | None = None,
    ) -> Iterator[tuple[str, int, int]]:  # fmt: skip
        """The lexicon's classes in `forms` as terms, but no scheme in a standing line.
        `starts` as in `Phrases.matches`; `nevers` are the places of "never", if they are known."""
        if nevers is None:
            nevers = [i for i, form in enumerate(forms) if form == NEVER]
        for match in self.phrases.matches(forms, starts):
            scheme = nevers and match.cls.startswith(_SCHEMES)
            if not (scheme and _denied(forms, match.start, nevers)):
                yield f"<{match.cls}>", match.start, match.end


def sees_around(
    decisions: Sequence[tuple[str, str]], gates: int, tasks: Collection[str]
) -> tuple[bool, ...]:
    """For each of the K decisions, then for each gate, whether it sees the words around
    measures: those of `tasks` do."""
    return (*(task in tasks for task, _ in decisions), *[False] * gates)


def is_measure(term: str) -> bool:
    """Whether a class, as a term, is a measure whose surroundings are terms."""
    return term.startswith(f"<{_FAMILY}:") and term != f"<{_HELP}>"


def _words(forms: list[str], places: Iterable[int]) -> Iterator[int]:
    """Those of `places` that hold words, up to the end of the sentence."""
    for at in places:
        if forms[at] == STOP:
            return
        if forms[at] != PAUSE:
            yield at


def _denied(forms: list[str], start: int, nevers: Sequence[int]) -> bool:
    """Whether "will never" or its like stands before `start` in its clause, as in "the tax
    office will never call to ask for your password", which tells of no scheme. "A man whom she
    had never met" denies none."""
    end = start
    for at in reversed(nevers[: bisect_left(nevers, start)]):
        if at < max(start - _FAR, 1) or any(forms[i] in (STOP, PAUSE) for i in range(at, end)):
            return False
        if forms[at - 1] in _STANDING:
            return True
        end = at
    return False
