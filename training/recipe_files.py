"""Recipes as files and as words of the command line."""

from __future__ import annotations

import ast
import dataclasses
import difflib
import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_type_hints

from training.errors import RecipeError
from training.files import read_toml
from training.recipe import CHOICES, Augmentation, Recipe

RECIPES: Final = Path(__file__).with_name("recipes")

OTHER_NAMES: Final[Mapping[str, str]] = {"step_rule": "optimiser", "learning_rate": "rate", "lr": "rate"}
"""What the field also calls a setting."""


HEEDED_BY: Final[Mapping[str, frozenset[str]]] = {
    "builder": frozenset({"conv_sizes", "feature_maps", "mlp_hiddens", "padding", "batch_norm"}),
    "resnet": frozenset({"stem"}),
}
"""Settings that only networks look at whose names begin so."""


def load_recipe(source: str | Path | None, overrides: Mapping[str, Sequence[str]] | None = None) -> Recipe:
    """Read a TOML recipe, by path or by its name in `training/recipes`, and apply overrides.

    A recipe that says `like = "other"` changes that one. Overrides map a setting to its words on the
    command line.
    """
    values = {} if source is None else _read_with_parent(source)
    disturbances = values.pop("augmentation", {})
    for written, words in (overrides or {}).items():
        name = written.replace("-", "_")
        name = OTHER_NAMES.get(name, name)
        for kinds, table in ((SETTINGS, values), (DISTURBANCES, disturbances)):
            if name in kinds:
                table[name] = _from_words(name, kinds[name], words)
                break
        else:
            raise _unknown(name)
    recipe = recipe_from(values | {"augmentation": disturbances})
    _check_heeded(recipe.network, overrides or {})
    return recipe


def _check_heeded(network: str, overrides: Mapping[str, Sequence[str]]) -> None:
    """Raises `RecipeError` for a setting on the command line that this network does not look at."""
    for written in overrides:
        name = written.replace("-", "_")
        for heeding, settings in HEEDED_BY.items():
            if name in settings and not network.startswith(heeding):
                kind = "the builder" if heeding == "builder" else "ResNets"
                raise RecipeError(f"--{name.replace('_', '-')} is for {kind}; '{network}' does not heed it.")


def recipe_from(values: Mapping[str, Any]) -> Recipe:
    """A recipe from plain values, as TOML or a checkpoint holds them. Raises `RecipeError`."""
    plain = dict(values)
    disturbances = plain.pop("augmentation", {})
    checked = {name: _checked(name, SETTINGS, value) for name, value in plain.items()}
    disturbed = {name: _checked(name, DISTURBANCES, value) for name, value in disturbances.items()}
    return Recipe(**checked, augmentation=Augmentation(**disturbed))


def _find_recipe(source: str | Path) -> Path:
    path = Path(source)
    named = RECIPES / f"{source}.toml"
    if path.suffix == ".toml" or path.exists() or not named.is_file():
        if not path.exists() and path.suffix != ".toml":
            known = ", ".join(sorted(p.stem for p in RECIPES.glob("*.toml")))
            raise RecipeError(f"recipe '{source}' does not exist; known are {known}, or give a TOML file.")
        return path
    return named


def _read_with_parent(source: str | Path, depth: int = 0) -> dict[str, Any]:
    """A recipe's values over those of the one that it names by `like`."""
    path = _find_recipe(source)
    values = read_toml(path, RecipeError)
    disturbances = values.get("augmentation", {})
    if not isinstance(disturbances, dict):
        raise RecipeError(f"{path}: augmentation must be a table.")
    parent = values.pop("like", None)
    if parent is None:
        return values
    if not isinstance(parent, str):
        raise RecipeError(f"{path}: 'like' must be the name or path of a recipe, not {parent}.")
    if parent.endswith(".toml"):
        parent = path.parent / parent
    if depth > 8:
        raise RecipeError(f"{path}: 'like' leads in a circle.")
    inherited = _read_with_parent(parent, depth + 1)
    return inherited | values | {"augmentation": inherited.get("augmentation", {}) | disturbances}


