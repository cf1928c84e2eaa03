"""A collection counted: documents, stories, and what was abstained from."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.errors import ModelRefused
from tcls.evaluation.collection import Collection, count, story_names
from tcls.evaluation.sample import Judge, Sample
from tcls.evaluation.stored import store_evaluation
from tcls.model.precision import FILE
from tcls.reading.document import Document
from tcls.schema import packaged

FORCED = (
    "Guards told the newcomers that they would have to cheat strangers online until each had "
    "brought in fifty thousand dollars. Those who refused were beaten and locked in."
)
CALM = "Rain fell on the hills and the river rose, so the school stayed closed for a week."
#: Two copies of a report, another story, and one too short to judge; all files of one name.
DOCUMENTS = [Document("x.txt", text) for text in (FORCED, CALM, FORCED + "\n", "Hi.")]


@pytest.fixture
def folder(sample: Sample, tmp_path: Path) -> Path:
    """A copy of the default model that was never wrong on 60 documents, half of them true."""
    place = Path(shutil.copytree(packaged("models/default"), tmp_path / "model"))
    judge = Judge(place)
    truth = np.repeat((np.arange(60) % 2)[:, None], len(judge.decisions), axis=1).astype(float)
    store_evaluation(
        replace(
            sample, decisions=judge.decisions, truth=truth, chosen=truth, probability=truth,
            ignore=truth > 1, model=judge.classifier.model,
        ),
        place,
    )  # fmt: skip
    return place


@pytest.fixture
def found(folder: Path) -> Collection:
    return count(DOCUMENTS, folder)


def test_what_was_abstained_from_is_in_no_count(found: Collection) -> None:
    assert (found.documents, found.stories, found.abstained) == (4, 2, 1)
    for line in found.lines:
        assert line.corrected.documents.n == line.expected.documents.n == 3
        assert line.corrected.stories.n == line.expected.stories.n == 2


def test_copies_of_a_report_are_one_story(found: Collection) -> None:
    line = found.lines[0]
    assert (line.task, line.value, line.cumulative) == ("forced_criminality", "possible", True)
    assert (line.marked, line.marked_stories) == (2, 1)


def test_a_classifier_without_errors_needs_no_correction(found: Collection) -> None:
    for line in found.lines:
        assert line.corrected.documents.value == pytest.approx(line.marked)
        assert line.corrected.stories.value == pytest.approx(line.marked_stories)


def test_the_sum_of_probabilities_stands_beside_it(found: Collection, folder: Path) -> None:
    judge = Judge(folder)
    tasks = [judge.classifier.predict(d.text).tasks["forced_criminality"] for d in DOCUMENTS[:3]]
    total = sum(t.probabilities["possible"] + t.probabilities["present"] for t in tasks)
    assert found.lines[0].expected.documents.value == pytest.approx(total, abs=3e-4)


def test_an_empty_collection_counts_nothing(folder: Path) -> None:
    found = count([], folder)
    assert (found.documents, found.stories, found.abstained) == (0, 0, 0)
    assert all(line.marked == 0 for line in found.lines)


def test_without_measured_errors_nothing_is_counted(folder: Path) -> None:
    (folder / FILE).unlink()
    with pytest.raises(ModelRefused):
        count(DOCUMENTS, folder)


@given(st.lists(st.sampled_from([FORCED, CALM, CALM.upper(), "Hi."]), max_size=8))
def test_stories_depend_on_texts_alone(texts: list[str]) -> None:
    """Case does not count; ids and declared twins neither."""
    some = [Document("x", text, {"twin": "one"}) for text in texts]
    names = story_names(some)
    first = [texts.index(next(t for t in texts if t.lower() == text.lower())) for text in texts]
    assert names == [f"{i:09d}" for i in first]
