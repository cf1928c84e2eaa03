"""Groups of documents, splits by group, and independence of labels and groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from tcls.errors import UsageError
from tcls.evaluation import slices
from tcls.reading.document import Document

items = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["wire", "letter", "blog"]),
              st.sampled_from(["", "2024-01-05", "2025-03", "2026"])),
    min_size=1, max_size=30,
)  # fmt: skip


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ("Kenya / Myanmar", "Africa"),
        ("United States, Georgia", "Americas"),
        ("Georgia (ministry communiqué)", "Asia"),
        ("Nigeria", "Africa"),
        ("Papua New Guinea / Indonesia crew", "Oceania"),
        ("Gulf of Guinea", "Africa"),
        ("unnamed Gulf state", "Asia"),
        ("Northern Ireland; parcel courier", "Europe"),
        ("Côte d’Ivoire", "Africa"),
        ("Türkiye", "Asia"),
        ("South Korea / Cambodia", "Asia"),
        ("Asia-Pacific and Africa", "unknown"),
        ("Global / Cambodia", "unknown"),
        ("Sport", "unknown"),
        ("", "unknown"),
    ],
)
def test_the_first_place_named_gives_the_region(place, region):
    assert slices.world_region(place) == region


def test_the_fine_region_is_the_sub_region_where_there_is_one():
    assert slices.world_region("Laos / Thailand", fine=True) == "South-eastern Asia"
    assert slices.world_region("European Union", fine=True) == "Europe"


def test_no_place_stands_in_two_regions():
    names = [name for names in slices.PLACES.values() for name in names.split("; ")]
    assert len(names) == len(set(names))


@given(st.text(max_size=40))
def test_every_place_has_a_region_or_none_is_known(place):
    known = {region for region, _ in slices.PLACES} | {slices.UNKNOWN}
    assert slices.world_region(place) in known


def test_a_document_is_in_one_group_of_each_slice():
    documents = [
        Document("a", "word " * 10, {"genre": "wire", "region": "Peru", "date": "2025-06-01"}),
        Document("b", "word " * 500, {"furniture": [[0, 1000]]}),
    ]
    found = {
        by: {g: m.tolist() for g, m in slices.groups(documents, by).items()} for by in slices.SLICES
    }
    first, second = [True, False], [False, True]
    assert found == {
        "genre": {"wire": first, "unknown": second},
        "source_voice": {"author": first, "unknown": second},
        "region": {"Americas": first, "unknown": second},
        "length": {"under 50 words": first, "400 words and more": second},
        "year": {"2025": first, "unknown": second},
        "boilerplate": {"none": first, "20 % and more": second},
    }


def test_an_unknown_slice_is_an_error():
    with pytest.raises(UsageError, match="genre"):
        slices.groups([], "colour")


def test_the_newest_fifth_is_tested_on():
    dates = [f"2025-0{i}-01" for i in range(1, 6)]
    train, test = slices.temporal_split(dates, "abcde")
    assert (train.tolist(), test.tolist()) == ([True] * 4 + [False], [False] * 4 + [True])


def test_a_story_is_as_old_as_its_oldest_document():
    train, test = slices.temporal_split(["2024", "2026", "2025"], ["a", "a", "b"], share=0.4)
    assert (train.tolist(), test.tolist()) == ([True, True, False], [False, False, True])


def test_without_dates_there_is_nothing_on_either_side():
    train, test = slices.temporal_split(["", ""], "ab")
    assert not train.any() and not test.any()


@given(items)
def test_no_story_is_on_both_sides_of_a_temporal_split(rows):
    stories, _, dates = zip(*rows, strict=True)
    train, test = slices.temporal_split(dates, stories)
    assert not {stories[i] for i in np.flatnonzero(train)} & {
        stories[i] for i in np.flatnonzero(test)
    }


@given(items)
def test_no_story_and_no_genre_is_on_both_sides_when_a_genre_is_left_out(rows):
    stories, genres, _ = zip(*rows, strict=True)
    tested = []
    for genre, train, test in slices.leave_one_out(genres, stories):
        assert {genres[i] for i in test} == {genre}
        assert not {stories[i] for i in train} & {stories[i] for i in test}
        tested.extend(test.tolist())
    assert sorted(tested) == list(range(len(rows)))


def test_the_chi_square_statistic_is_that_of_scipy():
    labels, groups = list("yyynnnnyn"), list("AAABBBCCC")
    found = slices.independence(labels, groups, [str(i) for i in range(9)])
    counts = [[3, 0, 1], [0, 3, 2]]
    expected = chi2_contingency(counts, correction=False)
    assert found.chi_square == pytest.approx(expected.statistic)
    assert found.cramers_v == pytest.approx((expected.statistic / 9) ** 0.5)


def test_labels_that_follow_regions_are_found_dependent():
    labels, groups = ["y"] * 30 + ["n"] * 30, ["Asia"] * 30 + ["Europe"] * 30
    found = slices.independence(labels, groups, [str(i) for i in range(60)])
    assert (found.p_value, found.cramers_v) == (1 / 1001, 1)


def test_copies_of_two_stories_are_no_proof_of_dependence():
    labels, groups = ["y"] * 30 + ["n"] * 30, ["Asia"] * 30 + ["Europe"] * 30
    assert slices.independence(labels, groups, ["a"] * 30 + ["b"] * 30).p_value == 1


def test_labels_given_at_random_are_dependent_in_one_run_of_twenty():
    random = np.random.default_rng(0)
    stories = [str(i) for i in range(60)]
    low = 0
    for _ in range(200):
        labels, groups = random.choice(["y", "n"], 60), random.choice(["A", "B", "C"], 60)
        found = slices.independence(labels.tolist(), groups.tolist(), stories, permutations=99)
        low += found.p_value <= 0.05
    assert low / 200 == pytest.approx(0.05, abs=0.03)


def test_one_label_or_one_region_cannot_depend():
    assert slices.independence(["y", "y"], ["A", "B"], ["a", "b"]).p_value == 1


def test_documents_of_unknown_region_can_be_left_out():
    labels, groups = list("yynny"), ["A", "A", "B", "B", "unknown"]
    ignore = np.array([group == "unknown" for group in groups])
    found = slices.independence(labels, groups, list("abcde"), ignore=ignore)
    assert (found.n, found.chi_square, found.cramers_v) == (4, 4, 1)
