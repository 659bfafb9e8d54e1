"""What a run begins with: its weights, the size of its steps, and how its weights are averaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from training.distributed import World
from training.errors import RecipeError
from training.networks.network import Network
from training.recipe import Recipe
from training.run import Run, load_weights


def average_of(ema: float) -> Callable[[Any, Any, Any], None]:
    """An exponential moving average that forgets its untrained start: its memory grows to `ema`."""

    @torch.no_grad()
    def update(averaged: list[Tensor], current: list[Tensor], updates: Tensor | int) -> None:
        share = 1 - min(ema, (1 + int(updates)) / (10 + int(updates)))
        for old, new in zip(averaged, current, strict=True):
            if old.is_floating_point():
                old.lerp_(new, share)
            else:
                old.copy_(new)

    return update


def start_from(run: Run, network: Network) -> None:
    """Begin with a finished run's weights; heads with other labels begin anew.

    Raises `RunError` if the run's network is another one.
    """
    known = {name for name, labels in run.network.labels.items() if network.labels.get(name) == labels}
    weights = {
        name: value
        for name, value in run.network.state_dict().items()
        if not name.startswith("heads.") or name.split(".")[1] in known
    }
    fresh = {
        name: value
        for name, value in network.state_dict().items()
        if name.startswith("heads.") and name not in weights
    }
    load_weights(network, weights | fresh, run.folder / "final.pt")


def has_batch_norm(network: Network) -> bool:
    """Whether its training needs several pictures at a time."""
    return any(isinstance(layer, nn.BatchNorm2d) for layer in network.modules())


def batch_size(recipe: Recipe, pictures: int, world: World) -> int:
    """Pictures per step over all processes, at most as many as there are."""
    batch = min(recipe.batch or pictures, pictures)
    if batch % world.size:
        raise RecipeError(f"batch {batch} cannot be shared equally by {world.size} processes.")
    return batch
