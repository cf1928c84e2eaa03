"""What a model card shows, as plain numbers (the text of a card: tests/report/test_card.py)."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import recall_score

from tcls.corpus.dataset import load_corpus
from tcls.evaluation.assess import assess
from tcls.evaluation.behaviour import load_suite, run
from tcls.evaluation.card import Row, card, error_rates, numbers, training
from tcls.evaluation.intervals import Score
from tcls.evaluation.invariance import Stability
from tcls.evaluation.sample import Checkout, Sample
from tcls.model.store import Model, open_model

FC = "forced_criminality"


@pytest.fixture
def shown(sample: Sample) -> Row:
    swap = Stability("swap", "invariance", True, Score("", 0.5, 0.1, 0.9, 2), math.nan, ())
    outcome = run(lambda _: {FC: "absent"}, load_suite())
    found = assess(sample, resamples=20)
    elsewhere = assess(replace(sample, name="external"), resamples=20)
    return card(found, outcome, [swap], {"documents": 9}, elsewhere)


def test_a_score_is_four_numbers_and_what_is_not_defined_is_null() -> None:
    assert numbers(Score("f1", 0.12345, 0, math.nan, 7)) == [0.1235, 0, None, 7]


@given(st.floats(allow_infinity=False), st.integers(0, 99))
def test_a_stored_score_is_plain_json_near_what_it_was(value: float, n: int) -> None:
    found = json.loads(json.dumps(numbers(Score("x", value, value, value, n)), allow_nan=False))
    assert found[3] == n
    assert found[0] is None if math.isnan(value) else found[0] == pytest.approx(value, abs=5.1e-5)


def test_what_was_missed_is_what_recall_leaves(sample: Sample) -> None:
    """Misses are 1 − recall, false alarms 1 − recall of the other class."""
    whole = np.ones(60, dtype=bool)
    missed, alarms = error_rates(sample, 0, whole)
    truth, chosen = sample.truth[:, 0], sample.chosen[:, 0]
    assert missed.value == pytest.approx(1 - recall_score(truth, chosen))
    assert alarms.value == pytest.approx(1 - recall_score(truth, chosen, pos_label=0))
    assert (missed.n, alarms.n) == (30, 30)
    for rate in (missed, alarms):
        assert rate.low <= rate.value <= rate.high


def test_documents_that_do_not_count_are_in_no_rate(sample: Sample) -> None:
    ignore = sample.ignore.copy()
    ignore[:20, 0] = True
    found = error_rates(replace(sample, ignore=ignore), 0, np.arange(60) < 30)
    assert [rate.n for rate in found] == [5, 5]


def test_a_card_is_plain_json(shown: Row) -> None:
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    assert "word word" not in json.dumps(shown)  # no text of a document


def test_a_card_says_of_how_many_documents_and_stories_it_is(shown: Row) -> None:
    assert (shown["documents"], shown["stories"], shown["abstained"]) == (60, 50, 0)
    assert "|n:60|stories:50|boot:20|" in shown["signature"]
    assert shown["training"] == {"documents": 9}


def test_every_decision_has_its_measures(shown: Row, sample: Sample) -> None:
    assert [(d["task"], d["value"]) for d in shown["decisions"]] == list(sample.decisions)
    first = shown["decisions"][0]
    assert first["positives"] == 30
    assert {"precision", "recall", "f1", "brier"} <= set(first)
    truth, chosen = sample.truth[:, 0], sample.chosen[:, 0]
    assert first["recall"][0] == pytest.approx(recall_score(truth, chosen), abs=5.1e-5)


def test_only_groups_of_ten_documents_are_shown_lengths_in_order(shown: Row) -> None:
    rows = shown["slices"]
    assert (rows[0]["group"], rows[0]["n"]) == ("all", 60)
    assert {r["group"]: r["n"] for r in rows if r["by"] == "genre"} == {"wire": 40, "feature": 20}
    assert all(r["n"] >= 10 for r in rows)
    assert next(r["group"] for r in rows if r["by"] == "length") == "under 50 words"


def test_each_bin_that_holds_documents_is_shown(shown: Row) -> None:
    for task, value, rows in shown["bins"]:
        assert task in (FC, "victim_criminalisation") and value in ("possible", "present")
        assert sum(row[-1] for row in rows) == 60


def test_elsewhere_is_shown_beside_the_same_numbers_here(shown: Row) -> None:
    for row in shown["elsewhere"]["gaps"]:
        assert row["inside"] == row["outside"]
        assert row["gap"][0] == 0
    assert shown["generated"][0]["largest"] is None
    assert shown["generated"][0]["holds"] is True


def test_training_is_told_of_the_corpus_that_a_model_learnt_from(tiny: Path) -> None:
    model = open_model()
    assert training(Checkout(tiny), model) == {}
    corpus = load_corpus(tiny).subset([True, True, True, True, False, False])
    own: Model = replace(
        model, manifest={**model.manifest, "corpus": {"fingerprint": corpus.fingerprint}}
    )
    found = training(Checkout(tiny), own)
    assert (found["documents"], found["written"], found["received"], found["stories"]) == (
        4, 0, 4, 4,
    )  # fmt: skip
    assert found["coders"] == [["first coding: me", 4, 16]]
    assert [f"{FC}=present", 2, 2] in found["labels"]
    assert ["scam_type=investment", 1, 1] in found["labels"]
