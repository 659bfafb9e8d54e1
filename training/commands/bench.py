"""`bench`: how fast networks learn and answer on this machine, side by side."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.table import Table

from fer_desktop.emotions import FER2013_LABELS
from training.commands.common import console, overrides
from training.data.examples import Examples, Truth
from training.names import PRECISIONS
from training.recipe_files import load_recipe

if TYPE_CHECKING:
    from training.trainer import Trainer

ROUNDS = 3
"""Every case is timed this often in turn and its best time counts: a busy moment hits no case alone."""


def bench_command(
    ctx: typer.Context,
    networks: Annotated[str, typer.Option(help="Names of networks, with commas.")] = "vgg-s,vgg-m,resnet-18",
    precisions: Annotated[str, typer.Option(help=f"Of {', '.join(PRECISIONS)}, with commas.")] = "fp32",
    pictures: Annotated[int, typer.Option(help="Pictures per measurement.", min=2)] = 256,
    recipe: Annotated[str | None, typer.Option(help="Recipe whose other settings hold.")] = None,
) -> None:
    """Time training (augmentation and optimiser included) and answering on made-up faces of 48 pixels."""
    import torch

    from training.networks.network import count_macs, count_parameters
    from training.trainer import Trainer

    base = load_recipe(recipe, overrides(ctx.args))
    if base.threads:
        torch.set_num_threads(base.threads)
    cases = [
        dataclasses.replace(base, network=network, precision=precision, small_epochs=0, reframed=0)
        for network in networks.split(",")
        for precision in precisions.split(",")
    ]
    trainers = [Trainer(case, made_up(pictures), Path()) for case in cases]
    learning = fastest(trainers, learn)
    answering = fastest(trainers, answer)
    table = Table(
        "network", "precision", "parameters", "MACs", "learns", "answers", "of the first's learning"
    )
    for case, trainer, learnt, answered in zip(cases, trainers, learning, answering, strict=True):
        seen = trainer.side - 2 * case.border
        table.add_row(
            case.network,
            case.precision,
            f"{count_parameters(trainer.network):,}",
            f"{count_macs(trainer.network.cpu(), seen):,}",
            f"{pictures / learnt:.0f} pictures/s",
            f"{pictures / answered:.0f} pictures/s",
            f"{learning[0] / learnt:.2f}",
        )
    console.print(table)


def made_up(count: int) -> Examples:
    """Noise with labels: its content does not matter to the clock."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, 48, 48), np.uint8)
    truth = Truth.of_answers(FER2013_LABELS, rng.integers(0, len(FER2013_LABELS), count))
    return Examples(images, {"fer2013": truth}, np.arange(count).astype(str))


def learn(trainer: Trainer) -> None:
    """One epoch."""
    trainer.run_epoch(lambda batches, _title, _total: batches)


def answer(trainer: Trainer) -> None:
    """One pass over the pictures in batches, in the recipe's precision."""
    import torch

    from training.trainer import PRECISION

    kind = PRECISION[trainer.recipe.precision]
    trainer.network.eval()
    with torch.inference_mode(), torch.autocast(trainer.device.type, kind, enabled=kind is not torch.float32):
        for images in torch.split(trainer.images, trainer.batch):
            seen = trainer.network.centre(images[:, None].float())
            trainer.network(seen.contiguous(memory_format=trainer.layout))
    if trainer.device.type == "cuda":
        torch.cuda.synchronize()


def fastest(trainers: Sequence[Trainer], work: Callable[[Trainer], None]) -> list[float]:
    """Seconds of the fastest of several rounds for each, after one that does not count."""
    best = [float("inf")] * len(trainers)
    for number in range(ROUNDS + 1):
        for i, trainer in enumerate(trainers):
            started = time.perf_counter()
            work(trainer)
            if number:
                best[i] = min(best[i], time.perf_counter() - started)
    return best
