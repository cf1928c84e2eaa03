"""Seeds: the articles as received and the documents written for the project."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus.seeds import load_seeds
from tcls.errors import CorpusError


def test_articles_and_written_documents_come_sorted_by_id(tmp_path: Path, json_lines) -> None:
    (tmp_path / "b.txt").write_bytes(b"As received.\r\n")
    json_lines(
        "written/x.jsonl", [{"id": "c", "text": "C."}, {"id": "a", "text": "A.", "genre": "law"}]
    )
    found = load_seeds(tmp_path)
    assert [(d.id, d.text) for d in found] == [("a", "A."), ("b", "As received.\r\n"), ("c", "C.")]
    assert found[0].meta == {"genre": "law", "batch": "x"}
    assert found[1].meta == {"written": False, "genre": "wire"}


def test_an_empty_or_missing_folder_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(CorpusError, match=f"^{re.escape(str(folder))}: no documents"):
            load_seeds(folder)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path, json_lines) -> None:
    json_lines("written/x.jsonl", [{"id": "a", "text": "A."}, {"id": "a", "text": "B."}])
    with pytest.raises(CorpusError, match="the id 'a' stands twice"):
        load_seeds(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"id": "a"}', "no id or text"),
        (b'{"id": 3, "text": "A."}', "no id or text"),
        (b'{"id": "a", "text": "A.", "colour": 1}', "unknown key 'colour'"),
        (b'{"id": "a", "text"', "not JSON"),
        (b"[1]", "expected an object"),
        (b'{"id": "a", "text": "\xff"}', "x.jsonl"),
        (b"[" * 100_000, "x.jsonl"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(tmp_path: Path, line: bytes, message: str) -> None:
    (tmp_path / "written").mkdir()
    (tmp_path / "written/x.jsonl").write_bytes(b'{"id": "z", "text": "Z."}\n\n' + line + b"\n")
    with pytest.raises(CorpusError, match=message) as fault:
        load_seeds(tmp_path)
    assert str(fault.value).startswith("x.jsonl, line 3: ")


def test_an_article_that_is_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(CorpusError, match=r"a\.txt"):
        load_seeds(tmp_path)


def test_the_seeds_of_the_checkout_hold_the_two_articles(root: Path, seeds: dict[str, str]) -> None:
    found = {document.id: document.text for document in load_seeds(root / "seeds")}
    assert len(found) > 1000
    assert {name: found[name] for name in seeds} == seeds


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1),
        st.text(st.characters(codec="utf-8")),
        min_size=1,
    )
)
def test_what_is_written_is_read(tmp_path_factory, texts: dict[str, str]) -> None:
    import json

    file = tmp_path_factory.getbasetemp() / "round" / "written" / "x.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = (json.dumps({"id": key, "text": text}) + "\n" for key, text in texts.items())
    file.write_text("".join(rows), "utf-8")
    assert {d.id: d.text for d in load_seeds(file.parents[1])} == texts
