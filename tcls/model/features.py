"""A passage's text to its terms: what the linear model counts.

Terms are stems, pairs of neighbouring stems, words whose stem says less than the
word, and the classes of the lexicon that the passage names.
"""

from collections.abc import Iterable, Iterator

import Stemmer

from tcls.text.masks import PAUSE, STOP, Masks
from tcls.text.phrases import Phrases, Row
from tcls.text.tokens import tokens

#: Families of classes that name a scheme or tell it; words before "never" that make it a
#: standing line ("the office will never ask"); how many forms before a phrase are searched for
#: one: such a line seldom lists more.
_SCHEMES, _STANDING, _FAR = ("name:", "told:"), ("will", "would", "shall", "do", "does"), 25


class Features:
    """Turns texts into terms with the masks and the lexicon of one model."""

    def __init__(self, masks: Masks, phrases: Phrases):
        self.masks = masks
        self.phrases = phrases
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
        yield from self.classes(forms)

    def classes(
        self, forms: list[str], starts: Iterable[tuple[int, tuple[Row, ...]]] | None = None
    ) -> Iterator[tuple[str, int, int]]:
        """The lexicon's classes in `forms` as terms, but no scheme in a standing line.
        `starts` as in `Phrases.matches`."""
        for match in self.phrases.matches(forms, starts):
            if not (match.cls.startswith(_SCHEMES) and _denied(forms, match.start)):
                yield f"<{match.cls}>", match.start, match.end


def _denied(forms: list[str], start: int) -> bool:
    """Whether "will never" or its like stands before `start` in its clause, as in "the tax
    office will never call to ask for your password", which tells of no scheme. "A man whom she
    had never met" denies none."""
    for at in range(start - 1, max(start - _FAR, 1) - 1, -1):
        if forms[at] in (STOP, PAUSE):
            return False
        if forms[at] == "never" and forms[at - 1] in _STANDING:
            return True
    return False
