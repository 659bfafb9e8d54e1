"""Which cells answer for which face, and what they should say.

Cells near the centre of a face answer for it, on the grid that suits its size; sizes between two grids
belong to both, so that no face falls between them. A cell that several faces claim belongs to the smallest,
which has fewer others. Faces that nobody should learn from (too small, too hidden) are neither face nor
background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from training.detector.network import STRIDES, cell_places

SIDES: Final = ((0.0, 60.0), (40.0, 140.0), (100.0, float("inf")))
"""Longer sides of the faces, in pixels, for which each grid answers."""
REACH: Final = 1.25
"""How far from a face's centre its cells may lie, in cells ..."""
WITHIN: Final = 0.4
"""... but no farther than this share of its longer side ..."""
LEAST: Final = 0.55
"""... and yet so far that every face has a cell."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The faces of several pictures, filled up to the same number.

    `faces` (B, F, 14) as in `boxes`; `counts` (B, F) 1 for a face to learn, -1 for one to leave alone, 0 for
    a place that is empty.
    """

    faces: Tensor
    counts: Tensor

    def to(self, device: torch.device) -> Batch:
        return Batch(self.faces.to(device), self.counts.to(device))


@dataclass(frozen=True, slots=True)
class Targets:
    """What the cells of one grid should say: `face` (B, N) bool, `ignored` (B, N) bool, and for the P cells
    that answer for a face, in the order of `face`, its `boxes` (P, 4) and `points` (P, 10) in pixels.
    """

    face: Tensor
    ignored: Tensor
    boxes: Tensor
    points: Tensor


def batch_of(faces: Sequence[Tensor], sure: Sequence[Tensor]) -> Batch:
    """Faces (n, 14) of several pictures, and whether each one (n,) is to be learned."""
    most = max((len(rows) for rows in faces), default=0)
    filled = torch.zeros(len(faces), max(1, most), 14)
    counts = torch.zeros(len(faces), max(1, most))
    for number, (rows, known) in enumerate(zip(faces, sure, strict=True)):
        filled[number, : len(rows)] = rows
        counts[number, : len(rows)] = torch.where(known, 1.0, -1.0)
    return Batch(filled, counts)


def assign(batch: Batch, side: tuple[int, int]) -> list[Targets]:
    """The targets of each grid for pictures of (height, width)."""
    places = cell_places(side, batch.faces.device)
    return [
        _assign_grid(batch, place, stride, sides)
        for place, stride, sides in zip(places, STRIDES, SIDES, strict=True)
    ]


def _assign_grid(batch: Batch, places: Tensor, stride: int, sides: tuple[float, float]) -> Targets:
    low, sizes = batch.faces[..., :2], batch.faces[..., 2:4]
    centres = low + sizes / 2
    longer = sizes.amax(dim=-1)
    cells = (places + 0.5) * stride
    reach = (WITHIN * longer / stride).clamp(LEAST, REACH) * stride
    apart = (cells[None, None] - centres[:, :, None]).abs().amax(dim=-1)  # (B, F, N)
    on_this_grid = (longer >= sides[0]) & (longer < sides[1]) & (batch.counts > 0)
    claims = (apart < reach[..., None]) & on_this_grid[..., None]
    areas = sizes.prod(dim=-1)[..., None].expand_as(claims)
    area, owner = torch.where(claims, areas, torch.inf).min(dim=1)
    face = area < torch.inf
    inside = (cells[None, None] > low[:, :, None]) & (cells[None, None] < (low + sizes)[:, :, None])
    ignored = (inside.all(dim=-1) & (batch.counts < 0)[..., None]).any(dim=1) & ~face
    rows = torch.gather(batch.faces, 1, owner[..., None].expand(-1, -1, 14))[face]
    return Targets(face, ignored, rows[:, :4], rows[:, 4:])
