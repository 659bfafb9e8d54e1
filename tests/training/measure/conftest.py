"""Runs on disk that no one had to train, and networks with known answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.made_data import made_faces, write_dataset
from training.data.examples import Examples
from training.measure.candidate import Candidate
from training.measure.evaluation import evaluate_examples
from training.measure.metrics import Floats
from training.measure.report import Measured
from training.networks.build import build_network
from training.recipe_files import load_recipe
from training.records import write_history, write_surroundings
from training.run import Run, load_run, save_final

SMALL = {
    "network": ["builder"],
    "conv_sizes": ["3"],
    "feature_maps": ["2", "0"],
    "mlp_hiddens": ["8"],
    "border": ["0"],
}

MakeRun = Callable[..., Path]


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Write the folder of a run with random weights; returns it."""

    def make(name: str, examples: Examples, torch_seed: int = 0, pictures: str = "", **settings: str) -> Path:
        recipe = load_recipe(None, SMALL | {key: [value] for key, value in settings.items()})
        torch.manual_seed(torch_seed)
        network = build_network(recipe, examples.heads, examples.side, examples.images)
        folder = tmp_path / "runs" / name
        write_surroundings(folder, recipe, "faces.csv", "1234", training=examples, validation=examples)
        heads = {f"{head}_accuracy": 0.25 + 0.1 * torch_seed for head in examples.heads}
        rows = [
            {"epoch": epoch, "size": 48, "rate": 0.1 / epoch, "loss": 2 / epoch, **heads}
            | {"validation_loss": 1.9, "seconds": 1.5}
            for epoch in (1, 2)
        ]
        write_history(rows, folder / "history.csv")
        save_final(folder, recipe, network, examples.side, pictures=pictures)
        return folder

    return make


@pytest.fixture
def faces_csv(tmp_path: Path) -> Path:
    """Kaggle's table with votes: 56 pictures of Training, 28 of PublicTest."""
    return write_dataset(tmp_path / "fer2013")


def mostly_right(examples: Examples, share: float, seed: int) -> dict[str, Floats]:
    """Logits of all heads that are right on about `share` of the pictures."""
    rng = np.random.default_rng(seed)
    logits = {}
    for head, truth in examples.truths.items():
        classes = len(truth.labels)
        wrong = rng.random(len(examples)) > share
        said = np.where(wrong, (truth.answers + 1) % classes, truth.answers)
        logits[head] = (3 * np.eye(classes)[said] + rng.normal(0, 0.3, (len(said), classes))).astype(
            np.float32
        )
    return logits


def measured(examples: Examples, share: float, name: str, run: Run | None = None, seed: int = 0) -> Measured:
    """A network that is right on about `share` of the pictures, as if it were that run."""
    logits = mostly_right(examples, share, seed)
    seen = np.arange(len(examples)) < 7
    candidate = Candidate(
        name, logits, run, parameters=1_900_000, macs=127_000_000, seconds={1: 0.004, 128: 0.002}
    )
    return Measured(candidate, evaluate_examples(logits, examples, seen), examples, "PublicTest of faces.csv")


@pytest.fixture
def one_measured(make_run: MakeRun) -> Measured:
    """A run that is right on about two of three faces, by FER2013's labels."""
    faces = made_faces(70).with_heads(["fer2013"])
    return measured(faces, 0.66, "my run", load_run(make_run("one", faces)))
