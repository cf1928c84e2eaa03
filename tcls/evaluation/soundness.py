"""Questions of whether something holds, one function for each kind.

    suite      whether short texts are told apart as they must be, by contrast type
    selective  whether the rule that guarantees recall keeps its promise
    agreement  whether the same passages, coded again, get the same codes

Each takes a Bench and gives Findings; it neither reads a plan nor writes a file.
"""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from tcls.corpus.agreement import Agreement, alpha, alpha_of_sets, specific_agreement
from tcls.corpus.annotations import Annotation, load_annotations
from tcls.errors import CorpusError
from tcls.evaluation.behaviour import load_suite, run
from tcls.evaluation.bench import Bench
from tcls.evaluation.intervals import Score, clopper_pearson, wilson
from tcls.evaluation.measured import ALL, Figure, Findings
from tcls.evaluation.sample import Sample
from tcls.evaluation.selective import recall_rule, simulate, weakest
from tcls.reading.document import Document
from tcls.schema import Schema, Task

#: Numbers of positive stories for which the guarantee is simulated.
SIMULATED = (60, 120, 200, 400)
RUNS = 1000


def _as_mapping(sample: Sample, i: int) -> dict[str, Any]:
    """The answer to document i as a mapping from task to value or values."""
    found: dict[str, Any] = {}
    for task in sample.tasks():
        chosen = [sample.decisions[k][1] for k in sample.columns(task.id) if sample.chosen[i, k]]
        found[task.id] = chosen if task.kind != "ordinal" else (chosen or [task.values[0]])[-1]
    return found


def suite(bench: Bench) -> Findings:
    """Pass rates of the behavioural suite: of every contrast type, every group, and in all."""
    file = bench.root / "labels" / "suite.jsonl"
    cases = load_suite(file, bench.schema)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    documents = [Document(case.id, case.text) for case in cases.cases]
    pairs = [case.pair for case in cases.cases]
    nothing: list[Mapping[str, Any]] = [{} for _ in documents]
    whole = bench.reader.sample("suite", documents, pairs, nothing, digest[:8])
    found = Findings(tables={"failures": []})
    for system in bench.plan.systems:
        (judged,) = bench.judged(system, system, bench.training, [whole])
        given = {d.text: _as_mapping(judged, i) for i, d in enumerate(documents)}
        outcome = run(given.__getitem__, cases)

        def figure(group: str, score: Score, judged: Sample = judged, system: str = system) -> None:
            signature = judged.signature(f"{group or ALL}|pairs", score.n, 0)
            found.figures.append(
                Figure(system, "suite", group, "", ALL, "pass_rate", score, score.n, signature)
            )

        figure("", outcome.pairs)
        for name, score in outcome.groups.items():
            figure(f"group={name}", score)
        for result in outcome.types:
            contrast = result.contrast
            figure(f"type={contrast.number:02} {contrast.name}", result.pairs)
            if result.steady is not None:
                figure(f"steady={contrast.number:02} {contrast.name}", result.steady)
        found.tables["failures"] += [
            {"system": system, "case": f.case.id, "tasks": list(f.tasks)} for f in outcome.failures
        ]
    return found


def _rule_rows(system: str, task: Task, judged: Mapping[str, Sample]) -> Iterator[dict[str, Any]]:
    """The rule fixed on the test split for one task, and what it does on all data."""
    test = judged["test"]
    k = test.decisions.index((task.id, task.values[1]))
    out = test.ignore[:, k]
    rule = recall_rule(test.truth[:, k], test.probability[:, k], test.stories, ignore=out)
    for name, sample in judged.items():
        keep = np.flatnonzero(~sample.ignore[:, k])
        chance, truth = sample.probability[keep, k], sample.truth[keep, k]
        lowest = weakest(truth, chance, [sample.stories[i] for i in keep.tolist()])
        met = int(rule.sends(lowest).sum())
        low, high = clopper_pearson(met, len(lowest))
        yield {
            "system": system, "data": name, "task": task.id, "value": task.values[1],
            "threshold": rule.threshold, "found": met, "stories": len(lowest),
            "recall": met / len(lowest) if len(lowest) else None, "low": low, "high": high,
            "sent": float(rule.sends(chance).mean()), "n": len(keep),
            "positives": int(truth.sum()),
            "signature": sample.signature(f"{test.title(k)}|rule:recall=0.95,confidence=0.9",
                                          len(keep), 0),
        }  # fmt: skip


def selective(bench: Bench) -> Findings:
    """The rule for 95 % recall of stories with 90 % confidence, fixed on the test split: what
    it sends there, what it finds and sends on external text, and a simulation."""
    found = Findings(tables={"rules": [], "simulation": []})
    samples = list(bench.samples.values())
    for system in bench.plan.systems:
        judged = {s.name: s for s in bench.judged(system, system, bench.training, samples)}
        found.judged += [(system, sample) for sample in judged.values()]
        for task in judged["test"].tasks():
            if task.kind == "ordinal":
                found.tables["rules"] += _rule_rows(system, task, judged)
    for stories in SIMULATED:
        bench.say(f"simulating {stories} stories")
        row = asdict(simulate(stories, RUNS)) | {"stories": stories, "runs": RUNS, "allowed": 0.1}
        low, high = wilson(round(row["short"] * RUNS), RUNS)
        found.tables["simulation"].append(row | {"low": low, "high": high})
    return found


