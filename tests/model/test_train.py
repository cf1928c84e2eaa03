"""Training: the same corpus and settings give the same bytes, whatever is around them."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus.dataset import Corpus, load_corpus
from tcls.model.examples import Settings, decisions, truth
from tcls.model.gates import joint_arrays
from tcls.model.scorer import Scorer
from tcls.model.short import own_columns
from tcls.model.store import MANIFEST, PARTS, open_model
from tcls.model.train import Fit, _linear, _scale, fit, fit_all, libraries, train
from tcls.model.verify import self_test

SETTINGS = Settings(n_folds=2)
Write = Callable[[Path, bool], Path]
#: Trains on the checkout argv[1] with the lists of argv[2] into argv[3].
CODE = """
import sys
from pathlib import Path
from tcls.corpus.dataset import load_corpus
from tcls.model.examples import Settings
from tcls.model.train import train
root, labels, out = map(Path, sys.argv[1:])
train(load_corpus(root), labels, out, Settings(n_folds=2))
print(hash("a"))
"""
#: Two surroundings that share nothing.
SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "4711", "OMP_NUM_THREADS": "4", "LC_ALL": "tr_TR.UTF-8",
     "TZ": "Asia/Kathmandu"},
)  # fmt: skip
#: For which processor OpenBLAS computes; where this is set, it is part of the machine.
MACHINE = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def corpus(small_checkout: Write, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return load_corpus(small_checkout(tmp_path_factory.mktemp("checkout"), False))


@pytest.fixture(scope="module")
def trained(
    corpus: Corpus, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Fit, Path]:
    """A model of 60 documents, as it was fitted and as it was written."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    return train(corpus, root / "labels", folder, SETTINGS), folder


