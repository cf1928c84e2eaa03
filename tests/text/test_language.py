"""Language: English cheaply and surely, the rest by the library."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.text.language import language

CASES = json.loads((Path(__file__).parents[1] / "cases" / "languages.json").read_text("utf-8"))
#: Sisters that a library may take for one another in one sentence.
SISTERS = {"id": {"id", "ms"}, "ne": {"ne", "hi", "mr"}, "tl": {"tl", "fil"}}


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["code"])
def test_a_sentence_of_another_language_is_not_english(case: dict[str, str]) -> None:
    assert language(case["text"]).code in SISTERS.get(case["code"], {case["code"]})


def test_there_are_at_least_twenty_languages() -> None:
    assert len({case["code"] for case in CASES["cases"]}) >= 21


def test_the_seed_articles_are_english(seeds: dict[str, str]) -> None:
    assert {language(text).code for text in seeds.values()} == {"en"}


@pytest.mark.parametrize("text", ["", "   ", "12 345", "!?…", "___"])
def test_a_text_without_words_has_no_language(text: str) -> None:
    assert language(text)[:2] == ("und", 0.0)


def test_english_is_told_without_the_language_library(python) -> None:
    code = (
        "import sys; from tcls.text.language import language\n"
        "print(language('The guards said that they were not there when he was held by them.').code,"
        " 'py3langid' in sys.modules)"
    )
    assert python(code).stdout.split() == [b"en", b"False"]


@pytest.mark.parametrize(
    "text",
    ["The guards said that he was held by them.", "Die Wachen hielten ihn fest.", "He left."],
)
def test_a_probability_has_four_decimals(text: str) -> None:
    found = language(text)
    assert found[1:] == tuple(round(value, 4) for value in found[1:])


def test_only_the_beginning_is_judged() -> None:
    english = "The police said that they had freed the people. " * 200
    assert language(english + "Полиция освободила людей. " * 500).code == "en"


@given(st.text())
def test_a_probability_is_one_and_a_code_is_short(text: str) -> None:
    found = language(text)
    assert 0 <= found.probability <= 1
    assert 2 <= len(found.code) <= 3
    assert language(text) == found
