"""tcls labels: list, explain and check labels."""

from pathlib import Path
from typing import Annotated

import typer

from tcls.errors import CheckFailed, UsageError
from tcls.schema import load_schema

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, invoke_without_command=True
)


@app.callback()
def labels(ctx: typer.Context) -> None:
    """List the labels; `labels show NAME` explains one, `labels check` validates annotations."""
    if ctx.invoked_subcommand is None:
        from tcls.report.schema import as_list

        typer.echo("\n".join(as_list(load_schema())))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A task, a label or another name of it.")],
) -> None:
    """Explain a task or a label: definition, rule, examples, cross-walk to other standards."""
    from tcls.report.schema import as_label, as_task

    schema = load_schema()
    found = schema.find(name)
    tasks = [task for task in schema.tasks if task.id == name.replace("-", "_")]
    if not found and not tasks:
        raise UsageError(f"no task or label {name!r}; tcls labels lists them")
    parts = [*map(as_task, tasks), *(as_label(task, label) for task, label in found)]
    typer.echo("\n\n".join("\n".join(part) for part in parts))


@app.command()
def check(
    root: Annotated[Path, typer.Argument(help="A checkout with seeds/ and labels/.")] = Path("."),
) -> None:
    """Validate every annotation against the schema and the texts."""
    from tcls.corpus.annotations import check_annotations, load_annotations
    from tcls.corpus.seeds import load_seeds
    from tcls.report.terminal import printable

    documents = load_seeds(root / "seeds")
    records = [
        record
        for folder in ("annotations", "annotations/second", "annotations/adjudicated")
        for record in load_annotations(root / "labels" / folder)
    ]
    faults = check_annotations(records, documents, load_schema())
    for fault in faults:
        typer.echo(printable(fault), err=True)
    if faults:
        raise CheckFailed(f"{len(faults)} of {len(records)} annotations do not fit")
    typer.echo(f"{len(records)} annotations of {len(documents)} documents fit schema and texts")
