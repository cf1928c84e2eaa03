"""Which terms a model may know, and documents as rows, checked against scikit-learn."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from tcls.model.features import Features
from tcls.model.scorer import Scorer
from tcls.model.vocabulary import build_vocabulary, inverse_frequency, matrix, proper_names

#: Lists of terms; at least one holds something, as scikit-learn wants.
TEXTS = st.lists(st.lists(st.sampled_from("abcde"), max_size=9), min_size=1, max_size=8).filter(any)


def test_a_term_needs_three_stories_however_many_documents_hold_it() -> None:
    terms = [["jail", "raid"], ["jail", "raid"], ["jail", "raid"], ["jail"]]
    assert build_vocabulary(terms, ["a", "b", "b", "c"], 3) == ["jail"]


def test_a_vocabulary_is_sorted_by_bytes() -> None:
    terms = [["é", "z", "<place>", "=a", "Z", "\U0001f600", "\uffff"]]
    assert build_vocabulary(terms, ["a"], 1) == [
        "<place>", "=a", "Z", "z", "é", "\uffff", "\U0001f600",
    ]  # fmt: skip


def test_a_name_stays_out_alone_and_in_a_pair() -> None:
    terms = [["kent", "=kent", "kent run", "run kent", "run"]]
    assert build_vocabulary(terms, ["a"], 1, frozenset({"kent"})) == ["run"]


def test_a_name_stays_out_as_a_word_whose_stem_is_shorter(features: Features) -> None:
    texts = ["They asked Reuters twice"] * 4
    names = proper_names(features, texts)
    assert names == {"reuter"}
    terms = [features.terms(text) for text in texts]
    kept = build_vocabulary(terms, ["a", "b", "c", "d"], 3, names, features.stem)
    assert not any("reuter" in term for term in kept)


def test_no_word_of_the_shipped_vocabulary_stands_there_without_its_stem(scorer: Scorer) -> None:
    """A stem stands in every story in which its words do, so only a name can be left out."""
    known = set(scorer.model.tables["vocabulary"])
    words = [term[1:] for term in known if term[0] == "="]
    assert [word for word in words if scorer.features.stem(word) not in known] == []


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from("abcdef")), st.sampled_from("1234")), max_size=12
    ),
    st.integers(1, 4),
    st.sets(st.sampled_from("abc")),
)  # fmt: skip
def test_the_vocabulary_is_what_counting_stories_gives(
    rows: list[tuple[set[str], str]], least: int, names: set[str]
) -> None:
    found = build_vocabulary(
        [terms for terms, _ in rows], [s for _, s in rows], least, frozenset(names)
    )
    assert found == [
        term
        for term in "abcdef"
        if len({story for terms, story in rows if term in terms}) >= least and term not in names
    ]


# Proper names


def test_a_word_with_a_capital_inside_sentences_is_a_name(features: Features) -> None:
    assert proper_names(features, ["We saw Kent there", "He met Kent. Kent ran."]) == {"kent"}


def test_a_capital_at_the_begin_of_a_sentence_says_nothing(features: Features) -> None:
    assert proper_names(features, ["Police ran. Police hid; Police sat"] * 5) == frozenset()


def test_a_word_that_is_often_written_small_is_no_name(features: Features) -> None:
    capital = ["the Bank closed"] * 6
    assert proper_names(features, capital) == {"bank"}
    assert proper_names(features, [*capital, "the bank closed"]) == {"bank"}
    assert proper_names(features, [*capital, *["the bank closed"] * 2]) == frozenset()


def test_an_acronym_is_no_name(features: Features) -> None:
    assert proper_names(features, ["the UNHCR said", "an UNHCR note"] * 5) == frozenset()


# Weights, against scikit-learn


@given(TEXTS)
def test_idf_is_the_smooth_idf_of_scikit_learn(texts: list[list[str]]) -> None:
    theirs = TfidfVectorizer(analyzer=list, smooth_idf=True).fit(texts)
    ours = inverse_frequency(texts, theirs.vocabulary_)
    assert ours == pytest.approx(theirs.idf_, abs=1e-12)


def test_idf_of_a_term_in_one_of_three_texts_is_one_plus_the_log_of_two() -> None:
    assert inverse_frequency([["a"], [], ["b"]], {"a": 0}) == pytest.approx([1 + np.log(2)])


@given(TEXTS)
def test_without_smoothing_a_row_is_that_of_scikit_learn(texts: list[list[str]]) -> None:
    theirs = TfidfVectorizer(analyzer=list, sublinear_tf=True)
    wanted = theirs.fit_transform(texts).toarray()
    found = matrix([Counter(t) for t in texts], theirs.vocabulary_, theirs.idf_)
    assert found.toarray() == pytest.approx(wanted, abs=1e-12)


@given(TEXTS, st.floats(0.1, 1000))
def test_smoothing_is_added_to_the_squared_length_of_a_row(
    texts: list[list[str]], smoothing: float
) -> None:
    theirs = TfidfVectorizer(analyzer=list, sublinear_tf=True, norm=None)
    bare = theirs.fit_transform(texts).toarray()
    found = matrix([Counter(t) for t in texts], theirs.vocabulary_, theirs.idf_, smoothing)
    wanted = bare / np.sqrt((bare**2).sum(axis=1) + smoothing)[:, None]
    assert found.toarray() == pytest.approx(wanted, abs=1e-12)
    assert (np.linalg.norm(found.toarray(), axis=1) < 1).all()


def test_a_text_without_a_known_term_is_a_row_of_zeros() -> None:
    found = matrix([Counter("x"), Counter()], {"a": 0, "b": 1}, np.ones(2))
    assert found.toarray().tolist() == [[0, 0], [0, 0]]


def test_the_idf_of_the_shipped_model_is_that_of_its_passages(scorer: Scorer) -> None:
    """log((1 + n) / (1 + df)) + 1 for a whole number df of at least three passages."""
    n = scorer.model.manifest["corpus"]["passages"]
    df = (1 + n) / np.exp(np.asarray(scorer.model.arrays["idf"].flat) - 1) - 1
    assert np.abs(df - np.round(df)).max() < 1e-6
    assert np.round(df).min() >= 3 and np.round(df).max() <= n
