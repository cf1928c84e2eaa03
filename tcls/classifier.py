"""Text to labels: what a user of the library meets.

from tcls import Classifier

classifier = Classifier.load()
prediction = classifier.predict("…")
prediction.tasks["forced_criminality"].value
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from tcls import __version__
from tcls.errors import UsageError
from tcls.model.evidence import Evidence, best_sentence
from tcls.model.gates import joint, moving
from tcls.model.precision import Measured, Precisions, read_precisions
from tcls.model.rollup import sigmoid
from tcls.model.scorer import BLOCK, EACH, Scorer, Scores
from tcls.model.store import open_model
from tcls.reading.document import Document
from tcls.schema import Schema, Task, load_schema
from tcls.text.clean import furniture
from tcls.text.language import Language, is_other, language, partly_other
from tcls.text.passages import Span, passages

#: Texts of fewer words are not judged.
FEWEST_WORDS = 4
#: Fewer known terms than this say nothing about a text.
FEWEST_KNOWN = 3
#: Reasons for which part of a text was not read: what it reports may stand there.
UNREAD = ("truncated", "mixed_language")
#: Most sentences shown for one label.
MOST_EVIDENCE = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to one task. `value` is set for ordinal tasks, `values` for multilabel
    ones; both are None when the document was not judged. `probabilities` has every value of
    the task; None for what was not judged and for a value that the model does not predict.

    `measured` has for each positive answer how often it was right on evaluation documents
    scored like this one (ordinal: this value or a higher one); empty when the model folder
    does not say. `screen` is whether a human must look by the rule of the model folder,
    true for what was not judged; None for multilabel tasks and without a rule."""

    kind: str
    value: str | None
    values: tuple[str, ...] | None
    probabilities: Mapping[str, float | None]
    evidence: tuple[Evidence, ...] = ()
    measured: Mapping[str, Measured] = field(default_factory=dict)
    screen: bool | None = None

    def chance(self, *values: str) -> float:
        """The sum of the probabilities of these values; what has none counts 0."""
        return sum(self.probabilities.get(value) or 0.0 for value in values)

    @property
    def answer(self) -> str:
        """What is said, in words: the value or values with their probabilities."""
        if self.kind == "ordinal" and self.value is not None:
            return f"{self.value} {self.chance(self.value):.2f}"
        if self.values is not None:
            return ", ".join(f"{v} {self.chance(v):.2f}" for v in self.values) or "none"
        return "not judged"

    def to_dict(self) -> dict[str, Any]:
        """The task's part of the prediction record."""
        answer: dict[str, Any] = {"kind": self.kind}
        if self.kind == "ordinal":
            answer["value"] = self.value
        else:
            answer["values"] = None if self.values is None else list(self.values)
        answer["probabilities"] = dict(self.probabilities)
        if self.measured:
            answer["measured"] = {label: found.to_dict() for label, found in self.measured.items()}
        if self.screen is not None:
            answer["screen"] = self.screen
        answer["evidence"] = [_evidence_dict(item) for item in self.evidence]
        return answer


def _evidence_dict(item: Evidence) -> dict[str, Any]:
    return {
        "label": item.label, "start": item.span.start, "end": item.span.end,
        "text": item.text, "probability": item.probability,
        "terms": [
            {"start": t.span.start, "end": t.span.end, "term": t.term, "weight": round(t.weight, 4)}
            for t in item.terms
        ],
    }  # fmt: skip


def _marked(item: Evidence) -> str:
    """The sentence as HTML, its weightiest terms marked."""
    out, at = "", item.span.start
    for start, end in sorted((t.span.start, t.span.end) for t in item.terms if item.text):
        if end > at:
            start = max(start, at)
            before, term = (
                item.text[a - item.span.start : b - item.span.start]
                for a, b in ((at, start), (start, end))
            )
            out += f"{escape(before)}<mark>{escape(term)}</mark>"
            at = end
    return out.replace("</mark><mark>", "") + escape(item.text[at - item.span.start :])


