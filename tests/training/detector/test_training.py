"""Training: the same for the same seed, exact after a stop, and it finds faces in the end."""

from __future__ import annotations

import csv
import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.detector.drawn import draw_face, face_row, make_stock
from training.detector.export import export_detector
from training.detector.learning_data import batches, varied
from training.detector.scene_files import Order, SceneFolder, make_scenes
from training.detector.score import agreement
from training.detector.settings import Settings
from training.detector.teacher import FaceFinder, Labels
from training.detector.train import Machine, load_detector, train
from training.errors import DataError, RecipeError, RunError

SMALL = Settings(epochs=2, batch=4, held_out=4, warmup=2, ema=0.9)
CPU = Machine(torch.device("cpu"))


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> SceneFolder:
    folder = tmp_path_factory.mktemp("detector")
    make_stock(folder / "faces")
    make_scenes(Order(str(folder / "faces"), "", 20, side=64), folder / "scenes", 1, lambda p, _n: p)
    return SceneFolder(folder / "scenes")


def weights(run: Path) -> dict[str, torch.Tensor]:
    return dict(load_detector(run).state_dict())


def test_a_run_folder_has_what_a_reader_needs(tmp_path: Path, scenes: SceneFolder) -> None:
    assert train(SMALL, scenes, tmp_path, CPU) == tmp_path / "final.pt"
    assert {path.name for path in tmp_path.iterdir()} == {
        "recipe.toml",
        "environment.json",
        "history.csv",
        "last.pt",
        "final.pt",
    }
    rows = list(csv.DictReader((tmp_path / "history.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["loss"]) < float(rows[0]["loss"])
    assert "epochs = 2" in (tmp_path / "recipe.toml").read_text(encoding="utf-8")


def test_a_stopped_run_ends_with_the_weights_of_one_that_was_not(tmp_path: Path, scenes: SceneFolder) -> None:
    train(SMALL, scenes, tmp_path / "whole", CPU)

    def stop_in_the_second(things: Iterable[Any], title: str, _total: int) -> Iterator[Any]:
        for number, thing in enumerate(things):
            if title == "epoch 2" and number == 2:
                raise KeyboardInterrupt
            yield thing

    with pytest.raises(KeyboardInterrupt):
        train(SMALL, scenes, tmp_path / "stopped", CPU, watch=stop_in_the_second)
    with pytest.raises(RunError, match="has not finished"):
        load_detector(tmp_path / "stopped")
    train(SMALL, scenes, tmp_path / "stopped", CPU, resume=True)
    whole, stopped = weights(tmp_path / "whole"), weights(tmp_path / "stopped")
    assert all(torch.equal(whole[name], stopped[name]) for name in whole)


def test_runs_are_not_overwritten_or_mixed(tmp_path: Path, scenes: SceneFolder) -> None:
    with pytest.raises(RunError, match="nothing to resume"):
        train(SMALL, scenes, tmp_path, CPU, resume=True)
    train(SMALL, scenes, tmp_path, CPU)
    with pytest.raises(RunError, match="already holds a run"):
        train(SMALL, scenes, tmp_path, CPU)
    other = Settings(epochs=2, batch=4, held_out=4, warmup=2, ema=0.9, rate=0.1)
    with pytest.raises(RunError, match=r"other settings \(rate\)"):
        train(other, scenes, tmp_path, CPU, resume=True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"epochs": 0}, "'epochs' must be above 0"), ({"ema": 1.0}, "'ema'"), ({"precision": "fp8"}, "'fp8'")],
)
def test_settings_that_cannot_hold_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        Settings(**wrong)


def test_too_few_scenes_are_refused(tmp_path: Path, scenes: SceneFolder) -> None:
    with pytest.raises(DataError, match="20 scenes are not enough"):
        train(Settings(held_out=19, batch=4), scenes, tmp_path, CPU)


def test_bf16_learns_too(tmp_path: Path, scenes: SceneFolder) -> None:
    settings = Settings(epochs=1, batch=8, held_out=4, precision="bf16")
    train(settings, scenes, tmp_path, CPU)
    assert all(torch.isfinite(value).all() for value in weights(tmp_path).values())


def test_batches_depend_on_the_epoch_and_not_on_the_number_of_workers(scenes: SceneFolder) -> None:
    def first(epoch: int, workers: int = 0) -> torch.Tensor:
        pictures, _faces = next(batches(scenes, 16, 4, seed=1, epoch=epoch, workers=workers))
        return pictures

    assert torch.equal(first(0), first(0, workers=1))
    assert not torch.equal(first(0), first(1))


def test_scenes_are_opened_anew_by_another_process(scenes: SceneFolder) -> None:
    sent = pickle.dumps(scenes)
    assert len(sent) < 1000
    assert np.array_equal(pickle.loads(sent)[3][0], scenes[3][0])


def test_a_varied_scene_carries_its_faces_along() -> None:
    picture = np.zeros((160, 160, 3), np.uint8)
    row = face_row(80, 80, 40)
    picture[int(row[0, 5]) - 1 : int(row[0, 5]) + 2, int(row[0, 4]) - 1 : int(row[0, 4]) + 2] = 255
    places = set()
    for seed in range(20):
        seen, labels = varied(picture, Labels(row, np.array([True])), np.random.default_rng(seed))
        light = seen[..., 0] > seen.min() + 60
        middle = np.argwhere(light).mean(axis=0)[::-1] + 0.5
        eyes = labels.faces[0, 4:8].reshape(2, 2)
        assert np.linalg.norm(eyes - middle, axis=1).min() < 1
        places.add(tuple(middle))
    assert len(places) > 15


@pytest.mark.slow
def test_a_small_training_finds_drawn_faces(tmp_path: Path) -> None:
    make_stock(tmp_path / "faces", faces=60)
    order = Order(str(tmp_path / "faces"), "", 1200, side=160)
    make_scenes(order, tmp_path / "scenes", 1, lambda parts, _n: parts)
    settings = Settings(epochs=6, batch=16, held_out=100, warmup=30, ema=0.98, rate=4e-3)
    train(settings, SceneFolder(tmp_path / "scenes"), tmp_path / "run", CPU)
    export_detector(load_detector(tmp_path / "run"), tmp_path / "drawn.onnx")
    finder = FaceFinder(tmp_path / "drawn.onnx", 0.5)
    found, missed = 0, 0
    for number in range(20):
        picture = np.full((200, 240, 3), 40 + 8 * number, np.uint8)
        row = face_row(90 + 3 * number, 100, 40 + 3 * number)
        draw_face(picture, row)
        counted = agreement(Labels(row, np.array([True])), finder.find(picture)[0])
        found += counted.found
        missed += counted.false
    assert found >= 17
    assert missed <= 3
