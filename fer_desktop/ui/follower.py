"""Which face the window shows: the user's choice, else the largest, with patience in both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from fer_desktop.engine.result import Face

_HOLD_CHOSEN_S: Final = 3.0
_HOLD_MAIN_S: Final = 1.0
_LARGER: Final = 1.25
"""In area: two people side by side do not take turns."""
_LARGER_FOR_S: Final = 1.0


def area(face: Face) -> float:
    """Of its box, in square pixels."""
    return face.reading.box.w * face.reading.box.h


class Follower:
    """Called with the faces of each frame; hidden ones are left out before.

    A chosen face that is gone is waited for. The largest is followed: it is kept through short absences,
    and another takes its place when it has been clearly larger for a second.
    """

    def __init__(self) -> None:
        self.chosen: int | None = None
        self._main: int | None = None
        self._seen_s = -math.inf
        self._rival: tuple[int, float] | None = None
        """A larger face, and since when it has been."""

    def choose(self, face_id: int | None) -> None:
        """Show this face; None: the largest one, from now on."""
        self.chosen = face_id
        self._seen_s = math.inf  # the next frame decides from when it is missing
        if face_id is None:
            self._main = self._rival = None

    def __call__(self, faces: Sequence[Face], now_s: float) -> Face | None:
        wanted = self.chosen if self.chosen is not None else self._main
        self._seen_s = min(self._seen_s, now_s)
        largest = max(faces, key=area, default=None)
        face = next((face for face in faces if face.reading.face_id == wanted), None)
        if face is not None and (self.chosen is not None or not self._outgrown(face, largest, now_s)):
            self._seen_s = now_s
            return face
        if self.chosen is not None:
            if now_s - self._seen_s < _HOLD_CHOSEN_S:
                return None
            self.chosen = None
        lost = self._main is None or now_s - self._seen_s >= _HOLD_MAIN_S
        if largest is not None and (lost or face is not None):
            self._main = largest.reading.face_id
            self._seen_s = now_s
            self._rival = None
        return largest

    def _outgrown(self, main: Face, largest: Face | None, now_s: float) -> bool:
        """Whether another face has been clearly larger for long enough."""
        if largest is None or area(largest) < _LARGER * area(main):
            self._rival = None
            return False
        rival = largest.reading.face_id
        if self._rival is None or self._rival[0] != rival or now_s < self._rival[1]:
            self._rival = (rival, now_s)
        return now_s - self._rival[1] >= _LARGER_FOR_S
