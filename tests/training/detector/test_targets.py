"""Cells answer for the right faces."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.training.detector.drawn import face_row
from training.detector.network import STRIDES, cell_places
from training.detector.targets import Batch, assign, batch_of

SIDE = (320, 320)


def one(*rows: tuple[float, float, float], sure: bool = True) -> Batch:
    faces = np.concatenate([face_row(*row) for row in rows])
    return batch_of([torch.from_numpy(faces)], [torch.full((len(rows),), sure)])


@pytest.mark.parametrize("width", [8, 12, 20, 31, 33, 46, 60, 77, 107, 150, 240, 290])
@pytest.mark.parametrize("place", [(160.0, 160.0), (157.3, 161.9), (4.0, 316.0)])
def test_every_face_of_any_size_and_place_has_cells_at_its_centre(
    width: float, place: tuple[float, float]
) -> None:
    targets = assign(one((*place, width)), SIDE)
    assert any(target.face.any() for target in targets)
    for target, places, stride in zip(targets, cell_places(SIDE), STRIDES, strict=True):
        cells = (places[target.face[0]] + 0.5) * stride
        reach = max(0.55 * stride, min(0.52 * width, 1.25 * stride))
        assert ((cells - torch.tensor(place)).abs() <= reach + 1e-3).all()
        assert target.boxes[:, 2].tolist() == pytest.approx([width] * len(target.boxes))


def test_small_faces_are_for_the_fine_grid_and_large_ones_for_the_coarse() -> None:
    small, large = assign(one((100, 100, 20)), SIDE), assign(one((160, 160, 200)), SIDE)
    assert [bool(target.face.any()) for target in small] == [True, False, False]
    assert [bool(target.face.any()) for target in large] == [False, False, True]


def test_the_smaller_of_two_faces_keeps_its_cells() -> None:
    target = assign(one((160, 160, 40), (170, 160, 20)), SIDE)[0]
    shared = target.boxes[:, 2]
    assert set(shared.tolist()) == {40.0, 20.0}
    alone = assign(one((170, 160, 20)), SIDE)[0]
    assert int((shared == 20).sum()) == int(alone.face.sum())


def test_a_face_that_is_not_sure_is_neither_face_nor_background() -> None:
    targets = assign(one((160, 160, 40), sure=False), SIDE)
    assert not any(target.face.any() for target in targets)
    ignored = targets[0].ignored
    assert 0 < int(ignored.sum()) < ignored.numel()
    row, column = divmod(int(ignored[0].nonzero()[0]), SIDE[1] // 8)
    assert abs((column + 0.5) * 8 - 160) < 20
    assert abs((row + 0.5) * 8 - 160) < 26


def test_pictures_of_a_batch_keep_their_own_faces() -> None:
    faces = [torch.from_numpy(face_row(100, 100, 30)), torch.zeros(0, 14)]
    batch = batch_of(faces, [torch.tensor([True]), torch.zeros(0, dtype=torch.bool)])
    face = assign(batch, SIDE)[0].face
    assert face[0].any()
    assert not face[1].any()


def test_targets_stand_in_the_order_of_their_cells() -> None:
    batch = one((60, 60, 30), (250, 250, 32))
    target = assign(batch, SIDE)[0]
    first = int(target.face[0].nonzero()[0])
    assert first // 40 < 20
    assert target.boxes[0, 2] == 30
    assert target.points[0].tolist() == pytest.approx(face_row(60, 60, 30)[0, 4:].tolist())
