"""What runs behind the window: one source through the engine to the screen, and perhaps a recording.

Everything here is called in the GUI thread and returns at once; slow endings happen in short-lived
threads whose outcome `tick` collects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from fer_desktop.capture.source import Source, SourceInfo, SourceKind
from fer_desktop.engine.engine import Engine
from fer_desktop.engine.reader import EngineState
from fer_desktop.errors import SessionError, UserError
from fer_desktop.link.live import OFF
from fer_desktop.settings import Settings, SettingsError, SettingsStore, with_recent
from fer_desktop.ui.feed import ScreenFeed, TimeBase
from fer_desktop.ui.linking import Linking
from fer_desktop.ui.my_neutral import MyNeutral
from fer_desktop.ui.notifications import Notifications
from fer_desktop.ui.recording import Endings, Recording
from fer_desktop.ui.reminder import Reminder
from fer_desktop.ui.why import LoadInsight, Why
from fer_desktop.ui.words import translate
from fer_desktop.vision.vision import Vision

_UP: Final = {EngineState.RUNNING, EngineState.PAUSED, EngineState.LOST, EngineState.ENDED}
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


class _Loading:
    """A network that may be loaded before its engine starts."""

    def __init__(self, load: Callable[[], Vision]) -> None:
        self._load = load
        self._vision: Vision | None = None
        self.error: UserError | None = None

    def run(self) -> None:
        try:
            self._vision = self._load()
        except UserError as error:
            self.error = error

    def take(self) -> Vision:
        return self._vision or self._load()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A source whose device is still in use."""

    opening: Running
    loading: _Loading


class LiveController(QObject):
    """Owns engine, feed and recorder; the window calls `tick` on its timer."""

    source_changed = Signal()
    state_changed = Signal()

    def __init__(
        self,
        store: SettingsStore,
        notifications: Notifications,
        make_source: MakeSource,
        load_vision: LoadVision,
        load_insight: LoadInsight,
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
        self.view_size = (0, 0)
        """Device pixels that a picture may take; the window keeps it up to date."""
        self._state = EngineState.IDLE
        self._endings = Endings()
        self._waiting: _Waiting | None = None
        self.recording = Recording(self._endings)
        self.reminder = Reminder(notifications)
        self.link = Linking(self._endings, notifications, self.recording)
        self.why = Why(self._endings, notifications, load_insight)
        self.my_neutral = MyNeutral(notifications, self.recording)
        self.recording.failed.connect(self._tell_recording_failed)

    @property
    def state(self) -> EngineState:
        """Of the current source; IDLE without one."""
        return self._state

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
        feed = ScreenFeed(_time_base(source.kind), self.view_size)
        settings = self._store.current

        def load() -> Vision:
            vision = self._load_vision(settings)
            feed.labels = vision.labels
            return vision

        loading = _Loading(load)
        engine = Engine(source, loading.take, [feed], smoothing_s=int(settings.smoothing_ms) / 1000)
        opening = Running(text, engine, feed)
        if self.current is not None and self.current.text == text and source.kind is SourceKind.CAMERA:
            # A device can be opened once only: it is given up when nothing else can go wrong.
            self._waiting = _Waiting(opening, loading)
            self._endings.start(loading.run)
        else:
            engine.start()
        self.pending = opening
        self.failure = None
        self.state_changed.emit()

    def cancel(self) -> None:
        """Give up what is being opened."""
        if self.pending is not None:
            if self._waiting is None:
                self._endings.start(self.pending.engine.stop)
            self._waiting = None
            self.pending = None
            self.state_changed.emit()

    def reopen(self) -> None:
        """Open the current source again, with the settings of now."""
        if self.current is not None:
            self.open(self.current.text)

    def close(self) -> None:
        """Close the current source; its recording is completed."""
        self.recording.stop()
        self.link.leave()
        if self.current is not None:
            self._endings.start(self.current.engine.stop)
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
        if self.recording.recorder is not None or self.current is None:
            self.recording.stop()
        else:
            self._notifications.withdraw("record")
            self.recording.start(self.current.engine, self._store.current)

    def tick(self) -> None:
        """Notice what happened in the other threads since the last call."""
        self._look_at_waiting()
        self._look_at_pending()
        self._look_at_current()
        self.recording.tick()
        self.link.tick()

    def shut_down(self) -> None:
        """Stop everything and wait for it; nothing recorded is lost."""
        self.cancel()
        self.close()
        self.why.stop()
        self.link.switch(OFF)
        self.reminder.stop()
        self._endings.join()
        self.recording.tick()

    def _look_at_waiting(self) -> None:
        waiting = self._waiting
        if waiting is None or self._endings.busy:
            return
        if waiting.loading.error is not None:
            self._waiting = self.pending = None
            self._failed_to_open(waiting.loading.error)
        elif self.current is not None:
            self.close()
        else:
            self._waiting = None
            waiting.opening.engine.start()

    def _look_at_pending(self) -> None:
        opening = self.pending
        if opening is None or self._waiting is not None:
            return
        if opening.engine.state is EngineState.FAILED:
            self.pending = None
            self._endings.start(opening.engine.stop)
            self._failed_to_open(opening.engine.error or UserError(f"{opening.title} could not be opened."))
        elif opening.engine.state in _UP:
            self.pending = None
            self.recording.stop()
            if self.current is not None:
                self._endings.start(self.current.engine.stop)
            self.current = opening
            self._state = opening.engine.state
            self.link.follow(opening.engine)
            self._notifications.withdraw("open")
            self._remember(opening)
            self.source_changed.emit()
            self.state_changed.emit()

    def _look_at_current(self) -> None:
        if self.current is None:
            return
        before, self._state = self._state, self.current.engine.state
        if before is not self._state:
            self.recording.note(before, self._state)
            self.state_changed.emit()

    def _tell_recording_failed(self, error: SessionError) -> None:
        self._notifications.post_error(error, "record")

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


def _time_base(kind: SourceKind) -> TimeBase:
    if kind in {SourceKind.CAMERA, SourceKind.STREAM}:
        return TimeBase.CLOCK
    return TimeBase.INDEX if kind is SourceKind.FOLDER else TimeBase.MEDIA
