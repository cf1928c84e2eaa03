"""Scores of the shipped model, against scikit-learn and by hand."""

import math
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer

from tcls.corpus.seeds import load_seeds
from tcls.model import scorer as module
from tcls.model.features import AROUND
from tcls.model.gates import joint
from tcls.model.rollup import INPUTS, inputs
from tcls.model.scorer import Scorer
from tcls.text.clean import furniture
from tcls.text.passages import passages

CLOSE = 1e-9
#: Passages and documents as rows of scores: N×K each.
Peer = Callable[[list[list[str]]], tuple[np.ndarray, np.ndarray]]
WORDS = st.sampled_from(
    "They were forced to scam strangers . Police arrested the trafficked workers ; a victim "
    "jailed fined deported not freed in South Korea $5,000 romance investment bitcoin".split()
)
PASSAGES = st.lists(st.lists(WORDS, max_size=30).map(" ".join), min_size=1, max_size=4)


def array(scorer: Scorer, name: str) -> np.ndarray:
    stored = scorer.model.arrays[name]
    return np.asarray(stored.flat).reshape(stored.shape).astype(np.float64)


@pytest.fixture(scope="module")
def peer(scorer: Scorer) -> Peer:
    """scikit-learn's tf·idf, divided by the smoothed length of what a column sees, times the
    stored weights."""
    vocabulary = {term: i for i, term in enumerate(scorer.model.tables["vocabulary"])}
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True, vocabulary=vocabulary, norm=None)
    vectorizer.idf_ = array(scorer, "idf")
    weights = {name: array(scorer, name) for name in ("passage", "document")}
    bias, settings = array(scorer, "bias"), scorer.model.manifest["settings"]
    plain = np.array([AROUND not in term for term in vocabulary])
    gates = [gate.id for gate in scorer.model.gates]
    tasks = [task for task, _ in scorer.model.decisions] + gates

    def scores(terms: list[list[str]], name: str, columns: list[tuple[int, ...]]) -> np.ndarray:
        x = vectorizer.transform(terms)
        squares = x.multiply(x).tocsc()
        lengths = [
            np.sqrt(np.asarray(seen.sum(axis=1)).ravel() + settings["smoothing"])
            for seen in (squares[:, plain], squares)
        ]
        length = np.stack([lengths[task in settings["around"]] for task in tasks], axis=1)
        every = x @ weights[name]
        used = bias[0 if name == "passage" else 1]
        rows = zip(every, length, columns, strict=True)
        return np.array([row[list(c)] / n + used[list(c)] for row, n, c in rows])

    def both(documents: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
        single, whole, used = [], [], []
        for texts in documents:
            terms = [scorer.features.terms(text) for text in texts]
            single += terms
            whole.append([*chain.from_iterable(terms)])
            short = sum(map(len, texts)) < settings["short_characters"]
            used.append(scorer.weighed[short])
        of_passages = [
            columns
            for c, texts in zip(used, documents, strict=True)
            for columns in [c] * len(texts)
        ]
        return scores(single, "passage", of_passages), scores(whole, "document", used)

    return both


def ours(scorer: Scorer, documents: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    found = [scorer.score(texts) for texts in documents]
    return (
        np.array([row for scores in found for row in scores.passages]),
        np.array([scores.document for scores in found]),
    )


@pytest.fixture(scope="module")
def documents(root: Path) -> list[list[str]]:
    """The articles and every fortieth written document, as passages."""
    every = load_seeds(root / "seeds")
    chosen = [d for i, d in enumerate(every) if i % 40 == 0 or not d.meta["written"]]
    cut = [[span.of(d.text) for span in passages(d.text, furniture(d.text))] for d in chosen]
    return [texts for texts in cut if texts]


def test_the_corpus_scores_as_with_scikit_learn(
    scorer: Scorer, peer: Peer, documents: list[list[str]]
) -> None:
    assert len(documents) > 50
    for mine, theirs in zip(ours(scorer, documents), peer(documents), strict=True):
        assert np.abs(mine - theirs).max() < CLOSE


def test_many_documents_at_once_score_as_with_scikit_learn(
    scorer: Scorer, peer: Peer, documents: list[list[str]]
) -> None:
    found = list(scorer.score_many(documents))
    single, whole = peer(documents)
    assert np.abs(np.vstack([scores.passages for scores in found]) - single).max() < CLOSE
    assert np.abs(np.vstack([scores.document for scores in found]) - whole).max() < CLOSE


@given(PASSAGES)
def test_any_text_scores_as_with_scikit_learn(scorer: Scorer, peer: Peer, texts: list[str]) -> None:
    for mine, theirs in zip(ours(scorer, [texts]), peer([texts]), strict=True):
        assert np.abs(mine - theirs).max() < CLOSE


def test_the_score_of_one_word_is_its_share_of_the_smoothed_length(scorer: Scorer) -> None:
    """idf·weight / sqrt(idf² + smoothing) + bias."""
    row = scorer.row("scam")
    idf = array(scorer, "idf")[row]
    length = math.sqrt(idf**2 + scorer.model.manifest["settings"]["smoothing"])
    wanted = idf / length * array(scorer, "passage")[row] + array(scorer, "bias")[0]
    counts = scorer.counts(["scam"])
    columns = list(range(scorer.columns))
    assert scorer.weights(counts) == ({row: pytest.approx(idf)}, pytest.approx((length, length)))
    found = scorer._dot("passage", counts, short=False)
    assert found == pytest.approx(wanted[columns].tolist(), abs=CLOSE)


def test_the_score_of_a_word_in_a_short_text_has_weights_of_its_own_for_some_columns(
    scorer: Scorer,
) -> None:
    counts = scorer.counts(["arrest"])
    one, two = (scorer._dot("document", counts, short) for short in (False, True))
    own = scorer.model.own
    assert [k for k in range(scorer.columns) if one[k] != two[k]] == list(own)
    decided = {scorer.model.decisions[k][0] for k in own if k < len(scorer.model.decisions)}
    assert decided == {"forced_criminality", "victim_criminalisation", "non_punishment"}


def test_a_text_is_short_below_so_many_characters(scorer: Scorer) -> None:
    most = scorer.model.manifest["settings"]["short_characters"]
    assert scorer.score(["a" * (most - 3), "b c"[:2]]).short
    assert not scorer.score(["a" * (most - 3), "b c"]).short


def test_a_word_around_a_measure_adds_to_the_length_of_what_sees_it_alone(scorer: Scorer) -> None:
    term = "~measure the"
    counts = scorer.counts(["scam", term])
    values, (plain, whole) = scorer.weights(counts)
    idf = array(scorer, "idf")
    one, two = idf[scorer.row("scam")], idf[scorer.row(term)]
    smoothing = scorer.model.manifest["settings"]["smoothing"]
    assert sorted(values.values()) == pytest.approx(sorted([one, two]))
    assert plain == pytest.approx(math.sqrt(one**2 + smoothing))
    assert whole == pytest.approx(math.sqrt(one**2 + two**2 + smoothing))
    weights = array(scorer, "passage")[scorer.row(term)][: scorer.columns]
    assert [k for k, sees in enumerate(scorer.sees) if sees] == np.flatnonzero(weights).tolist()


def test_a_text_without_known_terms_scores_the_bias(scorer: Scorer) -> None:
    found = scorer.score(["Xqzzy", ""])
    bias = array(scorer, "bias")[:, list(scorer.weighed[True])].tolist()
    assert (found.passages, found.document, found.known) == ([bias[0], bias[0]], bias[1], 0)


@given(PASSAGES)
def test_a_probability_is_the_logistic_function_of_the_rolled_up_scores(
    scorer: Scorer, texts: list[str]
) -> None:
    found = scorer.score(texts)
    gates = enumerate(scorer.openings)
    table = np.array([inputs(*joint(found.passages, found.document, k, g)) for k, g in gates])
    for k, weights in enumerate(array(scorer, "rollup")):
        own, near = weights[: len(INPUTS)], weights[len(INPUTS) : -1]
        wanted = own @ table[k] + near @ expit(table).ravel() + weights[-1]
        assert found.probabilities[k] == pytest.approx(float(expit(wanted)), abs=CLOSE)


@given(PASSAGES, st.randoms(use_true_random=False))
def test_the_order_of_passages_does_not_move_a_document(
    scorer: Scorer, texts: list[str], random: Random
) -> None:
    other = random.sample(texts, len(texts))
    one, two = scorer.score(texts), scorer.score(other)
    assert one.document == pytest.approx(two.document, abs=CLOSE)
    assert one.probabilities == pytest.approx(two.probabilities, abs=CLOSE)
    assert one.known == two.known


def test_a_sanction_scores_by_what_the_document_says_elsewhere(scorer: Scorer) -> None:
    sanction = "The court jailed the workers"
    # Longer than a short text, so that both are weighed alike.
    filler = "The weather was mild and the market opened late. " * 10
    alone, beside = (
        scorer.score([sanction, filler, text]) for text in (filler, "They were forced to scam.")
    )
    k = scorer.model.decisions.index(("victim_criminalisation", "possible"))
    gate = scorer.openings[k]
    scores = [joint(found.passages, found.document, k, gate)[0][0] for found in (alone, beside)]
    assert scores[1] > scores[0]


def test_known_terms_are_counted_once_each(scorer: Scorer) -> None:
    once = scorer.score(["They were forced to scam"])
    assert once.known == scorer.score(["They were forced to scam"] * 3).known > 4


# Rows and streams


def test_rows_are_those_of_the_vocabulary(scorer: Scorer) -> None:
    for row, term in enumerate(scorer.model.tables["vocabulary"]):
        if row % 997 == 0:
            assert scorer.row(term) == row
    assert (scorer.row("no such term"), scorer.row(""), scorer.row("\udcff")) == (-1, -1, -1)


def test_a_stream_is_answered_in_order_and_block_by_block(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK", 100)
    taken = 0

    def stream() -> Any:
        nonlocal taken
        for i in range(1000):
            taken += 1
            yield ["scam " * (i % 7)]

    answers = scorer.score_many(stream())
    first = [next(answers) for _ in range(20)]
    assert taken < 100
    for i, found in enumerate(first):
        assert found.document == pytest.approx(
            scorer.score(["scam " * (i % 7)]).document, abs=CLOSE
        )


def test_no_documents_have_no_scores(scorer: Scorer) -> None:
    assert list(scorer.score_many([])) == []
