"""Drawn pictures without faces that have what faces are made of: spots, rings, skin, symmetry.

Clocks, hands, paws, patterns, text and textures. A detector that learned from photographs alone takes some
of these for faces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.detector.boxes import Picture

Colour = tuple[int, int, int]

_SKIN: Final = np.array([[60, 90, 140], [110, 150, 205], [150, 185, 235], [40, 60, 95]])
"""Tones between which skin is drawn, in BGR."""
_LETTERS: Final = "ABCDEFGHKLMNOPRSTUVWXYZ abcdefghiklmnoprstuvwz 0123456789 .,:!?"


def draw_without_face(rng: np.random.Generator, side: int) -> Picture:
    """A texture (side, side, 3) with up to three kinds of things on it."""
    picture = texture(rng, side)
    for _ in range(int(rng.integers(0, 4))):
        _THINGS[int(rng.integers(len(_THINGS)))](picture, rng)
    return picture


def any_colour(rng: np.random.Generator) -> Colour:
    """Any at all."""
    blue, green, red = (int(value) for value in rng.integers(0, 256, 3))
    return blue, green, red


def skin(rng: np.random.Generator) -> Colour:
    """A tone of human skin."""
    shares = rng.dirichlet(np.ones(len(_SKIN)))
    blue, green, red = (int(value) for value in shares @ _SKIN)
    return blue, green, red


def texture(rng: np.random.Generator, side: int) -> Picture:
    """Smooth noise of several sizes between random colours; sometimes nearly plain."""
    mixed = np.zeros((side, side, 3), np.float32)
    strength = 128.0 * rng.uniform(0.1, 1)
    grain = 2
    while grain < side // 2:
        coarse = rng.normal(0, strength, (grain, grain, 1 if rng.random() < 0.5 else 3)).astype(np.float32)
        grown = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC).reshape(side, side, -1)
        mixed += grown
        strength *= rng.uniform(0.3, 0.8)
        grain *= 2
    return np.clip(mixed + np.array(any_colour(rng), np.float32), 0, 255).astype(np.uint8)


def _place(picture: Picture, rng: np.random.Generator) -> tuple[int, int, int]:
    """A centre and a radius of a thing somewhere in the picture."""
    side = picture.shape[0]
    return int(rng.uniform(0, side)), int(rng.uniform(0, side)), int(side * rng.uniform(0.04, 0.35))


def _clock(picture: Picture, rng: np.random.Generator) -> None:
    x, y, radius = _place(picture, rng)
    ink = any_colour(rng)
    cv2.circle(picture, (x, y), radius, any_colour(rng), -1, cv2.LINE_AA)
    cv2.circle(picture, (x, y), radius, ink, max(1, radius // 12), cv2.LINE_AA)
    for angle in np.arange(12) * np.pi / 6:
        tick = np.array([np.sin(angle), np.cos(angle)])
        ends = [tuple(int(v) for v in (x, y) + tick * radius * share) for share in (0.8, 0.92)]
        cv2.line(picture, ends[0], ends[1], ink, max(1, radius // 18), cv2.LINE_AA)
    for length in (0.5, 0.75):
        angle = rng.uniform(0, 2 * np.pi)
        end = (int(x + np.sin(angle) * radius * length), int(y + np.cos(angle) * radius * length))
        cv2.line(picture, (x, y), end, ink, max(1, radius // 12), cv2.LINE_AA)


def _rings(picture: Picture, rng: np.random.Generator) -> None:
    """Buttons, wheels, sockets: rings, alone, in pairs or in rows."""
    x, y, radius = _place(picture, rng)
    inner, outer = any_colour(rng), any_colour(rng)
    radius = max(2, radius // int(rng.integers(1, 5)))
    for number in range(int(rng.integers(1, 5))):
        centre = (x + int(number * radius * 2.5), y)
        cv2.circle(picture, centre, radius, outer, -1, cv2.LINE_AA)
        cv2.circle(picture, centre, max(1, int(radius * rng.uniform(0.2, 0.7))), inner, -1, cv2.LINE_AA)


def draw_hand(
    picture: Picture, rng: np.random.Generator, at: tuple[float, float], size: float, colour: Colour
) -> None:
    """A palm and some fingers in any direction; `size` is the length of a finger."""
    x, y = at
    direction = rng.uniform(0, 2 * np.pi)
    width = max(1, int(size * rng.uniform(0.2, 0.3)))
    edge = (colour[0] * 3 // 5, colour[1] * 3 // 5, colour[2] * 3 // 5)
    cv2.circle(picture, (int(x), int(y)), max(1, int(size * 0.5)), colour, -1, cv2.LINE_AA)
    for finger in range(int(rng.integers(2, 6))):
        angle = direction + (finger - 2) * rng.uniform(0.2, 0.4)
        start = (int(x + np.cos(angle) * size * 0.4), int(y + np.sin(angle) * size * 0.4))
        end = (int(x + np.cos(angle) * size * 1.3), int(y + np.sin(angle) * size * 1.3))
        cv2.line(picture, start, end, edge, width + max(2, width // 6), cv2.LINE_AA)
        cv2.line(picture, start, end, colour, width, cv2.LINE_AA)


def _hand(picture: Picture, rng: np.random.Generator) -> None:
    x, y, size = _place(picture, rng)
    draw_hand(picture, rng, (x, y), size, skin(rng))


def _paw(picture: Picture, rng: np.random.Generator) -> None:
    x, y, radius = _place(picture, rng)
    fur, pads = any_colour(rng), any_colour(rng)
    cv2.ellipse(picture, (x, y), (radius, int(radius * 1.2)), 0, 0, 360, fur, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (x, y + radius // 3), (radius // 2, radius // 3), 0, 0, 360, pads, -1, cv2.LINE_AA)
    for angle in np.linspace(-0.9, 0.9, 4):
        toe = (int(x + np.sin(angle) * radius * 0.7), int(y - np.cos(angle) * radius * 0.6))
        cv2.circle(picture, toe, max(1, radius // 6), pads, -1, cv2.LINE_AA)


def _skin_blob(picture: Picture, rng: np.random.Generator) -> None:
    """An arm, a belly, a head from behind: skin in the shape of a face, with shading but without eyes."""
    x, y, radius = _place(picture, rng)
    tone = skin(rng)
    shape = (max(2, radius), max(2, int(radius * rng.uniform(0.8, 2))))
    angle = rng.uniform(0, 180)
    cv2.ellipse(picture, (x, y), shape, angle, 0, 360, tone, -1, cv2.LINE_AA)
    if rng.random() < 0.5:  # hair over its upper half
        hair = tuple(int(value * rng.uniform(0.1, 0.5)) for value in tone)
        cv2.ellipse(picture, (x, y), shape, angle, 180, 360, hair, -1, cv2.LINE_AA)


def _pattern(picture: Picture, rng: np.random.Generator) -> None:
    """Stripes, checks or dots over a part of the picture."""
    side = picture.shape[0]
    left, top = (int(value) for value in rng.integers(0, side // 2, 2))
    right, bottom = (int(value) for value in rng.integers(side // 2, side + 1, 2))
    step = max(3, int(side * rng.uniform(0.01, 0.1)))
    rows, columns = np.mgrid[top:bottom, left:right]
    kind = rng.integers(3)
    if kind == 0:
        ink: NDArray[np.bool_] = (rows * rng.integers(0, 2) + columns * rng.integers(0, 2)) // step % 2 == 0
    elif kind == 1:
        ink = (rows // step + columns // step) % 2 == 0
    else:
        ink = (rows % step - step / 2) ** 2 + (columns % step - step / 2) ** 2 < (step * 0.3) ** 2
    picture[top:bottom, left:right][ink] = any_colour(rng)


def draw_text(picture: Picture, rng: np.random.Generator, at: tuple[int, int], height: float) -> None:
    """A word or two."""
    letters = rng.choice(list(_LETTERS), int(rng.integers(3, 20)))
    cv2.putText(
        picture,
        "".join(letters),
        at,
        int(rng.integers(0, 8)),
        max(0.2, height / 22),
        any_colour(rng),
        max(1, int(height / 10)),
        cv2.LINE_AA,
    )


def _text(picture: Picture, rng: np.random.Generator) -> None:
    side = picture.shape[0]
    height = side * rng.uniform(0.02, 0.12)
    left = int(rng.uniform(0, side / 2))
    for line in range(int(rng.integers(1, 8))):
        draw_text(picture, rng, (left, int((line + 1) * height * 1.5)), height)


def _scribble(picture: Picture, rng: np.random.Generator) -> None:
    points = rng.integers(0, picture.shape[0], (int(rng.integers(3, 9)), 2)).astype(np.int32)
    if rng.random() < 0.5:
        cv2.fillPoly(picture, [points], any_colour(rng), cv2.LINE_AA)
    else:
        cv2.polylines(picture, [points], rng.random() < 0.5, any_colour(rng), int(rng.integers(1, 8)))


def _windows(picture: Picture, rng: np.random.Generator) -> None:
    """A house front or a shelf: equal boxes in rows."""
    x, y, size = _place(picture, rng)
    wall, glass = any_colour(rng), any_colour(rng)
    width, height = max(3, size // 4), max(3, int(size / 4 * rng.uniform(0.6, 1.8)))
    cv2.rectangle(picture, (x, y), (x + 4 * width, y + 4 * height), wall, -1)
    for row in range(3):
        for column in range(3):
            low = (x + width // 2 + int(column * width * 1.2), y + height // 2 + int(row * height * 1.2))
            cv2.rectangle(picture, low, (low[0] + width * 2 // 3, low[1] + height * 2 // 3), glass, -1)


_THINGS: Final[tuple[Callable[[Picture, np.random.Generator], None], ...]] = (
    _clock,
    _rings,
    _hand,
    _paw,
    _skin_blob,
    _pattern,
    _text,
    _scribble,
    _windows,
)
