"""Measures, counts and gaps for people and as JSON: every number with n and its interval."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tcls.evaluation.assess import Assessment, Gap
from tcls.evaluation.collection import Collection, Line
from tcls.evaluation.counts import Count
from tcls.evaluation.intervals import Score
from tcls.evaluation.overview import External
from tcls.evaluation.sample import Sample
from tcls.report.terminal import printable

#: Measures in the order of the table, and how a heading calls them.
HEADINGS = {
    "precision": "precision", "recall": "recall", "f1": "F1",
    "average_precision": "average prec.", "calibration_error": "calibr. error",
    "brier": "Brier", "work_saved": "work saved 95%", "kappa": "kappa (quadratic)",
    "macro_f1": "macro F1", "micro_f1": "micro F1",
    "macro_average_precision": "macro average precision",
    "risk_coverage_area": "area under risk-coverage",
}  # fmt: skip
_NAME, _CELL = 34, 22
CODING = "Gold labels are codings by language models that follow the codebook, not by people."
_GIVEN = "Gold labels are those of the file; what is not labelled in it counts as absent."
_INTERVALS = " Intervals: 95 %, stories drawn with replacement."


def number(value: float, signed: bool = False) -> str:
    """Two decimals, "–" for what is not defined.

    >>> number(0.876), number(float("nan")), number(0.1, signed=True)
    ('0.88', '–', '+0.10')
    """
    shown = round(value, 2) + 0.0  # never "-0.00"
    return "–" if math.isnan(value) else f"{shown:{'+' if signed else ''}.2f}"


def with_interval(score: Score, signed: bool = False) -> str:
    """A number and its interval: "0.90 [0.87, 0.93]"."""
    if math.isnan(score.value):
        return "–"
    low, high = number(score.low, signed), number(score.high, signed)
    return f"{number(score.value, signed)} [{low}, {high}]"


def decision_name(sample: Sample, k: int) -> str:
    """How a decision is written for people: "possible or present", "calls_for"."""
    task, value = sample.decisions[k]
    rule = sample.schema.task(task)
    if rule.kind != "ordinal":
        return value
    return " or ".join(rule.values[rule.values.index(value) :])


def heading(measure: str) -> str:
    """A measure's heading; "hierarchical_f1 X" is "hierarchical F1 of X"."""
    return HEADINGS.get(measure, measure.replace("hierarchical_f1 ", "hierarchical F1 of "))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (head, *rows):
        first, *cells = row
        shown = "".join(f"{c:>6}" if i < 2 else f"{c:>{_CELL}}" for i, c in enumerate(cells))
        yield f"  {first:<{_NAME}}{shown}".rstrip()


def _measure_table(found: Assessment, names: Sequence[str]) -> Iterator[str]:
    for task in found.sample.tasks():
        yield f"{task.id}"
        rows = [
            [
                decision_name(found.sample, line.k), str(line.row.n), str(line.row.positives),
                *(with_interval(line.scores()[name]) for name in names),
            ]
            for line in found.lines
            if line.k in found.sample.columns(task.id)
        ]  # fmt: skip
        yield from _table(["", "n", "pos.", *(HEADINGS[name] for name in names)], rows)
        for name, score in found.tasks[task.id].items():
            yield f"    {heading(name)}: {with_interval(score)}, n {score.n}"
        yield ""


def about(sample: Sample) -> str:
    """What a sample holds: "374 documents, 333 stories, 0 not judged; model default-…"."""
    out = int(sample.abstained.sum())
    return (
        f"{len(sample.documents)} documents, {sample.n_stories} stories, "
        f"{out} not judged{' and counted as not found' if out else ''}; "
        f"model {printable(sample.model)}"
    )


def coding(sample: Sample) -> str:
    """Who made the gold labels of a sample, as far as tcls can know."""
    return CODING if sample.name == "test" else _GIVEN


def as_measures(found: Assessment) -> Iterator[str]:
    """The metric table of one sample, in two parts: decisions, then probabilities."""
    yield f"{printable(found.sample.name)} split: {about(found.sample)}"
    yield CODING + _INTERVALS
    yield ""
    yield from _both_tables(found)
    yield _signature(found)


def _both_tables(found: Assessment) -> Iterator[str]:
    yield from _measure_table(found, ("precision", "recall", "f1"))
    yield "probabilities"
    rows = [
        [
            found.sample.title(line.k), str(line.row.n), str(line.row.positives),
            *(with_interval(line.scores()[name]) for name in
              ("average_precision", "calibration_error", "brier", "work_saved")),
        ]
        for line in found.lines
    ]  # fmt: skip
    names = ("average_precision", "calibration_error", "brier", "work_saved")
    yield from _table(["", "n", "pos.", *(HEADINGS[n] for n in names)], rows)
    yield ""


def as_external(parts: Sequence[External]) -> Iterator[str]:
    """The metric table of all external documents, then of each part F1 and average precision
    beside those of the test split, and the gap."""
    whole = parts[0].assessment
    yield f"{printable(parts[0].name)}: {about(whole.sample)}"
    yield coding(whole.sample) + _INTERVALS
    yield ""
    yield from _both_tables(whole)
    yield _signature(whole)
    if not any(part.gaps for part in parts):
        return
    yield ""
    yield "in: test split of the corpus; out: documents from elsewhere; gap: out less in."
    yield "Decisions with fewer than five positive documents are left out."
    for part in parts:
        yield ""
        yield f"{printable(part.name)}: {about(part.assessment.sample)}"
        yield from _gap_table(part)
        yield f"  {_signature(part.assessment)}"


