"""The results of an experiment as a report in Markdown.

A report is made of results.json alone: the same results give the same report.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tcls.errors import OutputError
from tcls.report.measures import CODING, HEADINGS, number

REPORT = "report.md"
Row = Mapping[str, Any]
#: Measures of one decision, and of a task, in the order of the columns.
_DECISION = (
    "precision", "recall", "f1", "average_precision", "calibration_error", "brier", "work_saved",
)  # fmt: skip
_NAMES: Mapping[str, str] = HEADINGS | {
    "macro_f1_of_5": "macro F1, values with 5 positives or more",
    "macro_calibration_error": "calibr. error, mean of values",
    "hierarchical_f1": "hierarchical F1", "pass_rate": "pairs that pass",
    "ordinal_alpha": "alpha (ordinal)", "nominal_alpha": "alpha (yes/no)",
    "evidence_token_f1": "token F1 with the rationale",
    "evidence_token_iou": "token IoU with the rationale",
    "sufficiency": "sufficiency", "comprehensiveness": "comprehensiveness",
    "alpha_of_sets": "alpha of sets (MASI)", "positive_agreement": "positive agreement",
}  # fmt: skip


def _cell(row: Row | None) -> str:
    if row is None or row["score"] is None:
        return "–"
    return f"{row['score']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return "–" if value is None else str(value)


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table: the first column to the left, the others to the right."""
    yield "| " + " | ".join(map(_safe, head)) + " |"
    yield "|" + "---|" + "---:|" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(map(_safe, row)) + " |"
    yield ""


def _measure(row: Row) -> str:
    measure = str(row["measure"])
    return str(_NAMES.get(measure, measure))


def _label(row: Row) -> str:
    if not row["task"]:
        return str(row["group"] or "all")
    higher = row["value"] == "possible"
    return f"{row['task']}: {row['value']}{' or present' if higher else ''}"


def _distinct(rows: Iterable[Row], *keys: str) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(tuple(str(row[key]) for key in keys) for row in rows))


def _of(rows: Iterable[Row], **wanted: str) -> list[Row]:
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def _decisions(rows: Sequence[Row]) -> Iterator[str]:
    """A row for each decision, a column for each measure."""
    measures = [m for m in _DECISION if any(row["measure"] == m for row in rows)]
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        if row["measure"] in measures:
            found.setdefault(_label(row), {})[row["measure"]] = row
    head = ["", "n", "positives", *(_NAMES[m] for m in measures)]
    yield from _table(
        head,
        (
            [
                name,
                str(first["n"]),
                str(first["positives"]),
                *(_cell(given.get(m)) for m in measures),
            ]
            for name, given in found.items()
            for first in (next(iter(given.values())),)
        ),
    )


def _tasks(rows: Sequence[Row]) -> Iterator[str]:
    """A row for each figure that is of a task as a whole."""
    whole = [row for row in rows if row["measure"] not in _DECISION]
    if whole:
        yield from _table(
            ["", "measure", "n", "value"],
            ([_label(r), _measure(r), str(r["n"]), _cell(r)] for r in whole),
        )


def _side_by_side(rows: Sequence[Row], by: str) -> Iterator[str]:
    """A row for each figure, a column for each system (or group, or data set)."""
    columns = [name for (name,) in _distinct(rows, by)]
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        measure = _measure(row)
        found.setdefault((_label(row), measure), {})[row[by]] = row
    yield from _table(
        ["", "measure", "n", *columns],
        (
            [*key, str(next(iter(given.values()))["n"]), *(_cell(given.get(c)) for c in columns)]
            for key, given in found.items()
        ),
    )


_SYSTEMS = "![All systems, with intervals](systems.svg)\n"
_HEADLINE = ("f1", "average_precision", "micro_f1", "macro_f1_of_5", "macro_calibration_error")


def _head_rows(rows: Sequence[Row]) -> list[Row]:
    """What says most: F1 and average precision of cumulative decisions, means of the others."""
    ordinal = {row["task"] for row in rows if row["measure"] == "kappa"}
    return [
        row
        for row in rows
        if row["measure"] in _HEADLINE and (row["value"] == "all" or row["task"] in ordinal)
    ]


def _as_table(results: Row) -> Iterator[str]:
    figures = results["figures"]
    whole = [row for row in figures if not row["group"]]
    systems = [system for (system,) in _distinct(figures, "system")]
    if len(systems) > 1:
        yield _SYSTEMS
        for (data,) in _distinct(whole, "data"):
            yield f"## All systems: {data}\n"
            yield from _side_by_side(_head_rows(_of(whole, data=data)), "system")
    for system, data in _distinct(whole, "system", "data"):
        rows = _of(whole, system=system, data=data)
        yield f"## {system}: {data}\n"
        yield from _decisions(rows)
        yield from _tasks(rows)
    yield from _gaps(results["tables"].get("gaps", []))
    yield from _groups([row for row in figures if row["group"]])


