"""tcls count: how many documents of a collection carry each label."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tcls.cli.evaluate import Format
from tcls.cli.labelling import Batch

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def count(
    files: Annotated[list[str], typer.Argument(help="Text files, or - for standard input.")],
    model: Annotated[Path | None, typer.Option(help="A model folder.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write.")] = Format.table,
    encoding: Annotated[str | None, typer.Option(help="The encoding of the files.")] = None,
) -> None:
    """Estimate how many documents and stories carry each label, corrected for measured errors."""
    from tcls.evaluation.collection import count as count_labels
    from tcls.report.measures import as_counts, counts_record

    batch = Batch(files, encoding)
    found = count_labels(batch, model)
    if not found.documents and batch.exit_code:  # nothing could be read: a table would say 0
        raise typer.Exit(batch.exit_code)
    if form is Format.json:
        typer.echo(
            json.dumps(counts_record(found, len(batch.failed)), ensure_ascii=False, indent=1)
        )
    else:
        typer.echo("\n".join(as_counts(found, len(batch.failed))))
    if batch.exit_code:
        raise typer.Exit(batch.exit_code)
