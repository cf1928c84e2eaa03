"""Stories: what shares its text stays together, whatever the script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus.duplicates import SAME_STORY, key, near_duplicates, stories
from tcls.reading.document import Document

WIRE = (
    "Guards held forty people behind the wall, a relief group said. Police freed them on the "
    "second night. Nobody was charged, and the building stands empty to this day."
)
OTHER = (
    "The fishing fleet came home early because a storm had closed the strait, and prices at the "
    "harbour market rose by a third before the weekend."
)
CHINESE = (
    "警方从一栋大楼中救出四十人,他们在那里被迫通过互联网诈骗陌生人,"
    "一个救援组织周一表示,没有人被起诉,大楼至今空置。"
)
DOCUMENTS = st.lists(
    st.sampled_from([WIRE, OTHER, CHINESE, WIRE + OTHER, "", "x", WIRE.upper()]), max_size=7
).map(lambda texts: [Document(f"d{i}", text) for i, text in enumerate(texts)])


def documents(*texts: str, **meta: str) -> list[Document]:
    return [Document(f"d{i}", text, meta) for i, text in enumerate(texts)]


def test_the_two_seed_articles_are_one_story(seeds: dict[str, str]) -> None:
    found = stories([Document(name, text) for name, text in seeds.items()])
    assert found == [min(seeds)] * 2


def test_case_spaces_digits_and_punctuation_do_not_count() -> None:
    assert key(WIRE) == key(WIRE.upper().replace(" ", "\n\n").replace(",", " 12 -"))


def test_different_texts_are_different_stories() -> None:
    assert stories(documents(WIRE, OTHER, CHINESE)) == ["d0", "d1", "d2"]


@pytest.mark.parametrize("text", [WIRE, CHINESE])
def test_a_copy_inside_a_longer_text_is_the_same_story(text: str) -> None:
    assert stories(documents(text, OTHER + text)) == ["d0", "d0"]


def test_a_copy_of_a_copy_is_the_same_story() -> None:
    half, rest = WIRE[:80], WIRE[80:]
    assert stories(documents(half, WIRE, rest)) == ["d0"] * 3


def test_declared_twins_are_one_story_however_different() -> None:
    assert stories(documents(WIRE, OTHER, twin="pair 1")) == ["d0", "d0"]
    named = [Document("a", WIRE), Document("b", OTHER, {"twin": "a"})]
    assert stories(named) == ["a", "a"]


def test_texts_without_letters_have_no_key_and_no_twin() -> None:
    assert key("12 345 !") == frozenset()
    assert stories(documents("12", "12", "")) == ["d0", "d1", "d2"]


def test_short_texts_are_one_story_only_when_equal() -> None:
    assert stories(documents("Freed", "FREED!", "Jailed")) == ["d0", "d0", "d2"]


@given(DOCUMENTS)
def test_a_story_is_named_after_its_smallest_member(found: list[Document]) -> None:
    names = stories(found)
    for document, story in zip(found, names, strict=True):
        assert story <= document.id
        assert names[[d.id for d in found].index(story)] == story


@given(DOCUMENTS)
def test_no_near_duplicates_are_in_two_stories(found: list[Document]) -> None:
    names = stories(found)
    for i, j, share in near_duplicates(found):
        assert i < j
        assert SAME_STORY <= share <= 1
        assert names[i] == names[j]


@given(DOCUMENTS, st.randoms())
def test_the_order_of_documents_does_not_matter(found: list[Document], random) -> None:
    named = dict(zip((d.id for d in found), stories(found), strict=True))
    shuffled = random.sample(found, len(found))
    assert dict(zip((d.id for d in shuffled), stories(shuffled), strict=True)) == named
