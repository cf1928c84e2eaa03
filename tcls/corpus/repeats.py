"""Ruts: runs of words, sentence frames, first and last lines that recur from story to story."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tcls.corpus.diversity import Sentence, Texts, grams, held

Where = Literal["title", "opening", "closing", "paragraph"]

#: What stands in a skeleton for a word of content.
BLANK = "_"
_FUNCTION = (
    "an the of in on at by to from for with without about into over under after before since "
    "until between against during through near upon per and or but nor so if when while as "
    "because although though whether that which who whom whose what where how why than not no "
    "it its they them their themselves you your yours i me my we us our ours this these those "
    "there here is are was were be been being am has have had having do does did doing will "
    "would shall should can could may might must some any all each every one other another "
    "such only own same very too also then now out up down off again"
)
#: Words that stay in a skeleton: articles, prepositions, conjunctions, pronouns, auxiliaries.
FUNCTION_WORDS = frozenset(("a", *_FUNCTION.split()))


@dataclass(frozen=True, slots=True)
class Repeat:
    """Words that come back in several stories, with the first document of each, by id."""

    words: Sentence
    documents: tuple[str, ...]


def _repeats(texts: Texts, found: dict[Sentence, set[int]]) -> list[Repeat]:
    """Repeats, most stories first: of each story the smallest id."""
    rows = []
    for words, members in found.items():
        first: dict[str, str] = {}
        for i in members:
            story = texts.stories[i]
            first[story] = min(first.get(story, texts.ids[i]), texts.ids[i])
        rows.append(Repeat(words, tuple(sorted(first.values()))))
    return sorted(rows, key=lambda row: (-len(row.documents), row.words))


def _members(
    items: Iterable[tuple[Sentence, int]], wanted: Collection[Sentence]
) -> dict[Sentence, set[int]]:
    found: dict[Sentence, set[int]] = defaultdict(set)
    for item, i in items:
        if item in wanted:
            found[item].add(i)
    return found


def runs(texts: Texts, n: int = 8, least: int = 4) -> list[Repeat]:
    """Runs of n or more masked forms that recur in at least `least` stories. Overlapping
    n-grams that the same stories hold are one run."""
    stories = held(texts, grams(texts, n), least)
    heads: dict[Sentence, list[Sentence]] = defaultdict(list)
    for gram in sorted(stories):
        heads[gram[:-1]].append(gram)
    following = {
        gram: next((g for g in heads[gram[1:]] if g != gram and stories[g] == stories[gram]), None)
        for gram in stories
    }
    continued = set(following.values())
    members = _members(grams(texts, n), stories)
    seen: set[Sentence] = set()
    found: dict[Sentence, set[int]] = {}
    for gram in sorted(stories, key=lambda g: (g in continued, g)):
        words, at = list(gram[:-1]), gram if gram not in seen else None
        while at is not None and at not in seen:
            seen.add(at)
            words.append(at[-1])
            at = following[at]
        if len(words) >= n:
            found[tuple(words)] = members[gram]
    return _repeats(texts, found)


def skeleton(sentence: Sentence) -> Sentence:
    """A sentence with every word of content cut out; masks stay.

    >>> " ".join(skeleton(("the", "clerk", "was", "sent", "to", "<place>")))
    'the _ was _ to <place>'
    """
    return tuple(f if f in FUNCTION_WORDS or f[0] == "<" else BLANK for f in sentence)


def frames(texts: Texts, n: int = 8, least: int = 4) -> list[Repeat]:
    """Sentence frames: the skeletons of the first n forms, at least half of them function
    words, that begin sentences of at least `least` stories."""

    def items() -> Iterator[tuple[Sentence, int]]:
        for i, sentence in texts.sentences():
            if len(sentence) >= n:
                found = skeleton(sentence[:n])
                if 2 * sum(f != BLANK and f[0] != "<" for f in found) >= n:
                    yield found, i

    return _repeats(texts, _members(items(), held(texts, items(), least)))


def _lines(passages: Sequence[Sequence[Sentence]], where: Where) -> Iterable[Sentence]:
    if where == "title":
        return [passage[0] for passage in passages[:1]]
    if where == "opening":
        return [passage[0] for passage in passages[1:2]]
    if where == "closing":
        return [passage[-1] for passage in passages[-1:]]
    return [passage[0] for passage in passages[1:]]


def lines(texts: Texts, where: Where, n: int = 4, least: int = 4) -> list[Repeat]:
    """The first n forms of titles, of the sentences that open or close a text, or of those
    that begin a paragraph, that recur in at least `least` stories. A shorter line counts
    whole; what has fewer than two words beside masks (a dateline, a number) is left out."""

    def items() -> Iterator[tuple[Sentence, int]]:
        for i, passages in enumerate(texts.passages):
            for line in _lines(passages, where):
                start = line[:n]
                if sum(form[0] != "<" for form in start) >= 2:
                    yield start, i

    return _repeats(texts, _members(items(), held(texts, items(), least)))
