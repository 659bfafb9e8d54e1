"""What every export is made from: one session, its rows, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final

from fer_desktop.session.frames import LoggedFrame, LogRecord, TimedEvent, frames_of, has_time, timed_events
from fer_desktop.session.metadata import Metadata
from fer_desktop.session.reader import Session
from fer_desktop.session.statistics import Statistics, statistics_of

_ROWS_BETWEEN_TICKS: Final = 500


class Material:
    """A session on its way out. `tick` hears how many rows were read; what it raises ends the export."""

    def __init__(self, session: Session, name: str, tick: Callable[[int], None]) -> None:
        self.session = session
        self.name = name
        """Of the session folder; the first part of all names of files."""
        self._tick = tick

    @property
    def metadata(self) -> Metadata:
        return self.session.metadata

    def rows(self) -> Iterator[LogRecord]:
        """The log, row by row; counted."""
        number = 0
        for number, row in enumerate(self.session.rows(), start=1):
            if number % _ROWS_BETWEEN_TICKS == 0:
                self._tick(_ROWS_BETWEEN_TICKS)
            yield row
        self._tick(number % _ROWS_BETWEEN_TICKS)

    def _glance(self) -> Iterator[LogRecord]:
        """The same, not counted, but it can be stopped as well."""
        for number, row in enumerate(self.session.rows()):
            if number % _ROWS_BETWEEN_TICKS == 0:
                self._tick(0)
            yield row

    def frames(self) -> Iterator[LoggedFrame]:
        """The log, frame by frame."""
        return frames_of(self.rows())

    @cached_property
    def statistics(self) -> Statistics:
        """Of the whole session."""
        return statistics_of(
            frames_of(self._glance()),
            self.metadata.model.labels,
            nominal_fps=self.metadata.source.nominal_fps,
            timed=has_time(self.metadata),
            events=self.events,
        )

    @cached_property
    def events(self) -> list[TimedEvent]:
        """In the order of time, on the axis of the frames."""
        return timed_events(self.session, self._glance())
