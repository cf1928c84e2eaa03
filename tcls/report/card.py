"""The model card: Markdown, every number from what is stored in the model folder."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tcls.errors import ModelRefused
from tcls.evaluation.card import CROSSED
from tcls.evaluation.intervals import Score
from tcls.evaluation.stored import Stored
from tcls.model.store import Model
from tcls.report.markdown import cell, code, items, section, table, words
from tcls.report.measures import CODING, HEADINGS, heading, number, with_interval
from tcls.report.uses import ABOUT_TEXTS, LIMITS, NOT_FOR, USES
from tcls.schema import Schema, load_schema

_REBUILD = (
    "tcls train             # texts and codings to this folder",
    "tcls model verify models/default",
    "tcls evaluate --store  # the measured errors, evaluation.json",
    "tcls report --card     # this file",
)


def _score(row: Sequence[Any], name: str = "") -> Score:
    value, low, high = (math.nan if x is None else float(x) for x in row[:3])
    return Score(name, value, low, high, int(row[3]))


def _decision(schema: Schema, task: str, value: str) -> str:
    """How a decision is written: "possible or present", "calls for"."""
    rule = schema.task(task)
    values = rule.values[rule.values.index(value) :] if rule.kind == "ordinal" else (value,)
    return " or ".join(map(words, values))


def _what(model: Model, schema: Schema) -> Iterator[str]:
    m = model.manifest
    yield f"# Model card: {cell(model.id)}"
    yield ""
    yield f"**{ABOUT_TEXTS}**"
    yield ""
    yield (
        "It reads an English text about scam compounds, compelled crime or fraud and says what the "
        "text *reports*, with a calibrated probability for each label and the sentences that show "
        "it. Whether what is reported is true it does not know."
    )
    yield ""
    tasks = dict.fromkeys(task for task, _ in model.decisions)
    yield from table(
        ("task", "kind", "values"),
        [
            (words(t), schema.task(t).kind,
             ", ".join(v for v in schema.task(t).values if f"{t}:{v}" not in _skipped(m)))
            for t in tasks
        ],
        "---",
    )  # fmt: skip
    yield (
        f"Two linear models (logistic regression), of passages and of the whole document, over "
        f"{len(model.tables['vocabulary']):,} terms: masked words, stems, pairs and classes of a "
        f"lexicon. A logistic roll-up joins them. Names of countries, nationalities, places and "
        f"persons are masked before anything is counted. The folder holds text, JSON and arrays "
        f"of numbers; nothing in it can run."
    )
    yield ""
    yield from _gates(model)
    yield from _short(model)
    weight = m["settings"].get("negative_weight", 1)
    yield (
        f"Probabilities are calibrated for texts of which {weight:g} times as many as in the "
        f"corpus lack a label: a corpus made for a label has it more often than what is read "
        f"with it."
    )
    yield ""
    yield (
        f"Made by tcls {cell(m['tcls'])}, schema {cell(m['schema'])}, format {m['format']}. "
        "The definition of every label stands in `labels/schema.toml`; `tcls labels` shows it."
    )
    yield ""


def _gates(model: Model) -> Iterator[str]:
    for gate in model.gates:
        opened, asked = (", ".join(map(words, tasks)) for tasks in (gate.opens, gate.asks))
        where = "the document" if gate.scope == "document" else "the passage"
        yield (
            f"Behind a gate: {opened}. First it is asked whether {where} has any label of "
            f"{asked} ({words(gate.id)}); the label itself has learnt only from texts that have, "
            f"and both probabilities are multiplied."
        )
        yield ""


def _short(model: Model) -> Iterator[str]:
    settings = model.manifest["settings"]
    if model.own and settings["short_characters"]:
        yield (
            f"Texts of fewer than {settings['short_characters']} characters have weights of their "
            f"own for {', '.join(map(words, settings['short_tasks']))}, in which training "
            f"short documents and those with a twin count {settings['short_weight']:g} times."
        )
        yield ""


def _skipped(manifest: Mapping[str, Any]) -> Sequence[str]:
    """Decisions of the schema that were not trained, "task:value"."""
    return [str(name) for name in manifest["settings"].get("skip", ())]


def _training(model: Model, row: Mapping[str, Any]) -> Iterator[str]:
    corpus = model.manifest["corpus"]
    yield from section("Training data")
    yield (
        f"{corpus['documents']:,} documents of {corpus['stories']:,} stories, "
        f"{corpus['passages']:,} passages; corpus {code(corpus['fingerprint'][:12])}. The test "
        "split, by whole stories, is not among them. The datasheet is `labels/README.md`."
    )
    yield ""
    if not row:
        yield (
            "The texts or codings of the checkout in which this was measured are no longer those "
            "that the model was trained on, so their composition is not given."
        )
        yield ""
        return
    yield (
        f"{row['written']:,} documents were written for this project by language models; "
        f"{row['received']:,} are articles as received. " + CODING
    )
    yield ""
    yield from table(
        ("coding: coder", "documents", "records"),
        [(name, f"{d:,}", f"{r:,}") for name, d, r in row["coders"]],
    )
    yield from table(
        ("label", "documents", "stories"),
        [(name, f"{d:,}", f"{s:,}") for name, d, s in row["labels"]],
    )


def _measures(card: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    yield from section("Measured on the test split")
    yield (
        f"{card['documents']:,} documents, {card['stories']:,} stories, "
        f"{card['abstained']:,} not judged. {CODING} Intervals: 95 %, stories drawn with "
        "replacement. “–”: not defined, since nothing carries or got the label."
    )
    yield ""
    names = (
        "precision", "recall", "f1", "average_precision", "calibration_error", "brier",
        "work_saved",
    )  # fmt: skip
    for task in dict.fromkeys(r["task"] for r in card["decisions"]):
        rows = [r for r in card["decisions"] if r["task"] == task]
        yield f"### {words(task)}"
        yield ""
        yield from table(
            ("", "n", "positive", *(HEADINGS[name] for name in names)),
            [
                (_decision(schema, task, r["value"]), r["f1"][3], r["positives"],
                 *(with_interval(_score(r[name])) for name in names))
                for r in rows
            ],
        )  # fmt: skip
        yield from items(
            f"{cell(heading(name))}: {with_interval(_score(s))}, n {s[3]}"
            for name, s in card["tasks"][task].items()
        )
    yield f"Signature: {code(card['signature'])}."
    yield ""


def _calibration(card: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    yield from section("Calibration")
    yield (
        "Of the documents of the test split with a probability in a range, the share that carries "
        "the label (Wilson, 95 %). A prediction tells how many of the documents scored like it "
        "were right. The calibration error and Brier score of every label stand above."
    )
    yield ""
    for task, value, rows in card["bins"]:
        yield from table(
            (f"{words(task)}: {_decision(schema, task, value)}", "n", "mean probability",
             "share with the label"),
            [
                (f"{low:.1f} to {high:.1f}", share[3], number(mean), with_interval(_score(share)))
                for low, high, mean, *share in rows
            ],
        )  # fmt: skip


def _rules(stored: Stored, schema: Schema) -> Iterator[str]:
    yield from section("What a human must read")
    yield (
        "The field `screen` of a prediction. Set by Learn then Test (Angelopoulos et al. 2021) on "
        "the test split, so that its recall there is no test of it: reading every document at or "
        "above the threshold finds the aimed share of the stories that carry the label, with the "
        "given confidence, among texts like these."
    )
    yield ""
    head = ("", "threshold", "recall aimed at", "confidence", "stories found", "share to be read")
    yield from table(
        head,
        [
            (f"{words(task)}: {_decision(schema, task, schema.task(task).values[1])}",
             "read all" if rule.threshold is None else f"{rule.threshold:.4f}",
             number(rule.recall), number(rule.confidence), f"{rule.found} of {rule.stories}",
             number(rule.sent))
            for task, rule in stored.rules.items()
        ],
    )  # fmt: skip


def _slices(card: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    yield from section("Error rates by slice")
    yield (
        "Of documents that carry the label, the share missed; of the others, the share marked "
        "(false alarms). Wilson, 95 %, over stories. The region is where a text is set, not where "
        "persons are from. Groups of few documents are left out; n of each rate in brackets."
    )
    yield ""
    tasks = list(card["slices"][0]["errors"])
    told = {t: _decision(schema, t, schema.task(t).values[1]) for t in tasks}
    yield from items(f"{words(t)}: {name}" for t, name in told.items())

    def cells(row: Mapping[str, Any]) -> Iterator[str]:
        for task in tasks:
            for rate in map(_score, row["errors"][task]):
                yield f"{with_interval(rate)} ({rate.n})"

    whole = card["slices"][0]
    for by in dict.fromkeys(row["by"] for row in card["slices"][1:]):
        head = [f"{words(t)}: {what}" for t in tasks for what in ("missed", "false alarms")]
        some = [row for row in card["slices"] if row["by"] == by]
        yield from table(
            (by, "n", *head),
            [(words(row["group"]), row["n"], *cells(row)) for row in (*some, whole)],
        )


def _behaviour(card: Mapping[str, Any]) -> Iterator[str]:
    yield from section("Behaviour")
    yield (
        "Short texts that differ in few words; a pair passes when all of its texts get the right "
        "answer (Wilson, 95 %, over pairs)."
    )
    yield ""
    suite = card["suite"]
    yield from table(
        ("contrast group", "pairs", "pairs passed"),
        [
            (words(group), s[3], with_interval(_score(s)))
            for group, s in (*suite["groups"], ("all", suite["pairs"]))
        ],
    )
    nations = [(name, _score(s)) for name, s in suite["nations"]]
    exact = [row for row in card["generated"] if row["exact"]]
    broken = [row["name"] for row in exact if not row["holds"]]
    broken += [name for name, steady in nations if steady.value < 1]
    verdict = (
        "**It does not: " + "; ".join(map(cell, broken)) + ".**" if broken
        else "On the test split and in the suite it does." if exact
        else "It was not tested on documents."
    )  # fmt: skip
    yield (
        "### Invariance\n\nSwapping nationalities and countries must leave every probability "
        f"exactly as it was. {verdict} Other changes must not move a label, and an added sentence "
        "that says so must not lower it."
    )
    yield ""
    yield from table(
        ("change", "documents changed", "share moved", "largest change of a probability", ""),
        [
            (row["name"], row["flips"][3], with_interval(_score(row["flips"])),
             "–" if row["largest"] is None else f"{row['largest']:.4f}",
             "holds" if row["holds"] else "FAILS" if row["exact"] else "moves")
            for row in card["generated"]
        ],
    )  # fmt: skip
    yield from table(
        ("pairs of the suite that differ in a nation alone", "pairs", "same answer"),
        [(name, steady.n, with_interval(steady)) for name, steady in nations],
    )


def _crossed(card: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    found = card["crossed"]
    if not found:
        return
    yield from section("Cross-validation by story")
    yield (
        f"Training documents of the genres that {CROSSED.parent} looks at, each judged by a model "
        f"that was trained without its story and a fifth of all others. {CODING}"
    )
    yield ""
    yield from table(
        ("", "measure", "n", "positive", "cross-validation"),
        [
            (words(r["task"])
             + (f": {_decision(schema, r['task'], r['value'])}" if r["value"] != "all" else ""),
             HEADINGS.get(r["measure"], words(r["measure"])), r["score"][3], r["positives"],
             with_interval(_score(r["score"])))
            for r in found
        ],
    )  # fmt: skip
    yield f"Signature of the first: {code(found[0]['signature'])}."
    yield ""


def _elsewhere(card: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    found = card["elsewhere"]
    if not found:
        return
    yield from section("On texts from elsewhere")
    yield (
        f"{found['documents']:,} documents, {found['stories']:,} stories that were not written for "
        "this project and are no part of it: news, consumer alerts, mails, and public reports "
        "retold. Never trained on; but errors on them were read and designs compared while tcls "
        f"was made, so they flatter it a little. {CODING} Labels that few of them carry are left "
        "out."
    )
    yield ""
    yield from table(
        ("", "measure", "n", "positive", "test split", "elsewhere", "gap"),
        [
            (f"{words(r['task'])}: {_decision(schema, r['task'], r['value'])}",
             HEADINGS[r["measure"]], r["outside"][3], r["positives"],
             *(with_interval(_score(r[side])) for side in ("inside", "outside")),
             with_interval(_score(r["gap"]), signed=True))
            for r in found["gaps"]
        ],
    )  # fmt: skip
    yield f"Signature: {code(found['signature'])}."
    yield ""


def _limits(model: Model, card: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    yield from section("Limits")
    told = [row for row in card["decisions"] if row["f1"][0] is not None]
    weakest = sorted(told, key=lambda row: row["f1"][0])[:3]
    skipped = [words(name.replace(":", ": ")) for name in _skipped(model.manifest)]
    unseen = [words(t.id) for t in schema.tasks if t.id not in {t for t, _ in model.decisions}]
    listed = [
        "Weakest labels by F1: "
        + "; ".join(
            f"{words(r['task'])}: {_decision(schema, r['task'], r['value'])} "
            f"{with_interval(_score(r['f1']))}, {r['positives']} positive of n {r['f1'][3]}"
            for r in weakest
        )
        + ".",
    ]
    if skipped or unseen:
        listed.append(f"Annotated but not predicted: {cell(', '.join([*skipped, *unseen]))}.")
    yield from items([*LIMITS, *listed])


def _rebuild(model: Model) -> Iterator[str]:
    yield from section("How to rebuild")
    yield "In a checkout with `seeds/` and `labels/`, with the library versions below:"
    yield ""
    yield "```sh"
    yield from _REBUILD
    yield "```"
    yield ""
    yield "The same texts, codings, settings and versions give the same bytes."
    yield ""
    m = model.manifest
    yield from table(("library", "version"), sorted(m["libraries"].items()), "---")
    yield from table(("setting", "value"), sorted(m["settings"].items()), "---")


def as_card(model: Model, stored: Stored) -> str:
    """The card of a model from its folder alone; the same folder gives the same text.

    Raises ModelRefused when nothing was stored for a card, or it does not fit.
    """
    card, schema = stored.card, load_schema()
    mend = "run tcls evaluate --store in a checkout"
    if not card:
        raise ModelRefused(f"model {model.folder.name}: no figures for a card are stored; {mend}")
    try:
        parts = [
            *_what(model, schema), *section("Intended uses"), *items(USES),
            *section("Out of scope"), *items(NOT_FOR), *_training(model, card["training"]),
            *_measures(card, schema), *_crossed(card, schema), *_elsewhere(card, schema),
            *_slices(card, schema), *_calibration(card, schema), *_rules(stored, schema),
            *_behaviour(card),
            *_limits(model, card, schema), *_rebuild(model),
        ]  # fmt: skip
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
        raise ModelRefused(
            f"model {model.folder.name}: the figures for a card do not fit ({fault}); {mend}"
        ) from None
    return "\n".join(parts).rstrip("\n") + "\n"
