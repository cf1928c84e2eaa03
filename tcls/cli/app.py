"""The typer application: command groups are loaded when they are called."""

import importlib
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

#: Commands and the module of tcls.cli that holds each, in the order of the help.
_COMMANDS = {
    "predict": "predict", "labels": "labels", "model": "model", "train": "train",
    "evaluate": "evaluate", "count": "count", "report": "report",
    "corpus": "corpus",
    "experiment": "experiment",
}  # fmt: skip
#: Options that typer gives to every application: they belong to `tcls` alone.
_COMPLETION = ("install_completion", "show_completion")


class _Lazy(TyperGroup):
    """A group that imports a command's module only when that command is used."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, name: str) -> Any:
        if name not in _COMMANDS:
            return None
        module = importlib.import_module(f"tcls.cli.{_COMMANDS[name]}")
        command = typer.main.get_command(module.app)
        command.name = name
        command.params = [p for p in command.params if p.name not in _COMPLETION]
        return command


app = typer.Typer(
    cls=_Lazy, add_completion=True, no_args_is_help=True, rich_markup_mode=None,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
    help="Label texts about scam compounds: forced and victim criminalisation, scam types.",
)  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        from tcls import __version__
        from tcls.model.store import open_model
        from tcls.schema import load_schema

        model = open_model()
        typer.echo(f"tcls {__version__}, schema {load_schema().version}, model {model.id}")
        raise typer.Exit()


@app.callback()
def options(
    show: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show versions and exit."),
    ] = False,
) -> None:
    """Options of the command itself."""
