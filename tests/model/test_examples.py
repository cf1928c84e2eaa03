"""Coded documents to arrays: truths read by eye, and which passages teach which tasks."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus.dataset import Corpus, Passage, load_corpus
from tcls.errors import UsageError
from tcls.model.examples import Data, Decision, Settings, decisions, seen, sentence_values, truth
from tcls.model.features import Features
from tcls.model.scorer import Scorer
from tcls.reading.document import Document
from tcls.schema import load_schema
from tcls.text.passages import Span

SCHEMA = load_schema()
CHOSEN = decisions(SCHEMA, Settings().skip)
ORDINAL = ("forced_criminality", "victim_criminalisation")
#: Two documents; the second passage of the first cannot be judged without the first.
TEXTS = (
    ("Guards forced them. The rain fell.", "Police jailed them. They wept."),
    ("Guards ran.", "Nobody was jailed."),
)


def coded(*context: tuple[int, int]) -> Corpus:
    """The texts as a corpus of two stories; passages at `context` need context."""
    documents, passages = [], []
    for d, texts in enumerate(TEXTS):
        row, start = [], 0
        for i, text in enumerate(texts):
            span = Span(start, start + len(text))
            values: dict[str, str | tuple[str, ...]] = {
                "forced_criminality": "present" if (d, i) == (0, 0) else "absent",
                "victim_criminalisation": "present" if (d, i) == (0, 1) else "absent",
                "non_punishment": (), "scam_type": (),
            }  # fmt: skip
            row.append(Passage(f"d{d}", i, span, values, {}, (d, i) in context))
            start += len(text) + 2
        documents.append(Document(f"d{d}", "\n\n".join(texts), {"batch": f"b{d}"}))
        passages.append(tuple(row))
    return Corpus(SCHEMA, tuple(documents), tuple(passages), ("s0", "s1"))


def data(corpus: Corpus, features: Features, **changes: object) -> Data:
    settings = Settings(least_stories=1, n_folds=2, **changes)  # type: ignore[arg-type]
    return Data(corpus, features, settings, frozenset())


def columns(*tasks: str) -> list[int]:
    return [k for k, (task, _) in enumerate(CHOSEN) if task in tasks]


# Decisions and truths


def test_an_ordinal_task_has_a_decision_for_each_value_above_its_lowest() -> None:
    assert [value for task, value in CHOSEN if task == "forced_criminality"] == [
        "possible", "present",
    ]  # fmt: skip


def test_what_is_skipped_is_not_decided() -> None:
    assert ("scam_type", "other") not in CHOSEN
    assert ("scam_type", "other") in decisions(SCHEMA)
    assert len(decisions(SCHEMA)) == len(CHOSEN) + 1


@pytest.mark.parametrize("skip", ["scam_type:no such", "other", "forced_criminality:absent"])
def test_to_skip_what_is_no_decision_is_an_error_that_names_those_there_are(skip: str) -> None:
    message = rf"settings: skip = \['{skip}'\]; no '{skip}', expected some of forced_criminality:"
    with pytest.raises(UsageError, match=message):
        decisions(SCHEMA, (skip,))


@pytest.mark.parametrize("name", ["short_tasks", "around", "ratio_tasks", "averaged"])
def test_a_setting_for_a_task_that_is_not_learnt_is_an_error_that_names_those_that_are(
    features: Features, name: str
) -> None:
    for tasks in (("forced_criminalty",), ("scam_type", "scam_type:romance"), "scam_type"):
        with pytest.raises(UsageError, match=rf"settings: {name} = .*some of forced_criminality, "):
            data(coded(), features, **{name: tasks})


@pytest.mark.parametrize(
    ("value", "row"), [("absent", [0, 0]), ("possible", [1, 0]), ("present", [1, 1])]
)
def test_an_ordinal_decision_is_this_value_or_a_higher_one(value: str, row: list[int]) -> None:
    chosen = [("forced_criminality", "possible"), ("forced_criminality", "present")]
    assert truth(SCHEMA, {"forced_criminality": value}, chosen) == row


def test_an_implied_scam_type_is_true_and_the_fallback_gives_way() -> None:
    """The schema: romance baiting implies romance and investment."""
    chosen = [("scam_type", v) for v in ("romance", "investment", "romance_baiting", "unspecified")]
    assert truth(SCHEMA, {"scam_type": ("romance_baiting", "unspecified")}, chosen) == [1, 1, 1, 0]


def test_a_task_without_a_value_is_false_throughout() -> None:
    assert truth(SCHEMA, {}, CHOSEN) == [0] * len(CHOSEN)


@given(st.fixed_dictionaries({task: st.sampled_from(SCHEMA.task(task).values) for task in ORDINAL}))
def test_ordinal_truths_never_rise_with_the_value(values: dict[str, str]) -> None:
    row = dict(zip(CHOSEN, truth(SCHEMA, dict(values), CHOSEN), strict=True))
    for task in ORDINAL:
        steps = [row[task, value] for value in SCHEMA.task(task).values[1:]]
        assert steps == sorted(steps, reverse=True)
        assert sum(steps) == SCHEMA.task(task).values.index(values[task])


# Sentences


def test_a_sentence_says_what_its_rationale_touches_or_what_has_none() -> None:
    passage = Passage(
        "d", 0, Span(0, 40),
        {"forced_criminality": "present", "scam_type": ("romance", "investment")},
        {
            "forced_criminality": {"present": (Span(5, 9),)},
            "scam_type": {"romance": (Span(25, 30),)},
        },
        False,
    )  # fmt: skip
    assert sentence_values(SCHEMA, passage, Span(0, 20)) == {
        "forced_criminality": "present", "scam_type": ("investment",),
    }  # fmt: skip
    assert sentence_values(SCHEMA, passage, Span(20, 40)) == {
        "forced_criminality": "absent", "scam_type": ("romance", "investment"),
    }  # fmt: skip


@given(st.integers(0, 30), st.integers(1, 10), st.integers(0, 30), st.integers(1, 10))
def test_a_rationale_touches_a_sentence_when_they_share_a_character(
    a: int, long: int, b: int, wide: int
) -> None:
    reason, sentence = Span(a, a + long), Span(b, b + wide)
    values = {"forced_criminality": "possible"}
    passage = Passage(
        "d", 0, Span(0, 50), dict(values), {"forced_criminality": {"possible": (reason,)}}, False
    )
    shared = set(range(*reason)) & set(range(*sentence))
    found = sentence_values(SCHEMA, passage, sentence)
    assert found == (values if shared else {"forced_criminality": "absent"})


# Examples


def test_passages_come_first_then_the_sentences_of_those_that_have_several(
    features: Features,
) -> None:
    found = data(coded(), features).examples()
    assert found.document.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert found.weight.tolist() == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]
    assert found.x.plain.shape[0] == found.x.around.shape[0] == len(found.y) == 8


def test_sentences_of_a_passage_that_needs_context_are_no_examples(features: Features) -> None:
    """The second passage of the first document speaks of "them": guards forced them before."""
    held = data(coded((0, 1)), features)
    found = held.examples()
    assert found.document.tolist() == [0, 0, 1, 1, 0, 0]
    assert found.context.tolist() == [False, True, False, False, False, False]
    assert (found.x.plain[:4] != held.x.plain).nnz == 0
    assert (found.y[:4] == held.y).all()


def test_a_passage_that_needs_context_teaches_what_is_asked_of_whole_documents(
    features: Features,
) -> None:
    held = data(coded((0, 1)), features)
    found = held.examples()
    taught = held.taught(found.y, found.document, found.context)
    names = [task for task, _ in CHOSEN] + [gate.id for gate in held.gates]
    whole = {"victim_criminalisation", "non_punishment", "compelled_persons"}
    assert taught[1].tolist() == [name in whole for name in names]
    assert taught[0].tolist() == [name != "scam_type" for name in names]  # it tells of no scam


def test_without_gates_it_teaches_the_same_tasks(features: Features) -> None:
    held = data(coded((0, 1)), features, gates=False)
    found = held.examples()
    taught = held.taught(found.y, found.document, found.context)
    whole = {"victim_criminalisation", "non_punishment"}
    assert taught[1].tolist() == [task in whole for task, _ in CHOSEN]


def test_a_passage_that_needs_context_teaches_nothing_when_that_is_set(
    features: Features,
) -> None:
    held = data(coded((0, 1)), features, context=False)
    found = held.examples()
    assert not held.taught(found.y, found.document, found.context)[1].any()


@pytest.mark.parametrize(
    ("name", "value"),
    [("n_folds", 1), ("c_passage", 0.0), ("smoothing", float("nan")),
     ("inputs", ()), ("inputs", ("worst",))],
)  # fmt: skip
def test_a_setting_out_of_range_is_named(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=rf"settings: {name} = .*; expected"):
        Settings(**{name: value})  # type: ignore[arg-type]


def test_a_task_is_fitted_unscaled_scaled_or_both_ways() -> None:
    settings = Settings(ratio=0.25, ratio_tasks=("a",), averaged=("b",))
    assert [settings.powers(task) for task in "abc"] == [(0.25,), (0.0, 1.0), (0.0,)]


@pytest.mark.parametrize("characters", [63, 64, 65])
def test_a_document_is_short_by_the_characters_of_its_passages(
    features: Features, characters: int
) -> None:
    corpus = coded()
    first, second = corpus.documents
    size = sum(len(p.span.of(first.text)) for p in corpus.passages[0])
    assert size == 64
    twin = replace(first, meta={**first.meta, "twin": "t1"})
    corpus = replace(corpus, documents=(twin, second))
    held = data(corpus, features, short_characters=characters)
    assert held.short[0] == (characters > 64)
    assert held.twin.tolist() == [True, False]


def test_tasks_of_short_texts_and_the_gates_before_them_have_columns_of_their_own(
    features: Features,
) -> None:
    held = data(coded(), features, short_tasks=("victim_criminalisation",))
    assert [gate.id for gate in held.gates] == ["compelled_persons", "scam"]
    assert held.own == (*columns("victim_criminalisation"), len(CHOSEN))
    assert data(coded(), features, short_tasks=()).own == ()


def test_rows_without_words_around_have_a_length_without_them() -> None:
    """Term 1 is a word around a measure: the first column does not see it, the second does."""
    rows = {"jail": 0, "~measure boss": 1}
    found = seen([Counter(list(rows))], rows, np.array([3.0, 4.0]), 0.0, [False, True])
    assert found.column(0).toarray().tolist() == [[1, 0]]
    assert found.column(1).toarray().tolist() == [[0.6, 0.8]]
    weights = np.array([[10.0, 10.0], [0.0, 10.0]])
    assert found.scores(weights, np.array([1.0, 2.0])).tolist() == [[11, 16]]


def test_rows_of_short_texts_are_scored_with_the_columns_behind_the_others() -> None:
    """Weights 10 and 20 of two columns, and 7 of the second for short texts."""
    found = seen([Counter(["jail"])] * 2, {"jail": 0}, np.array([1.0]), 0.0, [False, True])
    weights, bias = np.array([[10.0, 20.0, 7.0]]), np.array([0.0, 1.0, 0.5])
    scores = found.scores(weights, bias, (1,), np.array([False, True]))
    assert scores.tolist() == [[10, 21], [10, 7.5]]


@given(
    st.lists(st.lists(st.sampled_from(["a", "b", "~m a", "b ~m"])), min_size=1, max_size=5),
    st.lists(st.booleans(), min_size=1, max_size=3),
)
def test_each_column_scores_its_own_view(texts: list[list[str]], sees: list[bool]) -> None:
    rows = {"a": 0, "b": 1, "b ~m": 2, "~m a": 3}
    found = seen([Counter(t) for t in texts], rows, np.arange(1.0, 5.0), 1.0, sees)
    weights, bias = np.arange(4.0 * len(sees)).reshape(4, -1), np.arange(float(len(sees)))
    both = found.under(found).take(np.arange(len(texts), 2 * len(texts)))
    wanted = [found.column(k) @ weights[:, k] + bias[k] for k in range(len(sees))]
    assert both.scores(weights, bias) == pytest.approx(np.stack(wanted, axis=1))
    assert not found.plain[:, 2:].nnz


def test_without_a_weight_sentences_are_no_examples(features: Features) -> None:
    found = data(coded(), features, sentence_weight=0.0).examples()
    assert found.document.tolist() == [0, 0, 1, 1]


def test_a_document_is_true_where_one_of_its_passages_is(features: Features) -> None:
    held = data(coded(), features)
    names = [*CHOSEN, *(gate.id for gate in held.gates)]
    rows = {
        name: (passages.tolist(), documents.tolist())
        for name, passages, documents in zip(names, held.y.T, held.truth.T, strict=True)
    }
    never: Decision = ("scam_type", "romance")
    assert rows["compelled_persons"] == ([1, 1, 0, 0], [1, 0])
    assert rows["scam"] == ([0, 0, 0, 0], [0, 0])
    assert rows["forced_criminality", "present"] == ([1, 0, 0, 0], [1, 0])
    assert rows["victim_criminalisation", "possible"] == ([0, 1, 0, 0], [1, 0])
    assert rows[never] == ([0, 0, 0, 0], [0, 0])


def test_a_label_is_taught_where_its_gate_is_open(features: Features) -> None:
    """Both passages of the first document teach victim criminalisation: it speaks of compelled
    persons. None teaches a scam type, and all teach forced criminality and the gates."""
    held = data(coded(), features)
    taught = held.taught(held.y, held.owner)
    of = {"victim_criminalisation": [1, 1, 0, 0], "non_punishment": [1, 1, 0, 0],
          "scam_type": [0, 0, 0, 0], "forced_criminality": [1, 1, 1, 1]}  # fmt: skip
    for k, (task, _) in enumerate(CHOSEN):
        assert taught[:, k].astype(int).tolist() == of[task]
    assert taught[:, len(CHOSEN) :].all()
    bare = data(coded(), features, gates=False)
    assert bare.y.shape[1] == len(CHOSEN)
    assert bare.taught(bare.y, bare.owner).all()


# A corpus


@pytest.fixture(scope="module")
def corpus(
    small_checkout: Callable[[Path, bool], Path], tmp_path_factory: pytest.TempPathFactory
) -> Corpus:
    return load_corpus(small_checkout(tmp_path_factory.mktemp("checkout"), False))


@pytest.mark.parametrize("least", [2, 3])
def test_every_term_stands_in_so_many_stories_and_none_is_a_name(
    corpus: Corpus, scorer: Scorer, least: int
) -> None:
    held = Data(corpus, scorer.features, Settings(least_stories=least), frozenset())
    holders: dict[str, set[str]] = {}
    for i, passage in held.flat:
        for term in scorer.features.terms(passage.span.of(corpus.documents[i].text)):
            holders.setdefault(term, set()).add(corpus.stories[i])
    plain = [term for term in held.vocabulary if not term.startswith("<document: ")]
    assert len(plain) > 300
    assert min(len(holders[term]) for term in plain) == least
    assert not any(c.isdigit() for term in plain for c in term)


def test_no_story_is_in_two_folds_and_the_arrays_fit_together(
    corpus: Corpus, scorer: Scorer
) -> None:
    held = Data(corpus, scorer.features, Settings(n_folds=2), frozenset())
    assert set(held.fold) == {0, 1}
    of = dict(zip(corpus.stories, held.fold, strict=True))
    assert [of[story] for story in corpus.stories] == held.fold.tolist()
    assert held.x.plain.shape == held.x.around.shape == (len(held.flat), len(held.vocabulary))
    assert held.whole.plain.shape == (60, len(held.vocabulary))
    assert held.y.shape == (len(held.flat), len(CHOSEN) + len(held.gates))
    assert held.owner[held.starts].tolist() == list(range(60))
