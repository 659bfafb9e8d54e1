"""Recording what runs: from the button to a complete session folder, without holding up the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from fer_desktop.engine.engine import Engine
from fer_desktop.engine.reader import EngineState
from fer_desktop.errors import SessionError
from fer_desktop.link.markers import Marker
from fer_desktop.session.delay import delay_of
from fer_desktop.session.events import (
    BASELINE_SET,
    MARKER,
    PAUSE,
    RESUME,
    SOURCE_BACK,
    SOURCE_LOST,
    UNREADABLE,
    baseline_detail,
    unreadable_detail,
)
from fer_desktop.session.folder import sessions_folder
from fer_desktop.session.recorder import Recorder
from fer_desktop.session.subject import NOBODY, Subject
from fer_desktop.settings import Settings
from fer_desktop.ui.lens import Span

_ENDING_S: Final = 20.0
"""Longer than the recorder itself waits for a slow disk."""
_BEGUN: Final = {EngineState.PAUSED: PAUSE, EngineState.LOST: SOURCE_LOST}
"""What holds already when a recording begins."""


class Endings:
    """Slow endings (joining threads, flushing a log), each in a short-lived thread."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []

    @property
    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def start(self, work: Callable[[], object]) -> threading.Thread:
        """Begin; the thread is for those who wait for this ending only."""
        thread = threading.Thread(target=work, name="fer-ending")
        thread.start()
        self._threads = [thread, *(other for other in self._threads if other.is_alive())]
        return thread

    def join(self) -> None:
        """Wait for all of them."""
        for thread in self._threads:
            thread.join(_ENDING_S)


class Recording(QObject):
    """At most one recorder at a time, as an observer of the engine that runs."""

    changed = Signal()
    recorded = Signal(object)
    """A session is complete: its folder."""
    failed = Signal(object)
    """A `SessionError`."""
    happening = Signal(str, str, str, object)
    """Something happens, whether or not it is recorded: kind, label, detail, and when (`perf_counter`; None:
    now)."""

    def __init__(self, endings: Endings) -> None:
        super().__init__()
        self._endings = endings
        self._engine: Engine | None = None
        self._outcomes: list[Path | SessionError] = []
        self._recorders: list[tuple[Engine, Recorder]] = []
        """Of the engine that was recorded last."""
        self.recorder: Recorder | None = None
        self.subject: Subject = NOBODY
        """Who is recorded from the next session on. Forgotten with the window: nobody is taken for the one
        before."""
        self.last: Path | None = None
        """The session that was completed last."""

    def recorder_of(self, engine: Engine, span: Span | None = None) -> Recorder | None:
        """What records, or recorded last, what this engine gives; None if nothing did.

        With a span (`perf_counter`), what recorded most of that.
        """
        recorders = [recorder for of, recorder in self._recorders if of is engine]
        if span is not None:
            recorders = [recorder for recorder in recorders if _recorded_s(recorder, span) > 0]
            recorders.sort(key=lambda recorder: _recorded_s(recorder, span))
        return recorders[-1] if recorders else None

    @property
    def seconds(self) -> float | None:
        """For how long it has been recorded; None: it is not."""
        return None if self.recorder is None else self.recorder.seconds

    def start(self, engine: Engine, settings: Settings) -> None:
        """Begin a session of this engine; `failed` tells why not."""
        vision, info = engine.vision, engine.info
        if self.recorder is None and vision is not None and info is not None:
            kept = {
                "detector": vision.detector_name,
                "provider": settings.provider,
                "smoothing_ms": int(settings.smoothing_ms),
            }
            subject = replace(self.subject, keep_days=int(settings.keep_days) or None)
            delay = delay_of(settings.delays, info)
            folder = sessions_folder(settings)
            recorder = Recorder(
                folder, info, vision.model, vision.provider, kept, subject=subject, delay=delay
            )
            try:
                recorder.start()
            except SessionError as error:
                self.failed.emit(error)
            else:
                self.recorder, self._engine = recorder, engine
                self._recorders = [pair for pair in self._recorders if pair[0] is engine]
                self._recorders.append((engine, recorder))
                if engine.state in _BEGUN:
                    recorder.event(_BEGUN[engine.state])
                for baseline in engine.baselines.all if engine.baselines is not None else ():
                    recorder.event(BASELINE_SET, detail=baseline_detail(baseline, vision.labels))
                engine.add_observer(recorder)
        self.changed.emit()

    def stop(self) -> None:
        """Complete the session; `recorded` comes when all of it is written."""
        recorder, engine = self.recorder, self._engine
        if recorder is None or engine is None:
            return
        self.recorder = self._engine = None
        engine.remove_observer(recorder)
        self._endings.start(lambda: self._finish(recorder))
        self.changed.emit()

    def mark(self, at_s: float | None = None) -> None:
        """Set a marker now, or at a moment (`perf_counter`) that one looks back at."""
        self.happened(MARKER, at_s=at_s)

    def happened(self, kind: str, detail: str = "", *, label: str = "", at_s: float | None = None) -> None:
        """Note in the session, if one is being recorded, that something happens now or happened then."""
        self.happening.emit(kind, label, detail, at_s)
        if self.recorder is not None:
            self.recorder.event(kind, label, detail, at_s)

    def received(self, marker: Marker) -> None:
        """Another program set a marker; called in a thread of the link."""
        recorder = self.recorder
        if recorder is not None:
            recorder.others_marker(marker.text, marker.detail, marker.perf_s)

    def note(self, before: EngineState, now: EngineState) -> None:
        """Write a change of the source's state into the session."""
        if now is EngineState.LOST:
            self.happened(SOURCE_LOST)
        elif before is EngineState.LOST:
            self.happened(SOURCE_BACK)
        if now is EngineState.PAUSED:
            self.happened(PAUSE)
        elif before is EngineState.PAUSED:
            self.happened(RESUME)
        shortfall = self._engine.shortfall if self._engine is not None else None
        if now is EngineState.ENDED and shortfall is not None:
            self.happened(UNREADABLE, unreadable_detail(shortfall))
        if now is EngineState.FAILED:
            self.stop()

    def tick(self) -> None:
        """Notice in the GUI thread what became of sessions."""
        if self.recorder is not None and self.recorder.error is not None:
            self.stop()
        while self._outcomes:
            outcome = self._outcomes.pop(0)
            self.last = outcome if isinstance(outcome, Path) else self.last
            (self.failed if isinstance(outcome, SessionError) else self.recorded).emit(outcome)

    def _finish(self, recorder: Recorder) -> None:
        try:
            self._outcomes.append(recorder.stop())
        except SessionError as error:
            self._outcomes.append(error)


def _recorded_s(recorder: Recorder, span: Span) -> float:
    """How much of a stretch is in a recording; not above 0 if nothing is."""
    return min(recorder.t_s(span.end), recorder.seconds) - max(recorder.t_s(span.start), 0.0)
