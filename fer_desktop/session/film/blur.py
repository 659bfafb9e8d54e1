"""Faces made unrecognisable: so coarse a mosaic that nothing of them is left to be brought back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from fer_desktop.capture.frame import Image
from fer_desktop.vision.faces import Box

_TILES: Final = 6
"""Across a face: fewer than any recognition can use."""
_WIDER: Final = 1.5
"""Detectors frame eyes to chin; hair, ears and a box that lags are covered, too."""


def blur_faces(image: Image, boxes: Sequence[Box]) -> Image:
    """A copy of a picture (H, W, 3) with a mosaic over each box, which may reach over the edge."""
    blurred = image.copy()
    height, width = image.shape[:2]
    for box in boxes:
        (x, y), half = box.centre, _WIDER * max(box.w, box.h) / 2
        left, top = max(0, int(x - half)), max(0, int(y - half))
        right, bottom = min(width, int(x + half) + 1), min(height, int(y + half) + 1)
        if left >= right or top >= bottom:
            continue
        part = blurred[top:bottom, left:right]
        tiles = cv2.resize(part, (_TILES, _TILES), interpolation=cv2.INTER_AREA)
        blurred[top:bottom, left:right] = cv2.resize(
            tiles, (right - left, bottom - top), interpolation=cv2.INTER_NEAREST
        )
    return np.ascontiguousarray(blurred, np.uint8)
