"""`search`: find good settings, or sweep a grid of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from training.commands.common import DataOption, OutOption, console, overrides, parts_of
from training.errors import RunError
from training.recipe_files import load_recipe

if TYPE_CHECKING:
    from training.search import Tried


def search_command(
    ctx: typer.Context,
    space: Annotated[
        str, typer.Option(help="TOML file with a table \\[space], or its name in training/spaces.")
    ],
    out: OutOption = Path("runs/search"),
    data: DataOption = None,
    trials: Annotated[
        int | None, typer.Option(min=1, help="Trials of this process; 30, or the whole grid, without one.")
    ] = None,
    recipe: Annotated[
        str | None, typer.Option(help="What all trials share: a recipe by its name, or a TOML file.")
    ] = None,
    grid: Annotated[bool, typer.Option("--grid", help="Sweep every combination, each to its end.")] = False,
) -> None:
    """Search for good settings. The others are flags, as in train: --epochs 3 --batch 64.

    In the space file, a setting has a list of values or a range:

        \\[space]
        rate = {low = 1e-3, high = 1.0, log = true, points = 4}
        optimiser = ["momentum", "adam"]

    The search is Bayesian (TPE) and ends bad trials early; --grid sweeps all combinations instead, of a
    range those of its points. The same command in several terminals searches with several processes,
    and started again it adds to what is there. It writes trials.csv, best.toml, history.png, settings.png
    and importance.png.
    """
    # Optuna and PyTorch take seconds to import, which `--help` should not.
    from training.search import Search, search
    from training.search_space import load_space

    base = load_recipe(recipe, overrides(ctx.args))
    task = Search(load_space(space), base, parts_of(data, base), out, grid)
    try:
        chosen = search(task, trials if trials or grid else 30, show_trial)
    except KeyboardInterrupt:
        raise RunError(
            f"Stopped. The trials before are kept in {out}; the same command adds to them."
        ) from None
    console.print(
        f"Best of all: trial {chosen.number}, {chosen.score:.4f}. Its recipe: {out / 'best.toml'}",
        soft_wrap=True,
    )


def show_trial(tried: Tried) -> None:
    """One line of the console per trial."""
    settings = ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in tried.settings.items()
    )
    told = tried.sentence or f"{tried.score:.4f} after {tried.epochs} epochs, {tried.seconds:.1f} s"
    console.print(
        f"trial {tried.number:3d} {tried.state}: {told}  ({settings})", highlight=False, soft_wrap=True
    )
