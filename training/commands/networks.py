"""`list` and `summary`: what the laboratory has, and what a network consists of."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from training.commands.common import console, overrides
from training.errors import RecipeError
from training.recipe import CHOICES, Recipe
from training.recipe_files import RECIPES, load_recipe

FACE_SIDE: Final = 48
"""Side of FER2013's pictures in pixels."""
FACE_LABELS: Final = 7

# PyTorch and what imports it take seconds, which `--help` should not: those imports are inside.


def list_command() -> None:
    """Show the networks with their sizes, the recipes, and the words that each setting knows."""
    console.print(_networks(), _recipes(), _words())


def summary_command(
    ctx: typer.Context,
    recipe: Annotated[
        str | None, typer.Option(help="A recipe of training/recipes by its name, or a TOML file.")
    ] = None,
    side: Annotated[int, typer.Option(min=1, help="Side of the pictures in pixels.")] = FACE_SIDE,
    heads: Annotated[
        list[int] | None, typer.Option(help="Number of labels of a head; repeat it for several heads.")
    ] = None,
) -> None:
    """Show shape, parameters and work of each layer. Settings are flags: --network vgg-16."""
    from training.networks.build import ARCHITECTURES, build_network
    from training.networks.summary import summarise, summary_table

    resolved = load_recipe(recipe, overrides(ctx.args))
    counts = heads or [FACE_LABELS]
    if min(counts) < 1:
        raise RecipeError(f"a head needs at least 1 label, not {min(counts)}.")
    labels = {f"{number}-labels-{count}": _labels(count) for number, count in enumerate(counts, 1)}
    network = build_network(resolved, labels, side)
    seen = side - 2 * resolved.border
    table = summary_table(summarise(network, seen))
    table.title = f"{resolved.network}: {ARCHITECTURES[resolved.network].description}"
    table.caption = (
        f"Pictures of {side}x{side}, of which the network sees {seen}x{seen}; "
        "MACs are multiply-accumulates per picture."
    )
    console.print(table)


def _labels(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))


def _networks() -> Table:
    """Every architecture with its size for a face."""
    import torch

    from training.networks.build import ARCHITECTURES, build_network
    from training.networks.network import count_macs, count_parameters

    table = Table(
        "Network",
        title="Networks",
        caption=f"Parameters and multiply-accumulates for {FACE_SIDE}x{FACE_SIDE} pictures and {FACE_LABELS} "
        "labels, other settings as they come. `summary --network NAME` shows the layers.",
    )
    table.add_column("Parameters", justify="right")
    table.add_column("MACs", justify="right")
    table.add_column("What it is")
    for name, architecture in ARCHITECTURES.items():
        recipe = Recipe(network=name)
        # Shapes without numbers are enough to count, and cost no time.
        with torch.device("meta"):
            network = build_network(recipe, {"faces": _labels(FACE_LABELS)}, FACE_SIDE)
        macs = count_macs(network, FACE_SIDE - 2 * recipe.border)
        sizes = (f"{number / 1e6:,.2f} M" for number in (count_parameters(network), macs))
        table.add_row(name, *sizes, architecture.description)
    return table


def _recipes() -> Table:
    """Every recipe that comes with the laboratory, with the comment that it begins with."""
    table = Table("Recipe", "What it does", title="Recipes", caption="`train --recipe NAME` runs one.")
    for path in sorted(RECIPES.glob("*.toml")):
        lines = path.read_text(encoding="utf-8").splitlines()
        comment = next((line for line in lines if line.startswith("#")), "")
        table.add_row(path.stem, escape(comment.lstrip("# ")))
    return table


def _words() -> Table:
    """The words of every setting that has a choice."""
    table = Table("Setting", "Words", title="Choices", caption="`train --help` shows all settings.")
    for name, words in CHOICES.items():
        if name != "network":
            table.add_row(f"--{name.replace('_', '-')}", ", ".join(words))
    return table
