"""A run folder's results: finished networks, written whole and read back with what they need."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.errors import RunError
from training.networks.build import build_network
from training.networks.network import Network
from training.recipe import Recipe
from training.recipe_files import recipe_from
from training.shrink import shrink


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: recipe, label sets, side of the pictures, and the network, ready to answer."""

    folder: Path
    recipe: Recipe
    heads: dict[str, tuple[str, ...]]
    side: int
    network: Network
    pictures: str = ""
    """Fingerprint of what it learned from (`records.fingerprint`); empty if it is not known."""
    unlabelled: int = 0
    """So many pictures that nobody had labelled were learned besides, by teachers' answers."""


def save_atomically(state: object, path: Path) -> None:
    """Save so that a torn file never replaces a whole one. Raises `RunError` if it cannot be written."""
    partial = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())  # a power cut may not leave a name without its content
        partial.replace(path)
    except (OSError, RuntimeError) as error:
        partial.unlink(missing_ok=True)
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise RunError(f"{path}: cannot be written ({reason}); what was saved before is kept.") from error


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read what `save_atomically` wrote. Raises `RunError` if it is something else or damaged."""
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
    except (
        OSError,
        RuntimeError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        pickle.UnpicklingError,
    ) as error:
        raise RunError(f"{path}: is damaged or no checkpoint of this laboratory.") from error
    if not isinstance(state, dict) or "recipe" not in state:
        raise RunError(f"{path}: is no checkpoint of this laboratory.")
    return state


def save_final(
    folder: Path,
    recipe: Recipe,
    network: Network,
    side: int,
    *,
    name: str = "final",
    kept: Mapping[str, Sequence[int]] | None = None,
    pictures: str = "",
    unlabelled: int = 0,
) -> Path:
    """Write a network with all that `load_run` needs; `side` is that of whole pictures.

    `kept`: of a pruned network, the filters that are left of each convolution. `pictures`: fingerprint of
    the training part; `unlabelled`: how many were learned besides, by teachers' answers alone.
    """
    path = folder / f"{name}.pt"
    state = {
        "recipe": asdict(recipe),
        "heads": {head: list(labels) for head, labels in network.labels.items()},
        "side": side,
        "pictures": pictures,
        "unlabelled": unlabelled,
        "kept": {layer: list(filters) for layer, filters in (kept or {}).items()},
        "weights": {key: value.cpu() for key, value in network.state_dict().items()},
    }
    save_atomically(state, path)
    return path


def load_run(folder: Path, weights: str = "final") -> Run:
    """The network of a finished run, in evaluation mode; `weights` may also be `best`.

    Raises `RunError` if the folder has none or it is damaged.
    """
    path = folder / f"{weights}.pt"
    if not folder.is_dir():
        raise RunError(f"{folder}: does not exist; name the folder of a finished run.")
    if not path.is_file():
        raise RunError(f"{path}: does not exist; the run has not finished (train --resume finishes it).")
    state = load_checkpoint(path)
    try:
        recipe = recipe_from(state["recipe"])
        heads = {head: tuple(labels) for head, labels in state["heads"].items()}
        side, pictures = int(state["side"]), str(state.get("pictures", ""))
        unlabelled = int(state.get("unlabelled", 0))
        network = build_network(recipe, heads, side)
        if state["kept"]:
            network = shrink(network, state["kept"])
        load_weights(network, state["weights"], path)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise RunError(f"{path}: is not the result of a run ({error}).") from error
    return Run(folder, recipe, heads, side, network.eval(), pictures, unlabelled)


def load_weights(network: nn.Module, weights: Mapping[str, Any], path: Path) -> None:
    """Raises `RunError` if they are of another network."""
    try:
        network.load_state_dict(weights)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise RunError(f"{path}: holds the weights of another network than its recipe names.") from error
