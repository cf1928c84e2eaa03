"""What a user of the library meets: the promises of the whole, on the shipped model."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tcls import Classifier, Document
from tcls.corpus.annotations import read_annotations
from tcls.errors import UsageError
from tcls.text.language import Language

CASES = Path(__file__).parent / "cases"
COUNTRIES = json.loads((CASES / "countries.json").read_text("utf-8"))["cases"]
LANGUAGES = json.loads((CASES / "languages.json").read_text("utf-8"))["cases"]
#: The articles name countries thus; their nationality is always "Chinese".
NAMED = re.compile(r"\b(?:Philippines|Vietnam|Thailand|Myanmar)\b")
SEEDS = ("000_46d22d8a7007c8a6", "001_fdfed59dd9b5c503")


def answers(prediction) -> dict:
    """Status, labels and probabilities: all that must not move."""
    tasks = {n: (t.value, t.values, dict(t.probabilities)) for n, t in prediction.tasks.items()}
    return {"status": prediction.status, **tasks}


def swapped(text: str, country: str, nationality: str) -> str:
    return NAMED.sub(country, text).replace("Chinese", nationality)


@pytest.mark.product
@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_article_gets_the_labels_of_the_issue(classifier, seeds, name: str) -> None:
    tasks = classifier.predict(seeds[name]).tasks
    assert {
        "forced_criminality": tasks["forced_criminality"].value,
        "victim_criminalisation": tasks["victim_criminalisation"].value,
        "non_punishment": tasks["non_punishment"].values,
        "scam_type": tasks["scam_type"].values,
    } == {
        "forced_criminality": "present",
        "victim_criminalisation": "present",
        "non_punishment": ("calls_for",),
        "scam_type": ("romance", "business"),
    }


@pytest.mark.product
@pytest.mark.parametrize("name", SEEDS)
def test_every_label_of_a_seed_article_has_evidence_and_none_is_furniture(
    classifier, seeds, root: Path, name: str
) -> None:
    records = read_annotations(root / "labels/annotations/articles.jsonl")
    coded = {record.passage for record in records if record.document == name}
    for task in classifier.predict(seeds[name]).tasks.values():
        labels = [task.value] if task.kind == "ordinal" else list(task.values)
        assert {item.label for item in task.evidence} == set(labels)
        for item in task.evidence:
            assert item.text == item.span.of(seeds[name])
            assert any(p.start <= item.span.start and item.span.end <= p.end for p in coded)


@pytest.mark.parametrize("case", COUNTRIES, ids=lambda case: case["country"])
@pytest.mark.parametrize("name", SEEDS)
def test_swapping_every_country_and_nationality_moves_no_probability(
    classifier, seeds, name: str, case: dict[str, str]
) -> None:
    text = swapped(seeds[name], case["country"], case["nationality"])
    assert case["nationality"] in text
    assert answers(classifier.predict(text)) == answers(classifier.predict(seeds[name]))


@given(st.lists(st.sampled_from(COUNTRIES), min_size=4, max_size=4, unique_by=str))
def test_swapping_each_country_for_another_moves_no_probability(classifier, seeds, cases) -> None:
    names = ("Philippines", "Vietnam", "Thailand", "Myanmar")
    new = {old: case["country"] for old, case in zip(names, cases, strict=True)}
    for text in seeds.values():
        other = NAMED.sub(lambda found: new[found.group()], text)
        other = other.replace("Chinese", cases[0]["nationality"])
        assert answers(classifier.predict(other)) == answers(classifier.predict(text))


@pytest.mark.parametrize("case", LANGUAGES, ids=lambda case: case["code"])
def test_a_text_in_another_language_is_an_abstention(classifier, case: dict[str, str]) -> None:
    found = classifier.predict(case["text"])
    assert (found.status, found.reasons) == ("abstained", ("unsupported_language",))
    assert all(task.value is None and task.values is None for task in found.tasks.values())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_text"),
        (" \n\t", "no_text"),
        ("…!?", "no_text"),
        ("The police said", "too_short"),
        ("Victims jailed", "too_short"),  # of two words the language library would say Latvian
    ],
)
def test_what_cannot_be_judged_is_an_abstention_with_its_reason(classifier, text, reason) -> None:
    found = classifier.predict(text)
    assert (found.status, found.reasons) == ("abstained", (reason,))


def test_what_is_not_judged_has_no_probability(classifier) -> None:
    for task in classifier.predict("").tasks.values():
        assert set(task.probabilities.values()) == {None}
        assert task.chance(*task.probabilities) == 0
    assert (
        classifier.predict("Four men sold a van.").tasks["scam_type"].probabilities["other"] is None
    )


def test_an_abstention_keeps_what_was_wrong_with_the_text(classifier) -> None:
    found = classifier.predict(Document("a", "xxxx " * 3, {"truncated": True}))
    assert (found.status, found.reasons) == ("abstained", ("too_short", "truncated"))


def test_a_short_english_headline_is_judged_with_doubt(classifier) -> None:
    found = classifier.predict("Thai court jails scam bosses")
    assert (found.status, found.reasons) == ("partial", ("uncertain_language",))


MUSEUM = (
    "The museum in the old town has opened a new wing with paintings that were kept in the cellar "
    "for forty years. Visitors can see it on Saturdays and Sundays, and the entrance is free.\n\n"
)
SPANISH = (
    "La policía liberó ayer a cuarenta jóvenes que habían sido obligados a estafar por internet en "
    "un complejo cercado junto a la frontera; un tribunal los condenó después a dos años de cárcel "
    "por fraude, y sus familias piden que sean protegidos como víctimas de trata.\n\n"
)


def test_a_text_with_a_part_in_another_language_is_judged_in_part(classifier) -> None:
    found = classifier.predict(MUSEUM * 3 + SPANISH)
    assert (found.status, found.reasons) == ("partial", ("mixed_language",))
    victims = found.tasks["victim_criminalisation"]
    assert (victims.value, victims.screen) == ("absent", True)
    assert classifier.predict(MUSEUM * 3).tasks["victim_criminalisation"].screen is False


def test_a_text_without_a_known_word_is_an_abstention(classifier, monkeypatch) -> None:
    monkeypatch.setattr("tcls.classifier.language", lambda text: Language("en", 0.99))
    found = classifier.predict("Xqzzy blorpt wubble grombly snarf vlimp.")
    assert (found.status, found.reasons) == ("abstained", ("no_known_features",))


@pytest.mark.parametrize("task", ["forced_criminality", "victim_criminalisation"])
def test_ordinal_probabilities_sum_to_one_and_name_every_value(classifier, seeds, task) -> None:
    for text in seeds.values():
        chance = classifier.predict(text).tasks[task].probabilities
        assert list(chance) == ["absent", "possible", "present"]
        assert sum(chance.values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "utf-16-le"])
def test_a_truncated_or_broken_document_is_judged_in_part(
    classifier, report_text: str, encoding: str
) -> None:
    meta = {"truncated": True, "encoding": f"{encoding} with errors"}
    found = classifier.predict(Document("a", report_text, meta))
    assert (found.status, found.reasons) == ("partial", ("truncated", "broken_encoding"))


def test_without_evidence_the_answers_are_the_same(classifier, seeds: dict[str, str]) -> None:
    for text in seeds.values():
        bare = classifier.predict(text, evidence=False)
        assert answers(bare) == answers(classifier.predict(text))
        assert not any(task.evidence for task in bare.tasks.values())


@pytest.mark.parametrize("aim", ["recall=0.33", "f2", "2", "-0.1", "nan"])
def test_an_aim_that_is_not_stored_is_refused(aim: str) -> None:
    with pytest.raises(UsageError, match="expected a number from 0 to 1"):
        Classifier.load(aim=aim)


TEXTS = st.text(max_size=80) | st.lists(
    st.sampled_from(
        ["They", "were", "forced", "to", "scam", "jailed", "romance", ".", "\n\n", "\x00"]
    ),
    max_size=30,
).map(" ".join)  # fmt: skip


@given(TEXTS)
@example("\udcff \x00 \u202e")
@example("aaaa " * 5000)
def test_a_prediction_never_fails_and_its_evidence_is_the_text(classifier, text: str) -> None:
    found = classifier.predict(text)
    assert found.status in ("ok", "partial", "abstained")
    for task in found.tasks.values():
        assert all(p is None or 0 <= p <= 1 for p in task.probabilities.values())
        assert all(item.text == item.span.of(text) for item in task.evidence)
    json.dumps(found.to_dict())


@given(st.lists(TEXTS, max_size=6))
@settings(max_examples=20)
def test_a_batch_is_as_one_by_one(classifier, texts: list[str]) -> None:
    batch = [answers(found) for found in classifier.predict_many(texts)]
    single = [answers(classifier.predict(text)) for text in texts]
    assert len(batch) == len(single)
    for one, two in zip(batch, single, strict=True):
        assert one["status"] == two["status"]
        for name in set(one) - {"status"}:
            assert one[name][2] == pytest.approx(two[name][2], abs=2e-4)


# What is shown


def test_a_prediction_says_itself_in_a_line(classifier, seeds: dict[str, str]) -> None:
    shown = repr(classifier.predict(seeds[SEEDS[1]]))
    assert shown.startswith("<Prediction of 'text', ok: forced_criminality: present ")
    assert "\n" not in shown
    assert repr(classifier.predict("")) == "<Prediction of 'text', abstained: no_text>"


def test_a_notebook_shows_the_evidence_marked_and_escaped(classifier) -> None:
    text = "<script>alert(1)</script> The guards forced us to run romance scams & beat us."
    shown = classifier.predict(text)._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "scams" in shown
    assert "&amp; " in shown
    assert "<mark>" in shown


@given(st.text(max_size=80))
def test_the_marked_sentence_is_the_sentence(classifier, text: str) -> None:
    text = f"They were forced to scam <people> in a compound, {text} and arrested."
    prediction = classifier.predict(text)
    shown = unescape(re.sub("</?mark>", "", prediction._repr_html_()))
    for task in prediction.tasks.values():
        for item in task.evidence:
            assert item.text in shown


# What is loaded

HEAVY = "sklearn pandas datasets numpy scipy joblib pyarrow safetensors rich py3langid"


def test_predicting_one_document_loads_no_heavy_library(python, root: Path) -> None:
    seed = root / "seeds" / f"{SEEDS[1]}.txt"
    code = f"""
