"""The log frame by frame, and everything of a session on one axis of time.

That axis is the media time where the source has one, else the time since session start: the same as in
states.csv.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from fer_desktop.capture.source import SourceKind
from fer_desktop.engine.result import ERROR, NOT_ANALYSED
from fer_desktop.session.events import Event
from fer_desktop.session.metadata import Metadata
from fer_desktop.session.reader import Session
from fer_desktop.session.table import Value

LogRecord = dict[str, Value]

_MEDIA_KINDS: Final = frozenset({SourceKind.VIDEO.value, SourceKind.DEMO.value})
_UNTIMED_KINDS: Final = frozenset({SourceKind.PHOTO.value, SourceKind.FOLDER.value})


@dataclass(frozen=True, slots=True)
class LoggedFrame:
    """One frame of the log with the rows of its faces."""

    index: int
    time_s: float
    """Media time where the source has it, else `t_s`."""
    t_s: float
    reason: str
    """Why there is no face; empty if there is one."""
    faces: tuple[LogRecord, ...]
    file: str = ""
    """Name of the picture, in folders of photos."""

    @property
    def analysed(self) -> bool:
        return self.reason not in {NOT_ANALYSED, ERROR}


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """An event on the axis of the frames."""

    time_s: float
    event: Event


def has_media_time(metadata: Metadata) -> bool:
    """Whether times are positions in a file; else they are seconds since session start."""
    return metadata.source.kind in _MEDIA_KINDS


def has_time(metadata: Metadata) -> bool:
    """False for photos, whose times say only when each was read."""
    return metadata.source.kind not in _UNTIMED_KINDS


def frames_of(rows: Iterable[LogRecord]) -> Iterator[LoggedFrame]:
    """The rows of a log, gathered by frame, in their order."""
    # A frame of a file that was gone back to has a number that was there before, but another time.
    for _, group in groupby(rows, key=lambda row: (row["frame"], row["t_s"])):
        yield _frame(list(group))


def timed_events(session: Session, rows: Iterable[LogRecord]) -> list[TimedEvent]:
    """The events of a session in the order of time.

    In a file an event stands where the last frame stood that had been read when it was noted.
    """
    events = sorted(session.events(), key=lambda event: event.t_s)
    if not events or not has_media_time(session.metadata):
        return [TimedEvent(event.t_s, event) for event in events]
    found: list[TimedEvent] = []
    position: float | None = None
    for row in rows:
        while len(found) < len(events) and events[len(found)].t_s < _number(row["t_s"]):
            found.append(TimedEvent(_time(row) if position is None else position, events[len(found)]))
        position = _time(row)
    found += [TimedEvent(position or 0.0, event) for event in events[len(found) :]]
    return sorted(found, key=lambda timed: timed.time_s)


def _frame(rows: list[LogRecord]) -> LoggedFrame:
    first = rows[0]
    faces = tuple(row for row in rows if row["success"])
    reason = "" if faces else str(first["reason"])
    return LoggedFrame(
        _integer(first["frame"]), _time(first), _number(first["t_s"]), reason, faces, str(first["file"] or "")
    )


def _time(row: LogRecord) -> float:
    media_t_s = row["media_t_s"]
    return _number(row["t_s"] if media_t_s is None else media_t_s)


def _number(value: Any) -> float:
    return float(value)


def _integer(value: Any) -> int:
    return int(value)
