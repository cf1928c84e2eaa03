"""tcls count: how many documents of a collection carry each label."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tcls.cli.evaluate import Format
from tcls.errors import InputError
from tcls.reading.document import Document
from tcls.reading.plain import read_documents

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

    failed: list[InputError] = []

    def documents() -> Iterator[Document]:
        for item in read_documents(files, encoding):
            if isinstance(item, InputError):
                failed.append(item)
                print(f"tcls: {item}", file=sys.stderr)
            else:
                yield item

    found = count_labels(documents(), model)
    if form is Format.json:
        typer.echo(json.dumps(counts_record(found), ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join(as_counts(found)))
    if failed:
        raise typer.Exit(failed[0].exit_code if len(files) == 1 else 1)
