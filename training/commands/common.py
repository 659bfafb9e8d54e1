"""What several commands share: the console, progress bars and common options."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table
from typer.core import TyperCommand

from training.data.choose import load_data, training_and_validation
from training.data.examples import DataSet, Examples
from training.data.fer2013 import SIDE
from training.errors import DataError, RecipeError
from training.recipe import Recipe
from training.recipe_files import describe_settings

console: Final = Console()
errors: Final = Console(stderr=True)

DataOption = Annotated[
    str | None,
    typer.Option(
        "--data",
        help="fer2013.csv (.gz; FERPlus' fer2013new.csv beside it), a folder of sheets, of class folders, "
        "of Kaggle's pictures, or the words digits, shapes, shapes:VARIANT.",
    ),
]
RunOption = Annotated[Path, typer.Option("--run", help="Folder of a finished run.")]
DetectorOption = Annotated[
    str,
    typer.Option(
        help="Face detector: face_detector (the program's own), cascade, or an ONNX file in YuNet's format."
    ),
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder to write to; made if missing.")]

SETTINGS_AS_FLAGS: Final = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Context of a command that takes every setting of a recipe as a flag."""

T = TypeVar("T")


def progress(things: Iterable[T], title: str, total: int | None = None) -> Iterable[T]:
    """A progress bar over `things` on a terminal, nothing elsewhere."""
    if not console.is_terminal:
        return things
    if total is None and isinstance(things, Sized):
        total = len(things)
    return track(things, title, total=total, console=console, transient=True)


def overrides(words: Sequence[str]) -> dict[str, list[str]]:
    """Settings written as flags, `--epochs 3 --conv-sizes 5 3 --batch-norm`, by their names.

    Raises `RecipeError` for a word that belongs to no flag.
    """
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for word in words:
        if word.startswith("--"):
            name, separator, value = word[2:].partition("=")
            current = found[name] = [value] if separator else []
        elif current is None:
            raise RecipeError(f"'{word}' belongs to no option; write settings as --name value.")
        else:
            current.append(word)
    return found


def data_of(source: str | None, recipe: Recipe, side: int = SIDE) -> DataSet:
    """The data that the command line names, else the recipe's. Raises `DataError` if neither does."""
    wanted = source or recipe.data
    if not wanted:
        raise DataError("Say what to learn from or measure on: --data FILE, FOLDER, digits or shapes.")
    return load_data(wanted, held_out=recipe.held_out, seed=recipe.split_seed, side=side)


def parts_of(source: str | DataSet | None, recipe: Recipe) -> tuple[Examples, Examples]:
    """Training and validation part with the recipe's heads."""
    data = source if isinstance(source, DataSet) else data_of(source, recipe)
    training, validation = training_and_validation(data)
    if recipe.heads:
        return training.with_heads(recipe.heads), validation.with_heads(recipe.heads)
    return training, validation


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of words and then figures; where it is narrow, words break and figures do not."""
    table = Table()
    for word, *values in zip(header, *rows, strict=True):
        words = word == header[0]
        table.add_column(
            escape(word),
            justify="left" if words else "right",
            overflow="fold",
            min_width=None if words else max(map(len, values)),
        )
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)


class CommandWithSettings(TyperCommand):
    """A command whose `--help` ends with all settings of a recipe."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # the types are private to typer
        super().format_help(ctx, formatter)
        table = Table("setting", "default", "what it does", title="Settings of the recipe, each a flag")
        for flag, default, text in describe_settings():
            if flag != "--data":  # an option of the command itself
                table.add_row(flag, escape(default), escape(text))
        console.print(table)
