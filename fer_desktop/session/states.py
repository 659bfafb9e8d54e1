"""Runs of one label: how long each face kept showing the same expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fer_desktop.engine.result import Face, Result

Seen = tuple[int, str, float]
"""A face in an analysed frame: its id, its label, and the probability that counts for the run."""

GAP_S: Final = 1.0
"""Longest silence of a source that a run outlives."""
_GAP_FRAMES: Final = 3
"""Slow sources (time lapse) are silent between frames; so many of their frames make a gap."""


def gap_s(nominal_fps: float | None) -> float:
    """Seconds without any frame after which nothing is known about a face any more."""
    return max(GAP_S, _GAP_FRAMES / nominal_fps) if nominal_fps else GAP_S


@dataclass(frozen=True, slots=True)
class StateRun:
    """One row of states.csv. Times are media times in files, else seconds since session start."""

    face_id: int
    label: str
    start_s: float
    end_s: float
    mean_probability: float
    frames: int


@dataclass(slots=True)
class _OpenRun:
    face_id: int
    label: str
    start_s: float
    last_s: float
    probability_sum: float = 0.0
    frames: int = 0

    def add(self, time_s: float, probability: float) -> None:
        self.last_s = time_s
        self.probability_sum += probability
        self.frames += 1

    def ended(self, end_s: float) -> StateRun:
        mean = self.probability_sum / self.frames
        return StateRun(self.face_id, self.label, self.start_s, end_s, mean, self.frames)


class StateRuns:
    """Turns results, in the order they were made, into runs.

    A label holds from its frame until the next analysed frame. A run therefore ends at the frame that
    shows another label or misses the face, so that neighbouring runs touch and durations add up; before
    a gap, a jump back in time, or the end it ends at its own last frame, as nothing is known after it.
    Frames that were not analysed say nothing about a face and end no run.
    """

    def __init__(self, labels: Sequence[str], nominal_fps: float | None = None) -> None:
        self._place = {label: place for place, label in enumerate(labels)}
        self._gap_s = gap_s(nominal_fps)
        self._open: dict[int, _OpenRun] = {}
        self._last_s: float | None = None

    def add(self, time_s: float, result: Result) -> list[StateRun]:
        """Take in one result and return the runs that it ended."""
        return self.add_seen(time_s, [self._seen(face) for face in result.faces] if result.analysed else None)

    def add_seen(self, time_s: float, faces: Sequence[Seen] | None) -> list[StateRun]:
        """The same for the faces of one frame; None if it was not analysed."""
        ended: list[StateRun] = []
        if self._last_s is not None and not 0 <= time_s - self._last_s <= self._gap_s:
            ended += self.close()
        self._last_s = time_s
        if faces is None:
            return ended
        present = {face_id for face_id, _, _ in faces}
        for missing in [face_id for face_id in self._open if face_id not in present]:
            ended.append(self._open.pop(missing).ended(time_s))
        for face in faces:
            ended += self._add_face(time_s, face)
        return ended

    def close(self) -> list[StateRun]:
        """End every open run at its own last frame."""
        ended = [run.ended(run.last_s) for run in self._open.values()]
        self._open.clear()
        return ended

    def _add_face(self, time_s: float, face: Seen) -> list[StateRun]:
        face_id, label, probability = face
        run = self._open.get(face_id)
        ended = []
        if run is not None and run.label != label:
            ended.append(run.ended(time_s))
            run = None
        if run is None:
            run = self._open[face_id] = _OpenRun(face_id, label, time_s, time_s)
        run.add(time_s, probability)
        return ended

    def _seen(self, face: Face) -> Seen:
        """With the probability of the label, or of the strongest expression where it is `unsure`."""
        label = face.reading.label
        place = self._place.get(label)
        probabilities = face.reading.probabilities
        probability = float(probabilities.max() if place is None else probabilities[place])
        return face.reading.face_id, label, probability