def _gaps(rows: Sequence[Row]) -> Iterator[str]:
    shown = [row for row in rows if row["measure"] in _HEADLINE]
    for (system,) in _distinct(shown, "system"):
        yield f"## {system}: from the test split to external text\n"
        yield from _table(
            ["", "measure", "n", "test", "external", "gap"],
            (
                [
                    _label(r), _measure(r), str(r["n"]),
                    _plain(r["test"]), _plain(r["external"]),
                    "–" if r["gap"] is None
                    else f"{r['gap']:+.2f} [{r['low']:+.2f}, {r['high']:+.2f}]",
                ]
                for r in _of(shown, system=system)
            ),
        )  # fmt: skip


def _groups(rows: Sequence[Row]) -> Iterator[str]:
    """A table for each system and way of grouping: a row for each group, F1 of ordinal
    decisions and micro F1 of the other tasks."""
    kinds = list(
        dict.fromkeys((r["system"], r["data"], r["group"].partition("=")[0]) for r in rows)
    )
    for system, data, by in kinds:
        mine = [
            row
            for row in rows
            if (row["system"], row["data"]) == (system, data)
            and row["group"].startswith(f"{by}=")
            and row["measure"] in ("f1", "micro_f1")
        ]
        labels = list(dict.fromkeys(map(_label, mine)))
        found: dict[str, dict[str, Row]] = {}
        for row in mine:
            found.setdefault(row["group"].partition("=")[2], {})[_label(row)] = row
        yield f"## {system}: {data} by {by}\n"
        yield "F1 with the number of positives; micro F1 for tasks with many values.\n"
        yield from _table(
            [by, "n", *labels],
            (
                [name, str(max(r["n"] for r in given.values())),
                 *(f"{_cell(given.get(c))} ({given[c]['positives']})" if c in given else "–"
                   for c in labels)]
                for name, given in found.items()
            ),
        )  # fmt: skip


def _as_curve(results: Row) -> Iterator[str]:
    figures, points = results["figures"], results["tables"]["points"]
    yield "![Learning curves](curve.svg)\n"
    for system, data in _distinct(figures, "system", "data"):
        rows = _head_rows(_of(figures, system=system, data=data))
        means: dict[tuple[str, str], dict[int, list[float]]] = {}
        size_of = {point["group"]: point["documents"] for point in points}
        for row in rows:
            if row["score"] is not None:
                name = _label(row), _measure(row)
                size = size_of[row["group"]]
                nearest = min(results["plan"]["sizes"], key=lambda s: abs((s or size) - size))
                means.setdefault(name, {}).setdefault(nearest or size, []).append(row["score"])
        sizes = sorted({size for given in means.values() for size in given})
        yield f"## {system}: {data}, by the number of training documents\n"
        yield "Means over seeds; every run stands in results.json with its interval.\n"
        yield from _table(
            ["", "measure", *map(str, sizes)],
            (
                [*name, *(number(sum(v) / len(v)) if (v := given.get(s)) else "–" for s in sizes)]
                for name, given in means.items()
            ),
        )


def _as_genres(results: Row) -> Iterator[str]:
    figures = results["figures"]
    for (system,) in _distinct(figures, "system"):
        whole = _head_rows([r for r in _of(figures, system=system) if not r["group"]])
        for title, kind in (("genres unseen", "genre"), ("newer texts", "newest")):
            yield f"## {system}: {title}\n"
            yield "Mixed and in folds: trained on four fifths of the same documents, by story.\n"
            yield from _side_by_side([r for r in whole if r["data"].startswith(kind)], "data")
    yield from _groups([row for row in figures if row["group"]])


def _as_ablation(results: Row) -> Iterator[str]:
    figures = results["figures"]
    yield _SYSTEMS
    for (data,) in _distinct(figures, "data"):
        yield f"## {data}\n"
        yield from _side_by_side(_head_rows(_of(figures, data=data)), "system")
    yield "## Differences to tcls\n"
    yield "Variant less tcls, paired by document; p of a permutation test by story.\n"
    yield from _table(
        ["variant", "data", "", "measure", "difference", "p"],
        (
            [
                r["variant"], r["data"], _label(r), _measure(r),
                "–" if r["difference"] is None
                else f"{r['difference']:+.3f} [{r['low']:+.3f}, {r['high']:+.3f}]",
                _plain(r["p"]) if r["p"] is None else f"{r['p']:.3f}",
            ]
            for r in results["tables"]["differences"]
        ),
    )  # fmt: skip


def _as_suite(results: Row) -> Iterator[str]:
    yield "A pair passes when all its sides do. Intervals: Wilson over pairs.\n"
    yield from _side_by_side(results["figures"], "system")


