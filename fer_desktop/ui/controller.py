"""What runs behind the window: one source through the engine to the screen, and perhaps a recording.

Everything here is called in the GUI thread and returns at once; slow endings happen in short-lived
threads whose outcome `tick` collects.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from fer_desktop import paths
from fer_desktop.capture.source import Source, SourceInfo, SourceKind
from fer_desktop.engine.engine import Engine
from fer_desktop.engine.reader import EngineState
from fer_desktop.errors import SessionError, UserError
from fer_desktop.session.events import MARKER, PAUSE, RESUME, SOURCE_BACK, SOURCE_LOST
from fer_desktop.session.recorder import Recorder
from fer_desktop.settings import Settings, SettingsError, SettingsStore, with_recent
from fer_desktop.ui.feed import ScreenFeed, TimeBase
from fer_desktop.ui.notifications import Notifications
from fer_desktop.ui.words import translate
from fer_desktop.vision.vision import Vision

_UP: Final = {EngineState.RUNNING, EngineState.PAUSED, EngineState.LOST, EngineState.ENDED}
_ENDING_S: Final = 5.0
_REMEMBERED: Final = {
    SourceKind.CAMERA,
    SourceKind.VIDEO,
    SourceKind.PHOTO,
    SourceKind.FOLDER,
    SourceKind.STREAM,
}

MakeSource = Callable[[str], Source]
LoadVision = Callable[[Settings], Vision]


@dataclass(frozen=True, slots=True)
class Running:
    """A source that is open or being opened."""

    text: str
    """What the user asked for, in the words of the command line."""
    engine: Engine
    feed: ScreenFeed

    @property
    def info(self) -> SourceInfo | None:
        return self.engine.info

    @property
    def kind(self) -> SourceKind:
        return self.engine.source.kind

    @property
    def title(self) -> str:
        """What the source is called on screen."""
        if self.kind is SourceKind.DEMO:
            return translate("Controller", "Demo clip")
        return self.engine.source.name


class LiveController(QObject):
    """Owns engine, feed and recorder; the window calls `tick` on its timer."""

    source_changed = Signal()
    state_changed = Signal()
    recording_changed = Signal()
    recorded = Signal(object)
    """A recording is complete: its folder."""

    def __init__(
        self,
        store: SettingsStore,
        notifications: Notifications,
        make_source: MakeSource,
        load_vision: LoadVision,
    ) -> None:
        super().__init__()
        self._store = store
        self._notifications = notifications
        self._make_source = make_source
        self._load_vision = load_vision
        self.current: Running | None = None
        self.pending: Running | None = None
        self.failure: UserError | None = None
        """Why the last source could not be opened, as long as there is no other."""
        self._state = EngineState.IDLE
        self._recorder: Recorder | None = None
        self._endings: list[threading.Thread] = []
        self._waiting: Running | None = None
        self._outcomes: list[Path | SessionError] = []

    @property
    def state(self) -> EngineState:
        """Of the current source; IDLE without one."""
        return self._state

    @property
    def recorder(self) -> Recorder | None:
        return self._recorder

    @property
    def seekable(self) -> bool:
        info = self.current.info if self.current else None
        return info is not None and not info.live and info.kind is not SourceKind.PHOTO

    def open(self, text: str) -> None:
        """Open a source; the one that runs goes on until the new one gives pictures."""
        self.cancel()
        try:
            source = self._make_source(text)
        except UserError as error:
            self._failed_to_open(error)
            return
        feed = ScreenFeed(_time_base(source.kind))
        settings = self._store.current

        def load() -> Vision:
            vision = self._load_vision(settings)
            feed.labels = vision.labels
            return vision

        smoothing_s = int(settings.smoothing_ms) / 1000
        engine = Engine(source, load, [feed], smoothing_s=smoothing_s)
        opening = Running(text, engine, feed)
        if self.current is not None and self.current.text == text and source.kind is SourceKind.CAMERA:
            self.close()  # a device can be opened once only
            self._waiting = opening
        else:
            engine.start()
        self.pending = opening
        self.failure = None
        self.state_changed.emit()

    def cancel(self) -> None:
        """Give up what is being opened."""
        if self.pending is not None:
            if self.pending is self._waiting:
                self._waiting = None
            else:
                self._end(self.pending.engine.stop)
            self.pending = None
            self.state_changed.emit()

    def reopen(self) -> None:
        """Open the current source again, with the settings of now."""
        if self.current is not None:
            self.open(self.current.text)

    def close(self) -> None:
        """Close the current source; its recording is completed."""
        self.stop_recording()
        if self.current is not None:
            self._end(self.current.engine.stop)
            self.current = None
            self._state = EngineState.IDLE
            self.source_changed.emit()
            self.state_changed.emit()

    def toggle_pause(self) -> None:
        if self.current is not None:
            self.current.engine.toggle_pause()

    def step(self, frames: int) -> None:
        if self.current is not None and self.seekable:
            self.current.engine.step(frames)

    def seek_share(self, share: float) -> None:
        """Go to a share, 0 to 1, of a file or folder."""
        info = self.current.info if self.current else None
        if self.current is None or info is None or not self.seekable:
            return
        if info.duration_s and info.kind is not SourceKind.FOLDER:
            self.current.engine.seek_time(share * info.duration_s)
        elif info.frame_count:
            self.current.engine.seek(round(share * (info.frame_count - 1)))

    def seek_axis(self, value: float) -> None:
        """Go to a place on the timeline: seconds of a video, or a picture's number."""
        if self.current is None or not self.seekable:
            return
        if self.current.feed.time_base is TimeBase.INDEX:
            self.current.engine.seek(max(0, round(value)))
        else:
            self.current.engine.seek_time(max(0.0, value))

    def toggle_recording(self) -> None:
        if self._recorder is not None:
            self.stop_recording()
        else:
            self._start_recording()

    def mark(self) -> None:
        if self._recorder is not None:
            self._recorder.event(MARKER)

    def stop_recording(self) -> None:
        """Complete the recording; `recorded` tells the folder when all of it is written."""
        recorder = self._recorder
        if recorder is None:
            return
        self._recorder = None
        if self.current is not None:
            self.current.engine.remove_observer(recorder)
        self._end(lambda: self._finish(recorder))
        self.recording_changed.emit()

    def tick(self) -> None:
        """Notice what happened in the other threads since the last call."""
        self._endings = [thread for thread in self._endings if thread.is_alive()]
        if self._waiting is not None and not self._endings:
            self._waiting.engine.start()
            self._waiting = None
        self._look_at_pending()
        self._look_at_current()
        self._tell_outcomes()

    def shut_down(self) -> None:
        """Stop everything and wait for it; nothing recorded is lost."""
        self.cancel()
        self.close()
        for thread in self._endings:
            thread.join(_ENDING_S)
        self._endings.clear()
        self._tell_outcomes()

    def _look_at_pending(self) -> None:
        opening = self.pending
        if opening is None or opening is self._waiting:
            return
        if opening.engine.state is EngineState.FAILED:
            self.pending = None
            self._end(opening.engine.stop)
            self._failed_to_open(opening.engine.error or UserError(f"{opening.title} could not be opened."))
        elif opening.engine.state in _UP:
            self.pending = None
            self.stop_recording()
            if self.current is not None:
                self._end(self.current.engine.stop)
            self.current = opening
            self._state = opening.engine.state
            self._notifications.withdraw("open")
            self._remember(opening)
            self.source_changed.emit()
            self.state_changed.emit()

    def _look_at_current(self) -> None:
        if self.current is None:
            return
        before, self._state = self._state, self.current.engine.state
        if before is not self._state:
            self._log_change(before, self._state)
            self.state_changed.emit()
        if self._recorder is not None and self._recorder.error is not None:
            self.stop_recording()

    def _log_change(self, before: EngineState, now: EngineState) -> None:
        recorder = self._recorder
        if recorder is None or self.current is None:
            return
        if now is EngineState.LOST:
            recorder.event(SOURCE_LOST)
        elif before is EngineState.LOST:
            recorder.event(SOURCE_BACK)
        if now is EngineState.PAUSED:
            recorder.event(PAUSE)
        elif before is EngineState.PAUSED:
            recorder.event(RESUME)
        if now is EngineState.FAILED:
            self.stop_recording()

    def _start_recording(self) -> None:
        running, vision = self.current, self.current.engine.vision if self.current else None
        info = running.info if running else None
        if running is None or vision is None or info is None:
            self.recording_changed.emit()
            return
        settings = self._store.current
        folder = Path(settings.sessions_folder) if settings.sessions_folder else paths.sessions_dir()
        kept = {
            "detector": vision.detector_name,
            "provider": settings.provider,
            "smoothing_ms": int(settings.smoothing_ms),
        }
        recorder = Recorder(folder, info, vision.model, vision.provider, kept)
        try:
            recorder.start()
        except SessionError as error:
            self._notifications.post_error(error, "record")
        else:
            self._recorder = recorder
            running.engine.add_observer(recorder)
            self._notifications.withdraw("record")
        self.recording_changed.emit()

    def _finish(self, recorder: Recorder) -> None:
        try:
            self._outcomes.append(recorder.stop())
        except SessionError as error:
            self._outcomes.append(error)

    def _tell_outcomes(self) -> None:
        while self._outcomes:
            outcome = self._outcomes.pop(0)
            if isinstance(outcome, SessionError):
                self._notifications.post_error(outcome, "record")
            else:
                self.recorded.emit(outcome)

    def _failed_to_open(self, error: UserError) -> None:
        if self.current is None:
            self.failure = error
        else:
            self._notifications.post_error(error, "open")
        self.state_changed.emit()

    def _remember(self, opened: Running) -> None:
        if opened.kind in _REMEMBERED:
            try:
                self._store.keep(with_recent(self._store.current, opened.text))
            except SettingsError as error:
                self._notifications.post_error(error, "settings")

    def _end(self, work: Callable[[], object]) -> None:
        thread = threading.Thread(target=work, name="fer-ending")
        thread.start()
        self._endings.append(thread)


def _time_base(kind: SourceKind) -> TimeBase:
    if kind in {SourceKind.CAMERA, SourceKind.STREAM}:
        return TimeBase.CLOCK
    return TimeBase.INDEX if kind is SourceKind.FOLDER else TimeBase.MEDIA
