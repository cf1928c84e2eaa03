"""Bytes to text: byte-order mark, then UTF-8, then a guess that is shown."""

import codecs
import unicodedata

from tcls.errors import InputError

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
_SAMPLE = 65_536
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


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text in `data` and the encoding that was used.

    `encoding` forces one. Bytes that are not valid in it become U+FFFD, and the
    name is then given as "utf-8 with errors". Raises InputError (code "binary")
    for what is no text, UsageError for an encoding that does not exist.
    """
    if encoding:
        try:
            return data.decode(encoding, "replace"), encoding
        except (LookupError, ValueError) as fault:  # no such codec, or one that is not for texts
            raise InputError(
                f"no encoding {encoding!r}; expected a name such as utf-8, cp1252, tis-620"
            ) from fault
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise _binary(what)
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace"), name
    if b"\0" in data[:_SAMPLE] and (wide := _wide(data)):
        return data.decode(wide, "replace"), wide
    try:
        return _checked(data.decode("utf-8"), "utf-8", data)
    except UnicodeDecodeError:
        return _guess(data)


def _guess(data: bytes) -> tuple[str, str]:
    """UTF-8 with a few broken bytes, or what charset-normalizer finds."""
    repaired = data.decode("utf-8", "replace")
    broken = repaired.count("\ufffd")
    valid = sum(c > "\x7f" and c != "\ufffd" for c in repaired)
    if broken <= 0.01 * len(repaired) and valid >= broken:
        return _checked(repaired, "utf-8 with errors", data)
    from charset_normalizer import from_bytes  # loaded only when UTF-8 fails

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        if broken <= 0.01 * len(repaired):
            return _checked(repaired, "utf-8 with errors", data)
        raise _binary("bytes in no known text encoding")
    return _checked(data.decode(best.encoding, "replace"), best.encoding, data)


def _checked(text: str, encoding: str, data: bytes) -> tuple[str, str]:
    """Refuse what decodes but is no text: control characters, one character repeated."""
    sample = text[:_SAMPLE]
    printable = sum(
        c.isprintable() or c.isspace() or unicodedata.category(c) in ("Cf", "Cn", "Co")
        for c in sample
    )
    if sample and printable < _PRINTABLE * len(sample):
        raise _binary("control characters")
    if encoding != "utf-8" and len(sample) > 64 and len(set(sample)) < 4:
        raise _binary("one character repeated")
    return text.removeprefix("\ufeff"), encoding