def _as_selective(results: Row) -> Iterator[str]:
    yield "The rule is fixed on the test split, so its recall there is no test of it.\n"
    yield from _table(
        ["", "system", "data", "threshold", "stories found", "recall of stories", "sent", "n"],
        (
            [
                _label(r), r["system"], r["data"], "send all" if r["threshold"] is None
                else f"{r['threshold']:.4f}", f"{r['found']} of {r['stories']}",
                f"{_plain(r['recall'])} [{r['low']:.2f}, {r['high']:.2f}]",
                f"{r['sent']:.0%}", str(r["n"]),
            ]
            for r in results["tables"]["rules"]
        ),
    )  # fmt: skip
    yield "## Simulation\n"
    yield "How often a rule made from so many positive stories falls short of 95 % recall.\n"
    yield from _table(
        ["positive stories", "runs", "fell short", "allowed", "mean recall", "sent all"],
        (
            [str(r["stories"]), str(r["runs"]),
             f"{r['short']:.1%} [{r['low']:.1%}, {r['high']:.1%}]", f"{r['allowed']:.0%}",
             f"{r['mean_recall']:.3f}", f"{r['sent_all']:.1%}"]
            for r in results["tables"]["simulation"]
        ),
    )  # fmt: skip


def _as_agreement(results: Row) -> Iterator[str]:
    yield "How consistent the coding is: both are by language models, so not agreement of people.\n"
    for (data,) in _distinct(results["figures"], "data"):
        yield f"## {data} coded twice\n"
        yield from _table(
            ["", "measure", "n", "marked by either", "value"],
            (
                [_label(r), _measure(r), str(r["n"]),
                 str(r["positives"]), _cell(r)]
                for r in _of(results["figures"], data=data)
            ),
        )  # fmt: skip


def _as_evidence(results: Row) -> Iterator[str]:
    yield (
        "Labels of documents that were coded with a rationale and found; evidence for what was "
        "found wrongly is not judged here. Evidence is whole sentences and a rationale mostly a "
        "few words, so token F1 cannot come near 1. Sufficiency: what the probability loses when "
        "only the evidence is read (near 0 is good). Comprehensiveness: what it loses without. "
        "Evidence of victim criminalisation and non-punishment shows the measure or the principle; "
        "that persons were compelled is the evidence of forced criminality, so it cannot suffice "
        "alone. lead and random: as many sentences from the beginning, or drawn. A label does not "
        "count where any of these is too little text to be judged.\n"
    )
    yield from _table(
        ["", "coded", "found", "found rightly", "counted"],
        (
            [str(row[key]) for key in ("task", "coded", "found", "right", "counted")]
            for row in results["tables"]["counted"]
        ),
    )
    figures = results["figures"]
    yield from _side_by_side([row for row in figures if row["value"] == "all"], "system")
    yield "## By value\n"
    each = [{**row, "value": f"exactly {row['value']}"} for row in figures if row["value"] != "all"]
    yield from _side_by_side(each, "system")


def _as_budget(results: Row) -> Iterator[str]:
    yield from _table(
        ("measure", "value", "bar", "met"),
        (
            [r["measure"], f"{r['value']:.2f}", "–" if r["bar"] is None else f"{r['bar']:g}",
             "–" if r["bar"] is None else "yes" if r["met"] else "no"]
            for r in results["tables"]["budget"]
        ),
    )  # fmt: skip


_KINDS = {
    "table": _as_table, "curve": _as_curve, "genres": _as_genres, "ablation": _as_ablation,
    "suite": _as_suite, "selective": _as_selective, "agreement": _as_agreement,
    "budget": _as_budget, "evidence": _as_evidence,
}  # fmt: skip


def as_markdown(results: Row) -> Iterator[str]:
    """The report, line by line: question, data, tables, versions, an example signature."""
    yield f"# {results['plan']['question']}\n"
    yield f"{CODING} Scores are about texts, never about persons.\n"
    yield from _about(results)
    yield from _KINDS[results["plan"]["kind"]](results)
    yield "## How this was made\n"
    yield f"`tcls experiment run experiments/{results['experiment']}` (with `--check`: again).\n"
    versions = ", ".join(f"{k} {v}" for k, v in sorted(results["libraries"].items()))
    yield (
        f"tcls {results['tcls']}; {versions}. Intervals: 95 %, stories drawn with replacement; "
        "drawing adds noise, so those of calibration errors lie high.\n"
    )
    if results["figures"]:
        first = results["figures"][0]["signature"]
        yield f"Each number has a signature in results.json; the first: `{first}`"


def _about(results: Row) -> Iterator[str]:
    corpus = results["corpus"]
    yield (
        f"Corpus {corpus['fingerprint'][:8]}, schema {corpus['schema']}: {corpus['documents']} "
        f"documents of {corpus['stories']} stories, {corpus['training']} on the training side."
    )
    for name, data in results["data"].items():
        yield f"{name}: {data['documents']} documents of {data['stories']} stories."
    yield ""


def write_report(folder: Path, results: Row) -> None:
    """Write report.md beside the results. Raises OutputError when it cannot be written."""
    try:
        text = "\n".join(as_markdown(results)) + "\n"
        (folder / REPORT).write_text(text, encoding="utf-8")
    except OSError as fault:
        raise OutputError(f"{folder / REPORT}: cannot be written ({fault.strerror})") from fault
