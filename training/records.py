"""What a run folder tells beside its weights: recipe, surroundings and history."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import torch

from training.data.examples import Examples
from training.files import write_whole
from training.recipe import Recipe
from training.recipe_files import dump_recipe

LIBRARIES: Final = ("torch", "numpy", "onnx", "onnxruntime-gpu", "opencv-python-headless")


def fingerprint(examples: Examples) -> str:
    """A hash of pictures and targets, by which a run knows its data again."""
    digest = hashlib.sha256(examples.images.tobytes())
    for name, truth in examples.truths.items():
        digest.update(name.encode())
        digest.update(truth.targets.tobytes())
    return digest.hexdigest()[:16]


def code_revision() -> str:
    """What git calls this state of the code; "unknown" where there is no git."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parent,
        )
    except OSError:
        return "unknown"
    return told.stdout.strip() or "unknown"


def library_versions() -> dict[str, str]:
    """Versions of what decides a result."""
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except ModuleNotFoundError:
            versions[name] = "not installed"
    return versions


def describe_surroundings(data: str) -> dict[str, object]:
    """What a reader needs to repeat the run: versions, machine, code revision, name of the data."""
    return {
        "python": platform.python_version(),
        **library_versions(),
        "machine": platform.machine(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "git": code_revision(),
        "data": Path(data).name,
    }


def write_surroundings(
    folder: Path, recipe: Recipe, data: str, pictures: str, *, training: Examples, validation: Examples
) -> None:
    """Write `recipe.toml` and `environment.json`. Raises `RunError` if the folder cannot be written."""
    counts = {
        part: {head: truth.counts() for head, truth in examples.truths.items()}
        for part, examples in (("training", training), ("validation", validation))
    }
    described = describe_surroundings(data) | {"pictures": pictures, "counts": counts}
    write_whole(folder / "recipe.toml", dump_recipe(recipe))
    write_whole(folder / "environment.json", json.dumps(described, indent=1) + "\n")


def write_history(history: Sequence[Mapping[str, float]], path: Path) -> None:
    """One row per epoch as .csv, or as .parquet for data frames."""
    if path.suffix == ".parquet":
        import pandas as pd

        buffer = io.BytesIO()
        pd.DataFrame(history).to_parquet(buffer)
        write_whole(path, buffer.getvalue())
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, list(history[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    write_whole(path, text.getvalue())
