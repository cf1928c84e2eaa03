"""Evidence against human rationales and against the model."""

import math

from hypothesis import given
from hypothesis import strategies as st

from tcls.evaluation import rationales
from tcls.text.passages import Span

TEXT = "Guards beat workers who missed targets"
#       0      7    12      20  24     31


def span(words):
    start = TEXT.index(words)
    return Span(start, start + len(words))


texts = st.text(alphabet="ab \n.é", max_size=40)
spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda p: Span(min(p), max(p))),
    max_size=5,
)


def test_two_of_three_words_shared_is_an_f1_of_two_thirds():
    """Gold has 2 tokens, evidence 4, both 2: 2·2 / 6."""
    gold, found = [span("beat workers")], [span("Guards beat workers who")]
    assert rationales.token_f1(TEXT, gold, found) == 2 / 3
    assert rationales.token_iou(TEXT, gold, found) == 2 / 4


def test_half_a_word_is_the_word():
    assert rationales.token_f1(TEXT, [span("beat")], [span("eat")]) == 1


def test_no_rationale_and_no_evidence_is_not_defined():
    assert math.isnan(rationales.token_f1(TEXT, [], []))
    assert math.isnan(rationales.token_iou(TEXT, [], []))
    assert math.isnan(rationales.span_f1(TEXT, [], []))


def test_evidence_for_no_rationale_scores_nothing():
    assert rationales.token_f1(TEXT, [], [span("beat")]) == 0
    assert rationales.span_f1(TEXT, [], [span("beat")]) == 0


def test_one_of_two_spans_matched_is_an_f1_of_two_thirds():
    """Precision 1 of 1, recall 1 of 2."""
    gold = [span("beat workers"), span("missed targets")]
    assert rationales.span_f1(TEXT, gold, [span("beat workers")]) == 2 / 3


def test_a_span_of_which_a_third_is_shared_is_not_matched():
    assert rationales.span_f1(TEXT, [span("Guards beat")], [span("beat workers")]) == 0


def test_evidence_that_carries_the_label_alone_is_sufficient_and_comprehensive():
    def probability(text):
        return 0.9 if "beat workers" in text else 0.1

    found = [span("beat workers")]
    assert rationales.sufficiency(TEXT, found, probability) == 0
    assert rationales.comprehensiveness(TEXT, found, probability) == 0.8


def test_taking_spans_out_leaves_the_words_around_them_apart():
    assert rationales.without("one two three", [Span(3, 8)]) == "one three"
    assert rationales.only("one two three", [Span(8, 13), Span(0, 3)]) == "one\n\nthree"


@given(texts, spans, spans)
def test_overlap_is_the_same_from_both_sides_and_f1_is_never_below_iou(text, gold, found):
    f1, iou = rationales.token_f1(text, gold, found), rationales.token_iou(text, gold, found)
    back = rationales.token_f1(text, found, gold)
    assert f1 == back or (math.isnan(f1) and math.isnan(back))
    assert math.isnan(f1) or 0 <= iou <= f1 <= 1


@given(spans)
def test_merging_spans_keeps_what_they_cover(found):
    merged = rationales.merged(found)
    cover = {i for s in found for i in range(s.start, s.end)}
    assert {i for s in merged for i in range(s.start, s.end)} == cover
    assert all(a.end < b.start for a, b in zip(merged, merged[1:], strict=False))
