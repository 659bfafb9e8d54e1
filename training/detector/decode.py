"""From what the network says of its cells to faces, as `cv2.FaceDetectorYN` does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.detector.boxes import Faces, Picture
from training.detector.losses import boxes_of, points_of
from training.detector.network import MULTIPLE, STRIDES, FaceNetwork, as_cells, cell_places

SAME: Final = 0.3
"""Overlap above which the less sure of two boxes is dropped, as the product has it."""


def decoded(cells: Sequence[Tensor], side: tuple[int, int]) -> tuple[Faces, NDArray[np.float32]]:
    """All boxes with landmarks (N, 14) and scores (N,) of one picture of (height, width).

    `cells`: (N, 16) logits of each grid.
    """
    rows, scores = [], []
    for grid, places, stride in zip(cells, cell_places(side), STRIDES, strict=True):
        cell = grid.float().cpu()
        rows.append(torch.cat([boxes_of(cell, places, stride), points_of(cell, places, stride)], dim=1))
        scores.append(cell[:, :2].sigmoid().prod(dim=1).sqrt())
    return torch.cat(rows).numpy(), torch.cat(scores).numpy()


def best_of(faces: Faces, scores: NDArray[np.float32], threshold: float) -> tuple[Faces, NDArray[np.float32]]:
    """Those above the threshold that no surer one overlaps."""
    kept = cv2.dnn.NMSBoxes(faces[:, :4].tolist(), scores.tolist(), threshold, SAME)
    chosen = np.asarray(kept, np.int64).ravel()
    return faces[chosen], scores[chosen]


def padded(picture: Picture) -> Picture:
    """The picture filled up right and below to sides that the grids divide."""
    height, width = picture.shape[:2]
    below, right = -height % MULTIPLE, -width % MULTIPLE
    return np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, right, cv2.BORDER_CONSTANT), np.uint8)


@torch.no_grad()
def all_cells(network: FaceNetwork, picture: Picture) -> tuple[Faces, NDArray[np.float32]]:
    """What every cell says of a picture (H, W, 3) of any size, faces or not, and the scores."""
    seen = padded(picture)
    device = next(network.parameters()).device
    pixels = torch.from_numpy(seen).to(device).permute(2, 0, 1)[None].float()
    cells = [grid[0] for grid in as_cells(network.eval()(pixels))]
    return decoded(cells, seen.shape[:2])


def find_faces(network: FaceNetwork, picture: Picture, threshold: float) -> tuple[Faces, NDArray[np.float32]]:
    """Faces of a picture (H, W, 3) of any size, and their scores."""
    return best_of(*all_cells(network, picture), threshold)
