"""tcls report: everything measured of a model, as one HTML file; or its model card."""

from pathlib import Path
from typing import Annotated

import typer

from tcls.cli.evaluate import Model, Root
from tcls.errors import UsageError

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)


def _card(folder: Path | None, out: Path | None) -> None:
    from tcls.evaluation.stored import load_evaluation
    from tcls.model.store import open_model
    from tcls.report.card import as_card
    from tcls.report.html import write

    model = open_model(folder)
    out = out or model.folder / "README.md"
    write(as_card(model, load_evaluation(model.folder, model.id)), out)
    typer.echo(f"{out}: {model.id}")


@app.command()
def report(
    root: Root = Path("."),
    model: Model = None,
    external: Annotated[
        Path | None,
        typer.Option(help="Documents from elsewhere (JSONL); those beside ROOT if none."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The file to write; report.html or the card's place if none."),
    ] = None,
    card: Annotated[
        bool, typer.Option("--card", help="The model card from what is stored instead.")
    ] = False,
) -> None:
    """Measure a model in every way and write one self-contained HTML file (extra: report).

    --card writes README.md of the model folder, from what tcls evaluate --store kept there."""
    if card:
        if external or root != Path("."):
            raise UsageError("--card shows what is stored; it takes no --external and no --root")
        return _card(model, out)
    from tcls.report.html import Page, write

    out = out or Path("report.html")
    page = Page()
    from tcls.evaluation.overview import overview
    from tcls.evaluation.sample import Checkout

    found = overview(Checkout(root), model, external)
    write(page.render(found), out)
    outside = "" if found.external else "; no documents from elsewhere, that part is left out"
    typer.echo(f"{out}: {found.test.sample.model}{outside}")
    return None
