"""What stands before faces: hands, masks, glasses, text, any thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from training.detector.boxes import Faces, Picture, points_of
from training.detector.drawings import any_colour, draw_hand, draw_text, skin, texture
from training.detector.teacher import Labels

_SHARE: Final = 0.15
"""How often something stands before a face."""
_SMALLEST: Final = 16
"""Sides in pixels below which nothing can be told apart anyway."""
_HIDDEN: Final = 0.6
"""Hidden share of a box above which nobody should learn that it is a face."""


def with_things_before(picture: Picture, labels: Labels, rng: np.random.Generator) -> tuple[Picture, Labels]:
    """The picture with things before some of its faces; faces that are mostly hidden are no longer sure."""
    sure = labels.sure.copy()
    picture = picture.copy()
    for number in np.flatnonzero(sure):
        face = labels.faces[number : number + 1]
        if face[0, 2] < _SMALLEST or rng.random() >= _SHARE:
            continue
        before = picture.copy()
        _THINGS[int(rng.integers(len(_THINGS)))](picture, face, rng)
        sure[number] = _changed(before, picture, face) < _HIDDEN
    return picture, Labels(labels.faces, sure)


def _changed(before: Picture, after: Picture, face: Faces) -> float:
    """The share of the box's pixels that are not what they were."""
    left, top, width, height = face[0, :4].astype(int)
    window = np.s_[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)]
    changed = (before[window] != after[window]).any(axis=2)
    return float(changed.mean()) if changed.size else 1.0


def _hand(picture: Picture, face: Faces, rng: np.random.Generator) -> None:
    low, size = face[0, :2], face[0, 2:4]
    at = low + size * rng.uniform(0, 1, 2)
    draw_hand(picture, rng, (float(at[0]), float(at[1])), float(size[0] * rng.uniform(0.25, 0.5)), skin(rng))


def _mask(picture: Picture, face: Faces, rng: np.random.Generator) -> None:
    """From the nose to below the mouth, as doctors wear it."""
    _eye, _other, nose, right, left = points_of(face)[0]
    across, down = (left - right) * 0.9, (right + left) / 2 - nose
    bottom = (right + left) / 2 + down * rng.uniform(0.7, 1.2)
    corners = [nose - across, nose - down * 0.3, nose + across, bottom + across * 0.7, bottom - across * 0.7]
    cv2.fillPoly(picture, [np.round(corners).astype(np.int32)], any_colour(rng), cv2.LINE_AA)


def _glasses(picture: Picture, face: Faces, rng: np.random.Generator) -> None:
    """Rims, or the dark panes of sunglasses, and a bridge."""
    right, left = points_of(face)[0, :2]
    radius = max(2, int(np.linalg.norm(left - right) * rng.uniform(0.32, 0.48)))
    dark = any_colour(rng) if rng.random() < 0.3 else (20, 20, 20)
    thickness = -1 if rng.random() < 0.5 else max(1, radius // 6)
    for x, y in np.round([right, left]).astype(int):
        cv2.ellipse(
            picture, (int(x), int(y)), (radius, int(radius * 0.8)), 0, 0, 360, dark, thickness, cv2.LINE_AA
        )
    ends = [tuple(int(v) for v in np.round(point)) for point in (right, left)]
    if thickness < 0:
        cv2.line(picture, ends[0], ends[1], dark, max(1, radius // 5), cv2.LINE_AA)


def _text(picture: Picture, face: Faces, rng: np.random.Generator) -> None:
    left, top, width, height = (float(value) for value in face[0, :4])
    at = (int(left - width * rng.uniform(0, 1)), int(top + height * rng.uniform(0.1, 1)))
    draw_text(picture, rng, at, height * rng.uniform(0.1, 0.3))


def _thing(picture: Picture, face: Faces, rng: np.random.Generator) -> None:
    """A cup, a telephone, somebody's shoulder: a textured ellipse or box over a part of the face."""
    low, size = face[0, :2], face[0, 2:4]
    half = np.maximum(1, size * rng.uniform(0.12, 0.35, 2)).astype(int)
    x, y = (low + size * rng.uniform(0, 1, 2)).astype(int)
    shape = np.zeros(picture.shape[:2], np.uint8)
    if rng.random() < 0.5:
        angle = rng.uniform(0, 180)
        cv2.ellipse(shape, (int(x), int(y)), (int(half[0]), int(half[1])), angle, 0, 360, 1, -1)
    else:
        cv2.rectangle(
            shape, (int(x - half[0]), int(y - half[1])), (int(x + half[0]), int(y + half[1])), 1, -1
        )
    cloth = cv2.resize(texture(rng, 64), picture.shape[1::-1])
    cv2.copyTo(cloth, shape, picture)


_THINGS: Final[tuple[Callable[[Picture, Faces, np.random.Generator], None], ...]] = (
    _hand,
    _mask,
    _glasses,
    _text,
    _thing,
)
