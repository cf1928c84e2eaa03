"""A surveyed corpus for people: tables for the terminal, JSON, and figures for a datasheet."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tcls.corpus.composition import ACTIONS, QUANTILES
from tcls.corpus.repeats import Repeat
from tcls.errors import UsageError
from tcls.evaluation.survey import KNOWN, LEVEL, Survey, dependent
from tcls.report.terminal import printable

#: What stands between these lines of a datasheet is written by `with_figures`.
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
_FEW_IDS = 6
_COMPANIONS = 4


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its title and what must be known to read it. The first column is text,
    the others are numbers or text."""

    title: str
    note: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3f}"


def _quotas(survey: Survey) -> Section:
    rows = (
        (
            q.name, f"{'≤' if q.at_most else '≥'} {_number(q.wanted)}", _number(q.found),
            "met" if q.met else "not met",
        )
        for q in survey.quotas
    )  # fmt: skip
    note = "Labels count documents, rolled up from their passages."
    return Section("Quotas", note, ("quota", "wanted", "found", ""), tuple(rows))


def _sizes(survey: Survey) -> Iterator[Section]:
    parts = {"all": survey.size} | survey.splits
    yield Section(
        "Size", f"{survey.words:,} words. A story is what must stay on one side of a split.",
        ("", "documents", "stories", "passages"),
        tuple((n, *map(_number, (t.documents, t.stories, t.passages))) for n, t in parts.items()),
    )  # fmt: skip
    d = survey.differences
    yield Section(
        "Coders", f"Of {d.compared:,} values of the main tasks that were given twice {d.differ:,} "
        f"differ, of which {d.decided:,} are adjudicated. Not agreement between people.",
        ("", "documents", "records"),
        tuple((n, _number(c.documents), _number(c.records)) for n, c in survey.codings.items()),
    )  # fmt: skip


def _genres(survey: Survey) -> Iterator[Section]:
    names = ["fewest", *(f"{q:.0%}" for q in QUANTILES[1:-1]), "most"]
    yield Section(
        "Genres and lengths", "Words of a document: fewest, quantiles, most.",
        ("genre", "documents", "share", *names),
        tuple(
            (name, _number(g.documents), f"{g.share:.1%}", *map(_number, g.words))
            for name, g in survey.genres.items()
        ),
    )  # fmt: skip
    total = sum(survey.regions.values())
    yield Section(
        "World regions", "Where a text is set (UN M49); unknown where it names no place.",
        ("region", "documents", "share"),
        tuple((n, _number(k), f"{k / max(1, total):.1%}") for n, k in survey.regions.items()),
    )  # fmt: skip


def _labels(survey: Survey) -> Iterator[Section]:
    yield Section(
        "Labels", f"{survey.acted_upon:,} documents report an act of police, courts or immigration "
        "offices and no criminalisation of victims.",
        ("label", "documents", "stories", "passages"),
        tuple(
            (n, *map(_number, (t.documents, t.stories, t.passages)))
            for n, t in survey.labels.items()
        ),
    )  # fmt: skip


def _short(name: str) -> str:
    """A label with the initials of its task: "vc present"."""
    task, _, value = name.partition("=")
    return "".join(word[0] for word in task.split("_")) + " " + value


def _together(survey: Survey) -> Section:
    rows = []
    for one, others in survey.together.items():
        companions = sorted(
            ((n, two) for two, n in others.items() if two != one and n), key=lambda c: (-c[0], c[1])
        )
        shown = ", ".join(f"{_short(two)} {n}" for n, two in companions[:_COMPANIONS])
        rows.append((one, _number(others[one]), shown))
    note = "Documents with the label, and those that stand beside it most often (initials: tasks)."
    return Section("Labels together", note, ("label", "documents", "beside"), tuple(rows))


def _dependence(survey: Survey) -> Section:
    named = dependent(survey.dependence)
    n = next((d.n for d in survey.dependence.values()), 0)
    note = (
        f"Permutation test by story, n = {n:,} documents that name a place; Bonferroni over "
        f"{len(survey.dependence)} tests at {LEVEL}: {', '.join(named) or 'none depends'}."
    )
    rows = tuple(
        (name, f"{d.cramers_v:.3f}", f"{d.p_value:.4f}") for name, d in survey.dependence.items()
    )
    return Section("Labels by world region", note, ("label", "Cramér's V", "p"), rows)


def _contrasts(survey: Survey) -> Section:
    rows = tuple(
        (str(number), _number(t.documents), _number(t.groups))
        for number, t in survey.contrasts.items()
    )
    note = "Groups are declared pairs or triples of twins, one story each."
    return Section("Contrast types", note, ("type", "documents", "groups"), rows)


def _diversity(survey: Survey) -> Iterator[Section]:
    yield Section(
        "Distinct n-grams", "Within sentences; names, numbers and dates are masked.",
        ("n", "distinct", "of", "share"),
        tuple(
            (str(d.n), *map(_number, (d.distinct, d.total)), f"{d.share:.3f}")
            for d in survey.distinct
        ),
    )  # fmt: skip
    yield Section(
        "Vocabulary growth", "Distinct masked words among the first tokens, in a fixed order.",
        ("tokens", "types"),
        tuple((_number(tokens), _number(types)) for tokens, types in survey.growth),
    )  # fmt: skip


