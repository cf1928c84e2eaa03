"""How varied the texts of a corpus are: n-grams, near-duplicates, growth and reach of its words.

Texts are compared with names, numbers and dates masked, so that a sentence that comes
back with another city in it counts as the same. Site furniture is left out.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tcls.corpus.dataset import Corpus
from tcls.corpus.duplicates import near_duplicates
from tcls.reading.document import Document
from tcls.text.masks import PAUSE, STOP, Masks
from tcls.text.passages import Span
from tcls.text.passages import passages as cut
from tcls.text.tokens import tokens

#: The masked forms of a sentence, without its punctuation.
Sentence = tuple[str, ...]


@dataclass(frozen=True)
class Texts:
    """D documents as they are compared: id, story, and passages of sentences."""

    ids: tuple[str, ...]
    stories: tuple[str, ...]
    passages: tuple[tuple[tuple[Sentence, ...], ...], ...]

    def sentences(self) -> Iterator[tuple[int, Sentence]]:
        """Every sentence with the number of its document."""
        for i, passages in enumerate(self.passages):
            for passage in passages:
                for sentence in passage:
                    yield i, sentence

    def subset(self, keep: Sequence[bool]) -> "Texts":
        """The documents for which `keep` is true."""
        index = [i for i, kept in enumerate(keep) if kept]
        return Texts(
            tuple(self.ids[i] for i in index),
            tuple(self.stories[i] for i in index),
            tuple(self.passages[i] for i in index),
        )

    def order(self) -> list[int]:
        """Documents in a fixed pseudo-random order, those of one story together."""

        def key(i: int) -> tuple[str, str]:
            return hashlib.sha256(self.stories[i].encode()).hexdigest(), self.ids[i]

        return sorted(range(len(self.ids)), key=key)


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many different n-grams stand among `total` of them."""

    n: int
    distinct: int
    total: int

    @property
    def share(self) -> float:
        """Distinct-n (Li et al. 2016): it falls as texts grow, so compare equal totals."""
        return self.distinct / max(1, self.total)


@dataclass(frozen=True, slots=True)
class Excess:
    """Words that more of our stories hold than of others: shares of stories, and G²."""

    words: Sentence
    ours: float
    theirs: float
    g_square: float


def _sentences(text: str, masks: Masks) -> tuple[Sentence, ...]:
    found: list[list[str]] = [[]]
    for form in masks.apply(tokens(text))[0]:
        if form == STOP:
            found.append([])
        elif form != PAUSE:
            found[-1].append(form)
    return tuple(tuple(sentence) for sentence in found if sentence)


def _read(
    documents: Sequence[Document], spans: Sequence[Sequence[Span]], stories: Sequence[str],
    masks: Masks,
) -> Texts:  # fmt: skip
    return Texts(
        tuple(document.id for document in documents),
        tuple(stories),
        tuple(
            tuple(found for span in places if (found := _sentences(span.of(document.text), masks)))
            for document, places in zip(documents, spans, strict=True)
        ),
    )


def masked(corpus: Corpus, masks: Masks) -> Texts:
    """The coded passages of a corpus; the first of a document is its title."""
    spans = [[passage.span for passage in passages] for passages in corpus.passages]
    return _read(corpus.documents, spans, corpus.stories, masks)


def masked_documents(documents: Sequence[Document], stories: Sequence[str], masks: Masks) -> Texts:
    """Documents that nobody has coded, cut into passages."""
    return _read(documents, [cut(document.text) for document in documents], stories, masks)


def distinct(texts: Texts, n: int, tokens: int | None = None) -> Distinct:
    """Distinct n-grams within sentences; of about the first `tokens` tokens in fixed order
    when given (whole documents, until there are as many)."""
    seen: set[Sentence] = set()
    total = read = 0
    for i in texts.order():
        if tokens is not None and read >= tokens:
            break
        for passage in texts.passages[i]:
            for sentence in passage:
                read += len(sentence)
                found = [sentence[at : at + n] for at in range(len(sentence) - n + 1)]
                seen.update(found)
                total += len(found)
    return Distinct(n, len(seen), total)


