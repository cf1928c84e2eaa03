"""What a model card shows, as plain numbers that are stored beside the model.

A score is [value, low, high, n], null where it is not defined. Nothing here is text of a
document; the names are those of decisions, groups of documents and tests.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tcls.corpus import composition
from tcls.corpus.annotations import load_annotations
from tcls.evaluation.assess import Assessment, bins, gaps
from tcls.evaluation.behaviour import NATION_TYPES, Outcome
from tcls.evaluation.counts import Rate, errors
from tcls.evaluation.intervals import Array, Score, wilson
from tcls.evaluation.invariance import Stability
from tcls.evaluation.sample import Checkout, Sample
from tcls.evaluation.slices import groups
from tcls.model.store import Model

#: Slices of the card; the region is where a text is set, not where persons are from.
SLICES = ("genre", "length", "region", "year")
#: Where cross-validation by story is kept.
CROSSED = Path("experiments", "004-genres", "results.json")
#: Groups of fewer documents than this are not shown.
FEWEST = 10
_DECIMALS = 4

Row = dict[str, Any]


def numbers(score: Score) -> list[float | int | None]:
    """A score as it is stored."""
    shown = (score.value, score.low, score.high)
    return [*(None if math.isnan(x) else round(x, _DECIMALS) for x in shown), score.n]


def _wrong(name: str, right: Rate, n: int) -> Score:
    """The share that was not right, with Wilson's interval over effective stories."""
    if not n:
        return Score(name, math.nan, math.nan, math.nan, 0)
    low, high = wilson(min(right.stories, (1 - right.value) * right.stories), right.stories)
    return Score(name, 1 - right.value, low, high, n)


def error_rates(sample: Sample, k: int, mask: Array) -> tuple[Score, Score]:
    """Of the documents of a group (`mask`, length D): the share of those that carry decision
    k that was missed, and the share of the others that was marked."""
    index = np.flatnonzero(mask & ~sample.ignore[:, k])
    truth, stories = sample.truth[index, k], [sample.stories[i] for i in index.tolist()]
    found, spared = errors(truth, sample.chosen[index, k], stories)
    yes = int(truth.sum())
    return _wrong("missed", found, yes), _wrong("false alarms", spared, len(index) - yes)


def _slices(sample: Sample) -> list[Row]:
    screening = [sample.columns(t.id)[0] for t in sample.tasks() if t.kind == "ordinal"]
    words = np.array([len(document.text.split()) for document in sample.documents])
    masks = [("all", "all", np.ones(len(sample.documents), dtype=bool))]
    for by in SLICES:
        found = list(groups(sample.documents, by).items())
        if by == "length":
            found.sort(key=lambda pair: float(words[pair[1]].mean()))
        masks += [(by, group, mask) for group, mask in found]
    return [
        {"by": by, "group": group, "n": int(mask.sum()),
         "errors": {
             sample.decisions[k][0]: [numbers(s) for s in error_rates(sample, k, mask)]
             for k in screening
         }}
        for by, group, mask in masks
        if by == "all" or mask.sum() >= FEWEST
    ]  # fmt: skip


def _decisions(found: Assessment) -> list[Row]:
    return [
        {"task": line.row.task, "value": line.row.value, "positives": line.row.positives}
        | {name: numbers(score) for name, score in line.scores().items()}
        for line in found.lines
    ]


def _bins(sample: Sample) -> list[list[Any]]:
    """Per ordinal decision: its task, its value, and of each bin that holds documents lower
    and upper edge, mean probability, share true, its interval and n."""
    columns = [k for t in sample.tasks() if t.kind == "ordinal" for k in sample.columns(t.id)]
    return [
        [*sample.decisions[k], [
            [b.low, b.high, round(b.confidence, _DECIMALS), *numbers(b.share)]
            for b in bins(sample, k)
            if b.share.n
        ]]
        for k in columns
    ]  # fmt: skip


def _suite(outcome: Outcome) -> Row:
    """Pairs passed by group and in all, and the pairs that differ in a nation alone which
    got one answer."""
    return {
        "groups": [[group, numbers(score)] for group, score in outcome.groups.items()],
        "pairs": numbers(outcome.pairs),
        "nations": [
            [t.contrast.name, numbers(t.steady)]
            for t in outcome.types
            if t.contrast.number in NATION_TYPES and t.steady
        ],
    }