def _outside(survey: Survey) -> Iterator[Section]:
    if not survey.outside:
        return
    yield Section(
        "Outside texts: tokens covered",
        f"By words that stand in at least {KNOWN} training stories; 95 % story-level interval.",
        ("set", "share", "low", "high", "n"),
        tuple(
            (name, *(f"{v:.3f}" for v in (s.value, s.low, s.high)), str(s.n))
            for name, s in survey.outside.coverage.items()
        ),
    )  # fmt: skip
    yield Section(
        "Outside texts: distinct n-grams", "Beside as many tokens of the corpus.",
        ("n", "outside", "corpus"),
        tuple(
            (str(a.n), f"{a.share:.3f}", f"{b.share:.3f}")
            for a, b in zip(survey.outside.theirs, survey.outside.ours, strict=True)
        ),
    )  # fmt: skip
    yield Section(
        "Used more than in outside texts", "Shares of stories; log-likelihood ratio G².",
        ("words", "corpus", "outside", "G²"),
        tuple(
            (" ".join(e.words), f"{e.ours:.1%}", f"{e.theirs:.1%}", f"{e.g_square:.0f}")
            for e in survey.outside.overused
        ),
    )  # fmt: skip


def _ruts(survey: Survey) -> dict[str, tuple[Repeat, ...]]:
    places = {"title": "title starts", "opening": "first lines", "closing": "last lines",
              "paragraph": "paragraph starts"}  # fmt: skip
    return {
        "runs of 8 words or more": survey.runs,
        "sentence frames (_ is a word of content)": survey.frames,
    } | {places[where]: found for where, found in survey.lines.items()}


def _repeats(survey: Survey) -> Iterator[Section]:
    for title, found in _ruts(survey).items():
        rows = (
            (
                " ".join(repeat.words), str(len(repeat.documents)),
                " ".join(repeat.documents[:_FEW_IDS])
                + (" …" if len(repeat.documents) > _FEW_IDS else ""),
            )
            for repeat in found
        )  # fmt: skip
        note = "In four stories or more; one document of each."
        yield Section(f"Repeated: {title}", note, ("words", "stories", "documents"), tuple(rows))
    yield Section(
        "Near-duplicates outside declared twins", "", ("document", "of", "share"),
        tuple((one, two, f"{share:.2f}") for one, two, share in survey.duplicates),
    )  # fmt: skip


def _counts(survey: Survey) -> Section:
    rows = tuple((title, _number(len(found))) for title, found in _ruts(survey).items())
    strays = ("near-duplicate pairs outside declared twins", _number(len(survey.duplicates)))
    note = "What recurs in four stories or more."
    return Section("Repetition", note, ("", "number"), (*rows, strays))


def sections(survey: Survey) -> Iterator[Section]:
    """Every table of a survey, quotas first."""
    yield _quotas(survey)
    yield from _sizes(survey)
    yield from _genres(survey)
    yield from _labels(survey)
    yield _together(survey)
    yield _dependence(survey)
    yield _contrasts(survey)
    yield from _diversity(survey)
    yield from _outside(survey)
    yield from _repeats(survey)


def as_table(survey: Survey) -> Iterator[str]:
    """All tables as lines for a terminal."""
    yield survey.signature
    for section in sections(survey):
        yield ""
        yield section.title.upper() + ("" if section.rows else ": none")
        if section.rows:
            if section.note:
                yield f"  {section.note}"
            yield from _aligned(section)


def _aligned(section: Section) -> Iterator[str]:
    rows = [section.header, *section.rows]
    columns = zip(*section.rows, strict=True)
    numbers = [all(cell[:1].isdigit() for cell in column) for column in columns]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            printable(cell).rjust(width) if right else printable(cell).ljust(width)
            for cell, width, right in zip(row, widths, numbers, strict=True)
        )
        yield ("  " + "  ".join(cells)).rstrip()


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: no NaN."""
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def as_json(survey: Survey) -> str:
    """The whole survey as one object, keys in the order of `Survey`; NaN is null."""
    table = asdict(survey)
    for row, quota in zip(table["quotas"], survey.quotas, strict=True):
        row["met"] = quota.met
    return json.dumps(_plain(table | {"actions": ACTIONS}), ensure_ascii=False, indent=2)


def _markdown(section: Section) -> Iterator[str]:
    yield f"### {section.title}"
    yield ""
    if section.note:
        yield section.note
        yield ""
    yield "| " + " | ".join(section.header) + " |"
    yield "|---" + "|--:" * (len(section.header) - 1) + "|"
    for row in section.rows:
        yield "| " + " | ".join(printable(cell).replace("|", "\\|") for cell in row) + " |"
    yield ""


def figures(survey: Survey) -> Iterator[str]:
    """The figures of a datasheet as Markdown: everything that a checkout alone decides."""
    yield f"Signature of these figures: `{survey.signature}`."
    yield ""
    tables: Iterable[Section] = (
        *_sizes(survey), *_genres(survey), *_labels(survey), _together(survey),
        _dependence(survey), _contrasts(survey), *_diversity(survey), _counts(survey),
        _quotas(survey),
    )  # fmt: skip
    for section in tables:
        yield from _markdown(section)


def with_figures(text: str, survey: Survey) -> str:
    """A datasheet with its figures brought up to date.

    Raises UsageError when the lines that begin and end the block do not stand there once
    each, in this order.
    """
    before, begin, rest = text.partition(BEGIN + "\n")
    _, end, after = rest.partition(END + "\n")
    if not begin or not end or BEGIN in rest or END in before + after:
        raise UsageError(f"no block between the lines {BEGIN} and {END}; add both once")
    return before + begin + "\n" + "\n".join(figures(survey)) + end + after
