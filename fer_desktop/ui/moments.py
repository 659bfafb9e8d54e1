"""What a history tells: moments with their faces, and one face over a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.vision.faces import Box

NOBODY: Final = -1
"""The code of a label where there is no face."""


class TimeBase(Enum):
    """What the timeline counts in."""

    CLOCK = "clock"
    """Cameras: `perf_counter`."""
    MEDIA = "media"
    """Videos and finished sessions: seconds from the beginning."""
    INDEX = "index"
    """Folders: numbers of pictures."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """One face at one moment."""

    face_id: int
    raw: NDArray[np.float32]
    """(C,) probabilities of that very frame."""
    shown: NDArray[np.float32]
    """(C,) as the screen showed them."""
    label: str
    stable_label: str
    box: Box


@dataclass(frozen=True, slots=True)
class Moment:
    """One analysed frame, without its picture."""

    t: float
    """In the history's time base."""
    index: int
    """Of the frame in its source."""
    faces: tuple[Remembered, ...]
    main: int | None
    """The face that is meant where none was chosen."""
    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """One face over a stretch of time, frame by frame."""

    times: NDArray[np.float64]
    """(n,) rising."""
    labels: NDArray[np.int64]
    """(n,) places among the labels, more than any place for `unsure`, `NOBODY` without the face."""
    raw: NDArray[np.float32]
    """(n, C) probabilities, NaN without the face."""
