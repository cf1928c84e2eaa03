"""tcls report: everything measured of a model, as one HTML file."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def report(
    root: Annotated[Path, typer.Option(help="A checkout with seeds/ and labels/.")] = Path("."),
    model: Annotated[
        Path | None, typer.Option(help="A model folder; the shipped one if none.")
    ] = None,
    external: Annotated[
        Path | None,
        typer.Option(help="Documents from elsewhere (JSONL); those beside ROOT if none."),
    ] = None,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("report.html"),
) -> None:
    """Measure a model in every way and write one self-contained HTML file (extra: report)."""
    from tcls.report.html import Page, write

    page = Page()
    from tcls.evaluation.overview import overview

    found = overview(root, model, external)
    write(page.render(found), out)
    outside = "" if found.external else "; no documents from elsewhere, that part is left out"
    typer.echo(f"{out}: {found.test.sample.model}{outside}")
