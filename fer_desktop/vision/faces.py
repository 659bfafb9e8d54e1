"""What vision finds in one frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the frame; may reach over its edge."""

    x: float
    y: float
    w: float
    h: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        height = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        if width <= 0 or height <= 0:
            return 0.0
        shared = width * height
        return shared / (self.w * self.h + other.w * other.h - shared)


@dataclass(frozen=True, slots=True)
class Detection:
    """A face found by a detector."""

    box: Box
    score: float
    """The detector's confidence, 0 to 1."""
    landmarks: NDArray[np.float32] | None = None
    """(5, 2) pixels: the subject's right eye, left eye, nose, right and left mouth corner."""


@dataclass(frozen=True, slots=True)
class FaceReading:
    """One face in one frame: where it is, who it is over time, and what the network says."""

    face_id: int
    """Stable over a session, never used again for another track."""
    box: Box
    confidence: float
    """The detector's confidence, 0 to 1, of the last time it saw this face."""
    logits: NDArray[np.float32]
    """(C,) of the model's first head divided by its temperature; softmax gives `probabilities`."""
    probabilities: NDArray[np.float32]
    """(C,) calibrated, in the order of the model's labels."""
    label: str
    """The most probable expression, or `unsure`."""
    entropy: float
    """Of the probabilities, in bits: 0 is certain, log2(C) knows nothing."""
    roll: float | None
    """In-plane rotation in degrees, clockwise positive; None without landmarks."""
    brightness: float
    """Mean grey value of the face, 0 to 255."""
    sharpness: float
    """Variance of the Laplacian of the face as the network sees it."""
    square: Box
    """What the network sees of the frame."""
    seen: NDArray[np.uint8]
    """The same as it sees it: grey (S, S)."""
    turn: float = 0.0
    """The square is turned by so many degrees about its middle, clockwise positive."""
    yaw: float | None = None
    """Turn of the head in degrees, to the right in the picture positive; None without landmarks."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that vision says of one frame."""

    faces: tuple[FaceReading, ...]
    reason: str
    """Empty if there is a face; else why not: no_face, too_dark, too_small, out_of_frame."""
    detect_ms: float
    classify_ms: float
