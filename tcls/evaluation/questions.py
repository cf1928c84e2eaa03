"""Questions that are answered by training and measuring, one function for each kind.

    table      how good systems are: everything that is measured, by source and slice
    curve      what more documents would bring
    genres     how a system fares on a genre that it has never seen, and on newer texts
    ablation   what a part of tcls is worth

Each takes a Bench and gives Findings; it neither reads a plan nor writes a file.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tcls.corpus.splits import folds
from tcls.evaluation.assess import difference, parts
from tcls.evaluation.bench import Bench
from tcls.evaluation.comparison import answers, differences
from tcls.evaluation.intervals import Array, Score
from tcls.evaluation.measured import Figure, Findings, Sheet, full, headline
from tcls.evaluation.sample import Sample
from tcls.evaluation.slices import genre, groups, leave_one_out, temporal_split


def _sheet(bench: Bench, system: str, sample: Sample, group: str = "", data: str = "") -> Sheet:
    return Sheet(sample, system, data or sample.name, bench.plan.resamples, group)


def _within(sample: Sample, mask: Array, group: str) -> Sample:
    return sample.where(mask, f"{sample.name}({group})")


def _sliced(bench: Bench, system: str, sample: Sample, least: int) -> Iterator[Figure]:
    """The headline in each group of the plan's slices with at least `least` documents."""
    for by in bench.plan.slices:
        for name, mask in groups(sample.documents, by).items():
            if mask.sum() >= least:
                group = f"{by}={name}"
                inside = _within(sample, mask, group)
                yield from headline(_sheet(bench, system, inside, group, sample.name))


def _by_source(bench: Bench, system: str, sample: Sample) -> Iterator[Figure]:
    """The headline in each set and each source of an external sample."""
    for by in ("set", "source"):
        for one in parts(sample, by, bench.plan.least):
            group = f"{by}={one.name}"
            named = replace(one, name=f"{sample.name}({group})")
            yield from headline(_sheet(bench, system, named, group, sample.name))


