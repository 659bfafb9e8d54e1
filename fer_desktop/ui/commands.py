"""What menus, keys, buttons and drops do to the window."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog

from fer_desktop.capture.choose import PHOTO_SUFFIXES, VIDEO_SUFFIXES
from fer_desktop.engine.reader import EngineState
from fer_desktop.errors import SessionError, UserError
from fer_desktop.session.folder import sessions_folder
from fer_desktop.session.notice import notice_to_read, write_notice
from fer_desktop.session.reader import read_session
from fer_desktop.session.subject import Subject
from fer_desktop.settings import TABLE, SettingsError
from fer_desktop.ui.camera_commands import CameraCommands
from fer_desktop.ui.cameras import Cameras
from fer_desktop.ui.dialogs import SettingsDialog
from fer_desktop.ui.face_commands import FaceCommands
from fer_desktop.ui.help import about_dialog, help_dialog
from fer_desktop.ui.linking import link_of
from fer_desktop.ui.notifications import Notification, Severity
from fer_desktop.ui.output_commands import OutputCommands
from fer_desktop.ui.participant import ParticipantDialog, blanks_of
from fer_desktop.ui.plot import Flag
from fer_desktop.ui.stretch_screen import StretchScreen
from fer_desktop.ui.words import translate

if TYPE_CHECKING:
    from fer_desktop.ui.main_window import MainWindow


class Commands:
    """Handlers of the actions. Dialogs are opened, never waited for: the picture goes on."""

    def __init__(self, window: MainWindow, cameras: Cameras) -> None:
        self._window = window
        self.faces = FaceCommands(window)
        self.cameras = CameraCommands(window, cameras)
        self.outputs = OutputCommands(window)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action of the table does, by its name."""
        controller = self._window.controller
        return {
            "open_file": self.ask_file,
            "open_folder": self.ask_folder,
            "open_session": self.ask_session,
            "open_stream": self.ask_stream,
            "open_demo": self.open_demo,
            "close_source": controller.close,
            "quit": self._window.close,
            "play": controller.toggle_pause,
            "step_back": lambda: self.step(-1),
            "step_forward": lambda: self.step(1),
            "change_back": lambda: self.go_to_change(-1),
            "change_forward": lambda: self.go_to_change(1),
            "live": self.back_to_live,
            "zoom_in": lambda: self._window.timeline.zoom(1),
            "zoom_out": lambda: self._window.timeline.zoom(-1),
            "stretch_begin": self._with_stretch(StretchScreen.begin_here),
            "stretch_end": self._with_stretch(StretchScreen.end_here),
            "stretch_note": self._with_stretch(StretchScreen.ask_note),
            "stretch_copy": self._with_stretch(StretchScreen.copy),
            "stretch_clear": self._with_stretch(StretchScreen.clear),
            "record": controller.toggle_recording,
            "marker": self.mark,
            "why": self.toggle_why,
            "neutral": self.toggle_neutral,
            "sessions": self.open_sessions,
            "compact": self.toggle_compact,
            "full_screen": self.toggle_full_screen,
            "settings": self.show_settings,
            "help": lambda: help_dialog(self._window).open(),
            "notice": self.show_notice,
            "participant": self.ask_participant,
            "save_notice": self.ask_notice,
            "about": self.show_about,
            **self.faces.handlers(),
            **self.cameras.handlers(),
            **self.outputs.handlers(),
        }

    def refresh(self) -> None:
        """Let the actions say what can be done now; called a few times a second."""
        self.faces.refresh()
        self.outputs.refresh()

    def _with_stretch(self, do: Callable[[StretchScreen], object]) -> Callable[[], object]:
        return lambda: do(self._window.stretch)

    def open(self, text: str) -> None:
        """Open a source by its words on the command line."""
        self._window.controller.open(text)

    def open_dropped(self, sources: Sequence[str]) -> None:
        """Open the first of what was dropped, and say so where it was more."""
        self.open(sources[0])
        if len(sources) > 1:
            self.tell(
                Severity.INFO,
                translate("Commands", "Only the first of {count} files was opened.").format(
                    count=len(sources)
                ),
                translate("Commands", "Drop a folder to see all photos in it."),
            )

    def open_demo(self) -> None:
        self.open("demo")

    def ask_file(self) -> None:
        """Let the user choose a photo or video."""
        known, all_files = translate("Commands", "Photos and videos"), translate("Commands", "All files")
        endings = " ".join(f"*{suffix}" for suffix in sorted({*PHOTO_SUFFIXES, *VIDEO_SUFFIXES}))
        dialog = QFileDialog(
            self._window,
            translate("Commands", "Open a photo or video"),
            "",
            f"{known} ({endings});;{all_files} (*)",
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.open)
        dialog.open()

    def ask_folder(self) -> None:
        """Let the user choose a folder of photos."""
        dialog = QFileDialog(self._window, translate("Commands", "Open a folder of photos"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.open)
        dialog.open()

    def ask_session(self) -> None:
        """Let the user choose a session folder."""
        folder = sessions_folder(self._window.store.current)
        dialog = QFileDialog(self._window, translate("Commands", "Open a finished session"), str(folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.open)
        dialog.open()

    def ask_stream(self) -> None:
        """Let the user type the address of a network camera or stream."""
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(translate("Commands", "Open a stream"))
        dialog.setLabelText(translate("Commands", "Address, beginning with rtsp:// or http://"))
        dialog.setOkButtonText(translate("Commands", "Open"))
        dialog.setMinimumWidth(480)
        dialog.textValueSelected.connect(self._open_typed)
        dialog.open()

    def look_at(self, t: float) -> None:
        """Go to a time on the timeline: a file is sought, what a camera showed is looked up."""
        controller = self._window.controller
        if controller.seekable:
            controller.seek_axis(t)
        else:
            controller.review.go(t)

    def step(self, frames: int) -> None:
        """Go so many frames on or back."""
        controller = self._window.controller
        if controller.seekable:
            controller.step(frames)
        else:
            controller.review.step(frames)

    def go_to_change(self, direction: int) -> None:
        """Go to the next (1) or last (-1) change of expression that is known."""
        window = self._window
        running = window.controller.current
        if running is None or not window.controller.seekable:
            window.controller.review.change(direction)
            return
        here = window.timeline.moment
        if here is not None:
            moment = running.feed.history.change(here, direction, running.feed.chosen)
            if moment is not None:
                running.engine.pause()
                running.engine.seek(moment.index)

    def back_to_live(self) -> None:
        """Let picture, bars and timeline show what is new again."""
        if self._window.controller.session is None:
            self._window.controller.review.leave()
        self._window.timeline.follow()

    def keep_pictures(self) -> None:
        """Keep the last pictures of cameras in memory from now on."""
        self.apply_settings({"look_back": "on"})
        self.back_to_live()

    def mark(self) -> None:
        """Set a marker into the recording."""
        controller, marked = self._window.controller, self._window.timeline.moment
        if controller.recording.recorder is None:
            return
        controller.recording.mark(controller.review.at)
        if marked is not None or controller.review.past is not None:
            at = time.perf_counter() if marked is None else marked
            controller.review.add_flag(Flag(at, translate("Commands", "Marker")))
        self.tell(Severity.INFO, translate("Commands", "Marker set."), replace="marker")

    def toggle_why(self) -> None:
        """Show what the network looks at, or no longer."""
        on = not self._window.controller.why.on
        self._window.controller.why.switch(on)
        self._keep(why=on)

    def toggle_neutral(self) -> None:
        """Count the expressions of the face on screen from how it looks at rest, or no longer."""
        controller = self._window.controller
        controller.my_neutral.toggle(running=controller.state is EngineState.RUNNING)
        self.show_neutral()  # the key has ticked the action; only a finished baseline may

    def show_neutral(self) -> None:
        """Tick the action while the face on screen has a baseline."""
        self._window.actions_.set_on("neutral", self._window.controller.my_neutral.on)

    def _keep(self, **values: object) -> None:
        try:
            self._window.store.change(**values)
        except SettingsError as error:
            self._window.notifications.post_error(error, "settings")

    def open_sessions(self) -> None:
        """Show the folder of the recordings in the system's file manager."""
        folder = sessions_folder(self._window.store.current)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            sentence = translate("Commands", "The folder {folder} cannot be made ({reason}).")
            self.tell(Severity.ERROR, sentence.format(folder=folder, reason=reason), replace="sessions")
            return
        self.show_folder(folder)

    def show_folder(self, folder: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def toggle_compact(self) -> None:
        """Only face and bars, in a small window on top of others; the same key leads back."""
        window, compact = self._window, self._window.compact
        if not compact.isVisible():
            if window.controller.session is None:
                window.controller.review.leave()  # beside a call, what is small is now
            compact.appear(window.store.current.compact)
            window.hide()
            window.show_again()
        else:
            self._keep(compact=compact.place())
            window.show()
            compact.hide()
            window.activateWindow()

    def toggle_full_screen(self) -> None:
        """Only picture, bars and timeline; the same key or Escape leads back."""
        window = self._window
        on = not window.isFullScreen()
        window.menuBar().setVisible(not on)
        window.menus.toolbar.setVisible(not on)
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def show_settings(self) -> None:
        SettingsDialog(lambda: self._window.store.current, self._window, self.apply_settings).open()

    def show_notice(self) -> None:
        self._window.show_notice(True)

    def ask_participant(self) -> None:
        """Who is recorded from now on, and the consent to it."""
        window = self._window
        subject = window.controller.recording.subject
        notice = notice_to_read(window.words.language, blanks_of(window.store.current))
        ParticipantDialog(subject, notice, window, self.set_participant).open()

    def set_participant(self, subject: Subject) -> None:
        """The next recordings are this person's."""
        self._window.controller.recording.subject = subject
        sentence = translate("Commands", "The next recordings are nobody's in particular.")
        if subject.participant:
            sentence = translate("Commands", "The next recordings are those of {code}.")
        self.tell(Severity.INFO, sentence.format(code=subject.participant), replace="participant")

    def ask_notice(self) -> None:
        """Save the page for the person who is recorded."""
        dialog = QFileDialog(self._window, translate("Commands", "Save the notice"), "", "HTML (*.html)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("html")
        dialog.selectFile(translate("Commands", "notice.html"))
        dialog.fileSelected.connect(self.save_notice)
        dialog.open()

    def save_notice(self, path: str) -> None:
        """Write it in the language of the window, and offer to show it."""
        try:
            write_notice(Path(path), self._window.words.language, blanks_of(self._window.store.current))
        except UserError as error:
            self._window.notifications.post_error(error, "notice")
            return
        self._window.notifications.post(
            Notification(
                Severity.DONE,
                translate("Commands", "Notice saved: {name}").format(name=Path(path).name),
                replace="notice",
                action=translate("Commands", "Open"),
                act=lambda: self.show_folder(Path(path)),
            )
        )

    def show_about(self) -> None:
        running = self._window.controller.current
        about_dialog(self._window, running.engine.vision if running else None).open()

    def choose_setting(self, name: str, value: str) -> None:
        """Change one setting from a menu."""
        self.apply_settings({name: value})

    def apply_settings(self, values: dict[str, str]) -> None:
        """Keep new values and act on them; what needs it opens the source again."""
        window = self._window
        before = window.store.current
        try:
            window.store.change(**values)
        except SettingsError as error:
            window.notifications.post_error(error, "settings")
        now = window.store.current
        if now.theme != before.theme:
            window.themes.choose(now.theme)
        if now.look_back != before.look_back:
            window.controller.apply_look_back()
        if now.text_size != before.text_size:
            window.themes.choose_text_size(now.text_size)
        if now.language != before.language:
            window.words.speak(now.language)
            window.retranslate()
        if (now.link, now.lsl_markers) != (before.link, before.lsl_markers):
            window.controller.link.switch(link_of(now))
        if any(line.restarts and getattr(now, line.name) != getattr(before, line.name) for line in TABLE):
            window.controller.reopen()

    def notice_read(self) -> None:
        """The first-run notice was read; it comes back from the Help menu only."""
        self._window.show_notice(False)
        self._keep(notice_seen=True)

    def tell_recorded(self, folder: Path) -> None:
        """A recording is complete."""
        self._window.notifications.post(
            Notification(
                Severity.DONE,
                translate("Commands", "Recorded: {name}").format(name=folder.name),
                _coverage(folder),
                "record",
                action=translate("Commands", "Look at it"),
                act=lambda: self.open(str(folder)),
            )
        )

    def tell(self, severity: Severity, sentence: str, remedy: str = "", replace: str = "") -> None:
        self._window.notifications.post(Notification(severity, sentence, remedy, replace))

    def _open_typed(self, text: str) -> None:
        if text.strip():
            self.open(text.strip())


def _coverage(folder: Path) -> str:
    """How much of what was there was seen; nothing if the folder is gone already."""
    try:
        counters = read_session(folder).metadata.counters
    except SessionError:
        return ""
    text = translate("Commands", "{frames} frames, {analysed} analysed, {faces} with a face.")
    faces = counters.analysed - counters.faceless
    return text.format(frames=counters.read, analysed=counters.analysed, faces=faces)
