"""What runs behind the window: one source through the engine to the screen, and perhaps a recording.

Everything here is called in the GUI thread and returns at once; slow endings happen in short-lived
threads whose outcome `tick` collects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Signal

from fer_desktop.capture.source import Source, SourceKind
from fer_desktop.engine.reader import EngineState
from fer_desktop.errors import SessionError, UserError
from fer_desktop.link.live import OFF
from fer_desktop.session.events import FACE_NAMED, face_detail
from fer_desktop.settings import Settings, SettingsError, with_recent
from fer_desktop.settings_store import SettingsStore
from fer_desktop.ui.camera_permission import AskCamera
from fer_desktop.ui.compare import Compare, LoadSecond
from fer_desktop.ui.history import History
from fer_desktop.ui.linking import Linking
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.my_neutral import MyNeutral
from fer_desktop.ui.notifications import Notification, Notifications, Severity
from fer_desktop.ui.opening import Opening
from fer_desktop.ui.outputs import Outputs
from fer_desktop.ui.recording import Endings, Recording
from fer_desktop.ui.reminder import Reminder
from fer_desktop.ui.rescue import Rescue
from fer_desktop.ui.review import Past, Review, past_of
from fer_desktop.ui.running import Running, made_ready
from fer_desktop.ui.session_past import Opened
from fer_desktop.ui.sessions import Sessions, session_folder
from fer_desktop.ui.why import LoadInsight, Why
from fer_desktop.ui.words import translate
from fer_desktop.vision.model_file import ModelFile
from fer_desktop.vision.vision import Vision

_LATER: Final = "later"
_REMEMBERED: Final = {
    SourceKind.CAMERA,
    SourceKind.VIDEO,
    SourceKind.PHOTO,
    SourceKind.FOLDER,
    SourceKind.STREAM,
}

MakeSource = Callable[[str], Source]
LoadVision = Callable[[Settings], Vision]


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
        *,
        load_insight: LoadInsight,
        load_second: LoadSecond,
        camera_allowed: AskCamera,
    ) -> None:
        super().__init__()
        self.camera_allowed = camera_allowed
        self._store = store
        self._notifications = notifications
        self._make_source = make_source
        self._load_vision = load_vision
        self.current: Running | None = None
        self.failure: UserError | None = None
        """Why the last source could not be opened, as long as there is no other."""
        self.view_size = (0, 0)
        """Device pixels that a picture may take; the window keeps it up to date."""
        self._state = EngineState.IDLE
        self._endings = Endings()
        self._outdated: Running | None = None
        """What runs with settings that have changed."""
        self._opening = Opening(self._endings, self._made, self._end_current)
        self.recording = Recording(self._endings)
        self.reminder = Reminder(notifications)
        self.link = Linking(self._endings, notifications, self.recording)
        self.compare = Compare(self._endings, notifications, load_second)
        self.outputs = Outputs(self._endings, notifications)
        self.why = Why(self._endings, notifications, load_insight)
        self.my_neutral = MyNeutral(notifications, self.recording)
        self.review = Review(self._endings, notifications)
        self.sessions = Sessions(self._endings, lambda: self._store.current.model)
        self.session: Opened | None = None
        """The finished session that is looked at instead of a source."""
        self.rescue = Rescue(notifications)
        self.recording.failed.connect(self._tell_recording_failed)

    @property
    def state(self) -> EngineState:
        """Of the current source; IDLE without one."""
        return self._state

    @property
    def pending(self) -> Running | None:
        """The source that is being opened."""
        return self._opening.pending

    @property
    def opening(self) -> bool:
        """Whether a source or a session is being opened."""
        return self.pending is not None or self.sessions.progress is not None

    @property
    def seekable(self) -> bool:
        info = self.current.info if self.current else None
        return info is not None and not info.live and info.kind is not SourceKind.PHOTO

    @property
    def title(self) -> str:
        """What is open; empty if nothing is."""
        if self.session is not None:
            return self.session.session.folder.name
        return self.current.title if self.current is not None else ""

    @property
    def has_past(self) -> bool:
        """Whether there is anything to go back to."""
        return self.seekable or self.review.past is not None

    @property
    def history(self) -> History | None:
        """What was seen of what is open."""
        if self.session is not None:
            return self.session.past.history
        return None if self.current is None else self.current.feed.history

    @property
    def chosen_face(self) -> int | None:
        """The face that the user chose; None: the main one."""
        if self.current is None or self.review.on:
            return self.review.face
        return self.current.feed.chosen

    def choose_face(self, face_id: int | None) -> None:
        """Show this face; None: the main one. While one looks back, live goes on as before."""
        if self.current is None or self.review.on:
            self.review.choose(face_id)
        else:
            self.current.feed.choose(face_id)

    def look_again(self) -> None:
        """Something was said of the faces: show them anew."""
        if self.current is not None:
            self.current.feed.look_again()
        self.review.look_again()

    @property
    def model(self) -> ModelFile | None:
        """The network behind what is on screen."""
        if self.session is not None:
            return self.session.model
        vision = self.current.engine.vision if self.current is not None else None
        return None if vision is None else vision.model

    @property
    def keeps_pictures(self) -> bool:
        """Whether the last pictures of cameras are kept in memory."""
        return self._store.current.look_back == "on"

    def apply_look_back(self) -> None:
        """The setting has changed: begin to keep pictures, or forget them."""
        if self.current is not None:
            self.current.pictures.switch(self.keeps_pictures and self.current.live)

    def open(self, text: str) -> None:
        """Open a source or a session; what runs goes on until there is something to show of it."""
        self.cancel()
        folder = session_folder(text)
        if folder is not None:
            self.failure = None
            self.sessions.open(folder)
            self.state_changed.emit()
            return
        try:
            opening = self._made(text)
            if opening.kind is SourceKind.CAMERA and not self.camera_allowed(lambda: self.open(text)):
                return
        except UserError as error:
            self._failed_to_open(error)
            return
        if self._outdated is not None and self._outdated.text == text:
            self._outdated = None
        self._opening.begin(opening, self.current)
        self.failure = None
        self.state_changed.emit()

    def cancel(self) -> None:
        """Give up what is being opened."""
        self.sessions.cancel()
        self._opening.cancel()
        self.state_changed.emit()

    def reopen(self) -> None:
        """Open what is being opened, or else what is open, again, with the settings of now.

        Not while it is recorded, or a session is on its way in its place: then afterwards.
        """
        self._outdated = self.current
        if self.pending is not None:
            self.open(self.pending.text)
        elif self.recording.recorder is not None:
            self._tell_later()
        else:
            self._look_at_outdated()

    def close(self) -> None:
        """Close the current source, whose recording is completed, or session, and give up what is opened."""
        self.cancel()
        self._end_current()

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
        if self.current.feed.history.time_base is TimeBase.INDEX:
            self.current.engine.seek(max(0, round(value)))
        else:
            self.current.engine.seek_time(max(0.0, value))

    def toggle_recording(self) -> None:
        if self.recording.recorder is not None or self.current is None:
            self.recording.stop()
        else:
            self._notifications.withdraw("record")
            if self.pending is not None and self.pending.text == self.current.text:
                self.cancel()  # it would end what begins now
                self._outdated = self.current
                self._tell_later()
            settings = self.current.begun_with(self._store.current)
            # The delay self-test is another program, and may have run beside the window.
            settings = replace(settings, delays=self._store.in_file().delays)
            self.recording.start(self.current.engine, settings)
            for face_id, name in self.current.feed.people.names.items():
                self.recording.happened(FACE_NAMED, face_detail(face_id), label=name)

    def tick(self) -> None:
        """Notice what happened in the other threads since the last call."""
        self._look_at_opening()
        self._look_at_outdated()
        self._look_at_sessions()
        self._look_at_current()
        self.compare.tick(self._store.current, self.current)
        self.recording.tick()
        self.rescue.tick()
        self.link.tick()
        self.outputs.tick()

    def shut_down(self) -> None:
        """Stop everything and wait for it; nothing recorded is lost."""
        self.close()
        self.why.stop()
        self.review.stop()
        self.rescue.stop()
        self.link.switch(OFF)
        self.reminder.stop()
        self.outputs.stop()
        self._endings.join()
        self.recording.tick()

    def _made(self, text: str) -> Running:
        """The source that a text names, with all that it needs and nothing begun; raises `UserError`."""
        source, settings = self._make_source(text), self._store.current
        made = made_ready(text, source, settings, self._load_vision, self.view_size)
        made.pictures.switch(self.keeps_pictures and made.live)
        self.link.expect(made.engine)
        return made

    def _end_current(self) -> None:
        self.recording.stop()
        self.link.leave()
        if self.current is not None or self.session is not None:
            if self.current is not None:
                self._opening.end(self.current)
            self.current = self.session = None
            self._state = EngineState.IDLE
            self.review.begin(None)
            self.source_changed.emit()
            self.state_changed.emit()

    def _look_at_opening(self) -> None:
        opened = self._opening.tick(self.current)
        if isinstance(opened, UserError):
            self._failed_to_open(opened)
        elif opened is not None:
            self.recording.stop()
            if self.current is not None:
                self._opening.end(self.current)
            self.current, self.session = opened, None
            self._state = opened.engine.state
            self.link.follow()
            self._notifications.withdraw("open")
            if opened.kind in _REMEMBERED:
                self._remember(opened.text)
            self.review.begin(_past(opened))
            self.source_changed.emit()
            self.state_changed.emit()

    def _look_at_outdated(self) -> None:
        outdated = self._outdated
        if outdated is None:
            return
        gone = outdated is not self.current
        if gone or (self.recording.recorder is None and not self.opening):
            self._outdated = None
            self._notifications.withdraw(_LATER)
            if not gone:
                self.open(outdated.text)

    def _tell_later(self) -> None:
        sentence = translate(
            "Controller", "The recording goes on with what it began with; the change holds after it."
        )
        self._notifications.post(Notification(Severity.INFO, sentence, replace=_LATER))

    def _look_at_sessions(self) -> None:
        outcome = self.sessions.take()
        if isinstance(outcome, UserError):
            self._failed_to_open(outcome)
        elif outcome is not None:
            self._end_current()
            self.session = outcome
            self._notifications.withdraw("open")
            self._remember(str(outcome.session.folder))
            self.review.begin(outcome.past)
            self.source_changed.emit()
            self.state_changed.emit()
            self.review.step(0)

    def _look_at_current(self) -> None:
        if self.current is None:
            return
        if not self.review.on:
            self.review.face = self.current.feed.chosen
        before, self._state = self._state, self.current.engine.state
        if before is not self._state:
            self.recording.note(before, self._state)
            self.state_changed.emit()

    def _tell_recording_failed(self, error: SessionError) -> None:
        self._notifications.post_error(error, "record")

    def _failed_to_open(self, error: UserError) -> None:
        if self.current is None and self.session is None:
            self.failure = error
        else:
            self._notifications.post_error(error, "open")
        self.state_changed.emit()

    def _remember(self, text: str) -> None:
        try:
            self._store.keep(with_recent(self._store.current, text))
        except SettingsError as error:
            self._notifications.post_error(error, "settings")


def _past(running: Running) -> Past | None:
    """What can be looked back at beside what goes on; a file is sought instead."""
    info = running.info
    if info is None or not running.live:
        return None
    return past_of(running.feed.history, (info.width, info.height), running.pictures)
