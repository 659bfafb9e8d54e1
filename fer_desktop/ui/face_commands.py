"""What is done to single faces: choosing, naming, hiding, and the menu on a face."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QInputDialog, QMenu

from fer_desktop.session.events import FACE_NAMED
from fer_desktop.ui.feed import ScreenFeed, Shown
from fer_desktop.ui.notifications import Notification, Severity
from fer_desktop.ui.people import LONGEST_NAME
from fer_desktop.ui.words import translate

if TYPE_CHECKING:
    from fer_desktop.ui.main_window import MainWindow

_TOLD: Final = "hidden"


class FaceCommands:
    """Handlers of the actions that concern the face on screen, or one that was clicked."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action of the table does, by its name."""
        return {
            "face_auto": lambda: self.choose(None),
            "name_face": self.ask_name,
            "hide_face": self.hide,
            "show_faces": self.show_all,
        }

    @property
    def _feed(self) -> ScreenFeed | None:
        running = self._window.controller.current
        return None if running is None else running.feed

    @property
    def _shown(self) -> Shown | None:
        return None if self._feed is None else self._feed.newest()

    def refresh(self) -> None:
        """Let the actions say what can be done to the faces on screen now."""
        feed, shown = self._feed, self._shown
        actions = self._window.actions_
        has_face = shown is not None and shown.face is not None
        actions["name_face"].setEnabled(has_face)
        actions["hide_face"].setEnabled(has_face)
        actions["show_faces"].setEnabled(feed is not None and bool(feed.people.hidden))
        actions["face_auto"].setChecked(feed is not None and feed.chosen is None)

    def choose(self, face_id: int | None) -> None:
        """Show this face; None: follow the largest one."""
        if self._feed is not None:
            self._feed.choose(face_id)
        self.refresh()

    def choose_numbered(self, number: int) -> None:
        """Show the face with this number; if there is none, that many from the left (numbers only grow)."""
        faces = () if self._shown is None else self._shown.faces
        ids = [face.reading.face_id for face in sorted(faces, key=lambda f: f.reading.box.x)]
        if number in ids:
            self.choose(number)
        elif number <= len(ids):
            self.choose(ids[number - 1])

    def ask_name(self) -> None:
        """Let the user say how the face on screen is called."""
        feed, shown = self._feed, self._shown
        if feed is None or shown is None or shown.face is None:
            return
        face_id = shown.face.reading.face_id
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(translate("Faces", "Name of face {id}").format(id=face_id))
        dialog.setLabelText(
            translate("Faces", "Forgotten with the source; a recording keeps it. Empty: no name.")
        )
        dialog.setTextValue(feed.people.names.get(face_id, ""))
        dialog.setOkButtonText(translate("Faces", "Name it"))
        dialog.setMinimumWidth(400)
        dialog.textValueSelected.connect(lambda text: self.name(feed, face_id, text))
        dialog.open()

    def name(self, feed: ScreenFeed, face_id: int, text: str) -> None:
        """Call a face so; a recording is told."""
        if feed is not self._feed:
            return  # another source was opened meanwhile, whose faces are others
        before = feed.people.names.get(face_id, "")
        name = feed.people.call(face_id, text)
        if name != before:
            self._window.controller.recording.happened(FACE_NAMED, f"face {face_id}", name)
            feed.look_again()
        if len(" ".join(text.split())) > LONGEST_NAME:
            sentence = translate("Faces", "The name was cut after {count} characters.")
            self._tell(sentence.format(count=LONGEST_NAME))

    def hide(self) -> None:
        """Show the face on screen no longer."""
        feed, shown = self._feed, self._shown
        if feed is None or shown is None or shown.face is None:
            return
        face_id = shown.face.reading.face_id
        title = feed.people.title(face_id)
        feed.hide(face_id)
        self.refresh()
        self._window.notifications.post(
            Notification(
                Severity.INFO,
                translate("Faces", "{face} is hidden. It is still analysed and recorded.").format(face=title),
                replace=_TOLD,
                action=translate("Faces", "Show it"),
                act=self.show_all,
            )
        )

    def show_all(self) -> None:
        """Show all faces again."""
        if self._feed is not None:
            self._feed.people.unhide()
            self._feed.look_again()
            self._window.notifications.withdraw(_TOLD)
        self.refresh()

    def open_menu(self, face_id: int, at: QPoint) -> None:
        """The menu on a face, or beside all faces (0), at a place of the screen."""
        if self._feed is None:
            return
        if face_id:
            self.choose(face_id)
        menu = QMenu(self._window)
        names = ("name_face", "hide_face") if face_id else ()
        menu.addActions([self._window.actions_[name] for name in (*names, "show_faces", "face_auto")])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _tell(self, sentence: str) -> None:
        self._window.notifications.post(Notification(Severity.INFO, sentence, replace="name"))
