"""Edits change what they say they change, and no word besides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.evaluation.edits import (
    ADDITIONS,
    EDITS,
    Addition,
    blank_lines,
    curly_quotes,
    hard_wrapped,
    name_nation,
    straight_quotes,
    swap_gender,
)
from tcls.evaluation.nations import NATIONS
from tcls.schema import load_schema

BY_NAME = {edit.name: edit for edit in EDITS}
TEXT = 'Men freed\n\nPolice freed ten men. "It\'s over", one said.\n\nNobody was charged.'

#: Paragraphs of plain words, without a gendered one.
paragraphs = st.lists(
    st.lists(st.sampled_from(["Police", "freed", "ten", "it's", '"over"', "left."]), min_size=1)
    .map(" ".join),
    min_size=1, max_size=4,
).map("\n\n".join)  # fmt: skip


@given(st.text(max_size=60), st.sampled_from(["workers", "people", "children"]))
def test_a_nation_is_named_before_the_first_persons_and_two_turns_name_two(
    text: str, persons: str
) -> None:
    whole = f"Ten {persons} left. {text}"
    one, two = (name_nation(whole, turn) for turn in (0, 1))
    adjectives = {nation.adjective for nation in NATIONS}
    for named in (one, two):
        assert named.startswith("Ten ")
        assert named[4:].split(f" {persons} left")[0] in adjectives
        assert named.endswith(f" {persons} left. {text}")
    assert one != two


def test_a_text_without_persons_stays_as_it_is() -> None:
    for text in ("It rained.", "Salesmen sat in the workers-only bar.", "Men left."):
        assert name_nation(text, 0) == text


def test_every_edit_has_a_name_of_its_own_and_only_nations_are_exact() -> None:
    assert len(BY_NAME) == len(EDITS)
    assert {e.name for e in EDITS if e.exact} - {"nationality: named"} == {
        f"{kind}: {words}"
        for kind in ("nationality", "country")
        for words in ("one word", "several words")
    }


@given(paragraphs)
def test_furniture_is_put_around_a_text_that_stays_as_it_is(text: str) -> None:
    for name, edit in BY_NAME.items():
        if name.startswith("furniture"):
            after = edit.apply(text)
            assert after != text
            assert after.startswith(text + "\n") or after.endswith("\n\n" + text)


@given(paragraphs)
def test_quotes_blank_lines_and_headlines_leave_every_word(text: str) -> None:
    words = text.casefold().split()
    assert straight_quotes(curly_quotes(text)).casefold().split() == words
    assert blank_lines(text).casefold().split() == words
    for name in ("headline: upper case", "headline: lower case"):
        assert BY_NAME[name].apply(text).casefold().split() == words
    assert swap_gender(text) == text


@given(st.text("ab .\n'\"“’", max_size=60))
def test_changing_quotes_twice_is_changing_them_once(text: str) -> None:
    for change in (straight_quotes, curly_quotes):
        assert change(change(text)) == change(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"It\'s over," he said.', "“It’s over,” he said."),
        ("('Yes')", "(‘Yes’)"),
        ("\"'Yes', he said\"", "“‘Yes’, he said”"),
        ("the workers' camp", "the workers’ camp"),
    ],
)
def test_a_quotation_opens_and_closes(before: str, after: str) -> None:
    assert curly_quotes(before) == after
    assert straight_quotes(after) == before


def test_a_headline_is_the_only_line_that_changes_case() -> None:
    first, rest = TEXT.split("\n", 1)
    assert BY_NAME["headline: upper case"].apply(TEXT) == f"{first.upper()}\n{rest}"
    assert BY_NAME["headline: lower case"].apply(TEXT) == f"{first.lower()}\n{rest}"


def test_a_long_first_line_is_no_headline() -> None:
    text = "Word " * 31 + "\n\nThe rest."
    assert BY_NAME["headline: upper case"].apply(text) == text


def test_blank_lines_are_doubled_and_added_at_both_ends() -> None:
    assert blank_lines("a\n\nb\nc") == "\n\na\n\n\n\nb\nc\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Her sister told her that, not his.", "His brother told him that, not hers."),
        ("MR TAN and Mrs Lim", "MRS TAN and Mr Lim"),
        ("He hid himself; the policewoman saw him.", "She hid herself; the policeman saw her."),
        ("The human chairman of Manila", "The human chairman of Manila"),
    ],
)  # fmt: skip
def test_gendered_words_are_swapped_whole(before: str, after: str) -> None:
    assert swap_gender(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("They miss the sea.", "They miss the sea."),
        ("The delay was 5 ms.", "The delay was 5 ms."),
        ("They told her it was over.", "They told him it was over."),
    ],
)
def test_gendered_words_that_are_hard_to_tell(before: str, after: str) -> None:
    assert swap_gender(before) == after


@given(st.lists(st.sampled_from("he she man woman sons daughters and the left uncle".split())))
def test_gender_swapped_twice_is_as_before(words: list[str]) -> None:
    text = " ".join(words)
    assert swap_gender(swap_gender(text)) == text


def test_an_addition_says_a_value_that_the_schema_knows() -> None:
    schema = load_schema()
    for addition in ADDITIONS:
        assert addition.value in schema.task(addition.task).values


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Title\n\nOne.\n\nTwo.", "Title\n\nOne.\n\nSaid.\n\nTwo."),
        ("One.", "One.\n\nSaid."),
        ("No stop", "No stop\n\nSaid."),
        ("He said “no.”\n\nTwo", "He said “no.”\n\nSaid.\n\nTwo"),
        ("", "\n\nSaid."),
    ],
)
def test_an_added_sentence_follows_the_first_paragraph_that_ends_one(text: str, after: str) -> None:
    assert Addition("", "Said.", "forced_criminality", "present").apply(text) == after


@given(paragraphs)
def test_an_addition_taken_out_again_leaves_the_text(text: str) -> None:
    for addition in ADDITIONS:
        assert addition.apply(text).replace("\n\n" + addition.sentence, "", 1) == text


def test_lines_are_broken_at_72_characters_and_paragraphs_stay() -> None:
    text = "Headline\n\n" + "Guards held them there. " * 6
    found = hard_wrapped(text)
    assert found.split("\n")[:3] == [
        "Headline",
        "",
        "Guards held them there. " * 2 + "Guards held them there.",
    ]
    assert found.split() == text.split()
