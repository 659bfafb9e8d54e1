"""What decides the result of a detector's training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from training.errors import RecipeError
from training.names import PRECISIONS


@dataclass(frozen=True, slots=True)
class Settings:
    """AdamW with a cosine after a short rise, weights averaged."""

    epochs: int = 10
    batch: int = 32
    rate: float = 2e-3
    warmup: int = 200
    """Steps over which the rate rises."""
    weight_decay: float = 1e-3
    ema: float = 0.999
    clip: float = 5.0
    held_out: int = 500
    """Scenes at the end of the folder that are only measured on."""
    seed: int = 0
    precision: str = "fp32"

    def __post_init__(self) -> None:
        for name in ("epochs", "batch", "rate", "held_out"):
            if getattr(self, name) <= 0:
                raise RecipeError(f"'{name}' must be above 0, not {getattr(self, name)}.")
        if not 0 <= self.ema < 1:
            raise RecipeError(f"'ema' must be from 0 to below 1, not {self.ema}.")
        if self.precision not in PRECISIONS:
            raise RecipeError(f"precision '{self.precision}' does not exist; known: {', '.join(PRECISIONS)}.")


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Settings as a checkpoint holds them; those that are younger have their default."""
    known = {field.name for field in fields(Settings)}
    return Settings(**{name: value for name, value in values.items() if name in known})


def as_toml(settings: Settings) -> str:
    """One line for each setting."""
    values = asdict(settings).items()
    return "".join(
        f'{name} = "{value}"\n' if isinstance(value, str) else f"{name} = {value!r}\n"
        for name, value in values
    )
