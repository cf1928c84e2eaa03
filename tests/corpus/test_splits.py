"""Splits: by story, the same every time, and the frozen list is never remade."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus.splits import TEST_FILE, choose_test, folds, training_side
from tcls.corpus.splits import test_mask as mask
from tcls.errors import CorpusError

STORIES = st.lists(st.text(max_size=4), max_size=40)


@given(STORIES, st.integers(1, 10))
def test_no_story_is_in_two_folds(stories: list[str], n: int) -> None:
    places = defaultdict(set)
    for story, fold in zip(stories, folds(stories, n), strict=True):
        assert 0 <= fold < n
        places[story].add(fold)
    assert all(len(found) == 1 for found in places.values())


@given(STORIES, STORIES)
def test_a_story_keeps_its_fold_whatever_stands_beside_it(one: list[str], two: list[str]) -> None:
    assert folds(one + two) == folds(one) + folds(two)


def test_another_salt_gives_other_folds() -> None:
    names = [str(i) for i in range(50)]
    assert folds(names) == folds(names) != folds(names, salt="x")
    assert set(folds(names)) == {0, 1, 2, 3, 4}


def test_the_test_split_is_chosen_by_story_and_the_same_every_time(checkout) -> None:
    corpus = checkout.load()
    chosen = choose_test(corpus, share=0.4)
    assert chosen == choose_test(corpus, share=0.4) == sorted(set(chosen))
    assert 0 < len(chosen) < 5
    assert set(chosen) <= set(corpus.stories)


def test_a_share_of_nothing_chooses_nothing(checkout) -> None:
    assert choose_test(checkout.load(), share=0.0) == []


def test_the_frozen_list_holds_back_whole_stories(checkout) -> None:
    corpus = checkout.load()
    labels = checkout.folder / "labels"
    (labels / TEST_FILE).write_text("# chosen once\n\n  a\nf\n", "utf-8")
    assert mask(corpus, labels) == [True, True, False, False, False, True]
    assert training_side(corpus, labels).documents == corpus.documents[2:5]


def test_a_story_that_is_gone_is_refused_by_name(checkout) -> None:
    corpus = checkout.load()
    (checkout.folder / "labels" / TEST_FILE).write_text("zz\na\n", "utf-8")
    with pytest.raises(CorpusError, match=r"labels/test_stories\.txt: no story 'zz'"):
        mask(corpus, checkout.folder / "labels")


def test_a_missing_list_is_refused(checkout) -> None:
    corpus = checkout.load()
    with pytest.raises(CorpusError, match="cannot be read"):
        mask(corpus, checkout.folder / "labels")


def test_a_list_that_is_no_text_is_refused(checkout) -> None:
    corpus = checkout.load()
    (checkout.folder / "labels" / TEST_FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError, match=r"test_stories\.txt"):
        mask(corpus, checkout.folder / "labels")
