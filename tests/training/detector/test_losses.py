"""The loss is small for right answers and pulls wrong ones to them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from tests.training.detector.drawn import face_row
from training.detector.losses import Losses, boxes_of, detection_loss, points_of
from training.detector.network import CHANNELS, STRIDES, cell_places
from training.detector.targets import Targets, assign, batch_of

SIDE = (96, 96)
FACE = (50.0, 45.0, 30.0)


def targets_of(*, sure: bool = True) -> list[Targets]:
    return assign(batch_of([torch.from_numpy(face_row(*FACE))], [torch.tensor([sure])]), SIDE)


def right_cells() -> list[Tensor]:
    """Logits that say exactly what is asked."""
    cells = []
    for target, places, stride in zip(targets_of(), cell_places(SIDE), STRIDES, strict=True):
        grid = torch.zeros(1, len(places), CHANNELS)
        grid[..., :2] = torch.where(target.face[..., None], 12.0, -12.0)
        where = places[target.face[0]]
        middle = target.boxes[:, :2] + target.boxes[:, 2:] / 2
        said = torch.cat(
            [
                torch.full((len(where), 2), 12.0),
                middle / stride - where,
                (target.boxes[:, 2:] / stride).log(),
                target.points / stride - where.repeat(1, 5),
            ],
            dim=1,
        )
        grid[target.face] = said
        cells.append(grid)
    return cells


def loss_of(cells: list[Tensor], *, sure: bool = True) -> Losses:
    return detection_loss(cells, targets_of(sure=sure), SIDE)


def test_right_answers_cost_nothing() -> None:
    losses = loss_of(right_cells())
    assert losses.total < 1e-3


def test_a_box_beside_the_face_costs_more_the_farther_it_lies() -> None:
    costs = []
    for apart in (0.0, 0.5, 1.0, 5.0, 9.0):
        cells = right_cells()
        cells[0][..., 2] += apart
        costs.append(float(loss_of(cells).box))
    assert costs == sorted(costs)
    assert costs[-1] > 1, "beyond the last overlap the distance still counts"


def test_landmarks_count_in_sides_of_the_face() -> None:
    cells = right_cells()
    cells[0][..., 6] += 1  # one stride to the right
    longer = 1.3 * FACE[2]
    assert math.isclose(float(loss_of(cells).points), 8 / longer - 0.005, rel_tol=1e-3)


def test_a_face_where_none_is_costs_unless_nobody_knows() -> None:
    cells = right_cells()
    assert loss_of(cells, sure=False).face < 1e-3, "cells of a face that is not sure do not count"
    cells[0][0, 0, :2] = 12.0
    assert loss_of(cells).face > 1


def test_following_the_gradient_leads_to_the_face() -> None:
    cells = [torch.zeros(1, len(places), CHANNELS, requires_grad=True) for places in cell_places(SIDE)]
    optimiser = torch.optim.Adam(cells, 0.1)
    for _ in range(120):
        optimiser.zero_grad()
        loss_of(cells).total.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    best = int(cells[0][0, :, :2].sigmoid().prod(dim=1).argmax())
    place, said = cell_places(SIDE)[0][best : best + 1], cells[0][0, best : best + 1]
    row = torch.from_numpy(face_row(*FACE))
    torch.testing.assert_close(boxes_of(said, place, 8), row[:, :4], atol=1.5, rtol=0)
    torch.testing.assert_close(points_of(said, place, 8), row[:, 4:], atol=1.5, rtol=0)


def test_cells_are_read_as_opencv_reads_them() -> None:
    cell = torch.zeros(1, CHANNELS)
    cell[0, 2:6] = torch.tensor([0.5, 0.25, math.log(2), math.log(3)])
    cell[0, 6:8] = torch.tensor([1.0, -1.0])
    place = torch.tensor([[4.0, 2.0]])
    assert boxes_of(cell, place, 8).tolist() == [[36 - 8, 18 - 12, 16, 24]]
    assert points_of(cell, place, 8)[0, :2].tolist() == [40, 8]


def test_without_any_face_only_false_ones_cost() -> None:
    empty = assign(batch_of([torch.zeros(0, 14)], [torch.zeros(0, dtype=torch.bool)]), SIDE)
    losses = detection_loss([torch.zeros(1, len(p), CHANNELS) for p in cell_places(SIDE)], empty, SIDE)
    assert losses.box == 0
    assert losses.points == 0
    assert losses.face > 0
