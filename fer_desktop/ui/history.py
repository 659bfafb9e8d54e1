"""What was seen and when: a compact, bounded table of moments that curves, looking back and statistics read.

One row per analysed frame and, beside it, one entry per face. Probabilities are kept as 16-bit parts of one
(to 0.00001, as in the log). An hour of one face at 30 frames a second is 9 MB; full, the table keeps the last
60 to 80 minutes: 13 MB with one face, 69 MB with eight in every frame, half as much again at most for room.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import UNSURE
from fer_desktop.engine.result import Face
from fer_desktop.ui.curves import MOST_POINTS, Curves, thinned
from fer_desktop.ui.follower import area
from fer_desktop.ui.moments import NOBODY, Moment, Remembered, Rows, TimeBase
from fer_desktop.ui.people import People
from fer_desktop.vision.faces import Box

MOST_FRAMES: Final = 144_000
"""80 minutes at 30 frames a second; when they are full, the oldest quarter goes."""
MOST_FACES: Final = 8
"""Faces per frame that are remembered; the largest ones."""
_FIRST_ROOM: Final = 4096
_SAME_T: Final = 2e-4
"""Times nearer than this are the same frame, as in a video's timeline."""
_SAMPLES: Final = 8
"""Frames per point of a wide view: a mean of these looks like one of all, and an hour is drawn at once."""
_PIECE: Final = 4096
_ONE: Final = 65535
_UNSURE_CODE: Final = 100

FRAME_TYPE: Final = np.dtype(
    [("index", "i8"), ("main", "i4"), ("first", "i8"), ("faces", "u1"), ("reason", "u1")]
)


