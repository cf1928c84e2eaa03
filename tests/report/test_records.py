"""Predictions as JSON, JSON lines and CSV."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcls.classifier import Judgement, Prediction
from tcls.model.evidence import Evidence, Term
from tcls.report.records import as_csv, as_json, as_json_lines, safe_cell
from tcls.text.language import Language
from tcls.text.passages import Span

#: What a terminal obeys: C0 and C1 controls but line breaks, and marks of direction.
STEERING = {chr(i) for i in (*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x200F)} - {"\n", "\r"}
STEERING |= {chr(i) for i in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def prediction(name: str = "a.txt", text: str = "They were jailed.") -> Prediction:
    evidence = Evidence("present", Span(0, len(text)), text, 0.75, (Term(Span(0, 4), "they", 0.5),))
    return Prediction(
        name, {"path": name, "characters": len(text)}, Language("en", 0.99), "ok", (),
        {
            "victim_criminalisation": Judgement(
                "ordinal", "present", None, {"absent": 0.25, "possible": 0.0, "present": 0.75},
                (evidence,),
            ),
            "scam_type": Judgement(
                "multilabel", None, ("romance", "business"), {"romance": 0.5, "business": 0.5}
            ),
        },
        "default-0", "1.0.0", text,
    )  # fmt: skip


def abstention() -> Prediction:
    tasks = {
        "victim_criminalisation": Judgement(
            "ordinal", None, None, {"absent": None, "possible": None, "present": None}, screen=True
        ),
        "scam_type": Judgement("multilabel", None, None, {"romance": None, "business": None}),
    }  # fmt: skip
    return replace(prediction(), id="b", status="abstained", reasons=("no_text",), tasks=tasks)


def test_one_prediction_is_an_object_and_several_are_a_list() -> None:
    one = prediction()
    assert json.loads("\n".join(as_json([one], False))) == one.to_dict()
    assert json.loads("\n".join(as_json([one, one], True))) == [one.to_dict()] * 2


def test_of_several_files_there_is_a_list_however_many_could_be_read() -> None:
    one = prediction()
    assert json.loads("\n".join(as_json([one], True))) == [one.to_dict()]
    assert json.loads("\n".join(as_json([], True))) == []
    assert list(as_json([], False)) == []


def test_json_lines_are_one_object_a_line() -> None:
    one = prediction(text="Jailed.\nThen\u2028freed.\r")
    lines = list(as_json_lines([one, abstention()]))
    assert [json.loads(line) for line in lines] == [one.to_dict(), abstention().to_dict()]
    assert all(len(line.splitlines()) == 1 for line in lines)


def test_the_record_has_the_fields_of_the_contract_in_order() -> None:
    record = prediction().to_dict()
    assert list(record) == [
        "tcls", "schema", "model", "id", "source", "language", "status", "reasons", "tasks",
    ]  # fmt: skip
    assert list(record["tasks"]["victim_criminalisation"]) == [
        "kind", "value", "probabilities", "evidence",
    ]  # fmt: skip
    assert list(record["tasks"]["scam_type"])[:2] == ["kind", "values"]
    (evidence,) = record["tasks"]["victim_criminalisation"]["evidence"]
    assert list(evidence) == ["label", "start", "end", "text", "probability", "terms"]
    assert evidence["terms"] == [{"start": 0, "end": 4, "term": "they", "weight": 0.5}]


def test_an_abstention_has_no_value_in_any_task() -> None:
    tasks = abstention().to_dict()["tasks"]
    assert tasks["victim_criminalisation"]["value"] is None
    assert tasks["scam_type"]["values"] is None


def test_csv_has_a_row_for_each_document() -> None:
    header, *rows = csv.reader(io.StringIO("\n".join(as_csv([prediction(), abstention()]))))
    assert header == [
        "id", "status", "reasons", "language",
        "victim_criminalisation", "victim_criminalisation:absent",
        "victim_criminalisation:possible", "victim_criminalisation:present",
        "victim_criminalisation:screen", "victim_criminalisation:evidence",
        "scam_type", "scam_type:romance", "scam_type:business", "scam_type:evidence",
        "path", "model",
    ]  # fmt: skip
    assert rows[0] == [
        "a.txt", "ok", "", "en", "present", "0.2500", "0.0000", "0.7500", "", "They were jailed.",
        "romance business", "0.5000", "0.5000", "", "a.txt", "default-0",
    ]  # fmt: skip
    assert rows[1][:10] == ["b", "abstained", "no_text", "en", "", "", "", "", "true", ""]


def test_no_text_leaves_no_word_of_the_document() -> None:
    text = json.dumps(prediction().without_text().to_dict())
    assert "jailed" not in text
    assert "they" not in text
    assert '"end": 4' in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("report.txt", "report.txt"),
        ("=1+1", "'=1+1"),
        ("+855", "'+855"),
        ("-2", "'-2"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("\uff1d1", "'\uff1d1"),
        ("", ""),
        (0.5, "0.5"),
    ],
)
def test_a_cell_that_begins_like_a_formula_is_quoted(value: object, expected: str) -> None:
    assert safe_cell(value) == expected


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not safe_cell(text).startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    )


CELLS = st.text(st.characters(categories=["L", "N", "P", "S"]) | st.sampled_from(" \n"), min_size=1)


@given(CELLS, CELLS)
@example("=1+1", "@SUM(A1)")
@example('a,b\n"c"', "x\ny")
def test_csv_cells_come_back_and_none_is_a_formula(name: str, text: str) -> None:
    written = "\n".join(as_csv([prediction(name, text)]))
    _, row = csv.reader(io.StringIO(written, newline=""))
    assert (row[0], row[9]) == (safe_cell(name), safe_cell(text))


@given(st.text(), st.text(min_size=1))
@example("\udcff", "a\udc80\x1b[2J\x9b\u202e\u2028\x00")
def test_json_comes_back_as_it_was(name: str, text: str) -> None:
    one = prediction(name, text)
    (line,) = as_json_lines([one])
    assert json.loads(line.encode()) == one.to_dict()


@pytest.mark.parametrize("mark", ["\x1b[2J", "\x9b2J", "\x07", "\x7f", "\u202e", "\u2066"])
@pytest.mark.parametrize("write", [as_json, as_json_lines, as_csv])
def test_nothing_that_is_written_can_steer_a_terminal(write, mark: str) -> None:
    text = "\n".join(write([prediction("a" + mark, f"They {mark} were jailed.")]))
    assert not STEERING & set(text)


def test_a_cell_of_several_lines_stays_one_cell() -> None:
    written = "\n".join(as_csv([prediction(text="They were\njailed.")]))
    _, row = csv.reader(io.StringIO(written, newline=""))
    assert row[9] == "They were\njailed."
