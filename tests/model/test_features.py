"""A text to its terms: stems, pairs, words, classes, and nothing that names or identifies."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.model.features import AROUND, BEFORE, BEHIND, Features, is_measure, sees_around
from tcls.model.scorer import Scorer
from tcls.text.masks import PAUSE, STOP, TAGS
from tcls.text.tokens import tokens

CASES = Path(__file__).parents[1] / "cases"
COUNTRIES = json.loads((CASES / "countries.json").read_text("utf-8"))["cases"]
LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
DIGITS = st.text("0123456789", min_size=9, max_size=12)
#: What must be masked, by the tag it gets.
SECRETS = {
    "<phone>": DIGITS,
    "<email>": st.builds("{}.{}@{}.org".format, LETTERS, LETTERS, LETTERS),
    "<url>": st.builds(
        "{}{}.com/{}".format, st.sampled_from(["https://", "hxxp://", "www."]), LETTERS, LETTERS
    ),
    "<handle>": st.builds("{}{}".format, st.sampled_from("@#"), LETTERS),
    "<document>": st.builds("{}{}".format, st.sampled_from(["P", "AB", "x"]), DIGITS),
}


def test_terms_are_stems_words_whose_stem_is_shorter_pairs_and_classes(features: Features) -> None:
    assert features.terms("Jailed them now") == [
        "jail", "=jailed", "them", "jail them", "now", "them now", "<measure:arrest>",
    ]  # fmt: skip


def test_no_pair_reaches_over_an_end_and_an_end_is_no_term(features: Features) -> None:
    assert features.terms("Run. Hide; wait") == ["run", "hide", "wait"]


def test_a_tag_keeps_its_form_and_makes_pairs(features: Features) -> None:
    assert features.terms("South Korea told Kim") == [
        "<place>", "told", "<place> told", "<person>", "told <person>",
    ]  # fmt: skip


def test_a_term_counts_as_often_as_it_stands(features: Features) -> None:
    assert features.terms("run run run") == ["run", "run", "run run", "run", "run run"]


@pytest.mark.parametrize(
    ("text", "schemes"),
    [
        ("They offered a prize", 1),
        ("The lottery will never call about a prize", 0),
        ("The lottery will never call, write or send a prize or a gift", 0),
        ("We would never ask for a gift", 0),
        ("The lottery will never call: it sends no prize", 1),
        ("Will it never call? They offered a prize", 1),
        ("It will never call. They offered a prize", 1),
        ("It will never call\n• a prize", 1),
        ("A prize that will never come", 1),
        ("A man whom she had never met offered a prize", 1),
        ("They never sent the prize", 1),
        ("It will never " + 24 * "call " + "a prize", 1),
        ("It will never " + 23 * "call " + "a prize", 0),
    ],
)
def test_a_scheme_in_a_standing_line_is_no_term(
    features: Features, text: str, schemes: int
) -> None:
    found = features.terms(text)
    assert found.count("<told:advance_fee>") + found.count("<name:shopping>") == schemes


# Words around measures


@pytest.fixture(scope="module")
def around(features: Features) -> Features:
    return Features(features.masks, features.phrases, around=True)


def sides(features: Features, text: str) -> tuple[list[str], list[str]]:
    """Stems before and behind measures of any class, as they stand."""
    terms = [term for term in features.terms(text) if AROUND in term and ":" not in term]
    return (
        [term.split(" ")[0] for term in terms if not term.startswith(AROUND)],
        [term.split(" ")[1] for term in terms if term.startswith(AROUND)],
    )


def test_a_word_beside_a_measure_is_a_term_with_its_class_and_with_any(around: Features) -> None:
    assert [term for term in around.terms("They jailed us") if AROUND in term] == [
        "they ~measure:arrest", "they ~measure", "~measure:arrest us", "~measure us",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "before", "behind"),
    [
        ("Police jailed the guards", ["polic"], ["the", "guard"]),
        ("The guards were jailed", ["were", "guard", "the"], []),
        ("Guards hid; they were jailed: us", ["were", "they", "hid", "guard"], ["us"]),
        ("Guards hid. They were jailed. He wept", ["were", "they"], []),
        ("jailed", [], []),
        ("a " * 9 + "b c d e jailed " + "p q r s t u w y z", list("edcb") + ["a"] * 8,
         list("pqrstuwy")),
        ("jailed or arrested", ["or", "jail"], ["or", "arrest"]),
        ("They were forced to wait", [], []),
    ],
)  # fmt: skip
def test_twelve_words_before_and_eight_behind_in_the_sentence_count(
    around: Features, text: str, before: list[str], behind: list[str]
) -> None:
    found = sides(around, text)
    assert (sorted(found[0]), sorted(found[1])) == (sorted(before), sorted(behind))


def test_help_is_no_measure_to_look_around() -> None:
    assert [is_measure(f"<{cls}>") for cls in ("measure:fine", "measure:help", "fc:place")] == [
        True, False, False,
    ]  # fmt: skip


def test_only_columns_of_the_tasks_named_see_the_words_around() -> None:
    decisions = [("a", "x"), ("b", "y"), ("b", "z")]
    assert sees_around(decisions, 2, ["b"]) == (False, True, True, False, False)
    assert sees_around(decisions, 0, ()) == (False, False, False)


@given(st.lists(st.sampled_from("they jailed guards . ; the Kim 5 arrested".split()), max_size=40))
def test_what_is_around_leaves_all_other_terms_as_they_are(
    features: Features, around: Features, words: list[str]
) -> None:
    text = " ".join(words)
    terms = around.terms(text)
    assert [term for term in terms if AROUND not in term] == features.terms(text)
    measures = sum(map(is_measure, terms))
    assert len(terms) - len(features.terms(text)) <= 2 * (BEFORE + BEHIND) * measures


def test_only_schemes_are_denied(features: Features) -> None:
    assert "<measure:arrest>" in features.terms("They will never be jailed")


@pytest.mark.parametrize("text", ["", " \n\t", "…!?", ". ; .", "—"])
def test_a_text_without_words_has_no_terms(features: Features, text: str) -> None:
    assert features.terms(text) == []


def test_gender_is_not_a_term(features: Features) -> None:
    one = features.terms("He told his wife that the policeman hit the boy himself")
    assert one == features.terms("She told her husband that the policewoman hit the girl herself")


# Where terms stand


@given(st.text(max_size=60) | st.lists(st.sampled_from(["made", "laos", ".", "Kim", "ran"])))
def test_every_form_but_an_end_has_its_stem_as_a_term_and_no_term_covers_an_end(
    features: Features, text: str | list[str]
) -> None:
    raw = tokens(text) if isinstance(text, str) else text
    forms = features.masks.apply(raw)[0]
    found = list(features.located(forms))
    singles = {i: term for term, i, end in reversed(found) if end == i + 1}
    assert sorted(singles) == [i for i, form in enumerate(forms) if form not in (STOP, PAUSE)]
    for term, start, end in found:
        assert not {STOP, PAUSE} & set(forms[start:end])
        if term[0] not in "<=" and end - start == 2:
            assert term == " ".join(map(features.stem, forms[start:end]))


# Masks: the features of the shipped model


@given(st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES))
def test_another_country_and_nationality_leave_the_terms_equal(
    scorer: Scorer, seeds: dict[str, str], one: dict[str, str], two: dict[str, str]
) -> None:
    """The articles name four countries and one nationality."""
    for text in seeds.values():
        found = [
            scorer.features.terms(
                re.sub("Philippines|Vietnam|Thailand|Myanmar", case["country"], text).replace(
                    "Chinese", case["nationality"]
                )
            )
            for case in (one, two)
        ]
        assert found[0] == found[1]


@pytest.mark.parametrize("tag", SECRETS)
def test_what_identifies_somebody_is_no_term_but_its_tag(scorer: Scorer, tag: str) -> None:
    @given(SECRETS[tag])
    def masked(secret: str) -> None:
        found = [t for t in scorer.features.terms(f"Jailed {secret} today") if "measure" not in t]
        assert found == [
            "jail", "=jailed", tag, f"jail {tag}", "today", f"{tag} today",
        ]  # fmt: skip

    masked()


def test_no_term_of_the_shipped_vocabulary_identifies_somebody(scorer: Scorer) -> None:
    for term in scorer.model.tables["vocabulary"]:
        assert not any(c.isdigit() for c in term)
        assert not set("@#/") & set(term)


def test_every_tag_of_the_shipped_vocabulary_is_a_mask_or_a_class(scorer: Scorer) -> None:
    found = {
        word
        for term in scorer.model.tables["vocabulary"]
        for word in term.split(" ")
        if word[0] == "<" and ":" not in word
    }
    assert found <= set(TAGS)
