"""Stand-off records: they round-trip, and one that does not fit is named."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.corpus.annotations import (
    Annotation,
    check_annotations,
    load_annotations,
    read_annotations,
    text_hash,
)
from tcls.errors import CorpusError
from tcls.reading.document import Document
from tcls.schema import load_schema
from tcls.text.passages import Span

SCHEMA = load_schema()
TEXT = "Guards made them scam strangers."
DOCUMENT = Document("d1", TEXT)
RECORD = Annotation(
    "d1", text_hash(TEXT), Span(0, 32), "forced_criminality", "present",
    {"present": (Span(7, 31),)}, False, "lm-a", "1.0.0",
)  # fmt: skip
MULTI = replace(RECORD, task="scam_type", value=("romance",), rationale={})


def spans() -> st.SearchStrategy[Span]:
    number = st.integers(0, 10**6)
    return st.builds(Span, number, number)


WORD = st.text(st.characters(codec="utf-8"), max_size=8)
RECORDS = st.builds(
    Annotation, WORD, WORD, spans(), WORD, WORD | st.lists(WORD, max_size=3).map(tuple),
    st.dictionaries(WORD, st.lists(spans(), max_size=2).map(tuple), max_size=2), st.booleans(),
    WORD, WORD,
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=6,
)


def test_the_hash_is_the_beginning_of_sha_256() -> None:
    """FIPS 180-2, appendix B.1: the digest of "abc"."""
    assert text_hash("abc") == "ba7816bf8f01cfea"


def test_a_record_is_one_line_without_its_defaults() -> None:
    assert json.loads(RECORD.to_json()) == {
        "document": "d1", "sha256": text_hash(TEXT), "start": 0, "end": 32,
        "task": "forced_criminality", "value": "present", "rationale": {"present": [[7, 31]]},
        "coder": "lm-a", "schema": "1.0.0",
    }  # fmt: skip
    assert "rationale" not in MULTI.to_json()


def test_a_record_that_fits_has_no_fault() -> None:
    assert check_annotations([RECORD, MULTI], [DOCUMENT], SCHEMA) == []


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (replace(RECORD, document="d2"), "no such document in seeds"),
        (replace(RECORD, sha256="0" * 16), "the text has changed since it was coded"),
        (replace(RECORD, passage=Span(0, 33)), "lies outside the text of 32"),
        (replace(RECORD, passage=Span(-1, 3)), "lies outside the text"),
        (replace(RECORD, passage=Span(5, 5)), "lies outside the text"),
        (replace(RECORD, value="certain"), "no value 'certain'; expected one of absent, "),
        (replace(RECORD, task="forced_crime"), "no task 'forced_crime'; expected one of"),
        (replace(RECORD, value=("present",)), "takes one value"),
        (replace(MULTI, value="romance"), "takes a list of values"),
        (replace(MULTI, value=("lottery_win",)), "no value 'lottery_win'"),
        (replace(MULTI, value=("romance", "unspecified")), "stands beside a specific value"),
        (replace(RECORD, schema="2.0.0"), "coded under schema 2.0.0, not"),
        (replace(RECORD, rationale={"present": (Span(7, 40),)}), "lies outside its passage"),
        (replace(RECORD, rationale={"maybe": (Span(7, 9),)}), "no value 'maybe'"),
    ],
)
def test_a_record_that_does_not_fit_is_named(record: Annotation, message: str) -> None:
    (fault,) = check_annotations([record], [DOCUMENT], SCHEMA)
    assert message in fault
    assert fault.startswith(f"{record.document} {list(record.passage)} {record.task}: ")


def test_one_coder_codes_a_passage_once_and_two_may() -> None:
    (fault,) = check_annotations([RECORD, RECORD], [DOCUMENT], SCHEMA)
    assert "coder lm-a coded this twice" in fault
    assert check_annotations([RECORD, replace(RECORD, coder="b")], [DOCUMENT], SCHEMA) == []


def test_a_fault_hides_no_other() -> None:
    wrong = replace(RECORD, value="certain")
    other = replace(wrong, coder="b")
    faults = check_annotations([wrong, other, replace(RECORD, coder="c")], [DOCUMENT], SCHEMA)
    assert len(faults) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, "unknown key 'colour'"),
        ({"value": None}, "lacks or misuses"),
        ({"start": None, "drop": "start"}, "lacks or misuses 'start'"),
        ({"rationale": [[0, 1]]}, "lacks or misuses"),
        ({"rationale": {"present": [3]}}, "lacks or misuses"),
        ({"start": "0"}, "x.jsonl"),
        ({"document": ["d1"]}, "x.jsonl"),
        ({"coder": {}}, "x.jsonl"),
    ],
)
def test_a_broken_record_is_named_by_file_and_line(json_lines, change: dict, message: str) -> None:
    row = json.loads(RECORD.to_json()) | change
    row.pop(row.pop("drop", ""), None)
    file = json_lines("x.jsonl", [json.loads(RECORD.to_json()), row])
    with pytest.raises(CorpusError, match=message) as fault:
        read_annotations(file)
    assert "x.jsonl, line 2" in str(fault.value)


def test_all_files_of_a_folder_are_read_in_order(tmp_path: Path, json_lines) -> None:
    for name, coder in (("b.jsonl", "two"), ("a.jsonl", "one")):
        json_lines(name, [json.loads(replace(RECORD, coder=coder).to_json())])
    assert [record.coder for record in load_annotations(tmp_path)] == ["one", "two"]


@given(RECORDS)
@example(replace(RECORD, document="d\u2028\u0085\n1"))
def test_records_round_trip(tmp_path_factory, record: Annotation) -> None:
    file = tmp_path_factory.getbasetemp() / "round.jsonl"
    file.write_text(record.to_json() + "\n", "utf-8")
    assert read_annotations(file) == [record]


@given(st.fixed_dictionaries({key: JSON for key in json.loads(RECORD.to_json())}))
def test_any_object_is_read_or_refused(tmp_path_factory, row: dict) -> None:
    file = tmp_path_factory.getbasetemp() / "any.jsonl"
    file.write_text(json.dumps(row) + "\n", "utf-8")
    try:
        records = read_annotations(file)
    except CorpusError:
        return
    assert check_annotations(records, [DOCUMENT], SCHEMA)
