"""A recipe: every value that decides a training run, read from TOML and overridable one by one."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.augment import Augmentation
from training.networks import ARCHITECTURES


class RecipeError(ValueError):
    """A recipe names a value that does not exist or cannot hold."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """All settings of one run; a run folder keeps the resolved one as `recipe.toml`."""

    network: str = "vgg-s"
    dropout: float = 0.3
    epochs: int = 28
    small_epochs: int = 17
    """The first epochs, seen at `small_size` pixels: 1.8 times as many pictures per second."""
    small_size: int = 36
    size: int = 44
    batch: int = 128
    peak_rate: float = 0.1
    warmup_epochs: float = 2.0
    momentum: float = 0.9
    weight_decay: float = 5e-4
    clip: float = 5.0
    smoothing: float = 0.1
    crowd_weight: float = 0.7
    """Weight of the FERPlus head's loss beside that of the FER2013 head."""
    ema: float = 0.999
    seed: int = 1
    threads: int = 0
    """CPU threads; 0 leaves the choice to PyTorch."""
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        if self.network not in ARCHITECTURES:
            known = ", ".join(ARCHITECTURES)
            raise RecipeError(f"network '{self.network}' does not exist; known are {known}.")
        if self.epochs < 1 or self.batch < 2:
            raise RecipeError("a run needs at least 1 epoch and 2 pictures per batch.")

    def size_at(self, epoch: int) -> int:
        """Side of the training pictures in this epoch (0-based), in pixels."""
        return self.small_size if epoch < self.small_epochs else self.size


def load_recipe(path: Path | None, overrides: list[str]) -> Recipe:
    """Read a TOML recipe and apply overrides of the form `name=value` or `augmentation.name=value`."""
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise RecipeError(f"{path}: cannot be read ({error.strerror}).") from error
        except tomllib.TOMLDecodeError as error:
            raise RecipeError(f"{path}: is not TOML ({error}).") from error
    for override in overrides:
        name, separator, text = override.partition("=")
        if not separator:
            raise RecipeError(f"'{override}': write an override as name=value.")
        table = values
        *tables, key = name.strip().split(".")
        for part in tables:
            table = table.setdefault(part, {})
        try:
            table[key] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            table[key] = text
    disturbances = values.pop("augmentation", {})
    _check(Augmentation, disturbances, "augmentation.")
    _check(Recipe, values, "")
    return Recipe(**values, augmentation=Augmentation(**disturbances))


def _check(kind: type, values: dict[str, Any], prefix: str) -> None:
    defaults = {f.name: f for f in dataclasses.fields(kind)}
    for name, value in values.items():
        if name not in defaults:
            raise RecipeError(f"'{prefix}{name}' is not a setting; known are {', '.join(defaults)}.")
        wanted = defaults[name].type
        fits = isinstance(value, int | float) if wanted == "float" else type(value).__name__ == wanted
        if not fits:
            raise RecipeError(f"'{prefix}{name}' must be of type {wanted}, not '{value}'.")


def dump_recipe(recipe: Recipe) -> str:
    """The recipe as TOML that `load_recipe` reads back to the same value."""

    def lines(values: dict[str, Any]) -> list[str]:
        return [f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in values.items()]

    values = dataclasses.asdict(recipe)
    disturbances = values.pop("augmentation")
    return "\n".join([*lines(values), "", "[augmentation]", *lines(disturbances), ""])
