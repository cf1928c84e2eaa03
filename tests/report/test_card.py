"""The model card: every part, every number from what is stored, and nothing else needed."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tcls.errors import ModelRefused
from tcls.evaluation.assess import assess
from tcls.evaluation.behaviour import load_suite, run
from tcls.evaluation.card import card, error_rates, training
from tcls.evaluation.edits import EDITS
from tcls.evaluation.invariance import generated
from tcls.evaluation.sample import Checkout, Judge
from tcls.evaluation.stored import load_evaluation, store_evaluation
from tcls.model.store import open_model
from tcls.report.card import as_card
from tcls.report.measures import with_interval
from tcls.schema import packaged

TRAINED = {
    "documents": 9, "written": 7, "received": 2, "stories": 8,
    "coders": [["first coding: lm-a", 9, 36]], "labels": [["scam_type=romance", 3, 3]],
}  # fmt: skip
OUT_OF_SCOPE = (
    "victim, a witness or an offender", "asylum", "visas", "charges", "bail", "bank accounts",
    "private messages, phones", "ranking individuals or nationalities", "take-down",
    "evidence in court", "write scams",
)  # fmt: skip


def calm(text):
    return {"forced_criminality": "absent"}


def biased(text):
    return {"forced_criminality": "present" if "Kenya" in text else "absent"}


@pytest.fixture
def judged(sample):
    """The made sample in the decisions of the default model."""
    decisions = Judge().decisions
    columns = [k % 4 for k in range(len(decisions))]
    parts = ("truth", "probability", "chosen", "ignore")
    cells = {name: getattr(sample, name)[:, columns] for name in parts}
    return replace(sample, decisions=decisions, model=open_model().id, **cells)


@pytest.fixture
def store(judged, tmp_path: Path):
    """Stores figures in a copy of the default model; gives the model and what was stored."""

    def keep(predict=calm, trained=TRAINED, outside=False):
        folder = tmp_path / "model"
        shutil.copytree(packaged("models/default"), folder, dirs_exist_ok=True)
        found = assess(judged, resamples=20)
        documents = [replace(d, text="A Kenyan left.") for d in judged.documents[:2]]
        tests = generated(predict, documents, ["a", "b"], edits=EDITS[:2], additions=[])
        outcome = run(predict, load_suite())
        shown = card(found, outcome, tests, trained, found if outside else None)
        store_evaluation(judged, folder, shown)
        model = open_model(folder)
        return model, load_evaluation(folder, model.id)

    return keep


def test_it_says_what_it_is_for_and_what_not_and_that_scores_are_about_texts(store):
    text = as_card(*store())
    assert "Scores are about texts, never about persons." in text
    scope = text[text.index("## Out of scope") : text.index("## Training data")]
    assert all(words in scope for words in OUT_OF_SCOPE)
    for part in ("Intended uses", "Training data", "Measured on the test split", "Calibration",
                 "Error rates by slice", "What a human must read", "Behaviour", "Limits",
                 "How to rebuild"):  # fmt: skip
        assert f"\n## {part}\n" in text


def test_every_measure_stands_with_its_interval_and_n(store, judged):
    text = as_card(*store())
    found = assess(judged, resamples=20)
    for line in found.lines:
        assert (
            f"| {line.row.n} | {line.row.positives} | {with_interval(line.row.precision)}" in text
        )
    assert found.signature("<decision>|<measure>", 60) in text
    assert "| first coding: lm-a | 9 | 36 |" in text and "| scam_type=romance | 3 | 3 |" in text


def test_the_card_says_which_texts_have_weights_of_their_own(store):
    text = as_card(*store())
    said = (
        "Texts of fewer than 420 characters have weights of their own for forced criminality, "
        "victim criminalisation, non punishment, in which training short documents and those with "
        "a twin count 3 times."
    )
    assert said in text


def test_every_row_of_a_table_has_as_many_cells_as_its_head(store):
    blocks = re.findall(r"(?:^\|.*\n)+", as_card(*store(outside=True)), re.MULTILINE)
    assert len(blocks) > 15
    for block in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}) == 1


def test_the_same_folder_gives_the_same_text(store):
    assert as_card(*store()) == as_card(*store())


def test_no_number_of_a_measure_is_written_by_hand():
    import tcls.report.card as module
    import tcls.report.uses as words

    for file in (module.__file__, words.__file__):
        code = Path(file).read_text("utf-8")
        assert not re.search(r"\d\.\d{2}(?!\w*f)|\d{3}", code.replace("2021", ""))


def test_a_nation_that_moves_an_answer_is_told_in_bold(store):
    assert "On the test split and in the suite it does." in as_card(*store())
    text = as_card(*store(predict=biased))
    assert "**It does not: nationality: one word" in text and "| FAILS |" in text


def test_texts_from_elsewhere_stand_beside_the_test_split_when_they_were_there(store):
    assert "## On texts from elsewhere" not in as_card(*store())
    text = as_card(*store(outside=True))
    assert "+0.00 [" in text[text.index("## On texts from elsewhere") :]


def test_another_corpus_is_not_taken_for_the_one_it_was_trained_on(store, root):
    text = as_card(*store(trained={}))
    assert "no longer those that the model was trained on" in text
    manifest = dict(open_model().manifest) | {"corpus": {"fingerprint": "0"}}
    assert training(Checkout(root), replace(open_model(), manifest=manifest)) == {}


def test_hostile_names_of_groups_stay_in_their_cell(store):
    model, stored = store()
    name = "a|b <script>x</script>\n# c"
    slices = [stored.card["slices"][0], stored.card["slices"][0] | {"by": "genre", "group": name}]
    text = as_card(model, replace(stored, card=stored.card | {"slices": slices}))
    assert "| a\\|b &lt;script>x&lt;/script> # c |" in text


@pytest.mark.parametrize("key", ["decisions", "slices", "suite", "bins", "training"])
def test_figures_that_do_not_fit_are_refused(store, key):
    model, stored = store()
    for change in ({key: 3}, {key: [1]}):
        with pytest.raises(ModelRefused, match=r"do not fit .*run tcls evaluate --store"):
            as_card(model, replace(stored, card=stored.card | change))


def test_without_figures_it_says_how_to_get_them(store):
    model, stored = store()
    with pytest.raises(ModelRefused, match="no figures for a card are stored; run tcls evaluate"):
        as_card(model, replace(stored, card={}))


def test_error_rates_are_missed_of_positives_and_marked_of_the_others(judged):
    truth, chosen = judged.truth.copy(), judged.truth.copy()
    chosen[0, 0], chosen[1, 0] = 0, 1  # the first carries the label, the second does not
    one = replace(judged, truth=truth, chosen=chosen, stories=tuple(map(str, range(60))))
    missed, alarms = error_rates(one, 0, np.arange(60) < 10)
    assert (missed.value, alarms.value) == pytest.approx((0.2, 0.2))
    assert (missed.n, alarms.n) == (5, 5)
    none, _ = error_rates(one, 0, np.arange(60) == 1)
    assert none.n == 0 and np.isnan(none.value)


def test_the_command_writes_it_into_the_folder(store, tcls):
    model, stored = store()
    done = tcls("report", "--card", "--model", model.folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (model.folder / "README.md").read_text("utf-8") == as_card(model, stored)
    for option in ("--external", "--root"):  # they would not be used
        both = tcls("report", "--card", option, "x")
        assert (both.returncode, both.stdout) == (2, b"")
        assert b"it takes no --external and no --root" in both.stderr
