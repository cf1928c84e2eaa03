"""What a token counts as: folded to lower case, or masked to a tag.

Countries, nationalities, cities, persons, months, numbers, money, phone
numbers, mail addresses, links, handles and document numbers become tags before
any feature is made, so that a nationality cannot move a label and no identifier
can enter a vocabulary. Words that name a gender become one word for all
genders, for the same reason.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

#: Every tag that can stand for a token.
TAGS = (
    "<place>", "<person>", "<month>", "<number>", "<money>", "<phone>",
    "<email>", "<url>", "<handle>", "<document>",
)  # fmt: skip

#: A sentence end and a weaker end (semicolon, colon, bullet, line end).
STOP, PAUSE = ".", ";"

_WORDS = {
    "<month>": "january february april june july august september october november december "
    "jan feb apr aug sept oct nov dec monday tuesday wednesday thursday friday saturday sunday",
    "<number>": "two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety hundred hundreds thousand thousands million millions billion billions trillion "
    "dozen dozens lakh lakhs crore crores m bn",
    "<money>": "dollar dollars euro euros peso pesos baht ringgit rupee rupees rupiah kyat kyats "
    "riel kip dong yuan renminbi rmb yen won naira shilling shillings rand pounds sterling "
    "dirham dirhams kwacha cedi cedis krona kronor kroner krone zloty lira usd eur gbp aud sgd "
    "myr php thb inr lkr rs rm hkd aed $ £ € ₹ ₱ ฿ ¥ ₦ ₩ ₫",
    "a": "an",
    "they": "he she",
    "their": "his hers her theirs him",
    "themselves": "himself herself themself",
    "person": "man woman lady gentleman guy",
    "people": "men women ladies gentlemen guys persons",
    "child": "boy girl",
    "children": "boys girls",
    "spouse": "husband wife",
    "spouses": "husbands wives",
    "parent": "mother father mum mom dad",
    "parents": "mothers fathers",
    "son": "daughter",
    "sons": "daughters",
    "sibling": "brother sister",
    "siblings": "brothers sisters",
    "lover": "boyfriend girlfriend",
    "lovers": "boyfriends girlfriends",
    "mr": "mrs ms miss",
    "officer": "policeman policewoman",
    "officers": "policemen policewomen",
    "widow": "widower",
    "grandparent": "grandmother grandfather grandma grandpa",
}
_FORMS = {word: form for form, words in _WORDS.items() for word in words.split()}
_CAPITAL = {"March": "<month>", "May": "<month>"}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_ENDS = {"\n": PAUSE, ";": PAUSE, ":": PAUSE, "\u2022": PAUSE}
_MONEY = {"<money>", "<number>"}
#: No listed name has more words.
MOST_WORDS = 8

#: A mask list as a function: a lower-cased name to its tag, "" when it is none.
#: A tag that ends in "*" counts only for a capitalised word. "+" behind it says that longer
#: names begin with this word, or with these two; "^" that they all count only capitalised.
Lookup = Callable[[str], str]


class Masks(dict[str, str]):
    """A growing map from tokens as written to what they count as.

    Each distinct token is judged once; the map is the memory of it. `lookup`
    is asked for names (see `Lookup`).
    """

    def __init__(self, lookup: Lookup):
        super().__init__()
        self._lookup = lookup
        self._starts: set[str] = set()
        self._names: dict[str, str] = {}
        self._short: dict[tuple[str, str], tuple[str, int]] = {}

    def __missing__(self, token: str) -> str:
        form, starts = self._judge(token)
        if len(self) > 500_000:  # a stream of endless new words must not fill the memory
            self.clear()
        self[token] = form
        if starts:
            self._starts.add(token)
        return form

    def _judge(self, token: str) -> tuple[str, bool]:
        first = token[0]
        if token in _ENDS:
            return _ENDS[token], False
        if first in ".!?\u2026":
            return STOP, False
        if first.isdigit():
            return _number(token), False
        if "@" in token:
            return ("<handle>" if first == "@" else "<email>"), False
        if first == "#" or "://" in token or token[:4].lower() == "www.":
            return ("<handle>" if first == "#" else "<url>"), False
        if token in _CAPITAL:
            return _CAPITAL[token], False
        word = fold(token)
        if any(c.isdigit() for c in word):
            return ("<document>" if sum(c.isdigit() for c in word) > 3 else "<number>"), False
        tag = self._lookup(word)
        capital = first.isupper() and (word != "us" or token.isupper())
        starts = tag.endswith("+") or (tag.endswith("^") and capital)
        if word in _FORMS:
            return _FORMS[word], starts
        return _counted(tag, capital) or word, starts

    def _name(self, raw: list[str], at: int) -> tuple[str, int]:
        """The tag and length of the longest listed name of several words that begins at `at`.
        A line may end inside a name."""
        pair = (raw[at], raw[at + 1] if at + 1 < len(raw) else "")
        return self._short.get(pair) or self._longest(raw, at, pair)

    def _longest(self, raw: list[str], at: int, pair: tuple[str, str]) -> tuple[str, int]:
        capital = raw[at][0].isupper()
        places = [i for i in range(at, min(len(raw), at + 2 * MOST_WORDS)) if raw[i] != "\n"]
        words = [fold(raw[i]) for i in places[:2]]
        two = self._listed(" ".join(words)) if len(words) == 2 else ""
        if two[-1:] in ("+", "^"):
            words += [fold(raw[i]) for i in places[2:MOST_WORDS]]
            for n in range(len(words), 2, -1):
                if tag := _counted(self._listed(" ".join(words[:n])), capital):
                    return tag, places[n - 1] - at + 1
        tag = _counted(two, capital)
        found = (tag, places[1] - at + 1) if tag else ("", 1)
        if two[-1:] not in ("+", "^") and pair[1] != "\n":  # two words decide
            if len(self._short) > 500_000:
                self._short.clear()
            self._short[pair] = found
        return found

    def _listed(self, name: str) -> str:
        tag = self._names.get(name)
        if tag is None:
            if len(self._names) > 500_000:
                self._names.clear()
            tag = self._names[name] = self._lookup(name)
        return tag

    def begins_name(self, token: str) -> bool:
        """Whether a listed name of several words begins with this token."""
        return bool(self[token]) and token in self._starts

    def may_begin(self, token: str, following: str) -> bool:
        """Whether a listed name of several words may begin with these two tokens."""
        return following == "\n" or bool(self._listed(f"{fold(token)} {fold(following)}"))

    def apply(self, raw: list[str]) -> tuple[list[str], list[int]]:
        """What a sequence of tokens counts as: forms, and the index in `raw` where each begins.

        Names of several words, runs of one tag, "the" before a place and the
        parts of a sum of money are one form.
        """
        forms = [self[token] for token in raw]
        starts = self._starts
        special = [i for i, form in enumerate(forms) if form[0] == "<" or raw[i] in starts]
        dropped = set(self.merge(raw, forms, special))
        at = [i for i in range(len(raw)) if i not in dropped]
        return [forms[i] for i in at], at

    def merge(self, raw: list[str], forms: list[str], special: list[int]) -> list[int]:
        """Merge the forms at the indices `special` with their neighbours, in place.

        Returns the indices of the forms that are swallowed by the one before them.
        """
        dropped: list[int] = []
        kept, end = -1, 0  # the last form that was merged or kept, and where its words end
        for i in special:
            if i < end:
                continue
            form, n = forms[i], 1
            if raw[i] in self._starts:
                tag, n = self._name(raw, i)
                if tag:
                    form = forms[i] = tag
                    dropped += range(i + 1, i + n)
            if form[0] != "<":
                continue
            before = kept if end == i and kept >= 0 else i - 1
            last = forms[before] if before >= 0 else STOP
            if form == "<place>" and last == "the":  # "Kenya, the Gambia" is one run of places
                earlier = kept if end == before and kept >= 0 else before - 1
                if earlier >= 0 and forms[earlier] == form:
                    dropped.append(before)
                    before, last = earlier, form
            if form == last or (form == "<number>" and last == "<month>"):
                merged = last
            elif last in _MONEY and form in _MONEY:
                merged = "<money>"
            elif (form == "<month>" and last == "<number>") or (
                form == "<place>" and last == "the"
            ):
                merged = form
            else:
                kept, end = i, i + n
                continue
            forms[before] = merged
            dropped.append(i)
            kept, end = before, i + n
        return dropped


def _counted(tag: str, capital: bool) -> str:
    """The tag of a listed name as it stands in the text, "" when it does not count there."""
    tag = tag.rstrip("+^")
    return tag.rstrip("*") if capital or not tag.endswith("*") else ""


@lru_cache(200_000)
def fold(token: str) -> str:
    """A word as it is compared: no invisible marks, compatibility forms folded, lower case,
    dots of an acronym and a possessive ending dropped, every "...n't" the word "not".

    >>> fold("U.S."), fold("Pope’s"), fold("DIDN'T")
    ('us', 'pope', 'not')
    """
    word = _INVISIBLE.sub("", token)
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word).replace("\u2019", "'")
        word = "".join(c for c in word if not unicodedata.combining(c))
    word = word.lower().replace(".", "")
    if "'" in word:
        if word.endswith("n't"):
            return "not"
        word = word.split("'")[0]
    return word or token


def _number(token: str) -> str:
    digits = sum(c.isdigit() for c in token)
    if any(c.isalpha() for c in token) and digits > 4:
        return "<document>"
    if digits >= 9 and not any(c in ".,:/" for c in token):
        return "<phone>"
    return "<number>"
