"""The laboratory's command line: `python -m training COMMAND`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Final

import typer

from training.commands.common import SETTINGS_AS_FLAGS, CommandWithSettings, errors
from training.errors import LabError

COMMANDS: Final[Mapping[str, str]] = {
    "list": "networks:list_command",
    "summary": "networks:summary_command",
    "counts": "data:counts_command",
    "demo-data": "data:demo_data_command",
    "photos": "data:photos_command",
    "people": "data:people_command",
    "framing": "data:framing_command",
    "train": "train:train_command",
    "distil": "train:distil_command",
    "search": "search:search_command",
    "evaluate": "measure:evaluate_command",
    "compare": "measure:compare_command",
    "report": "measure:report_command",
    "live": "live:live_command",
    "failures": "failures:failures_command",
    "explain": "explain:explain_command",
    "prune": "prune:prune_command",
    "study": "study:study_command",
    "export": "export:export_command",
    "bench": "bench:bench_command",
    "detector": "detector:detector_app",
}
"""Module in `training.commands` and function of each command, or the app of one that has its own."""

TAKE_SETTINGS: Final = {"summary", "train", "distil", "search", "bench"}
"""Commands that take every setting of a recipe as a flag."""


def build_app(names: Iterable[str]) -> typer.Typer:
    """The program with these commands."""
    app = typer.Typer(
        help="Train, measure, explain, prune and export networks for expressions.",
        no_args_is_help=True,
        add_completion=False,
        callback=lambda: None,
    )
    for name in names:
        module, function = COMMANDS[name].split(":")
        command = getattr(import_module(f"training.commands.{module}"), function)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        elif name in TAKE_SETTINGS:
            app.command(name, cls=CommandWithSettings, context_settings=SETTINGS_AS_FLAGS)(command)
        else:
            app.command(name)(command)
    return app


def main() -> None:
    """Run the command line; known errors become one sentence and exit code 1."""
    # Only the wanted command is imported: some of them need seconds for their libraries.
    wanted = [name for name in sys.argv[1:2] if name in COMMANDS] or list(COMMANDS)
    try:
        build_app(wanted)(prog_name="python -m training")
    except LabError as error:
        errors.print(str(error), style="red", soft_wrap=True, markup=False, highlight=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
