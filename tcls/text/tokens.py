"""Text to tokens: where words, numbers, links and sentence ends stand.

A token is a span of the text as read, so that evidence can always be shown in
place. Nothing is changed here; `tcls.text.masks` says what a token counts as.
"""

import re

from tcls.text.passages import Span

# One alternative per kind, tried in this order at each place. No alternative
# can backtrack over more than the token itself, so reading is linear. Most words
# begin with a small letter, after a space: both come first to save failed tries.
_TAIL = r"[\w\u00ad\u200b-\u200d\u2060\ufeff]"
_ENDINGS = r"(?:['\u2019][^\W\d_]+)*"
_PLAIN = (
    rf"[a-z]{_TAIL}+{_ENDINGS}"
    r"|(?:[A-Za-z]\.){2,}|\bS[Tt]\.(?= [A-Z])"  # U.S., a.m., St.: the stops are part of the word
    rf"|[^\W\d_]{_TAIL}*{_ENDINGS}"  # words; don't; Pope's
    r"|[$\u00a3\u20ac\u20b9\u20b1\u0e3f\u00a5\u20a6\u20a9\u20ab]"  # money signs
    r"|\d[\w]*(?:[.,:/\u2013-]\d[\w]*)*"  # numbers, dates, times, phone numbers
    r"|(?<![.!?\u2026])[.!?\u2026]+(?=[\s\"'\u2019\u201d)\]]|$)"  # sentence ends
    r"|[;:\u2022]|\n(?![a-z])"  # weaker ends; a line that goes on in small letters is wrapped
)
_LINKS = (
    r"(?i:https?|hxxps?)://\S+|(?i:www)\.\S+"  # addresses
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # mail addresses
    r"|[@#]\w+"  # handles and tags
)
_FAST = re.compile(f" ?({_PLAIN})")
_FULL = re.compile(f" ?({_LINKS}|{_PLAIN})")


def _pattern(text: str) -> re.Pattern[str]:
    """The pattern for `text`: the one that knows links only where there are any."""
    linked = "@" in text or "#" in text or "://" in text or "www." in text.lower()
    return _FULL if linked else _FAST


def tokens(text: str) -> list[str]:
    """The tokens of `text`, as written, in order."""
    return _pattern(text).findall(text)


def token_spans(text: str) -> list[Span]:
    """Where `tokens(text)` stand: one half-open span in code points for each."""
    return [Span(*m.span(1)) for m in _pattern(text).finditer(text)]
