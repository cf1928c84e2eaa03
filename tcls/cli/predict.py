"""tcls predict: files or standard input to labels."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcls.cli.labelling import label
from tcls.errors import UsageError

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)


class Format(StrEnum):
    """How predictions are written."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


def _aim(threshold: float | None, recall: float | None, precision: float | None) -> str:
    given = {
        "": threshold,
        "recall=": recall,
        "precision=": precision,
    }
    chosen = [f"{name}{value:g}" for name, value in given.items() if value is not None]
    if len(chosen) > 1:
        raise UsageError("--threshold, --recall and --precision exclude each other; give one")
    return chosen[0] if chosen else "f1"


@app.command()
def predict(
    files: Annotated[list[str], typer.Argument(help="Text files, or - for standard input.")],
    form: Annotated[Format, typer.Option("--format", help="How to write.")] = Format.table,
    task: Annotated[
        list[str] | None, typer.Option(help="Only this task (may be repeated).")
    ] = None,
    threshold: Annotated[float | None, typer.Option(help="One threshold for every label.")] = None,
    recall: Annotated[
        float | None, typer.Option(help="Thresholds for this recall, e.g. 0.95.")
    ] = None,
    precision: Annotated[float | None, typer.Option(help="Thresholds for this precision.")] = None,
    text: Annotated[
        bool, typer.Option("--text/--no-text", help="Show sentences of the text.")
    ] = True,
    model: Annotated[Path | None, typer.Option(help="A model folder.")] = None,
    encoding: Annotated[str | None, typer.Option(help="The encoding of the files.")] = None,
) -> None:
    """Label documents, with calibrated probabilities and the sentences that show them."""
    code = label(
        files, form.value, _aim(threshold, recall, precision), task or (), text, model, encoding
    )
    if code:
        raise typer.Exit(code)
