"""labels/schema.toml as values: what ships is whole, and what is broken is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.errors import CorpusError, UsageError
from tcls.schema import load_schema, packaged

SCHEMA = load_schema()
SCAMS = SCHEMA.task("scam_type")
SMALL = """
version = "9.0.0"
[[task]]
id = "colour"
kind = "multilabel"
tier = 1
rollup = "union"
title = "Colour"
definition = "Which colours are named."
rule = "Name them."
fallback = "other"
[[task.value]]
id = "crimson"
title = "Crimson"
definition = "A red."
implies = ["red"]
synonyms = ["blood red"]
[[task.value]]
id = "red"
title = "Red"
definition = "Red."
[[task.value]]
id = "other"
title = "Other"
definition = "Another."
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "schema.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_schema_has_the_tasks_of_the_issue() -> None:
    assert {task.id: (task.kind, task.tier) for task in SCHEMA.tasks} == {
        "forced_criminality": ("ordinal", 1),
        "victim_criminalisation": ("ordinal", 1),
        "non_punishment": ("multilabel", 1),
        "scam_type": ("multilabel", 1),
        "forced_criminality_indicators": ("multilabel", 2),
        "victim_criminalisation_forms": ("multilabel", 2),
    }


@pytest.mark.parametrize("name", ["forced_criminality", "victim_criminalisation"])
def test_ordinal_values_ascend_from_absent_to_present(name: str) -> None:
    assert SCHEMA.task(name).values == ("absent", "possible", "present")


def test_there_are_sixteen_scam_types_and_three_kinds_of_non_punishment() -> None:
    assert len(SCAMS.values) == 16
    assert SCHEMA.task("non_punishment").values == ("calls_for", "applied", "rejected")


@pytest.mark.parametrize("task", SCHEMA.tasks, ids=lambda task: task.id)
def test_a_task_names_no_value_or_task_that_does_not_exist(task) -> None:
    named = [value for label in task.labels for value in label.implies]
    named += [task.fallback] if task.fallback else []
    named += task.associated_not_fraud
    assert set(named) <= set(task.values)
    assert task.kind in ("ordinal", "multilabel")
    assert not task.requires or SCHEMA.task(task.requires.split("=")[0].split(" ")[0])


@pytest.mark.parametrize("task", SCHEMA.tasks, ids=lambda task: task.id)
def test_every_label_has_a_title_a_definition_and_an_id_of_its_own(task) -> None:
    assert len(set(task.values)) == len(task.values)
    assert all(label.title and label.definition for label in task.labels)


def test_romance_baiting_implies_romance_and_investment() -> None:
    assert SCAMS.close(["romance_baiting"]) == ("romance", "investment", "romance_baiting")


def test_a_specific_value_removes_the_fallback() -> None:
    assert SCAMS.close(["unspecified", "romance"]) == ("romance",)
    assert SCAMS.close(["unspecified"]) == ("unspecified",)


def test_closing_an_unknown_value_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="scam_type: no value 'lottery_win'; expected one of"):
        SCAMS.close(["lottery_win"])


@given(st.sets(st.sampled_from(SCAMS.values)))
def test_a_closed_set_of_values_is_closed_already(values: set[str]) -> None:
    closed = SCAMS.close(values)
    assert SCAMS.close(closed) == closed
    assert list(closed) == sorted(closed, key=SCAMS.values.index)
    assert set(closed) >= values - {SCAMS.fallback}


@pytest.mark.parametrize("name", ["romance_baiting", "Romance-Baiting", "romance baiting"])
def test_a_label_is_found_however_its_name_is_written(name: str) -> None:
    assert [label.id for _, label in SCHEMA.find(name)] == ["romance_baiting"]


def test_a_label_is_found_by_the_name_that_is_not_used_for_it() -> None:
    assert [label.id for _, label in SCHEMA.find("pig-butchering")] == ["romance_baiting"]


def test_a_value_of_two_tasks_is_found_twice() -> None:
    assert [task.id for task, _ in SCHEMA.find("present")] == [
        "forced_criminality", "victim_criminalisation",
    ]  # fmt: skip


def test_an_unknown_name_finds_nothing() -> None:
    assert SCHEMA.find("no such label") == []


def test_an_unknown_task_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match="no task 'scams'; expected one of forced_criminality, "):
        SCHEMA.task("scams")


def test_a_small_schema_is_read_as_written(tmp_path: Path) -> None:
    schema = load_schema(write(tmp_path, SMALL))
    task = schema.task("colour")
    assert schema.version == "9.0.0"
    assert task.values == ("crimson", "red", "other")
    assert task.close(["crimson", "other"]) == ("crimson", "red")
    assert task.label("crimson").synonyms == ("blood red",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('version = "9.0.0"', ""),
        ('version = "9.0.0"', "version = "),
        ('title = "Colour"', ""),
        ('title = "Colour"', 'titel = "Colour"'),
        ('id = "red"', ""),
        ('title = "Red"', 'title = "Red"\ncolour = 3'),
        ('kind = "multilabel"', 'kind = "ordinel"'),
    ],
)
def test_a_broken_schema_is_refused_by_file_name(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(CorpusError, match=r"^schema\.toml: "):
        load_schema(write(tmp_path, SMALL.replace(old, new, 1)))


def test_a_schema_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "schema.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CorpusError):
        load_schema(tmp_path / "schema.toml")


def test_a_missing_schema_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.toml"):
        load_schema(tmp_path / "none.toml")


def test_the_packaged_schema_and_model_exist() -> None:
    assert packaged("labels/schema.toml").is_file()
    assert packaged("models/default").is_dir()
