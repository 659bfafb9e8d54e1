"""The main window: lays the rooms out, pulls what is new on a timer, and passes commands on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QSplitter, QVBoxLayout, QWidget

from fer_desktop.capture.source import SourceKind
from fer_desktop.engine.reader import EngineState
from fer_desktop.settings import SettingsError, SettingsStore
from fer_desktop.ui import icons
from fer_desktop.ui.actions import Actions
from fer_desktop.ui.commands import Commands
from fer_desktop.ui.controller import LiveController, Running
from fer_desktop.ui.face_panel import FacePanel
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.help import Notice
from fer_desktop.ui.layout_memory import bring_back, layout_of
from fer_desktop.ui.menus import Camera, Menus
from fer_desktop.ui.notifications import Banner, Notifications
from fer_desktop.ui.stage import Stage
from fer_desktop.ui.states import Ways, stage_message
from fer_desktop.ui.status import Figures, StatusLine
from fer_desktop.ui.theme import ThemeKeeper
from fer_desktop.ui.timeline import Timeline
from fer_desktop.ui.transport import Transport
from fer_desktop.ui.watchdog import Watchdog
from fer_desktop.ui.words import Words

_PULL_MS: Final = 16
_BEAT_S: Final = 0.25
"""How often figures may change."""
_LOW: Final = 700
"""A window lower than this many pixels shows notice or timeline, not both, and explains in few words."""
_FIRST_SIZE: Final = (1280, 800)


class MainWindow(QMainWindow):
    """Everything that a person sees of one running source."""

    def __init__(
        self,
        *,
        store: SettingsStore,
        controller: LiveController,
        notifications: Notifications,
        themes: ThemeKeeper,
        words: Words,
        list_cameras: Callable[[], Sequence[Camera]],
    ) -> None:
        super().__init__()
        self.store = store
        self.controller = controller
        self.notifications = notifications
        self.themes = themes
        self.words = words
        self._shown: Shown | None = None
        self._seen_s = 0.0
        self._beat_s = 0.0
        self.commands = Commands(self)
        theme = themes.theme
        self.actions_ = Actions(self, self.commands.handlers())
        self.menus = Menus(
            self,
            self.actions_,
            store,
            list_cameras=list_cameras,
            open_source=self.commands.open,
            choose_face=self.commands.choose_numbered_face,
            choose_setting=self.commands.choose_setting,
        )
        self.banner = Banner(notifications, theme)
        self.notice = Notice(self.commands.notice_read)
        self.stage = Stage(theme)
        self.panel = FacePanel(theme)
        self.timeline = Timeline(theme)
        self.transport = Transport(
            self.actions_["play"], self.actions_["step_back"], self.actions_["step_forward"]
        )
        self.status = StatusLine()
        self._across = QSplitter(Qt.Orientation.Horizontal)
        self._down = QSplitter(Qt.Orientation.Vertical)
        self._lay_out()
        self._connect()
        first = QSize(*_FIRST_SIZE).boundedTo(self.screen().availableSize())
        self._make_room(first.height())
        self.resize(first)
        bring_back(store.current, self, self._across, self._down)
        self.setAcceptDrops(True)
        self.watchdog = Watchdog()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_PULL_MS)
        self._timer.timeout.connect(self._pull)
        self._timer.start()
        self.watchdog.start()
        self.stage.view.setFocus()
        self._new_theme()
        self._new_source()
        self._new_state()
        self._new_recording()
        controller.why.switch(store.current.why)

    def _lay_out(self) -> None:
        picture = QWidget()
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stage, 1)
        column.addWidget(self.transport)
        for splitter, parts in (
            (self._across, (picture, self.panel)),
            (self._down, (self._across, self.timeline)),
        ):
            splitter.setHandleWidth(16)
            splitter.setChildrenCollapsible(False)
            for part in parts:
                splitter.addWidget(part)
            splitter.setStretchFactor(0, 1)
            splitter.setStretchFactor(1, 0)
        self._across.setSizes([900, 300])
        self._down.setSizes([540, 168])
        middle = QWidget()
        rows = QVBoxLayout(middle)
        rows.setContentsMargins(16, 0, 16, 8)
        rows.setSpacing(8)
        rows.addWidget(self.banner)
        rows.addWidget(self.notice)
        rows.addWidget(self._down, 1)
        rows.addWidget(self.status)
        self.setCentralWidget(middle)
        for button in middle.findChildren(QAbstractButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the picture
        self.notice.setVisible(not self.store.current.notice_seen)

    def _connect(self) -> None:
        controller, commands = self.controller, self.commands
        controller.source_changed.connect(self._new_source)
        controller.state_changed.connect(self._new_state)
        controller.recording.changed.connect(self._new_recording)
        controller.why.changed.connect(self._new_why)
        controller.my_neutral.changed.connect(self._new_neutral)
        self.panel.why.set_strength(self.store.current.why_strength)
        self.panel.why.cover_chosen.connect(controller.why.set_cover)
        controller.recording.recorded.connect(commands.tell_recorded)
        self.themes.changed.connect(self._new_theme)
        self.stage.view.face_clicked.connect(commands.choose_face)
        self.transport.sought.connect(controller.seek_share)
        self.timeline.time_clicked.connect(controller.seek_axis)
        self._ways = Ways(
            open_demo=commands.open_demo,
            open_file=commands.ask_file,
            choose_source=self.menus.source_button.showMenu,
            cancel=controller.cancel,
            reopen=controller.reopen,
            play=controller.toggle_pause,
            neutral=commands.toggle_neutral,
        )

    def _pull(self) -> None:
        """Take what the other threads have made since the last time, and show it."""
        now = time.perf_counter()
        self.watchdog.beat()
        self.controller.tick()
        beat = now - self._beat_s >= _BEAT_S
        if beat:
            self._beat_s = now
        self.controller.view_size = self.stage.view.device_size()
        running = self.controller.current
        if running is not None:
            running.feed.view_size = self.controller.view_size
            shown = running.feed.newest()
            if shown is not None and shown is not self._shown:
                self._show(shown, now)
            elif self._shown is not None and beat and not self.stage.view.fits:
                self.stage.view.show_frame(running.feed.refit(self._shown))
        if beat:
            self.stage.view.beat()
        moving = self.controller.state is EngineState.RUNNING
        held = not moving and self.controller.state is not EngineState.LOST
        self._explain(running)
        self.controller.my_neutral.tick(running.engine.baselines if running else None, self._shown)
        self.panel.advance(now, held=held, beat=beat)
        self.timeline.advance(now)
        self._write_status(now, timed=moving)
        faceless_s = now - self._seen_s
        self.stage.set_message(stage_message(self.controller, self._shown, self._ways, faceless_s=faceless_s))

    def _explain(self, running: Running | None) -> None:
        """Show in red what the answer for the face on screen hangs on, where that is wanted."""
        why = self.controller.why
        if why.on:
            vision = running.engine.vision if running is not None else None
            explanation = why.tick(self._shown, vision.model if vision is not None else None)
            self.panel.show_explanation(explanation)
            self.stage.view.show_explanation(explanation, self.panel.why.strength / 100)

    def _new_why(self) -> None:
        on = self.controller.why.on
        self.actions_.set_on("why", on)
        self.panel.why.setVisible(on)
        if not on:
            self.panel.why.set_cover(None)
            self.panel.show_explanation(None)
            self.stage.view.show_explanation(None, 0.0)

    def _new_neutral(self) -> None:
        self.actions_.set_on("neutral", self.controller.my_neutral.on)

    def _show(self, shown: Shown, now: float) -> None:
        self._shown = shown
        self.stage.view.show_frame(shown)
        running = self.controller.current
        still = running is not None and running.kind in {SourceKind.PHOTO, SourceKind.FOLDER}
        self.panel.show_frame(shown, now, live=not still)
        self.transport.show_frame(shown.result)
        if shown.result.faces or not self._seen_s:
            self._seen_s = now

    def _write_status(self, now: float, *, timed: bool) -> None:
        running = self.controller.current
        if running is None:
            return
        vision, recorder = running.engine.vision, self.controller.recording.recorder
        figures = Figures(
            running.engine.counters(),
            self.stage.view.latency.percentiles(now) if timed else None,
            vision.provider if vision else "",
            f"{vision.model.name} {vision.model.version}" if vision else "",
            recorder.seconds if recorder else None,
            timed,
            self.controller.link.name,
            self.controller.recording.subject.participant,
        )
        self.status.show_figures(figures, now)

    def _new_source(self) -> None:
        running = self.controller.current
        self._shown = None
        self._seen_s = 0.0
        # Ids begin again with each source: an answer about the old face 1 must not lie over the new one.
        self.controller.why.stop()
        info = running.info if running else None
        self.stage.view.latency.clear()
        self.stage.view.show_frame(None)
        self.panel.clear(running.feed.labels if running else ())
        photo = running is not None and running.kind is SourceKind.PHOTO
        length = None if info is None else info.duration_s
        if info is not None and info.kind is SourceKind.FOLDER:
            length = None if info.frame_count is None else float(max(1, info.frame_count - 1))
        self.timeline.set_feed(None if photo or running is None else running.feed, length)
        self._make_room(self.height())
        self.transport.set_source(info)
        self.transport.setVisible(self.controller.seekable)
        self.menus.set_source_name(running.title if running else "")
        self.setWindowTitle(f"{running.title} – FER Desktop" if running else "FER Desktop")
        if running is None:
            self.status.clear()

    def _make_room(self, height: int) -> None:
        running = self.controller.current
        photo = running is not None and running.kind is SourceKind.PHOTO
        told = not self.notice.isHidden()
        self.panel.why.set_compact(height - told * self.notice.sizeHint().height() < _LOW)
        crowded = told and height < _LOW
        self.timeline.setVisible(not photo and not crowded)

    def show_notice(self, on: bool) -> None:
        """Show what the numbers mean, or take it away."""
        self.notice.setVisible(on)
        self._make_room(self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room(event.size().height())

    def _new_state(self) -> None:
        state, running = self.controller.state, self.controller.current
        photo = running is not None and running.kind is SourceKind.PHOTO
        going = running is not None and state is not EngineState.FAILED
        self.actions_.enable(
            source=going, playing=going and not photo, seeking=going and self.controller.seekable
        )
        self.actions_.set_playing(state in {EngineState.RUNNING, EngineState.LOST})

    def _new_recording(self) -> None:
        self.actions_.set_recording(self.controller.recording.recorder is not None)

    def _new_theme(self) -> None:
        theme = self.themes.theme
        for part in (self.banner, self.stage, self.panel, self.timeline):
            part.set_theme(theme)
        self.actions_.set_theme(theme)
        self._new_recording()
        self.actions_.set_on("why", self.controller.why.on)
        self._new_neutral()
        self.menus.source_button.setIcon(icons.icon("camera", theme.text, theme.muted))

    def retranslate(self) -> None:
        """Write every text again in the language of now."""
        self.actions_.retranslate()
        self._new_state()
        self._new_recording()
        for part in (
            self.menus,
            self.banner,
            self.notice,
            self.panel,
            self.timeline,
            self.transport,
            self.status,
        ):
            part.retranslate()
        running = self.controller.current
        self.menus.set_source_name(running.title if running else "")
        self.stage.set_message(None)
        self.stage.view.update()

    def event(self, event: QEvent) -> bool:
        """A button that was reached by Tab keeps its space bar, which else plays and pauses."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            on_button = isinstance(QApplication.focusWidget(), QAbstractButton)
            if on_button and event.key() == Qt.Key.Key_Space:
                event.accept()
                return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        if urls:
            event.acceptProposedAction()
            self.commands.open(urls[0].toLocalFile() if urls[0].isLocalFile() else urls[0].toString())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.commands.toggle_full_screen()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop every thread and timer; a recording is completed first."""
        self._timer.stop()
        self.watchdog.stop()
        self.controller.shut_down()
        self.banner.stop()
        self._keep_layout()
        event.accept()

    def _keep_layout(self) -> None:
        if self.isFullScreen():
            return
        try:
            strength = self.panel.why.strength
            self.store.change(**layout_of(self, self._across, self._down), why_strength=strength)
        except SettingsError as error:
            self.notifications.post_error(error, "settings")

    def save_picture(self, path: Path) -> bool:
        """Write what the window looks like now as a PNG."""
        return self.grab().save(str(path))
