"""A run learns, keeps its state, and goes on after a stop as if nothing had happened."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import torch

from tests.training.conftest import TINY
from tests.training.made_data import made_faces
from training.data import FaceSet
from training.recipe import Recipe, load_recipe
from training.train import EpochRecord, RunError, Trainer, rate_at, train

OVERRIDES = [f"network={TINY}", "batch=14", "small_epochs=1", "ema=0.5", "warmup_epochs=1", "dropout=0.1"]


class Stopped(Exception):  # noqa: N818 - it is no error, only a way out
    """The user stopped the run."""


def run(folder: Path, recipe: Recipe, stop_after: int = 99, *, resume: bool = False) -> list[EpochRecord]:
    """Train on made faces; returns the reported epochs."""
    records: list[EpochRecord] = []

    def report(record: EpochRecord) -> None:
        records.append(record)
        if record.epoch == stop_after:
            raise Stopped

    training, validation = made_faces(56, seed=1), made_faces(14, seed=2)
    train(
        recipe,
        folder,
        training,
        validation,
        folder,
        resume=resume,
        progress=lambda batches, _title: batches,
        report=report,
    )
    return records


def final_weights(folder: Path) -> dict[str, torch.Tensor]:
    weights: dict[str, torch.Tensor] = torch.load(folder / "final.pt", weights_only=True)["weights"]
    return weights


def test_a_stopped_run_ends_with_the_very_weights_of_an_unbroken_one(tmp_path: Path) -> None:
    recipe = load_recipe(None, [*OVERRIDES, "epochs=3"])
    run(tmp_path / "whole", recipe)
    with pytest.raises(Stopped):
        run(tmp_path / "broken", recipe, stop_after=1)
    assert not (tmp_path / "broken" / "final.pt").exists()
    assert [record.epoch for record in run(tmp_path / "broken", recipe, resume=True)] == [2, 3]
    whole, broken = final_weights(tmp_path / "whole"), final_weights(tmp_path / "broken")
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


def test_a_run_folder_tells_what_happened(tmp_path: Path) -> None:
    recipe = load_recipe(None, [*OVERRIDES, "epochs=2"])
    run(tmp_path, recipe)
    assert load_recipe(tmp_path / "recipe.toml", []) == recipe
    with (tmp_path / "history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["epoch"], row["size"]) for row in rows] == [("1", "36"), ("2", "44")]
    assert '"torch"' in (tmp_path / "environment.json").read_text(encoding="utf-8")


def test_simple_pictures_are_learnt(tmp_path: Path) -> None:
    still = ["augmentation.shift=0", "augmentation.rotation=0", "augmentation.erasing=0"]
    records = run(tmp_path, load_recipe(None, [*OVERRIDES, *still, "epochs=10", "small_epochs=0"]))
    assert records[-1].loss < records[0].loss
    assert records[-1].fer2013_accuracy > 0.5
    assert records[-1].ferplus_accuracy > 0.5


def test_a_used_folder_is_not_overwritten(tmp_path: Path) -> None:
    recipe = load_recipe(None, [*OVERRIDES, "epochs=1"])
    run(tmp_path, recipe)
    with pytest.raises(RunError, match="already holds a run; add --resume"):
        run(tmp_path, recipe)
    with pytest.raises(RunError, match="trained with another recipe"):
        run(tmp_path, load_recipe(None, [*OVERRIDES, "epochs=4"]), resume=True)
    with pytest.raises(RunError, match="nothing to resume"):
        run(tmp_path / "new", recipe, resume=True)


def test_the_rate_warms_up_and_falls_to_nothing() -> None:
    recipe = Recipe(epochs=10, warmup_epochs=2, peak_rate=0.1)
    rates = [rate_at(step, 100, recipe) for step in range(1000)]
    assert rates[0] == pytest.approx(0.0005)
    assert max(rates) == rates[199] == pytest.approx(0.1)
    assert rates[600] == pytest.approx(0.05)
    assert rates[-1] < 1e-5
    assert rates[200:] == sorted(rates[200:], reverse=True)


def test_only_weights_decay(tmp_path: Path) -> None:
    faces: FaceSet = made_faces(14)
    trainer = Trainer(load_recipe(None, OVERRIDES), faces, tmp_path)
    decayed, free = trainer.optimiser.param_groups
    assert decayed["weight_decay"] > 0
    assert free["weight_decay"] == 0
    assert all(parameter.ndim > 1 for parameter in decayed["params"])
