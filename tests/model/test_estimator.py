"""The estimator for labels of one's own."""

import pickle
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.utils import estimator_checks

from tcls.model.estimator import TextClassifier
from tcls.model.features import AROUND

TEXTS = [
    "Guards beat the workers and made them write love messages.",
    "The captives were forced to call strangers until they paid.",
    "He was locked in a compound and ordered to run romance scams.",
    "The harvest was good and the bridge opened on Monday.",
    "The minister spoke of roads, schools and the price of rice.",
    "Rain fell on the festival, and the team lost at home.",
]
LABELS = ["forced", "forced", "forced", "other", "other", "other"]
#: Those of scikit-learn's checks that ask nothing of the input. All others feed a table of
#: numbers, which a classifier of texts refuses; `check_estimator` leaves them out by itself.
CHECKS = (
    "check_parameters_default_constructible", "check_no_attributes_set_in_init",
    "check_get_params_invariance", "check_set_params", "check_estimator_cloneable",
    "check_estimator_repr", "check_mixin_order", "check_valid_tag_types",
)  # fmt: skip


@cache
def fitted() -> TextClassifier:
    return TextClassifier().fit(TEXTS, LABELS)


def test_words_around_measures_are_no_terms() -> None:
    found = TextClassifier().fit(["Police jailed them.", "It rained."] * 2, ["a", "b"] * 2)
    assert "jail" in found.vocabulary_
    assert not [term for term in found.vocabulary_ if AROUND in term]


@pytest.mark.parametrize("name", CHECKS)
def test_it_passes_the_checks_of_scikit_learn_that_apply(name: str) -> None:
    getattr(estimator_checks, name)("TextClassifier", TextClassifier())


def test_scikit_learn_finds_no_fault() -> None:
    with pytest.warns(SkipTestWarning, match="requires input"):  # texts, not a table
        found = estimator_checks.check_estimator(TextClassifier(), on_fail=None, on_skip=None)
    assert [check["check_name"] for check in found if check["status"] == "failed"] == []


def test_it_learns_what_it_is_shown() -> None:
    assert fitted().classes_.tolist() == ["forced", "other"]
    assert fitted().predict(TEXTS).tolist() == LABELS
    new = fitted().predict_proba(["The workers were beaten and forced to write messages."])
    assert new.shape == (1, 2)
    assert new[0, 0] > 0.5


def test_the_same_data_give_the_same_weights() -> None:
    again = TextClassifier().fit(TEXTS, LABELS)
    assert np.array_equal(again.coef_, fitted().coef_)
    assert np.array_equal(pickle.loads(pickle.dumps(again)).coef_, again.coef_)


def test_three_classes_share_a_probability_of_one() -> None:
    labels = ["forced", "forced", "scam", "rural", "rural", "scam"]
    chance = TextClassifier().fit(TEXTS, labels).predict_proba(TEXTS)
    assert chance.shape == (6, 3)
    assert chance.sum(axis=1) == pytest.approx(np.ones(6))


def test_several_labels_may_hold_at_once() -> None:
    table = np.array([[1, 1], [1, 0], [1, 1], [0, 0], [0, 0], [0, 1]])
    assert np.array_equal(TextClassifier().fit(TEXTS, table).predict(TEXTS), table)


def test_a_country_moves_no_probability() -> None:
    text = "Police in {} freed workers who were forced to write messages."
    kenya, peru = fitted().predict_proba([text.format("Kenya"), text.format("Peru")])
    assert np.array_equal(kenya, peru)


def test_it_works_in_the_tools_of_scikit_learn() -> None:
    search = GridSearchCV(TextClassifier(), {"c": [1.0, 32.0]}, cv=3).fit(TEXTS, LABELS)
    assert set(search.best_params_) == {"c"}
    assert len(cross_val_predict(clone(TextClassifier()), TEXTS, LABELS, cv=3)) == 6


def test_it_must_be_fitted_first() -> None:
    with pytest.raises(NotFittedError):
        TextClassifier().predict(TEXTS)


@pytest.mark.parametrize(
    "texts, labels, message",
    [
        (TEXTS, LABELS[:5], "6 texts but 5 labels"), (TEXTS, ["one"] * 6, "expected two classes"),
        ([1, 2], ["a", "b"], "text 0 is a int; expected strings"),
        ([""] * 4, ["a", "b"] * 2, "no term stands in 1 texts"),
        (TEXTS, ["a"] * 5 + ["b"], "class 'b': texts with it: 1; expected two or more"),
        (TEXTS, ["c"] + ["a", "b"] * 2 + ["a"], "class 'c': texts with it: 1"),
        (TEXTS, np.eye(6, 2) + [1, 0] * np.eye(6, 2, -1), "class 1: texts with it: 1"),
        (TEXTS, 1 - np.eye(6, 2), "class 0: texts without it: 1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_line(texts, labels, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TextClassifier().fit(texts, labels)


@given(st.text(max_size=60))
def test_every_text_has_probabilities(text: str) -> None:
    chance = fitted().predict_proba([text])
    assert chance.sum() == pytest.approx(1)
    assert (chance >= 0).all()
