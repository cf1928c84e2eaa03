"""An experiment's config.toml: what is right becomes a plan, what is wrong one line."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.errors import UsageError
from tcls.evaluation.plan import DATA, SYSTEMS, Plan, Variant, read_plan
from tcls.evaluation.slices import SLICES
from tcls.model.examples import Settings

HEAD = 'question = "?"\nkind = "table"\n'


def write(folder: Path, text: str) -> Path:
    folder = folder / "001-which"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(text, "utf-8")
    return folder


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        read_plan(write(folder, text))
    return str(caught.value)


def test_what_is_not_said_is_as_usual(tmp_path: Path) -> None:
    assert read_plan(write(tmp_path, HEAD)) == Plan("?", "table")


def test_every_key_of_a_plan_is_read(tmp_path: Path) -> None:
    text = """
        question = "Is it?"
        kind = "ablation"
        fast = true
        systems = ["tfidf", "tcls"]
        data = ["external"]
        settings = { n_folds = 2, inputs = ["best"] }
        sizes = [10, 0]
        seeds = [3]
        variants = [{ name = "plain", settings = { ratio = 1 } }]
        slices = ["genre"]
        least = 5
        resamples = 20
        decimals = 2
        tolerance = 1
    """
    assert read_plan(write(tmp_path, text)) == Plan(
        "Is it?", "ablation", True, ("tfidf", "tcls"), ("external",),
        {"n_folds": 2, "inputs": ("best",)}, (10, 0), (3,), (Variant("plain", {"ratio": 1}),),
        ("genre",), 5, 20, 2, 1,
    )  # fmt: skip
    assert {line.split(" =")[0].strip() for line in text.strip().splitlines()} == {
        field.name for field in dataclasses.fields(Plan)
    }


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('colour = "red"', "unknown key 'colour'"),
        ('systems = ["bert"]', "systems: no 'bert'"),
        ('systems = [["tcls"]]', "systems: no ['tcls']"),
        ('slices = ["genre", "gender"]', "slices: no 'gender'"),
        ('data = ["train"]', "data: no 'train'"),
        ("settings = { n_fold = 2 }", "settings: unknown key 'n_fold'"),
        ('settings = { ratio = "1" }', "settings: ratio = '1'; expected float"),
        ('settings = { inputs = "best" }', "settings: inputs = 'best'; expected tuple"),
        ("settings = 3", "settings = 3"),
        ("variants = [{ settings = {} }]", "variants: expected tables with a name"),
        ('variants = ["x"]', "variants: expected tables with a name"),
        ('variants = [{ name = "x", settings = { y = 1 } }]', "of variant 'x': unknown key 'y'"),
        ("sizes = [true]", "sizes = [True]"),
        ("seeds = [-1]", "seeds = [-1]"),
        ('fast = "yes"', "fast = 'yes'"),
        ("decimals = true", "decimals = True"),
        ("least = 2.5", "least = 2.5"),
    ],
)
def test_a_wrong_line_is_refused_in_one_that_names_file_and_key(
    tmp_path: Path, line: str, named: str
) -> None:
    message = refusal(tmp_path, HEAD + line)
    assert message.startswith("001-which/config.toml")
    assert named in message and "\n" not in message


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("resamples = -1", "resamples"),
        ("decimals = -1", "decimals"),
        ("tolerance = nan", "tolerance"),
        ('systems = ["tcls", "tcls"]', "systems"),
        ('variants = [{ name = "x" }, { name = "x", settings = { ratio = 0.0 } }]', "variants"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(tmp_path: Path, line: str, key: str) -> None:
    assert key in refusal(tmp_path, HEAD + line)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('kind = "table"', "no question"),
        ('question = "?"', "no kind"),
        ('question = "?"\nkind = "tables"', "kind = 'tables'; expected one of table, curve"),
        ('question = "?"\nkind = "curve"', "a curve needs sizes"),
        ('question = "?"\nkind = "selective"\ndata = ["external"]', "fixed on 'test'"),
        ('question = "?"\nkind = "evidence"', "only 'shipped' shows evidence"),
        (
            'question = "?"\nkind = "evidence"\nsystems = ["shipped"]\ndata = ["external"]',
            "only 'test' has rationales",
        ),
        ('question = "?"\nkind = "ablation"', "an? ablation needs variants"),
        ("kind = table", "not TOML"),
    ],
)
def test_a_plan_that_lacks_something_says_what(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        read_plan(write(tmp_path, text))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, HEAD)
    (folder / "config.toml").write_bytes(b"question = '\xff'")
    with pytest.raises(UsageError, match=r"001-which/config\.toml: not TOML"):
        read_plan(folder)


def test_a_folder_without_a_plan_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nosuch/config\.toml: cannot be read"):
        read_plan(tmp_path / "nosuch")


def test_whole_numbers_serve_where_fractions_are_meant(tmp_path: Path) -> None:
    plan = read_plan(write(tmp_path, HEAD + "settings = { c_passage = 8 }\n"))
    assert Settings(**plan.settings).c_passage == 8


@given(st.from_regex(r"[a-z_]{1,12}", fullmatch=True))
def test_a_key_is_known_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, key: str
) -> None:
    if key in {field.name for field in dataclasses.fields(Plan)}:
        return
    message = refusal(tmp_path_factory.mktemp("plan"), f"{HEAD}{key} = 1\n")
    assert f"unknown key '{key}'" in message


@given(st.data())
def test_known_systems_data_and_slices_are_taken_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    given = {
        key: data.draw(st.lists(st.sampled_from(known), unique=True, min_size=1))
        for key, known in (("systems", SYSTEMS), ("data", DATA), ("slices", tuple(SLICES)))
    }
    lines = "".join(f"{key} = {value!r}\n" for key, value in given.items())
    plan = read_plan(write(tmp_path_factory.mktemp("plan"), HEAD + lines))
    for key, value in given.items():
        assert getattr(plan, key) == tuple(value)
