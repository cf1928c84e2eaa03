"""Passages and sentences: they tile the document, in order, without overlap."""

from collections.abc import Sequence
from textwrap import fill

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.text.passages import Span, lines, paragraphs, passages, sentences

#: Texts made of what matters here: words, stops, quotes, breaks and the characters of `text()`.
TEXTS = st.lists(
    st.sampled_from(
        ["Guards", "held", "us", "Dr.", "U.S.", ".", "!", "?", "…", "”", "\"", ")", " ", "\n",
         "\n\n", "\t", "\r\n", "\u2028", "\x0c", "。", "警方"]
    )
    | st.text(max_size=3),
    max_size=40,
).map("".join)  # fmt: skip


def solid(text: str) -> str:
    return "".join(text.split())


def assert_tiles(text: str, spans: Sequence[Span]) -> None:
    """In order, without overlap, trimmed, and only white space between them."""
    at = 0
    for span in spans:
        assert not text[at : span.start].strip()
        assert span.start < span.end
        assert span.of(text) == span.of(text).strip()
        at = span.end
    assert not text[at:].strip()


def test_a_line_with_words_is_a_line() -> None:
    text = "  One \n\n\t\nTwo"
    assert [span.of(text) for span in lines(text)] == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Headline\n\nBody of it.", ["Headline", "Body of it."]),
        ("He said that\nshe left.", ["He said that\nshe left."]),
        ("He said so.\nshe left.", ["He said so.", "she left."]),
        ("He said that\n\nshe left.", ["He said that", "she left."]),
        ("He said that\nShe left.", ["He said that", "She left."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_paragraph_is_a_block_or_a_wrapped_sentence(text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in paragraphs(text)] == expected


#: A release of the U.S. government type, written for this test: mail width, a short list below.
WRAPPED = """\
The man was arrested on Monday at the border post of Mae Sot, police in
Tak said. He had been held in a compound for seven months. Officers of
Myanmar's border guard had found him on the river bank, without a
passport.

Charges:
Illegal entry
Working without a permit"""


def test_lines_of_a_fixed_width_are_one_paragraph_and_a_list_is_not() -> None:
    found = [" ".join(span.of(WRAPPED).split()) for span in paragraphs(WRAPPED)]
    assert found[0].endswith(
        "of Myanmar's border guard had found him on the river bank, without a passport."
    )
    assert found[1:] == ["Charges:", "Illegal entry", "Working without a permit"]


def test_one_paragraph_a_line_stays_so_where_lines_are_long_or_few() -> None:
    long = "\n".join(["Guards held them there for seven months and let nobody out. " * 3] * 5)
    assert len(paragraphs(long)) == 5
    assert len(paragraphs("Guards held\nThem there\nFor months")) == 3


@given(
    st.lists(st.sampled_from(["Guards", "held", "12", "people", "at", "Mae", "Sot"]), min_size=90)
)
def test_wrapping_a_paragraph_leaves_it_one(words: list[str]) -> None:
    text = fill(" ".join(words), 60)
    assert len(paragraphs(text)) == 1


@given(st.lists(st.sampled_from(["guards", "held", "12", "people", "at", "night"]), min_size=90))
def test_setting_a_wrapped_paragraph_double_leaves_it_one(words: list[str]) -> None:
    text = fill("guards " + " and ".join(words), 60)
    assert len(paragraphs(text.replace("\n", "\n\n"))) == 1


def test_a_wrapped_mail_that_is_set_double_is_read_as_its_paragraphs() -> None:
    mail = """\
Re: a sum of money

Good day,

I am a barrister in the town of Ho and write to you about the money that

my late client left in the bank here. There is nobody of his name whom the

bank could ask, and so I came upon your address. I shall offer to you one

third.

Yours,

Barrister Kwame"""
    found = [" ".join(span.of(mail).split()) for span in paragraphs(mail)]
    assert found[:2] == ["Re: a sum of money", "Good day,"]
    assert found[-3].startswith("I am a barrister") and found[-3].endswith("to you one third.")
    assert found[-2:] == ["Yours,", "Barrister Kwame"]


def test_paragraphs_that_begin_small_stay_apart_where_one_of_them_is_long() -> None:
    notes = ["ok so this is how it was", "we had one bed for six", "no pay for them " * 8, "bye"]
    assert len(paragraphs("\n\n".join(notes))) == 4


def test_lines_that_are_left_out_join_nothing() -> None:
    text = "He said that\nMenu\nshe left."
    kept = paragraphs(text, without=[Span(13, 17)])
    assert [span.of(text) for span in kept] == ["He said that", "she left."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One ran. Two fell.", ["One ran.", "Two fell."]),
        ("No end here", ["No end here"]),
        ("“Free us,” she said. He left!", ["“Free us,” she said.", "He left!"]),
        ("Dr. Okoro left. She ran.", ["Dr. Okoro left.", "She ran."]),
    ],
)
def test_a_passage_has_the_sentences_that_the_eye_sees(text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in sentences(text, Span(0, len(text)))] == expected


def test_sentences_of_a_passage_are_placed_in_the_whole_text() -> None:
    text = "Headline\n\nOne ran. Two fell."
    assert sentences(text, Span(10, 28)) == [Span(10, 18), Span(19, 28)]


def test_a_short_paragraph_is_one_passage() -> None:
    text = "One ran. Two fell. Three hid."
    assert passages(text) == [Span(0, len(text))]


def test_a_long_paragraph_is_cut_at_sentence_ends_into_pieces_of_about_four() -> None:
    text = " ".join(f"Guard {word} ran off." for word in "abcdefghijkl")
    found = passages(text)
    assert [span.of(text).count(".") for span in found] == [4, 4, 4]
    assert_tiles(text, found)


@given(TEXTS)
@example("a.\u2028b. c. d. e. f. g.")
@example("A.\x1cB. C. D. E. F. G.")
def test_passages_tile_the_document_in_order_without_overlap(text: str) -> None:
    assert_tiles(text, passages(text))


@given(TEXTS)
def test_passages_without_some_lines_are_the_rest_of_the_text(text: str) -> None:
    found = lines(text)
    left_out = found[::2]
    kept = passages(text, left_out)
    assert solid("".join(span.of(text) for span in kept)) == solid(
        "".join(line.of(text) for line in found[1::2])
    )


@given(TEXTS)
@example("He said. ”She left.")
def test_sentences_cover_all_words_of_their_passage(text: str) -> None:
    for passage in passages(text):
        found = sentences(text, passage)
        assert [solid(span.of(text)) for span in found] != []
        assert solid("".join(span.of(text) for span in found)) == solid(passage.of(text))


def test_both_seed_articles_are_tiled(seeds: dict[str, str]) -> None:
    assert len(seeds) == 2
    for text in seeds.values():
        assert_tiles(text, passages(text))


@pytest.mark.parametrize("text", ["scam strangers " * 4000, "x" * 60_000])
def test_a_text_without_stops_is_cut_all_the_same(text: str) -> None:
    """So that no passage, and no evidence, is as long as a hostile file."""
    found = passages(text)
    assert_tiles(text, found)
    assert max(span.end - span.start for span in found) <= 10_000
