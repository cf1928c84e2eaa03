"""Which lines of a plain-text dump are site furniture, not article.

Dumps of web pages carry menus, icon names, interface strings in the visitor's
language, share buttons and lists of related articles around the text. Each rule
below names one kind and finds whole lines; a line that reads like a sentence of
the document's own script is never taken unless it repeats another line.
"""

import re
import unicodedata

from tcls.text.passages import Span, lines

_SENTENCE = re.compile(r"[.!?\u2026\u3002][\"'\u2019\u201d)\]]*$")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTER = re.compile("[A-Za-z]")
_OTHER_LETTER = re.compile(r"[^\W\d_A-Za-z]")
_FUNCTION = frozenset(
    "the of and to in a is was for on that with by as at from are were be has have had it "
    "his her their they who which said not an or this".split()
)
_INTERFACE = re.compile(
    r"""(?xi)^\W*(?:
    share(?:\ (?:this|on|via).*)?|tweet(?:\ this)?|pin\ it|e-?mail(?:\ this)?
    |print(?:\ this\ page)?|save
  | copy\ link|link\ copied.*|whats\ ?app|facebook|twitter|linkedin|telegram|instagram|youtube
    |reddit|messenger
  | menu|close(?:\ menu)?|open\ menu|search|home|back(?:\ to\ top)?|skip\ to\ (?:main\ )?content
    |next|previous
  | (?:main\ )?navigation|breadcrumb|log\ ?in|sign\ (?:in|up)(?:\ .{0,40})?
    |subscribe(?:\ .{0,40})?|register(?:\ now)?
  | (?:read|see|view|load|show)\ (?:more|all|also|less|next)(?:\W.*)?|related(?:\ (?:articles?
    |stories|news|posts|topics|content|links?))?\W*
  | (?:most\ (?:read|popular|viewed)|trending(?:\ now)?|latest(?:\ news|\ stories)?|you\ (?:may
    |might)\ (?:also\ )?(?:like|be\ interested\ in).*|recommended(?:\ for\ you)?|more\ (?:from
    |on|stories|like\ this).{0,40})
  | advertisement|advertorial|sponsored(?:\ content)?|story\ continues\ below.*
    |continue\ reading.*|article\ continues.*
  | (?:we\ use|this\ (?:web)?site\ uses)\ cookies.*|accept(?:\ all)?(?:\ cookies)?
    |cookie\ (?:policy|settings|notice|preferences).*|privacy(?:\ policy)?
    |terms(?:\ (?:of\ (?:use|service)|and\ conditions))?
  | (?:\u00a9|copyright|\(c\)\ ?(?:\d{4}|copyright)).*|all\ rights\ reserved.*
  | (?:photo|image|picture|credit|file\ photo|getty|reuters|afp)\s*(?:credit|by|:|/).*
    |tags?\s*:.*|topics?\s*:.*|categor(?:y|ies)\s*:.*|filed\ under.*
  | (?:\d+\s+)?comments?(?:\s+\(?\d+\)?)?|leave\ a\ (?:comment|reply)|reply|like
    |follow(?:\ us.{0,40})?|newsletter|download(?:\ (?:pdf|app).{0,20})?
    |listen(?:\ to\ this\ article)?|\d+\s+min(?:ute)?s?\ read
  )\W*$"""
)


#: A link to another article inside a text, whatever its title says.
_LINK = re.compile(
    r"""(?xi)^\W*(?:
    (?:see|read|watch)\ (?:also|more|next) | (?:also\ )?(?:read|watch) | also\ see
  | related(?:\ (?:articles?|coverage|news|reading|stor(?:y|ies)))?
  )\s?[:|]\s?\S"""
)
#: What may end in a full stop and is furniture all the same.
_NOTICES = (
    "all rights",
    "we use cookies",
    "this site uses",
    "this website uses",
    "story continues",
)


def _is_foreign(text: str) -> bool:
    """Most letters are of another script than Latin.

    >>> _is_foreign("这页面没有简体中文版本,现以English显示"), _is_foreign("Señor Muñoz, été")
    (True, False)
    """
    others = _OTHER_LETTER.findall(text)
    if not others:
        return False
    foreign = sum(not unicodedata.name(c, "").startswith("LATIN") for c in others)
    return foreign > len(_ASCII_LETTER.findall(text)) + len(others) - foreign


def _is_icon_list(line: str) -> bool:
    """Names of icons or menu entries run together without spaces: words far too long
    and hardly a function word among them.

    >>> _is_icon_list("abusesaffiliationarrow-downarrow-leftarrow-rightarrow-upattack-typebluesky")
    True
    """
    words = line.split()
    longest = max((len(word) for word in words if word.isascii()), default=0)
    if longest < 40 or "://" in line:
        return False
    plain = sum(word.lower() in _FUNCTION for word in words)
    return longest > 200 or plain < 0.1 * len(words)


def _is_interface(line: str) -> bool:
    """A button, a menu entry, a notice, a credit or a link, as sites word them.

    >>> _is_interface("Read more"), _is_interface("Read more about the case was all he said.")
    (True, False)
    >>> _is_interface("See also: The police warn of scams.")
    True
    >>> _is_interface("(c) 2024 The Paper"), _is_interface("(c) fake shops")
    (True, False)
    """
    if len(line) >= 160:
        return False
    if _LINK.match(line):
        return True
    if not _INTERFACE.match(line):
        return False
    spoken = any(word.lower() in _FUNCTION for word in _WORD.findall(line))
    notice = line[0] == "\u00a9" or line.lower().startswith(_NOTICES)
    return notice or not (spoken and _SENTENCE.search(line) and line.count(" ") > 5)


def _is_link_list(line: str) -> bool:
    """Entries of a menu or tag list: many separators, no function word.

    >>> _is_link_list("Home | News | Sport | Opinion"), _is_link_list("He left | she stayed.")
    (True, False)
    """
    parts = re.split(r"\s[|\u00b7\u2022>\u203a\u00bb/]\s", line)
    return len(parts) > 2 and not any(w.lower() in _FUNCTION for w in _WORD.findall(line))


def furniture(text: str) -> list[Span]:
    """The lines of `text` that are site furniture, in order.

    A line that repeats an earlier one is furniture. So are, after the last
    sentence of the text, all copies of a repeated line and what follows a line
    of furniture: lists of related articles stand there.
    """
    found = lines(text)
    words = [line.of(text) for line in found]
    latin = not _is_foreign("\n".join(dict.fromkeys(words)))
    taken = [
        (latin and _is_foreign(w))
        or _is_icon_list(w) or _is_interface(w) or _is_link_list(w)
        for w in words
    ]  # fmt: skip
    last = max((i for i, w in enumerate(words) if _SENTENCE.search(w) and not taken[i]), default=-1)
    seen: dict[str, int] = {}
    for i, w in enumerate(words):
        if w in seen and len(w) > 3:
            taken[i] = True
            if seen[w] > last >= 0:
                taken[seen[w]] = True
        seen.setdefault(w, i)
    if last >= 0:
        for i in range(last + 1, len(words)):
            if taken[i - 1] and i - 1 > last:
                taken[i] = True
    return [line for line, furnished in zip(found, taken, strict=True) if furnished]
