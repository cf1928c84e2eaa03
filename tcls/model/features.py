"""A passage's text to its terms: what the linear model counts.

Terms are stems, pairs of neighbouring stems, words whose stem says less than the
word, and the classes of the lexicon that the passage names. A sanction also counts
together with what its document says elsewhere of compelled persons: the nexus,
without which an arrest is only an arrest.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import Stemmer

from tcls.text.masks import PAUSE, STOP, Masks
from tcls.text.phrases import Phrases, Row
from tcls.text.tokens import tokens

#: Classes that speak of compelled persons; those in a document are its nexus.
NEXUS = ("fc:captive", "fc:compel", "fc:control", "fc:named", "role:compelled")


def nexus(terms: Iterable[str]) -> tuple[str, ...]:
    """The classes of `NEXUS` among the terms of a whole document, in their order."""
    found = set(terms)
    return tuple(cls for cls in NEXUS if f"<{cls}>" in found)


def with_context(terms: list[str], nexus: tuple[str, ...]) -> list[str]:
    """The terms of a passage, and for each sanction in it the terms of the document's nexus."""
    return terms + [context for term in terms for context in crossed(term, nexus)]


@cache
def crossed(term: str, nexus: tuple[str, ...]) -> tuple[str, ...]:
    """The further terms that a sanction's class makes with a nexus; none for other terms.

    >>> crossed("<measure:arrest>", ("fc:control",))
    ('<document: nobody compelled> <measure:arrest>', '<document: fc:control> <measure:arrest>')
    """
    if not term.startswith("<measure:"):
        return ()
    compelled = set(nexus) - {"fc:control"}
    first = "compelled" if compelled else "nobody compelled"
    return tuple(f"<document: {name}> {term}" for name in (first, *nexus))


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
        """Every term of a passage by itself, as often as it stands there."""
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
        """The lexicon's classes in `forms` as terms. `starts` as in `Phrases.matches`."""
        for match in self.phrases.matches(forms, starts):
            yield f"<{match.cls}>", match.start, match.end
