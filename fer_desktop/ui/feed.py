"""From the vision thread to the screen: the newest frame ready to paint, and the last minute as curves.

The feed is an observer of the engine and is called in the vision thread; the window pulls from it on
a timer. Frames never travel through Qt signals, whose queue would grow without limit.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture.frame import Image
from fer_desktop.engine.result import Face, Result
from fer_desktop.ui.follower import Follower, area
from fer_desktop.ui.people import People

MOST_FACES: Final = 8
"""Faces per frame that the timeline remembers; the largest ones."""
MOST_POINTS: Final = 900
"""Points per curve: more cost time to draw and show nothing new on a screen."""
_KEPT_ROWS: Final = 4096
_MOST_UPSCALED_PIXELS: Final = 1920 * 1080


class TimeBase(Enum):
    """What the timeline counts in: the clock (cameras), media time (videos) or pictures (folders)."""

    CLOCK = "clock"
    MEDIA = "media"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Shown:
    """One frame ready to paint, with what belongs to this very frame."""

    serial: int
    result: Result
    pixels: NDArray[np.uint8]
    """(H, W, 4) BGRA at about the size of the view; nobody may write to it."""
    face: Face | None
    """The face that the bars show, if it is in this frame."""
    labels: tuple[str, ...]
    people: People
    """What the user says of the faces, as it is now."""

    @property
    def faces(self) -> tuple[Face, ...]:
        """The faces that are to be seen: those of this frame that are not hidden."""
        hidden = self.people.hidden
        return tuple(face for face in self.result.faces if face.reading.face_id not in hidden)

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of the frame itself, in which the boxes are given."""
        height, width = self.result.frame.image.shape[:2]
        return width, height


@dataclass(frozen=True, slots=True)
class Curves:
    """Smoothed probabilities over time; NaN rows where there is nothing to show."""

    times: NDArray[np.float64]
    """(n,) rising, in the units of the feed's time base."""
    values: NDArray[np.float32]
    """(n, C) in the order of the model's labels."""

    def gaps(self) -> list[tuple[float, float]]:
        """Stretches of time without data, as (start, end)."""
        if not len(self.times):
            return []
        empty = np.isnan(self.values[:, 0]) if self.values.shape[1] else np.ones(len(self.times), bool)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], empty, [False])).astype(np.int8)))
        last = len(self.times) - 1
        return [
            (float(self.times[max(start - 1, 0)]), float(self.times[min(end, last)]))
            for start, end in edges.reshape(-1, 2).tolist()
        ]


class ScreenFeed:
    """Keeps what the window shows; `feed(result)` is the observer."""

    def __init__(self, time_base: TimeBase, view_size: tuple[int, int] = (0, 0)) -> None:
        self.time_base = time_base
        self.labels: tuple[str, ...] = ()
        """The model's labels; set in the vision thread before the first result."""
        self.view_size = view_size
        """Device pixels of the view, so that frames are scaled here and painted one to one."""
        self.people = People()
        self._newest: Shown | None = None
        self._serial = 0
        self._follow = Follower()
        self._lock = threading.Lock()
        self._history = _History()

    def __call__(self, result: Result) -> None:
        if result.reason == "not_analysed":
            return
        pixels = _for_screen(result.frame.image, self.view_size)
        with self._lock:
            face = self._decide(result)
            self._history.append(self._time_of(result), result.faces, face)
            self._serial += 1
            self._newest = Shown(self._serial, result, pixels, face, self.labels, self.people)

    def _decide(self, result: Result) -> Face | None:
        hidden = self.people.hidden
        seen = [face for face in result.faces if face.reading.face_id not in hidden]
        return self._follow(seen, result.frame.captured_s)

    def newest(self) -> Shown | None:
        """The last analysed frame, or None before the first; the same object until there is a newer one."""
        return self._newest

    def refit(self, shown: Shown) -> Shown:
        """A frame that stays on screen, at the size that the view has now."""
        pixels = _for_screen(shown.result.frame.image, self.view_size)
        return replace(shown, pixels=pixels)

    def choose(self, face_id: int | None) -> None:
        """Show this face from now on, also in a picture that stands still; None: the largest one."""
        with self._lock:
            self._follow.choose(face_id)
        self.look_again()

    def hide(self, face_id: int) -> None:
        """Show this face no longer, and choose it no longer; it is analysed and recorded as before."""
        with self._lock:
            self.people.hide(face_id)
            if self._follow.chosen == face_id:
                self._follow.choose(None)
        self.look_again()

    def look_again(self) -> None:
        """Show the newest frame anew, after something was said of its faces."""
        with self._lock:
            if self._newest is not None:
                self._newest = replace(self._newest, face=self._decide(self._newest.result))

    @property
    def chosen(self) -> int | None:
        """The face that the user chose, while it has not been gone for long."""
        return self._follow.chosen

    def curves(self, start: float, end: float) -> Curves:
        """The chosen (else the main) face's curves between two times, at most `MOST_POINTS` points."""
        return self._history.curves(start, end, self._follow.chosen, max(len(self.labels), 1))

    def last_time(self) -> float | None:
        """The time of the newest frame in the feed's time base."""
        return self._history.last_time()

    def _time_of(self, result: Result) -> float:
        frame = result.frame
        if self.time_base is TimeBase.MEDIA and frame.media_t_s is not None:
            return frame.media_t_s
        return float(frame.index) if self.time_base is TimeBase.INDEX else frame.captured_s


