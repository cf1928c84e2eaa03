"""tcls evaluate: a model measured on the test split, on other documents, or by the suite."""

import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tcls.errors import CheckFailed, UsageError

if TYPE_CHECKING:
    from tcls.evaluation.sample import Checkout

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
Root = Annotated[Path, typer.Option(help="A checkout with seeds/ and labels/.")]
Model = Annotated[Path | None, typer.Option(help="A model folder; the shipped one if none.")]


class Format(StrEnum):
    """How measures and figures are written."""

    table = "table"
    json = "json"


def _write(form: Format, lines: Iterable[str], record: Any) -> None:
    if form is Format.json:
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        for line in lines:
            typer.echo(line)


def _checkout(root: Path, without: str) -> "Checkout | None":
    """The checkout; None in a folder that is none, when no other was named."""
    from tcls.evaluation.sample import Checkout

    if root != Path(".") or (root / "seeds").is_dir():
        return Checkout(root)
    print(f"tcls: no seeds/ here: {without}", file=sys.stderr)
    return None


def _suite(root: Path, model: Path | None, form: Format, examples: int) -> None:
    from tcls.evaluation.overview import behave_model
    from tcls.report.behaviour import as_behaviour, behaviour_record

    checkout = _checkout(root, "the suite alone, and nations swapped in its texts")
    name, found = behave_model(checkout, model)
    _write(form, as_behaviour(name, found, examples), behaviour_record(name, found))
    if found.biased:
        raise CheckFailed(
            "nationality or country moves an answer or a probability: " + "; ".join(found.biased)
            + "; expected both exactly equal"
        )  # fmt: skip


def _warn(trained_here: bool) -> None:
    if not trained_here:
        print(
            "tcls: the model was not trained on the training side of this checkout as it is now; "
            "it may have seen test documents (mend: tcls train)",
            file=sys.stderr,
        )


@app.command()
def evaluate(
    data: Annotated[
        Path | None, typer.Argument(help="Documents with gold labels (JSONL) instead.")
    ] = None,
    root: Root = Path("."),
    model: Model = None,
    suite: Annotated[bool, typer.Option("--suite", help="The behavioural suite instead.")] = False,
    store: Annotated[
        bool, typer.Option("--store", help="Keep what is measured in the model folder.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to write.")] = Format.table,
    examples: Annotated[
        int | None, typer.Option(min=0, help="With --suite: failing texts a type; 1 if none.")
    ] = None,
) -> None:
    """Measure a model on the frozen test split; or by the suite, or on other documents.

    --suite exits 3 when a nationality or a country moves an answer."""
    if suite + bool(data) + store > 1:
        raise UsageError("--suite, --store and a file of documents exclude each other; give one")
    if examples is not None and (not suite or form is Format.json):
        raise UsageError("--examples is for the table of --suite; leave it out")
    if suite:
        return _suite(root, model, form, 1 if examples is None else examples)
    from tcls.evaluation import overview
    from tcls.evaluation.sample import Checkout
    from tcls.report import measures

    if data:
        beside = _checkout(root, "nothing to compare with")
        parts = overview.compare(beside, data, model)
        if beside:
            _warn(overview.trained_here(beside, model))
        return _write(form, measures.as_external(parts), measures.external_record(parts))
    checkout = Checkout(root)
    _warn(overview.trained_here(checkout, model))
    found = overview.evaluate(checkout, model)
    _write(form, measures.as_measures(found), measures.measures_record(found))
    if store:
        file = overview.store(checkout, found, model)
        print(f"tcls: measured errors kept in {file}", file=sys.stderr)
    return None