import sys
from tcls import Classifier
Classifier.load().predict(open({str(seed)!r}, encoding="utf-8").read())
print(*[name for name in {HEAVY!r}.split() if name in sys.modules])
"""
    done = python(code)
    assert (done.returncode, done.stdout.strip()) == (0, b""), done.stderr.decode()


def test_the_command_loads_no_heavy_library_for_one_document(python, root: Path) -> None:
    seed = root / "seeds" / f"{SEEDS[1]}.txt"
    code = f"""
import sys
sys.argv = ["tcls", "predict", {str(seed)!r}]
from tcls.cli import main
try:
    main()
except SystemExit as end:
    print("end", end.code)
print("loaded", *[name for name in {HEAVY!r}.split() + ["typer"] if name in sys.modules])
"""
    assert python(code).stdout.splitlines()[-2:] == [b"end 0", b"loaded"]


def test_importing_tcls_imports_no_other_package_nor_a_part_of_its_own(python) -> None:
    code = """
import sys
before = set(sys.modules)
import tcls
new = set(sys.modules) - before - {"tcls"}
print(*sorted(name for name in new if name.split(".")[0] not in sys.stdlib_module_names))
"""
    assert python(code).stdout.strip() == b""


def test_the_public_names_exist_and_no_others() -> None:
    import tcls

    assert {"Classifier", "Document", "Prediction"} <= set(tcls.__all__)
    assert all(hasattr(tcls, name) for name in tcls.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Scorer'"):
        _ = tcls.Scorer
