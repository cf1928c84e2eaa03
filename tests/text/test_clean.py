"""Cleaning: site furniture goes, and no sentence of the article with it."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.corpus.annotations import read_annotations
from tcls.text.clean import furniture
from tcls.text.passages import lines

CASES = json.loads((Path(__file__).parents[1] / "cases" / "furniture.json").read_text("utf-8"))
BODY = [
    "Guards held forty people behind the wall, a relief group said.",
    "Police freed them on the second night.",
    "Nobody was charged, and the building stands empty.",
]
LINES = st.sampled_from([*CASES["taken"], *CASES["kept"][:6], *BODY, "", "No end here", "警方救出"])


def page(*more: str) -> str:
    return "\n\n".join([BODY[0], *more, *BODY[1:]])


def kept(text: str) -> str:
    gone = set(furniture(text))
    return "\n\n".join(line.of(text) for line in lines(text) if line not in gone)


@pytest.mark.parametrize("line", CASES["taken"])
def test_a_line_of_furniture_is_taken(line: str) -> None:
    text = page(line)
    assert [span.of(text) for span in furniture(text)] == [line]


@pytest.mark.parametrize("line", CASES["kept"])
def test_a_line_that_reads_like_a_sentence_is_kept(line: str) -> None:
    assert kept(page(line)) == page(line)


def test_a_line_that_repeats_another_is_taken_once() -> None:
    assert kept(page(BODY[0])) == page()


def test_after_the_last_sentence_what_follows_furniture_goes_too() -> None:
    text = page() + "\n\nRelated stories\n\nScam centre raided in the hills\n\nTwo freed"
    assert kept(text) == page()


def test_a_text_in_another_script_is_not_foreign_to_itself() -> None:
    text = "警方从一栋大楼中救出四十人。\n\n他们在那里被迫诈骗陌生人。"
    assert furniture(text) == []


def test_nothing_and_white_space_have_no_furniture() -> None:
    assert furniture("") == furniture(" \n\n ") == []


def test_no_coded_passage_of_the_seed_articles_is_lost(root: Path, seeds: dict[str, str]) -> None:
    records = read_annotations(root / "labels/annotations/articles.jsonl")
    passages = {(record.document, record.passage) for record in records}
    assert {document for document, _ in passages} == set(seeds)
    for document, passage in passages:
        for line in furniture(seeds[document]):
            assert line.end <= passage.start or passage.end <= line.start


def test_the_furniture_of_the_first_seed_article_goes(seeds: dict[str, str]) -> None:
    text = kept(seeds["000_46d22d8a7007c8a6"])
    for line in ("chevron", "简体中文", "文章", "作者", "属于以下案件的一部分", "non-responses"):
        assert line not in text
    assert text.count("Amy Pope") == 1
    assert text.endswith("untraceable cryptocurrency payments.")


def test_the_second_seed_article_has_no_furniture(seeds: dict[str, str]) -> None:
    assert furniture(seeds["001_fdfed59dd9b5c503"]) == []


@given(st.lists(LINES, max_size=12).map("\n".join) | st.text())
@example("警方救出四十人\n警方救出四十人\n警方救出四十人\nGuards held us all.")
def test_cleaning_is_idempotent(text: str) -> None:
    once = kept(text)
    assert kept(once) == once


@given(st.lists(LINES, max_size=12).map("\n".join) | st.text())
def test_furniture_is_whole_lines_in_order(text: str) -> None:
    found = furniture(text)
    assert found == sorted(set(found))
    assert set(found) <= set(lines(text))


@given(st.permutations(BODY), st.lists(st.sampled_from(CASES["taken"]), unique=True, max_size=4))
def test_every_sentence_survives_whatever_furniture_stands_between(
    body: list[str], noise: list[str]
) -> None:
    text = "\n".join([*noise[:2], body[0], *noise[2:], *body[1:]])
    assert [line for line in kept(text).split("\n\n") if line in BODY] == body


@pytest.mark.parametrize("code", ["th", "zh", "my", "km", "lo", "ja", "ko", "ru"])
def test_a_sentence_of_a_script_without_spaces_is_no_icon_list(code: str) -> None:
    file = Path(__file__).parents[1] / "cases" / "languages.json"
    cases = json.loads(file.read_text("utf-8"))["cases"]
    text = next(case["text"] for case in cases if case["code"] == code)
    assert furniture(text) == []
