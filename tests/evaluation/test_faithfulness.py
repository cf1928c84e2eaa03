"""Which labels and sentences the measures of evidence are of, and their means."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.classifier import Classifier
from tcls.corpus.dataset import Corpus, Passage
from tcls.evaluation.faithfulness import (
    MEASURES,
    OTHERS,
    _chance,
    _figures,
    _Found,
    _labels,
    _measured,
    _others,
    _positive,
)
from tcls.evaluation.measured import ALL, FEWEST
from tcls.evaluation.sample import Sample
from tcls.reading.document import Document
from tcls.schema import load_schema
from tcls.text.passages import Span

SCHEMA = load_schema()
FC = SCHEMA.task("forced_criminality")
TEXT = (
    "It rained on the town all day. The market closed at noon. Guards locked the workers in and "
    "forced them to run romance scams; those who refused were beaten."
)
LAST = TEXT.index("Guards")
GOLD = Span(TEXT.index("forced them"), TEXT.index("romance"))


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


def coded(value: str, *spans: Span) -> Corpus:
    values: dict[str, str | tuple[str, ...]] = {
        FC.id: value, "victim_criminalisation": "absent", "non_punishment": (), "scam_type": (),
    }  # fmt: skip
    passage = Passage("d", 0, Span(0, len(TEXT)), values, {FC.id: {value: spans}}, False)
    return Corpus(SCHEMA, (Document("d", TEXT),), ((passage,),), ("s",))


def test_a_label_found_where_it_was_coded_counts_with_what_was_shown(
    classifier: Classifier,
) -> None:
    (label,) = _labels("tcls", coded("present", GOLD), [classifier.predict(TEXT)])
    assert (label.task.id, label.value, label.gold) == (FC.id, "present", (GOLD,))
    assert label.shown["tcls"] == (Span(LAST, len(TEXT)),)
    assert label.shown["lead"] == (Span(0, TEXT.index(" The market")),)
    assert set(label.shown) == {"tcls", *OTHERS}


@pytest.mark.parametrize("corpus", [coded("absent"), coded("possible", GOLD), coded("present")])
def test_a_label_that_was_not_coded_or_has_no_rationale_does_not_count(
    classifier: Classifier, corpus: Corpus
) -> None:
    assert list(_labels("tcls", corpus, [classifier.predict(TEXT)])) == []


def test_the_chance_of_a_value_is_that_of_it_or_a_higher_one(classifier: Classifier) -> None:
    prediction = classifier.predict(TEXT)
    chances = prediction.tasks[FC.id].probabilities
    assert _chance(prediction, FC, "possible") == pytest.approx(1 - chances["absent"])
    assert _chance(prediction, FC, "present") == chances["present"]
    assert math.isnan(_chance(classifier.predict(""), FC, "present"))


def test_evidence_that_is_the_whole_label_is_sufficient_and_comprehensive(
    classifier: Classifier,
) -> None:
    """The rationale is 4 of the sentence's 19 tokens (two are marks)."""
    label = _Found(0, FC, "present", (GOLD,), {"tcls": (Span(LAST, len(TEXT)),)})
    parts = (TEXT, TEXT[LAST:], TEXT[:LAST] + " ")
    judged = {part: classifier.predict(part) for part in parts}
    f1, iou, sufficiency, comprehensiveness = _measured(TEXT, label, "tcls", judged)
    assert (f1, iou) == (pytest.approx(2 * 4 / (4 + 19)), pytest.approx(4 / 19))
    assert abs(sufficiency) < 0.1
    assert comprehensiveness > 0.8


def test_means_are_of_labels_that_can_be_measured(sample: Sample) -> None:
    """Five labels of 1, 0, 1, 0 and one that says nothing; the four measures alike."""
    labels = [_Found(i, FC, "present", (), {}) for i in range(FEWEST)]
    rows = np.array([[1.0], [0], [1], [0], [math.nan]]).repeat(len(MEASURES), axis=1)
    found = list(_figures(sample, "tcls", labels, rows, 20))
    assert [(f.value, f.measure) for f in found] == [
        (value, measure) for value in (ALL, "present") for measure in MEASURES
    ]
    assert {(f.score.value, f.score.n) for f in found} == {(0.5, 4)}
    few = list(_figures(sample, "tcls", labels[:2], rows[:2], 20))
    assert {f.value for f in few} == {ALL}


@given(st.lists(st.sampled_from(["Rain fell.", "Police came!", "Who?", "\n\n"]), max_size=8),
       st.integers(0, 5))  # fmt: skip
def test_the_lead_is_the_first_sentences_and_the_drawn_ones_are_as_many(
    parts: list[str], n: int
) -> None:
    text = " ".join(parts)
    lead, drawn = _others(text, n).values()
    assert len(lead) == len(drawn) <= n
    assert list(lead) == sorted(lead)
    assert list(drawn) == sorted(set(drawn))
    assert _others(text, n + 1)["lead"][: len(lead)] == lead


def test_positive_values_are_what_stands_above_the_lowest_or_in_the_set() -> None:
    scam = SCHEMA.task("scam_type")
    assert [_positive(FC, v) for v in ("absent", "possible")] == [set(), {"possible"}]
    assert [_positive(scam, v) for v in ((), ("romance",))] == [set(), {"romance"}]
