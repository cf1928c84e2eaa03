"""Is the evidence shown that of the label? Against rationales of the coding, and against the
model itself (measures of `tcls.evaluation.rationales`).

Counted is every label of the test split that was coded with a rationale and found. Beside the
evidence of tcls stand two others of as many sentences: from the beginning of the document,
and drawn at random (ERASER's comparison).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from zlib import crc32

import numpy as np

from tcls.classifier import Classifier, Prediction
from tcls.corpus.dataset import Corpus
from tcls.evaluation import rationales
from tcls.evaluation.bench import Bench
from tcls.evaluation.intervals import bootstrap
from tcls.evaluation.measured import ALL, FEWEST, Figure, Findings
from tcls.evaluation.metrics import mean
from tcls.evaluation.sample import Sample
from tcls.reading.document import Document
from tcls.schema import Task
from tcls.text.clean import furniture
from tcls.text.passages import Span, passages, sentences

MEASURES = ("evidence_token_f1", "evidence_token_iou", "sufficiency", "comprehensiveness")
#: Sentences that nobody chose, beside those of tcls.
OTHERS = ("lead", "random")


@dataclass(frozen=True, slots=True)
class _Found:
    """A label of document `i` that was coded with the spans `gold` and found with those of
    each system in `shown`."""

    i: int
    task: Task
    value: str
    gold: tuple[Span, ...]
    shown: Mapping[str, tuple[Span, ...]]


def _others(text: str, n: int) -> dict[str, tuple[Span, ...]]:
    """The first n sentences, and n that the text's checksum draws."""
    found = [s for passage in passages(text, furniture(text)) for s in sentences(text, passage)]
    draw = Random(crc32(text.encode("utf-8", "surrogatepass")))
    drawn = sorted(draw.sample(found, min(n, len(found))))
    return dict(zip(OTHERS, (tuple(found[:n]), tuple(drawn)), strict=True))


def _labels(system: str, corpus: Corpus, predictions: Sequence[Prediction]) -> Iterator[_Found]:
    tasks = [task for task in corpus.schema.tasks if task.tier == 1]
    coded = {task.id: corpus.values(task.id) for task in tasks}
    for i, prediction in enumerate(predictions):
        for task in tasks:
            found = prediction.tasks[task.id]
            for value in sorted(_said(task, prediction) & _positive(task, coded[task.id][i])):
                gold = tuple(
                    span
                    for passage in corpus.passages[i]
                    for span in passage.rationale.get(task.id, {}).get(value, ())
                )
                shown = tuple(item.span for item in found.evidence if item.label == value)
                if gold and shown:
                    others = _others(corpus.documents[i].text, len(shown))
                    yield _Found(i, task, value, gold, {system: shown, **others})


def _positive(task: Task, value: str | tuple[str, ...]) -> frozenset[str]:
    """The positive values of a document: those of a task with many, or the one of a scale."""
    if task.kind == "ordinal":
        return frozenset({str(value or task.values[0])} - {task.values[0]})
    return frozenset(value)


def _said(task: Task, prediction: Prediction) -> frozenset[str]:
    """The positive values that a prediction gives a document."""
    found = prediction.tasks[task.id]
    return _positive(task, found.value or found.values or ())


def _chance(prediction: Prediction, task: Task, value: str) -> float:
    """P(this value, or a higher one); NaN for a text that is too little to be judged."""
    if prediction.status == "abstained":
        return math.nan
    found = prediction.tasks[task.id]
    if task.kind != "ordinal":
        return found.chance(value)
    return found.chance(*task.values[task.values.index(value) :])


def _measured(
    text: str, label: _Found, system: str, judged: Mapping[str, Prediction]
) -> list[float]:
    """The four `MEASURES` of one label."""
    shown = label.shown[system]

    def probability(part: str) -> float:
        return _chance(judged[part], label.task, label.value)

    return [
        rationales.token_f1(text, label.gold, shown),
        rationales.token_iou(text, label.gold, shown),
        rationales.sufficiency(text, shown, probability),
        rationales.comprehensiveness(text, shown, probability),
    ]


def _figures(
    sample: Sample, system: str, labels: Sequence[_Found], rows: np.ndarray, resamples: int
) -> Iterator[Figure]:
    """Means over the labels of every task, and of every value with `FEWEST` labels."""
    for task, value in ((t, v) for t in sample.tasks() for v in (ALL, *t.values)):
        mine = [n for n, x in enumerate(labels) if x.task == task and value in (ALL, x.value)]
        if value != ALL and len(mine) < FEWEST:
            continue
        for m, measure in enumerate(MEASURES):
            some = [n for n in mine if not math.isnan(rows[n, m])]
            if not some:
                continue
            values = rows[some, m]
            of = [labels[n].i for n in some]
            stories = [sample.stories[i] for i in of]
            score = bootstrap(measure, mean, values, values, stories, resamples=resamples)
            counted = sample.where(np.isin(np.arange(len(sample.documents)), of), sample.name)
            signature = counted.signature(f"{task.id}:{value}|{measure}", score.n, resamples)
            yield Figure(
                system, sample.name, "", task.id, value, measure, score, len(some), signature
            )


def evidence(bench: Bench) -> Findings:
    """Token F1 and IoU of the evidence against rationales, sufficiency and comprehensiveness,
    by label; n counts labels of documents, intervals draw stories."""
    corpus = bench.corpus.subset(bench.held_out.tolist())
    classifier = Classifier.load(bench.root / "models" / "default")
    (system,) = bench.plan.systems
    bench.say(f"{len(corpus.documents)} documents")
    predictions = list(classifier.predict_many(corpus.documents))
    labels = list(_labels(system, corpus, predictions))
    judged = {d.text: p for d, p in zip(corpus.documents, predictions, strict=True)}
    parts = {
        part(corpus.documents[label.i].text, shown)
        for label in labels
        for shown in label.shown.values()
        for part in (rationales.only, rationales.without)
    }
    rest = sorted(parts - set(judged))
    bench.say(f"{len(labels)} labels, {len(rest)} texts with and without their evidence")
    again = classifier.predict_many((Document("part", text) for text in rest), evidence=False)
    judged |= zip(rest, again, strict=True)
    sample = replace(bench.sample("test", corpus), model=classifier.model)
    found = Findings()
    names = (system, *OTHERS)
    rows = np.array(
        [[_measured(corpus.documents[x.i].text, x, name, judged) for x in labels] for name in names]
    )
    rows[:, np.isnan(rows).any(axis=0)] = np.nan  # the same labels for all
    for name, own in zip(names, rows, strict=True):
        found.figures += _figures(sample, name, labels, own, bench.plan.resamples)
    found.tables["counted"] = list(_counted(corpus, predictions, labels))
    return found


def _counted(
    corpus: Corpus, predictions: Sequence[Prediction], labels: Sequence[_Found]
) -> Iterator[dict[str, Any]]:
    """Of each task how many labels of documents were coded, found, and are counted here."""
    for task in (task for task in corpus.schema.tasks if task.tier == 1):
        coded = [_positive(task, value) for value in corpus.values(task.id)]
        found = [_said(task, prediction) for prediction in predictions]
        yield {
            "task": task.id, "coded": sum(map(len, coded)), "found": sum(map(len, found)),
            "right": sum(len(a & b) for a, b in zip(coded, found, strict=True)),
            "counted": sum(label.task == task for label in labels),
        }  # fmt: skip
