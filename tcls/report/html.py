"""The evaluation as one HTML file that needs nothing else: no network, no script, no fonts.

jinja2 (with escaping always on) and matplotlib are the extra `report`.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tcls.errors import OutputError
from tcls.evaluation.assess import Assessment
from tcls.evaluation.intervals import Score
from tcls.evaluation.overview import External, Overview
from tcls.evaluation.selective import Rule
from tcls.report import plots
from tcls.report.behaviour import role_and_modality, said, wanted
from tcls.report.measures import (
    CODING,
    HEADINGS,
    about,
    decision_name,
    heading,
    number,
    with_interval,
)

_TEMPLATE = "evaluation.html"
#: Most failing texts shown.
_EXAMPLES = 40

Table = dict[str, Any]


def _words(name: str) -> str:
    return name.replace("_", " ").replace(">=", " ≥ ").replace(":", ": ")


def _rows(found: Assessment, task: str) -> list[list[str]]:
    return [
        [
            _words(decision_name(found.sample, line.k)), str(line.row.n), str(line.row.positives),
            *(with_interval(score) for score in line.scores().values()),
        ]
        for line in found.lines
        if line.row.task == task
    ]  # fmt: skip


def _task_tables(found: Assessment) -> list[Table]:
    head = ["", "n", "positive", *(HEADINGS[name] for name in found.lines[0].scores())]
    return [
        {
            "caption": _words(task.id), "head": head, "rows": _rows(found, task.id),
            "notes": [
                f"{heading(name)} {with_interval(score)}, n {score.n}"
                for name, score in found.tasks[task.id].items()
            ],
        }
        for task in found.sample.tasks()
    ]  # fmt: skip


def _gap_table(part: External) -> Table:
    sample = part.assessment.sample
    rows = [
        [
            _words(sample.title(gap.k)), HEADINGS[gap.measure], str(gap.outside.n),
            str(part.assessment.lines[gap.k].row.positives), with_interval(gap.inside),
            with_interval(gap.outside), with_interval(gap.difference, signed=True),
        ]
        for gap in part.gaps
    ]  # fmt: skip
    head = ["", "measure", "n", "positive", "test split", "here", "gap"]
    signature = part.assessment.signature("decision|measure", len(sample.documents))
    return {
        "caption": f"{part.name}: {about(sample)}", "head": head, "rows": rows,
        "notes": [signature],
    }  # fmt: skip


def _rule_row(task: str, rule: Rule) -> list[str]:
    threshold = "all" if rule.threshold is None else f"{rule.threshold:.4f}"
    return [
        _words(task), threshold, number(rule.recall), number(rule.confidence),
        f"{rule.found} of {rule.stories}", number(rule.bound), number(rule.sent),
    ]  # fmt: skip


def _suite_table(found: Overview) -> Table:
    rows = [
        [
            f"{t.contrast.number}. {t.contrast.name}", _words(t.contrast.group), str(t.pairs.n),
            with_interval(t.pairs),
            ", ".join(f"{side} {with_interval(s)}" for side, s in t.sides.items()),
            with_interval(t.steady) if t.steady else "",
        ]
        for t in found.behaviour.outcome.types
    ]  # fmt: skip
    head = ["contrast", "group", "pairs", "pairs passed", "texts passed, by side", "same answer"]
    return {"caption": "Contrast types", "head": head, "rows": rows, "notes": []}


def _generated_table(found: Overview) -> Table:
    rows = [
        [
            s.name, s.kind, str(s.flips.n), with_interval(s.flips),
            "–" if s.largest != s.largest else f"{s.largest:.4f}",
            "holds" if s.holds else "FAILS" if s.exact else "moves",
        ]
        for s in found.behaviour.generated
    ]  # fmt: skip
    head = ["change", "kind", "n", "share of documents moved", "largest change", ""]
    return {"caption": "Generated tests on the test split", "head": head, "rows": rows, "notes": []}


def _failures(found: Overview) -> list[dict[str, Any]]:
    seen: set[int] = set()
    shown = []
    for failure in found.behaviour.outcome.failures:
        if failure.case.contrast.number in seen:
            continue
        seen.add(failure.case.contrast.number)
        lines = [
            f"{_words(task)}: expected {wanted(failure, task)}, found {said(failure.found[task])}"
            for task in failure.tasks
        ]
        shown.append({"id": failure.case.id, "text": failure.case.text, "lines": lines})
    return shown[:_EXAMPLES]


def _slice_figures(found: Overview) -> Iterable[str]:
    sample = found.test.sample
    for k in dict.fromkeys(s.k for s in found.slices):
        chosen = [s for s in found.slices if s.k == k]
        title = f"{_words(sample.decisions[k][0])}: {decision_name(sample, k)}"
        whole = found.test.lines[k].row.f1.value
        yield plots.slices(title, chosen, whole, f"slices{k}")


def _cards(found: Overview) -> list[tuple[str, str, str]]:
    """The figures that a reader looks for first: name, number with interval, n."""
    test, sample = found.test, found.test.sample
    scores: list[tuple[str, Score]] = []
    for task in sample.tasks():
        name = _words(task.id)
        if task.kind == "ordinal":
            k = sample.columns(task.id)[0]
            scores.append((f"{name}, {decision_name(sample, k)}: F1", test.lines[k].row.f1))
        else:
            scores.append((f"{name}: micro F1", test.tasks[task.id]["micro_f1"]))
    both = role_and_modality(found.behaviour.outcome)
    scores.append(("role and modality contrasts passed", both))
    return [(name, with_interval(score), f"n {score.n}") for name, score in scores]


class Page:
    """Makes the page. Raises ExtraMissing at once when a library of the extra is missing."""

    def __init__(self) -> None:
        try:
            from jinja2 import Environment, PackageLoader, StrictUndefined
            from markupsafe import Markup
        except ImportError:
            raise plots.missing("jinja2") from None
        with plots.style():
            pass
        loader = PackageLoader("tcls.report")
        self._safe = Markup
        self._environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip

    def _figures(self, found: Overview) -> dict[str, Any]:
        sample = found.test.sample
        diagrams = [
            (f"{_words(sample.decisions[k][0])}\n{decision_name(sample, k)} (n {_counted(b)})", b)
            for k, b in found.bins.items()
        ]
        return {
            "reliability": self._safe(plots.reliability(diagrams)),
            "coverage": self._safe(plots.risk_coverage(found.curves)),
            "slices": [self._safe(figure) for figure in _slice_figures(found)],
        }

    def render(self, found: Overview) -> str:
        """The whole page; the same overview gives the same text."""
        test = found.test
        slice_rows = [
            [_words(test.sample.title(s.k)), s.by, _words(s.group), str(s.f1.n), str(s.positives),
             with_interval(s.f1), with_interval(s.average_precision)]
            for s in found.slices
        ]  # fmt: skip
        return self._environment.get_template(_TEMPLATE).render(
            model=test.sample.model, about=about(test.sample), coding=CODING, cards=_cards(found),
            tables=_task_tables(test), figures=self._figures(found),
            areas=[
                f"{_words(c.task)} {with_interval(c.area)}, n {c.area.n}" for c in found.curves
            ],
            rules=[_rule_row(task, rule) for task, rule in found.rules.items()],
            slices=slice_rows, external=[_gap_table(part) for part in found.external],
            groups=[
                [_words(g), str(s.n), with_interval(s)]
                for g, s in found.behaviour.outcome.groups.items()
            ],
            suite=_suite_table(found), generated=_generated_table(found),
            biased=list(found.behaviour.biased), failures=_failures(found),
            signature=test.signature("decision|measure", len(test.sample.documents)),
        )  # fmt: skip


def _counted(bins: Sequence[Any]) -> int:
    return sum(b.share.n for b in bins)


def write(text: str, file: Path) -> None:
    """Write a page, whole or not at all. Raises OutputError when it cannot be written."""
    temporary = file.with_name(f".{file.name}.part")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(file)
    except OSError as fault:
        raise OutputError(
            f"{file}: cannot be written ({fault.strerror}); choose another place"
        ) from fault
