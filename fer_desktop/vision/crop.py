"""Cutting a face out of a frame, framed as the network was trained on."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.vision.faces import Box
from fer_desktop.vision.model_file import Framing

Grey = NDArray[np.uint8]

_MARGIN: Final = 2  # pixels around the square that interpolation may touch
_LEFT_AS_IT_IS: Final = 5.0
"""A head inclined by up to so many degrees is cut as it is, as those of the training pictures were."""
_TURNED_WHOLLY: Final = 10.0
"""From this many on it is turned upright; in between it is turned in part, so that nothing jumps."""
_NOSE: Final = 0.6
"""How far the tip of a nose stands out from the plane of eyes and mouth, in distances of the eyes."""


def face_square(box: Box, framing: Framing, detector: str) -> Box:
    """The square that the network should see, given a detector's box.

    `framing` says where that detector's box lies in the square of the training pictures; the square
    is laid around the box at the same place and proportion.
    """
    reference = framing.boxes[detector]
    scale = ((box.w * box.h) / (reference.w * reference.h)) ** 0.5
    side = framing.square * scale
    centre_x, centre_y = box.centre
    return Box(centre_x - reference.cx * scale, centre_y - reference.cy * scale, side, side)


def cut_face(image: NDArray[np.uint8], square: Box, size: int, turn: float = 0.0) -> Grey:
    """The square of a BGR frame (H, W, 3) as grey (size, size); beyond the edge the edge repeats.

    The square is first turned about its middle by `turn` degrees, clockwise positive.
    """
    side = max(1, round(square.w))
    patch = _turned(image, square, side, turn) if turn else _upright(image, square, side)
    method = cv2.INTER_AREA if side > size else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(patch, (size, size), interpolation=method), np.uint8)


def _upright(image: NDArray[np.uint8], square: Box, side: int) -> Grey:
    height, width = image.shape[:2]
    left = min(max(0, int(square.x) - _MARGIN), width - 1)
    top = min(max(0, int(square.y) - _MARGIN), height - 1)
    right = max(left + 1, min(width, int(square.x + square.w) + _MARGIN + 1))
    bottom = max(top + 1, min(height, int(square.y + square.h) + _MARGIN + 1))
    grey = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    centre_x, centre_y = square.centre
    # OpenCV counts from the middle of the first pixel, boxes from its edge.
    patch = cv2.getRectSubPix(grey, (side, side), (centre_x - left - 0.5, centre_y - top - 0.5))
    return np.asarray(patch, np.uint8)


def _turned(image: NDArray[np.uint8], square: Box, side: int, turn: float) -> Grey:
    centre_x, centre_y = square.centre
    cosine, sine = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    middle = (side - 1) / 2
    # From the patch's pixels to the frame's, both counted from the middle of the first one.
    to_frame = np.array(
        [
            [cosine, -sine, centre_x - 0.5 - middle * (cosine - sine)],
            [sine, cosine, centre_y - 0.5 - middle * (sine + cosine)],
        ]
    )
    method = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(image, to_frame, (side, side), flags=method, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY), np.uint8)


def turn_of(landmarks: NDArray[np.float32] | None) -> float:
    """By how many degrees the square of a face is turned to see it upright; 0 without landmarks."""
    roll = roll_degrees(landmarks)
    if roll is None:
        return 0.0
    ramp = (abs(roll) - _LEFT_AS_IT_IS) * _TURNED_WHOLLY / (_TURNED_WHOLLY - _LEFT_AS_IT_IS)
    return float(np.copysign(min(abs(roll), max(0.0, ramp)), roll))


def brightness(face: Grey) -> float:
    """Mean grey value, 0 to 255."""
    return float(face.mean())


def sharpness(face: Grey) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al. 2000); low means blurred."""
    return float(cv2.Laplacian(face, cv2.CV_32F).var())


def roll_degrees(landmarks: NDArray[np.float32] | None) -> float | None:
    """In-plane rotation from the eyes, clockwise in the picture positive; None without landmarks."""
    if landmarks is None:
        return None
    right_eye, left_eye = landmarks[0], landmarks[1]
    return float(np.degrees(np.arctan2(left_eye[1] - right_eye[1], left_eye[0] - right_eye[0])))


def yaw_degrees(landmarks: NDArray[np.float32] | None) -> float | None:
    """How far a head is turned, to the right in the picture positive; None without landmarks.

    Coarse: from how far the nose leaves the line between the middles of eyes and mouth, on a head whose
    nose stands out as far as heads' noses do on average.
    """
    if landmarks is None:
        return None
    eyes, nose, mouth = landmarks[:2].mean(0), landmarks[2], landmarks[3:].mean(0)
    down = mouth - eyes
    length, width = float(np.hypot(*down)), float(np.hypot(*(landmarks[1] - landmarks[0])))
    if not length or not width:
        return None
    aside = float((nose - eyes) @ np.array([down[1], -down[0]])) / length
    return float(np.degrees(np.arctan2(aside, _NOSE * width)))
