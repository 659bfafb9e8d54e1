"""A session's course in as many columns as a page can show, however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import EMOTIONS, UNSURE
from fer_desktop.session.frames import LoggedFrame, LogRecord
from fer_desktop.session.states import gap_s

COLUMNS: Final = 640
_MOMENT_S: Final = 1e-9
"""The weight of a frame that speaks for no time: enough to be seen where nothing else is."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FaceCourse:
    """One face in columns of equal time; NaN where it was not seen."""

    mean: Floats
    """(columns, labels): of the raw probability, weighted by time."""
    low: Floats
    high: Floats
    top: Floats
    """(columns, labels and unsure): share of the column's time that each was the label."""
    seen: Floats
    """(columns,): share of the column's time."""


@dataclass(frozen=True, slots=True)
class Course:
    """Faces on one axis of time."""

    start_s: float
    end_s: float
    labels: tuple[str, ...]
    watched: Floats
    """(columns,): share of the column's time for which an analysed frame speaks; may be just over 1."""
    faces: dict[int, FaceCourse]


class CourseTally:
    """Takes in the frames of a log; memory grows with the number of `faces` only, which are given."""

    def __init__(
        self,
        labels: Sequence[str],
        faces: Sequence[int],
        start_s: float,
        end_s: float,
        *,
        nominal_fps: float | None = None,
        columns: int = COLUMNS,
    ) -> None:
        self._labels = tuple(name for name in EMOTIONS if name in labels)
        self._names = [f"p_{name}" for name in self._labels]
        self._place = {name: place for place, name in enumerate((*self._labels, UNSURE))}
        self._start_s, self._end_s = start_s, end_s
        self._edges = np.linspace(start_s, max(end_s, start_s + 1e-3), columns + 1)
        self._gap_s = gap_s(nominal_fps)
        self._watched = np.zeros(columns)
        self._faces = {face_id: _FaceTally(columns, len(self._labels)) for face_id in faces}
        self._held: LoggedFrame | None = None
        self._last_s: float | None = None

    def add(self, frame: LoggedFrame) -> None:
        """The next frame of the log."""
        if self._last_s is not None and not 0 <= frame.time_s - self._last_s <= self._gap_s:
            self._break()
        self._last_s = frame.time_s
        if frame.analysed:
            if self._held is not None:
                self._speak(self._held, frame.time_s)
            self._held = frame

    def finish(self) -> Course:
        """After the last frame."""
        self._break()
        width_s = float(self._edges[1] - self._edges[0])
        return Course(
            self._start_s,
            float(self._edges[-1]),
            self._labels,
            self._watched / width_s,
            {face_id: tally.finish(width_s) for face_id, tally in self._faces.items()},
        )

    def _break(self) -> None:
        if self._held is not None:
            self._speak(self._held, self._held.time_s)
        self._held = None

    def _speak(self, frame: LoggedFrame, until_s: float) -> None:
        last = len(self._watched) - 1
        begin = min(last, max(0, int(np.searchsorted(self._edges, frame.time_s, "right")) - 1))
        end = min(last, max(begin, int(np.searchsorted(self._edges, until_s, "left")) - 1))
        columns = slice(begin, end + 1)
        seconds = np.minimum(until_s, self._edges[begin + 1 : end + 2]) - np.maximum(
            frame.time_s, self._edges[columns]
        )
        seconds = np.maximum(seconds, _MOMENT_S)
        self._watched[columns] += seconds
        for face in frame.faces:
            tally = self._faces.get(_face_id(face))
            if tally is not None:
                values: list[Any] = [face[name] for name in self._names]
                tally.add(columns, seconds, np.array(values, np.float64), self._place[str(face["label"])])


class _FaceTally:
    def __init__(self, columns: int, labels: int) -> None:
        self._sum = np.zeros((columns, labels))
        self._low = np.full((columns, labels), np.inf)
        self._high = np.full((columns, labels), -np.inf)
        self._top = np.zeros((columns, labels + 1))
        self._seconds = np.zeros(columns)

    def add(self, columns: slice, seconds: Floats, probabilities: Floats, top: int) -> None:
        self._sum[columns] += seconds[:, None] * probabilities
        np.minimum(self._low[columns], probabilities, out=self._low[columns])
        np.maximum(self._high[columns], probabilities, out=self._high[columns])
        self._top[columns, top] += seconds
        self._seconds[columns] += seconds

    def finish(self, width_s: float) -> FaceCourse:
        seen = self._seconds > 0
        # Where it was not seen all becomes NaN, and stays a gap.
        seconds = np.where(seen, self._seconds, np.nan)[:, None]
        missing = ~seen[:, None]
        return FaceCourse(
            self._sum / seconds,
            np.where(missing, np.nan, self._low),
            np.where(missing, np.nan, self._high),
            self._top / seconds,
            self._seconds / width_s,
        )


def _face_id(face: LogRecord) -> int:
    value: Any = face["face_id"]
    return int(value)
