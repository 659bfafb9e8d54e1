"""A session's log as the film needs it: who is in each frame, or was a moment before or after."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import UNSURE
from fer_desktop.engine.result import NOT_ANALYSED
from fer_desktop.session.reader import Session
from fer_desktop.vision.faces import Box

_NEAR_S: Final = 1.0
"""A face that is missed is taken to be where it was, or will be, within this time."""
_BOX: Final = ("box_x", "box_y", "box_w", "box_h")


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face of one frame, as the log has it."""

    face_id: int
    box: Box
    shares: NDArray[np.float32]
    """(C,) smoothed probabilities in the order of the labels."""
    word: str
    """The label that they make, or `unsure`: calmer than the log's own."""


class Readings:
    """All analysed frames of a session and their faces."""

    def __init__(self, session: Session) -> None:
        """Raises `SessionError` for a damaged log."""
        model = session.metadata.model
        self.labels = model.labels
        self._unsure_below = model.unsure_below
        self._faces: dict[int, list[SeenFace]] = {}
        self._reasons: dict[int, str] = {}
        self._times: dict[int, float] = {}
        self._count: Counter[int] = Counter()
        for row in session.rows():
            if row["reason"] != NOT_ANALYSED:
                self._add(row)
        self.frames = list(self._faces)
        self._tracks = self._by_face()

    def __contains__(self, frame: int) -> bool:
        return frame in self._faces

    def faces(self, frame: int) -> list[SeenFace]:
        """In the order of their ids."""
        return self._faces[frame]

    def reason(self, frame: int) -> str:
        """Why there is no face; empty where there is one."""
        return self._reasons[frame]

    def main_face(self, frame: int) -> SeenFace | None:
        """The one of this frame who is there for the longest time of the whole session."""
        return max(self._faces[frame], key=lambda face: self._count[face.face_id], default=None)

    def boxes_near(self, frame: int) -> list[Box]:
        """Where faces are in this frame, or were or will be within a second if they are missed in it."""
        now = self._times[frame]
        boxes = [face.box for face in self._faces[frame]]
        present = {face.face_id for face in self._faces[frame]}
        for face_id, (times, found) in self._tracks.items():
            if face_id in present:
                continue
            after = int(np.searchsorted(times, now))
            boxes += [
                found[place]
                for place in (after - 1, after)
                if 0 <= place < len(found) and abs(times[place] - now) <= _NEAR_S
            ]
        return boxes

    def _add(self, row: dict[str, str | int | float | None]) -> None:
        frame, media_s = _number(row["frame"]), _number(row["media_t_s"])
        faces = self._faces.setdefault(int(frame), [])
        self._times[int(frame)] = media_s
        self._reasons[int(frame)] = str(row["reason"] or "")
        if row["face_id"] is None:
            return
        shares = np.array([_number(row[f"s_{label}"]) for label in self.labels], np.float32)
        top = int(shares.argmax())
        word = self.labels[top] if shares[top] >= self._unsure_below else UNSURE
        face_id = int(_number(row["face_id"]))
        faces.append(SeenFace(face_id, Box(*(_number(row[name]) for name in _BOX)), shares, word))
        self._count[face_id] += 1

    def _by_face(self) -> dict[int, tuple[NDArray[np.float64], list[Box]]]:
        times: dict[int, list[float]] = {}
        found: dict[int, list[Box]] = {}
        for frame, faces in self._faces.items():
            for face in faces:
                times.setdefault(face.face_id, []).append(self._times[frame])
                found.setdefault(face.face_id, []).append(face.box)
        return {face_id: (np.array(times[face_id]), found[face_id]) for face_id in times}


def _number(value: str | int | float | None) -> float:
    return float(value) if value is not None else 0.0
