"""Scenes that were made ahead are the ones that were ordered, however often the making was stopped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training.detector.drawn import make_stock
from training.detector import scene_files
from training.detector.scene_files import Order, SceneFolder, make_scenes
from training.detector.scenes import make_scene
from training.detector.stock import read_stock
from training.errors import DataError, RunError


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_files, "PART", 4)


def all_parts(parts: object, _total: int) -> object:
    return parts


def made(tmp_path: Path, out: str, count: int = 10, **others: int) -> Path:
    if not (tmp_path / "faces").exists():
        make_stock(tmp_path / "faces")
    order = Order(str(tmp_path / "faces"), "", count, side=96, **others)
    make_scenes(order, tmp_path / out, 1, all_parts)  # type: ignore[arg-type]
    return tmp_path / out


def test_scenes_come_back_with_their_labels(tmp_path: Path) -> None:
    scenes = SceneFolder(made(tmp_path, "scenes", seed=5))
    assert (len(scenes), scenes.side) == (10, 96)
    stock = read_stock(tmp_path / "faces")
    for number in (0, 5, 9):
        wanted, labels = make_scene(stock, (5, number), 96)
        picture, known = scenes[number]
        assert np.array_equal(known.faces, labels.faces)
        assert np.array_equal(known.sure, labels.sure)
        assert np.abs(picture.astype(int) - wanted).mean() < 6, "JPEG changes little"


def test_a_stopped_making_goes_on_to_the_same_scenes(tmp_path: Path) -> None:
    whole = SceneFolder(made(tmp_path, "whole"))
    folder = made(tmp_path, "stopped", count=4)
    kept = (folder / "00000.jpegs").stat().st_mtime_ns
    stopped = SceneFolder(made(tmp_path, "stopped"))
    assert stopped.fingerprint == whole.fingerprint
    assert (folder / "00000.jpegs").stat().st_mtime_ns == kept


def test_scenes_of_another_order_are_not_mixed_in(tmp_path: Path) -> None:
    made(tmp_path, "scenes", count=4)
    with pytest.raises(RunError, match=r"made otherwise \(seed\)"):
        made(tmp_path, "scenes", count=4, seed=1)


def test_a_last_part_that_was_short_is_made_whole(tmp_path: Path) -> None:
    made(tmp_path, "scenes", count=6)
    assert len(SceneFolder(made(tmp_path, "scenes", count=10))) == 10


def test_what_holds_no_scenes_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no scenes; make them"):
        SceneFolder(tmp_path)
    folder = made(tmp_path, "scenes", count=4)
    (folder / "00000.npz").write_bytes(b"torn")
    with pytest.raises(DataError, match=r"00000\.npz: is damaged"):
        SceneFolder(folder)
