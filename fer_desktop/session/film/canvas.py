"""Drawing with OpenCV in sizes that follow the picture, so that text is as large at 360p as at 4K."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from fer_desktop.capture.frame import Image
from fer_desktop.emotions import COLOURS

Colour = tuple[int, int, int]
"""Blue, green, red."""
Point = tuple[float, float]
"""x, y in pixels."""

GROUND: Final[Colour] = (30, 24, 21)
RAISED: Final[Colour] = (58, 48, 42)
TEXT: Final[Colour] = (242, 236, 233)
MUTED: Final[Colour] = (201, 188, 180)
UNSURE_COLOUR: Final[Colour] = (255, 255, 255)
_FONT: Final = cv2.FONT_HERSHEY_DUPLEX
_CAP_HEIGHT: Final = 22.0
"""Of the font's capitals at scale 1, in pixels."""
_SUBPIXEL: Final = 4


def colour_of(label: str) -> Colour:
    """An expression's own colour; white for `unsure`."""
    if label not in COLOURS:
        return UNSURE_COLOUR
    red, green, blue = (int(COLOURS[label][place : place + 2], 16) for place in (1, 3, 5))
    return blue, green, red


def text_width(text: str, cap: float) -> int:
    """Pixels that a text with capitals `cap` pixels high takes."""
    (width, _), _ = cv2.getTextSize(text, _FONT, cap / _CAP_HEIGHT, _thickness(cap))
    return int(width)


def write(image: Image, text: str, at: Point, cap: float, colour: Colour = TEXT) -> None:
    """Text that begins at `at` on its base line."""
    place = (round(at[0]), round(at[1]))
    cv2.putText(image, text, place, _FONT, cap / _CAP_HEIGHT, colour, _thickness(cap), cv2.LINE_AA)


def fill(image: Image, first: Point, last: Point, colour: Colour) -> None:
    """A rectangle from one corner to, but not with, the other one; nothing where it has no area."""
    (left, top), (right, bottom) = [(max(0, round(x)), max(0, round(y))) for x, y in (first, last)]
    image[top:bottom, left:right] = colour


def line(
    image: Image, points: np.ndarray[tuple[int, int], np.dtype[np.float64]], width: int, colour: Colour
) -> None:
    """An unbroken line through (N, 2) points x, y, drawn to a fraction of a pixel."""
    fixed = np.rint(points * (1 << _SUBPIXEL)).astype(np.int32)
    cv2.polylines(image, [fixed[:, None]], False, colour, width, cv2.LINE_AA, _SUBPIXEL)


def _thickness(cap: float) -> int:
    return max(1, round(cap / 11))
