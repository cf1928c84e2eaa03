"""Tokens: words, numbers, links and sentence ends, in place."""

import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.text.tokens import token_spans, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   ", []),
        ("He was jailed.", ["He", "was", "jailed", "."]),
        ("don't Pope’s", ["don't", "Pope’s"]),
        ("the U.S. said", ["the", "U.S.", "said"]),
        ("3,000 at 12:30", ["3,000", "at", "12:30"]),
        ("$40 billion", ["$", "40", "billion"]),
        ("scam-linked", ["scam", "linked"]),
        ("one; two: three", ["one", ";", "two", ":", "three"]),
        ("one\nTwo", ["one", "\n", "Two"]),
        ("“Free?” he asked…", ["Free", "?", "he", "asked", "…"]),
        ("held in a\ncamp\nPolice", ["held", "in", "a", "camp", "\n", "Police"]),
        ("traf\u00adficked", ["traf\u00adficked"]),
        ("see https://example.org/a.b, now", ["see", "https://example.org/a.b,", "now"]),
        ("write to a.b@example.org now", ["write", "to", "a.b@example.org", "now"]),
        ("@name and #tag", ["@name", "and", "#tag"]),
        ("警方 救出", ["警方", "救出"]),
        ("полиция", ["полиция"]),
    ],
)
def test_a_text_has_the_tokens_that_the_eye_sees(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_without_links_a_text_has_the_same_tokens_when_a_link_follows() -> None:
    text = "Guards held 40 men, she said. They were freed: all of them."
    assert tokens(text + "\n@x")[:-2] == tokens(text)


@given(st.text())
@example("a.b@c.d e")
@example("٣٤ ½ x²")
def test_spans_are_in_order_do_not_overlap_and_slice_to_the_tokens(text: str) -> None:
    spans = token_spans(text)
    assert [span.of(text) for span in spans] == tokens(text)
    ends = [0, *(span.end for span in spans)]
    assert all(end <= span.start < span.end for end, span in zip(ends, spans, strict=False))


@given(st.text())
def test_no_letter_or_digit_is_left_out(text: str) -> None:
    covered = {i for span in token_spans(text) for i in range(*span)}
    left = [c for i, c in enumerate(text) if i not in covered]
    assert not any(c.isalpha() or c.isdecimal() for c in left)


@pytest.mark.parametrize(
    "text",
    ["'a-' * 60_000 + ' @'", "'-' * 150_000 + ' @'", "'.' * 60_000 + 'x'", "'?!' * 30_000 + 'x'"],
)
def test_reading_hostile_runs_ends(python, text: str) -> None:
    """Linear reading takes milliseconds; five seconds only end a quadratic one."""
    code = f"from tcls.text.tokens import tokens; print(len(tokens({text})))"
    try:
        done = python(code, timeout=5)
    except subprocess.TimeoutExpired:
        pytest.fail("reading is not linear in the length of the text")
    assert done.returncode == 0
