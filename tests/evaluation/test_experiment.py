"""Experiments on a small checkout: the same again, changes noticed, comparisons paired."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sklearn

from tcls.corpus.annotations import Annotation, read_annotations
from tcls.corpus.dataset import load_corpus
from tcls.errors import CheckFailed, CorpusError, UsageError
from tcls.evaluation import bench, comparison
from tcls.evaluation.experiment import (
    RESULTS,
    check,
    differences,
    experiments,
    read_results,
    run,
)
from tcls.evaluation.plan import read_plan

PLAN = """\
question = "Which is better?"
kind = "table"
systems = ["majority", "tfidf"]
resamples = 50
slices = ["length"]
least = 5
"""
FILES = ("forced-crime-in-passing", "victim-sanctions-1")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A checkout of two files of the corpus, every fourth story held out."""
    place = tmp_path_factory.mktemp("checkout")
    for folder in ("seeds/written", "labels/annotations"):
        (place / folder).mkdir(parents=True)
        for name in FILES:
            shutil.copy(root / folder / f"{name}.jsonl", place / folder)
    shutil.copytree(root / "labels/masks", place / "labels/masks")
    shutil.copy(root / "labels/lexicon.toml", place / "labels")
    stories = sorted(set(load_corpus(place).stories))
    (place / "labels/test_stories.txt").write_text("\n".join(stories[::4]) + "\n", "utf-8")
    return place


@pytest.fixture
def checkout(whole: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(whole, tmp_path / "checkout"))


