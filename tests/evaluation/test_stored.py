"""Measured errors kept beside a model, and counts that use them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tcls.errors import ModelRefused, OutputError, UsageError
from tcls.evaluation.collection import story_names
from tcls.evaluation.stored import (
    FILE,
    evaluation_bytes,
    load_evaluation,
    measured,
    store_evaluation,
)
from tcls.reading.document import Document
from tcls.schema import packaged

MODEL = "default-0badcafe"


def test_what_is_stored_is_what_was_measured(sample, tmp_path):
    store_evaluation(sample, tmp_path)
    found = load_evaluation(tmp_path, MODEL)
    for k, decision in enumerate(sample.decisions):
        kept = found.decisions[decision]
        assert np.array_equal(kept.truth, sample.truth[:, k])
        assert np.array_equal(kept.chosen, sample.chosen[:, k])
        assert np.array_equal(kept.probability, sample.probability[:, k])
    assert found.rules == measured(sample).rules
    assert (found.stories[49:], len(set(found.stories))) == ((found.stories[49],) * 11, 50)


def test_it_holds_numbers_and_hashes_and_no_text(sample, tmp_path):
    text = store_evaluation(sample, tmp_path).read_text("utf-8")
    assert not any(part in text for part in ("word", "wire", "feature", '"d1"', '"s1"'))


def test_storing_twice_gives_equal_bytes(sample, tmp_path):
    first = store_evaluation(sample, tmp_path).read_bytes()
    assert store_evaluation(sample, tmp_path).read_bytes() == first
    assert [f.name for f in tmp_path.iterdir()] == [FILE]


def test_errors_of_another_model_are_refused(sample, tmp_path):
    store_evaluation(sample, tmp_path)
    with pytest.raises(ModelRefused, match="measured on default-0badcafe, not default-1; run tcls"):
        load_evaluation(tmp_path, "default-1")


def test_missing_errors_say_how_to_get_them(tmp_path):
    with pytest.raises(ModelRefused, match=r"no evaluation\.json in it; run tcls evaluate --store"):
        load_evaluation(tmp_path, MODEL)


def spoilt(row):
    yield row | {"format": 2}
    yield row | {"n": 3}
    yield row | {"rules": {"x": {"y": 1}}}
    yield row | {"stories": None}
    yield {k: v for k, v in row.items() if k != "decisions"}
    first = row["decisions"]["forced_criminality:present"]
    for change in ({"true": [99]}, {"probability": [0.5]}, {"chosen": "x"}, {"true": None}):
        yield row | {"decisions": {"forced_criminality:present": first | change}}


def test_a_file_that_does_not_hold_what_it_should_is_refused(sample, tmp_path):
    file = store_evaluation(sample, tmp_path)
    for row in spoilt(json.loads(file.read_text("utf-8"))):
        file.write_bytes(evaluation_bytes(row))
        with pytest.raises(ModelRefused, match=r"is damaged \(.*take evaluation\.json away"):
            load_evaluation(tmp_path, MODEL)


def test_an_altered_file_is_refused(sample, tmp_path):
    file = store_evaluation(sample, tmp_path)
    data = file.read_bytes()
    unsealed = {k: v for k, v in json.loads(data).items() if k != "sha256"}
    for changed in (
        data.replace(b"0.9", b"0.8", 1), data[:-1], b"", b"[]", json.dumps(unsealed).encode(),
    ):  # fmt: skip
        file.write_bytes(changed)
        with pytest.raises(ModelRefused, match="is damaged or altered"):
            load_evaluation(tmp_path, MODEL)


def test_the_shipped_evaluation_is_what_storing_its_values_gives():
    data = (packaged("models/default") / FILE).read_bytes()
    assert evaluation_bytes(json.loads(data)) == data


def test_a_folder_that_is_not_there_cannot_be_written(sample, tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        store_evaluation(sample, tmp_path / "none")


def test_precision_at_a_score_counts_each_story_once(sample):
    found = measured(sample).precision_at("forced_criminality", "possible", 0.9)
    assert found.n == 15  # the stories scored from 0.75 to 1
    with pytest.raises(UsageError, match="was not measured"):
        measured(sample).precision_at("scam_type", "gambling", 0.9)


def test_a_rule_exists_for_each_ordinal_task_and_ignores_what_does_not_count(sample):
    rules = measured(sample).rules
    assert set(rules) == {"forced_criminality", "victim_criminalisation"}
    ignore = sample.ignore.copy()
    ignore[:50] = True
    assert measured(replace(sample, ignore=ignore)).rules["forced_criminality"].stories == 1


def test_files_of_one_name_are_not_one_story():
    long = "The guards took their passports and made them type to strangers all night. "
    documents = [Document("report.txt", t) for t in (long * 2, "Rain fell on the hills.", long * 2)]
    assert story_names(documents) == ["000000000", "000000001", "000000000"]
