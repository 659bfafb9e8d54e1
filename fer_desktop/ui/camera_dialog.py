"""The cameras that are plugged in, to be compared and chosen; the picture goes on behind it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from fer_desktop.capture.modes import Modes
from fer_desktop.capture.source import SourceKind
from fer_desktop.settings import CameraChoice
from fer_desktop.ui import theme as look
from fer_desktop.ui.camera_card import CameraCard, size_text
from fer_desktop.ui.cameras import Camera, Cameras
from fer_desktop.ui.controller import LiveController
from fer_desktop.ui.running import Running
from fer_desktop.ui.scrolled import Scrolled
from fer_desktop.ui.told import told_error
from fer_desktop.ui.words import translate

_TICK_MS: Final = 100
_WIDTH: Final = 600
_LET_GO_S: Final = 3.0
"""A preview that has not ended by then keeps its camera, and opening it says so."""


class CameraDialog(QDialog):
    """Follows what is plugged in or out for as long as it is open."""

    def __init__(
        self,
        parent: QWidget,
        cameras: Cameras,
        controller: LiveController,
        theme: look.Theme,
        *,
        choice_for: Callable[[str], CameraChoice],
        choose: Callable[[CameraChoice], object],
        open_source: Callable[[str], object],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("Cameras", "Cameras"))
        self._cameras = cameras
        self._controller = controller
        self._theme = theme
        self._choice_for = choice_for
        self._choose = choose
        self._open_source = open_source
        self._wanted: Camera | None = None
        self._wanted_s = 0.0
        self.cards: dict[Camera, CameraCard] = {}
        self._none = QLabel()
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setMinimumHeight(look.px(120))
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)
        self._list.addWidget(self._none)
        self._usual = _hint(
            translate(
                "Cameras",
                "Here a camera does not tell what it can: these are usual sizes and rates. What it really "
                "gives is shown once it is open.",
            )
        )
        self._usual.hide()
        self._list.addWidget(self._usual)
        self._list.addStretch(1)
        room = QWidget()
        room.setLayout(self._list)
        self._room = Scrolled(room)
        close = QDialogButtonBox()
        close.addButton(translate("Cameras", "Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addStrut(_WIDTH)
        layout.addWidget(self._room, 1)
        layout.addWidget(
            _hint(
                translate(
                    "Cameras",
                    "Mirrored is only what you see: what is analysed, recorded and exported is not. "
                    "All cameras are switched on while this list is open; nothing of it is kept.",
                )
            )
        )
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.finished.connect(self._end)
        cameras.watch()
        self._timer.start()
        self._tick()

    def _end(self) -> None:
        self._timer.stop()
        self._cameras.stop()

    def _tick(self) -> None:
        now_s = time.perf_counter()
        found = dict(self._cameras.found or ())
        self._lay_out(found)
        used = {camera: running for camera in found if (running := self._running(camera)) is not None}
        seen = [camera for camera in found if camera not in used and camera != self._wanted]
        self._cameras.look_at(seen, now_s)
        for camera, card in self.cards.items():
            self._show(camera, card, used.get(camera))
        waited = now_s - self._wanted_s > _LET_GO_S
        if self._wanted is not None and (waited or not self._cameras.leaving):
            source, self._wanted = self._wanted.source, None
            self.accept()
            self._open_source(source)

    def _lay_out(self, found: dict[Camera, Modes]) -> None:
        """A card for each camera, in the list's order; those that stay are left as they are."""
        if self._cameras.found is None:
            self._none.setText(translate("Cameras", "Looking for cameras …"))
        else:
            self._none.setText(
                translate("Cameras", "No camera was found. Plug one in: it appears here by itself.")
            )
        self._none.setVisible(not found)
        self._usual.setVisible(any(not modes.told for modes in found.values()))
        if list(found) == list(self.cards):
            return
        for camera in [camera for camera in self.cards if camera not in found]:
            card = self.cards.pop(camera)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = {camera: self.cards.get(camera) or self._card(camera, found[camera]) for camera in found}
        for place, card in enumerate(self.cards.values()):
            self._list.insertWidget(place, card)
        self.adjustSize()

    def _card(self, camera: Camera, modes: Modes) -> CameraCard:
        card = CameraCard(camera, modes, self._choice_for(camera.key), self._theme)
        card.wanted.connect(lambda: self._want(camera))
        card.chosen.connect(self._choose)
        return card

    def _want(self, camera: Camera) -> None:
        """Open it as soon as its preview has let go of it: a device can be opened once only."""
        self._wanted, self._wanted_s = camera, time.perf_counter()
        self._tick()

    def _running(self, camera: Camera) -> Running | None:
        """What is open, or being opened, from this camera."""
        for running in (self._controller.pending, self._controller.current):
            if running is not None and running.kind is SourceKind.CAMERA:
                info = running.info
                same = camera.key and info is not None and info.path == camera.key
                if same or running.text == camera.source:
                    return running
        return None

    def _show(self, camera: Camera, card: CameraCard, running: Running | None) -> None:
        choice = self._choice_for(camera.key)
        card.show_choice(choice)
        if running is not None:
            card.show_state(_in_use(running, choice), can_use=False)
            card.thumbnail.show_picture(_picture(running), "", mirrored=choice.mirror)
            return
        preview = self._cameras.preview(camera)
        opening = translate("Cameras", "Opening …")
        if preview is not None and preview.error is not None:
            card.show_state(told_error(preview.error), can_use=True)
            card.thumbnail.show_picture(None, translate("Cameras", "No picture"), mirrored=False)
            return
        card.show_state(opening if camera == self._wanted else "", can_use=camera != self._wanted)
        picture = None if preview is None else preview.picture
        card.thumbnail.show_picture(picture, opening, mirrored=choice.mirror)


def _in_use(running: Running, choice: CameraChoice) -> str:
    """What the camera in use really gives, and where that is not what was asked for."""
    info = running.info
    if info is None:
        return translate("Cameras", "Opening …")
    given = size_text(info.width, info.height, info.nominal_fps)
    if choice.width and (choice.width, choice.height) != (info.width, info.height):
        asked = size_text(choice.width, choice.height, choice.fps)
        text = translate("Cameras", "In use. It was asked for {asked} and gives {given}.")
        return text.format(asked=asked, given=given)
    return translate("Cameras", "In use: {given}").format(given=given)


def _picture(running: Running) -> NDArray[np.uint8] | None:
    shown = running.feed.newest()
    return None if shown is None else shown.pixels


def _hint(text: str) -> QLabel:
    hint = QLabel(text)
    hint.setObjectName("muted")
    hint.setWordWrap(True)
    look.dress(hint, look.SMALL)
    return hint
