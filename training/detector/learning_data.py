"""Batches of scenes, varied anew in each epoch, and the same for the same seed, epoch and number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from training.detector.boxes import Picture, mirror
from training.detector.pieces import seen_within, shifted
from training.detector.scene_files import SceneFolder
from training.detector.targets import Batch, batch_of
from training.detector.teacher import Labels

_SHIFT: Final = 16
"""Pixels by which a scene is moved at most: a face lies in other cells each time."""

Item = tuple[int, int, int]
"""Seed, epoch and number of a scene."""
Batched = tuple[Tensor, Batch]
"""Pictures (B, 3, H, W) uint8, and their faces."""


def varied(picture: Picture, labels: Labels, rng: np.random.Generator) -> tuple[Picture, Labels]:
    """The scene mirrored or not, moved a little, brighter or darker."""
    height, width = picture.shape[:2]
    if rng.random() < 0.5:
        picture, labels = picture[:, ::-1], Labels(mirror(labels.faces, width), labels.sure)
    right, down = (int(value) for value in rng.integers(-_SHIFT, _SHIFT + 1, 2))
    wide = cv2.copyMakeBorder(picture, _SHIFT, _SHIFT, _SHIFT, _SHIFT, cv2.BORDER_REPLICATE)
    moved = wide[_SHIFT - down : _SHIFT - down + height, _SHIFT - right : _SHIFT - right + width]
    light, dark = rng.uniform(0.75, 1.25), rng.uniform(-20, 20)
    table = np.clip(np.arange(256) * light + dark, 0, 255).astype(np.uint8)
    seen = np.asarray(cv2.LUT(moved, table), np.uint8)
    return seen, seen_within(shifted(labels, right, down), width, height)


class _Scenes(Dataset[tuple[Picture, Labels]]):
    def __init__(self, scenes: SceneFolder) -> None:
        self._scenes = scenes

    def __getitem__(self, item: Item) -> tuple[Picture, Labels]:
        cv2.setNumThreads(0)
        picture, labels = self._scenes[item[2]]
        return varied(picture, labels, np.random.default_rng(item))


def _together(scenes: list[tuple[Picture, Labels]]) -> Batched:
    pictures = torch.from_numpy(np.stack([picture for picture, _labels in scenes])).permute(0, 3, 1, 2)
    faces = [torch.from_numpy(labels.faces) for _picture, labels in scenes]
    return pictures, batch_of(faces, [torch.from_numpy(labels.sure) for _picture, labels in scenes])


def batches(
    scenes: SceneFolder, count: int, batch: int, *, seed: int, epoch: int, workers: int
) -> Iterator[Batched]:
    """The first `count` scenes in the random order of this epoch; a last short batch is left out."""
    order = np.random.default_rng((seed, epoch)).permutation(count)
    groups = [
        [(seed, epoch, int(number)) for number in order[start : start + batch]]
        for start in range(0, count - batch + 1, batch)
    ]
    loader = DataLoader(
        _Scenes(scenes),
        batch_sampler=groups,
        num_workers=workers,
        collate_fn=_together,
        multiprocessing_context="spawn" if workers else None,
    )
    return iter(loader)
