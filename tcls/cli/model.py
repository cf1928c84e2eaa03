"""tcls model: show and verify model folders."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)
Folder = Annotated[Path | None, typer.Argument(help="A model folder; the shipped one by default.")]


@app.callback()
def model() -> None:
    """Show or verify a model folder."""


@app.command()
def show(folder: Folder = None) -> None:
    """What a model is: versions, corpus, settings, thresholds."""
    from tcls.model.store import open_model
    from tcls.report.model import as_summary
    from tcls.report.terminal import printable

    typer.echo("\n".join(map(printable, as_summary(open_model(folder)))))


@app.command()
def verify(folder: Folder = None) -> None:
    """Check every file and number, and score the stored self-test again."""
    from tcls.model.verify import self_test

    result = self_test(folder)
    typer.echo(
        f"{result.model}: {result.parts} parts as recorded; {result.texts} self-test texts, "
        f"largest difference {result.difference:.1e}"
    )
