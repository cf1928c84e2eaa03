"""Seed phrases: a pattern is a finite list of phrases, and matching is looking up."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.model.lists import lexicon_lines, lookup
from tcls.text.phrases import MOST_OPTIONAL, MOST_POSITIONS, Match, Phrases, variants

WORDS = st.sampled_from(["forced", "made", "to", "scam", "not", "jail", "centre"])
LEXICON = """
[[class]]
id = "fc:forced"
phrases = ["forced|made to? scam", "forced"]
[[class]]
id = "topic:scam"
phrases = ["scam", "scam centre"]
[[class]]
id = "measure:jail"
phrases = ["jail"]
vetoes = ["not to? jail"]
"""


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Phrases:
    file: Path = tmp_path_factory.mktemp("lexicon") / "lexicon.toml"
    file.write_text(LEXICON, "utf-8")
    return Phrases(lookup(lexicon_lines(file)))


def test_a_pattern_stands_for_itself_with_and_without_what_may_be_left_out() -> None:
    assert variants("forced|made to? scam now?") == [
        "forced|made to scam now", "forced|made to scam", "forced|made scam now",
        "forced|made scam",
    ]  # fmt: skip


@pytest.mark.parametrize("pattern", ["", "   ", "a?", "a? b?"])
def test_a_pattern_that_may_be_empty_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="may be empty"):
        variants(pattern)


@pytest.mark.parametrize(
    "pattern", ["a " * (MOST_POSITIONS + 1), "a " + "b? " * (MOST_OPTIONAL + 1)]
)
def test_a_pattern_that_is_too_long_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="at most 8 positions, 4 optional"):
        variants(pattern)


@pytest.mark.parametrize("text", ["they were forced to scam", "they were made scam"])
def test_a_phrase_is_found_where_it_stands(finder: Phrases, text: str) -> None:
    forms = text.split()
    assert Match("fc:forced", 2, len(forms)) in finder.matches(forms)


def test_of_one_class_only_the_longest_at_a_place_counts(finder: Phrases) -> None:
    assert finder.matches(["scam", "centre", "scam"]) == [
        Match("topic:scam", 0, 2), Match("topic:scam", 2, 3),
    ]  # fmt: skip


def test_two_classes_may_stand_at_one_place(finder: Phrases) -> None:
    assert finder.matches(["forced", "to", "scam"]) == [
        Match("fc:forced", 0, 3), Match("topic:scam", 2, 3),
    ]  # fmt: skip


def test_a_veto_forbids_its_class_inside_the_phrase(finder: Phrases) -> None:
    assert finder.matches(["not", "to", "jail"]) == []
    assert finder.matches(["sent", "to", "jail"]) == [Match("measure:jail", 2, 3)]


def test_a_phrase_does_not_reach_past_the_end(finder: Phrases) -> None:
    assert finder.matches(["made", "to"]) == []
    assert finder.matches([]) == []


def test_a_word_that_begins_no_phrase_is_known_as_such(finder: Phrases) -> None:
    assert [finder.begins(word) for word in ("forced", "made", "centre", "to")] == [
        True, True, False, False,
    ]  # fmt: skip


@given(st.lists(WORDS, max_size=20))
def test_looking_only_where_phrases_can_begin_finds_the_same(
    finder: Phrases, forms: list[str]
) -> None:
    pairs = zip(forms, [*forms, ""][1:], strict=True)
    starts = [(i, rows) for i, pair in enumerate(pairs) if (rows := finder.begin_two(*pair))]
    assert all(finder.begins(forms[i]) for i, _ in starts)
    assert finder.matches(forms, starts) == finder.matches(forms)


@given(st.lists(WORDS, max_size=20))
def test_matches_are_by_start_and_none_lies_inside_another_of_its_class(
    finder: Phrases, forms: list[str]
) -> None:
    found = finder.matches(forms)
    assert [match.start for match in found] == sorted(match.start for match in found)
    for one in found:
        assert 0 <= one.start < one.end <= len(forms)
        for other in found:
            if other != one and other.cls == one.cls and one.start <= other.start:
                assert other.end > one.end


@given(st.lists(st.sampled_from(["a", "a|b", "c?", "d|e?"]), min_size=1, max_size=MOST_OPTIONAL))
def test_a_variant_keeps_the_order_and_every_position_that_must_stand(
    positions: list[str],
) -> None:
    rows = [row.split() for row in variants(" ".join(["z", *positions]))]
    must = ["z", *(position for position in positions if not position.endswith("?"))]
    assert len(rows) == 2 ** sum(position.endswith("?") for position in positions)
    for row in rows:
        assert [position for position in row if position in must] == must


def test_the_shipped_lexicon_can_be_read(root: Path) -> None:
    lines = lexicon_lines(root / "labels" / "lexicon.toml")
    assert len({line.split("\t")[0] for line in lines}) == len(lines)
