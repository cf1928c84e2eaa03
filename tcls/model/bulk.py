"""The scorer for many documents: the same terms and sums, counted with numpy.

Each distinct piece of text is judged once and gets a number; stems, words and pairs of
neighbours are then arrays of numbers, and only tags and phrases of the lexicon
are looked at one by one.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from tcls.model.around import BREAK, OTHER, Around
from tcls.model.features import AROUND, NEVER, Features, is_measure
from tcls.model.gates import joint_arrays, openings
from tcls.model.lists import lookup
from tcls.model.rollup import inputs_array, seen_array
from tcls.model.short import is_short
from tcls.model.store import Model
from tcls.model.sums import Sums
from tcls.text.masks import MOST_WORDS, PAUSE, STOP, Masks
from tcls.text.phrases import Phrases, Row
from tcls.text.tokens import tokens

#: What is remembered before the memory is cleared: pieces, and their characters.
_MOST_PIECES, _MOST_CHARACTERS = 500_000, 16_000_000
#: Places in a cache of phrases; a power of 2.
_PLACES = 1 << 20


class _Pieces(dict[str, int]):
    """Distinct pieces of text between spaces, numbered as they come, and their tokens.

    Tokens do not depend on what stands beyond a space, but for "St." (see `split`), so
    the words of a text are looked up and not read again."""

    def __init__(self, bulk: "Bulk"):
        super().__init__()
        self._bulk = bulk
        self.characters = 0
        self.texts: list[str] = []  # of tokens, by number
        self._token: dict[str, int] = {}
        self._known: list[tuple[int, bool, bool]] = []
        self._sizes: list[int] = []
        self._numbers: list[int] = []
        self._arrays: tuple[Any, ...] | None = None

    @staticmethod
    def split(text: str) -> list[str]:
        """The pieces of a text; "St." and the word after it are one."""
        found = text.split(" ")
        if "St. " in text or "ST. " in text:
            for i in reversed(range(len(found) - 1)):
                if found[i].endswith(("St.", "ST.")):
                    found[i : i + 2] = [f"{found[i]} {found[i + 1]}"]
        return found

    def __missing__(self, piece: str) -> int:
        self[piece] = number = len(self)
        self.characters += len(piece)
        found = tokens(piece)
        self._sizes.append(len(found))
        self._numbers += map(self._numbered, found)
        self._arrays = None
        return number

    def _numbered(self, token: str) -> int:
        number = self._token.setdefault(token, len(self._known))
        if number == len(self._known):
            masks = self._bulk.features.masks
            form = masks[token]
            self.texts.append(token)
            self._known.append((self._bulk.forms[form], form[0] == "<", masks.begins_name(token)))
        return number

    def arrays(self) -> tuple[Any, ...]:
        """How many tokens each piece has, where they begin among the numbers of tokens of all
        pieces, these numbers, and of each token its form, whether that is a tag, and whether a
        name of several words begins with it."""
        if self._arrays is None:
            form, tag, begins = zip(*self._known, strict=True)
            sizes = np.array(self._sizes, np.int32)
            self._arrays = (
                sizes, np.cumsum(sizes, dtype=np.int32) - sizes, np.array(self._numbers, np.int32),
                np.array(form, np.int32), np.array(tag, bool), np.array(begins, bool),
            )  # fmt: skip
        return self._arrays


class _Forms(dict[str, int]):
    """Distinct forms, numbered as they come: name, stem, rows, and whether a phrase begins."""

    def __init__(self, bulk: "Bulk"):
        super().__init__()
        self._bulk = bulk
        self.names: list[str] = []
        self._columns: list[tuple[int, int, int, bool]] = []
        self._arrays: tuple[Any, ...] | None = None

    def __missing__(self, form: str) -> int:
        bulk = self._bulk
        self[form] = number = len(self)
        if form in (STOP, PAUSE):
            column = (BREAK, -1, -1, False)
        else:
            stem = bulk.features.stem(form)
            word = bulk.rows.get("=" + form, -1) if stem != form else -1
            begins = bulk.features.phrases.begins(form)
            column = (bulk.stems.get(stem, OTHER), bulk.rows.get(stem, -1), word, begins)
        self.names.append(form)
        self._columns.append(column)
        self._arrays = None
        return number

    def arrays(self) -> tuple[Any, ...]:
        """Stem numbers, rows of stems, rows of words, and whether phrases begin."""
        if self._arrays is None:
            stem, row, word, begins = zip(*self._columns, strict=True)
            self._arrays = (
                np.array(stem, np.int64), np.array(row, np.int32), np.array(word, np.int32),
                np.array(begins, bool),
            )  # fmt: skip
        return self._arrays


class _Shown:
    """A sequence of strings given by their numbers in a table; some may be set anew."""

    def __init__(self, table: Sequence[str], numbers: Any):
        self._table, self._numbers = table, numbers
        self.changed: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, i: int) -> str:
        return self.changed[i] if i in self.changed else self._table[self._numbers[i]]

    def __setitem__(self, i: int, text: str) -> None:
        self.changed[i] = text


class _Narrowed:
    """What is left of sets of phrases, or whether a name may begin, when one more form is known.

    A direct-mapped cache in arrays: whatever begins no phrase, which is most, is dropped
    without a Python object. Two keys that share a place take turns in it.
    """

    def __init__(self, ask: Callable[[int, int], tuple[Any, ...]]):
        self._ask = ask
        self._key = np.full(_PLACES, -1, np.int64)
        self._found = np.zeros(_PLACES, np.int32)
        self.rows: list[tuple[Any, ...]] = [()]
        self._numbers: dict[tuple[Any, ...], int] = {}

    def __call__(self, left: Any, right: Any) -> Any:
        """For each pair of a number on the `left` and a form on the `right`, the number in
        `rows` of the phrases that fit; 0 for none."""
        key = left.astype(np.int64) << 32 | right
        place = (left.astype(np.int64) * 40503 + right * 69069) & (_PLACES - 1)
        found = self._found[place]
        unknown = np.flatnonzero(self._key[place] != key)
        if len(unknown):
            asked, back = np.unique(key[unknown], return_inverse=True)
            rows = [self._ask(k >> 32, k & 0xFFFFFFFF) for k in asked.tolist()]
            found[unknown] = np.array([self._number(r) for r in rows], np.int32)[back]
            self._key[place[unknown]] = key[unknown]
            self._found[place[unknown]] = found[unknown]
        return found

    def _number(self, rows: tuple[Any, ...]) -> int:
        if not rows:
            return 0
        number = self._numbers.setdefault(rows, len(self.rows))
        if number == len(self.rows):
            self.rows.append(rows)
        return number


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the search for reference cycles: a block makes millions of short-lived objects
    and no cycle, and looking for some would take as long as scoring."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Bulk:
    """Scores blocks of documents with the weights of one model."""

    def __init__(self, model: Model):
        settings = model.manifest["settings"]
        # Many documents ask for so many names that lists in memory are worth their reading.
        masks, lexicon = (lookup(model.tables[name].lines()) for name in ("masks", "lexicon"))
        self.features = Features(Masks(masks), Phrases(lexicon), bool(settings["around"]))
        self.rows = {term: i for i, term in enumerate(model.tables["vocabulary"])}
        pairs: list[tuple[str, str, int]] = []
        around: list[tuple[str, str, int]] = []
        for term, row in self.rows.items():
            first, space, second = term.partition(" ")
            if space:
                (around if AROUND in term else pairs).append((first, second, row))
        words = {word for a, b, _ in (*pairs, *around) for word in (a, b)}
        names = sorted(word for word in words if word[0] != AROUND)
        self.stems = {stem: i for i, stem in enumerate(names, 1)}
        keys = np.array([self._key(self.stems[a], self.stems[b]) for a, b, _ in pairs], np.int64)
        order = np.argsort(keys)
        self._keys = keys[order]
        self._pair_rows = np.array([row for _, _, row in pairs], np.int32)[order]
        self._around = Around(around, self.stems)
        self._sums = Sums(model, [row for _, _, row in around])
        rollup = model.arrays["rollup"]
        self._rollup = np.asarray(rollup.flat).reshape(rollup.shape)
        self._openings = openings(model.decisions, model.gates)
        self._characters = int(settings["short_characters"])
        self._reset()

    def _key(self, a: Any, b: Any) -> Any:
        return a * (len(self.stems) + 1) + b

    def _reset(self) -> None:
        self.forms = _Forms(self)
        self._pieces = _Pieces(self)
        self._named = _Narrowed(self._may_begin)
        self._two = _Narrowed(self._begin_two)
        self._three = _Narrowed(lambda two, third: self._go_on(self._two.rows[two], third, 0))
        self._four = _Narrowed(lambda three, next_: self._go_on(self._three.rows[three], next_, 1))

    def _begin_two(self, first: int, second: int) -> tuple[Row, ...]:
        names = self.forms.names
        return self.features.phrases.begin_two(names[first], names[second])

    def _go_on(self, rows: tuple[Row, ...], form: int, place: int) -> tuple[Row, ...]:
        """The rows that end before this place of their rest, or have this form there."""
        name = self.forms.names[form]
        return tuple(row for row in rows if len(row.rest) <= place or name in row.rest[place])

    def _forms(self, texts: Sequence[str]) -> tuple[Any, Any]:
        """Forms of all texts by number, with a stop between texts, and the text of each."""
        pieces: list[str] = []
        sizes = []
        for text in texts:
            found = self._pieces.split(text)
            found.append(STOP)
            pieces += found
            sizes.append(len(found))
        piece = np.fromiter(map(self._pieces.__getitem__, pieces), np.int32, len(pieces))
        count, first, numbers, form, *_ = self._pieces.arrays()
        count = count[piece]
        before = np.cumsum(count, dtype=np.int32) - count
        at = np.repeat(first[piece] - before, count)
        at += np.arange(len(at), dtype=np.int32)
        number = numbers[at]
        forms = form[number]
        owner = np.repeat(np.repeat(np.arange(len(texts), dtype=np.int32), sizes), count)
        shown: Any = _Shown(self.forms.names, forms)
        raw: Any = _Shown(self._pieces.texts, number)
        places = self._merging(number, forms).tolist()
        dropped = self.features.masks.merge(raw, shown, places)
        for i, text in shown.changed.items():
            forms[i] = self.forms[text]
        keep = np.ones(len(forms), bool)
        keep[dropped] = False
        return forms[keep], owner[keep]

    def _merging(self, number: Any, forms: Any) -> Any:
        """Where merging may change something: where a name of several words may begin, and
        tags beside such a name, behind another tag or behind "the"."""
        *_, tag, begins = self._pieces.arrays()
        tags = tag[number]
        at = np.flatnonzero(begins[number])
        at = at[self._named(number[at], number[np.minimum(at + 1, len(number) - 1)]) > 0]
        near = np.zeros(len(number), bool)
        for step in range(2 * MOST_WORDS + 1):
            near[np.minimum(at + step, len(number) - 1)] = True
        behind = tags | (forms == self.forms["the"])
        near[1:] |= behind[:-1]
        near &= tags
        near[at] = True
        return np.flatnonzero(near)

    def _may_begin(self, token: int, following: int) -> tuple[bool, ...]:
        text = self._pieces.texts
        return (True,) * self.features.masks.may_begin(text[token], text[following])

    def _terms(self, texts: Sequence[str]) -> Any:
        """Numbers text·V + row of every known term of every text, with repeats; in 32 bits,
        which are sorted in half the time, where they suffice."""
        forms, owner = self._forms(texts)
        stem, stem_row, word_row, begins = self.forms.arrays()
        size = len(self.rows)
        owner = owner.astype(np.int32 if len(texts) * size < 1 << 31 else np.int64)
        found = []
        for table in (stem_row, word_row):
            row = table[forms]
            known = row >= 0
            found.append(owner[known] * size + row[known])
        left, right = stem[forms[:-1]], stem[forms[1:]]
        both = (left > 0) & (right > 0)
        keys = self._key(left[both], right[both])
        if len(self._keys):
            at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
            hit = self._keys[at] == keys
            found.append(owner[:-1][both][hit] * size + self._pair_rows[at[hit]])
        starts = self._starts(forms, begins)
        if starts:
            shown: Any = _Shown(self.forms.names, forms)
            nevers = np.flatnonzero(forms == self.forms[NEVER]).tolist()
            classes = list(self.features.classes(shown, starts, nevers))
            known = [(self.rows[term], at) for term, at, _ in classes if term in self.rows]
            row, at = np.array(known, np.int64).reshape(-1, 2).T
            found.append(owner[at] * size + row)
            if self.features.around:
                measures = [each for each in classes if is_measure(each[0])]
                stops = np.cumsum(forms == self.forms[STOP])
                for at, row in self._around.rows(measures, stem[forms], stops):
                    found.append(owner[at] * size + row)
        return np.concatenate(found, dtype=owner.dtype)

    def _starts(self, forms: Any, begins: Any) -> list[tuple[int, tuple[Row, ...]]]:
        """Where four neighbouring forms begin phrases or hold them, and which."""
        at = np.flatnonzero(begins[forms])
        last = len(forms) - 1
        two = self._two(forms[at], forms[np.minimum(at + 1, last)])
        at, two = at[two > 0], two[two > 0]
        three = self._three(two, forms[np.minimum(at + 2, last)])
        at, three = at[three > 0], three[three > 0]
        four = self._four(three, forms[np.minimum(at + 3, last)])
        at, four = at[four > 0], four[four > 0]
        return list(zip(at.tolist(), map(self._four.rows.__getitem__, four), strict=True))

    def scores(self, block: Sequence[Sequence[str]]) -> tuple[Any, ...]:
        """Scores of documents given as their passages: for each document its passages' scores,
        its own, its probabilities, the number of its known terms, and whether it is short."""
        phrases = sum(len(each.rows) for each in (self._two, self._three, self._four))
        crowded = len(self._pieces) + phrases > _MOST_PIECES
        if crowded or self._pieces.characters > _MOST_CHARACTERS:  # texts may have no spaces
            self._reset()
        size = len(self.rows)
        sizes = np.array([len(passages) for passages in block])
        texts = [text for passages in block for text in passages]
        with _no_collection():
            keys = self._terms(texts)
        of = np.repeat(np.arange(len(block), dtype=keys.dtype), sizes)
        pairs, count = np.unique(keys, return_counts=True)
        owner, row = np.divmod(pairs, size)
        short = np.array([is_short(each, self._characters) for each in block], bool)
        passages = self._sums("passage", owner, row, count, short[of])
        of_text, row = np.divmod(keys, size)
        pairs, whole = np.unique(of[of_text] * size + row, return_counts=True)
        owner, row = np.divmod(pairs, size)
        documents = self._sums("document", owner, row, whole, short)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        own, whole_own = joint_arrays(passages, starts, documents, self._openings)
        table = seen_array(inputs_array(own, starts, whole_own))
        logits = (table * self._rollup[None, :, :-1]).sum(axis=2) + self._rollup[None, :, -1]
        chances = 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
        known = np.bincount(owner, minlength=len(block))
        each = np.split(passages, starts[1:])
        return each, documents, chances.tolist(), known.tolist(), short.tolist()
