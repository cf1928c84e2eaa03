"""The rows of words around measures in arrays are those that reading word by word finds."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.model.around import BREAK, Around
from tcls.model.features import AROUND, Features, is_measure
from tcls.text.masks import PAUSE, STOP

STEMS = {"polic": 1, "boss": 2, "jail": 3}
#: Terms of a small vocabulary as their two parts and their row.
TERMS = [
    ("polic", "~measure:arrest", 10), ("~measure:arrest", "boss", 11), ("boss", "~measure", 12),
    ("~measure", "boss", 13), ("boss", "~measure:arrest", 14),
]  # fmt: skip
WORDS = st.sampled_from(["police", "boss", "jailed", "and", STOP, PAUSE])


@pytest.fixture(scope="module")
def around(features: Features) -> Features:
    return Features(features.masks, features.phrases, around=True)


def looked_up(features: Features, forms: list[str]) -> list[tuple[int, int]]:
    """Where the measure stands and the row, as the arrays have it."""
    ends = np.array([form in (STOP, PAUSE) for form in forms], bool)
    stem = np.array([STEMS.get(features.stem(form), 0) for form in forms], np.int64)
    stops = np.cumsum([form == STOP for form in forms])
    measures = [match for match in features.classes(forms) if is_measure(match[0])]
    found = Around(TERMS, STEMS).rows(measures, np.where(ends, BREAK, stem), stops)
    return [pair for at, row in found for pair in zip(at.tolist(), row.tolist(), strict=True)]


def test_a_row_stands_for_side_class_and_stem(features: Features) -> None:
    """Police is known before an arrest by its class alone, boss behind it by both."""
    assert sorted(looked_up(features, "police jailed the boss".split())) == [
        (1, 10), (1, 11), (1, 13),
    ]  # fmt: skip


def test_a_stop_ends_what_is_around_and_a_pause_does_not(features: Features) -> None:
    assert looked_up(features, ["boss", STOP, "jailed", STOP, "boss"]) == []
    assert sorted(looked_up(features, ["boss", PAUSE, "jailed"])) == [(2, 12), (2, 14)]


def test_without_measures_or_words_there_are_no_rows(features: Features) -> None:
    assert looked_up(features, ["police", "boss"]) == []
    assert looked_up(features, [STOP]) == []


@given(st.lists(WORDS, min_size=1, max_size=60))
def test_the_arrays_find_what_reading_finds(
    features: Features, around: Features, forms: list[str]
) -> None:
    rows = {f"{first} {second}": row for first, second, row in TERMS}
    read = [term for term, _, _ in around.located(forms) if AROUND in term]
    wanted = Counter(rows[term] for term in read if term in rows)
    assert Counter(row for _, row in looked_up(features, forms)) == wanted
