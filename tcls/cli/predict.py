"""tcls predict: files or standard input to labels."""

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from os import environ
from pathlib import Path
from typing import Annotated

import typer

from tcls.classifier import Classifier, Prediction
from tcls.errors import InputError, UsageError
from tcls.reading.document import Document
from tcls.reading.plain import read_documents

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)


class Format(StrEnum):
    """How predictions are written."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


#: Fewer documents than this are scored without loading numpy.
_FEW = 8


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


def _keep(predictions: Iterable[Prediction], tasks: list[str], text: bool) -> Iterator[Prediction]:
    from dataclasses import replace

    for prediction in predictions:
        if tasks:
            kept = {name: prediction.tasks[name] for name in tasks}
            prediction = replace(prediction, tasks=kept)
        yield prediction if text else prediction.without_text()


def _write(predictions: Iterable[Prediction], form: Format) -> None:
    from tcls.report import records, terminal

    if form is Format.table:
        colour = (
            sys.stdout.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        )
        try:
            width = int(environ.get("COLUMNS", "100"))
        except ValueError:
            width = 100
        lines = terminal.as_table(predictions, colour, width)
    elif form is Format.json:
        lines = records.as_json(predictions)
    elif form is Format.jsonl:
        lines = records.as_json_lines(predictions)
    else:
        lines = records.as_csv(predictions)
    for line in lines:
        print(line)


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
    classifier = Classifier.load(model, _aim(threshold, recall, precision))
    from tcls.schema import load_schema

    tasks = [load_schema().task(name) for name in task or []]
    if later := [found.id for found in tasks if found.tier > 1]:
        raise UsageError(f"{later[0]} is annotated but not predicted; tcls labels lists the tasks")
    failed: list[InputError] = []

    def documents() -> Iterator[Document]:
        for item in read_documents(files, encoding):
            if isinstance(item, InputError):
                failed.append(item)
                print(f"tcls: {item}", file=sys.stderr)
            else:
                yield item

    few = len(files) < _FEW
    judged = map(classifier.predict, documents()) if few else classifier.predict_many(documents())
    _write(_keep(judged, [found.id for found in tasks], text), form)
    if failed:
        raise typer.Exit(failed[0].exit_code if len(files) == 1 else 1)
