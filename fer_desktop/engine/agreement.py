"""Where two networks said the same of a face and where not: a bounded memory, a code per face and frame."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import UNSURE

MOST_WORDS: Final = 288_000
"""80 minutes of two faces at 30 frames a second: 4 MB. When they are full, the oldest quarter goes."""
COLUMNS: Final = 300
"""Parts of a stretch of time that are told apart."""
_FIRST_ROOM: Final = 4096
_HOLDS_S: Final = 1.0
"""For how long at most a word stands for the time after it."""
_NARROWEST_S: Final = 0.05


class Agreement(IntEnum):
    """How two labels compare."""

    SAME = 0
    DIFFERENT = 1
    UNSURE = 2
    """At least one of both networks does not commit itself."""


def agreement(first: str, second: str) -> Agreement:
    """How what two networks say compares."""
    if UNSURE in {first, second}:
        return Agreement.UNSURE
    return Agreement.SAME if first == second else Agreement.DIFFERENT


@dataclass(frozen=True, slots=True)
class Course:
    """One face over a stretch of time, in parts of equal length."""

    runs: tuple[tuple[float, float, Agreement], ...]
    """(start, end, how they compared there)."""
    same: float
    """Share of the time for which both were asked, 0 to 1."""
    different: float


class Agreements:
    """Written by one thread, read by others; times in any unit that rises, but for jumps in a file."""

    def __init__(self, most: int = MOST_WORDS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._count = 0
        self._times = np.zeros(_FIRST_ROOM)
        self._faces = np.zeros(_FIRST_ROOM, np.int32)
        self._codes = np.zeros(_FIRST_ROOM, np.int8)
        self.version = 0
        """Rises with every word."""

    def add(self, t: float, face_id: int, how: Agreement) -> None:
        """Remember how the two compared for a face of the frame at a time."""
        with self._lock:
            if self._count == len(self._times):
                self._make_room()
            here, self._count = self._count, self._count + 1
            self._times[here], self._faces[here], self._codes[here] = t, face_id, how
            self.version += 1

    def course(self, start: float, end: float, face_id: int, holds: float = _HOLDS_S) -> Course:
        """How the two compared between two times. A word holds until the next one, at most for `holds`."""
        width = max((end - start) / COLUMNS, _NARROWEST_S)
        # Parts lie on a fixed grid, so that nothing flickers while time moves on.
        first, last = int(np.floor(start / width)), int(np.ceil(end / width))
        # What was said before the view may hold into it: it is followed from there, then cut.
        before = int(np.ceil(holds / width))
        count = before + last - first
        with self._lock:
            times = self._times[: self._count]
            asked = (times >= start - holds) & (times < end) & (self._faces[: self._count] == face_id)
            places = np.flatnonzero(asked)
            times, codes = times[places], self._codes[places].astype(np.int64)
        columns = np.clip(np.floor(times / width).astype(np.int64) - first + before, 0, count - 1)
        votes = np.bincount(columns * 3 + codes, minlength=3 * count).reshape(-1, 3)
        told = _held(votes, max(1, round(holds / width)))[before:]
        known = told[told >= 0]
        if not len(known):
            return Course((), 0.0, 0.0)
        same, different = (float((known == code).mean()) for code in (Agreement.SAME, Agreement.DIFFERENT))
        return Course(tuple(_runs(told, first, width)), same, different)

    def _make_room(self) -> None:
        """Let the tables grow, or forget the oldest quarter where they are as large as they may be."""
        room = len(self._times)
        if room < self._most:
            larger = min(2 * room, self._most) - room
            self._times = np.concatenate((self._times, np.zeros(larger)))
            self._faces = np.concatenate((self._faces, np.zeros(larger, np.int32)))
            self._codes = np.concatenate((self._codes, np.zeros(larger, np.int8)))
            return
        gone = room // 4
        for rows in (self._times, self._faces, self._codes):
            rows[: room - gone] = rows[gone:].copy()
        self._count -= gone


def _held(votes: NDArray[np.int64], parts: int) -> NDArray[np.int64]:
    """The commonest code of each part; parts without any take the last one for so many `parts`, then -1."""
    told = np.where(votes.any(1), votes.argmax(1), -1)
    places = np.arange(len(told))
    last = np.maximum.accumulate(np.where(told >= 0, places, -1))
    fresh = (last >= 0) & (places - last < parts)
    return np.where(fresh, told[np.maximum(last, 0)], -1)


def _runs(told: NDArray[np.int64], first: int, width: float) -> list[tuple[float, float, Agreement]]:
    edges = np.flatnonzero(np.diff(told)) + 1
    begins, ends = [0, *edges.tolist()], [*edges.tolist(), len(told)]
    return [
        ((first + begin) * width, (first + end) * width, Agreement(int(told[begin])))
        for begin, end in zip(begins, ends, strict=True)
        if told[begin] >= 0
    ]
