"""Changes to a text that must not change its labels, and sentences that may only raise one.

Pure functions of a text. After CheckList (Ribeiro, Wu, Guestrin & Singh 2020): invariance
and directional tests on texts as they come, beside the written suite.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from textwrap import wrap
from zlib import crc32

from tcls.evaluation.nations import NATIONS, swap, with_words

_PAIRS = (
    "he she", "man woman", "men women", "boy girl", "boys girls", "mr mrs", "father mother",
    "fathers mothers", "husband wife", "husbands wives", "son daughter", "sons daughters",
    "brother sister", "brothers sisters", "boyfriend girlfriend", "gentleman lady",
    "gentlemen ladies", "himself herself", "widower widow", "policeman policewoman",
    "policemen policewomen", "grandfather grandmother", "uncle aunt", "nephew niece",
)  # fmt: skip
_OTHER = {a: b for pair in _PAIRS for a, b in (pair.split(), pair.split()[::-1])} | {
    "him": "her", "hers": "his", "ms": "mr", "miss": "mr",
}  # fmt: skip
_GENDERED = re.compile(rf"\b(?:{'|'.join(sorted(_OTHER))}|his|her)\b", re.IGNORECASE)
#: After these, "her" was an object and "his" stood by itself.
_NO_NOUN = re.compile(
    r"(?i)\W*$|\s*[.,;:!?)\]\u201d\u2019\"]|\s+(?:a|an|the|to|and|or|but|in|on|at|of|for|from|by|with|"
    r"into|as|that|when|while|after|before|because|if|until|who|which|out|up|off|back|away|down|"
    r"over|about|against|was|were|is|are|had|has|it|they|he|she|we|again|there|not|his|her|their|some|all)\b"
)
#: Nouns for persons before which a nationality can stand.
_PERSONS = re.compile(
    r"(?<![\w-])(?:workers|people|victims|women|men|migrants|teenagers|suspects|boys|girls|children)(?![\w-])"
)
_SENTENCE_END = re.compile(r"[.!?][\"'\u2019\u201d)]*$")

_MENU = "Home | News | World | Business | Sport | Opinion\nSkip to main content\n\n"
_SHARE = "\n\nShare this\nFacebook\nTwitter\nWhatsApp\nCopy link\nPrint this page\n"
_COOKIES = "We use cookies to improve your experience.\nAccept all cookies\nCookie settings\n\n"
_RELATED = (
    "\n\nRelated stories\nTrafficking victims jailed after raid on scam compound\n"
    "Forced to scam: survivors charged on their return\nWidow loses savings to romance scam\n"
    "Judge: victims of trafficking must not be punished\nCrypto investment fraud: what to know\n"
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A named change that must leave labels alone; `exact`: probabilities as well. What it
    makes of a text is compared with what `before` makes of it, the text itself if need be."""

    name: str
    apply: Callable[[str], str]
    exact: bool = False
    before: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Addition:
    """A sentence that says `value` of `task`; adding it must not lower that."""

    name: str
    sentence: str
    task: str
    value: str

    def apply(self, text: str) -> str:
        """`text` with the sentence as a paragraph after the first that ends a sentence."""
        parts = text.split("\n\n")
        ends = (i for i, part in enumerate(parts) if _SENTENCE_END.search(part.rstrip()))
        at = next(ends, len(parts) - 1) + 1
        return "\n\n".join([*parts[:at], self.sentence, *parts[at:]])


