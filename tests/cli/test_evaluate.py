"""tcls evaluate, on checkouts small enough to be read by eye."""

import json
from pathlib import Path

import pytest

from tcls.corpus.annotations import Annotation, text_hash
from tcls.schema import load_schema
from tcls.text.passages import Span

FORCED = (
    "Guards told the newcomers in compound {0} that they would have to cheat strangers online. "
    "Those who refused were beaten and locked in a dark room for {0} days."
)
CALM = (
    "The harbour office in district {0} has opened a new quay for the ferries. "
    "The first {0} passengers were given flowers by the mayor and a brass band played."
)


def annotations(name: str, text: str, present: bool):
    values = {
        "forced_criminality": "present" if present else "absent",
        "victim_criminalisation": "absent", "non_punishment": (), "scam_type": (),
    }  # fmt: skip
    for task, value in values.items():
        span = Span(0, len(text))
        yield Annotation(
            name, text_hash(text), span, task, value, {}, False, "me", load_schema().version
        ).to_json()


NUMBERS = ["one", "two", "three", "four", "five", "six"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Twelve documents, six of them with forced crime; all are the test split."""
    seeds, records = [], []
    for i, number in enumerate(NUMBERS):
        for name, text in ((f"f{i}", FORCED.format(number)), (f"c{i}", CALM.format(number))):
            seeds.append(json.dumps({"id": name, "text": text, "genre": "wire"}))
            records += annotations(name, text, name[0] == "f")
    for file, lines in (
        ("seeds/written/x.jsonl", seeds),
        ("labels/annotations/x.jsonl", records),
        ("labels/test_stories.txt", ["c0", "f0"]),
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path


@pytest.fixture
def external(json_lines) -> Path:
    rows = [
        {"id": f"x{i}", "set": "real" if i % 2 else "retold", "source": "paper", "text": text,
         "gold": {"forced_criminality": "present" if present else "absent"},
         "ignore": {"scam_type": ["other"], "victim_criminalisation": i == 0}}
        for i, (text, present) in enumerate(
            [(FORCED.format(n), True) for n in NUMBERS] + [(CALM.format(n), False) for n in NUMBERS]
        )
    ]  # fmt: skip
    return json_lines("external.jsonl", rows)


def test_the_table_holds_every_decision_with_n_and_intervals(tcls, checkout: Path) -> None:
    done = tcls("evaluate")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert done.stderr.decode().splitlines() == [  # the shipped model knows another corpus
        "tcls: the model was not trained on the training side of this checkout as it is now; "
        "it may have seen test documents (mend: tcls train)"
    ]
    assert "test split: 12 documents, 2 stories" in text
    assert "not by people" in text
    assert "possible or present" in text and "romance_baiting" in text
    assert (
        "signature  <decision>|<measure>|split:test|n:12|stories:2|boot:1000|seed:0|corpus:" in text
    )


def test_json_signs_every_number(tcls, checkout: Path) -> None:
    found = json.loads(tcls("evaluate", "--root", checkout, "--format", "json").stdout)
    first = found["decisions"][0]
    assert (first["task"], first["value"], first["n"]) == ("forced_criminality", "possible", 12)
    assert first["positives"] == 6
    for name in ("precision", "recall", "f1", "average_precision", "brier", "work_saved"):
        score = first[name]
        assert score["n"] == 12
        assert score["signature"].startswith(
            f"forced_criminality>=possible|{name}|split:test|n:12|"
        )
    never = next(d for d in found["decisions"] if d["value"] == "calls_for")
    assert never["recall"]["value"] is None


def test_the_same_call_gives_the_same_bytes(tcls, checkout: Path) -> None:
    assert tcls("evaluate").stdout == tcls("evaluate").stdout


def test_external_documents_stand_beside_the_test_split(tcls, checkout, external: Path) -> None:
    done = tcls("evaluate", external)
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    for part in ("all: 12 documents", "set retold: 6", "set real: 6", "source paper: 12"):
        assert part in text
    assert "gap" in text
    for measure in ("precision", "recall", "F1", "average prec.", "calibr. error"):
        assert measure in text.split("gap:")[0]  # the whole table comes first
    record = json.loads(tcls("evaluate", external, "--format", "json").stdout)
    assert [part["part"] for part in record] == ["all", "set retold", "set real", "source paper"]
    counted = {d["task"]: d["n"] for d in record[0]["decisions"]}
    assert (counted["forced_criminality"], counted["victim_criminalisation"]) == (12, 11)
    gap = record[0]["gaps"][0]
    assert gap["gap"]["value"] == pytest.approx(gap["out"]["value"] - gap["in"]["value"])


def test_without_a_checkout_documents_are_measured_and_compared_with_nothing(
    tcls, external: Path
) -> None:
    done = tcls("evaluate", external)
    text = done.stdout.decode()
    assert done.returncode == 0
    assert done.stderr.decode() == "tcls: no seeds/ here: nothing to compare with\n"
    assert "  possible or present                   12     6" in text
    assert "gap" not in text
    record = json.loads(tcls("evaluate", external, "--format", "json").stdout)
    assert all(part["gaps"] == [] for part in record)


@pytest.mark.parametrize(
    "change, message",
    [({"gold": {"forced_criminality": "perhaps"}}, "line 2"), ({"mood": 1}, "unknown key 'mood'"),
     ({"text": None, "gold": None}, "line 2"), ({"id": "x0"}, "stands twice")],
)  # fmt: skip
def test_a_bad_external_line_is_named(tcls, checkout, external: Path, change, message) -> None:
    rows = [json.loads(line) for line in external.read_text("utf-8").splitlines()]
    rows[1] |= change
    external.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = tcls("evaluate", external)
    assert done.returncode == 65
    assert message in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_a_missing_external_file_is_one_line(tcls, checkout: Path) -> None:
    done = tcls("evaluate", "none.jsonl")
    assert (done.returncode, done.stdout) == (66, b"")
    assert done.stderr.decode().startswith("tcls: none.jsonl: no such file")


@pytest.mark.parametrize("two", [["--suite", "--store"], ["--suite", "x"]])
def test_two_things_at_once_are_refused(tcls, two: list[str]) -> None:
    done = tcls("evaluate", *two)
    assert done.returncode == 2
    assert b"exclude each other" in done.stderr


@pytest.mark.parametrize("given", [[], ["x.jsonl"], ["--store"], ["--suite", "--format", "json"]])
def test_examples_are_refused_where_none_are_shown(tcls, given: list[str]) -> None:
    done = tcls("evaluate", "--examples", "2", *given)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"tcls: --examples is for the table of --suite")


@pytest.mark.parametrize("more", [[], ["external.jsonl"], ["--suite"]])
def test_a_root_that_is_named_must_be_a_checkout(tcls, external: Path, more: list[str]) -> None:
    done = tcls("evaluate", "--root", "none", *more)
    assert (done.returncode, done.stdout) == (65, b"")
    assert done.stderr.startswith(b"tcls: none/seeds: no documents")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.slow
def test_the_suite_runs_outside_a_checkout_and_tells_of_every_type(tcls) -> None:
    done = tcls("evaluate", "--suite", "--format", "json")
    assert b"the suite alone" in done.stderr
    found = json.loads(done.stdout)
    assert done.returncode == (3 if found["biased"] else 0)
    assert [t["number"] for t in found["types"]] == list(range(1, 69))
    assert all({"value", "low", "high", "n"} <= set(t["pairs"]) for t in found["types"])
    swapped = {test["name"]: test for test in found["generated"]}
    assert swapped["nationality: named"]["flips"]["n"] > 200
    assert all(test["holds"] for test in swapped.values())
    failure = found["failures"][0]
    assert (
        failure["text"]
        and failure["expected"]
        and set(failure["found"]) == set(failure["expected"])
    )


@pytest.mark.slow
def test_the_suite_changes_the_documents_of_a_checkout(tcls, checkout: Path) -> None:
    done = tcls("evaluate", "--suite")
    text = done.stdout.decode()
    assert "role and modality (1-30): " in text
    for name in ("nationality: one word", "gender", "furniture: related links", "blank lines",
                 "victims were jailed"):  # fmt: skip
        assert f"\n  {name}" in text
