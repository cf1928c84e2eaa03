"""Bytes to text: byte-order mark, then UTF-8, then a guess that is shown."""

import codecs
import json
import re
import string
import unicodedata

from tcls.errors import InputError, UsageError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"GIF8": "a GIF picture",
    b"\xd0\xcf\x11\xe0": "an old office document",
}
#: How texts of other formats begin; of these the words of tags and scripts would be judged.
_FORMATS = (
    (re.compile(r"\s*<(!doctype html|html)\b", re.I), "an HTML page"),
    (re.compile(r"\s*<\?xml\b", re.I), "an XML file"),
    (re.compile(r"\s*\{\\rtf"), "an RTF document"),
)
#: No more characters than this are parsed to find whether a text is JSON.
_RECORD = 1_000_000
_OPENING = re.compile(r"\s*\{")
_SAMPLE = 65_536
_HIGH = re.compile(rb"[\x80-\xff]+")
#: Bytes on each side of those that are not ASCII which a guess is shown as well.
_NEAR = 200
_ASCII_LETTERS = string.ascii_letters.encode()
_HIGH_LETTERS = bytes(b for b in range(128, 256) if bytes([b]).decode("cp1252", "ignore").isalpha())
#: What bytes of another encoding give in Windows-1252 and hardly any Western text has: a symbol
#: inside a word, a capital after a small letter, three letters in a row that are not ASCII.
_NOT_WESTERN = re.compile(
    "[a-zà-öø-ÿ][ŠŒŽÀ-ÖØ-Þ]|[ƒŠŒŽšœžŸÀ-ÖØ-öø-ÿ]{3}"
    "|[A-Za-zÀ-ÿ][¡-©«¬®-³¶¸¹»-¿×÷€‚„†‡ˆ‰‹›˜™][A-Za-zÀ-ÿ]"
)
#: Least share of printable characters for a decoded text to be one.
_PRINTABLE = 0.95


def _binary(what: str) -> InputError:
    return InputError(
        f"not a text: {what}; expected plain text; convert it to .txt first", "binary"
    )


def _wide(data: bytes) -> str:
    """The 16-bit encoding of a text that has zero bytes at every other place, or ""."""
    sample = data[:_SAMPLE]
    if sample[1::2].count(0) > 0.4 * len(sample) / 2 and not sample[0::2].count(0):
        return "utf-16-le"
    if sample[0::2].count(0) > 0.4 * len(sample) / 2 and not sample[1::2].count(0):
        return "utf-16-be"
    return ""


def check_encoding(name: str) -> None:
    """Raise UsageError for an encoding that does not exist, or is not one of texts."""
    try:
        b"A \xff".decode(name, "replace")  # no bytes at all would be decoded by any name
    except (LookupError, ValueError) as fault:
        raise UsageError(
            f"no encoding {name!r}; expected a name such as utf-8, cp1252, tis-620"
        ) from fault


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text in `data`, without a byte-order mark, and the encoding that was used.

    `encoding` forces one. Bytes that are not valid in the encoding become U+FFFD, and its
    name then ends in " with errors", whether it was forced, marked or guessed. Raises
    InputError (code "binary") for what is no text, (code "format") for a text that is not plain,
    and as `check_encoding` does.
    """
    if encoding is not None:
        check_encoding(encoding)
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise _binary(what)
    name = encoding or _marked(data)
    try:
        text, broken = data.decode(name or "utf-8"), 0
    except UnicodeDecodeError:
        name = name or _guess(data)
        text = data.decode(name, "replace")
        broken = text.count("\ufffd")
    name = name or "utf-8"
    if broken:
        name = name.removesuffix("-sig") + " with errors"
    _check(text[:_SAMPLE], name)
    text = text.removeprefix("\ufeff")
    _check_format(text)
    return text, name


def _marked(data: bytes) -> str:
    """The encoding that a byte-order mark or the places of zero bytes show, or ""."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    return _wide(data) if b"\0" in data[:_SAMPLE] else ""


def _guess(data: bytes) -> str:
    """UTF-8 for a few broken bytes, Windows-1252, or what charset-normalizer finds."""
    repaired = data.decode("utf-8", "replace")
    broken = repaired.count("\ufffd")
    valid = sum(c > "\x7f" and c != "\ufffd" for c in repaired)
    if broken <= 0.01 * len(repaired) and valid >= broken:
        return "utf-8"
    if _western(data):
        return "cp1252"
    from charset_normalizer import from_bytes  # loaded only when UTF-8 fails

    best = from_bytes(_telling(data)).best()
    if best is not None:
        return str(best.encoding).replace("_", "-")
    if broken <= 0.01 * len(repaired):
        return "utf-8"
    raise _binary("bytes in no known text encoding")


def _western(data: bytes) -> bool:
    """Whether `data` is most likely Windows-1252: few bytes that are not ASCII, and where it has
    them. Of a short text the library, which counts letters, cannot know."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    plain = _count(data, _ASCII_LETTERS)
    high = len(data) - _count(data, bytes(range(128)))
    few = 3 + 0.08 * plain  # French, Spanish and Swedish have 3 to 5 in a hundred letters
    return (
        high <= plain and _count(data, _HIGH_LETTERS) <= few and _NOT_WESTERN.search(text) is None
    )


def _count(data: bytes, which: bytes) -> int:
    return len(data) - len(data.translate(None, which))


def _telling(data: bytes) -> bytes:
    """At most 64 kB of `data`; of more, those at and near bytes that are not ASCII."""
    if len(data) <= _SAMPLE:
        return data
    parts, size, end = [], 0, 0
    for high in _HIGH.finditer(data):
        start, stop = max(end, high.start() - _NEAR), high.end() + _NEAR
        if start < stop:
            parts.append(data[start:stop])
            size, end = size + stop - start, stop
        if size >= _SAMPLE:
            break
    return b"".join(parts)[:_SAMPLE]


def _check(sample: str, encoding: str) -> None:
    """Refuse what decodes but is no text: control characters, one character repeated.

    Only where UTF-8 vouches for them may there be many characters that Unicode leaves
    unassigned or to private use: any noise has them in UTF-16.
    """
    sure = encoding in ("utf-8", "utf-8-sig")
    allowed = ("Cf", "Cn", "Co") if sure else ("Cf",)
    printable = sum(
        c.isprintable() or c.isspace() or unicodedata.category(c) in allowed for c in sample
    )
    if sample and printable < _PRINTABLE * len(sample):
        raise _binary("control characters" if sure else "control or unassigned characters")
    if not (sure or sample.isascii()) and len(sample) > 64 and len(set(sample)) < 4:
        raise _binary("one character repeated")


def _check_format(text: str) -> None:
    """Refuse HTML, XML, RTF and JSON, told by how they begin."""
    for beginning, what in _FORMATS:
        if beginning.match(text):
            raise InputError(
                f"not plain text: {what}; expected plain text; save it as .txt first", "format"
            )
    if _begins_with_record(text):
        raise InputError(
            "not plain text: JSON or JSON lines; expected plain text; "
            "write each text to a .txt file of its own first",
            "format",
        )


def _begins_with_record(text: str) -> bool:
    """Whether `text` begins with a JSON object and the line ends with it."""
    opening = _OPENING.match(text)
    if opening is None:
        return False
    record = text[opening.end() - 1 :][:_RECORD]
    try:
        end = json.JSONDecoder().raw_decode(record)[1]
    except (ValueError, RecursionError):
        return False
    return not record[end:].split("\n", 1)[0].strip()
