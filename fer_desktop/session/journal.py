"""The files of a session while it is written: tables, states, counters and session.json together."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from fer_desktop.engine.result import ERROR, Result
from fer_desktop.session.clock import SessionClock
from fer_desktop.session.events import Event
from fer_desktop.session.lock import SessionLock
from fer_desktop.session.metadata import Counters, FileFacts, Metadata, metadata_bytes, write_metadata
from fer_desktop.session.schema import EVENTS, STATES, log_rows, log_table
from fer_desktop.session.states import StateRuns
from fer_desktop.session.writer import TableFile


@dataclass(slots=True)
class _Tally:
    analysed: int = 0
    dropped: int = 0
    errors: int = 0
    faceless: int = 0

    @property
    def read(self) -> int:
        return self.analysed + self.dropped + self.errors

    def add_written(self, results: Sequence[Result], rows: int) -> None:
        """Count the results whose rows are among the first `rows`; a full disk may have taken only some."""
        for result in results:
            rows -= len(result.faces) or 1
            if rows < 0:
                return
            self._add(result)

    def _add(self, result: Result) -> None:
        if result.analysed:
            self.analysed += 1
            self.faceless += not result.faces
        elif result.reason == ERROR:
            self.errors += 1
        else:
            self.dropped += 1


class Journal:
    """Writes one session. Used by one thread at a time; every method may raise OSError."""

    def __init__(self, folder: Path, clock: SessionClock, metadata: Metadata) -> None:
        self._folder = folder
        self._clock = clock
        self._metadata = metadata
        with ExitStack() as opened:
            # Its copy of session.json serves where that file is damaged.
            self._lock = SessionLock(folder, metadata_bytes(metadata))
            opened.callback(self._lock.release, done=False)
            write_metadata(folder, metadata)
            self._log = opened.enter_context(closing(TableFile(folder, log_table(metadata.model.labels))))
            self._states = opened.enter_context(closing(TableFile(folder, STATES)))
            self._events = opened.enter_context(closing(TableFile(folder, EVENTS)))
            self._tables = opened.pop_all()
        self._runs = StateRuns(metadata.model.labels, metadata.source.nominal_fps)
        self._tally = _Tally()

    @property
    def rows(self) -> int:
        """Rows of the log that other programs can see."""
        return self._log.rows

    def add(self, results: Sequence[Result]) -> None:
        """Take in results in the order in which they were made and let other programs see them."""
        rows_before = self._log.rows
        for result in results:
            # Frames of a file may have been decoded just before the log was opened.
            t_s = max(0.0, self._clock.t_s(result.frame.captured_s))
            self._log.add(log_rows(result, t_s, self._clock.utc(t_s)))
            media_t_s = result.frame.media_t_s
            # As rounded as in the log, so that the log gives the same runs when it is read again.
            self._states.add(self._runs.add(round(t_s if media_t_s is None else media_t_s, 6), result))
        try:
            self._log.flush()
        finally:
            self._tally.add_written(results, self._log.rows - rows_before)
        self._states.flush()

    def add_events(self, events: Iterable[Event]) -> None:
        self._events.add(events)
        self._events.flush()

    def sync(self) -> None:
        """Put everything on the disk; raises FileNotFoundError where the folder has been taken away."""
        # A file that was removed still takes rows on POSIX, and nobody would ever find them.
        self._log.path.stat()
        for table in (self._events, self._log, self._states):
            table.sync()

    def finish(self, *, complete: bool, received: int, error: str | None) -> None:
        """End all runs and write session.json for the last time; the files are closed in any case.

        `received` counts all results that should have been added, the lost ones too.
        """
        with self._tables:
            if error is None:
                self._states.add(self._runs.close())
                self._states.flush()
                self.sync()
            write_metadata(self._folder, self._last_metadata(complete and error is None, received, error))
            self._lock.release(done=error is None)

    def _last_metadata(self, complete: bool, received: int, error: str | None) -> Metadata:
        duration_s = self._clock.t_s(time.perf_counter())
        tally = self._tally
        clocks = replace(
            self._metadata.clocks,
            utc_end=self._clock.utc(duration_s),
            duration_s=round(duration_s, 6),
        )
        counters = Counters(
            read=received,
            analysed=tally.analysed,
            dropped=tally.dropped,
            errors=tally.errors,
            not_recorded=received - tally.read,
            faceless=tally.faceless,
            rows=self._log.rows,
        )
        files = {
            table.path.name: FileFacts(table.rows, table.size, table.sha256)
            for table in (self._log, self._states, self._events)
        }
        return replace(
            self._metadata, complete=complete, error=error, counters=counters, clocks=clocks, files=files
        )
