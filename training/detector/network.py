"""The detector's network: one pass over a picture, and one cell of three grids for every face.

An anchor-free network of depthwise-separable blocks in the manner of YuNet (Wu, Peng and Yu 2023): grids of
8, 16 and 32 pixels, the coarser ones summed into the finer. What lies at a high resolution decides the time,
so the width grows only where the grid is coarse.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.nn.utils.fusion import fuse_conv_bn_eval

STRIDES: Final = (8, 16, 32)
"""Pixels of a cell of each grid."""
CHANNELS: Final = 16
"""What a cell says: class and objectness (logits), box (4), landmarks (10)."""
MULTIPLE: Final = STRIDES[-1]
"""Sides of a picture must be a multiple of this many pixels."""

_SCALE: Final = 1 / 128
"""Brings grey values near to one. No mean is taken off, so that the black by which a caller fills up a
picture is the same as the zeros by which convolutions do."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths and depths of the network's parts."""

    stem: int = 16
    widths: tuple[int, int, int] = (48, 96, 144)
    """Channels at each stride."""
    depths: tuple[int, int, int] = (2, 3, 3)
    """Blocks at each stride."""
    neck: int = 64
    """Channels of the summed grids."""


class Block(nn.Sequential):
    """1x1 over channels, then 3x3 over each channel alone, batch norm, ReLU."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__(
            nn.Conv2d(inside, outside, 1, bias=False),
            nn.Conv2d(outside, outside, 3, padding=1, groups=outside, bias=False),
            nn.BatchNorm2d(outside),
            nn.ReLU(inplace=True),
        )


def _stage(inside: int, outside: int, depth: int) -> nn.Sequential:
    return nn.Sequential(Block(inside, outside), *(Block(outside, outside) for _ in range(depth - 1)))


class FaceNetwork(nn.Module):
    """From pictures (B, 3, H, W), BGR 0 to 255, to one map (B, 16, H/s, W/s) for each stride s.

    H and W must be multiples of 32.
    """

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        shape = shape or Shape()
        fine, middle, coarse = shape.widths
        self.scale = _SCALE
        self.first = nn.Conv2d(3, shape.stem, 3, stride=2, padding=1, bias=False)
        self.stem = nn.Sequential(
            nn.BatchNorm2d(shape.stem),
            nn.ReLU(inplace=True),
            Block(shape.stem, shape.stem),
            nn.MaxPool2d(2),
            Block(shape.stem, fine),
            nn.MaxPool2d(2),
        )
        self.stages = nn.ModuleList(
            [
                _stage(fine, fine, shape.depths[0]),
                nn.Sequential(nn.MaxPool2d(2), _stage(fine, middle, shape.depths[1])),
                nn.Sequential(nn.MaxPool2d(2), _stage(middle, coarse, shape.depths[2])),
            ]
        )
        self.laterals = nn.ModuleList([nn.Conv2d(width, shape.neck, 1) for width in (fine, middle)])
        self.necks = nn.ModuleList(
            [Block(shape.neck, shape.neck), Block(shape.neck, shape.neck), Block(coarse, shape.neck)]
        )
        self.heads = nn.ModuleList(
            [
                nn.Sequential(Block(shape.neck, shape.neck), nn.Conv2d(shape.neck, CHANNELS, 1))
                for _ in STRIDES
            ]
        )
        self._begin_without_faces()

    def _begin_without_faces(self) -> None:
        """Faces are rare: a network that expects them everywhere wastes its first steps unlearning it."""
        with torch.no_grad():
            for head in self.heads:
                last = cast(nn.Conv2d, cast(nn.Sequential, head)[-1])
                nn.init.normal_(last.weight, std=0.01)
                assert last.bias is not None
                last.bias.zero_()
                last.bias[:2] = -4.0
                last.bias[2:] = 0.5  # the middle of the cell
                last.bias[4:6] = 1.0  # a box of e cells

    def forward(self, pictures: Tensor) -> list[Tensor]:
        if self.scale != 1:
            pictures = pictures * self.scale
        fine, middle, coarse = self._stages(self.stem(self.first(pictures)))
        coarse = self.necks[2](coarse)
        middle = self.necks[1](self.laterals[1](middle) + _doubled(coarse))
        fine = self.necks[0](self.laterals[0](fine) + _doubled(middle))
        return [_answers(head, grid) for head, grid in zip(self.heads, (fine, middle, coarse), strict=True)]

    def _stages(self, grid: Tensor) -> list[Tensor]:
        grids = []
        for stage in self.stages:
            grid = stage(grid)
            grids.append(grid)
        return grids


def _answers(head: nn.Module, grid: Tensor) -> Tensor:
    """What a head says. Its last layer never works in half precision, which tells places of a large face
    only to the nearest pixel.
    """
    kind = grid.device.type
    if not torch.is_autocast_enabled(kind):
        return cast(Tensor, head(grid))
    block, last = cast(nn.Sequential, head)
    features = block(grid)
    with torch.autocast(kind, enabled=False):
        return cast(Tensor, last(features.float()))


def _doubled(grid: Tensor) -> Tensor:
    return F.interpolate(grid, scale_factor=2.0, mode="nearest")


def as_cells(maps: Sequence[Tensor]) -> list[Tensor]:
    """Maps (B, 16, h, w) as rows of cells (B, h x w, 16), row by row of the picture."""
    return [grid.permute(0, 2, 3, 1).flatten(1, 2) for grid in maps]


def cell_places(side: tuple[int, int], device: torch.device | None = None) -> list[Tensor]:
    """Column and row (N, 2) of each grid's cells for a picture of (height, width)."""
    places = []
    for stride in STRIDES:
        rows = torch.arange(side[0] // stride, device=device)
        columns = torch.arange(side[1] // stride, device=device)
        row, column = torch.meshgrid(rows, columns, indexing="ij")
        places.append(torch.stack([column, row], dim=-1).reshape(-1, 2).float())
    return places


def folded(network: FaceNetwork) -> FaceNetwork:
    """A copy that answers the same with batch norm and the scale of grey values folded into convolutions."""
    network = deepcopy(network).eval()
    for block in [module for module in network.modules() if isinstance(module, Block)]:
        convolution, norm = cast(nn.Conv2d, block[1]), cast(nn.BatchNorm2d, block[2])
        block[1], block[2] = fuse_conv_bn_eval(convolution, norm), nn.Identity()
    network.first = fuse_conv_bn_eval(network.first, cast(nn.BatchNorm2d, network.stem[0]))
    network.stem[0] = nn.Identity()
    with torch.no_grad():
        network.first.weight *= network.scale
    network.scale = 1.0
    return network
