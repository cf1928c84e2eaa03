"""Documents coded in place become seeds and stand-off records."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus.annotations import check_annotations, load_annotations
from tcls.corpus.exchange import import_coded
from tcls.corpus.seeds import load_seeds
from tcls.errors import CorpusError
from tcls.schema import load_schema

SCHEMA = load_schema()
ROW = {
    "id": "x1", "genre": "law", "region": "Peru", "title": "Two freed",
    "title_labels": {}, "pair": "p1",
    "passages": [
        {
            "text": "Guards made them scam lonely people.", "fc": "present",
            "scam": ["romance_baiting"], "ind": ["violence"],
            "ev": {"fc": ["made them scam"], "scam:romance_baiting": ["lonely people"]},
        },
        {"text": "Share this", "boilerplate": True},
        {"text": "They were later charged.", "vc": "present", "ctx": True},
    ],
}  # fmt: skip


def run(tmp_path: Path, file: Path) -> int:
    return import_coded(file, tmp_path / "seeds", tmp_path / "annotations", "me", SCHEMA)


def test_text_labels_and_evidence_come_through(tmp_path: Path, json_lines) -> None:
    assert run(tmp_path, json_lines("in/x.jsonl", [ROW])) == 1
    (document,) = load_seeds(tmp_path / "seeds")
    assert document.text == (
        "Two freed\n\nGuards made them scam lonely people.\n\n"
        "Share this\n\nThey were later charged."
    )
    assert document.meta["twin"] == "p1"
    assert [document.text[a:b] for a, b in document.meta["furniture"]] == ["Share this"]
    records = load_annotations(tmp_path / "annotations")
    assert check_annotations(records, [document], SCHEMA) == []
    coded = {(r.passage.of(document.text), r.task): r for r in records}
    fc = coded["Guards made them scam lonely people.", "forced_criminality"]
    assert (fc.value, fc.context, fc.coder) == ("present", False, "me")
    assert [s.of(document.text) for s in fc.rationale["present"]] == ["made them scam"]
    scam = coded["Guards made them scam lonely people.", "scam_type"]
    assert scam.value == ("romance", "investment", "romance_baiting")
    assert coded["They were later charged.", "victim_criminalisation"].context
    assert not any(passage == "Share this" for passage, _ in coded)


def test_second_tier_records_stand_only_under_a_positive_parent(tmp_path: Path, json_lines) -> None:
    run(tmp_path, json_lines("in/x.jsonl", [ROW]))
    text = load_seeds(tmp_path / "seeds")[0].text
    indicators = [
        r.passage.of(text)[:6]
        for r in load_annotations(tmp_path / "annotations")
        if r.task == "forced_criminality_indicators"
    ]
    assert indicators == ["Guards"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": None}, "x.jsonl, line 1"),
        ({"passages": [{"fc": "present"}]}, "x.jsonl, line 1: lacks the key 'text'; expected id"),
        (
            {"passages": [{"text": "A.", "ev": {"fc": ["B."]}, "fc": "present"}]},
            "does not stand in",
        ),
        ({"passages": [{"text": "A.", "scam": ["lottery_win"]}]}, "x.jsonl, line 1: .*lottery_win"),
        ({"passages": [{"text": "A.", "fc": "certain"}]}, "x.jsonl, line 1: .*certain"),
    ],
)
def test_what_cannot_be_turned_is_named_by_file_and_line(
    tmp_path: Path, json_lines, change: dict, message: str
) -> None:
    with pytest.raises(CorpusError, match=message):
        run(tmp_path, json_lines("in/x.jsonl", [ROW | change]))


def test_what_cannot_be_written_as_utf_8_is_refused_and_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps(ROW | {"title": "\ud800"}), "utf-8")
    with pytest.raises(CorpusError, match=r"^x\.jsonl, line 1: .*surrogates"):
        run(tmp_path, tmp_path / "x.jsonl")
    assert not (tmp_path / "seeds").exists()


@given(st.lists(st.text(st.characters(codec="utf-8")).filter(str.strip), min_size=1, max_size=5))
def test_every_passage_stands_where_its_record_says(tmp_path_factory, texts: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp() / "exchange"
    folder.mkdir(exist_ok=True)
    row = ROW | {"passages": [{"text": text} for text in texts]}
    (folder / "x.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    run(folder, folder / "x.jsonl")
    (document,) = load_seeds(folder / "seeds")
    records = load_annotations(folder / "annotations")
    assert check_annotations(records, [document], SCHEMA) == []
    found = [r.passage.of(document.text) for r in records if r.task == "scam_type"]
    assert found == ["Two freed", *(text.strip() for text in texts)]
