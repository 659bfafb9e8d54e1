"""What is done to single faces: choosing, naming, hiding, and the menu on a face."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QInputDialog, QMenu

from fer_desktop.session.events import FACE_NAMED, face_detail
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.notifications import Notification, Severity
from fer_desktop.ui.people import LONGEST_NAME, People
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
    def _shown(self) -> Shown | None:
        """What is on screen, of now or of a past moment."""
        return self._window.stage.view.shown

    @property
    def _people(self) -> People | None:
        history = self._window.controller.history
        return None if history is None else history.people

    def refresh(self) -> None:
        """Let the actions say what can be done to the faces on screen now."""
        controller, shown, people = self._window.controller, self._shown, self._people
        actions = self._window.actions_
        has_face = shown is not None and shown.face is not None
        actions["name_face"].setEnabled(has_face)
        actions["hide_face"].setEnabled(has_face)
        actions["show_faces"].setEnabled(people is not None and bool(people.hidden))
        actions["face_auto"].setChecked(people is not None and controller.chosen_face is None)

    def choose(self, face_id: int | None) -> None:
        """Show this face, of now or of the moment that one looks back at; None: follow the largest one."""
        self._window.controller.choose_face(face_id)
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
        shown = self._shown
        if shown is None or shown.face is None:
            return
        face_id, people = shown.face.reading.face_id, shown.people
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(translate("Faces", "Name of face {id}").format(id=face_id))
        if self._window.controller.session is None:
            hint = translate("Faces", "Forgotten with the source; a recording keeps it. Empty: no name.")
        else:
            hint = translate("Faces", "Forgotten with this view; the session stays as it is. Empty: no name.")
        dialog.setLabelText(hint)
        dialog.setTextValue(people.names.get(face_id, ""))
        dialog.setOkButtonText(translate("Faces", "Name it"))
        dialog.setMinimumWidth(400)
        dialog.textValueSelected.connect(lambda text: self.name(people, face_id, text))
        dialog.open()

    def name(self, people: People, face_id: int, text: str) -> None:
        """Call a face so; a recording is told."""
        if people is not self._people:
            return  # another source was opened meanwhile, whose faces are others
        before = people.names.get(face_id, "")
        name = people.call(face_id, text)
        controller = self._window.controller
        if name != before:
            controller.recording.happened(FACE_NAMED, face_detail(face_id), label=name)
            controller.look_again()
        if len(" ".join(text.split())) > LONGEST_NAME:
            sentence = translate("Faces", "The name was cut after {count} characters.")
            self._tell(sentence.format(count=LONGEST_NAME))

    def hide(self) -> None:
        """Show the face on screen no longer."""
        shown = self._shown
        if shown is None or shown.face is None:
            return
        face_id = shown.face.reading.face_id
        shown.people.hide(face_id)
        self._window.controller.look_again()
        self.refresh()
        if self._window.controller.session is None:
            sentence = translate("Faces", "{face} is hidden. It is still analysed and recorded.")
        else:
            sentence = translate("Faces", "{face} is hidden. The session stays as it is.")
        self._window.notifications.post(
            Notification(
                Severity.INFO,
                sentence.format(face=shown.people.title(face_id)),
                replace=_TOLD,
                action=translate("Faces", "Show it"),
                act=self.show_all,
            )
        )

    def show_all(self) -> None:
        """Show all faces again."""
        if self._people is not None:
            self._people.unhide()
            self._window.controller.look_again()
            self._window.notifications.withdraw(_TOLD)
        self.refresh()

    def open_menu(self, face_id: int, at: QPoint) -> None:
        """The menu on a face, or beside all faces (0), at a place of the screen."""
        if self._shown is None:
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