class History:
    """Written by one thread (or filled once), read by others.

    Where a `face` is asked for, None means the main one of each frame, or the next one where that is hidden.
    """

    def __init__(self, time_base: TimeBase, most_frames: int = MOST_FRAMES) -> None:
        self.time_base = time_base
        self.labels: tuple[str, ...] = ()
        """The model's; set before the first row."""
        self.people = People()
        """What the user says of the faces."""
        self.version = 0
        """Rises with every row."""
        self._most = most_frames
        self._lock = threading.Lock()
        self._count = self._used = self._forgotten = 0
        self._times = np.zeros(_FIRST_ROOM)
        self._frames = np.zeros(_FIRST_ROOM, FRAME_TYPE)
        self._entries = np.zeros(0, entry_type(0))
        self._reasons: list[str] = [""]

    def append(self, t: float, index: int, faces: Sequence[Face], main: Face | None, reason: str) -> None:
        """Remember a frame. One that was known already (after a jump back in a file) takes its new values."""
        largest = sorted(faces, key=area, reverse=True)[:MOST_FACES]
        with self._lock:
            row = self._row_for(t)
            self._times[row] = t
            self._frames[row] = (index, -1, 0, 0, 0)
            main_id = -1 if main is None else main.reading.face_id
            first = self._add(largest)
            self._frames[row] = (index, main_id, first, len(largest), self._reason_code(reason))
            self.version += 1

    def fill(
        self,
        times: NDArray[np.float64],
        frames: NDArray[np.void],
        entries: NDArray[np.void],
        reasons: list[str],
    ) -> None:
        """Take over whole tables: (n,) rising times, their frames, the faces' entries, the reasons' words."""
        with self._lock:
            self._times, self._frames, self._entries, self._reasons = times, frames, entries, reasons
            self._count, self._used = len(times), len(entries)
            self.version += 1

    @property
    def count(self) -> int:
        """Frames that are remembered."""
        return self._count

    @property
    def bytes(self) -> int:
        """Memory that the tables take."""
        return self._times.nbytes + self._frames.nbytes + self._entries.nbytes

    def first_time(self) -> float | None:
        with self._lock:
            return float(self._times[0]) if self._count else None

    def last_time(self) -> float | None:
        with self._lock:
            return float(self._times[self._count - 1]) if self._count else None

    def curves(self, start: float, end: float, face: int | None = None) -> Curves:
        """The face's shown probabilities between two times, at most about `MOST_POINTS` points."""
        classes = max(len(self.labels), 1)
        with self._lock:
            times = self._times[: self._count]
            # One more on either side, so that lines reach the edges.
            first = max(int(np.searchsorted(times, start, "left")) - 1, 0)
            stop = min(int(np.searchsorted(times, end, "left")) + 1, self._count)
            stride = max(1, -(-(stop - first) // (MOST_POINTS - 100)))
            step = max(1, stride // _SAMPLES)
            stride -= stride % step
            # The same rows share a point while time moves on.
            first = max(first - (first + self._forgotten) % stride, 0)
            rows = slice(first, stop, step)
            times = self._times[rows].copy()
            values = self._values("shown", rows, face, classes)
        return thinned(times, values, stride // step)

    def moment(self, t: float, steps: int = 0) -> Moment | None:
        """The frame nearest to a time, or so many frames after it; None while there is none at all."""
        with self._lock:
            if not self._count:
                return None
            return self._moment(min(max(self._nearest(t) + steps, 0), self._count - 1))

    def change(self, t: float, direction: int, face: int | None = None) -> Moment | None:
        """The next (1) or last (-1) frame from here at which another expression began; None without any."""
        with self._lock:
            if not self._count:
                return None
            here = self._nearest(t)
            # In pieces, away from here: the next change is near, the whole is long.
            for far in range(0, self._count, _PIECE):
                first = here + far if direction > 0 else max(here - far - _PIECE - 1, 0)
                stop = min(here + far + _PIECE + 1 if direction > 0 else here - far, self._count)
                if stop - first < 2:
                    return None
                begins = first + 1 + np.flatnonzero(np.diff(self._codes("stable", slice(first, stop), face)))
                if len(begins):
                    return self._moment(int(begins[0] if direction > 0 else begins[-1]))
            return None

    def rows(self, start: float, end: float, face: int | None = None) -> Rows:
        """The face, frame by frame, from the last frame at or before `start` until `end`."""
        with self._lock:
            times = self._times[: self._count]
            first = max(int(np.searchsorted(times, start, "right")) - 1, 0)
            rows = slice(first, int(np.searchsorted(times, end, "left")))
            values = self._values("raw", rows, face, max(len(self.labels), 1))
            return Rows(self._times[rows].copy(), self._codes("label", rows, face), values)

    def _moment(self, row: int) -> Moment:
        frame = self._frames[row]
        entries = self._entries[frame["first"] : frame["first"] + frame["faces"]]
        main = int(self._main(slice(row, row + 1))[0])
        return Moment(
            float(self._times[row]),
            int(frame["index"]),
            tuple(self._remembered(entry) for entry in entries),
            None if main < 0 else main,
            self._reasons[frame["reason"]],
        )

    def _remembered(self, entry: np.void) -> Remembered:
        return Remembered(
            int(entry["id"]),
            entry["raw"].astype(np.float32) / _ONE,
            entry["shown"].astype(np.float32) / _ONE,
            self._word(int(entry["label"])),
            self._word(int(entry["stable"])),
            Box(*(float(side) for side in entry["box"])),
        )

    def _word(self, code: int) -> str:
        return self.labels[code] if code < len(self.labels) else UNSURE

    def _nearest(self, t: float) -> int:
        after = int(np.searchsorted(self._times[: self._count], t, "left"))
        if after == self._count:
            return self._count - 1
        if after and t - self._times[after - 1] < self._times[after] - t:
            return after - 1
        return after

    def _places(self, rows: slice, face: int | None) -> NDArray[np.int64]:
        """Where the entries of the face are, (n,); -1 without it."""
        frames = self._frames[rows]
        wanted = self._main(rows) if face is None else np.full(len(frames), face)
        places = np.full(len(frames), -1, np.int64)
        for slot in range(int(frames["faces"].max(initial=0))):
            there = np.flatnonzero(frames["faces"] > slot)
            at = frames["first"][there] + slot
            hit = (self._entries["id"][at] == wanted[there]) & (wanted[there] >= 0)
            places[there[hit]] = at[hit]
        return places

    def _main(self, rows: slice) -> NDArray[np.int32]:
        """The main face of each frame, (n,), or its next one where that is hidden; -1 without any."""
        frames, hidden = self._frames[rows], list(self.people.hidden)
        main: NDArray[np.int32] = frames["main"]
        if not hidden:
            return main
        gone = np.isin(main, hidden)
        main = np.where(gone, -1, main)
        for slot in range(int(frames["faces"].max(initial=0))):
            open_ = np.flatnonzero(gone & (main < 0) & (frames["faces"] > slot))
            found = self._entries["id"][frames["first"][open_] + slot]
            main[open_] = np.where(np.isin(found, hidden), -1, found)
        return main

    def _codes(self, kind: str, rows: slice, face: int | None) -> NDArray[np.int64]:
        places = self._places(rows, face)
        codes = np.full(len(places), NOBODY, np.int64)
        codes[places >= 0] = self._entries[kind][places[places >= 0]]
        return codes

    def _values(self, kind: str, rows: slice, face: int | None, classes: int) -> NDArray[np.float32]:
        places = self._places(rows, face)
        values = np.full((len(places), classes), np.nan, np.float32)
        kept = self._entries[kind]
        if kept.shape[1] == classes:
            there = places >= 0
            values[there] = kept[places[there]] / np.float32(_ONE)
        return values

    def _add(self, faces: Sequence[Face]) -> int:
        """Write the faces' entries; returns where they begin."""
        if faces and self._entries["raw"].shape[1] != len(faces[0].shown):
            self._entries = np.zeros(_FIRST_ROOM, entry_type(len(faces[0].shown)))
            self._frames["faces"] = 0
            self._used = 0
        if self._used + len(faces) > len(self._entries):
            self._tidy()
        first = self._used
        for face in faces:
            box = face.reading.box
            self._entries[self._used] = (
                face.reading.face_id,
                parts_of_one(face.reading.probabilities),
                parts_of_one(face.shown),
                label_code(face.reading.label, self.labels),
                label_code(face.stable_label, self.labels),
                (box.x, box.y, box.w, box.h),
            )
            self._used += 1
        return first

    def _tidy(self) -> None:
        """Put the entries that are still in use in a row at the front, and make room behind them."""
        frames = self._frames[: self._count]
        counts = frames["faces"].astype(np.int64)
        starts = np.concatenate(([0], np.cumsum(counts)[:-1])) if len(counts) else counts
        used = int(counts.sum())
        places = np.repeat(frames["first"] - starts, counts) + np.arange(used)
        entries = np.zeros(max(_FIRST_ROOM, used + used // 2), self._entries.dtype)
        entries[:used] = self._entries[places]
        frames["first"] = starts
        self._entries, self._used = entries, used

    def _row_for(self, t: float) -> int:
        """The row of a frame at this time: a new one, or the one that it had before."""
        if not self._count or t > self._times[self._count - 1] + _SAME_T:
            self._make_room()
            self._count += 1
            return self._count - 1
        row = int(np.searchsorted(self._times[: self._count], t - _SAME_T, "left"))
        if abs(self._times[row] - t) > _SAME_T:
            self._make_room()
            row = int(np.searchsorted(self._times[: self._count], t, "left"))
            for rows in (self._times, self._frames):
                rows[row + 1 : self._count + 1] = rows[row : self._count].copy()
            self._count += 1
        return row

    def _make_room(self) -> None:
        """Let the tables grow, or forget the oldest quarter where they are as large as they may be."""
        room = len(self._times)
        if self._count < room:
            return
        if room < self._most:
            larger = min(2 * room, self._most)
            self._times = np.concatenate((self._times, np.zeros(larger - room)))
            self._frames = np.concatenate((self._frames, np.zeros(larger - room, FRAME_TYPE)))
            return
        gone = room // 4
        for rows in (self._times, self._frames):
            rows[: room - gone] = rows[gone:].copy()
        self._count -= gone
        self._forgotten += gone
        self._tidy()

    def _reason_code(self, reason: str) -> int:
        if reason not in self._reasons:
            self._reasons.append(reason)
        return self._reasons.index(reason)


def entry_type(classes: int) -> np.dtype[np.void]:
    """How one face is kept."""
    values = ("u2", (classes,))
    return np.dtype(
        [
            ("id", "i4"),
            ("raw", *values),
            ("shown", *values),
            ("label", "i1"),
            ("stable", "i1"),
            ("box", "f4", (4,)),
        ]
    )


def label_code(label: str, labels: Sequence[str]) -> int:
    """A label as a number; those that the model does not have, such as `unsure`, share one."""
    return labels.index(label) if label in labels else _UNSURE_CODE


def parts_of_one(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Probabilities as 16-bit numbers."""
    return np.rint(np.clip(values, 0, 1) * _ONE).astype(np.uint16)
