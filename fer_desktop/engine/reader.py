"""Reading a source at the right moments: pacing, pausing, seeking, losing and finding it again."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from enum import Enum
from typing import Final

from fer_desktop.capture.frame import Frame
from fer_desktop.capture.source import Shortfall, Source, SourceInfo, SourceKind, SourceState
from fer_desktop.engine.counters import Tally
from fer_desktop.engine.handover import Handover

PHOTO_S: Final = 1.0
"""How long each picture of a folder is shown when it is played."""
_LATE_S: Final = 0.5
_IDLE_S: Final = 0.25


class EngineState(Enum):
    """Where a running source stands."""

    IDLE = "idle"
    OPENING = "opening"
    RUNNING = "running"
    PAUSED = "paused"
    LOST = "lost"
    ENDED = "ended"
    FAILED = "failed"
    STOPPED = "stopped"


class Reader:
    """The capture thread's work. Commands may come from any thread."""

    def __init__(
        self,
        source: Source,
        handover: Handover,
        tally: Tally,
        stop: threading.Event,
        *,
        paced: bool,
        start_s: float | None,
        end_s: float | None,
    ) -> None:
        self.state = EngineState.IDLE
        self.info: SourceInfo | None = None
        self._source = source
        self._handover = handover
        self._tally = tally
        self._stop = stop
        self._paced = paced
        self._start_s = start_s
        self._end_s = end_s
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._paused = False
        self._at_end = False
        self._seek_to: int | None = None
        self._seek_to_s: float | None = start_s
        self._pending: Frame | None = None
        self._origin: tuple[float, float] | None = None

    @property
    def shortfall(self) -> Shortfall | None:
        return self._source.shortfall

    def open(self) -> None:
        """Open the source; raises `SourceError`."""
        self.info = self._source.open()

    def wake(self) -> None:
        self._wake.set()

    def pause(self) -> None:
        with self._lock:
            self._paused = True
        self._wake.set()

    def resume(self) -> None:
        with self._lock:
            if self._at_end:
                self._seek_to = 0
            self._paused = False
            self._origin = None
        self._wake.set()

    def seek(self, index: int) -> None:
        with self._lock:
            self._seek_to, self._seek_to_s = index, None
        self._wake.set()

    def seek_time(self, media_t_s: float) -> None:
        with self._lock:
            self._seek_to, self._seek_to_s = None, media_t_s
        self._wake.set()

    def ended(self) -> None:
        """Vision has seen the last frame."""
        if self._at_end and not self._stop.is_set():
            self.state = EngineState.ENDED

    def run(self) -> None:
        """Read until told to stop."""
        self.state = EngineState.RUNNING
        live = self.info is not None and self.info.live
        while not self._stop.is_set():
            moved = not live and self._obey_seek()
            if live:
                self._read_live()
            elif moved or not (self._paused or self._at_end):
                self._read_file(show_at_once=moved)
            else:
                if self._paused and not self._at_end:
                    self.state = EngineState.PAUSED
                self._wake.wait(_IDLE_S)
                self._wake.clear()

    def _read_live(self) -> None:
        frame = self._source.read()
        if self._source.state is SourceState.LOST:
            self.state = EngineState.LOST
        else:
            self.state = EngineState.PAUSED if self._paused else EngineState.RUNNING
        if frame is not None:
            self._tally.read()
            if self._paused:
                self._handover.pass_over(frame)
            else:
                self._handover.put(frame)
        elif self._source.state is SourceState.ENDED:
            self._end()
            self._wake.wait(_IDLE_S)

    def _obey_seek(self) -> bool:
        with self._lock:
            index, t_s = self._seek_to, self._seek_to_s
            self._seek_to = self._seek_to_s = None
        if t_s is not None:
            index = self._source.index_at(t_s)
        if index is None:
            return False
        self._source.seek(index)
        self._pending = None
        self._at_end = False
        self._origin = None
        return True

    def _read_file(self, *, show_at_once: bool) -> None:
        frame, self._pending = self._pending or self._source.read(), None
        past_end = (
            frame is not None
            and self._end_s is not None
            and frame.media_t_s is not None
            and frame.media_t_s >= self._end_s
        )
        if frame is None or past_end:
            if frame is None and self._source.state is SourceState.OPEN:
                return
            self._end()
            return
        if self._paced and not show_at_once and not self._wait_for_turn(frame):
            self._pending = frame
            return
        if not self._paused:
            self.state = EngineState.RUNNING
        self._tally.read()
        # A played file's moment of capture is the moment at which its frame is due.
        self._handover.put(replace(frame, captured_s=time.perf_counter()) if self._paced else frame)

    def _wait_for_turn(self, frame: Frame) -> bool:
        """Sleep until the frame is due; False if a pause or a seek came in between."""
        media_s = frame.media_t_s
        if media_s is None:
            is_folder = self.info is not None and self.info.kind is SourceKind.FOLDER
            media_s = frame.index * PHOTO_S if is_folder else 0.0
        if self._origin is None:
            self._origin = (time.perf_counter(), media_s)
        started, first_s = self._origin
        due = started + media_s - first_s
        if time.perf_counter() - due > _LATE_S:
            self._origin = (time.perf_counter(), media_s)
            return True
        while not self._stop.is_set():
            with self._lock:
                if self._seek_to is not None or self._seek_to_s is not None:
                    return False
                if self._paused:
                    return False
            remaining = due - time.perf_counter()
            if remaining <= 0:
                return True
            self._wake.wait(min(remaining, _IDLE_S))
            self._wake.clear()
        return False

    def _end(self) -> None:
        self._at_end = True
        self._handover.end()
