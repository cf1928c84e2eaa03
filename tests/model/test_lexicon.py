"""The lexicon in labels/: its phrases mean what their class says."""

import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tcls.corpus.dataset import load_corpus
from tcls.corpus.splits import test_mask as in_test_split
from tcls.model.features import Features
from tcls.model.lists import lexicon_lines, lookup, mask_lines
from tcls.text.masks import Masks
from tcls.text.phrases import Phrases
from tcls.text.tokens import tokens

#: Classes that name a type of scheme, and those that tell one without its name.
SCHEMES = ("name", "told")
#: A class with fewer matches says little about its phrases.
FEWEST = 5


@pytest.fixture(scope="module")
def lexicon(root: Path) -> list[dict[str, list[str]]]:
    """The classes as they stand in the file."""
    found: list[dict[str, list[str]]] = tomllib.loads(
        (root / "labels/lexicon.toml").read_text("utf-8")
    )["class"]
    return found


@pytest.fixture(scope="module")
def features(root: Path) -> Features:
    """The masks and the lexicon of labels/."""
    labels = root / "labels"
    return Features(
        Masks(lookup(mask_lines(labels / "masks"))),
        Phrases(lookup(lexicon_lines(labels / "lexicon.toml"))),
    )


@pytest.fixture(scope="module")
def matches(root: Path, features: Features) -> dict[str, list[bool]]:
    """For each class of schemes, whether each match in the test split, of which the writers of
    the lexicon saw nothing, stands in a passage of that type; "unspecified" is right with any."""
    corpus = load_corpus(root)
    corpus = corpus.subset(in_test_split(corpus, root / "labels"))
    task = corpus.schema.task("scam_type")
    found: dict[str, list[bool]] = defaultdict(list)
    for document, passages in zip(corpus.documents, corpus.passages, strict=True):
        for passage in passages:
            forms = features.masks.apply(tokens(passage.span.of(document.text)))[0]
            types = task.close(passage.values.get("scam_type", ()))
            for term, _, _ in features.classes(forms):
                kind, _, name = term[1:-1].partition(":")
                if kind in SCHEMES:
                    right = bool(types) if name == "unspecified" else name in types
                    found[f"{kind}:{name}"].append(right)
    return found


def test_nine_of_ten_phrases_of_a_scheme_stand_where_that_scheme_is_reported(
    matches: dict[str, list[bool]],
) -> None:
    right = [each for found in matches.values() for each in found]
    assert len(right) > 500
    assert sum(right) > 0.9 * len(right)


def test_no_class_of_schemes_is_wrong_more_than_every_second_time(
    matches: dict[str, list[bool]],
) -> None:
    wrong = {
        name: (sum(found), len(found))
        for name, found in matches.items()
        if len(found) >= FEWEST and 2 * sum(found) < len(found)
    }
    assert not wrong


def test_every_type_of_scheme_has_phrases_that_name_it(
    root: Path, lexicon: list[dict[str, list[str]]]
) -> None:
    types = load_corpus(root).schema.task("scam_type").values
    assert {f"name:{value}" for value in types} <= {str(entry["id"]) for entry in lexicon}


def test_every_class_stands_once_says_what_it_is_and_whom_it_follows(
    lexicon: list[dict[str, list[str]]],
) -> None:
    assert max(Counter(str(entry["id"]) for entry in lexicon).values()) == 1
    assert all(entry["note"] and entry["sources"] for entry in lexicon)


def test_no_class_has_a_phrase_twice(lexicon: list[dict[str, list[str]]]) -> None:
    for entry in lexicon:
        assert max(Counter(entry["phrases"]).values()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "the remaining victims from cybercrime centres",
        "trafficked to a cybercrime centre",
        "rescued from a cyber slave camp",
        "trapped in cyber crime camps",
        "compatriots in the scam centre",
    ],
)
def test_people_in_or_out_of_a_scam_centre_are_captives(features: Features, text: str) -> None:
    assert "<fc:captive>" in features.terms(text)


@pytest.mark.parametrize(
    "text",
    [
        "five detained in a cyber crime operation",
        "a workshop was held at the cyber crime centre",
        "the complaint was taken to the cybercrime centre",
        "suspects released from the cyber crime centre on bail",
        "delegates were taken to the cyber park",
        "the national cyber crime centres met",
        "the new cybercrime hubs of the police",
        "victims in the fraud operation lost two million",
    ],
)
def test_police_centres_and_targets_of_fraud_are_neither_captives_nor_places(
    features: Features, text: str
) -> None:
    assert not {"<fc:captive>", "<fc:place>"} & set(features.terms(text))


@pytest.mark.parametrize(
    "text",
    [
        "A man who posed as the school nurse rang nine parents.",
        "She introduced herself as the new sales representative.",
        "They said they were from the water company.",
        "letters in the name of the ministry",
        "The company has no employee of that name.",
        "a false courier asked for the fee; the riders are not our staff",
        "The messages did not come from us.",
    ],
)
def test_whoever_presents_himself_as_what_he_is_not_poses(features: Features, text: str) -> None:
    assert "<pose:any>" in features.terms(text)


@pytest.mark.parametrize(
    "text",
    [
        "The bank said it was the largest loan of the year.",
        "The letter did not come in time.",
        "She is a nurse and works with the school.",
        "a photograph of the staff",
    ],
)
def test_plain_statements_are_no_pose(features: Features, text: str) -> None:
    assert "<pose:any>" not in features.terms(text)


@pytest.mark.parametrize(
    ("text", "poses"),
    [
        ("A caller pretending to be her nephew asked for money.", True),
        ("persons who introduced themselves as the insurer", True),
        ("a man impersonating a priest", True),
        ("Her nephew asked for money.", False),
        ("The flat is registered in the name of a relative.", False),
        ("They introduced themselves as officers of the court.", False),
    ],
)
def test_a_pose_as_no_authority_tells_private_impersonation(
    features: Features, text: str, poses: bool
) -> None:
    assert ("<told:impersonation_private>" in features.terms(text)) is poses


@pytest.mark.parametrize(
    ("text", "cls"),
    [
        ("Callers pretend to be someone from the government.", "name:impersonation_authority"),
        ("They impersonate trusted government agencies.", "name:impersonation_authority"),
        ("Scammers impersonate well known businesses.", "name:impersonation_private"),
        ("He pretended to be from a company you know.", "name:impersonation_private"),
        ("I need somebody who can move this money to my account.", "told:advance_fee"),
    ],
)
def test_poses_of_agency_pages_and_letters_tell_their_scheme(
    features: Features, text: str, cls: str
) -> None:
    assert f"<{cls}>" in features.terms(text)


@pytest.mark.parametrize(
    "text",
    [
        "An official of the government spoke to someone from the company.",
        "Trusted government agencies publish the list.",
        "The museum will move this collection to another building.",
    ],
)
def test_offices_and_removals_tell_no_scheme(features: Features, text: str) -> None:
    assert not [t for t in features.terms(text) if t.startswith(("<name:", "<told:"))]
