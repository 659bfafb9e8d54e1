"""Which settings a search may change, and within what: a small TOML file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training.errors import RecipeError
from training.files import read_toml
from training.recipe import Recipe
from training.recipe_files import DISTURBANCES, OTHER_NAMES, SETTINGS, recipe_from

if TYPE_CHECKING:
    from optuna.trial import Trial

SPACES: Final = Path(__file__).with_name("spaces")
NOT_SEARCHED: Final = {"data", "heads", "held_out", "split_seed", "device", "threads", "then"}
"""Settings that are the same in all trials, because the data is read once or they decide no result."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One of several values, known to the search by their words on the command line."""

    by_word: Mapping[str, Any]

    def suggest(self, trial: Trial, name: str) -> Any:
        return trial.suggest_categorical(name, list(self.by_word))

    def value(self, word: Any) -> Any:
        """What the recipe gets for what was suggested."""
        return self.by_word[word]

    def grid(self, _name: str) -> Sequence[str]:
        return list(self.by_word)


@dataclass(frozen=True, slots=True)
class Range:
    """A number from `low` to `high`, both included; `log`: evenly over its orders of magnitude."""

    low: float
    high: float
    whole: bool
    log: bool = False
    points: int = 0
    """How many values a grid takes; 0 is every whole number."""

    def suggest(self, trial: Trial, name: str) -> float:
        if self.whole:
            return trial.suggest_int(name, int(self.low), int(self.high), log=self.log)
        return trial.suggest_float(name, self.low, self.high, log=self.log)

    def value(self, number: Any) -> Any:
        return number

    def grid(self, name: str) -> Sequence[float]:
        if not self.points and not self.whole:
            raise RecipeError(f"{name}: a grid needs to know how many values to take; add points = 5.")
        if not self.points:
            return list(range(int(self.low), int(self.high) + 1))
        spaced = np.geomspace if self.log else np.linspace
        numbers = spaced(self.low, self.high, self.points)
        if self.whole:
            return sorted({round(number) for number in numbers})
        # 0.01, not 0.010000000000000002
        return [min(self.high, max(self.low, float(f"{number:.6g}"))) for number in numbers]


Space = Mapping[str, Choices | Range]


def load_space(source: str | Path) -> dict[str, Choices | Range]:
    """Read the table `[space]` of a TOML file, by its path or its name in `training/spaces`.

    A setting has either a list of values, or `{low = 1e-3, high = 1.0, log = true, points = 5}`.
    Raises `RecipeError` if the file or a value cannot be.
    """
    path = _find(source)
    table = read_toml(path, RecipeError).get("space")
    if not isinstance(table, dict) or not table:
        raise RecipeError(f"{path}: has no settings; write them below a line [space].")
    space: dict[str, Choices | Range] = {}
    for written, what in table.items():
        name = written.replace("-", "_")
        name = OTHER_NAMES.get(name, name)
        try:
            space[name] = _parameter(name, what)
        except RecipeError as error:
            raise RecipeError(f"{path}: {error}") from error
    return space


def changed(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """The recipe with some settings, or disturbances, set to other values. Raises `RecipeError`."""
    plain = dataclasses.asdict(recipe)
    for name, value in values.items():
        (plain if name in SETTINGS else plain["augmentation"])[name] = value
    return recipe_from(plain)


def _find(source: str | Path) -> Path:
    path, named = Path(source), SPACES / f"{source}.toml"
    if path.exists() or path.suffix == ".toml":
        return path
    if not named.is_file():
        known = ", ".join(sorted(p.stem for p in SPACES.glob("*.toml")))
        raise RecipeError(f"space '{source}' does not exist; known are {known}, or give a TOML file.")
    return named


def _parameter(name: str, what: Any) -> Choices | Range:
    kind = (SETTINGS | DISTURBANCES).get(name)
    if kind is None or name in NOT_SEARCHED:
        able = [setting for setting in (*SETTINGS, *DISTURBANCES) if setting not in NOT_SEARCHED]
        raise RecipeError(f"'{name}' is no setting that can be searched; those are {', '.join(able)}.")
    if isinstance(what, list) and what:
        by_word = {word_of(value): _possible(name, value) for value in what}
        if len(by_word) < len(what):
            raise RecipeError(f"{name}: has the same value twice.")
        return Choices(by_word)
    if isinstance(what, dict):
        return _range(name, kind, what)
    raise RecipeError(f"{name}: must be a list of values or a table like {{low = 1, high = 5}}.")


def _range(name: str, kind: Any, table: Mapping[str, Any]) -> Range:
    if kind not in {int, float}:
        raise RecipeError(f"{name}: is no number, so it needs a list of values, not low and high.")
    odd = sorted(set(table) - {"low", "high", "log", "points"})
    missing = [key for key in ("low", "high") if key not in table]
    if odd or missing:
        raise RecipeError(
            f"{name}: a range has low, high, and if wanted log and points; "
            f"{'it lacks ' + ' and '.join(missing) if missing else odd[0] + ' is not known'}."
        )
    low, high = (_possible(name, table[key]) for key in ("low", "high"))
    log, points = table.get("log", False), table.get("points", 0)
    if type(log) is not bool or type(points) is not int or points < 0:
        raise RecipeError(f"{name}: log must be true or false, and points a whole number.")
    if not low < high:
        raise RecipeError(f"{name}: low must be below high, but {low} is not below {high}.")
    if log and low <= 0:
        raise RecipeError(f"{name}: with log = true, low must be above 0, not {low}.")
    return Range(low, high, kind is int, log, points)


def _possible(name: str, value: Any) -> Any:
    """The value as a recipe holds it; whether it goes with the others shows in a trial."""
    recipe = changed(Recipe(), {name: value})
    return getattr(recipe if name in SETTINGS else recipe.augmentation, name)


def word_of(value: Any) -> str:
    """A value as it is written on the command line."""
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
