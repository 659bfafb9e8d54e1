"""What cameras do to a picture: light, colour, blur, noise, compression."""

from __future__ import annotations

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.detector.boxes import Picture

_GRAIN: Final = 1024
"""Side of the sheet of noise from which pieces are cut: drawing new noise for each picture takes longer than
all the rest together."""


def photographed(picture: Picture, rng: np.random.Generator) -> Picture:
    """The picture under random light, through a random camera. Nothing moves."""
    if rng.random() < 0.8:
        picture = relit(picture, rng)
    if rng.random() < 0.2:
        picture = _bytes(cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR))
    if rng.random() < 0.15:
        picture = _lit_from_the_side(picture, rng)
    if rng.random() < 0.25:
        picture = _blurred(picture, rng)
    if rng.random() < 0.12:
        picture = _coarser(picture, rng)
    if rng.random() < 0.25:
        picture = _noisy(picture, rng)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(20, 85))]
        picture = _bytes(cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR))
    return picture


def relit(picture: Picture, rng: np.random.Generator) -> Picture:
    """Exposure, contrast, gamma and colour of the light."""
    grey = np.arange(256, dtype=np.float32)[:, None] / 255
    curve = grey ** np.exp(rng.uniform(-0.5, 0.5))
    curve = (curve - 0.5) * rng.uniform(0.5, 1.35) + 0.5
    curve = curve * rng.uniform(0.45, 1.35) + rng.uniform(-0.1, 0.1)
    cast = rng.uniform(0.8, 1.2, 3) if rng.random() < 0.4 else np.ones(3)
    table = np.clip(curve * cast * 255, 0, 255).astype(np.uint8)
    return _bytes(cv2.LUT(picture, table[None]))


def _lit_from_the_side(picture: Picture, rng: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    angle = rng.uniform(0, 2 * np.pi)
    across, down = np.linspace(-1, 1, width) * np.cos(angle), np.linspace(-1, 1, height) * np.sin(angle)
    share = (across + down[:, None]).astype(np.float32) / 3 + 0.5  # 0 to 1 about
    light = 1 - np.float32(rng.uniform(0.3, 0.85)) * share
    return _bytes(np.clip(picture * light[..., None], 0, 255))


def _blurred(picture: Picture, rng: np.random.Generator) -> Picture:
    if rng.random() < 0.6:
        return _bytes(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.8)))
    length = int(rng.integers(3, 9))  # a hand that moved
    angle = rng.uniform(0, np.pi)
    kernel = np.zeros((length, length), np.float32)
    middle = (length - 1) / 2
    reach = np.array([np.cos(angle), np.sin(angle)]) * middle
    low, high = (tuple(int(v) for v in np.round((middle, middle) + sign * reach)) for sign in (-1, 1))
    cv2.line(kernel, low, high, 1.0)
    return _bytes(cv2.filter2D(picture, -1, kernel / kernel.sum()))


def _coarser(picture: Picture, rng: np.random.Generator) -> Picture:
    """A picture that was small and has been enlarged."""
    size = picture.shape[1::-1]
    share = rng.uniform(0.35, 0.8)
    small = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return _bytes(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR))


@cache
def _grain() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((_GRAIN, _GRAIN, 3), np.float32)


def _noisy(picture: Picture, rng: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    top, left = int(rng.integers(_GRAIN - height + 1)), int(rng.integers(_GRAIN - width + 1))
    grain = _grain()[top : top + height, left : left + width]
    if rng.random() < 0.5:
        grain = grain[..., :1]
    return _bytes(np.clip(picture + np.float32(rng.uniform(2, 14)) * grain, 0, 255))


def _bytes(pixels: object) -> Picture:
    return np.asarray(pixels).astype(np.uint8)
