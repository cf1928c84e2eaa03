"""The schema for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.report.schema import as_label, as_list, as_task
from tcls.schema import load_schema

SCHEMA = load_schema()
LABELS = [(task, label) for task in SCHEMA.tasks for label in task.labels]


def words(lines) -> str:
    return " ".join(" ".join(lines).split())


def test_the_list_names_every_task_and_value() -> None:
    text = words(as_list(SCHEMA))
    for task in SCHEMA.tasks:
        assert task.id in text
        assert (" < " if task.kind == "ordinal" else ", ").join(task.values) in text


@pytest.mark.parametrize("task", SCHEMA.tasks, ids=lambda task: task.id)
def test_a_task_is_explained_whole(task) -> None:
    text = words(as_task(task))
    for part in (task.definition, task.rule, *task.include, *task.exclude, *task.rulings):
        assert words([part]) in text


@given(st.sampled_from(LABELS))
def test_a_label_is_explained_whole(pair) -> None:
    task, label = pair
    text = words(as_label(task, label))
    parts = (label.definition, label.rule, *label.examples, *label.near_misses, *label.synonyms)
    for part in parts:
        assert words([part]) in text
    for standard, code in label.crosswalk.items():
        assert words([f"{standard}: {code}"]) in text
