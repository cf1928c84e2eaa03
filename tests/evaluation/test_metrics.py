"""Measures of predictions, against tables readable by eye and against scikit-learn."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from tcls.errors import UsageError
from tcls.evaluation import metrics
from tcls.evaluation.calibration import brier, calibration_error, risk_coverage_area
from tcls.schema import load_schema

TRUTH = np.array([1, 1, 1, 0, 0, 0])
CHOSEN = np.array([1, 1, 1, 1, 0, 0])
ONES = np.ones(6)

SCAM = load_schema().task("scam_type")
FAMILY = metrics.family(SCAM, "romance_baiting")

tables = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(0, 1), st.integers(0, 10).map(lambda k: k / 10),
        st.integers(0, 3),
    ),
    min_size=1, max_size=25,
).map(lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True)))  # fmt: skip


def test_three_found_and_one_false_alarm_is_a_precision_of_three_quarters():
    assert metrics.precision(TRUTH, CHOSEN, ONES) == 3 / 4


def test_f1_of_a_six_row_table_is_six_sevenths():
    assert metrics.f1(TRUTH, CHOSEN, ONES) == 6 / 7


def test_two_of_three_found_is_a_recall_of_two_thirds():
    assert metrics.recall(TRUTH, np.array([1, 1, 0, 0, 0, 0]), ONES) == 2 / 3


def test_measures_of_nothing_are_not_defined():
    nothing = np.zeros(6)
    assert math.isnan(metrics.precision(TRUTH, nothing, ONES))
    assert math.isnan(metrics.recall(nothing, CHOSEN, ONES))
    assert math.isnan(metrics.average_precision(nothing, CHOSEN, ONES))
    assert math.isnan(metrics.work_saved(nothing, CHOSEN, ONES))
    assert math.isnan(metrics.kappa(nothing, nothing, ONES))


@given(tables)
def test_weighted_measures_are_those_of_scikit_learn(table):
    truth, chosen, probability, weights = table
    assume((weights * truth).sum() > 0)
    p, r, f, _ = sklearn.precision_recall_fscore_support(
        truth, chosen, sample_weight=weights, average="binary", zero_division=np.nan
    )
    assert metrics.precision(truth, chosen, weights) == pytest.approx(p, nan_ok=True)
    assert metrics.recall(truth, chosen, weights) == pytest.approx(r)
    assert metrics.f1(truth, chosen, weights) == pytest.approx(f)
    ap = sklearn.average_precision_score(truth, probability, sample_weight=weights)
    assert metrics.average_precision(truth, probability, weights) == pytest.approx(ap)
    square = sklearn.brier_score_loss(truth, probability, sample_weight=weights, pos_label=1)
    assert brier(truth, probability, weights) == pytest.approx(square)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 3)), min_size=2, max_size=25
    )
)
def test_kappa_is_that_of_scikit_learn(rows):
    truth, level, weights = (np.array(column) for column in zip(*rows, strict=True))
    assume(len(set(truth) | set(level)) > 1)
    expected = sklearn.cohen_kappa_score(
        truth, level, labels=[0, 1, 2], weights="quadratic", sample_weight=weights
    )
    assert metrics.kappa(truth, level, weights) == pytest.approx(expected, abs=1e-9)


EVERY = {
    "precision": metrics.precision, "recall": metrics.recall, "f1": metrics.f1,
    "average_precision": metrics.average_precision, "work_saved": metrics.work_saved,
    "kappa": metrics.kappa, "calibration_error": calibration_error, "brier": brier,
    "risk_coverage_area": risk_coverage_area,
}  # fmt: skip
ON_PROBABILITIES = {"average_precision", "work_saved", "calibration_error", "brier"}


@pytest.mark.parametrize("name", EVERY)
@given(tables)
def test_a_weight_of_n_counts_as_n_copies(name, table):
    truth, chosen, probability, weights = table
    given = probability if name in ON_PROBABILITIES else chosen
    weighted = EVERY[name](truth, given, weights)
    copies = np.repeat(np.arange(len(truth)), weights)
    assume(len(copies) > 0)
    expected = EVERY[name](truth[copies], given[copies], np.ones(len(copies)))
    assert weighted == pytest.approx(expected, nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("name", EVERY)
@given(tables)
def test_many_resamples_at_once_are_each_alone(name, table):
    truth, chosen, probability, weights = table
    given = probability if name in ON_PROBABILITIES else chosen
    rows = np.stack([weights, np.ones(len(truth)), weights[::-1]])
    together = EVERY[name](truth, given, rows)
    alone = [EVERY[name](truth, given, row) for row in rows]
    assert together == pytest.approx(np.array(alone), nan_ok=True)


def test_the_best_half_read_saves_forty_five_percent_of_the_work():
    """All five true documents stand first of ten: 0.5 unread, less the 0.05 of Cohen 2006."""
    truth = np.repeat([1, 0], 5)
    probability = np.linspace(1, 0, 10)
    assert metrics.work_saved(truth, probability, np.ones(10)) == pytest.approx(0.45)


def test_nothing_is_saved_when_the_last_true_one_stands_last():
    truth = np.array([1, 0, 0, 1])
    saved = metrics.work_saved(truth, np.array([4, 3, 2, 1]) / 4, np.ones(4))
    assert saved == pytest.approx(-0.05)


def test_macro_is_the_mean_over_values_and_micro_over_cells():
    truth = np.array([[1, 0], [1, 0], [0, 1], [0, 0]])
    chosen = np.array([[1, 0], [1, 0], [0, 0], [0, 0]])
    ones = np.ones(4)
    assert metrics.macro(metrics.f1, truth, chosen, ones) == (1 + 0) / 2
    assert metrics.micro(metrics.f1, truth, chosen, ones) == 4 / 5


def test_macro_leaves_out_a_value_that_no_document_has_or_gets():
    truth = np.array([[1, 0], [0, 0]])
    assert metrics.macro(metrics.f1, truth, truth, np.ones(2)) == 1


def test_never_giving_a_label_does_not_raise_macro_precision():
    truth, chosen = np.array([[1, 1], [0, 1]]), np.array([[1, 0], [0, 0]])
    assert metrics.macro(metrics.precision, truth, chosen, np.ones(2)) == 0.5


def test_an_ignored_cell_counts_neither_in_macro_nor_in_micro():
    truth = np.array([[1, 0], [1, 1], [0, 0]])
    chosen = np.array([[1, 0], [0, 1], [0, 0]])
    ignore = np.zeros((3, 2), dtype=bool)
    ignore[1, 0] = True
    assert metrics.macro(metrics.f1, truth, chosen, np.ones(3), ignore) == 1
    assert metrics.micro(metrics.f1, truth, chosen, np.ones(3), ignore) == 1


def test_the_parents_of_romance_baiting_are_romance_and_investment():
    assert FAMILY == ("romance_baiting", "romance", "investment")


def test_romance_for_romance_baiting_earns_half_by_hierarchy():
    """Truth {rb, r, i}, prediction {r}: precision 1, recall 1/3, F1 1/2."""
    truth = metrics.extended(SCAM, FAMILY, np.array([[1, 0, 0]]))
    chosen = metrics.extended(SCAM, FAMILY, np.array([[0, 1, 0]]))
    assert truth.tolist() == [[1, 1, 1]]
    assert metrics.hierarchical_f1(truth, chosen, np.ones(1)) == 0.5


def test_an_unspecified_type_gives_way_to_a_specific_one():
    values = (SCAM.fallback, "romance")
    assert metrics.extended(SCAM, values, np.array([[1, 1], [1, 0]])).tolist() == [[0, 1], [1, 0]]


def _table(ignore=None):
    truth = np.array([[1, 0], [1, 1], [0, 0], [0, 1], [1, 0], [0, 1]])
    probability = np.array([[0.9, 0.1], [0.4, 0.8], [0.2, 0.3], [0.6, 0.7], [0.7, 0.2], [0.1, 0.6]])
    chosen = (probability >= 0.5).astype(int)
    decisions = [("forced_criminality", "present"), ("scam_type", "romance")]
    return (decisions, truth, probability, chosen, list("aabcde")), {"ignore": ignore}


def test_a_row_of_the_table_can_be_recomputed_by_hand():
    args, more = _table()
    first, second = metrics.table(*args, **more)
    assert (first.task, first.value, first.n, first.positives) == (
        "forced_criminality", "present", 6, 3,
    )  # fmt: skip
    assert (first.precision.value, first.recall.value, first.f1.value) == (2 / 3, 2 / 3, 2 / 3)
    assert first.average_precision.value == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert (second.f1.value, second.average_precision.value) == (1, 1)
    assert first.f1.low <= first.f1.value <= first.f1.high


def test_the_table_honours_the_ignore_mask():
    ignore = np.zeros((6, 2), dtype=bool)
    ignore[3, 0] = True  # the only false alarm of the first decision
    args, more = _table(ignore)
    first, second = metrics.table(*args, **more)
    assert (first.n, first.precision.value, second.n) == (5, 1, 6)


def test_the_summary_has_macro_and_micro_for_each_task():
    args, more = _table()
    found = metrics.summary(*args, **more)
    assert list(found) == ["forced_criminality", "scam_type"]
    assert found["forced_criminality"]["macro_f1"].value == 2 / 3
    assert found["scam_type"]["micro_f1"].value == 1


def test_the_summary_honours_the_ignore_mask():
    ignore = np.zeros((6, 2), dtype=bool)
    ignore[[1, 3], 0] = True
    args, more = _table(ignore)
    score = metrics.summary(*args, **more)["forced_criminality"]["macro_f1"]
    assert (score.value, score.n) == (1, 4)


def test_tables_of_different_shapes_are_an_error():
    (decisions, truth, probability, chosen, stories), _ = _table()
    with pytest.raises(UsageError):
        metrics.table(decisions, truth, probability[:, :1], chosen, stories)


def test_a_metric_with_a_setting_is_still_a_metric():
    half = partial(metrics.work_saved, least=0.5)
    truth, probability = np.array([1, 1, 0, 0]), np.array([0.9, 0.8, 0.2, 0.1])
    assert half(truth, probability, np.ones(4)) == pytest.approx(1 - 1 / 4 - 0.5)