def _signature(found: Assessment) -> str:
    n = len(found.sample.documents)
    return f"signature  {printable(found.signature('<decision>|<measure>', n))}"


def _gap_table(part: External) -> Iterator[str]:
    sample = part.assessment.sample
    by_measure: dict[str, list[Gap]] = {}
    for gap in part.gaps:
        by_measure.setdefault(gap.measure, []).append(gap)
    if not by_measure:
        yield "  no decision has five positive documents here"
    for measure, gaps in by_measure.items():
        rows = [
            [
                sample.title(gap.k), str(part.assessment.lines[gap.k].row.n),
                str(part.assessment.lines[gap.k].row.positives), with_interval(gap.inside),
                with_interval(gap.outside), with_interval(gap.difference, signed=True),
            ]
            for gap in gaps
        ]  # fmt: skip
        yield from _table([HEADINGS[measure], "n", "pos.", "in", "out", "gap"], rows)


def _whole(score: Score) -> str:
    if math.isnan(score.value):
        return f"? [0, {score.n}]"
    return f"{score.value:.0f} [{math.floor(score.low)}, {math.ceil(score.high)}]"


def _count_name(line: Line) -> str:
    return f"{line.task}{'>=' if line.cumulative else ':'}{line.value}"


def _of(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def as_counts(found: Collection, unread: int = 0) -> Iterator[str]:
    """How many documents and stories carry each label; beside them `unread` files that could
    not be read."""
    out = f"; {found.abstained} not judged and in no count" if found.abstained else ""
    out += f"; {_of(unread, 'file', 'files')} not read and in no count" if unread else ""
    size = (found.documents, "document", "documents"), (found.stories, "story", "stories")
    yield f"{', '.join(_of(*each) for each in size)}{out}"
    yield "Corrected for errors measured on the test split; holds where these texts are like those."
    yield "Intervals: 95 %. Scores are about texts, never about persons."
    yield ""
    yield f"  {'':<40}{'documents':^30}{'stories':^30}".rstrip()
    yield f"  {'':<40}" + 2 * f"{'marked':>8}{'probably':>20}  "
    for line in found.lines:
        cells = (
            f"{line.marked:>8}{_whole(line.corrected.documents):>20}  "
            f"{line.marked_stories:>8}{_whole(line.corrected.stories):>20}"
        )
        yield f"  {_count_name(line):<40}{cells}"
    yield ""
    yield f"errors from  {printable(found.signature)}"


def score_record(score: Score, signature: str = "") -> dict[str, Any]:
    """A score as JSON; what is not defined is null."""
    keys = {"value": score.value, "low": score.low, "high": score.high}
    row: dict[str, Any] = {k: None if math.isnan(v) else round(v, 6) for k, v in keys.items()}
    row["n"] = score.n
    return row | ({"signature": signature} if signature else {})


def measures_record(found: Assessment) -> dict[str, Any]:
    """An assessment as JSON: every number with n, interval and signature."""
    sample = found.sample

    def signed(what: str) -> Callable[[str, Score], dict[str, Any]]:
        return lambda name, score: score_record(score, found.signature(f"{what}|{name}", score.n))

    return {
        "split": sample.name, "documents": len(sample.documents), "stories": sample.n_stories,
        "abstained": int(sample.abstained.sum()), "model": sample.model, "coding": coding(sample),
        "decisions": [
            {"task": line.row.task, "value": line.row.value, "n": line.row.n,
             "positives": line.row.positives}
            | {n: signed(sample.title(line.k))(n, s) for n, s in line.scores().items()}
            for line in found.lines
        ],
        "tasks": {
            task: {name: signed(task)(name, score) for name, score in scores.items()}
            for task, scores in found.tasks.items()
        },
    }  # fmt: skip


def external_record(parts: Sequence[External]) -> list[dict[str, Any]]:
    """The external documents as JSON: each part's measures, and the gaps to the test split."""
    return [
        {"part": part.name, **measures_record(part.assessment)}
        | {
            "gaps": [
                {"decision": part.assessment.sample.title(gap.k), "measure": gap.measure,
                 "in": score_record(gap.inside), "out": score_record(gap.outside),
                 "gap": score_record(gap.difference)}
                for gap in part.gaps
            ]
        }
        for part in parts
    ]  # fmt: skip


def _count_record(count: Count) -> dict[str, Any]:
    return {"documents": score_record(count.documents), "stories": score_record(count.stories)}


def counts_record(found: Collection, unread: int = 0) -> dict[str, Any]:
    """A counted collection as JSON. `expected` is the sum of probabilities, `unread` how many
    files could not be read: they are not among `documents`."""
    return {
        "documents": found.documents, "stories": found.stories, "abstained": found.abstained,
        "unread": unread, "errors_from": found.signature,
        "labels": [
            {"task": line.task, "value": line.value, "or_higher": line.cumulative,
             "marked": {"documents": line.marked, "stories": line.marked_stories},
             "corrected": _count_record(line.corrected), "expected": _count_record(line.expected)}
            for line in found.lines
        ],
    }  # fmt: skip
