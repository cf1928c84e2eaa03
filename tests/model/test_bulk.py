"""Scoring with numpy gives what scoring with the standard library gives, whatever the text."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tcls.model import bulk
from tcls.model import scorer as module
from tcls.model.lists import lexicon_lines
from tcls.model.scorer import Scorer, Scores
from tcls.model.store import open_model
from tcls.text.clean import furniture
from tcls.text.passages import passages
from tcls.text.tokens import tokens

CLOSE = 1e-9
ROOT = Path(__file__).parents[2]
LANGUAGES = [
    case["text"]
    for case in json.loads((ROOT / "tests/cases/languages.json").read_text("utf-8"))["cases"]
]
SUITE = [
    json.loads(line)["text"] for line in (ROOT / "labels/suite.jsonl").read_text().splitlines()
]
#: Names of several words, and what makes longer names.
NAMES = (
    "South Korea", "the United Arab Emirates", "Bosnia and Herzegovina", "South", "United",
    "the Democratic Republic of the Congo", "Kim", "March", "May", "the", "Papua New Guinea",
    "12", "$5", "million", "dollars", "Laos, the Gambia", "and",
)  # fmt: skip
#: Forms with a space or nothing in them after folding, signs that combine, other digits.
ODD = (
    "\u037a", "a\u037ab", "\ufdfa", "ｓｃａｍ", "traf\xadficked", "\u200bscam\u200d",
    "a\u0301", "İstanbul", "ß",
    "²", "x²y", "٣٤٥", "…", "\u2028", "\x00", "\udcff", "<place>", "<fc:compel>", "=forced",
    "St.", "ST.", "est.", "Kitts",
    "U.S.", "didn’t", "''", "a.b@c.de", "#", "@a", "www.", "hxxp://x", "\U0001f600", "ﬁned",
)  # fmt: skip


def _phrase(pattern: str) -> st.SearchStrategy[str]:
    positions = pattern.split("\t")[1].split(" ")[1:]
    return st.tuples(*(st.sampled_from(p.split("|")) for p in positions)).map(" ".join)


LINES = [line for line in lexicon_lines(ROOT / "labels/lexicon.toml") if line[0] == "#"]
PHRASES = st.sampled_from(LINES).flatmap(_phrase)
WORDS = (
    PHRASES
    | st.sampled_from(NAMES)
    | st.sampled_from(ODD)
    | st.sampled_from(["jailed", "Jailed", "scam", ".", ";", "\n", "not", "They", "victims"])
    | st.text(max_size=6)
)
TEXTS = (
    st.lists(WORDS, max_size=25).map(" ".join)
    | st.sampled_from(SUITE)
    | st.sampled_from(LANGUAGES)
    | st.text(max_size=40)
)
DOCUMENTS = st.lists(st.lists(TEXTS, max_size=4), max_size=6)


@pytest.fixture(scope="module")
def fresh() -> Scorer:
    """A scorer of its own, so that what it remembers is what these tests gave it."""
    return Scorer(open_model())


def same(one: Scores, two: Scores) -> None:
    assert np.abs(np.subtract(one.passages, two.passages)).max() < CLOSE
    assert np.abs(np.subtract(one.document, two.document)).max() < CLOSE
    assert np.abs(np.subtract(one.probabilities, two.probabilities)).max() < CLOSE
    assert (one.known, one.short) == (two.known, two.short)


def agree(scorer: Scorer, documents: list[list[str]]) -> None:
    """Many at once as one by one; what has no passages is an empty text."""
    many = list(scorer.score_many(documents))
    for texts, found in zip(documents, many, strict=True):
        same(found, scorer.score(texts or [""]))


@given(DOCUMENTS)
@settings(max_examples=250)
@example([[]])
@example([[], [""], [" \n"]])
@example([["South", "Korea"], ["South"], ["Korea. Laos"]])
@example([["Laos, the Gambia 12 March 5 million South Korea 5 Papua New Guinea New York May"]])
@example([[" ".join(ODD)], list(ODD)])
@example([[" ".join(NAMES)], [", ".join(NAMES)]])
@example([["forced"], ["to scam"]])
@example([["Police jailed them. " * 30], ["They were forced to scam"], ["a " * 209, "jailed"]])
@example([["aaaa " * 500, "a" * 5000]])
@example([["It will never run a love scam", "A love scam. Never: a love scam"], ["A love scam"]])
def test_many_documents_score_as_one_by_one(fresh: Scorer, documents: list[list[str]]) -> None:
    agree(fresh, documents)


@pytest.mark.parametrize("text", LANGUAGES)
def test_a_text_of_another_script_scores_as_by_itself(fresh: Scorer, text: str) -> None:
    agree(fresh, [[text, "They were forced to scam"], [text + text]])


def test_the_suite_scores_as_one_by_one(fresh: Scorer) -> None:
    agree(fresh, [[text] for text in SUITE])


def test_the_articles_score_as_one_by_one(fresh: Scorer, seeds: dict[str, str]) -> None:
    agree(fresh, [[s.of(t) for s in passages(t, furniture(t))] for t in seeds.values()])


@pytest.mark.parametrize("size", [1, 500])
def test_blocks_of_any_size_give_the_same(
    fresh: Scorer, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    whole = list(fresh.score_many([[text] for text in SUITE[:60]]))
    monkeypatch.setattr(module, "BLOCK", size)
    for one, two in zip(fresh.score_many([[t] for t in SUITE[:60]]), whole, strict=True):
        same(one, two)


def test_more_passages_than_fit_32_bits_score_as_few(fresh: Scorer) -> None:
    """Text and row are one number; 132,681 terms in 20,000 texts pass 2,147,483,647."""
    assert 20_000 * len(fresh.model.tables["vocabulary"]) > 2_147_483_647
    long, jailed, scam = "Police jailed them. " * 30, "They were jailed.", "A scam."
    few = fresh.score([long, jailed, scam]).passages
    many = next(fresh.score_many([[long] + [jailed, scam] * 10_000])).passages
    assert np.abs(np.subtract([few[0], *list(few[1:]) * 10_000], many)).max() < CLOSE


@pytest.mark.parametrize("limit", ["_MOST_PIECES", "_MOST_CHARACTERS"])
def test_after_its_memory_was_cleared_it_scores_the_same(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """The memory is cleared before every block but the first."""
    own = Scorer(open_model())
    monkeypatch.setattr(module, "BLOCK", 200)
    monkeypatch.setattr(bulk, limit, 1)
    cleared = 0
    reset = bulk.Bulk._reset

    def counted(self: bulk.Bulk) -> None:
        nonlocal cleared
        cleared += 1
        reset(self)

    monkeypatch.setattr(bulk.Bulk, "_reset", counted)
    agree(own, [[text, name] for text, name in zip(SUITE[:60], NAMES * 4, strict=False)])
    assert cleared > 20


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scorer]:
    """A scorer whose cache of phrases has two places, so that nearly all keys collide."""
    monkeypatch.setattr(bulk, "_PLACES", 2)
    yield Scorer(open_model())


def test_phrases_that_share_a_place_in_the_cache_do_not_mix(crowded: Scorer) -> None:
    for some in pairwise(range(0, 120, 15)):
        agree(crowded, [[text] for text in SUITE[slice(*some)]])


def test_a_cache_that_was_filled_by_other_texts_changes_nothing(fresh: Scorer) -> None:
    first = [["They were forced to scam and jailed in South Korea."]]
    before = list(fresh.score_many(first))
    list(fresh.score_many([[text] for text in SUITE]))
    same(before[0], next(fresh.score_many(first)))


def test_a_text_is_the_tokens_of_its_pieces() -> None:
    """The token "St." alone depends on what stands beyond a space."""
    text = "In St. St. Kitts, at 5 a.m., they  fled. ST. LUCIA; see St. 5"
    pieces = bulk._Pieces.split(text)
    assert "St. St. Kitts," in pieces and "fled." in pieces and "ST. LUCIA;" in pieces
    assert [token for piece in pieces for token in tokens(piece)] == tokens(text)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_any_text_is_the_tokens_of_its_pieces(text: str) -> None:
    assert [t for piece in bulk._Pieces.split(text) for t in tokens(piece)] == tokens(text)