def _settings(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind) if f.name != "augmentation"}


SETTINGS: Final = _settings(Recipe)
"""Type of each setting of a recipe."""
DISTURBANCES: Final = _settings(Augmentation)
"""Type of each setting of the augmentation."""


def _unknown(name: str) -> RecipeError:
    known = [*SETTINGS, *DISTURBANCES, *OTHER_NAMES]
    near = difflib.get_close_matches(name, known, 1)
    guess = f"did you mean '{near[0]}'? " if near else ""
    return RecipeError(f"'{name}' is not a setting; {guess}`train --help` shows all of them.")


def _kind_name(kind: Any) -> str:
    return (
        str(kind).replace("tuple[", "list of ").removesuffix(", ...]")
        if "tuple" in str(kind)
        else kind.__name__
    )


def _checked(name: str, kinds: Mapping[str, Any], value: Any) -> Any:
    if name not in kinds:
        raise _unknown(name)
    kind = kinds[name]
    if kind is float and type(value) is int:
        return float(value)
    if kind in {tuple[int, ...], tuple[str, ...]} and isinstance(value, list | tuple):
        wanted = int if kind == tuple[int, ...] else str
        if all(type(entry) is wanted for entry in value):
            return tuple(value)
    elif type(value) is kind:
        return value
    raise RecipeError(f"'{name}' must be of type {_kind_name(kind)}, not '{value}'.")


def _from_words(name: str, kind: Any, words: Sequence[str]) -> Any:
    """The value that command-line words stand for; no words at all switch a setting on."""
    try:
        if kind == tuple[int, ...]:
            return [int(word) for text in words for word in text.replace(",", " ").split()]
        if kind == tuple[str, ...]:
            return [word for text in words for word in text.split(",") if word]
        if kind is bool:
            return {"": True, "true": True, "yes": True, "false": False, "no": False}["".join(words).lower()]
        (word,) = words
        return "sgd" if (name, word) == ("optimiser", "scale") else kind(word)
    except (ValueError, KeyError):
        raise RecipeError(f"'{name}' must be of type {_kind_name(kind)}, not '{' '.join(words)}'.") from None


def dump_recipe(recipe: Recipe) -> str:
    """The recipe as TOML that `load_recipe` reads back to the same value."""

    def written(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if isinstance(value, tuple):
            return "[" + ", ".join(written(entry) for entry in value) + "]"
        return repr(value)

    values = dataclasses.asdict(recipe)
    disturbances = values.pop("augmentation")
    lines = [f"{name} = {written(value)}" for name, value in values.items()]
    lines += ["", "[augmentation]", *(f"{name} = {written(value)}" for name, value in disturbances.items())]
    return "\n".join(lines) + "\n"


def describe_settings() -> list[tuple[str, str, str]]:
    """Every setting as flag, default and what it does, for `--help` and the documentation."""
    rows = []
    for kind in (Recipe, Augmentation):
        texts = _field_texts(kind)
        default = kind()
        for name in SETTINGS if kind is Recipe else DISTURBANCES:
            value = getattr(default, name)
            shown = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            text = texts.get(name, "")
            if name in CHOICES:
                text += f" ({', '.join(CHOICES[name])})"
            rows.append((f"--{name.replace('_', '-')}", shown, text.strip()))
    return rows


def _field_texts(kind: type) -> dict[str, str]:
    """The string that stands under each field in the source."""
    (definition,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(definition, ast.ClassDef)
    texts = {}
    for field_, text in zip(definition.body, definition.body[1:], strict=False):
        if (
            isinstance(field_, ast.AnnAssign)
            and isinstance(field_.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            texts[field_.target.id] = " ".join(str(text.value.value).split())
    return texts