def apart(home: Path, checkout: Path, labels: Path, around: dict[str, str]) -> bytes:
    """Trains in a process of its own, into home/tiny; what the process writes."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", CODE, checkout, labels, home / "tiny"],
        cwd=checkout, env={"HOME": str(home), "PATH": os.defpath, **MACHINE, **around},
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.slow
def test_hash_seed_threads_locale_time_zone_and_order_of_files_do_not_move_a_byte(
    small_checkout: Write, root: Path, tmp_path: Path, trained: tuple[Fit, Path]
) -> None:
    hashes = set()
    for turned, around in enumerate(SURROUNDINGS):
        home = tmp_path / str(turned)
        checkout = small_checkout(home / "checkout", bool(turned))
        hashes.add(apart(home, checkout, root / "labels", around))
    assert len(hashes) == 2
    first = files(tmp_path / "0" / "tiny")
    assert set(first) == {*PARTS, MANIFEST}
    assert first == files(tmp_path / "1" / "tiny") == files(trained[1])


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="names kernels of x86_64")
def test_the_kernels_of_another_processor_move_a_weight_by_its_last_decimal_at_most(
    small_checkout: Write, root: Path, tmp_path: Path
) -> None:
    checkout = small_checkout(tmp_path / "checkout", False)
    weights = []
    for kernel in ("Haswell", "Nehalem"):
        apart(tmp_path / kernel, checkout, root / "labels", {"OPENBLAS_CORETYPE": kernel})
        weights.append(np.array(open_model(tmp_path / kernel / "tiny").arrays["passage"].flat))
    assert np.abs(weights[0] - weights[1]).max() < 1.5e-3


def test_another_order_of_files_is_the_same_corpus(
    corpus: Corpus, small_checkout: Write, tmp_path: Path
) -> None:
    other = load_corpus(small_checkout(tmp_path, True))
    assert other.fingerprint == corpus.fingerprint
    assert len(corpus.documents) == 60


def test_a_trained_model_verifies_and_says_what_it_is(
    trained: tuple[Fit, Path], corpus: Corpus
) -> None:
    fit, folder = trained
    assert self_test(folder).difference < 1e-8
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert manifest["corpus"] == {
        "documents": 60, "stories": len(set(corpus.stories)),
        "passages": sum(map(len, corpus.passages)), "fingerprint": corpus.fingerprint,
    }  # fmt: skip
    assert manifest["settings"]["n_folds"] == 2
    assert manifest["libraries"] == libraries()
    assert open_model(folder).decisions == fit.decisions == decisions(corpus.schema, SETTINGS.skip)


def test_no_path_time_or_text_of_the_corpus_is_in_the_manifest(
    trained: tuple[Fit, Path], corpus: Corpus
) -> None:
    text = (trained[1] / MANIFEST).read_text("utf-8")
    assert str(trained[1].parent) not in text
    assert os.sep not in json.loads(text)["name"]
    for document in corpus.documents:
        assert document.text.split("\n")[0] not in text
        assert f'"{document.id}"' not in text


def test_what_is_stored_is_what_was_fitted(trained: tuple[Fit, Path]) -> None:
    fit, folder = trained
    model = open_model(folder)
    assert list(model.tables["vocabulary"]) == fit.vocabulary
    for name in ("idf", "passage", "document", "bias", "rollup", "calibration"):
        stored, wanted = model.arrays[name], getattr(fit, name)
        assert stored.shape == wanted.shape
        assert np.array_equal(np.asarray(stored.flat).reshape(stored.shape), wanted)


def test_weights_have_the_decimals_of_the_settings(trained: tuple[Fit, Path]) -> None:
    fit, _ = trained
    for array in (fit.passage, fit.document):
        assert np.array_equal(np.round(array.astype(float), 4).astype(np.float32), array)
        assert np.abs(array).max() > 0
    assert np.array_equal(np.round(fit.bias, 4), fit.bias)


def test_a_decision_that_one_document_shows_is_not_learnt_from_documents(
    trained: tuple[Fit, Path],
) -> None:
    """No weights, and log-odds of −6."""
    fit, _ = trained
    rare = [k for k in range(len(fit.decisions)) if fit.truth[:, k].sum() < 2]
    assert rare
    for k in rare:
        assert not fit.document[:, k].any()
        assert fit.bias[1, k] == -6
        assert not fit.rollup[k, :-1].any()
        assert fit.rollup[k, -1] == -6
        assert fit.probability[:, k].max() < 0.003


def test_documents_and_passages_of_the_corpus_score_higher_where_it_is_true(
    trained: tuple[Fit, Path], corpus: Corpus
) -> None:
    fit, folder = trained
    scorer = Scorer(open_model(folder))
    texts = [
        [p.span.of(document.text) for p in passages]
        for document, passages in zip(corpus.documents, corpus.passages, strict=True)
    ]
    found = list(scorer.score_many(texts))
    documents = np.array([scores.document for scores in found])
    passages = np.vstack([scores.passages for scores in found])
    starts = np.cumsum([0, *(len(scores.passages) for scores in found)])[:-1]
    passages, documents = joint_arrays(passages, starts, documents, scorer.openings)
    coded = np.array(
        [truth(corpus.schema, p.values, fit.decisions) for row in corpus.passages for p in row]
    )
    for scores, true in ((documents, fit.truth == 1), (passages, coded == 1)):
        learnt = [k for k in range(len(fit.decisions)) if true[:, k].sum() >= 2]
        assert len(learnt) > 15
        for k in learnt:
            assert scores[true[:, k], k].mean() > scores[~true[:, k], k].mean()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("weight", "characters", "twins", "same"),
    [(1.0, 1, True, True), (3.0, 1, True, False), (3.0, 1, False, True), (3.0, 600, False, False)],
)
def test_weights_for_short_texts_are_the_others_unless_short_ones_or_twins_count_more(
    corpus: Corpus, scorer: Scorer, weight: float, characters: int, twins: bool, same: bool
) -> None:
    """No document is shorter than one character; only short ones with a twin do not teach all."""
    assert any(d.meta.get("twin") for d in corpus.documents)
    assert any(len(d.text) < 600 for d in corpus.documents)
    if not twins:
        alone = (replace(d, meta={**d.meta, "twin": ""}) for d in corpus.documents)
        corpus = replace(corpus, documents=tuple(alone))
    settings = Settings(n_folds=2, short_characters=characters, short_weight=weight)
    found = fit(corpus, scorer.features, settings)
    columns = len(found.decisions) + len(found.gates)
    own = list(own_columns(found.decisions, found.gates, settings.short_tasks))
    for weights in (found.passage, found.document, found.bias):
        assert weights.shape[1] == columns + len(own)
        assert np.array_equal(weights[:, own], weights[:, columns:]) == same


def test_every_decision_has_a_threshold(trained: tuple[Fit, Path]) -> None:
    fit, _ = trained
    assert set(fit.thresholds) == {":".join(decision) for decision in fit.decisions}
    assert all(0 <= t <= 1 for aims in fit.thresholds.values() for t in aims.values())


def test_a_decision_that_is_true_of_every_example_can_be_learnt() -> None:
    x = sp.csr_matrix(np.eye(3))
    weights, intercept = _linear(x, np.ones(3), np.ones(3), 1.0, 0.0)
    assert (x @ weights + intercept > 0).all()


def test_a_decision_of_several_powers_has_the_mean_of_their_weights() -> None:
    """Terms 0 and 1 tell the two kinds apart, term 2 stands in all four texts: scaled it gets no
    weight, and so half of its weight in the mean."""
    x = sp.csr_matrix(np.array([[1.0, 0, 1], [1, 0, 2], [0, 1, 1], [0, 1, 1]]))
    y, each = np.array([[1, 0], [1, 0], [0, 1], [0, 1]]), np.ones(4)
    plain, scaled = (fit_all(x, y, each, 1.0, [(power,)] * 2) for power in (0.0, 1.0))
    weights, biases = fit_all(x, y, each, 1.0, [(0.0, 1.0), (0.0,)])
    assert scaled[0][2, 0] == 0 != plain[0][2, 0]
    assert weights[:, 0] == pytest.approx((plain[0][:, 0] + scaled[0][:, 0]) / 2)
    assert biases[0] == pytest.approx((plain[1][0] + scaled[1][0]) / 2)
    assert weights[:, 1] == pytest.approx(plain[0][:, 1])


# Naive Bayes scaling


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=4, max_size=12),
    st.data(), st.floats(0.1, 2),
)  # fmt: skip
def test_naive_bayes_factors_have_a_mean_square_of_one(
    rows: list[list[int]], data: st.DataObject, power: float
) -> None:
    x = np.array(rows)
    y = np.array(data.draw(st.lists(st.sampled_from([0, 1]), min_size=len(x), max_size=len(x))))
    y[:2], x[0], x[1] = [1, 0], [1, 0, 1, 1], [0, 1, 1, 1]  # a ratio of at least one is not 0
    weight = np.full(len(x), 0.5)
    there, yes, no = (x > 0).T, weight * y, weight * (1 - y)
    ratio = np.log((there @ yes + 1) / (yes.sum() + 2) / ((there @ no + 1) / (no.sum() + 2)))
    if not np.abs(ratio).max() > 1e-9:
        return
    factor = _scale(sp.csr_matrix(x.astype(float)), y, weight, power)
    assert np.mean(factor**2) == pytest.approx(1)
    assert factor == pytest.approx(
        np.abs(ratio) ** power / np.sqrt(np.mean(np.abs(ratio) ** (2 * power))), abs=1e-9
    )


def test_a_term_that_stands_in_both_alike_gets_no_weight() -> None:
    """Term 0 stands in all four; term 1 in both positives: log(3/4 : 1/4) = log 3 … and the
    mean square of (0, a) is 1 when a is √2."""
    x = sp.csr_matrix(np.array([[1.0, 1], [1, 1], [1, 0], [1, 0]]))
    factor = _scale(x, np.array([1, 1, 0, 0]), np.ones(4), 0.5)
    assert factor == pytest.approx([0, np.sqrt(2)])


def test_an_example_that_weighs_nothing_does_not_count() -> None:
    x = sp.csr_matrix(np.array([[1.0, 1], [0, 1], [1, 0], [1, 1]]))
    one = _scale(x, np.array([1, 0, 0, 1]), np.array([1.0, 1, 1, 0]), 0.5)
    assert one == pytest.approx(_scale(x[:3], np.array([1, 0, 0]), np.ones(3), 0.5))
