"""The observer that keeps a session: never slows the vision thread, never loses a row in silence."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from fer_desktop.capture.frame import Image
from fer_desktop.capture.source import SourceInfo
from fer_desktop.engine.result import Result
from fer_desktop.errors import SessionError
from fer_desktop.session.clock import SessionClock
from fer_desktop.session.delay import DelayFacts
from fer_desktop.session.events import DROPPED, MARKER, SEEK, Event, dropped_detail
from fer_desktop.session.folder import cannot_write, new_folder
from fer_desktop.session.journal import Journal
from fer_desktop.session.metadata import first_metadata, without_login
from fer_desktop.session.subject import NOBODY, Subject
from fer_desktop.vision.model_file import ModelFile

_FLUSH_S: Final = 0.25
"""Other programs follow the log, and a kill loses what was not handed to the system: within a second even on
a machine that lets the recorder wait."""
_SYNC_S: Final = 0.5
"""A power cut loses what is not on the disk."""
_STOP_S: Final = 15.0
_WAITING_RESULTS: Final = 4096
"""Two minutes of a camera, some 6 MB, for disks that fall asleep."""
_NO_PICTURE: Final[Image] = np.empty((0, 0, 3), np.uint8)

log = logging.getLogger(__name__)


class Recorder:
    """Writes every result that it observes into a new session folder, in a thread of its own.

    `block=True` (files that are analysed): every result gets its row, the observer waits where the disk
    is slow. `block=False` (live): nobody waits; frames that find the queue full are counted and told in
    events.csv, and frames captured before `start` are not part of the session. A jump within a file becomes
    an event too.
    """

    def __init__(
        self,
        folder_parent: Path,
        info: SourceInfo,
        model: ModelFile,
        provider: str,
        settings: Mapping[str, object],
        *,
        source_sha256: str | None = None,
        block: bool = False,
        queue_limit: int = _WAITING_RESULTS,
        subject: Subject = NOBODY,
        delay: DelayFacts | None = None,
    ) -> None:
        self._parent = folder_parent
        self._info = info
        self._model = model
        self._provider = provider
        self._settings = dict(settings)
        self._source_sha256 = source_sha256
        self._subject = subject
        self._delay = delay
        self._block = block
        self._limit = queue_limit
        self._wake_at = max(1, queue_limit // 2)

        self._changed = threading.Condition()
        self._results: list[Result] = []
        self._events: list[Event] = []
        self._received = 0
        self._last_index: int | None = None
        self._lost = 0
        self._lost_since_s = 0.0
        self._early_markers = 0
        self._stopping = False
        self._complete = False

        self._clock: SessionClock | None = None
        self._folder: Path | None = None
        self._journal: Journal | None = None
        self._thread: threading.Thread | None = None
        self._seconds: float | None = None
        self.error: SessionError | None = None
        """Why nothing is written any more; polled by the window, raised by `stop`."""

    @property
    def folder(self) -> Path | None:
        """The session folder, once started."""
        return self._folder

    @property
    def rows(self) -> int:
        """Rows of the log that other programs can see."""
        return self._journal.rows if self._journal else 0

    @property
    def seconds(self) -> float:
        """How long it has been recording, or did."""
        if self._clock is None:
            return 0.0
        return self._clock.t_s(time.perf_counter()) if self._seconds is None else self._seconds

    def t_s(self, perf_s: float) -> float:
        """A moment of `perf_counter` in seconds since the session's start; 0 before there is one."""
        return 0.0 if self._clock is None else self._clock.t_s(perf_s)

    def start(self) -> Path:
        """Make the session folder with its first files and begin; raises `SessionError`. Once only."""
        if self._thread is not None:
            raise RuntimeError("a recorder is started once")
        clock = SessionClock.now()
        folder = new_folder(self._parent, clock.start, without_login(self._info.name))
        metadata = first_metadata(
            clock,
            self._info,
            self._model,
            self._provider,
            self._settings,
            source_sha256=self._source_sha256,
            subject=self._subject,
            delay=self._delay,
        )
        try:
            journal = Journal(folder, clock, metadata)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise cannot_write(self._parent, error) from error
        self._folder, self._journal, self._clock = folder, journal, clock
        self._thread = threading.Thread(
            target=self._write, args=(folder, journal), name="recorder", daemon=True
        )
        self._thread.start()
        return folder

    def __call__(self, result: Result) -> None:
        """Take in one result; never raises, and waits only with `block=True`."""
        clock = self._clock
        captured_s = result.frame.captured_s
        if clock is None or (not self._block and captured_s < clock.perf_s):
            return
        # The queue must not keep minutes of pictures alive.
        light = replace(result, frame=replace(result.frame, image=_NO_PICTURE))
        with self._changed:
            if self._stopping:
                return
            self._received += 1
            self._note_jump(result.frame.index, max(0.0, clock.t_s(captured_s)))
            if self._block:
                self._changed.wait_for(
                    lambda: len(self._results) < self._limit or self._stopping or self.error is not None
                )
            if self.error is not None:
                return
            if len(self._results) >= self._limit:
                self._lost_since_s = self._lost_since_s if self._lost else clock.t_s(captured_s)
                self._lost += 1
                return
            self._results.append(light)
            if len(self._results) == self._wake_at:
                self._changed.notify_all()

    def event(self, kind: str, label: str = "", detail: str = "", at_s: float | None = None) -> None:
        """Note that something happens now, or happened at `at_s` (`perf_counter`; the session's start at the
        earliest); from any thread, never waits."""
        clock = self._clock
        if clock is None:
            return
        t_s = max(0.0, clock.t_s(time.perf_counter() if at_s is None else at_s))
        event = Event(t_s, kind, label, without_login(detail))
        with self._changed:
            if not self._stopping and self.error is None:
                self._events.append(event)

    def others_marker(self, text: str, detail: str, at_s: float) -> None:
        """Note a marker that another program set at `at_s` (`perf_counter`); one of before the start is only
        counted, which the program's log tells."""
        if self._clock is None:
            return
        if at_s >= self._clock.perf_s:
            self.event(MARKER, text, detail, at_s)
        else:
            self._early_markers += 1

    def stop(self, complete: bool = True) -> Path:
        """Write what waits, end the runs, and close session.json; returns the folder.

        `complete=False`: the source was not brought to its end (Ctrl-C). Raises `SessionError` if writing
        failed at any time; the rows until then are kept. A second call does the same without writing.
        """
        if self._thread is None or self._folder is None:
            raise RuntimeError("a recorder is started before it is stopped")
        with self._changed:
            if not self._stopping:
                self._stopping, self._complete = True, complete
                self._seconds = self.seconds
                self._changed.notify_all()
                if self._early_markers:
                    log.warning("%d markers were left out: set before the start", self._early_markers)
        self._thread.join(_STOP_S)
        if self._thread.is_alive() and self.error is None:
            self.error = SessionError(
                f"The disk of '{self._folder}' does not answer.", "Check the disk; what it took is kept."
            )
        if self.error is not None:
            raise self.error
        return self._folder

    def _note_jump(self, index: int, t_s: float) -> None:
        before, self._last_index = self._last_index, index
        if before is not None and index != before + 1 and self.error is None:
            self._events.append(Event(t_s, SEEK, "", f"from frame {before} to frame {index}"))

    def _write(self, folder: Path, journal: Journal) -> None:
        try:
            self._write_until_stopped(journal)
            journal.finish(complete=self._complete, received=self._received, error=None)
        except OSError as error:
            self._fail(journal, cannot_write(folder, error))
        except Exception as error:
            # Whatever is wrong, a recording that has silently ended is worse than one that says so.
            self._fail(
                journal,
                SessionError(
                    f"The recording in '{folder}' failed ({error}).", "Please report this as a bug."
                ),
            )
            raise

    def _write_until_stopped(self, journal: Journal) -> None:
        synced_s = time.perf_counter()
        stopping = False
        while not stopping:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._stopping or len(self._results) >= self._wake_at, timeout=_FLUSH_S
                )
                stopping = self._stopping
                results, self._results = self._results, []
                events, self._events = self._events, []
                if self._lost:
                    events.append(Event(self._lost_since_s, DROPPED, "", dropped_detail(self._lost)))
                    self._lost = 0
                self._changed.notify_all()
            # Events first: a row that is there has the event that explains it.
            journal.add_events(events)
            journal.add(results)
            if time.perf_counter() - synced_s >= _SYNC_S:
                journal.sync()
                synced_s = time.perf_counter()

    def _fail(self, journal: Journal, error: SessionError) -> None:
        with self._changed:
            self.error = error
            self._results.clear()
            self._events.clear()
            self._changed.notify_all()
        # The folder may be gone or the disk still full; then the first session.json stays: not complete.
        with suppress(OSError):
            journal.finish(complete=False, received=self._received, error=str(error))
