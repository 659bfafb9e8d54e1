"""`facereader`: detailed and state logs in the form of FaceReader's text exports, two files per face.

Written after the published form of those logs. The numbers are our probabilities, which add up to one;
FaceReader's are intensities, which do not.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fer_desktop.emotions import FACEREADER_NAMES
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.text import clock_time, one_line
from fer_desktop.session.frames import LoggedFrame, LogRecord
from fer_desktop.session.states import gap_s

FIND_FAILED: Final = "FIND_FAILED"
FIT_FAILED: Final = "FIT_FAILED"
UNKNOWN: Final = "Unknown"
_SEEN_BUT_NOT_READ: Final = "too_small"
_LINES_KEPT: Final = 2000


def write_facereader(material: Material, path: Path, home: Path | None) -> None:  # noqa: ARG001
    """`face<id>_detailed.txt` and `face<id>_state.txt` in a new folder, for the time between the face's first
    and last frame; `no_face_...` where no face was seen at all."""
    path.mkdir()
    names = [name for name in FACEREADER_NAMES if name in material.metadata.model.labels]
    limit_s = gap_s(material.metadata.source.nominal_fps)
    seen = _Analysed()
    logs: dict[int, _FaceLogs] = {}
    last_s: float | None = None
    after_gap = False
    for frame in material.frames():
        after_gap |= last_s is not None and not 0 <= frame.time_s - last_s <= limit_s
        last_s = frame.time_s
        # FaceReader has no lines for frames that it passes over either.
        if not frame.analysed:
            continue
        seen.add(frame, after_gap=after_gap)
        after_gap = False
        for face in frame.faces:
            face_id = _face_id(face)
            if face_id not in logs:
                logs[face_id] = _FaceLogs(material, path, f"face{face_id}", names, seen.frames - 1)
            logs[face_id].add(seen, face)
    if not logs:
        logs[0] = _FaceLogs(material, path, "no_face", names, 0)
        logs[0].fill(seen, seen.frames)
    for log in logs.values():
        log.close()


@dataclass(slots=True)
class _Analysed:
    """All analysed frames so far: what a face that comes back has missed."""

    times_s: array[float] = field(default_factory=lambda: array("d"))
    fit_failed: bytearray = field(default_factory=bytearray)
    after_gap: bytearray = field(default_factory=bytearray)

    @property
    def frames(self) -> int:
        return len(self.times_s)

    def add(self, frame: LoggedFrame, *, after_gap: bool) -> None:
        self.times_s.append(frame.time_s)
        self.fit_failed.append(frame.reason == _SEEN_BUT_NOT_READ)
        self.after_gap.append(after_gap)


class _FaceLogs:
    """The two logs of one face."""

    def __init__(self, material: Material, folder: Path, which: str, names: list[str], first: int) -> None:
        self._names = names
        self._next = first
        self._state = ""
        self._end_s = 0.0
        columns = [FACEREADER_NAMES[name] for name in names]
        self._detailed = _Lines(folder / f"{which}_detailed.txt")
        self._detailed.add(_header("detailed", material), "\t".join(["Video Time", *columns]))
        self._states = _Lines(folder / f"{which}_state.txt")
        self._states.add(_header("state", material), "Video Time\tEmotion")

    def add(self, seen: _Analysed, face: LogRecord) -> None:
        """The face in the last frame of those seen."""
        self.fill(seen, seen.frames - 1)
        values = [_probability(face[f"p_{name}"]) for name in self._names]
        self._line(seen, values, FACEREADER_NAMES.get(str(face["label"]), UNKNOWN))

    def fill(self, seen: _Analysed, until: int) -> None:
        """Lines for the frames since the last one of this face."""
        while self._next < until:
            word = FIT_FAILED if seen.fit_failed[self._next] else FIND_FAILED
            self._line(seen, [word] * len(self._names), UNKNOWN)

    def close(self) -> None:
        self._states.add(f"{clock_time(self._end_s)}\tEND")
        self._detailed.close()
        self._states.close()

    def _line(self, seen: _Analysed, values: list[str], state: str) -> None:
        time_s = seen.times_s[self._next]
        if seen.after_gap[self._next] and self._state:
            # Nothing is known of the time in between.
            self._change(self._end_s, UNKNOWN)
        self._change(time_s, state)
        self._detailed.add("\t".join([clock_time(time_s), *values]))
        self._end_s = time_s
        self._next += 1

    def _change(self, time_s: float, state: str) -> None:
        if state != self._state:
            self._states.add(f"{clock_time(time_s)}\t{state}")
        self._state = state


class _Lines:
    """A text file that is open only while it is written to: there may be hundreds of faces."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: list[str] = []

    def add(self, *lines: str) -> None:
        self._waiting += lines
        if len(self._waiting) >= _LINES_KEPT:
            self.close()

    def close(self) -> None:
        with self._path.open("a", encoding="utf-8", newline="") as file:
            file.writelines(f"{line}\r\n" for line in self._waiting)
        self._waiting.clear()


def _header(kind: str, material: Material) -> str:
    return "\r\n".join(_header_lines(kind, material))


def _header_lines(kind: str, material: Material) -> Iterator[str]:
    metadata = material.metadata
    yield f"Video analysis {kind} log"
    yield ""
    yield f"Face Model:\t{one_line(f'{metadata.model.name} {metadata.model.version}')} ({metadata.app.name})"
    yield "Calibration:\tNone"
    yield f"Start time:\t{metadata.clocks.utc_start}"
    yield f"Filename:\t{one_line(metadata.source.path or metadata.source.name)}"
    yield f"Frame rate:\t{_frame_rate(material):g}"
    yield ""


def _frame_rate(material: Material) -> float:
    """As the source states it, else as it was."""
    stated = material.metadata.source.nominal_fps
    duration_s = material.statistics.duration_s
    return stated or (material.statistics.frames.read / duration_s if duration_s else 0.0)


def _probability(value: object) -> str:
    return f"{value:.5f}" if isinstance(value, float) else FIT_FAILED


def _face_id(face: LogRecord) -> int:
    value = face["face_id"]
    assert isinstance(value, int)
    return value
