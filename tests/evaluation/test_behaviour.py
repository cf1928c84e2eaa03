"""The behavioural suite and the generated tests, on classifiers that are known to be wrong."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.errors import CorpusError, UsageError
from tcls.evaluation import behaviour, edits, nations
from tcls.evaluation.edits import Addition, Edit
from tcls.evaluation.invariance import generated
from tcls.reading.document import Document

FC, VC = "forced_criminality", "victim_criminalisation"


def row(name, type, side, text, kind="directional", **expect):
    return {
        "id": f"{name}{side}", "type": type, "pair": name, "side": side, "kind": kind,
        "text": text, "expect": expect,
    }  # fmt: skip


ROWS = [
    row("s01-1", 1, "a", "The bosses were arrested.", **{VC: "absent"}),
    row("s01-1", 1, "b", "The forced workers were arrested.", **{VC: "present"}),
    row("s01-2", 1, "a", "The owner was jailed.", **{VC: "absent"}),
    row("s01-2", 1, "b", "The forced men were jailed.", **{VC: ["present", "possible"]}),
    row("s49-1", 49, "a", "A romance scam.", scam_type={"has": ["romance"], "not": ["business"]}),
    row("s63-1", 63, "a", "Kenyan workers were forced.", "invariance", **{FC: "present"}),
    row("s63-1", 63, "b", "Swedish workers were forced.", "invariance", **{FC: "present"}),
]


@pytest.fixture
def suite(json_lines):
    return behaviour.load_suite(json_lines("suite.jsonl", ROWS))


def words(text):
    """A classifier by words: forced → present; arrested or jailed → criminalised."""
    low = text.lower()
    return {
        FC: "present" if "forced" in low else "absent",
        VC: "present" if "arrested" in low or "jailed" in low else "absent",
        "scam_type": ["romance"] if "romance" in low else [],
    }


def biased(text):
    """The same, but people of one nation are never thought to have been forced."""
    return words(text) | ({FC: "absent"} if "Swed" in text else {})


def test_a_pair_passes_when_all_of_its_sides_do(suite):
    found = behaviour.run(words, suite)
    first = found.types[0]
    assert (first.contrast.number, first.pairs.value, first.pairs.n) == (1, 0, 2)
    assert {side: score.value for side, score in first.sides.items()} == {"a": 0, "b": 1}
    assert (found.pairs.value, found.pairs.n) == (0.5, 4)
    assert found.groups["role"].value == 0
    assert found.groups["noise"].value == found.groups["scam_type"].value == 1


def test_failures_say_what_was_expected_and_found(suite):
    failure = behaviour.run(words, suite).failures[0]
    assert failure.case.text == "The bosses were arrested."
    assert failure.case.expect == {VC: ("absent",)}
    assert (failure.tasks, failure.found) == ((VC,), {VC: "present"})


def test_a_classifier_that_knows_roles_passes(suite):
    def roles(text):
        forced = "forced" in text
        return words(text) | {
            VC: "present" if forced and words(text)[VC] == "present" else "absent"
        }

    found = behaviour.run(roles, suite)
    assert (found.pairs.value, found.failures, found.unsteady) == (1, (), ())


def test_a_biased_classifier_fails_loudly(suite):
    found = behaviour.run(biased, suite)
    assert [u.pair for u in found.biased] == ["s63-1"]
    assert found.types[-1].steady.value == 0
    documents = [Document("d1", "Swedish people were forced."), Document("d2", "Rain fell.")]
    tests = generated(biased, documents, ["a", "b"])
    swaps = [s for s in tests if s.exact and s.name.startswith("nationality") and "word" in s.name]
    assert [(s.flips.value, s.flips.n, s.holds) for s in swaps] == [(1, 1, False)] * 2
    assert (swaps[0].changes[0].before, swaps[0].changes[0].after) == ("absent", "present")


def test_a_classifier_wrong_alike_for_all_is_not_called_biased(suite):
    found = behaviour.run(lambda text: {FC: "absent", VC: "absent", "scam_type": []}, suite)
    assert (found.biased, found.groups["noise"].value) == ((), 0)


def test_an_abstention_is_a_failure(suite):
    assert len(behaviour.run(lambda text: {FC: None}, suite).failures) == len(ROWS)


def test_a_prediction_its_record_and_a_mapping_are_read_alike(classifier, report_text):
    prediction = classifier.predict(report_text)
    one, two = behaviour.answer(prediction), behaviour.answer(prediction.to_dict())
    assert one == two
    plain = behaviour.answer({t: j.value or j.values for t, j in prediction.tasks.items()})
    assert (plain.values[FC], plain.probabilities) == (one.values[FC], {})


@pytest.mark.parametrize("result", ["present", None, 3, {FC: 0.7}])
def test_a_result_of_another_form_is_refused(result):
    with pytest.raises(UsageError, match="expected"):
        behaviour.answer(result)


@pytest.mark.parametrize(
    "change",
    [{"type": 99}, {"kind": "hard"}, {"expect": {FC: "perhaps"}}, {"expect": {"mood": "x"}},
     {"expect": {"scam_type": ["romance"]}}, {"more": 1}, {"id": "s01-1a"}],
)  # fmt: skip
def test_a_line_that_does_not_fit_is_named(json_lines, change):
    file = json_lines("suite.jsonl", [ROWS[0], ROWS[1] | change])
    with pytest.raises(CorpusError, match=r"suite\.jsonl, line 2: "):
        behaviour.load_suite(file)


def test_the_shipped_suite_covers_all_contrast_types():
    suite = behaviour.load_suite()
    assert {case.contrast.number for case in suite.cases} == set(range(1, 69))
    assert len(suite.cases) == 696
    assert len({case.text for case in suite.cases}) == 696
    groups = {c.contrast.number: c.contrast.group for c in suite.cases}
    assert [sum(g == name for g in groups.values()) for name in dict.fromkeys(groups.values())] == [
        20, 10, 18, 14, 6,
    ]  # fmt: skip


def test_the_suite_is_not_among_the_texts_of_the_corpus(root):
    lines = "".join(f.read_text("utf-8") for f in (root / "seeds" / "written").glob("*.jsonl"))
    texts = [json.dumps(c.text, ensure_ascii=False)[1:-1] for c in behaviour.load_suite().cases]
    assert [text for text in texts if text in lines] == []


KENYA = next(n for n in nations.NATIONS if n.country == "Kenya")
EGYPT = next(n for n in nations.NATIONS if n.country == "Egypt")
UAE = next(n for n in nations.NATIONS if n.bare == "United Arab Emirates")
KOREA = next(n for n in nations.NATIONS if n.country == "South Korea")


@pytest.mark.parametrize(
    "kind, target, before, after",
    [
        ("nationality", EGYPT, "A Thai and two Thais.", "An Egyptian and two Egyptians."),
        ("nationality", KENYA, "An Indian woman in India", "A Kenyan woman in India"),
        ("nationality", KOREA, "an Emirati court", "a South Korean court"),
        ("nationality", KENYA, "in Saudi Arabia, a Saudi man", "in Saudi Arabia, a Kenyan man"),
        ("country", UAE, "in Kenya’s port", "in the United Arab Emirates’ port"),
        ("country", UAE, "Kenya said so.", "The United Arab Emirates said so."),
        ("country", KENYA, "the Philippines' courts", "Kenya's courts"),
        ("country", UAE, "the Kenya office", "the United Arab Emirates office"),
        ("country", KENYA, "the South China Sea, the Indian Ocean", None),
        ("country", KENYA, "US$50, South African, an Indian", None),
        ("country", KENYA, "north korea, Chinatown", None),
        ("nationality", KENYA, "Latin American, polish, Thailand", None),
    ],
)
def test_swaps_put_one_nation_in_the_place_of_another(kind, target, before, after):
    assert nations.swap(before, kind, [target]) == (after or before)


def test_two_nations_stay_two():
    swapped = nations.swap(
        "Thai and Kenyan men", "nationality", nations.with_words("nationality", False)
    )
    one, _, two, _ = swapped.split()
    assert len({one, two, "Thai", "Kenyan"}) == 4


@pytest.mark.parametrize(
    "before, after",
    [
        ("She lost her phone.", "He lost his phone."),
        ("They arrested her.", "They arrested him."),
        (
            "They took her to a cell; the blame was his.",
            "They took him to a cell; the blame was hers.",
        ),
        ("MR LEE, A WIDOWER", "MRS LEE, A WIDOW"),
        ("There, the other shelter", "There, the other shelter"),
    ],
)
def test_genders_are_swapped(before, after):
    assert edits.swap_gender(before) == after


@given(st.text("\"'“”‘’ aé.\n", max_size=40))
def test_quotes_are_curly_or_straight_after_an_edit(text):
    assert not set(edits.straight_quotes(text)) & set("“”‘’")
    assert not set(edits.curly_quotes(text)) & set("\"'")


@given(st.text(max_size=200))
def test_no_edit_fails_on_any_text(text):
    for edit in edits.EDITS:
        edit.apply(text)
    for addition in edits.ADDITIONS:
        assert addition.sentence in addition.apply(text)


def test_only_a_headline_changes_case():
    upper = next(e for e in edits.EDITS if e.name == "headline: upper case")
    assert upper.apply("Men freed\n\nThey left.") == "MEN FREED\n\nThey left."
    assert upper.apply("They left.\n\nThey ate.") == "They left.\n\nThey ate."
    assert upper.apply("They left") == "They left"


DOCUMENTS = [
    Document("d1", "Ten people were forced to scam.\n\nThey left."),
    Document("d2", "Rain."),
]
JAILED = edits.ADDITIONS[0]


def test_a_sentence_that_must_not_lower_a_label():
    def perverse(text):
        return {VC: "absent" if "jailed" in text else "present"}

    (found,) = generated(perverse, DOCUMENTS, ["a", "b"], edits=[], additions=[JAILED])
    assert (found.kind, found.flips.value, found.holds) == ("directional", 1, False)
    assert math.isnan(found.largest)
    (found,) = generated(words, DOCUMENTS, ["a", "b"], edits=[], additions=[JAILED])
    assert found.holds


def test_a_fall_of_probability_within_the_tolerance_is_no_failure():
    def chance(p):
        return {
            VC: {"value": "absent", "probabilities": {"absent": 1 - p, "possible": 0, "present": p}}
        }

    def run(fall):
        predict = lambda text: chance(0.4 - fall * ("jailed" in text))  # noqa: E731
        return generated(predict, DOCUMENTS, ["a", "b"], edits=[], additions=[JAILED])[0]

    assert run(0.05).holds
    assert run(0.05).largest == pytest.approx(0.05)
    assert run(0.2).flips.value == 1


def test_an_exact_edit_fails_by_a_probability_alone():
    def predict(text):
        p = 0.2 + 0.0001 * ("Kenya" in text)
        return {VC: {"value": "absent", "probabilities": {"absent": 1 - p, "present": p}}}

    document = [Document("d", "He came from Kenya.")]
    exact, loose = (Edit("e", lambda text: text.replace("Kenya", "Peru"), e) for e in (True, False))
    strict, lenient = generated(predict, document, ["d"], edits=[exact, loose], additions=[])
    assert (strict.holds, lenient.holds, strict.flips.value) == (False, True, 0)


def test_an_addition_to_a_task_that_is_never_answered_is_not_asked():
    only = [Addition("x", "It was so.", "scam_type", "romance")]
    assert (
        generated(lambda text: {FC: "absent"}, DOCUMENTS, ["a", "b"], edits=[], additions=only)
        == ()
    )


def test_no_documents_is_an_error():
    with pytest.raises(UsageError, match="no documents"):
        generated(words, [], [])


@pytest.mark.slow
@pytest.mark.product
def test_nationality_and_country_move_nothing_in_the_shipped_model(classifier, root):
    from tcls.evaluation.sample import Checkout

    swaps = [edit for edit in edits.EDITS if edit.exact]
    predict = lambda text: classifier.predict(text, evidence=False)  # noqa: E731
    test = Checkout(root).test
    found = generated(predict, test.documents, test.stories, edits=swaps, additions=[])
    assert {s.name: [c.document for c in s.changes] for s in found} == {s.name: [] for s in found}
