"""The main window: lays the rooms out, pulls what is new on a timer, and passes commands on."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMainWindow

from fer_desktop.capture.source import SourceKind
from fer_desktop.engine.reader import EngineState
from fer_desktop.settings import SettingsError
from fer_desktop.settings_store import SettingsStore
from fer_desktop.ui import icons
from fer_desktop.ui.actions import Actions
from fer_desktop.ui.arrangement import arrange
from fer_desktop.ui.cameras import Cameras
from fer_desktop.ui.commands import Commands
from fer_desktop.ui.compact import CompactView
from fer_desktop.ui.controller import LiveController
from fer_desktop.ui.face_panel import FacePanel
from fer_desktop.ui.feed import Shown, refit
from fer_desktop.ui.help import Notice
from fer_desktop.ui.layout_memory import bring_back, keep
from fer_desktop.ui.menus import Menus
from fer_desktop.ui.notifications import Banner, Notifications
from fer_desktop.ui.readout import Readout
from fer_desktop.ui.scrolled import Scrolled
from fer_desktop.ui.second_screen import SecondScreen
from fer_desktop.ui.stage import Stage
from fer_desktop.ui.states import Ways, stage_message
from fer_desktop.ui.status import StatusLine, figures_of
from fer_desktop.ui.stretch_screen import StretchScreen
from fer_desktop.ui.theme import ThemeKeeper, px
from fer_desktop.ui.time_screen import TimeScreen
from fer_desktop.ui.timeline import Timeline
from fer_desktop.ui.transport import Transport
from fer_desktop.ui.watchdog import Watchdog
from fer_desktop.ui.why_screen import WhyScreen
from fer_desktop.ui.words import Words

_PULL_MS: Final = 16
_BEAT_S: Final = 0.25
"""How often figures may change."""
_LOW: Final = 700
"""A window lower than this many pixels shows notice or timeline, not both, and explains in few words."""
_NO_CURVES: Final = 400
"""And lower than this it has no timeline at all; these grow with the text."""
_PANEL: Final = 340
"""The panel is scrolled where it has less; with larger text it has to give in earlier."""
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
        cameras: Cameras,
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
        self.commands = Commands(self, cameras)
        theme = themes.theme
        self.actions_ = Actions(self, self.commands.handlers())
        self.menus = Menus(
            self,
            self.actions_,
            store,
            cameras=cameras,
            open_source=self.commands.open,
            choose_face=self.commands.faces.choose_numbered,
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
        self.compact = CompactView(theme, self.actions_, self.menus.face_keys)
        self._scrolled = Scrolled(self.panel)
        laid_out = arrange(
            (self.stage, self.transport),
            self._scrolled,
            self.timeline,
            above=(self.banner, self.notice),
            below=self.status,
        )
        self._splitters = laid_out.across, laid_out.down
        self.setCentralWidget(laid_out.middle)
        self.notice.setVisible(not store.current.notice_seen)
        self._connect()
        first = QSize(*_FIRST_SIZE).boundedTo(self.screen().availableSize())
        self._make_room(first.height())
        self.resize(first)
        bring_back(store.current, self, *self._splitters)
        self.setAcceptDrops(True)
        self.readout = Readout()
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

    def _connect(self) -> None:
        controller, commands = self.controller, self.commands
        controller.source_changed.connect(self._new_source)
        controller.state_changed.connect(self._new_state)
        controller.recording.changed.connect(self._new_recording)
        controller.my_neutral.changed.connect(commands.show_neutral)
        self.panel.why.set_strength(self.store.current.why_strength)
        controller.recording.recorded.connect(commands.tell_recorded)
        self.themes.changed.connect(self._new_theme)
        self.stage.view.face_clicked.connect(commands.faces.choose)
        self.stage.view.menu_asked.connect(commands.faces.open_menu)
        self.compact.left.connect(commands.toggle_compact)
        self.compact.view.face_clicked.connect(commands.faces.choose)
        self.transport.sought.connect(controller.seek_share)
        self.timeline.time_clicked.connect(commands.look_at)
        self.timeline.returned.connect(commands.back_to_live)
        self._why = WhyScreen(controller.why, self.stage.view, self.panel, self.actions_)
        self.stretch = StretchScreen(self, controller, self.timeline, self.actions_)
        self._times = TimeScreen(controller, self.timeline, (self.panel, self.compact.panel))
        self._second = SecondScreen(controller.compare, self.panel, self.timeline)
        self._ways = Ways(
            open_demo=commands.open_demo,
            open_file=commands.ask_file,
            choose_source=self.menus.source_button.showMenu,
            cancel=controller.cancel,
            reopen=controller.reopen,
            play=controller.toggle_pause,
            neutral=commands.toggle_neutral,
            live=commands.back_to_live,
            keep_pictures=commands.keep_pictures,
        )

    def _pull(self) -> None:
        """Take what the other threads have made since the last time, and show it."""
        now = time.perf_counter()
        self.watchdog.beat()
        self.controller.tick()
        beat = now - self._beat_s >= _BEAT_S
        if beat:
            self._beat_s = now
            self.commands.refresh()
        past = self.controller.review.tick()
        self._take_newest(past, now, beat=beat)
        if beat:
            self.stage.view.beat()
            self.stretch.tick()
            if self.store.current.readout == "on":
                panel = self.compact.panel if self.compact.isVisible() else self.panel
                self.readout.tick(panel, self._shown, now, self._times.when)
        running = self.controller.current
        moving = self.controller.state is EngineState.RUNNING
        held = past is not None or not (moving or self.controller.state is EngineState.LOST)
        self._why.explain(self._shown, self.controller.model)
        self._second.tick(self._shown, running)
        present = self._shown if past is None else None
        self.controller.my_neutral.tick(running.engine.baselines if running else None, present)
        self.panel.advance(now, held=held, beat=beat)
        self.compact.advance(now, held=held, beat=beat)
        self._times.tick(self._shown, now)
        self.timeline.advance(now)
        self._write_status(now, timed=moving)
        faceless_s = now - self._seen_s
        message = stage_message(self.controller, self._shown, self._ways, faceless_s=faceless_s, now_s=now)
        self.stage.set_message(message)
        news = self.notifications.trouble or (message.sentence if message is not None else "")
        self.compact.tell(news, self.controller.recording.seconds)

    def _take_newest(self, past: Shown | None, now: float, *, beat: bool) -> None:
        """Show the past moment that is wanted or else the newest frame, at the size of the view."""
        view = self.compact.view if self.compact.isVisible() else self.stage.view
        size = view.device_size()
        running = self.controller.current
        self.controller.view_size = self.controller.review.view_size = size
        shown = past
        if running is not None:
            running.feed.view_size = size
            shown = past or running.feed.newest()
        if shown is not None and shown is not self._shown:
            self._show(shown, now)
        elif self._shown is not None and beat and not view.fits:
            view.show_frame(refit(self._shown, size))

    def show_again(self) -> None:
        """Show what is shown once more, in a view that was hidden."""
        if self._shown is not None:
            self._show(self._shown, time.perf_counter())

    def _show(self, shown: Shown, now: float) -> None:
        self._shown = shown
        self.stage.view.show_frame(shown)
        running = self.controller.current
        still = running is not None and running.kind in {SourceKind.PHOTO, SourceKind.FOLDER}
        for part in (self.panel, self.compact):
            part.show_frame(shown, now, live=not still and not shown.past)
        self.transport.show_frame(shown.result)
        if shown.result.faces or shown.past or not self._seen_s:
            self._seen_s = now

    def _write_status(self, now: float, *, timed: bool) -> None:
        latency = self.stage.view.latency.percentiles(now) if timed else None
        figures = figures_of(self.controller, latency, timed=timed)
        if figures is not None:
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
        for part in (self.panel, self.compact):
            part.clear(running.feed.labels if running else ())
        self._times.new_source()
        self._make_room(self.height())
        self.transport.set_source(info)
        self.transport.setVisible(self.controller.seekable)
        self.commands.cameras.refresh()
        title = self.controller.title
        self.menus.set_source_name(title)
        self.setWindowTitle(f"{title} – FER Desktop" if title else "FER Desktop")
        if running is None:
            self.status.clear()

    def _make_room(self, height: int) -> None:
        running = self.controller.current
        photo = running is not None and running.kind is SourceKind.PHOTO
        told = not self.notice.isHidden()
        self.notice.make_room(height)
        self.panel.why.set_compact(height - told * self.notice.sizeHint().height() < px(_LOW))
        self._scrolled.least_height = round(_PANEL / px(100) * 100)
        crowded = (told and height < px(_LOW)) or height < px(_NO_CURVES)
        self.timeline.setVisible(not photo and not crowded)

    def show_notice(self, on: bool) -> None:
        """Show what the numbers mean, or take it away."""
        self.notice.setVisible(on)
        self._make_room(self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room(event.size().height())
        self.menus.fit()

    def _new_state(self) -> None:
        state, running = self.controller.state, self.controller.current
        photo = running is not None and running.kind is SourceKind.PHOTO
        going = running is not None and state is not EngineState.FAILED
        self.actions_.enable(source=going, playing=going and not photo, past=self.controller.has_past)
        if self.controller.opening:
            self.actions_["close_source"].setEnabled(True)
        self.actions_.set_playing(state in {EngineState.RUNNING, EngineState.LOST})
        self.menus.fit()

    def _new_recording(self) -> None:
        self.actions_.set_recording(self.controller.recording.recorder is not None)
        self.menus.fit()

    def _new_theme(self) -> None:
        theme = self.themes.theme
        for part in (self.banner, self.stage, self.panel, self.timeline, self.compact):
            part.set_theme(theme)
        self.actions_.set_theme(theme)
        self._new_recording()
        self.actions_.set_on("why", self.controller.why.on)
        self.commands.show_neutral()
        self._make_room(self.height())
        self.menus.scale()
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
            self.compact,
        ):
            part.retranslate()
        self.menus.set_source_name(self.controller.title)
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
            self.commands.open_dropped([u.toLocalFile() if u.isLocalFile() else u.toString() for u in urls])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.commands.toggle_full_screen()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop every thread and timer; a recording is completed first. Nobody watches while that lasts."""
        self._keep_layout()
        self.compact.end()
        self.hide()
        self._timer.stop()
        self.watchdog.stop()
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self.controller.shut_down()
        self.commands.cameras.cameras.join()
        self.banner.stop()
        event.accept()

    def _keep_layout(self) -> None:
        try:
            keep(self, self._splitters, self.store, why_strength=self.panel.why.strength)
        except SettingsError as error:
            self.notifications.post_error(error, "settings")
