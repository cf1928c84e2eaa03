"""tcls train: seeds and annotations to a model folder."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def train(
    root: Annotated[Path, typer.Option(help="A checkout with seeds/ and labels/.")] = Path("."),
    out: Annotated[
        Path | None, typer.Option(help="The folder; ROOT/models/default if none.")
    ] = None,
) -> None:
    """Train on all stories outside the test split and write the model folder."""
    from tcls.corpus.dataset import load_corpus
    from tcls.corpus.splits import training_side
    from tcls.model.examples import Settings
    from tcls.model.store import make_folder, model_name
    from tcls.model.train import train as train_model

    folder = out or root / "models" / "default"
    model_name(folder)  # what the model could not be saved to shows before it is trained
    if out or root.is_dir():  # what is no checkout is for its reader to say
        make_folder(folder)
    corpus = load_corpus(root)
    training = training_side(corpus, root / "labels")

    def say(line: str) -> None:
        if sys.stderr.isatty():
            print(line, file=sys.stderr)

    result = train_model(training, root / "labels", folder, Settings(), say)
    typer.echo(
        f"{folder}: {len(result.vocabulary)} terms, {len(result.decisions)} decisions, "
        f"from {len(training.documents)} documents; "
        f"{len(corpus.documents) - len(training.documents)} held out for testing"
    )
