"""What the engine hands to its observers: a frame, its faces, its times, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture.frame import Frame
from fer_desktop.vision.faces import FaceReading

NOT_ANALYSED = "not_analysed"
ERROR = "error"


@dataclass(frozen=True, slots=True)
class Face:
    """A reading and its expression smoothed over time."""

    reading: FaceReading
    smoothed: NDArray[np.float32]
    """(C,) probabilities over the last moments; the raw ones stay in `reading.probabilities`."""
    stable_label: str
    """The label of the shown probabilities with hysteresis, or `unsure`."""
    stable_since_s: float
    """Clock time (`perf_counter`, or media time in files) from which it has held."""
    corrected: NDArray[np.float32] | None = None
    """(C,) this frame's probabilities less the face's own resting expression; None without a baseline."""
    corrected_smoothed: NDArray[np.float32] | None = None
    """The same, smoothed over time."""

    @property
    def shown(self) -> NDArray[np.float32]:
        """(C,) what the screen shows: corrected where there is a baseline, smoothed in any case."""
        return self.smoothed if self.corrected_smoothed is None else self.corrected_smoothed


@dataclass(frozen=True, slots=True)
class Result:
    """One frame's outcome. A frame that was passed over has no faces and says so in `reason`."""

    frame: Frame
    faces: tuple[Face, ...]
    reason: str
    """Empty if there are faces; else no_face, too_dark, too_small, out_of_frame, not_analysed, error."""
    infer_ms: float | None
    """Detection and classification together; None if the frame was not analysed."""
    latency_ms: float | None
    """From capture to this result; None if the frame was not analysed."""
    dropped_before: int
    """Frames passed over since the last analysed one."""

    @property
    def analysed(self) -> bool:
        return self.reason not in {NOT_ANALYSED, ERROR}
