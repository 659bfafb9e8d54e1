"""How wrong the cells are: is there a face, how good is the box, where are box and landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from training.detector.network import STRIDES, cell_places
from training.detector.targets import Targets

_FOCUS: Final = 2.0
"""Power by which easy background counts less (Lin et al. 2017)."""
_BACKGROUND: Final = 0.75
"""Weight of background against faces."""
_NEAR: Final = 0.01
"""Landmark errors below this share of the face's side count by their square: nobody knows them better."""
_BOX: Final = 5.0
_POINTS: Final = 4.0
"""What boxes and landmarks count beside class and objectness."""
_LARGEST: Final = 5.0
"""Largest logarithm of a box's side in cells; more would only be a number without bounds."""


@dataclass(frozen=True, slots=True)
class Losses:
    """Means over the cells that answer for a face; `total` is weighted and has the gradient."""

    total: Tensor
    face: Tensor
    quality: Tensor
    box: Tensor
    points: Tensor


def boxes_of(cells: Tensor, places: Tensor, stride: int) -> Tensor:
    """The boxes (P, 4) that cells (P, 16) at these columns and rows (P, 2) mean, in pixels."""
    centres = (places + cells[:, 2:4]) * stride
    sizes = cells[:, 4:6].clamp(max=_LARGEST).exp() * stride
    return torch.cat([centres - sizes / 2, sizes], dim=1)


def points_of(cells: Tensor, places: Tensor, stride: int) -> Tensor:
    """The landmarks (P, 10) that cells (P, 16) mean, in pixels."""
    return (places.repeat(1, 5) + cells[:, 6:16]) * stride


def detection_loss(cells: Sequence[Tensor], targets: Sequence[Targets], side: tuple[int, int]) -> Losses:
    """The loss of the rows of cells (B, N, 16) of each grid for pictures of (height, width).

    Objectness learns how well the box overlaps, so that the score sqrt(class x objectness) prefers the best
    of several boxes (quality focal loss, Li et al. 2020). Boxes: 1 - IoU plus the distance of the centres
    (DIoU, Zheng et al. 2020).
    """
    first = cells[0].float()
    sums = first.new_zeros(4)
    answering = 0
    grids = zip(cells, targets, cell_places(side, first.device), STRIDES, strict=True)
    for grid, target, places, stride in grids:
        rows = grid.float()
        chosen = rows[target.face]
        where = places.expand(len(rows), -1, -1)[target.face]
        boxes, points = boxes_of(chosen, where, stride), points_of(chosen, where, stride)
        overlap, distance = _agreement(boxes, target.boxes)
        wanted = torch.zeros_like(rows[..., 0])
        wanted[target.face] = overlap.detach().clamp(0, 1)
        longer = target.boxes[:, 2:].amax(dim=1, keepdim=True)
        missed = F.smooth_l1_loss(points / longer, target.points / longer, reduction="sum", beta=_NEAR)
        counted = ~target.ignored
        sums = sums + torch.stack(
            [
                _focal(rows[..., 0], target.face.float(), target.face)[counted].sum(),
                _focal(rows[..., 1], wanted, target.face)[counted].sum(),
                (1 - overlap + distance).sum(),
                missed,
            ]
        )
        answering += len(chosen)
    face, quality, box, points = sums / max(1, answering)
    total = face + quality + _BOX * box + _POINTS * points
    return Losses(total, face.detach(), quality.detach(), box.detach(), points.detach())


def _focal(logits: Tensor, wanted: Tensor, face: Tensor) -> Tensor:
    """Cross-entropy; on background the easy cells, nearly all, count less."""
    background = _BACKGROUND * logits.detach().sigmoid() ** _FOCUS
    weights = torch.where(face, torch.ones_like(background), background)
    return weights * F.binary_cross_entropy_with_logits(logits, wanted, reduction="none")


def _agreement(boxes: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Intersection over union (P,), and the centres' squared distance in diagonals of the hull."""
    low, high = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    wanted_low, wanted_high = wanted[:, :2], wanted[:, :2] + wanted[:, 2:]
    shared = (torch.minimum(high, wanted_high) - torch.maximum(low, wanted_low)).clamp(min=0).prod(dim=1)
    union = boxes[:, 2:].prod(dim=1) + wanted[:, 2:].prod(dim=1) - shared
    hull = torch.maximum(high, wanted_high) - torch.minimum(low, wanted_low)
    between = (low + high - wanted_low - wanted_high) / 2
    distance = (between**2).sum(dim=1) / (hull**2).sum(dim=1).clamp(min=1e-6)
    return shared / union.clamp(min=1e-6), distance
