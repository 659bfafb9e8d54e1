"""How the learning rate changes over a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from training.errors import RecipeError
from training.recipe import Recipe


class Schedule:
    """The learning rate of each step: a linear warm-up to the recipe's rate, then its schedule.

    The schedule's clock starts when the warm-up ends. With `epochs` counted from there:
    `constant` rate; `time` rate / (1 + decay * epochs); `exponential` rate * decay ** epochs, both
    falling at every step; `step` rate * decay ** (epochs // step_epochs); `cosine` half a cosine down
    to 0 at the run's end; `plateau` rate * decay for each time that `step_epochs` epochs went by
    without a better score.
    """

    def __init__(self, recipe: Recipe, steps_per_epoch: int) -> None:
        if recipe.schedule in {"step", "exponential", "plateau"} and not 0 < recipe.decay <= 1:
            raise RecipeError(
                f"schedule '{recipe.schedule}' needs a decay above 0 and at most 1, not {recipe.decay}."
            )
        if recipe.schedule == "time" and recipe.decay < 0:
            raise RecipeError(f"schedule 'time' needs a decay of at least 0, not {recipe.decay}.")
        if recipe.step_epochs < 1:
            raise RecipeError(f"step_epochs must be at least 1, not {recipe.step_epochs}.")
        self._recipe = recipe
        self._steps_per_epoch = steps_per_epoch
        self._warmup = round(recipe.warmup_epochs * steps_per_epoch)
        self._total = recipe.epochs * steps_per_epoch
        self._best = -math.inf
        self._waited = 0
        self._drops = 0

    def rate_at(self, step: int) -> float:
        """Learning rate of a step, counted from 0 over the whole run."""
        if step < self._warmup:
            return self._recipe.rate * (step + 1) / self._warmup
        return self._recipe.rate * self._factor(step - self._warmup)

    def _factor(self, steps: int) -> float:
        recipe = self._recipe
        epochs = steps / self._steps_per_epoch
        factor = 1.0
        match recipe.schedule:
            case "time":
                factor = 1 / (1 + recipe.decay * epochs)
            case "exponential":
                factor = recipe.decay**epochs
            case "step":
                factor = recipe.decay ** (steps // (recipe.step_epochs * self._steps_per_epoch))
            case "cosine":
                factor = (1 + math.cos(math.pi * min(1.0, steps / max(1, self._total - self._warmup)))) / 2
            case "plateau":
                factor = recipe.decay**self._drops
        return factor

    def end_epoch(self, score: float) -> None:
        """Tell the score of the epoch that ended; higher is better. Only `plateau` listens."""
        if score > self._best:
            self._best, self._waited = score, 0
            return
        self._waited += 1
        if self._waited == self._recipe.step_epochs:
            self._waited, self._drops = 0, self._drops + 1

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run must know of the epochs before it."""
        return {"best": self._best, "waited": self._waited, "drops": self._drops}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._best, self._waited, self._drops = state["best"], state["waited"], state["drops"]
