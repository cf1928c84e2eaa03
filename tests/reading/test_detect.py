"""Bytes to text: the encoding is found or shown, and what is no text is refused."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.errors import InputError, UsageError
from tcls.reading.detect import _western, decode

CASES = json.loads((Path(__file__).parents[1] / "cases" / "encodings.json").read_text("utf-8"))[
    "cases"
]
ENGLISH = "Guards held forty people behind the wall. “Free us,” they wrote in the café’s book. "
TEXT = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]))


def as_text(escaped: str) -> str:
    """Surrogate pairs of JSON escapes, joined."""
    return escaped.encode("utf-16", "surrogatepass").decode("utf-16")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['encoding']} {case['bytes']}")
def test_bytes_of_a_standard_are_the_text_that_it_prints(case: dict[str, str]) -> None:
    found = decode(bytes.fromhex(case["bytes"]))
    assert found == (as_text(case["text"]), case["encoding"])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_found(encoding: str) -> None:
    assert decode((ENGLISH * 20).encode(encoding)) == (ENGLISH * 20, encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_byte_order_mark_decides_and_is_not_text(encoding: str) -> None:
    assert decode(ENGLISH.encode(encoding)) == (ENGLISH, encoding)


def test_a_few_broken_bytes_in_utf_8_are_shown_as_such() -> None:
    text, encoding = decode((ENGLISH * 5).encode() + b"\xff end.")
    assert (text, encoding) == (ENGLISH * 5 + "\ufffd end.", "utf-8 with errors")


@pytest.mark.parametrize(
    ("data", "forced", "expected"),
    [
        (b"\xef\xbb\xbfcaf\xff", None, ("caf\ufffd", "utf-8 with errors")),
        (b"\xff\xfeH\0i\0\x00\xd8", None, ("Hi\ufffd", "utf-16 with errors")),
        ("café".encode(), "ascii", ("caf\ufffd\ufffd", "ascii with errors")),
        (b"caf\xe9", "utf-8", ("caf\ufffd", "utf-8 with errors")),
        ("\ufeffcafé".encode(), "utf-8", ("café", "utf-8")),
        ("A \ufffd was printed.".encode(), None, ("A \ufffd was printed.", "utf-8")),
    ],
)
def test_no_byte_is_replaced_without_a_word(
    data: bytes, forced: str | None, expected: tuple[str, str]
) -> None:
    assert decode(data, forced) == expected


@pytest.mark.parametrize(
    ("word", "encoding"), [("café’s £5 “menu”. ", "cp1252"), ("полиция освободила ", "cp1251")]
)
def test_bytes_that_are_not_ascii_are_found_after_64_kb_that_are(word: str, encoding: str) -> None:
    text = "Guards held us. " * 5000 + word * 40
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    "text",
    [
        "He paid £500 to leave.",
        "naïve — “yes” … €200",
        "José Núñez",
        "He said ‘no’.",
        "It’s the café’s book – 5 m² for 40 people, at 35°C.",
        "¿Cómo está, señor? «Così è», disse.",
        "Les victimes étaient forcées à escroquer; l’été passé, on les a libérées.",
    ],
)
def test_few_bytes_that_are_not_ascii_are_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252")) == (text, "cp1252")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("警方解救了四十人，他们被关押在诈骗园区。", "gb18030"),
        ("警方解救了四十人，他們被關押在詐騙園區。", "big5"),
        ("警察は四十人を救出した。", "cp932"),
        ("경찰은 마흔 명을 구출했다.", "cp949"),
        ("ตำรวจช่วยเหลือผู้คนสี่สิบคน", "cp874"),
        ("Полиция освободила сорок человек.", "cp1251"),
        ("Η αστυνομία απελευθέρωσε σαράντα ανθρώπους.", "cp1253"),
    ],
)
def test_many_bytes_that_are_not_ascii_are_left_to_the_library(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("They canÕt leave.", "a capital after a small letter"),
        ("The suspect, ÍõÐ¡Ã÷, was held.", "a symbol inside a word"),
        ("The guard, Èâàí, held all of us for a year.", "three letters in a row"),
        ("He paid 50\x81 to leave.", "a byte that has no character"),
    ],
)
def test_what_no_western_text_has_is_not_windows_1252(data: str, reason: str) -> None:
    assert not _western(data.encode("latin-1")), reason


def test_a_guess_is_named() -> None:
    text = "Der Häftling wurde für die Täter müde. Größere Gebäude wären schön. " * 10
    found, encoding = decode(text.encode("cp1252"))
    assert found == text
    assert encoding != "utf-8"


def test_an_encoding_that_is_given_is_used() -> None:
    thai = "ตำรวจช่วยเหลือผู้คนสี่สิบคน"
    assert decode(thai.encode("tis-620"), "tis-620") == (thai, "tis-620")


@pytest.mark.parametrize(
    "name", ["nosuch", "base64", "rot13", "undefined", "idna", "hex", "a\0b", ""]
)
def test_an_encoding_that_does_not_exist_is_refused_by_name(name: str) -> None:
    for data in (b"Guards \xff held us.", b""):
        with pytest.raises(UsageError, match="no encoding"):
            decode(data, name)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj",
        b"PK\x03\x04" + b"\0" * 30,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 30,
        b"\xff\xd8\xff\xe0" + b"\0" * 30,
        gzip.compress(ENGLISH.encode()),
        b"\x7fELF\x02\x01\x01" + b"\0" * 30,
        b"GIF89a" + b"\0" * 30,
        b"\0" * 1000,
        bytes(range(32)) * 40,
        b"\xc5" * 1000,
        bytes((i * 167 + i * i * 59) % 256 for i in range(4000)),
    ],
    ids=["pdf", "zip", "png", "jpeg", "gzip", "elf", "gif", "nul", "control", "c5", "noise"],
)
def test_what_is_no_text_is_refused_as_binary(data: bytes) -> None:
    with pytest.raises(InputError, match=r"not a text: .*; convert it to \.txt first") as fault:
        decode(data)
    assert fault.value.code == "binary"


NOISE = bytes((i * 167 + i * i * 59 + (i >> 4) * 91) % 256 for i in range(4000))


@pytest.mark.parametrize(
    ("data", "forced"),
    [
        (b"\xff\xfe" + NOISE, None),
        (b"\xfe\xff" + NOISE, None),
        (b"\xef\xbb\xbf" + NOISE, None),
        (b"\xff\xfe\0\0" + NOISE, None),
        (NOISE, "latin-1"),
        (NOISE, "utf-16"),
        (b"%PDF-1.7", "utf-8"),
        (b"\x01\0" * 500, None),
    ],
)
def test_no_mark_and_no_name_makes_noise_a_text(data: bytes, forced: str | None) -> None:
    with pytest.raises(InputError, match="not a text: ") as fault:
        decode(data, forced)
    assert fault.value.code == "binary"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_ruled_line_is_a_text(encoding: str) -> None:
    assert decode(("-" * 80).encode(encoding), encoding)[0] == "-" * 80


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<!DOCTYPE html>\n<script>var a = 'forced to scam';</script>", "an HTML page"),
        ("\n  <html lang='en'><p>He left.</p>", "an HTML page"),
        ("<HTML><p>He left.</p>", "an HTML page"),
        ("<?xml version='1.0'?><text>He left.</text>", "an XML file"),
        (r"{\rtf1\ansi He left.}", "an RTF document"),
        ('{"text": "He left."}\n{"text": "He stayed."}\n', "JSON or JSON lines"),
        ('\n {"text": "He left."} \r\n{"tex', "JSON or JSON lines"),
        ('{\n "text": "He left."\n}\n', "JSON or JSON lines"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_that_is_not_plain_is_refused_by_its_format(
    text: str, what: str, encoding: str
) -> None:
    message = f"not plain text: {what}; expected plain text; "
    with pytest.raises(InputError, match=f"^{message}.* first$") as fault:
        decode(text.encode(encoding))
    assert fault.value.code == "format"


@pytest.mark.parametrize(
    "text",
    [
        "The page began with <!doctype html>.",
        "<htmlish> is no tag.",
        "{He left.} Nobody saw it.",
        '{"a": 1} is what the screen said.',
        "[1] He left.",
        '"He left," she said.',
        "{" * 100_000,
        '{"a":' * 100_000,
        '{"a": ' + "9" * 5000 + "}",
    ],
)
def test_a_text_that_only_speaks_of_a_format_is_plain(text: str) -> None:
    assert decode(text.encode())[0] == text


def test_letters_with_invisible_marks_between_them_are_a_text() -> None:
    hidden = "\u200b".join(ENGLISH)
    assert decode(hidden.encode()) == (hidden, "utf-8")


@given(TEXT)
@example("\ufeff")
@example("aaaa" * 40)
@example("می\u200cخواهم")
def test_a_text_in_utf_8_comes_back(text: str) -> None:
    assert decode(text.encode())[0].removeprefix("\ufeff") == text.removeprefix("\ufeff")


@given(st.binary())
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00\xd8")
@example(b"\xef\xbb\xbf\xff")
@example(b"\x00")
@example(b"{}")
def test_any_bytes_are_a_text_or_refused(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except InputError as fault:
        assert fault.code in ("binary", "format")
    else:
        assert encoding
        text.encode()  # no stray surrogates