def _gaps(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """external − test of each figure that stands in both, with an interval."""
    inside = {f.key: f.score for f in figures if f.data == "test" and not f.group}
    found = []
    for figure in figures:
        system, data, group, *rest = figure.key
        if data == "external" and not group:
            one = inside.get((system, "test", group, *rest))
            if one is not None:
                gap = difference(one, figure.score)
                found.append(_row(figure, one.value, figure.score.value, gap))
    return found


def _row(figure: Figure, test: float, external: float, gap: Score) -> dict[str, Any]:
    return {
        "system": figure.system, "task": figure.task, "value": figure.value,
        "measure": figure.measure, "test": test, "external": external,
        "gap": gap.value, "low": gap.low, "high": gap.high, "n": gap.n,
    }  # fmt: skip


def table(bench: Bench) -> Findings:
    """Every measure of every system on all data, the headline in every group, and the gap
    between the test split and external text."""
    found = Findings()
    samples = list(bench.samples.values())
    for system in bench.plan.systems:
        for sample in bench.judged(system, system, bench.training, samples):
            found.judged.append((system, sample))
            found.figures += full(_sheet(bench, system, sample))
            if sample.name == "external":
                found.figures += _by_source(bench, system, sample)
            else:
                found.figures += _sliced(bench, system, sample, bench.plan.least)
    found.tables["gaps"] = _gaps(found.figures)
    return found


def _first(bench: Bench, size: int, seed: int) -> Array:
    """A mask of about `size` training documents: whole stories in an order that the seed
    decides, so that smaller sets are parts of larger ones. 0: all."""
    stories = bench.training.stories
    names = set(stories)
    order = sorted(names, key=lambda s: hashlib.sha256(f"curve-{seed}:{s}".encode()).hexdigest())
    rank = {story: i for i, story in enumerate(order)}
    place = np.array([rank[story] for story in stories])
    if not size or size >= len(stories):
        return np.ones(len(stories), dtype=bool)
    return np.asarray(place <= np.sort(place)[size - 1])


def curve(bench: Bench) -> Findings:
    """The headline by the number of documents learnt from."""
    found = Findings(tables={"points": []})
    samples = list(bench.samples.values())
    for size in bench.plan.sizes:
        for seed in bench.plan.seeds if size else bench.plan.seeds[:1]:
            part = bench.training.subset(_first(bench, size, seed).tolist())
            group = f"size={size or len(part.documents)},seed={seed}"
            found.tables["points"].append(
                {"group": group, "documents": len(part.documents), "seed": seed}
                | {"stories": len(set(part.stories))}
            )
            for system in bench.plan.systems:
                for sample in bench.judged(f"{system} {group}", system, part, samples):
                    found.figures += headline(_sheet(bench, system, sample, group))
    return found


def _crossed(
    bench: Bench, system: str, whole: Sample, name: str, sides: Sequence[tuple[str, Array, Array]]
) -> Sample:
    """Documents judged by systems that were fitted without them: (step, train, test)."""
    probability, chosen = np.zeros(whole.truth.shape), np.zeros(whole.truth.shape)
    for step, train, test in sides:
        keep = np.zeros(len(whole.documents), dtype=bool)
        keep[train] = True
        out = np.zeros(len(whole.documents), dtype=bool)
        out[test] = True
        corpus = bench.training.subset(keep.tolist())
        (one,) = bench.judged(f"{system} {step}", system, corpus, [whole.where(out, step)])
        probability[test], chosen[test] = one.probability, one.chosen
    model = f"{system}@{bench.training.fingerprint[:8]}"
    return replace(whole, name=name, probability=probability, chosen=chosen, model=model)


def genres(bench: Bench) -> Findings:
    """Each genre judged by a system that never saw one of its kind, beside the same documents
    judged in folds that mix genres; and the newest documents by one trained on older ones.

    All of it on the training side, so that the test split stays unseen.
    """
    found = Findings()
    whole = bench.sample("training", bench.training)
    names = [genre(document) for document in whole.documents]
    fold = np.array(folds(whole.stories))
    mixed = [(f"fold {f}", np.flatnonzero(fold != f), np.flatnonzero(fold == f))
             for f in np.unique(fold).tolist()]  # fmt: skip
    apart = [
        (f"without {name}", train, test)
        for name, train, test in leave_one_out(names, whole.stories)
        if len(test) >= bench.plan.least
    ]
    judged = np.zeros(len(names), dtype=bool)
    for _, _, test in apart:
        judged[test] = True
    dates = [str(document.meta.get("date") or "") for document in whole.documents]
    older, newer = temporal_split(dates, whole.stories)
    for system in bench.plan.systems:
        for data, sides in (("genres mixed", mixed), ("genre unseen", apart)):
            sample = _crossed(bench, system, whole, data, sides).where(judged, data)
            found.judged.append((system, sample))
            found.figures += headline(_sheet(bench, system, sample))
            found.figures += _by_genre(bench, system, sample)
        if newer.any() and older.any():
            later = [("older documents", np.flatnonzero(older), np.flatnonzero(newer))]
            for data, given in (("newest, in folds", mixed), ("newest, from older", later)):
                sample = _crossed(bench, system, whole, data, given).where(newer, data)
                found.figures += headline(_sheet(bench, system, sample))
    return found


def _by_genre(bench: Bench, system: str, sample: Sample) -> Iterator[Figure]:
    for name, mask in groups(sample.documents, "genre").items():
        group = f"genre={name}"
        inside = _within(sample, mask, group)
        yield from headline(_sheet(bench, system, inside, group, sample.name))


def ablation(bench: Bench) -> Findings:
    """tcls with other settings: the headline of each variant, and its paired difference to
    tcls with the settings of the plan."""
    found = Findings(tables={"differences": []})
    samples = list(bench.samples.values())
    chosen: list[tuple[str, Mapping[str, Any]]] = [("tcls", bench.plan.settings)]
    chosen += [(v.name, {**bench.plan.settings, **v.settings}) for v in bench.plan.variants]
    base: list[Sample] = []
    for name, settings in chosen:
        judged = bench.judged(name, "tcls", bench.training, samples, settings)
        base = base or judged
        for whole, sample in zip(base, judged, strict=True):
            found.judged.append((name, sample))
            found.figures += headline(_sheet(bench, name, sample))
            if name != "tcls":
                pair = answers("tcls", whole), answers(name, sample)
                for d in differences(*pair, resamples=bench.plan.resamples):
                    found.tables["differences"].append(
                        {"variant": name, "data": d.data, "task": d.task, "value": d.value}
                        | {"measure": d.measure, "tcls": d.one, "with_variant": d.two}
                        | {"difference": d.score.value, "low": d.score.low, "high": d.score.high}
                        | {"n": d.score.n, "p": d.p}
                    )
    return found
