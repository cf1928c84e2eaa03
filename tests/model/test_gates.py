"""Questions asked first: when a gate is open, and what stands behind it, in values readable by
eye and against scipy."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import expit, logit

from tcls.model.gates import (
    GATES,
    Gate,
    Opening,
    both,
    joint,
    joint_arrays,
    moving,
    openings,
    pulls,
)
from tcls.model.scorer import Scorer
from tcls.schema import load_schema

SCHEMA = load_schema()
COMPELLED, SCAM = GATES
SCORES = st.floats(-50, 50)
#: The log-odds of a half times a half.
QUARTER = -math.log(3)
#: Three decisions: one of no gate, one behind a gate of the document, one behind one of the
#: passage; the gates have the columns 3 and 4.
OPENINGS = (None, Opening(3, True), Opening(4, False))


@pytest.mark.parametrize(
    ("values", "compelled", "scam"),
    [
        ({}, False, False),
        ({"forced_criminality": "absent", "scam_type": ()}, False, False),
        ({"forced_criminality": "possible"}, True, False),
        ({"victim_criminalisation": "present"}, True, False),
        ({"non_punishment": ("calls_for",)}, True, False),
        ({"scam_type": ("other",)}, False, True),
        ({"forced_criminality": "present", "scam_type": ("romance",)}, True, True),
    ],
)
def test_a_gate_is_open_for_any_value_of_what_it_asks(
    values: dict[str, str | tuple[str, ...]], compelled: bool, scam: bool
) -> None:
    assert (COMPELLED.is_open(SCHEMA, values), SCAM.is_open(SCHEMA, values)) == (compelled, scam)


def test_what_a_gate_opens_it_asks_for_too() -> None:
    """Else a label could be present where its gate is shut."""
    for gate in GATES:
        assert set(gate.opens) <= set(gate.asks)
        assert set(gate.asks) <= {task.id for task in SCHEMA.tasks if task.tier == 1}


def test_columns_of_gates_stand_behind_those_of_the_decisions() -> None:
    decisions = [("a", "yes"), ("b", "yes"), ("c", "yes")]
    gates = [Gate("g", ("b",), ("b",), "document"), Gate("h", ("c",), ("c",), "passage")]
    assert openings(decisions, gates) == OPENINGS
    assert openings(decisions, []) == (None, None, None)


def test_without_a_gate_a_score_is_what_it_is() -> None:
    assert joint([[1.5, 0, 0, 0, 0]], [2.5, 0, 0, 0, 0], 0, None) == ([1.5], 2.5)


def test_behind_a_gate_probabilities_multiply() -> None:
    """A half times a half, in each passage and in the document."""
    passages, document = joint([[0.0] * 5, [0.0] * 5], [0.0] * 5, 2, OPENINGS[2])
    assert passages == pytest.approx([QUARTER, QUARTER])
    assert document == pytest.approx(QUARTER)


def test_one_open_passage_opens_the_document_but_not_its_neighbour() -> None:
    rows = [[0, 0, 0, 100, 100], [0, 0, 0, -100, -100]]
    of_document, _ = joint(rows, [0] * 5, 1, OPENINGS[1])
    of_passage, _ = joint(rows, [0] * 5, 2, OPENINGS[2])
    assert of_document == pytest.approx([0, 0])
    assert of_passage == pytest.approx([0, -100 - math.log(2)])


def test_a_document_without_passages_speaks_for_itself() -> None:
    assert joint([], [0] * 5, 1, OPENINGS[1]) == ([], pytest.approx(QUARTER))


@given(st.data())
def test_arrays_give_what_one_by_one_gives(data: st.DataObject) -> None:
    row = st.lists(SCORES, min_size=5, max_size=5)
    held = data.draw(st.lists(st.lists(row, min_size=1, max_size=5), min_size=1, max_size=6))
    documents = data.draw(st.lists(row, min_size=len(held), max_size=len(held)))
    starts = np.cumsum([0, *map(len, held)])[:-1]
    flat = np.array([scores for passages in held for scores in passages])
    one, two = joint_arrays(flat, starts, np.array(documents), OPENINGS)
    for k, gate in enumerate(OPENINGS):
        found = [joint(p, d, k, gate) for p, d in zip(held, documents, strict=True)]
        assert one[:, k] == pytest.approx([s for passages, _ in found for s in passages])
        assert two[:, k] == pytest.approx([document for _, document in found])


@given(st.floats(-15, 15), st.floats(-15, 15))
def test_both_is_the_log_odds_of_the_product_of_two_probabilities(one: float, two: float) -> None:
    assert both(one, two) == pytest.approx(float(logit(expit(one) * expit(two))), abs=1e-6)


@given(SCORES | st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
@example(-745.2, 745.2)
def test_two_things_at_once_are_no_likelier_than_either(one: float, two: float) -> None:
    assert both(one, two) <= min(one, two) + 1e-9
    assert both(one, two) == both(two, one)
    assert math.isfinite(both(one, two)) or max(abs(one), abs(two)) > 1e299


@given(st.floats(-15, 15), st.floats(-15, 15))
def test_pulls_are_the_slopes_of_both(one: float, two: float) -> None:
    step = 1e-5
    slopes = (
        (both(one + step, two) - both(one - step, two)) / (2 * step),
        (both(one, two + step) - both(one, two - step)) / (2 * step),
    )
    assert pulls(one, two) == pytest.approx(slopes, abs=1e-4)


def test_what_is_certain_does_not_pull() -> None:
    assert pulls(100.0, 0.0) == pytest.approx((0, 1))
    assert pulls(-100.0, 0.0) == pytest.approx((1, 0.5))


def test_evidence_is_of_the_label_and_of_a_gate_in_the_same_passage() -> None:
    row = [0.0] * 5
    assert moving(row, 0, OPENINGS[0]) == {0: 1.0}
    assert moving(row, 1, OPENINGS[1]) == {1: 1.0}
    assert moving(row, 2, OPENINGS[2]) == pytest.approx({2: 2 / 3, 4: 2 / 3})


def test_a_label_behind_a_gate_can_be_as_good_as_certain(scorer: Scorer) -> None:
    """Of a task with several values at once, when it is the only one."""
    decisions = scorer.model.decisions
    several = ("non_punishment", "scam_type")
    for k, (task, _) in enumerate(decisions):
        sure = [40.0] * scorer.columns
        for j, (other, _) in enumerate(decisions):
            if j != k and other == task and task in several:
                sure[j] = -40.0
        assert scorer._probabilities([sure], sure)[k] > 0.99


def test_every_label_of_the_shipped_model_that_presupposes_something_has_a_gate(
    scorer: Scorer,
) -> None:
    gated = {
        task
        for (task, _), gate in zip(scorer.model.decisions, scorer.openings, strict=True)
        if gate
    }
    assert gated == {"victim_criminalisation", "non_punishment", "scam_type"}
    assert tuple(scorer.model.gates) == GATES
