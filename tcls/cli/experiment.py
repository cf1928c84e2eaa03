"""tcls experiment: carry out, check and compare experiments."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tcls.errors import CheckFailed, UsageError

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)
Root = Annotated[Path, typer.Option(help="A checkout with seeds/ and labels/.")]


@app.callback()
def experiment() -> None:
    """Carry out, check or compare the experiments of experiments/."""


def _progress(line: str) -> None:
    if sys.stderr.isatty():
        print(line, file=sys.stderr)


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def _folders(root: Path, given: list[Path], everything: bool, fast: bool) -> list[Path]:
    from tcls.evaluation.experiment import experiments

    if bool(given) == everything or (fast and not everything):
        raise UsageError("give folders of experiments, or --all (with --fast: only the fast ones)")
    return given or experiments(root, fast)


def _make(folder: Path, root: Path) -> None:
    from tcls.evaluation.experiment import run as carry_out
    from tcls.report.curves import write_plots
    from tcls.report.experiment import write_report

    results = carry_out(folder, root, _progress)
    write_report(folder, results)
    plots = write_plots(folder, results)
    typer.echo(f"{folder}: {len(results['figures'])} figures; {', '.join(['report.md', *plots])}")


def _check(folders: list[Path], root: Path) -> None:
    from tcls.evaluation.experiment import check

    failed: list[CheckFailed] = []
    for folder in folders:
        try:
            figures = check(folder, root, _progress, _tell)
        except CheckFailed as fault:
            failed.append(fault)
        else:
            typer.echo(f"{folder}: {figures} figures as stored")
    if failed:
        raise failed[0] if len(failed) == 1 else CheckFailed(
            f"{len(failed)} of {len(folders)} experiments moved: the differences stand above"
        )  # fmt: skip


@app.command()
def run(
    folders: Annotated[list[Path] | None, typer.Argument(help="Folders of experiments.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Carry out again and compare; exits 3 on a difference.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="All of ROOT/experiments.")] = False,
    fast: Annotated[bool, typer.Option("--fast", help="With --all: only the fast ones.")] = False,
    root: Root = Path("."),
) -> None:
    """Carry out experiments and write results.json, report.md and plots; or check them.

    What is interrupted goes on where it stopped."""
    chosen = _folders(root, folders or [], everything, fast)
    if check:
        return _check(chosen, root)
    for folder in chosen:
        _make(folder, root)
    return None


@app.command()
def compare(
    one: Annotated[str, typer.Argument(help="An experiment: FOLDER or FOLDER:SYSTEM.")],
    two: Annotated[str, typer.Argument(help="Another, or the same with another system.")],
) -> None:
    """Paired differences of two systems on the same documents, with intervals and p."""
    from tcls.evaluation import comparison
    from tcls.report.comparison import as_comparison

    found = comparison.compare(one, two)
    for line in as_comparison(comparison.named(one), comparison.named(two), found):
        typer.echo(line)