def _cased(like: str, word: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[0].isupper() else word


def swap_gender(text: str) -> str:
    """Every gendered pronoun, title and kinship word for the other.

    >>> swap_gender("Mr Tan said his wife had seen him; her brother knew her.")
    'Mrs Tan said her husband had seen her; his sister knew him.'
    """

    def other(found: re.Match[str]) -> str:
        word = found.group().lower()
        if found.group() in ("miss", "ms"):  # a verb and a unit: titles are capitalised
            return found.group()
        alone = bool(_NO_NOUN.match(text, found.end()))
        if word == "his":
            return _cased(found.group(), "hers" if alone else "her")
        if word == "her":
            return _cased(found.group(), "him" if alone else "his")
        return _cased(found.group(), _OTHER[word])

    return _GENDERED.sub(other, text)


def straight_quotes(text: str) -> str:
    """Curly quotation marks and apostrophes made straight."""
    return re.sub("[\u2018\u2019]", "'", re.sub("[\u201c\u201d]", '"', text))


def curly_quotes(text: str) -> str:
    """Straight quotation marks and apostrophes made curly.

    >>> curly_quotes('He said "it\\'s over".')
    'He said “it’s over”.'
    """
    text = re.sub(r'(?:(?<=[\s(\[])|^)"', "\u201c", text)
    text = re.sub(r"(?:(?<=[\s(\[\u201c])|^)'(?=\w)", "\u2018", text)
    return text.replace('"', "\u201d").replace("'", "\u2019")


def _headline(change: Callable[[str], str], text: str) -> str:
    """`text` with its headline changed: a first line with text after it and no full stop."""
    first, line_end, rest = text.lstrip().partition("\n")
    if not rest.strip() or len(first) > 150 or _SENTENCE_END.search(first.rstrip()):
        return text
    return change(first) + line_end + rest


def blank_lines(text: str) -> str:
    """Blank lines doubled, and added at both ends."""
    return "\n\n" + text.replace("\n\n", "\n\n\n\n") + "\n\n"


def hard_wrapped(text: str) -> str:
    """Every line broken at 72 characters, as mail and old archives have it."""
    return "\n".join(part for line in text.split("\n") for part in wrap(line, 72) or [""])


def name_nation(text: str, turn: int) -> str:
    """`text` with a nationality before the first persons in it. Which of all nations it is,
    the text decides, and another `turn` gives another.

    >>> name_nation("Ten workers left.", 0), name_nation("Ten workers left.", 1)
    ('Ten Pakistani workers left.', 'Ten Afghan workers left.')
    """
    place = crc32(text.encode("utf-8", "surrogatepass")) + turn * (len(NATIONS) // 2)
    adjective = NATIONS[place % len(NATIONS)].adjective
    return _PERSONS.sub(lambda found: f"{adjective} {found.group()}", text, count=1)


def _nation(kind: str, several: bool) -> Edit:
    name = f"{kind}: {'several words' if several else 'one word'}"
    return Edit(name, lambda text: swap(text, kind, with_words(kind, several)), exact=True)


EDITS: tuple[Edit, ...] = (
    *(_nation(kind, several) for kind in ("nationality", "country") for several in (False, True)),
    Edit("nationality: named", partial(name_nation, turn=1), True, partial(name_nation, turn=0)),
    Edit("gender", swap_gender),
    Edit("furniture: menu", lambda text: _MENU + text),
    Edit("furniture: share line", lambda text: text + _SHARE),
    Edit("furniture: cookie line", lambda text: _COOKIES + text),
    Edit("furniture: related links", lambda text: text + _RELATED),
    Edit("quotes: straight", straight_quotes),
    Edit("quotes: curly", curly_quotes),
    Edit("headline: upper case", partial(_headline, str.upper)),
    Edit("headline: lower case", partial(_headline, str.lower)),
    Edit("blank lines", blank_lines),
    Edit("lines of fixed width", hard_wrapped),
)

ADDITIONS: tuple[Addition, ...] = (
    Addition(
        "victims were jailed",
        "The trafficking victims, who had been forced to commit the crimes, were jailed for them.",
        "victim_criminalisation", "present",
    ),
    Addition(
        "workers were forced to scam",
        "The workers were held captive in a compound and forced to scam strangers online.",
        "forced_criminality", "present",
    ),
    Addition(
        "victims should not be punished",
        "Victims of trafficking should not be punished for crimes that they were forced to commit.",
        "non_punishment", "calls_for",
    ),
    Addition(
        "a romance scam",
        "In a romance scam the fraudsters pretended to be in love with her and asked for money.",
        "scam_type", "romance",
    ),
)  # fmt: skip
