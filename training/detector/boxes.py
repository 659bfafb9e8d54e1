"""Faces as arrays: a box and five landmarks, and what happens to them when a picture moves.

A face is a row of 14 numbers in pixels: left, top, width, height, then x and y of the subject's right eye,
left eye, nose, right and left mouth corner, as `cv2.FaceDetectorYN` gives them. Coordinates are continuous:
the first pixel covers 0 to 1 and its centre is 0.5.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Faces = NDArray[np.float32]
"""(N, 14) faces of one picture."""
Picture = NDArray[np.uint8]
"""(H, W, 3) in BGR."""
Affine = NDArray[np.float64]
"""(2, 3) map of continuous coordinates."""

COLUMNS: Final = 14
POINTS: Final = slice(4, 14)
MIRRORED: Final = [1, 0, 2, 4, 3]
"""Which landmark each one becomes when left and right change places."""


def no_faces() -> Faces:
    """No row at all."""
    return np.empty((0, COLUMNS), np.float32)


def points_of(faces: Faces) -> NDArray[np.float32]:
    """The landmarks (N, 5, 2)."""
    return faces[:, POINTS].reshape(-1, 5, 2)


def centres_of(faces: Faces) -> NDArray[np.float32]:
    """The middles (N, 2) of the boxes."""
    return np.asarray(faces[:, :2] + faces[:, 2:4] / 2, np.float32)


def sides_of(faces: Faces) -> NDArray[np.float32]:
    """The longer side (N,) of each box."""
    return np.asarray(faces[:, 2:4].max(axis=1), np.float32)


def eye_distances(faces: Faces) -> NDArray[np.float32]:
    """The distance (N,) of the eyes, never less than a pixel: in a profile they lie on each other."""
    eyes = points_of(faces)
    return np.asarray(np.maximum(np.linalg.norm(eyes[:, 0] - eyes[:, 1], axis=1), 1), np.float32)


def overlaps(these: Faces, others: Faces) -> NDArray[np.float32]:
    """Intersection over union (N, M) of every box with every other."""
    low = np.maximum(these[:, None, :2], others[None, :, :2])
    high = np.minimum(these[:, None, :2] + these[:, None, 2:4], others[None, :, :2] + others[None, :, 2:4])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    areas = these[:, None, 2:4].prod(axis=2) + others[None, :, 2:4].prod(axis=2)
    return np.asarray(shared / np.maximum(areas - shared, 1e-6), np.float32)


def mirror(faces: Faces, width: float) -> Faces:
    """The faces of a picture of this width whose left and right change places."""
    swapped = faces.copy()
    swapped[:, 0] = width - faces[:, 0] - faces[:, 2]
    points = points_of(faces)[:, MIRRORED]
    points[..., 0] = width - points[..., 0]
    swapped[:, POINTS] = points.reshape(-1, 10)
    return swapped


def moved(faces: Faces, by: Affine) -> Faces:
    """The faces after an affine map of their picture.

    The box follows as the upright box around the ellipse that it held: nearer to what detectors of upright
    boxes say of an inclined head than the box around the turned corners.
    """
    turn, shift = by[:, :2], by[:, 2]
    centres = centres_of(faces) @ turn.T + shift
    sizes = np.sqrt(faces[:, 2:4].astype(np.float64) ** 2 @ (turn.T**2))
    points = points_of(faces) @ turn.T + shift
    return np.hstack([centres - sizes / 2, sizes, points.reshape(-1, 10)]).astype(np.float32)


def warp(picture: Picture, by: Affine, size: tuple[int, int], border: int, value: int = 0) -> Picture:
    """The picture (H, W, ...) after an affine map, `size` as (width, height); `border` as OpenCV names it."""
    turn = by[:, :2]
    # OpenCV counts from the centre of the first pixel, we from its corner.
    shift = by[:, 2] + turn @ (0.5, 0.5) - 0.5
    matrix = np.column_stack([turn, shift])
    return np.asarray(
        cv2.warpAffine(
            picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border, borderValue=(value,) * 3
        ),
        np.uint8,
    )


def turn_about(
    centre: tuple[float, float], onto: tuple[float, float], scale: float, degrees: float, shear: float = 0.0
) -> Affine:
    """The map that scales, shears and turns about `centre` and then moves it onto `onto`."""
    angle = np.deg2rad(degrees)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turn = scale * rotation @ np.array([[1.0, shear], [0.0, 1.0]])
    return np.column_stack([turn, np.array(onto) - turn @ np.array(centre)])
