"""tcls train: what would stand against the model at its end is said before it is trained."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path) -> Path:
    """A checkout that cannot be read: no test gets as far as training."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_bytes(b"\xff")
    return tmp_path


@pytest.mark.parametrize("out", ["my model", "/", "x" * 65])
def test_a_name_by_which_no_model_could_be_opened_is_a_usage_error(tcls, one_line, out) -> None:
    done = tcls("train", "--out", out)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "cannot name a model; expected 1 to 64 letters" in one_line(done)


def test_a_folder_that_cannot_be_made_is_a_write_error(tcls, one_line, checkout: Path) -> None:
    (checkout / "file").write_text("")
    for out in ("file", "file/model"):
        done = tcls("train", "--out", out)
        assert (done.returncode, done.stdout) == (73, b"")
        assert f"{out}: cannot write the model (" in one_line(done)


def test_a_folder_that_can_be_written_is_made_and_the_corpus_read(tcls, checkout: Path) -> None:
    done = tcls("train", "--out", "made")
    assert (done.returncode, (checkout / "made").is_dir()) == (65, True)
    assert tcls("train", "--out", ".").returncode == 65  # the name of the folder it stands for


def test_a_checkout_that_is_not_there_is_not_made(tcls, checkout: Path) -> None:
    assert tcls("train", "--root", "none").returncode == 65
    assert not (checkout / "none").exists()
