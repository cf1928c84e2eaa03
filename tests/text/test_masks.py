"""Masks: what a token counts as, so that no name or number can move a label."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.model.lists import lookup, mask_lines
from tcls.text.masks import TAGS, Masks, fold
from tcls.text.tokens import tokens

CASES = Path(__file__).parents[1] / "cases"
GOLDEN = json.loads((CASES / "masks.json").read_text("utf-8"))["cases"]
COUNTRIES = json.loads((CASES / "countries.json").read_text("utf-8"))["cases"]
#: A list of names for tests of the rules alone; the marks are those of `tcls.text.masks.Lookup`.
NAMES = {
    "laos": "<place>", "polish": "<place>*", "south": "+", "south korea": "<place>",
    "south korean": "<place>", "new": "+", "new zealand": "<place>", "kim": "<person>*",
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped(root: Path) -> Masks:
    """The masks of the lists in labels/masks."""
    return Masks(lookup(mask_lines(root / "labels" / "masks")))


@pytest.fixture
def small() -> Masks:
    return Masks(lambda name: NAMES.get(name, ""))


def forms(masks: Masks, text: str) -> list[str]:
    return masks.apply(tokens(text))[0]


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: ascii(case["text"]))
def test_a_token_counts_as_its_kind(shipped: Masks, case: dict[str, object]) -> None:
    assert forms(shipped, str(case["text"])) == case["forms"]


@pytest.mark.parametrize("case", COUNTRIES, ids=lambda case: case["country"])
@pytest.mark.parametrize(
    "pattern",
    [
        "Two {nationality} women were held in {country}.",
        "{country}’s police freed the {nationality} men.",
        "POLICE IN {country} HELD {nationality} WORKERS",
        "{nationality}-run sites in {country}, she said",
        "from {country} and the {nationality} border",
    ],
)
def test_a_sentence_reads_alike_whatever_its_country(
    shipped: Masks, case: dict[str, str], pattern: str
) -> None:
    one = {key: value.upper() if "POLICE" in pattern else value for key, value in case.items()}
    other = {"country": "Laos", "nationality": "Laotian"}
    assert forms(shipped, pattern.format(**one)) == forms(shipped, pattern.format(**other))


def test_a_name_that_is_also_a_word_counts_only_when_capitalised(small: Masks) -> None:
    assert forms(small, "polish Polish POLISH kim Kim") == [
        "polish", "<place>", "kim", "<person>",
    ]  # fmt: skip


def test_the_first_word_of_a_longer_name_alone_stays_a_word(small: Masks) -> None:
    assert forms(small, "South wind") == ["south", "wind"]
    assert forms(small, "South Korea wind") == ["<place>", "wind"]
    assert forms(small, "South\nKorea wind") == ["<place>", "wind"]
    assert forms(small, "a south korea wind") == ["a", "<place>", "wind"]


def test_the_longest_name_wins_and_runs_of_places_are_one(small: Masks) -> None:
    assert forms(small, "New Zealand, South Korea and Laos") == ["<place>", "and", "<place>"]


def test_the_before_a_place_is_part_of_it(small: Masks) -> None:
    assert forms(small, "the Laos border and the wall") == [
        "<place>", "border", "and", "the", "wall",
    ]  # fmt: skip


def test_each_form_knows_where_it_begins(small: Masks) -> None:
    raw = tokens("They left South Korea in two months")
    found, at = small.apply(raw)
    assert found == ["they", "left", "<place>", "in", "<number>", "months"]
    assert [raw[i] for i in at] == ["They", "left", "South", "in", "two", "months"]


def test_names_of_a_gender_become_one_word_for_all(small: Masks) -> None:
    assert forms(small, "his wife and her husband") == forms(small, "her husband and his wife")


@given(st.text())
@example("P1234567 +855 12 345 678 a1b2")
@example("x½ ፩ ① ٣٤٥٦٧٨٩٠١٢")
def test_no_form_holds_a_digit_or_is_empty(text: str) -> None:
    masks = Masks(lambda name: NAMES.get(name, ""))
    for form in forms(masks, text):
        assert form
        assert not any(c.isdecimal() for c in form)


@given(st.text())
@example("DIDN'T U.S. Pope’s İstanbul ﬁne")
def test_folding_a_folded_word_changes_nothing(text: str) -> None:
    for token in tokens(text):
        assert fold(fold(token)) == fold(token)


@given(st.lists(st.sampled_from(["South", "Korea", "Laos", "the", "two", "$", "May", "ran", "."])))
def test_forms_begin_at_rising_places_and_every_tag_is_known(raw: list[str]) -> None:
    found, at = Masks(lambda name: NAMES.get(name, "")).apply(raw)
    assert len(found) == len(at)
    assert at == sorted(set(at))
    assert all(form in TAGS for form in found if form[0] == "<")


@given(st.lists(st.sampled_from(["South", "Korea", "Laos", "the", "two", "ran", "."]), max_size=8))
def test_what_was_read_before_does_not_change_what_is_read_now(raw: list[str]) -> None:
    used = Masks(lambda name: NAMES.get(name, ""))
    used.apply(["South", "New", "Zealand", *raw])
    assert used.apply(raw) == Masks(lambda name: NAMES.get(name, "")).apply(raw)
