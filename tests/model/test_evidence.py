"""Evidence: contributions that add up to the score, where the terms stand."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.model.evidence import Evidence, best_sentence, contributions
from tcls.model.gates import moving
from tcls.model.scorer import Scorer
from tcls.text.clean import furniture
from tcls.text.passages import Span, passages, sentences

CLOSE = 1e-9
FORCED = ("forced_criminality", "present")
WORDS = st.sampled_from(
    "They were forced to scam strangers . Police arrested the trafficked workers ; jailed\n "
    "deported not freed in South Korea the Philippines $5,000 romance 12 March".split(" ")
)
TEXTS = st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=60)


@given(TEXTS, st.integers(0, 23))
@example("jailed \u037a a\u037ab \ufdfa \udcff 12 March $5 million", 2)
@example("They were forced to scam strangers. " * 20, 2)
def test_contributions_and_intercept_sum_to_the_score_of_the_passage(
    scorer: Scorer, text: str, column: int
) -> None:
    found = scorer.score([text])
    terms, intercept = contributions(scorer, text, {column: 1.0}, found.short)
    total = sum(term.weight for term in terms) + intercept
    assert total == pytest.approx(found.passages[0][column], abs=CLOSE)


def test_the_sum_holds_for_every_passage_and_decision_of_the_articles(
    scorer: Scorer, seeds: dict[str, str]
) -> None:
    for text in seeds.values():
        spans = passages(text, furniture(text))
        found = scorer.score([span.of(text) for span in spans])
        assert not found.short
        for span, scores in zip(spans, found.passages, strict=True):
            for k, wanted in enumerate(scores):
                terms, intercept = contributions(scorer, span.of(text), {k: 1.0})
                assert sum(t.weight for t in terms) + intercept == pytest.approx(wanted, abs=CLOSE)


@given(TEXTS)
def test_a_term_stands_inside_the_text_and_begins_and_ends_with_a_word(
    scorer: Scorer, text: str
) -> None:
    terms, _ = contributions(scorer, text, {0: 1.0})
    for term in terms:
        assert 0 <= term.span.start < term.span.end <= len(text)
        assert term.span.of(text) == term.span.of(text).strip()


def test_a_term_is_shown_as_it_was_written(scorer: Scorer) -> None:
    text = "Police in South Korea freed them"
    shown = {t.term: t.span.of(text) for t in contributions(scorer, text, {0: 1.0})[0]}
    assert (shown["polic"], shown["<place>"]) == ("Police", "South Korea")
    assert shown["in <place>"] == "in South Korea"


def test_a_term_that_stands_twice_shares_its_contribution_evenly(scorer: Scorer) -> None:
    found = [t for t in contributions(scorer, "scam. Or a scam?", {0: 1.0})[0] if t.term == "scam"]
    assert [tuple(t.span) for t in found] == [(0, 4), (11, 15)]
    assert found[0].weight == found[1].weight != 0


def test_a_text_without_known_terms_has_only_an_intercept(scorer: Scorer) -> None:
    assert contributions(scorer, "", {0: 1.0}, True) == ([], scorer.score([""]).passages[0][0])


def test_columns_count_as_much_as_one_says(scorer: Scorer) -> None:
    """Twice one column and half of another: terms and intercepts alike."""
    text = "They were forced to scam strangers"
    one, two, both = (
        contributions(scorer, text, columns) for columns in ({0: 1.0}, {5: 1.0}, {0: 2.0, 5: 0.5})
    )
    assert both[1] == pytest.approx(2 * one[1] + 0.5 * two[1])
    for a, b, c in zip(one[0], two[0], both[0], strict=True):
        assert c.weight == pytest.approx(2 * a.weight + 0.5 * b.weight)


# The best sentence


def best(scorer: Scorer, text: str, passage: Span, most: int = 6) -> Evidence:
    k = scorer.model.decisions.index(FORCED)
    return best_sentence(scorer, text, passage, {k: 1.0}, "present", 0.5, most_terms=most)


def test_the_sentence_that_speaks_for_the_label_is_shown(scorer: Scorer) -> None:
    text = "Fish was dear.\n\nIt rained all day. Guards forced them to scam strangers. Lunch came."
    found = best(scorer, text, Span(16, len(text)))
    assert (found.label, found.probability) == ("present", 0.5)
    assert found.text == found.span.of(text) == "Guards forced them to scam strangers."
    assert any("forced" in term.span.of(text) for term in found.terms)


@given(st.lists(WORDS, min_size=1, max_size=40).map(" ".join), st.integers(1, 6))
def test_the_terms_shown_stand_in_the_sentence_and_the_strongest_come_first(
    scorer: Scorer, text: str, most: int
) -> None:
    for passage in passages(text):
        found = best(scorer, text, passage, most)
        assert found.span in sentences(text, passage)
        weights = [term.weight for term in found.terms]
        assert len(weights) <= most
        assert weights == sorted(weights, reverse=True)
        assert all(weight > 0 for weight in weights)
        for term in found.terms:
            assert found.span.start <= term.span.start < term.span.end <= found.span.end


def test_where_a_scam_is_certain_the_sentence_shows_which_it_is(scorer: Scorer) -> None:
    """The first sentence shouts fraud, the second tells of romance; the gate stands wide open."""
    text = (
        "Fraud, scams, scammers and more fraud, police said of the scammers behind the frauds. "
        "A widow met a man on a dating app, and he asked for money to visit her."
    )
    found = scorer.score([text])
    k = scorer.model.decisions.index(("scam_type", "romance"))
    columns = moving(found.passages[0], k, scorer.openings[k])
    shown = best_sentence(scorer, text, Span(0, len(text)), columns, "romance", 0.5)
    assert shown.text.startswith("A widow met a man")
