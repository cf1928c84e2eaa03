"""How many documents, and stories, of a collection carry each label."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tcls.classifier import Classifier
from tcls.corpus.duplicates import stories
from tcls.evaluation.counts import Count, adjusted_count, any_of, probability_sum
from tcls.evaluation.metrics import Decision
from tcls.evaluation.sample import decided
from tcls.evaluation.stored import Stored, load_evaluation
from tcls.model.store import open_model
from tcls.reading.document import Document
from tcls.schema import Schema, load_schema


@dataclass(frozen=True, slots=True)
class Line:
    """One decision: how many documents and stories were marked, how many there probably are
    after correction for measured errors, and the sum of probabilities beside it. Ordinal
    decisions are "this value or a higher one"."""

    task: str
    value: str
    cumulative: bool
    marked: int
    marked_stories: int
    corrected: Count
    expected: Count


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection counted. Documents that were abstained from are in `documents`, in
    `abstained` and in no other count: of them nothing is known."""

    documents: int
    stories: int
    abstained: int
    lines: tuple[Line, ...]
    signature: str


def story_names(documents: Iterable[Document]) -> list[str]:
    """The story of each document, whatever their ids: files of one name are not one story."""
    numbered = [replace(document, id=f"{i:09d}", meta={}) for i, document in enumerate(documents)]
    return stories(numbered)


def count(
    documents: Iterable[Document], folder: Path | None = None, schema: Schema | None = None
) -> Collection:
    """Count a collection with the model in `folder`; without one, the shipped model.

    Raises ModelRefused when the model has no measured errors stored beside it.
    """
    model = open_model(folder)
    stored = load_evaluation(model.folder, model.id)
    everything = list(documents)
    classifier = Classifier.load(folder)
    decisions = [d for d in model.decisions if d in stored.decisions]
    return _counted(classifier, everything, decisions, stored, schema or load_schema())


def _counted(
    classifier: Classifier, documents: list[Document], decisions: list[Decision], stored: Stored,
    schema: Schema,
) -> Collection:  # fmt: skip
    found = classifier.predict_many(documents, evidence=False)
    chance, chosen, abstained = decided(schema, decisions, found)
    judged = [document for document, out in zip(documents, abstained, strict=True) if not out]
    names = story_names(judged)
    chance, chosen = chance[~abstained], chosen[~abstained]
    lines = []
    for k, (task, value) in enumerate(decisions):
        seen = stored.decisions[task, value]
        corrected = adjusted_count(chosen[:, k], names, seen.truth, seen.chosen, stored.stories)
        lines.append(
            Line(
                task, value, schema.task(task).kind == "ordinal", int(chosen[:, k].sum()),
                int(any_of(chosen[:, k], names).sum()), corrected,
                probability_sum(chance[:, k], names),
            )
        )  # fmt: skip
    return Collection(
        len(documents), len(set(names)), int(abstained.sum()), tuple(lines), stored.signature
    )
