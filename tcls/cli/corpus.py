"""tcls corpus: what the corpus is made of, and coded documents into it."""

from pathlib import Path
from typing import Annotated

import typer

from tcls.cli.evaluate import Format, Root
from tcls.errors import MissingInput, UsageError

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


@app.callback()
def corpus() -> None:
    """Report on the corpus, or import coded documents into it."""


@app.command()
def report(
    root: Root = Path("."),
    external: Annotated[
        Path | None, typer.Option(help="Outside texts to compare with (JSONL with a text a line).")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write.")] = Format.table,
    write: Annotated[
        Path | None, typer.Option(help="Bring the figures in this datasheet up to date instead.")
    ] = None,
) -> None:
    """What the corpus is made of, how varied it is, which quotas it meets."""
    from tcls.evaluation.survey import survey
    from tcls.report import corpus as shown

    if write is not None and form is Format.json:
        raise UsageError("--write and --format json exclude each other; give one")
    if write is not None and not write.is_file():
        raise MissingInput(f"{write}: no such file; expected a datasheet, e.g. labels/README.md")
    found = survey(root, external)
    if write is not None:
        write.write_text(shown.with_figures(write.read_text("utf-8"), found), "utf-8")
        typer.echo(f"{write}: figures of {found.size.documents} documents written")
    elif form is Format.json:
        typer.echo(shown.as_json(found))
    else:
        typer.echo("\n".join(shown.as_table(found)))


@app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="Documents coded in place (JSONL).")],
    coder: Annotated[str, typer.Option(help="Who coded them; stands in every record.")],
    root: Root = Path("."),
) -> None:
    """Turn documents coded in place into seeds/written/ and labels/annotations/."""
    from tcls.corpus.exchange import import_coded
    from tcls.schema import load_schema

    if not file.is_file():
        raise MissingInput(f"{file}: no such file; expected documents coded in place (JSONL)")
    if not coder.strip() or not coder.isprintable():
        raise UsageError("--coder is empty or holds control characters; give a name")
    annotations = root / "labels" / "annotations"
    n = import_coded(file, root / "seeds", annotations, coder.strip(), load_schema())
    typer.echo(f"{file.name}: {n} documents by {coder.strip()}; tcls labels check validates them")