class _History:
    """Rows of (time, faces' ids and probabilities), the newest `_KEPT_ROWS` of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._moved_out = 0
        self._times = np.zeros(2 * _KEPT_ROWS)
        self._ids = np.full((2 * _KEPT_ROWS, MOST_FACES), -1, np.int64)
        self._main = np.full(2 * _KEPT_ROWS, -1, np.int64)
        self._values = np.zeros((2 * _KEPT_ROWS, MOST_FACES, 0), np.float32)

    def append(self, t: float, faces: tuple[Face, ...], main: Face | None) -> None:
        with self._lock:
            self._make_room(t)
            row = self._count
            self._times[row] = t
            self._ids[row] = -1
            self._main[row] = -1 if main is None else main.reading.face_id
            for slot, face in enumerate(sorted(faces, key=area, reverse=True)[:MOST_FACES]):
                if self._values.shape[2] != len(face.shown):
                    self._values = np.zeros((2 * _KEPT_ROWS, MOST_FACES, len(face.shown)), np.float32)
                self._ids[row, slot] = face.reading.face_id
                self._values[row, slot] = face.shown
            self._count += 1

    def last_time(self) -> float | None:
        with self._lock:
            return float(self._times[self._count - 1]) if self._count else None

    def curves(self, start: float, end: float, chosen: int | None, classes: int) -> Curves:
        with self._lock:
            first, stop = np.searchsorted(self._times[: self._count], (start, end), "left")
            stop = min(stop + 1, self._count)
            stride = max(1, math.ceil((stop - first) / (MOST_POINTS - 100)))
            first -= (first + self._moved_out) % stride  # the same rows share a point while time moves on
            rows = slice(max(first, 0), stop)
            times = self._times[rows].copy()
            wanted = self._main[rows] if chosen is None else np.full(len(times), chosen)
            match = (self._ids[rows] == wanted[:, None]) & (wanted >= 0)[:, None]
            found = match.any(axis=1)
            picked = self._values[rows][np.arange(len(times)), match.argmax(axis=1)]
        values = np.full((len(times), classes), np.nan, np.float32)
        if picked.shape[1] == classes:
            values[found] = picked[found]
        return _with_breaks(*_thinned(times, values, stride))

    def _make_room(self, t: float) -> None:
        """Forget what a seek back makes the future, and move the newest rows to the front when full."""
        if self._count and t <= self._times[self._count - 1]:
            self._count = int(np.searchsorted(self._times[: self._count], t, "left"))
        if self._count == len(self._times):
            for rows in (self._times, self._ids, self._main, self._values):
                rows[:_KEPT_ROWS] = rows[_KEPT_ROWS:]
            self._count = _KEPT_ROWS
            self._moved_out += _KEPT_ROWS


def _thinned(
    times: NDArray[np.float64], values: NDArray[np.float32], stride: int
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Means of `stride` neighbours; one gap among them makes the point a gap, so none is hidden."""
    if stride == 1 or not len(times):
        return times, values
    groups = np.arange(0, len(times), stride)
    sizes = np.diff(np.append(groups, len(times)))
    sums = np.add.reduceat(values, groups, axis=0)
    return times[groups], (sums / sizes[:, None]).astype(np.float32)


def _with_breaks(times: NDArray[np.float64], values: NDArray[np.float32]) -> Curves:
    """Put a NaN row where time jumped: the camera was away, or the user sought."""
    steps = np.diff(times)
    if not len(steps):
        return Curves(times, values)
    jumps = np.flatnonzero(steps > max(0.5, 6 * float(np.median(steps))))
    blank = np.full((len(jumps), values.shape[1]), np.nan, np.float32)
    middles = (times[jumps] + times[jumps + 1]) / 2
    return Curves(np.insert(times, jumps + 1, middles), np.insert(values, jumps + 1, blank, axis=0))


def painted_size(frame_size: tuple[int, int], view_size: tuple[int, int]) -> tuple[int, int]:
    """Width and height at which a frame is handed to the painter for a view of these device pixels.

    That of the picture in the view, except that a small frame on a huge screen is left to the painter.
    """
    width, height = frame_size
    if min(view_size) <= 0:
        return frame_size
    scale = min(view_size[0] / width, view_size[1] / height)
    if scale > 1:
        scale = max(1.0, min(scale, math.sqrt(_MOST_UPSCALED_PIXELS / (width * height))))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _for_screen(image: Image, view_size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture as BGRA at the size in which it will be painted: cheaper here than in the painter."""
    height, width = image.shape[:2]
    size = painted_size((width, height), view_size)
    if size != (width, height):
        how = cv2.INTER_LINEAR if size[0] > width / 2 else cv2.INTER_AREA
        image = cv2.resize(image, size, interpolation=how)  # type: ignore[assignment]
    return cv2.cvtColor(image, cv2.COLOR_BGR2BGRA)  # type: ignore[return-value]
