"""tcls corpus: report on a corpus, bring coded documents into it."""

import json
import shutil
from pathlib import Path

import pytest

from tcls.report.corpus import BEGIN, END

NAMES = ("Lima", "Accra", "Oslo", "Suva")
STORY = "The old mill by the river burned down in {} last night while nobody watched."


def row(number: int, name: str) -> dict[str, object]:
    captives = {
        "text": "Guards made forty people scam lonely strangers.", "fc": "present",
        "scam": ["romance"], "ev": {"fc": ["made forty people scam"]},
    }  # fmt: skip
    return {
        "id": f"x{number}", "genre": "wire", "region": name,
        "title": f"{name} news {'abcd'[number]}",
        "passages": [{"text": STORY.format(name)}, *([captives] if number % 2 else [])],
    }  # fmt: skip


@pytest.fixture
def checkout(tcls, tmp_path: Path, root: Path, json_lines) -> Path:
    """A checkout of four documents, brought in by the command."""
    folder = tmp_path / "corpus"
    file = json_lines("in/x.jsonl", [row(i, name) for i, name in enumerate(NAMES)])
    done = tcls("corpus", "import", file, "--coder", "me", "--root", folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"x.jsonl: 4 documents by me; tcls labels check validates them\n"
    labels = folder / "labels"
    shutil.copytree(root / "labels" / "masks", labels / "masks")
    shutil.copy(root / "labels" / "contrasts.toml", labels)
    (labels / "test_stories.txt").write_text("x0\n", "utf-8")
    return folder


def test_imported_documents_fit_the_schema(tcls, checkout: Path) -> None:
    (checkout / "labels/annotations/second").mkdir()
    assert tcls("labels", "check", checkout).returncode == 0


def test_the_report_is_a_table(tcls, checkout: Path) -> None:
    done = tcls("corpus", "report", "--root", checkout)
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert text.startswith("corpus:")
    for title in ("QUOTAS", "GENRES AND LENGTHS", "LABELS", "VOCABULARY GROWTH"):
        assert f"\n{title}\n" in text
    assert "not met" in text


def test_the_report_as_json_has_every_figure(tcls, checkout: Path) -> None:
    found = json.loads(tcls("corpus", "report", "--root", checkout, "--format", "json").stdout)
    assert found["size"] == {"documents": 4, "stories": found["size"]["stories"], "passages": 10}
    assert found["labels"]["forced_criminality=present"]["documents"] == 2
    assert found["regions"] == {"unknown": 4}
    quotas = {quota["name"]: quota for quota in found["quotas"]}
    assert quotas["documents"] == {
        "name": "documents", "wanted": 2600, "found": 4, "at_most": False, "met": False,
    }  # fmt: skip
    assert found["outside"] is None


def test_outside_texts_are_compared(tcls, checkout: Path, json_lines) -> None:
    file = json_lines("out.jsonl", [{"text": "An old mill burned.", "set": "real"}])
    found = json.loads(
        tcls("corpus", "report", "--root", checkout, "--external", file, "--format", "json").stdout
    )["outside"]
    assert set(found["coverage"]) == {"real", "all"}
    assert 0 <= found["coverage"]["all"]["value"] <= 1
    assert [one["n"] for one in found["theirs"]] == [1, 2, 3]


def test_figures_are_written_between_their_marks(tcls, checkout: Path) -> None:
    sheet = checkout / "labels/README.md"
    sheet.write_text(f"before\n{BEGIN}\nstale\n{END}\nafter\n", "utf-8")
    done = tcls("corpus", "report", "--root", checkout, "--write", sheet)
    assert done.returncode == 0
    first = sheet.read_text("utf-8")
    assert first.startswith(f"before\n{BEGIN}\n") and first.endswith(f"{END}\nafter\n")
    assert "stale" not in first and "| wire | 4 |" in first
    tcls("corpus", "report", "--root", checkout, "--write", sheet)
    assert sheet.read_text("utf-8") == first


@pytest.mark.parametrize("text", ["nothing", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}\n"])
def test_a_datasheet_without_the_block_is_left_alone(tcls, checkout: Path, text: str) -> None:
    sheet = checkout / "README.md"
    sheet.write_text(text, "utf-8")
    done = tcls("corpus", "report", "--root", checkout, "--write", sheet)
    assert (done.returncode, sheet.read_text("utf-8")) == (2, text)
    assert b"add both once" in done.stderr


@pytest.mark.parametrize("option", ["--external", "--write"])
def test_a_missing_file_is_exit_code_66(tcls, checkout: Path, option: str) -> None:
    done = tcls("corpus", "report", "--root", checkout, option, "nosuch")
    assert (done.returncode, done.stdout) == (66, b"")
    assert done.stderr.startswith(b"tcls: nosuch: no such file")


def test_figures_in_a_datasheet_are_never_json(tcls) -> None:
    done = tcls("corpus", "report", "--write", "README.md", "--format", "json")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"exclude each other" in done.stderr


def test_outside_texts_need_a_text(tcls, checkout: Path, json_lines) -> None:
    file = json_lines("out.jsonl", [{"text": "Fine."}, {"id": 1}])
    done = tcls("corpus", "report", "--root", checkout, "--external", file)
    assert done.returncode == 65
    assert done.stderr.startswith(b"tcls: out.jsonl, line 2: no text")


def test_a_coder_needs_a_name(tcls, tmp_path: Path, json_lines) -> None:
    file = json_lines("x.jsonl", [row(0, "Lima")])
    for name in ("", "a\x1b[2J"):
        done = tcls("corpus", "import", file, "--coder", name)
        assert (done.returncode, done.stdout) == (2, b"")
    assert not (tmp_path / "seeds").exists()


def test_a_bad_line_brings_nothing_in(tcls, tmp_path: Path, json_lines) -> None:
    file = json_lines("x.jsonl", [row(0, "Lima"), {"id": "x9"}])
    done = tcls("corpus", "import", file, "--coder", "me")
    assert done.returncode == 65
    assert done.stderr.startswith(b"tcls: x.jsonl, line 2: ")
    assert not (tmp_path / "seeds").exists()


def test_a_file_without_documents_brings_nothing_in(tcls, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("\n", "utf-8")
    done = tcls("corpus", "import", "x.jsonl", "--coder", "me")
    assert (done.returncode, done.stdout) == (65, b"")
    assert done.stderr.startswith(b"tcls: x.jsonl: no documents")
    assert not (tmp_path / "seeds").exists()


def test_a_folder_that_is_no_checkout_is_refused(tcls) -> None:
    done = tcls("corpus", "report", "--root", "nosuch")
    assert (done.returncode, done.stdout) == (65, b"")
    assert done.stderr.startswith(b"tcls: nosuch/seeds: no documents")
