"""One training run: from a recipe and pictures to checkpoints, a history and final weights.

A run lives in a folder: `recipe.toml` (resolved), `environment.json` (versions, git state, data),
`history.csv` and `.parquet` (one row per epoch), `last.pt` (to resume from), `best.pt` and `final.pt`
(averaged weights).
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from training.data.examples import Examples, seen_in
from training.distributed import World
from training.errors import DataError, RunError
from training.measure.metrics import accuracy, cross_entropy, predict
from training.progress import Progress, silent
from training.recipe import Recipe
from training.records import write_history, write_surroundings
from training.run import load_checkpoint, load_weights, save_final
from training.trainer import Row, Trainer

Report = Callable[[Mapping[str, float]], None]


def nothing(_row: Mapping[str, float]) -> None:
    """No report."""


def train(
    recipe: Recipe,
    training: Examples,
    validation: Examples,
    folder: Path,
    *,
    data: str = "",
    resume: bool = False,
    progress: Progress = silent,
    report: Report = nothing,
    world: World | None = None,
) -> Path:
    """Train to the end and return the path of `final.pt`.

    Raises `RunError` if the folder already holds a run and `resume` is not set, and `DataError` if pictures
    without labels are among those that it is measured on.
    """
    world = world or World()
    if recipe.deterministic:
        # What PyTorch asks for on GPUs; it must be set before the first product of matrices.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(recipe.deterministic)
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    trainer = Trainer(recipe, training, folder, world)
    copies = int(seen_in(trainer.unlabelled, validation).sum())
    if copies:
        raise DataError(
            f"{copies:,} of the pictures without labels are pictures that the run will be measured on; take "
            "them out."
        )
    if resume:
        trainer.resume()
    elif (folder / "last.pt").exists() or (folder / "final.pt").exists():
        raise RunError(f"{folder}: already holds a run; add --resume to go on, or choose a new --out.")
    trainer.reframe(progress)
    if world.leads:
        write_surroundings(
            folder, recipe, data, trainer.fingerprint, training=training, validation=validation
        )
    while trainer.epoch < recipe.epochs and not waited_enough(trainer):
        started = time.perf_counter()
        size = trainer.size
        loss = trainer.run_epoch(progress)
        if not math.isfinite(loss):
            raise RunError(
                f"{folder}: the loss is no longer a number after epoch {trainer.epoch}; lower the rate, "
                "or set clip. The epochs before it are kept."
            )
        if trainer.epoch == recipe.epochs and recipe.ema:
            trainer.settle_batch_norm()
        row: Row = {
            "epoch": trainer.epoch,
            "size": size,
            "rate": trainer.optimiser.param_groups[0]["lr"],
            "loss": loss,
            **world.told_by_leader(scores(trainer, validation) if world.leads else {}),
            "seconds": time.perf_counter() - started,
        }
        trainer.history.append(row)
        trainer.schedule.end_epoch(main_score(row))
        if world.leads:
            if row is best(trainer.history):
                save_weights(trainer, "best")
            trainer.save()  # last: a run that is killed before repeats the epoch, best.pt included
            report(row)
    if world.leads:
        finish(trainer)
    return folder / "final.pt"


def scores(trainer: Trainer, validation: Examples) -> Row:
    """Accuracy of each head and loss of the main one on the validation part."""
    logits = predict(trainer.averaged, validation.images)
    row = {f"{name}_accuracy": accuracy(logits[name], t.answers) for name, t in validation.truths.items()}
    main = next(iter(validation.truths))
    return row | {"validation_loss": cross_entropy(logits[main], validation.main.answers)}


def main_score(row: Row) -> float:
    """The accuracy by which epochs are compared: that of the first head."""
    return next(value for name, value in row.items() if name.endswith("_accuracy"))


def best(history: list[Row]) -> Row:
    """The first of the best epochs."""
    return max(history, key=main_score)


def waited_enough(trainer: Trainer) -> bool:
    """Early stopping: no better epoch for as long as the recipe waits."""
    patience, history = trainer.recipe.early_stopping, trainer.history
    return bool(patience and history) and trainer.epoch - best(history)["epoch"] >= patience


def save_weights(trainer: Trainer, name: str) -> None:
    """Write the averaged weights, with what they learned from."""
    save_final(
        trainer.folder,
        trainer.recipe,
        trainer.averaged,
        trainer.side,
        name=name,
        pictures=trainer.fingerprint,
        unlabelled=len(trainer.unlabelled),
    )


def finish(trainer: Trainer) -> None:
    """Write the weights that the recipe keeps."""
    recipe, folder = trainer.recipe, trainer.folder
    if recipe.keep == "best":
        path = folder / "best.pt"
        load_weights(trainer.averaged, load_checkpoint(path)["weights"], path)
    elif recipe.ema and trainer.epoch < recipe.epochs:
        trainer.settle_batch_norm()
    write_history(trainer.history, folder / "history.csv")  # a run killed after its last save lacks a row
    write_history(trainer.history, folder / "history.parquet")
    save_weights(trainer, "final")
