"""One nation in the place of another: names change, and with them articles and possessives."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.evaluation.nations import NATIONS, Nation, swap, with_words

BY_NAME = {nation.bare: nation for nation in NATIONS}
KENYA, EGYPT = BY_NAME["Kenya"], BY_NAME["Egypt"]
KINGDOM, STATES = BY_NAME["United Kingdom"], BY_NAME["United States"]

nation = st.sampled_from(NATIONS)
#: Words of a text that name no nation.
words = st.lists(
    st.sampled_from("police freed ten workers, who had been forced to scam; nobody paid".split()),
    max_size=6,
).map(" ".join)


@pytest.mark.parametrize(
    ("target", "before", "after"),
    [
        (EGYPT, "a Kenyan and two Kenyans", "an Egyptian and two Egyptians"),
        (KENYA, "An Egyptian paid an Egyptian.", "A Kenyan paid a Kenyan."),
        (KINGDOM, "an Egyptian court", "a British court"),
        (BY_NAME["Ukraine"], "an Egyptian court", "a Ukrainian court"),
        (EGYPT, "the Kenyan’s phone", "the Egyptian’s phone"),
        (BY_NAME["Spain"], "two Swedes, both Swedish", "two Spaniards, both Spanish"),
    ],
)
def test_people_and_adjectives_keep_their_number_and_get_their_article(
    target: Nation, before: str, after: str
) -> None:
    assert swap(before, "nationality", [target]) == after


@pytest.mark.parametrize(
    ("target", "before", "after"),
    [
        (KENYA, "in the Philippines", "in Kenya"),
        (STATES, "in Kenya", "in the United States"),
        (STATES, "Kenya paid. Kenya lost.", "The United States paid. The United States lost."),
        (KENYA, "the Philippines’ police", "Kenya’s police"),
        (STATES, "near Kenya's border", "near the United States' border"),
        (KINGDOM, "in the UAE", "in the United Kingdom"),
        (KENYA, "Burma and Myanmar", "Kenya and Kenya"),
    ],
)
def test_countries_get_their_article_and_possessive(
    target: Nation, before: str, after: str
) -> None:
    assert swap(before, "country", [target]) == after


@pytest.mark.parametrize(
    ("kind", "target", "before", "after"),
    [
        ("country", STATES, "a Kenya court", "a United States court"),
        ("nationality", KENYA, "the American consul", "the Kenyan consul"),
        ("country", STATES, '"Kenya is safe," he said.', '"The United States is safe," he said.'),
    ],
)
def test_articles_that_are_hard_to_get_right(
    kind: str, target: Nation, before: str, after: str
) -> None:
    assert swap(before, kind, [target]) == after


@pytest.mark.xfail(
    strict=True, reason="whose article it is, the country's or the noun's, is not told"
)
def test_an_article_of_the_noun_behind_a_country_stays() -> None:
    assert swap("the UK government", "country", [KENYA]) == "the Kenya government"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("country", "Port of Spain"),
        ("country", "the People's Republic of China"),
        ("country", "the Kingdom of Morocco"),
        ("country", "South China"),
        ("country", "the China Sea"),
        ("nationality", "the Indian Ocean"),
        ("nationality", "Latin American"),
    ],
)
def test_a_longer_name_that_holds_a_nation_stays(kind: str, text: str) -> None:
    assert swap(text, kind, [KENYA]) == text


def test_only_the_kind_that_is_asked_for_is_swapped() -> None:
    text = "A Thai left Laos."
    assert swap(text, "country", [KENYA]) == "A Thai left Kenya."
    assert swap(text, "nationality", [KENYA]) == "A Kenyan left Laos."


def test_a_nation_that_is_named_already_is_not_put_in_another_s_place() -> None:
    assert swap("Kenya, Laos", "country", [KENYA, EGYPT]) == "Egypt, Egypt"


def test_no_name_stands_for_two_nations() -> None:
    names = [n for nation in NATIONS for n in {nation.bare, *nation.also}]
    adjectives = [n for nation in NATIONS for n in {nation.adjective, *nation.found_by}]
    assert len(names) == len(set(names))
    assert len(adjectives) == len(set(adjectives))


def test_every_nation_has_one_word_or_several() -> None:
    for kind in ("country", "nationality"):
        one, several = with_words(kind, False), with_words(kind, True)
        assert {*one, *several} == set(NATIONS) and not set(one) & set(several)
    assert KENYA in with_words("country", False) and STATES in with_words("country", True)
    assert STATES in with_words("nationality", False)  # American


@given(words, nation, words)
def test_a_country_put_in_its_own_place_changes_nothing(left: str, one: Nation, right: str) -> None:
    text = f"We said: {left} in {one.country} {right}"
    assert swap(text, "country", [one]) == text


@given(words, nation, nation, words)
def test_a_swap_is_undone_by_swapping_back(left: str, one: Nation, two: Nation, right: str) -> None:
    """Nations without a nationality of their own (the adjective is the country) are left out."""
    text = f"We said: {left} in {one.country} {right}"
    there = swap(text, "country", [two])
    assert there == f"We said: {left} in {two.country} {right}"
    assert swap(there, "country", [one]) == text
    if one.adjective != one.bare and two.adjective != two.bare:
        text = f"We said: {left} two {one.adjective} men {right}"
        there = swap(text, "nationality", [two])
        assert there == f"We said: {left} two {two.adjective} men {right}"
        assert swap(there, "nationality", [one]) == text


@given(st.lists(st.one_of(words, nation.map(lambda n: n.country)), max_size=8))
def test_all_but_the_names_and_their_articles_stays(parts: list[str]) -> None:
    names = "|".join(re.escape(n.country) for n in sorted(NATIONS, key=lambda n: -len(n.country)))

    def rest(text: str) -> str:
        return re.sub(f"(?i){names}", "", text)

    text = ", ".join(["Sirs", *parts])
    assert rest(swap(text, "country", NATIONS)) == rest(text)


@given(st.lists(nation, min_size=1, max_size=5, unique=True))
def test_different_nations_stay_different(some: list[Nation]) -> None:
    found = swap(", ".join(["Sirs", *(n.country for n in some)]), "country", NATIONS)
    names = found.split(", ")[1:]
    assert len(set(names)) == len(some)
    assert not set(names) & {n.country for n in some}
