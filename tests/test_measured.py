"""What a prediction says of answers like it, from the evaluation stored beside the model."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcls import Classifier
from tcls.errors import ModelRefused
from tcls.evaluation.calibration import measured_precision
from tcls.evaluation.sample import Judge
from tcls.evaluation.stored import evaluation_bytes, step_table, store_evaluation
from tcls.model.precision import FILE, NOTHING, Measured, read_precisions
from tcls.model.verify import self_test
from tcls.report.terminal import as_table
from tcls.schema import packaged

MODEL = "default-0badcafe"


@pytest.fixture
def model(tmp_path: Path, sample) -> Path:
    """A copy of the default model with figures of 60 made documents for every decision."""
    folder = Path(shutil.copytree(packaged("models/default"), tmp_path / "model"))
    judge = Judge(folder)
    columns = [k % 4 for k in range(len(judge.decisions))]
    store_evaluation(
        replace(
            sample, decisions=judge.decisions, truth=sample.truth[:, columns],
            probability=sample.probability[:, columns], chosen=sample.chosen[:, columns],
            ignore=sample.ignore[:, columns], model=judge.classifier.model,
        ),
        folder,
    )  # fmt: skip
    return folder


def test_a_step_is_the_measured_precision_at_every_probability_of_two_decimals(sample, tmp_path):
    store_evaluation(sample, tmp_path)
    found = read_precisions(tmp_path, MODEL)
    for k, (task, value) in enumerate(sample.decisions):
        for percent in range(101):
            at = percent / 100
            one = measured_precision(sample.truth[:, k], sample.probability[:, k], at,
                                     sample.stories)  # fmt: skip
            told = found.at(task, value, at)
            assert told is not None
            wanted = (round(one.value, 2), round(one.low, 2), round(one.high, 2), one.n)
            assert (told.right, told.low, told.high, told.n) == wanted


def test_the_tables_are_small_and_only_have_rows_where_something_changes(sample):
    rows = step_table(sample, 0)
    assert rows[0][0] == 0 and len(rows) <= 101
    assert all(a[0] < b[0] and a[1:] != b[1:] for a, b in zip(rows, rows[1:], strict=False))


def test_documents_that_do_not_count_are_no_neighbours(sample):
    ignore = sample.ignore.copy()
    ignore[:, 0] = True
    assert step_table(replace(sample, ignore=ignore), 0) == []


@given(st.floats(0, 1))
@settings(max_examples=50)
def test_a_probability_gets_the_figure_of_the_two_decimals_that_are_shown(probability):
    low, high = Measured(0.1, 0.0, 0.2, 9), Measured(0.9, 0.8, 1.0, 9)
    found = replace(NOTHING, steps={"t:v": ((0.0, low), (0.57, high))})
    assert found.at("t", "v", probability) is (high if round(probability, 2) >= 0.57 else low)


def test_every_positive_answer_has_its_figure_and_no_other(model, seeds):
    classifier = Classifier.load(model)
    stored = read_precisions(model, classifier.model)
    for text in seeds.values():
        for name, task in classifier.predict(text).tasks.items():
            labels = [task.value] if task.kind == "ordinal" else list(task.values)
            assert list(task.measured) == [label for label in labels if label != "absent"]
            for label, found in task.measured.items():
                assert found == stored.at(name, label, task.probabilities[label])
            record = task.to_dict()
            assert record.get("measured", {}) == {k: m.to_dict() for k, m in task.measured.items()}


def test_of_possible_it_is_told_how_often_it_was_possible_or_more(model, seeds):
    classifier = Classifier.load(model)
    classifier._threshold = lambda decision: 1.1 if decision[1] == "present" else 0.0
    stored = read_precisions(model, classifier.model)
    task = classifier.predict(seeds["001_fdfed59dd9b5c503"]).tasks["forced_criminality"]
    reached = task.probabilities["possible"] + task.probabilities["present"]
    assert task.value == "possible"
    wanted = stored.at("forced_criminality", "possible", reached)
    assert task.measured == {"possible": wanted}


def test_screening_follows_the_stored_rule(model, seeds):
    file = model / FILE
    row = json.loads(file.read_text("utf-8"))
    text = "Rain fell on the hills and the river rose, so the school stayed closed for a week."

    def screens(threshold, text=text):
        for rule in row["rules"].values():
            rule["threshold"] = threshold
        file.write_bytes(evaluation_bytes(row))
        tasks = Classifier.load(model).predict(text).tasks
        return {n: t.to_dict().get("screen") for n, t in tasks.items()}

    multilabel = {"non_punishment": None, "scam_type": None}
    both = ("forced_criminality", "victim_criminalisation")
    seed = seeds["001_fdfed59dd9b5c503"]
    assert screens(0.5, seed) == dict.fromkeys(both, True) | multilabel
    assert screens(1.0) == dict.fromkeys(both, False) | multilabel
    assert screens(None) == dict.fromkeys(both, True) | multilabel


def test_what_was_not_judged_a_human_must_look_at(model):
    found = Classifier.load(model).predict("")
    assert found.status == "abstained"
    assert [t.screen for t in found.tasks.values()] == [True, True, None, None]
    assert not any(t.measured for t in found.tasks.values())


def spoilt(row):
    """What is sealed but does not hold what it should."""
    yield {k: v for k, v in row.items() if k != "measured"}
    for steps in (
        [[0, 2, 0, 1, 5]],
        [[0, 0.5, 0, 1]],
        [[0, 0.5, 0, 1, 0]],
        [["a", 0.5, 0, 1, 5]],
        3,
    ):
        yield row | {"measured": {"forced_criminality:present": steps}}
    yield row | {"rules": {"forced_criminality": {"threshold": 7}}}
    yield row | {"rules": {"forced_criminality": {}}}


def test_a_file_that_is_missing_or_of_another_model_tells_nothing(model, seeds):
    file = model / FILE
    row = json.loads(file.read_text("utf-8"))
    name, text = row["model"], seeds["001_fdfed59dd9b5c503"]
    assert read_precisions(model, name) != NOTHING
    file.write_bytes(evaluation_bytes(row | {"model": "default-1"}))
    assert read_precisions(model, name) == NOTHING
    file.unlink()
    assert read_precisions(model, name) == NOTHING
    record = Classifier.load(model).predict(text).to_dict()
    assert not any({"measured", "screen"} & set(task) for task in record["tasks"].values())


def test_a_file_that_does_not_hold_what_it_should_is_refused(model):
    row = json.loads((model / FILE).read_text("utf-8"))
    for changed in spoilt(row):
        (model / FILE).write_bytes(evaluation_bytes(changed))
        with pytest.raises(ModelRefused, match=r"evaluation\.json is damaged \(.*; take"):
            read_precisions(model, row["model"])


def test_an_altered_rule_is_refused_and_not_left_out(model):
    """Without the rule no document is marked for a human, and nobody would see that."""
    file = model / FILE
    data = file.read_bytes()
    bare = {k: v for k, v in json.loads(data).items() if k != "sha256"}
    for changed in (
        data.replace(b'"rules":{', b'"rules":{ ', 1), data[:-2], b"", b"[" * 100_000,
        b"no JSON", json.dumps(bare).encode(),
    ):  # fmt: skip
        assert changed != data
        file.write_bytes(changed)
        with pytest.raises(ModelRefused, match=r"evaluation\.json is damaged or altered"):
            Classifier.load(model).predict("Rain fell on the hills and the river rose.")
        with pytest.raises(ModelRefused, match=r"take evaluation\.json away and run tcls"):
            self_test(model)


def test_the_table_tells_it_in_a_phrase_after_the_probability(classifier, seeds):
    one = classifier.predict(seeds["001_fdfed59dd9b5c503"], evidence=False)
    figure = Measured(0.87, 0.8, 0.92, 52)
    tasks = {
        name: replace(task, measured=dict.fromkeys(
            [task.value] if task.kind == "ordinal" else task.values, figure))
        for name, task in one.tasks.items()
    }  # fmt: skip
    forced = tasks["forced_criminality"]
    tasks["victim_criminalisation"] = replace(
        forced, value="possible", measured={"possible": figure}
    )
    lines = list(as_table([replace(one, tasks=tasks)]))
    told = "(of 52 scored like this 87 % right [80–92])"
    assert f"present   {forced.probabilities['present']:.2f}  {told}" in lines[1]
    more = forced.chance("possible", "present")
    assert f"(or more {more:.2f}; of 52 scored like this 87 % right [80–92])" in lines[2]
    types = [line for line in lines if line.strip().startswith(("scam type", "business"))]
    assert len(types) == 2 and all(line.endswith(told) for line in types)
    assert all(len(line) <= 100 for line in lines)
    coloured = list(as_table([replace(one, tasks=tasks)], colour=True))
    assert f"\x1b[2m  {told}\x1b[0m" in coloured[1]
