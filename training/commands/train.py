"""`train`: from a recipe to a finished run, and on to its report, explanations and export."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from training.commands.common import DataOption, console, data_of, overrides, parts_of, progress
from training.data.examples import Examples
from training.data.splits import stratified_folds
from training.errors import RunError
from training.files import write_whole
from training.recipe import Recipe
from training.recipe_files import load_recipe

if TYPE_CHECKING:
    from training.distributed import World


def train_command(
    ctx: typer.Context,
    data: DataOption = None,
    out: Annotated[Path | None, typer.Option(help="Run folder; runs/NAME of the recipe without one.")] = None,
    recipe: Annotated[
        str | None, typer.Option(help="A recipe of training/recipes by its name, or a TOML file.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a stopped run.")] = False,
    folds: Annotated[int, typer.Option(help="Cross-validate: this many runs on folds of Training.")] = 0,
) -> None:
    """Train a network. Every setting of the recipe is a flag: --epochs 3 --feature-maps 32 0 32 0."""
    from training.distil import check_taught_on
    from training.distributed import joined
    from training.measure.learned import SPLIT_HERE
    from training.run import load_run

    resolved = load_recipe(recipe, overrides(ctx.args))
    folder = out or Path("runs") / (Path(recipe).stem if recipe else resolved.network)
    dataset = data_of(data, resolved)
    if SPLIT_HERE in dataset.parts:
        check_taught_on([load_run(Path(teacher)) for teacher in resolved.teachers], resolved)
    training, validation = parts_of(dataset, resolved)
    source = data or resolved.data
    with joined(resolved.device) as world:
        if world.leads:
            show_counts("Training", training)
        if folds:
            cross_validate(resolved, training, folder, source, folds, resume=resume, world=world)
            return
        if world.leads:
            show_counts("Validation", validation)
        run_one(resolved, training, validation, folder, source, resume=resume, world=world)
        if world.leads:
            after(resolved, training, validation, folder, source)


def run_one(
    recipe: Recipe,
    training: Examples,
    validation: Examples,
    folder: Path,
    source: str,
    *,
    resume: bool,
    world: World,
) -> None:
    """One run with its progress on the console; Ctrl-C says how to go on."""
    from training.measure.plots import plot_history
    from training.train import nothing, train

    try:
        final = train(
            recipe,
            training,
            validation,
            folder,
            data=source,
            resume=resume,
            progress=progress if world.leads else lambda batches, _title, _total: batches,
            report=show_epoch if world.leads else nothing,
            world=world,
        )
    except KeyboardInterrupt:
        raise RunError(
            f"Stopped. Whole epochs are kept in {folder}; the same command with --resume goes on."
        ) from None
    if world.leads:
        plot_history(folder / "history.csv", folder / "curves.png")
        plot_history(folder / "history.csv", folder / "curves.svg")
        console.print(f"Weights: {final}")


def cross_validate(
    recipe: Recipe, training: Examples, folder: Path, source: str, folds: int, *, resume: bool, world: World
) -> None:
    """Train on all folds but one, measure on that one, in turn; print mean and spread."""
    import pandas as pd

    rows = []
    for number, (inside, outside) in enumerate(stratified_folds(training, folds, recipe.split_seed), 1):
        part = folder / f"fold-{number}"
        if world.leads:
            console.print(f"Fold {number} of {folds}")
        if not (resume and (part / "final.pt").exists()):
            begun = resume and (part / "last.pt").exists()
            run_one(
                recipe,
                training.select(inside),
                training.select(outside),
                part,
                source,
                resume=begun,
                world=world,
            )
            if world.leads:
                after(recipe, training.select(inside), training.select(outside), part, source)
        if world.leads:
            rows.append({"fold": number, **scores_of(part, training.select(outside))})
    if not world.leads:
        return
    table = pd.DataFrame(rows)
    write_whole(folder / "folds.csv", table.to_csv(index=False))
    for name in (column for column in table if str(column).endswith("_accuracy")):
        mean, spread = table[name].mean(), table[name].std(ddof=1)
        console.print(f"{name} over {folds} folds: {mean:.4f}, standard deviation {spread:.4f}")


def scores_of(run: Path, examples: Examples) -> dict[str, float]:
    """Accuracy of each head of what a run kept."""
    from training.measure.metrics import accuracy, predict
    from training.run import load_run

    logits = predict(load_run(run).network, examples.images)
    return {
        f"{name}_accuracy": accuracy(logits[name], truth.answers) for name, truth in examples.truths.items()
    }


def show_counts(part: str, examples: Examples) -> None:
    """Class counts of every head, on the console."""
    for head, truth in examples.truths.items():
        unknown = int(np.sum(truth.answers < 0))
        counts = ", ".join(f"{label} {count}" for label, count in truth.counts().items())
        console.print(f"{part}, {head}: {counts}" + (f", no clear answer {unknown}" if unknown else ""))


def show_epoch(row: Mapping[str, float]) -> None:
    """One line of the console per epoch."""
    scores = "  ".join(
        f"{name.removesuffix('_accuracy')} {value:.4f}" for name, value in row.items() if "_accuracy" in name
    )
    console.print(
        f"epoch {row['epoch']:3.0f}  {row['size']:.0f} px  rate {row['rate']:.4f}  loss {row['loss']:.4f}  "
        f"validation: {scores}  loss {row['validation_loss']:.4f}  {row['seconds']:.1f} s",
        highlight=False,
    )


def after(recipe: Recipe, training: Examples, validation: Examples, folder: Path, source: str) -> None:
    """What the recipe wants done with the finished run, in order."""
    if not recipe.then:
        return
    from training.commands.afterwards import AFTERWARDS

    for name in recipe.then:
        for path in AFTERWARDS[name](folder, training, validation, source):
            console.print(f"{name}: {path}")


def distil_command(
    ctx: typer.Context,
    teacher: Annotated[list[Path], typer.Option(help="Folder of a finished run to learn from. Repeatable.")],
    data: DataOption = None,
    out: Annotated[Path | None, typer.Option(help="Run folder; runs/distilled without one.")] = None,
    recipe: Annotated[
        str | None, typer.Option(help="Recipe of the student, by its name or as a TOML file.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a stopped run.")] = False,
) -> None:
    """Train a network to answer like finished ones (their ensemble). Settings are flags, as in train."""
    ctx.args = [*ctx.args, "--teachers", ",".join(map(str, teacher))]
    train_command(ctx, data, out or Path("runs/distilled"), recipe, resume=resume)