def growth(texts: Texts) -> list[tuple[int, int]]:
    """(tokens read, types met) at 1, 2 and 5 times the powers of ten from 1000 on, and at
    the end, documents in fixed order."""
    marks = (m * 10**power for power in range(3, 12) for m in (1, 2, 5))
    mark = next(marks)
    seen: set[str] = set()
    read = 0
    curve = []
    for i in texts.order():
        for passage in texts.passages[i]:
            for sentence in passage:
                for form in sentence:
                    seen.add(form)
                    read += 1
                    if read == mark:
                        curve.append((read, len(seen)))
                        mark = next(marks)
    if read and (not curve or curve[-1][0] != read):
        curve.append((read, len(seen)))
    return curve


def vocabulary(texts: Texts, least: int = 3) -> frozenset[str]:
    """The forms that stand in at least `least` stories."""
    return frozenset(form for (form,) in held(texts, grams(texts, 1), least))


def coverage(known: Collection[str], texts: Texts) -> list[tuple[int, int]]:
    """For each document, how many of its tokens are `known` forms, and how many it has."""
    counts = [[0, 0] for _ in texts.ids]
    for i, sentence in texts.sentences():
        counts[i][0] += sum(form in known for form in sentence)
        counts[i][1] += len(sentence)
    return [(covered, total) for covered, total in counts]


def twin_groups(documents: Sequence[Document]) -> list[str]:
    """For each document the group of declared twins that it belongs to, named after its
    smallest id; its own id when it has none. `meta["twin"]` is a name that twins share, or
    the id of another twin."""
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while (up := group.setdefault(name, name)) != name:
            name = up
        return name

    for document in documents:
        if twin := document.meta.get("twin"):
            group[root(document.id)] = root(str(twin))
    roots = [root(document.id) for document in documents]
    smallest: dict[str, str] = {}
    for document, name in zip(documents, roots, strict=True):
        smallest[name] = min(smallest.get(name, document.id), document.id)
    return [smallest[name] for name in roots]


def stray_duplicates(
    documents: Sequence[Document], stories: Sequence[str]
) -> list[tuple[str, str, float]]:
    """Near-duplicates (ids and shared part of the shorter) that are not declared twins.
    Only within `stories`: these hold all near-duplicates."""
    groups = twin_groups(documents)
    members: dict[str, list[int]] = defaultdict(list)
    for i, story in enumerate(stories):
        members[story].append(i)
    return sorted(
        (documents[places[i]].id, documents[places[j]].id, share)
        for places in members.values()
        if len(places) > 1
        for i, j, share in near_duplicates([documents[place] for place in places])
        if groups[places[i]] != groups[places[j]]
    )


def held(
    texts: Texts, items: Iterable[tuple[Sentence, int]], least: int
) -> dict[Sentence, frozenset[str]]:
    """Items with the stories that hold them, where these are at least `least`."""
    stories: dict[Sentence, set[str]] = defaultdict(set)
    for item, i in items:
        stories[item].add(texts.stories[i])
    return {item: frozenset(found) for item, found in stories.items() if len(found) >= least}


def grams(texts: Texts, n: int) -> Iterator[tuple[Sentence, int]]:
    """Every n-gram within a sentence, with the number of its document."""
    for i, sentence in texts.sentences():
        for at in range(len(sentence) - n + 1):
            yield sentence[at : at + n], i


def _g_square(a: int, m: int, b: int, n: int) -> float:
    """Log-likelihood ratio of "a of m and b of n have it" against one share for both."""
    cells = ((a, m), (m - a, m), (b, n), (n - b, n))
    both = (a + b, m - a + n - b)
    return 2 * sum(
        seen * math.log(seen * (m + n) / (both[k % 2] * size))
        for k, (seen, size) in enumerate(cells)
        if seen
    )


def overused(ours: Texts, theirs: Texts, n: int, most: int = 20) -> list[Excess]:
    """The n-grams that stand in many more of our stories than of theirs, by the
    log-likelihood ratio (Dunning 1993), highest first: the tics of writers, and what their
    subjects are."""
    m, other = len(set(ours.stories)), len(set(theirs.stories))
    here, there = held(ours, grams(ours, n), 10), held(theirs, grams(theirs, n), 1)
    found = []
    for gram, stories in here.items():
        a, b = len(stories), len(there.get(gram, ()))
        if a * other > b * m:
            found.append(Excess(gram, a / m, b / max(1, other), _g_square(a, m, b, other)))
    return sorted(found, key=lambda one: (-one.g_square, one.words))[:most]