@dataclass(frozen=True)
class _Twice:
    """Units that were coded twice: the story, and the value of each coding."""

    stories: list[str]
    codes: list[tuple[Any, Any]]


def _coded_twice(bench: Bench) -> list[tuple[Annotation, Annotation]]:
    folder = bench.root / "labels" / "annotations"
    again = {(r.document, r.passage, r.task): r for r in load_annotations(folder / "second")}
    if not again:
        raise CorpusError("labels/annotations/second: no records; agreement needs a second coding")
    pairs = [
        (record, other)
        for record in load_annotations(folder)
        if (other := again.get((record.document, record.passage, record.task)))
    ]
    if not pairs:
        raise CorpusError("labels/annotations/second: no passage of the first coding is in it")
    return pairs


def _rolled(schema: Schema, task: Task, records: Iterable[Annotation]) -> Any:
    """The value of a whole document from the records of its passages."""
    if task.kind == "ordinal":
        return max((str(r.value) for r in records), key=task.values.index)
    return task.close(v for r in records for v in r.value)


def _units(
    bench: Bench, task: Task, pairs: Sequence[tuple[Annotation, Annotation]]
) -> dict[str, _Twice]:
    """The passages, and the documents made of them, that were coded twice in a task."""
    story = {d.id: s for d, s in zip(bench.corpus.documents, bench.corpus.stories, strict=True)}
    mine = [pair for pair in pairs if pair[0].task == task.id]
    whole: dict[str, list[tuple[Annotation, Annotation]]] = defaultdict(list)
    for pair in mine:
        whole[pair[0].document].append(pair)
    rolled = [
        tuple(_rolled(bench.schema, task, side) for side in zip(*group, strict=True))
        for group in whole.values()
    ]
    return {
        "passages": _Twice(
            [story[a.document] for a, _ in mine], [(a.value, b.value) for a, b in mine]
        ),
        "documents": _Twice([story[name] for name in whole], [(r[0], r[1]) for r in rolled]),
    }


def _has(task: Task, given: Any, value: str) -> bool:
    if task.kind == "ordinal":
        return task.values.index(given) >= task.values.index(value)
    return value in task.close(given)


def _agreements(task: Task, units: _Twice, resamples: int) -> Iterator[tuple[str, Agreement, int]]:
    """(value, agreement, units that either coding marked) of a task and its values."""
    if task.kind == "ordinal":
        codes: list[tuple[Hashable, ...]] = list(units.codes)
        marked = sum(set(pair) != {task.values[0]} for pair in units.codes)
        yield (
            ALL,
            alpha(codes, task.values, units.stories, ordered=True, resamples=resamples),
            marked,
        )
    else:
        sets = [tuple(frozenset(task.close(v)) for v in pair) for pair in units.codes]
        marked = sum(any(pair) for pair in sets)
        yield ALL, alpha_of_sets(sets, units.stories, resamples=resamples), marked
    for value in task.values[1:] if task.kind == "ordinal" else task.values:
        yes = [tuple(_has(task, v, value) for v in pair) for pair in units.codes]
        marked = sum(any(pair) for pair in yes)
        found = alpha(yes, (False, True), units.stories, resamples=resamples)
        positive, _ = specific_agreement(yes, units.stories, resamples=resamples)
        yield value, found, marked
        yield value, positive, marked


def agreement(bench: Bench) -> Findings:
    """Krippendorff's alpha and positive agreement of two codings, by label, over passages and
    over documents. It measures how consistent the coding is: both codings are by language
    models, so it says nothing of agreement between people.

    Raises CorpusError when there is no second coding.
    """
    pairs = _coded_twice(bench)
    coders = "+".join(sorted({r.coder for pair in pairs for r in pair}))
    found = Findings()
    for task in bench.schema.tasks:
        if not any(a.task == task.id for a, _ in pairs):
            continue
        for unit, units in _units(bench, task, pairs).items():
            bench.say(f"{task.id}: {len(units.codes)} {unit} coded twice")
            for value, a, marked in _agreements(task, units, bench.plan.resamples):
                score = Score(a.name.replace(" ", "_"), a.value, a.low, a.high, a.n)
                signature = (
                    f"{task.id}:{value}|{score.name}|{unit}:{a.n}|stories:{len(set(units.stories))}"
                    f"|boot:{bench.plan.resamples}|seed:0|coders:{coders}"
                    f"|corpus:{bench.corpus.fingerprint[:8]}|tcls:{version('tcls')}"
                )
                found.figures.append(
                    Figure(coders, unit, "", task.id, value, score.name, score, marked, signature)
                )
    return found
