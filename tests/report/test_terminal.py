"""The table for people: what it says, and that no text can steer the terminal."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.classifier import Judgement, Prediction
from tcls.model.evidence import Evidence, Term
from tcls.report.terminal import Style, _answer, as_table, printable
from tcls.text.language import Language
from tcls.text.passages import Span

SGR = re.compile(r"\x1b\[[0-9;]*m")


def prediction(text: str, terms: tuple[Span, ...] = (), name: str = "a.txt") -> Prediction:
    found = tuple(Term(span, span.of(text), 1.0) for span in terms)
    evidence = Evidence("present", Span(0, len(text)), text, 0.75, found)
    tasks = {
        "victim_criminalisation": Judgement(
            "ordinal", "present", None, {"absent": 0.25, "possible": 0.0, "present": 0.75},
            (evidence,),
        ),
        "scam_type": Judgement("multilabel", None, (), {"romance": 0.1}),
    }  # fmt: skip
    source = {"characters": len(text)}
    return Prediction(name, source, Language("en", 0.99), "ok", (), tasks, "m", "1.0.0", text)


def test_a_report_says_task_answer_probability_and_evidence() -> None:
    assert list(as_table([prediction("They were jailed.")])) == [
        "a.txt  en, 17 characters",
        "  victim criminalisation  present   0.75",
        "      present 0.75  They were jailed.",
        "  scam type               none",
        "",
    ]


def test_the_words_that_decided_are_marked() -> None:
    text = "They were jailed."
    lines = list(as_table([prediction(text, (Span(10, 16),))], colour=True))
    assert lines[2] == "      present 0.75  They were \x1b[1;33mjailed\x1b[0m."


def test_an_abstention_is_never_a_no() -> None:
    one = replace(prediction(""), status="abstained", reasons=("no_text",))
    assert list(as_table([one])) == [
        "a.txt  en, 0 characters",
        "  not judged: there is no text in it. This is not a “no”.",
        "",
    ]


def test_what_was_judged_in_part_says_why() -> None:
    one = replace(prediction("Jailed."), status="partial", reasons=("truncated", "broken_encoding"))
    assert list(as_table([one]))[1] == (
        "  judged in part: only the beginning was read; some bytes could not be decoded"
    )


def test_long_evidence_is_wrapped_to_the_width() -> None:
    lines = list(as_table([prediction("They were jailed again. " * 20)], width=60))
    quoted = [line for line in lines if "jailed" in line]
    assert len(quoted) > 5
    assert all(len(line) <= 60 for line in quoted)


@pytest.mark.parametrize("text", ["[bold]x[/]", "[link=http://example.org]x[/link]"])
def test_markup_in_a_text_stays_text(text: str) -> None:
    assert text in "\n".join(as_table([prediction(text)], colour=True))


TEXT = st.text(min_size=1, max_size=60)


@given(TEXT, TEXT)
@example("\x1b[2J\x9b2J\x07", "\x1b]8;;http://example.org\x07x\u202e\u2066\udcff\n")
def test_no_text_or_name_can_steer_the_terminal(text: str, name: str) -> None:
    for line in as_table([prediction(text, name=name)]):
        assert line.isprintable() or line == ""


@given(TEXT, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=3))
@example("They  were jailed - and jailed-again.", [(0, 4), (11, 17)])
def test_colour_adds_only_colour(text: str, places: list[tuple[int, int]]) -> None:
    terms = tuple(Span(min(a, b), max(a, b)) for a, b in places)
    plain = list(as_table([prediction(text, terms)], colour=False))
    coloured = list(as_table([prediction(text, terms)], colour=True))
    assert [SGR.sub("", line) for line in coloured] == plain


@given(st.text())
def test_what_is_printable_keeps_its_length_and_its_printable_characters(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) == len(text)
    assert all(a == b for a, b in zip(text, shown, strict=True) if a.isprintable())


def test_an_absent_that_a_human_should_look_at_says_so() -> None:
    shares = {"absent": 0.58, "possible": 0.12, "present": 0.30}
    told = [
        line
        for screen in (True, False, None)
        for line in _answer(
            Judgement("ordinal", "absent", None, shares, screen=screen), Style(False)
        )
    ]
    look = "  (a human should look: possible or present 0.42)"
    assert told == [f"absent    0.58{look}", "absent    0.58", "absent    0.58"]