@dataclass(frozen=True, slots=True, repr=False)
class Prediction:
    """What is said of one document. `status` is "ok", "partial" (judged, but see `reasons`)
    or "abstained" (no label is given; `reasons` says why, and this is never a "no")."""

    id: str
    source: Mapping[str, Any]
    language: Language
    status: str
    reasons: tuple[str, ...]
    tasks: Mapping[str, Judgement]
    model: str
    schema: str
    text: str

    def to_dict(self) -> dict[str, Any]:
        """The prediction record: the object that the command line prints."""
        return {
            "tcls": __version__, "schema": self.schema, "model": self.model, "id": self.id,
            "source": dict(self.source),
            "language": {"code": self.language.code, "probability": self.language.probability},
            "status": self.status, "reasons": list(self.reasons),
            "tasks": {name: task.to_dict() for name, task in self.tasks.items()},
        }  # fmt: skip

    def __repr__(self) -> str:
        answers = [f"{name}: {task.answer}" for name, task in self.tasks.items()]
        said = "; ".join(answers) if self.status != "abstained" else ", ".join(self.reasons)
        return f"<Prediction of {self.id!r}, {self.status}: {said}>"

    def _repr_html_(self) -> str:
        """The answers and the sentences that show them, for a notebook. All text is escaped."""
        rows = [f"<caption>{escape(self.id)}: {escape(self.status)}</caption>"]
        if self.reasons:
            rows.append(f"<tr><th>reasons</th><td>{escape(', '.join(self.reasons))}</td></tr>")
        for name, task in self.tasks.items():
            quotes = "".join(
                f"<blockquote>{escape(item.label)} {item.probability:.2f}: {_marked(item)}"
                "</blockquote>"
                for item in task.evidence
            )
            answer = escape(task.answer)
            rows.append(f"<tr><th>{escape(name)}</th><td>{answer}{quotes}</td></tr>")
        return f"<table>{''.join(rows)}</table>"

    def without_text(self) -> "Prediction":
        """The same prediction without any words of the document: spans and numbers only."""
        bare = {
            name: replace(
                task,
                evidence=tuple(
                    replace(item, text="", terms=tuple(replace(t, term="") for t in item.terms))
                    for item in task.evidence
                ),
            )
            for name, task in self.tasks.items()
        }
        return replace(self, tasks=bare, text="")


@dataclass(frozen=True, slots=True)
class _Read:
    """A document made ready: its passages, language, and what stands against judging it."""

    document: Document
    spans: list[Span]
    removed: int
    language: Language
    abstain: str
    reasons: tuple[str, ...]


