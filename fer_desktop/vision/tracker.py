"""Who is who over time: joins detections to tracks by place, size and motion.

Appearance is not used. A track that is not seen for a while is remembered, and a face that comes
back near to where it must be by now gets its id again. Ids are never used twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.vision.faces import Box, Detection

MEMORY_S: Final = 4.0
"""How long a face that is hidden or away keeps its id."""
SURE_SCORE: Final = 0.9
"""A face found with at least this score counts at once; a weaker one when it is found again."""

_GATE: Final = 0.7
_GATE_GROWTH: Final = 2.0
_LARGEST_GATE: Final = 2.5
_VELOCITY_TAU_S: Final = 0.15
_COAST_TAU_S: Final = 0.9
_PLACE_GAIN: Final = 0.7
_SIZE_GAIN: Final = 0.35


@dataclass(slots=True, eq=False)
class Track:
    """One person's face over time."""

    box: Box
    score: float
    detected_s: float
    """When a detector last saw it."""
    updated_s: float
    """When it was last seen, by a detector or by following its pixels."""
    landmarks: NDArray[np.float32] | None = None
    face_id: int | None = None
    """None until it counts as a face."""
    velocity: tuple[float, float] = (0.0, 0.0)
    """Pixels per second."""
    visible: bool = True
    """Whether it is seen in the current frame."""
    frames_followed: int = 0
    """Frames since a detector saw it in which its pixels were followed."""

    def predicted(self, t_s: float) -> Box:
        """Where it must be by now: straight on, slowing down the longer it is not seen."""
        unseen = max(0.0, t_s - self.updated_s)
        travel = _COAST_TAU_S * (1 - math.exp(-unseen / _COAST_TAU_S))
        return Box(
            self.box.x + self.velocity[0] * travel,
            self.box.y + self.velocity[1] * travel,
            self.box.w,
            self.box.h,
        )

    def move_to(self, box: Box, t_s: float, *, detected: bool) -> None:
        """Take over a new place. Detectors jitter, so place and above all size are smoothed."""
        before, expected = self.box.centre, self.predicted(t_s)
        elapsed = t_s - self.updated_s
        width = expected.w + _SIZE_GAIN * (box.w - expected.w)
        height = expected.h + _SIZE_GAIN * (box.h - expected.h)
        (expected_x, expected_y), (x, y) = expected.centre, box.centre
        centre_x = expected_x + _PLACE_GAIN * (x - expected_x)
        centre_y = expected_y + _PLACE_GAIN * (y - expected_y)
        self.box = Box(centre_x - width / 2, centre_y - height / 2, width, height)
        if elapsed > 0:
            gain = 1 - math.exp(-elapsed / _VELOCITY_TAU_S)
            fresh = (centre_x - before[0]) / elapsed, (centre_y - before[1]) / elapsed
            self.velocity = (
                self.velocity[0] + gain * (fresh[0] - self.velocity[0]),
                self.velocity[1] + gain * (fresh[1] - self.velocity[1]),
            )
        self.updated_s = t_s
        if detected:
            self.detected_s = t_s
            self.frames_followed = 0
        else:
            self.frames_followed += 1
        self.visible = True


def _cost(track: Track, detection: Detection, t_s: float) -> float:
    """Distance in face widths, and change of size; infinite outside of the gate."""
    expected = track.predicted(t_s)
    size = (expected.w + detection.box.w) / 2
    (x, y), (expected_x, expected_y) = detection.box.centre, expected.centre
    distance = math.hypot(x - expected_x, y - expected_y) / size
    cost = distance + 0.5 * abs(math.log(detection.box.w / expected.w))
    gate = min(_LARGEST_GATE, _GATE + _GATE_GROWTH * (t_s - track.updated_s))
    return cost if cost <= gate else math.inf


class Tracker:
    """Keeps the tracks of one session."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._next_id = 1

    @property
    def visible(self) -> list[Track]:
        """The faces of the current frame, in the order of their ids."""
        seen = [track for track in self.tracks if track.visible and track.face_id is not None]
        return sorted(seen, key=lambda track: track.face_id or 0)

    def update(
        self, detections: list[Detection], t_s: float, already_seen: Sequence[Track] = ()
    ) -> list[Track]:
        """Join a frame's detections to the tracks, but for those already seen in it.

        Returns the tracks that no detection belongs to; they are not visible any more.
        """
        free_tracks = {i for i, track in enumerate(self.tracks) if track not in already_seen}
        free_detections = set(range(len(detections)))
        costs = [
            (_cost(self.tracks[i], detection, t_s), i, k)
            for i in free_tracks
            for k, detection in enumerate(detections)
        ]
        for cost, i, k in sorted(costs):
            if math.isfinite(cost) and i in free_tracks and k in free_detections:
                self._see(self.tracks[i], detections[k], t_s)
                free_tracks.remove(i)
                free_detections.remove(k)
        unmatched = [self.tracks[i] for i in sorted(free_tracks)]
        for track in unmatched:
            track.visible = False
        for k in sorted(free_detections):
            detection = detections[k]
            track = Track(detection.box, detection.score, t_s, t_s, detection.landmarks)
            self._name(track, sure=detection.score >= SURE_SCORE)
            self.tracks.append(track)
        return unmatched

    def expire(self, t_s: float) -> None:
        """Drop what has not been seen for too long; a face that never counted goes at once."""
        self.tracks = [
            track
            for track in self.tracks
            if track.visible or (track.face_id is not None and t_s - track.updated_s <= MEMORY_S)
        ]

    def forget(self) -> None:
        """End all tracks (another scene, a jump in time); their ids are not used again."""
        self.tracks = []

    def _see(self, track: Track, detection: Detection, t_s: float) -> None:
        track.move_to(detection.box, t_s, detected=True)
        track.score = detection.score
        track.landmarks = detection.landmarks
        self._name(track, sure=True)

    def _name(self, track: Track, *, sure: bool) -> None:
        if track.face_id is None and sure:
            track.face_id = self._next_id
            self._next_id += 1