def plan(place: Path, text: str = PLAN, name: str = "001-which") -> Path:
    folder = place / "experiments" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def done(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A checkout and its experiment, carried out."""
    place = Path(shutil.copytree(whole, tmp_path_factory.mktemp("done") / "checkout"))
    folder = plan(place)
    run(folder, place)
    return place, folder


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('sytems = ["tcls"]', "unknown key 'sytems'"),
        ('systems = ["bert"]', "systems: no 'bert'"),
        ('data = ["train"]', "data: no 'train'"),
        ("resamples = true", "resamples = True is of the wrong type"),
        ("seeds = [-1]", "seeds = [-1]; expected whole numbers"),
        ("settings = { c_pasage = 1 }", "settings: unknown key 'c_pasage'"),
        ('settings = { n_folds = "5" }', "settings: n_folds = '5'; expected int"),
        ('variants = [{ name = "x", setings = {} }]', "variants: unknown key 'setings'"),
    ],
)
def test_an_error_in_a_plan_names_file_and_key(tmp_path: Path, line: str, message: str) -> None:
    folder = plan(tmp_path, f'question = "?"\nkind = "table"\n{line}\n')
    with pytest.raises(UsageError) as caught:
        read_plan(folder)
    assert str(caught.value).startswith("001-which/config.toml")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('kind = "table"', "no question"),
        ('question = "?"\nkind = "tabel"', "kind = 'tabel'; expected one of table"),
        ('question = "?"\nkind = "curve"', "a curve needs sizes"),
        ("question =", "not TOML"),
    ],
)
def test_a_plan_that_lacks_something_says_what(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_plan(plan(tmp_path, text))


def test_every_plan_of_the_checkout_is_valid(root: Path) -> None:
    folders = experiments(root, fast=False)
    assert [folder.name[:3] for folder in folders] == [
        f"{i:03}" for i in range(1, len(folders) + 1)
    ]
    assert any(read_plan(folder).fast for folder in folders)


def test_two_runs_write_equal_bytes(checkout: Path) -> None:
    folder = plan(checkout)
    files = ("results.json", "predictions.json")
    run(folder, checkout)
    first = [(folder / name).read_bytes() for name in files]
    run(folder, checkout)
    assert [(folder / name).read_bytes() for name in files] == first
    assert check(folder, checkout) == len(read_results(folder)["figures"])
    assert not (folder / bench.PARTIAL).exists()


def test_every_figure_has_n_an_interval_and_a_signature_of_its_own(
    done: tuple[Path, Path],
) -> None:
    figures = read_results(done[1])["figures"]
    assert {row["data"] for row in figures} == {"test"}
    for row in figures:
        if row["score"] is not None and "calibration" not in row["measure"]:
            assert row["low"] <= row["score"] <= row["high"]
        assert f"|n:{row['n']}|" in row["signature"]
        assert "|corpus:" in row["signature"] and "|tcls:" in row["signature"]
    assert len({row["signature"] for row in figures}) == len(figures)


def test_figures_are_what_scikit_learn_finds_in_the_stored_answers(
    done: tuple[Path, Path],
) -> None:
    found = {
        (r["task"], r["value"], r["measure"]): r["score"]
        for r in read_results(done[1])["figures"]
        if r["system"] == "tfidf" and not r["group"]
    }
    (stored,) = comparison.read_answers(done[1], "tfidf")
    compared = 0
    for k, (task, value) in enumerate(stored.decisions):
        truth, chosen = stored.truth[:, k], stored.chosen[:, k]
        if truth.any():
            f1 = sklearn.f1_score(truth, chosen)
            ap = sklearn.average_precision_score(truth, stored.probability[:, k])
            assert found[task, value, "f1"] == pytest.approx(f1, abs=1e-4)
            assert found[task, value, "average_precision"] == pytest.approx(ap, abs=1e-4)
            compared += 2
    assert compared >= 10


def test_what_is_not_defined_is_null(done: tuple[Path, Path]) -> None:
    figures = read_results(done[1])["figures"]
    missing = [r for r in figures if r["positives"] == 0 and r["measure"] == "average_precision"]
    assert missing
    assert all(row["score"] is None and row["low"] is None for row in missing)


def _change_one_value(place: Path) -> None:
    file = place / "labels/annotations/victim-sanctions-1.jsonl"
    records = read_annotations(file)
    at = next(i for i, r in enumerate(records) if r.task == "scam_type" and not r.value)
    changed: Annotation = replace(records[at], value=("extortion",))
    records[at] = changed
    file.write_text("".join(record.to_json() + "\n" for record in records), "utf-8")


def test_a_changed_annotation_is_noticed(done: tuple[Path, Path], tmp_path: Path) -> None:
    place = Path(shutil.copytree(done[0], tmp_path / "changed"))
    _change_one_value(place)
    told: list[str] = []
    with pytest.raises(CheckFailed, match=r"differences: .*, the first: corpus, fingerprint"):
        check(place / "experiments/001-which", place, tell=told.append)
    assert told[0].startswith("001-which: corpus, fingerprint: ")
    assert told[0].endswith(" now")


def test_a_moved_figure_is_noticed_beyond_the_tolerance(done: tuple[Path, Path]) -> None:
    results = read_results(done[1])
    moved = json.loads(json.dumps(results))
    row = next(r for r in moved["figures"] if r["measure"] == "f1" and r["score"])
    row["score"] = round(row["score"] + 0.01, 4)
    (line,) = differences(moved, results)
    assert f"f1: {row['score']:g} [" in line and line.endswith(" now")
    results["plan"]["tolerance"] = moved["plan"]["tolerance"] = 0.02
    assert differences(moved, results) == []


def test_library_versions_are_reported_not_compared(done: tuple[Path, Path]) -> None:
    results = read_results(done[1])
    other: dict[str, Any] = json.loads(json.dumps(results).replace("|tcls:", "|tcls:9"))
    other["libraries"]["numpy"] = "0"
    assert "numpy" in results["libraries"]
    assert differences(other, results) == []


def test_check_before_run_says_so(checkout: Path) -> None:
    with pytest.raises(UsageError, match=r"no results.json .*; run it without --check first"):
        check(plan(checkout), checkout)


def test_damaged_results_are_refused(checkout: Path) -> None:
    folder = plan(checkout)
    for text in ("{", "[]", '{"figures": []}'):
        (folder / "results.json").write_text(text, "utf-8")
        with pytest.raises(UsageError, match="damaged"):
            read_results(folder)


def test_an_interrupted_run_goes_on_where_it_stopped(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, real, made = plan(checkout), bench.make, []

    def interrupted(name: str, *rest: Any) -> Any:
        made.append(name)
        if name == "tfidf":
            raise KeyboardInterrupt
        return real(name, *rest)

    monkeypatch.setattr(bench, "make", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(folder, checkout)
    assert not (folder / "results.json").exists()
    monkeypatch.setattr(
        bench, "make", lambda name, *rest: (made.append(name), real(name, *rest))[1]
    )
    resumed = run(folder, checkout)
    assert made == ["majority", "tfidf", "tfidf"]
    assert run(folder, checkout) == resumed


def test_kept_steps_of_another_corpus_are_not_used(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = plan(checkout)
    found = bench.Bench(folder, checkout, read_plan(folder))
    found.judged("majority", "majority", found.training, list(found.samples.values()))
    assert found.steps.load("majority")
    _change_one_value(checkout)
    assert bench.Bench(folder, checkout, read_plan(folder)).steps.load("majority") is None


def test_external_text_that_is_not_there_is_left_out_in_one_line(checkout: Path) -> None:
    folder = plan(checkout, PLAN.replace('"tfidf"]', '"tfidf"]\ndata = ["test", "external"]'))
    said: list[str] = []
    results = run(folder, checkout, said.append)
    assert set(results["data"]) == {"test"}
    assert len([line for line in said if "external is left out" in line]) == 1


def _external(place: Path) -> None:
    file = place.parent / "shared/external-dev/external-dev.jsonl"
    file.parent.mkdir(parents=True)
    corpus = load_corpus(place)
    tasks = ("forced_criminality", "victim_criminalisation", "non_punishment", "scam_type")
    rows = [
        {"id": f"x{i}", "set": "retold", "source": f"s{i % 2}", "text": document.text}
        | {
            "gold": {task: corpus.values(task)[i] for task in tasks},
            "ignore": {"scam_type": ["other"]},
        }
        for i, document in enumerate(corpus.documents[:20])
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def test_external_text_is_measured_by_source_with_the_gap(checkout: Path) -> None:
    _external(checkout)
    folder = plan(checkout, PLAN.replace('"tfidf"]', '"tfidf"]\ndata = ["test", "external"]'))
    results = run(folder, checkout)
    groups = {row["group"] for row in results["figures"] if row["data"] == "external"}
    assert groups == {"", "set=retold", "source=s0", "source=s1"}
    by_key = {
        (r["system"], r["data"], r["task"], r["value"], r["measure"]): r["score"]
        for r in results["figures"]
        if not r["group"]
    }
    row = next(
        r for r in results["tables"]["gaps"] if r["system"] == "tfidf" and r["gap"] is not None
    )
    rest = row["task"], row["value"], row["measure"]
    apart = by_key["tfidf", "external", *rest] - by_key["tfidf", "test", *rest]
    assert row["gap"] == pytest.approx(apart, abs=2e-4)
    shutil.rmtree(checkout.parent / "shared")
    assert check(folder, checkout) < len(results["figures"])  # the rest is as stored


def test_equal_runs_do_not_differ(done: tuple[Path, Path]) -> None:
    where = f"{done[1]}:tfidf"
    found = comparison.compare(where, where, resamples=50)
    defined = [d for d in found if not math.isnan(d.score.value)]
    assert len(defined) >= 8
    assert all((d.score.value, d.score.low, d.score.high, d.p) == (0, 0, 0, 1) for d in defined)


def test_a_comparison_is_the_second_less_the_first(done: tuple[Path, Path]) -> None:
    one, two = f"{done[1]}:majority", f"{done[1]}:tfidf"
    for d in comparison.compare(one, two, resamples=50):
        if not math.isnan(d.score.value):
            assert d.score.value == pytest.approx(d.two - d.one)
            assert 0 < d.p <= 1
    ahead = comparison.compare(one, two, resamples=50)[1]
    assert (ahead.measure, ahead.score.value > 0) == ("average_precision", True)


def test_comparing_needs_the_same_documents(done: tuple[Path, Path]) -> None:
    (stored,) = comparison.read_answers(done[1], "tfidf")
    other = replace(stored, documents=stored.documents[::-1])
    with pytest.raises(UsageError, match="judged different documents"):
        comparison.differences(stored, other)


@pytest.mark.parametrize("where", ["nosuch", "nosuch:tfidf"])
def test_comparing_needs_folders(where: str) -> None:
    with pytest.raises(UsageError, match="no such folder; expected FOLDER or FOLDER:SYSTEM"):
        comparison.compare(where, where)


def test_comparing_needs_a_system_that_is_there(done: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match="no system 'bert'; expected one of majority, tfidf"):
        comparison.compare(f"{done[1]}:bert", str(done[1]))


def test_a_shipped_model_of_another_corpus_is_refused(checkout: Path, root: Path) -> None:
    shutil.copytree(root / "models/default", checkout / "models/default")
    folder = plan(checkout, PLAN.replace('"majority", "tfidf"', '"shipped"'))
    with pytest.raises(CheckFailed, match=r"trained on corpus .*; run tcls train"):
        run(folder, checkout)


def test_smaller_training_sets_are_parts_of_larger_ones(checkout: Path) -> None:
    from tcls.evaluation.questions import _first

    text = PLAN.replace("table", "curve") + "sizes = [20, 50, 0]\n"
    folder = plan(checkout, text)
    found = bench.Bench(folder, checkout, read_plan(folder))
    small, large = _first(found, 20, 0), _first(found, 50, 0)
    assert not (small & ~large).any()
    assert small.sum() >= 20 and large.sum() >= 50
    stories = np.array(found.training.stories)
    assert not set(stories[large]) & set(stories[~large])
    assert (small != _first(found, 20, 1)).any()
    points = run(folder, checkout)["tables"]["points"]
    assert [p["documents"] for p in points][-1] == len(found.training.documents)


def test_a_genre_is_judged_by_a_system_that_never_saw_it(checkout: Path) -> None:
    text = 'question = "?"\nkind = "genres"\nsystems = ["majority"]\nleast = 10\nresamples = 20\n'
    results = run(plan(checkout, text), checkout)
    data = {row["data"] for row in results["figures"]}
    assert {"genres mixed", "genre unseen"} <= data


def test_agreement_needs_a_second_coding(checkout: Path) -> None:
    folder = plan(checkout, 'question = "?"\nkind = "agreement"\nresamples = 20\n')
    with pytest.raises(CorpusError, match="second: no records"):
        run(folder, checkout)


def test_a_coding_agrees_with_itself(checkout: Path) -> None:
    first = checkout / "labels/annotations/victim-sanctions-1.jsonl"
    second = checkout / "labels/annotations/second/x.jsonl"
    second.parent.mkdir()
    records = [replace(record, coder="again") for record in read_annotations(first)]
    second.write_text("".join(record.to_json() + "\n" for record in records), "utf-8")
    folder = plan(checkout, 'question = "?"\nkind = "agreement"\nresamples = 20\n')
    results = run(folder, checkout)
    assert {row["score"] for row in results["figures"]} <= {1.0, None}
    assert {row["data"] for row in results["figures"]} == {"passages", "documents"}


def test_every_stored_experiment_is_of_the_present_corpus(root: Path) -> None:
    """Those that take long are not checked on every run; this much is."""
    now = load_corpus(root).fingerprint
    stored = sorted((root / "experiments").glob(f"*/{RESULTS}"))
    assert len(stored) >= 10
    for file in stored:
        assert json.loads(file.read_text("utf-8"))["corpus"]["fingerprint"] == now, file.parent.name
