"""Which places an answer needs: how far its probability falls under a cover (Zeiler and Fergus 2014)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.errors import RunError
from training.explain.looking import Classes, Images, Maps
from training.measure.metrics import predict, softmax
from training.networks.network import Network


def occlusion(
    network: Network,
    images: Images,
    classes: Classes,
    head: str,
    *,
    patch: int,
    stride: int,
    cover: int | None = None,
) -> Maps:
    """Fall of each picture's class probability under a square patch, (N, S, S), from -1 to 1.

    A pixel has the mean over all patches that covered it; below 0, covering it made the class likelier.
    `cover` is the grey value of the patch; None: the mean of the picture. Raises `RunError` if patch or
    stride do not fit.
    """
    side = images.shape[1]
    if not 1 <= stride <= patch <= side:
        raise RunError(
            f"An occlusion patch of {patch} px and stride of {stride} px do not fit: the stride must be at "
            f"least 1, the patch no smaller than it and no larger than the picture of {side} px."
        )
    places = corners(side, patch, stride)
    found = np.empty(images.shape, np.float32)
    for row, (image, wanted) in enumerate(zip(images, classes, strict=True)):
        grey = round(float(image.mean())) if cover is None else cover
        covered = np.stack([image, *[_covered(image, place, patch, grey) for place in places]])
        chances = softmax(predict(network, covered)[head])[:, wanted]
        found[row] = _mean_by_pixel(chances[0] - chances[1:], places, patch, side)
    return found


def corners(side: int, patch: int, stride: int) -> list[tuple[int, int]]:
    """Top left corners of patches a stride apart; the last ones end at the picture's edge."""
    starts = sorted({*range(0, side - patch + 1, stride), side - patch})
    return [(top, left) for top in starts for left in starts]


def _covered(image: NDArray[np.uint8], place: tuple[int, int], patch: int, grey: int) -> NDArray[np.uint8]:
    covered = image.copy()
    covered[place[0] : place[0] + patch, place[1] : place[1] + patch] = grey
    return covered


def _mean_by_pixel(
    falls: NDArray[np.float32], places: list[tuple[int, int]], patch: int, side: int
) -> NDArray[np.float32]:
    total = np.zeros((side, side), np.float32)
    times = np.zeros((side, side), np.float32)
    for fall, (top, left) in zip(falls, places, strict=True):
        total[top : top + patch, left : left + patch] += fall
        times[top : top + patch, left : left + patch] += 1
    return total / times