def _generated(tests: Sequence[Stability]) -> list[Row]:
    return [
        {"name": s.name, "kind": s.kind, "exact": s.exact, "holds": s.holds,
         "flips": numbers(s.flips),
         "largest": None if math.isnan(s.largest) else round(s.largest, _DECIMALS)}
        for s in tests
    ]  # fmt: skip


def _elsewhere(inside: Assessment, outside: Assessment) -> Row:
    sample = outside.sample
    return {
        "documents": len(sample.documents), "stories": sample.n_stories,
        "signature": outside.signature("<decision>|<measure>", len(sample.documents)),
        "gaps": [
            {"task": sample.decisions[g.k][0], "value": sample.decisions[g.k][1],
             "measure": g.measure, "positives": outside.lines[g.k].row.positives,
             "inside": numbers(g.inside), "outside": numbers(g.outside),
             "gap": numbers(g.difference)}
            for g in gaps(inside, outside)
        ],
    }  # fmt: skip


def training(checkout: Checkout, model: Model) -> Row:
    """What a model was trained on: sizes, labels and coders. Empty when the texts or codings of
    the checkout are no longer those that it was trained on."""
    corpus = checkout.training
    if corpus.fingerprint != model.manifest["corpus"]["fingerprint"]:
        return {}
    folder, ids = checkout.root / "labels" / "annotations", {d.id for d in corpus.documents}
    parts = {"first coding": "", "second coding": "second", "adjudication": "adjudicated"}
    records = {
        name: [r for r in load_annotations(folder / part) if r.document in ids]
        for name, part in parts.items()
    }
    written = sum(bool(d.meta.get("written")) for d in corpus.documents)
    first = {task.id for task in corpus.schema.tasks if task.tier == 1}
    return {
        "documents": len(corpus.documents), "written": written,
        "received": len(corpus.documents) - written, "stories": len(set(corpus.stories)),
        "coders": [
            [name, found.documents, found.records]
            for name, found in composition.codings(records).items()
        ],
        "labels": [
            [name, found.documents, found.stories]
            for name, found in composition.labels(corpus).items()
            if name.partition("=")[0] in first
        ],
    }  # fmt: skip


def validated(checkout: Checkout) -> list[Row]:
    """The headline of cross-validation by story over the training side, as experiment 004 of
    the checkout found it; empty where that has not been run on the corpus there."""
    file = checkout.root / CROSSED
    if not file.is_file():
        return []
    kept = json.loads(file.read_text(encoding="utf-8"))
    if kept["corpus"]["fingerprint"] != checkout.corpus.fingerprint:
        return []
    return [
        {key: figure[key] for key in ("task", "value", "measure", "positives", "signature")}
        | {"score": [figure[key] for key in ("score", "low", "high", "n")]}
        for figure in kept["figures"]
        if figure["data"] == "genres mixed" and not figure["group"]
    ]


def card(
    found: Assessment, outcome: Outcome, tests: Sequence[Stability], trained_on: Mapping[str, Any],
    outside: Assessment | None = None, crossed: Sequence[Row] = (),
) -> Row:  # fmt: skip
    """Everything that the card of a model shows: its assessment on the test split, the suite,
    the generated tests, `training`, its assessment on documents from elsewhere, if any, and
    what cross-validation found (`validated`)."""
    sample = found.sample
    return {
        "documents": len(sample.documents), "stories": sample.n_stories,
        "abstained": int(sample.abstained.sum()),
        "signature": found.signature("<decision>|<measure>", len(sample.documents)),
        "decisions": _decisions(found),
        "tasks": {
            task: {name: numbers(score) for name, score in scores.items()}
            for task, scores in found.tasks.items()
        },
        "bins": _bins(sample), "slices": _slices(sample), "suite": _suite(outcome),
        "generated": _generated(tests), "training": dict(trained_on),
        "elsewhere": _elsewhere(found, outside) if outside else {}, "crossed": list(crossed),
    }  # fmt: skip