class Classifier:
    """Labels texts with one model folder. Make one with `Classifier.load`."""

    def __init__(self, scorer: Scorer, schema: Schema, aim: str = "f1"):
        self._scorer = scorer
        self._schema = schema
        self._aim = aim
        self._column = {d: k for k, d in enumerate(scorer.model.decisions)}
        self.model = scorer.model.id

    @classmethod
    def load(cls, folder: Path | str | None = None, aim: str = "f1") -> "Classifier":
        """Open a model folder; without one, the default model that ships with tcls.

        `aim` chooses the thresholds: "f1", "recall=0.95", "precision=0.9" (those that
        the model has stored), or a number such as "0.5" for every label. Raises
        ModelRefused for a damaged model, UsageError for an aim that is not stored.
        """
        model = open_model(Path(folder) if folder else None)
        found = cls(Scorer(model), load_schema(), aim)
        found._threshold(found._scorer.model.decisions[0])  # an unknown aim shows at once
        _ = found._precisions  # and so does a damaged evaluation.json
        return found

    @cached_property
    def _precisions(self) -> Precisions:
        return read_precisions(self._scorer.model.folder, self.model)

    def _threshold(self, decision: tuple[str, str]) -> float:
        try:
            fixed = float(self._aim)
        except ValueError:
            stored = self._scorer.model.manifest["thresholds"]
            aims = stored[":".join(decision)]
            if self._aim in aims:
                return float(aims[self._aim])
            known = sorted({aim for each in stored.values() for aim in each})
            if self._aim not in known:
                raise UsageError(
                    f"no thresholds for {self._aim!r} in model {self.model}; "
                    f"expected a number from 0 to 1 or one of {', '.join(known)}"
                ) from None
            return 1.1 if self._aim.startswith("precision") else float(aims["f1"])
        if not 0 <= fixed <= 1:
            raise UsageError(f"threshold {fixed:g}: expected a number from 0 to 1")
        return fixed

    def predict(self, text: str | Document, evidence: bool = True) -> Prediction:
        """Judge one document. Never raises for a text: what cannot be judged is an abstention."""
        read = self._read(text)
        scores = self._scorer.score([span.of(read.document.text) for span in read.spans])
        return self._judge(read, scores, evidence)

    def predict_many(
        self, texts: Iterable[str | Document], evidence: bool = True
    ) -> Iterator[Prediction]:
        """Judge a stream of documents, in order, at the speed of numpy and in flat memory."""
        batch: list[_Read] = []
        held = 0
        for text in texts:
            batch.append(self._read(text))
            held += len(batch[-1].document.text) + EACH  # what is not judged is held as well
            if held >= BLOCK:
                yield from self._judged(batch, evidence)
                batch, held = [], 0
        yield from self._judged(batch, evidence)

    def _judged(self, batch: Sequence[_Read], evidence: bool) -> Iterator[Prediction]:
        cut = ([span.of(read.document.text) for span in read.spans] for read in batch)
        for read, scores in zip(batch, self._scorer.score_many(cut), strict=True):
            yield self._judge(read, scores, evidence)

    def _read(self, text: str | Document) -> _Read:
        document = text if isinstance(text, Document) else Document("text", text)
        body = document.text
        removed = furniture(body)
        spans = passages(body, removed)
        kept = " ".join(span.of(body) for span in spans[:40])
        few = len(kept.split()) < FEWEST_WORDS
        tongue = language(kept)
        reasons = []
        abstain = ""
        if not any(c.isalnum() for c in kept):
            abstain = "no_text"
        elif is_other(tongue) and not (few and kept.isascii()):  # not all scripts have spaces
            abstain = "unsupported_language"
        elif few:
            abstain = "too_short"
        elif tongue.code != "en":
            reasons.append("uncertain_language")
        if not abstain and partly_other(span.of(body) for span in spans):
            reasons.append("mixed_language")
        if document.meta.get("truncated"):
            reasons.append("truncated")
        if str(document.meta.get("encoding")).endswith(" with errors"):
            reasons.append("broken_encoding")
        cut = sum(span.end - span.start for span in removed)
        return _Read(document, [] if abstain else spans, cut, tongue, abstain, tuple(reasons))

    def _judge(self, read: _Read, scores: Scores, evidence: bool) -> Prediction:
        abstain = read.abstain or ("no_known_features" if scores.known < FEWEST_KNOWN else "")
        document = read.document
        tasks = {
            task.id: self._task(task, read, scores, evidence and not abstain, bool(abstain))
            for task in self._schema.tasks
            if task.tier == 1
        }
        source = {
            key: document.meta[key]
            for key in ("path", "format", "encoding")
            if key in document.meta
        } | {"characters": len(document.text), "removed_boilerplate": read.removed}
        reasons = (abstain, *read.reasons) if abstain else read.reasons
        status = "abstained" if abstain else "partial" if reasons else "ok"
        return Prediction(
            document.id, source, read.language, status, reasons, tasks,
            self.model, self._schema.version, document.text,
        )  # fmt: skip

    def _task(
        self, task: Task, read: _Read, scores: Scores, evidence: bool, abstained: bool
    ) -> Judgement:
        chance = {
            value: round(scores.probabilities[self._column[task.id, value]], 4)
            for value in task.values
            if (task.id, value) in self._column
        }
        if abstained:
            screen = self._precisions.screen(task.id, 1.0)  # what nobody judged, a human must
            return Judgement(task.kind, None, None, dict.fromkeys(task.values), screen=screen)
        if task.kind == "ordinal":
            return self._ordinal(task, chance, read, scores, evidence)
        for value in task.values:  # a value implied by another is at least as probable
            for implied in task.label(value).implies:
                chance[implied] = max(chance.get(implied, 0.0), chance.get(value, 0.0))
        chosen = task.close(
            value for value, p in chance.items() if p >= self._threshold((task.id, value))
        )
        found = [
            item
            for value in chosen
            if evidence and (task.id, value) in self._column
            for item in self._evidence(task.id, value, read, scores)
        ]
        everything = {value: chance.get(value) for value in task.values}
        measured = self._measured(task.id, {value: chance[value] for value in chosen})
        return Judgement(task.kind, None, chosen, everything, tuple(found), measured)

    def _measured(self, task: str, chances: Mapping[str, float]) -> dict[str, Measured]:
        """What was measured of each decision at its probability, where it was."""
        found = {value: self._precisions.at(task, value, p) for value, p in chances.items()}
        return {value: figure for value, figure in found.items() if figure}

    def _ordinal(
        self, task: Task, chance: dict[str, float], read: _Read, scores: Scores, evidence: bool
    ) -> Judgement:
        """The highest value whose cumulative probability reaches its threshold."""
        lowest, *higher = task.values
        reached = 1.0
        cumulative = {}
        for value in higher:  # "this or higher" cannot be likelier than "the one below or higher"
            reached = cumulative[value] = min(reached, chance[value])
        value = lowest
        for candidate in higher:
            if cumulative[candidate] >= self._threshold((task.id, candidate)):
                value = candidate
        bounds = [1.0, *(cumulative[v] for v in higher), 0.0]
        shares = {v: round(bounds[i] - bounds[i + 1], 4) for i, v in enumerate(task.values)}
        found = (
            tuple(self._evidence(task.id, value, read, scores))
            if evidence and value != lowest
            else ()
        )
        positive = {value: cumulative[value]} if value != lowest else {}
        unread = not set(read.reasons).isdisjoint(UNREAD)  # a human must look at what was not
        return Judgement(
            task.kind, value, None, shares, found, self._measured(task.id, positive),
            self._precisions.screen(task.id, 1.0 if unread else cumulative[higher[0]]),
        )  # fmt: skip

    def _evidence(self, task: str, value: str, read: _Read, scores: Scores) -> Iterator[Evidence]:
        """The best sentences for a label: from the passages with the highest scores, one at
        least, more where they speak for the label by themselves."""
        k = self._column[task, value]
        slope, intercept = self._scorer.model.arrays["calibration"].flat[2 * k : 2 * k + 2]
        gate = self._scorer.openings[k]
        own, _ = joint(scores.passages, scores.document, k, gate)
        ranked = sorted(range(len(read.spans)), key=lambda i: (-own[i], i))
        for n, i in enumerate(ranked[:MOST_EVIDENCE]):
            chance = round(sigmoid(slope * own[i] + intercept), 4)
            if n and chance < 0.5:
                break
            yield best_sentence(
                self._scorer, read.document.text, read.spans[i],
                moving(scores.passages[i], k, gate), value, chance, scores.short,
            )  # fmt: skip
