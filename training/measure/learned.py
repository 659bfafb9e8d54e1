"""What a network tells of the pictures that it learned from, and whether others are new to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.data.choose import TRAINING
from training.data.examples import DataSet
from training.errors import ExportError, RecipeError, RunError
from training.onnx_files import METADATA_KEY, open_model
from training.recipe import Recipe
from training.recipe_files import recipe_from
from training.records import fingerprint
from training.run import Run

SPLIT_HERE = "Validation"
"""The part that data without parts of its own is given; only there can a split change with the data."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Where a network's knowledge comes from, as far as its file tells."""

    name: str
    heads: tuple[str, ...]
    recipe: Recipe | None
    """Of a model file, only how its data was split is in there; None if that is not known either."""
    pictures: str
    """Fingerprint of the training part; empty if it is not known."""


def learned_by_run(run: Run) -> Learned:
    """What a finished run tells."""
    return Learned(str(run.folder), tuple(run.heads), run.recipe, run.pictures)


def learned_by_file(path: Path) -> Learned:
    """What a model file tells; older ones say nothing of their pictures. Raises `ExportError`."""
    told = description(path)
    split = {name: told[name] for name in ("split_seed", "held_out") if told.get(name) is not None}
    try:
        recipe = recipe_from(split) if split else None
        heads = tuple(str(head["name"]) for head in told["heads"])
    except (RecipeError, KeyError, TypeError) as error:
        raise ExportError(f"{path}: its metadata cannot be used ({error}); export it again.") from error
    return Learned(str(path), heads, recipe, str(told.get("pictures") or ""))


def description(path: Path) -> dict[str, Any]:
    """The metadata of a model file. Raises `ExportError` if there is none."""
    text = open_model(path).get_modelmeta().custom_metadata_map.get(METADATA_KEY, "")
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ExportError(
            f"{path}: is not a model file; its metadata names no heads. See docs/model-file.md."
        )
    return told


def check_new(networks: Sequence[Learned], data: DataSet, *, otherwise: str) -> None:
    """Raises `RunError` if data that has no parts of its own may now be split otherwise than for training.

    `otherwise`: what else can be done, at the end of that sentence.
    """
    if SPLIT_HERE not in data.parts:
        return
    splits = {(n.recipe.split_seed, n.recipe.held_out) for n in networks if n.recipe is not None}
    if len(splits) > 1:
        raise RunError(
            f"{data.name}: these networks held out different pictures (split_seed or held_out differ), so no "
            "picture is new to all of them; train them with the same, or on data with parts."
        )
    training = data.part(TRAINING)
    for network in networks:
        # Other label sets get a sentence of their own where answers are compared with them.
        if not network.pictures or not set(network.heads) <= set(training.truths):
            continue
        if fingerprint(training.with_heads(list(network.heads))) != network.pictures:
            raise RunError(
                f"{data.name}: is not the data that {network.name} learned from, or has changed since, so no "
                f"picture is surely new to it; give the data as it was, train anew, or {otherwise}."
            )
