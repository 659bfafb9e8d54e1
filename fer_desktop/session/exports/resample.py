"""Readings at even steps of time: the value of the frame that holds then, or nothing."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from fer_desktop.session.frames import LoggedFrame, LogRecord

Doubles: TypeAlias = "array[float]"

_ROUNDING_S = 2e-6
"""Times in the log have six decimals."""


@dataclass(slots=True)
class FaceSeries:
    """The frames of one face, with the time until which each holds."""

    width: int
    times_s: Doubles = field(default_factory=lambda: array("d"))
    until_s: Doubles = field(default_factory=lambda: array("d"))
    values: Doubles = field(default_factory=lambda: array("d"))
    """`width` numbers for each frame; all as plain doubles, as two hours are 200,000 frames."""

    def at_rate(self, rate_hz: float) -> tuple[float, Iterator[Doubles | None]]:
        """The first sample's time, a multiple of 1 / rate, and the samples until the face's last frame.

        None where no frame holds: the face was missing, or nothing was recorded.
        """
        order = np.argsort(np.array(self.times_s), kind="stable")
        times, until = np.array(self.times_s)[order], np.array(self.until_s)[order]
        first = int(np.ceil((times[0] - _ROUNDING_S) * rate_hz))
        last = max(first, int(np.floor((times[-1] + _ROUNDING_S) * rate_hz)))

        def samples() -> Iterator[Doubles | None]:
            for number in range(first, last + 1):
                at_s = number / rate_hz + _ROUNDING_S
                place = int(np.searchsorted(times, at_s, "right")) - 1
                # Until the next frame takes over; before a gap only at the frame's own moment.
                held = place >= 0 and (at_s < until[place] or at_s - 2 * _ROUNDING_S <= times[place])
                first_value = int(order[place]) * self.width
                yield self.values[first_value : first_value + self.width] if held else None

        return first / rate_hz, samples()


def face_series(frames: Iterator[LoggedFrame], columns: list[str], gap_s: float) -> dict[int, FaceSeries]:
    """Every face's readings by its id; as in states.csv, none holds across a gap."""
    found: dict[int, FaceSeries] = {}
    held: LoggedFrame | None = None
    last_s: float | None = None
    for frame in frames:
        if last_s is not None and not 0 <= frame.time_s - last_s <= gap_s:
            held = None
        last_s = frame.time_s
        if not frame.analysed:
            continue
        for face in held.faces if held else ():
            found[_face_id(face)].until_s[-1] = frame.time_s
        for face in frame.faces:
            series = found.setdefault(_face_id(face), FaceSeries(len(columns)))
            series.times_s.append(frame.time_s)
            series.until_s.append(frame.time_s)
            series.values.extend(_number(face, name) for name in columns)
        held = frame
    return found


def _face_id(face: LogRecord) -> int:
    value = face["face_id"]
    assert isinstance(value, int)
    return value


def _number(face: LogRecord, name: str) -> float:
    value = face[name]
    return float("nan") if value is None else float(value)
