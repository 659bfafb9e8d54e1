"""One camera in the list: a live thumbnail, its name, and what can be chosen for it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fer_desktop.capture.modes import CameraWish, Modes
from fer_desktop.settings import CameraChoice
from fer_desktop.ui import theme as look
from fer_desktop.ui.cameras import Camera
from fer_desktop.ui.scrolled import QuietCombo
from fer_desktop.ui.words import translate

_SIZE: Final = (176, 99)


class Thumbnail(QWidget):
    """A small picture, or a word in its place."""

    def __init__(self, theme: look.Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image = QImage()
        self._pixels: NDArray[np.uint8] | None = None
        self._word = ""
        self.setFixedSize(QSize(*_SIZE))

    @property
    def shows(self) -> bool:
        """Whether there is a picture."""
        return self._pixels is not None

    @property
    def word(self) -> str:
        """What stands in its place."""
        return self._word

    def show_picture(self, pixels: NDArray[np.uint8] | None, word: str, *, mirrored: bool) -> None:
        """Show (H, W, 4) BGRA or, without it, the word."""
        self._word = word
        self._pixels = None if pixels is None else self._fitted(pixels, mirrored)
        if self._pixels is None:
            self._image = QImage()
        else:
            height, width = self._pixels.shape[:2]
            self._image = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        self.update()

    def _fitted(self, pixels: NDArray[np.uint8], mirrored: bool) -> NDArray[np.uint8]:
        """As large as it is painted: smaller pictures cost less than smaller painting."""
        ratio = self.devicePixelRatioF()
        scale = min(_SIZE[0] * ratio / pixels.shape[1], _SIZE[1] * ratio / pixels.shape[0])
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        fitted = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        return cv2.flip(fitted, 1) if mirrored else fitted  # type: ignore[return-value]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = QPainterPath()
            ground.addRoundedRect(QRectF(self.rect()), look.RADIUS, look.RADIUS)
            painter.setClipPath(ground)
            painter.fillRect(self.rect(), QColor(self._theme.stage))
            if self.shows:
                ratio = self.devicePixelRatioF()
                width, height = self._image.width() / ratio, self._image.height() / ratio
                left, top = (self.width() - width) / 2, (self.height() - height) / 2
                painter.drawImage(QRectF(left, top, width, height), self._image)
            else:
                painter.setFont(look.font(look.SMALL))
                painter.setPen(QColor(self._theme.on_plot))
                room = QRectF(self.rect()).adjusted(8, 8, -8, -8)
                how = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(room, how, self._word)


class CameraCard(QFrame):
    """Tells what the user wants; whoever owns it does that."""

    wanted = Signal()
    """Open this camera."""
    chosen = Signal(object)
    """The `CameraChoice` for it."""

    def __init__(self, camera: Camera, modes: Modes, choice: CameraChoice, theme: look.Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.camera = camera
        self._choice = choice
        self.thumbnail = Thumbnail(theme)
        self.thumbnail.setAccessibleName(translate("Cameras", "Picture of {name}").format(name=camera.name))
        name = QLabel(camera.name)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        look.dress(name, bold=True)
        self._state = QLabel(" ")
        self._state.setObjectName("muted")
        self._state.setWordWrap(True)
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        look.dress(self._state, look.SMALL)
        self.sizes = self._make_sizes(modes)
        self._show_size()
        self.sizes.currentIndexChanged.connect(self._choose_size)
        self.mirror = QPushButton(translate("Cameras", "Mirror"))
        self.mirror.setObjectName("toggle")
        self.mirror.setCheckable(True)
        self.mirror.setChecked(choice.mirror)
        self.mirror.setAccessibleName(translate("Cameras", "Mirror {name}").format(name=camera.name))
        self.mirror.toggled.connect(self._mirror)
        self.use = QPushButton()
        self.use.setObjectName("primary")
        self.use.setAccessibleName(translate("Cameras", "Use {name}").format(name=camera.name))
        self.use.clicked.connect(self.wanted)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.sizes, 1)
        row.addWidget(self.mirror)
        row.addWidget(self.use)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(name)
        words.addWidget(self._state)
        words.addStretch(1)
        words.addLayout(row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(16)
        layout.addWidget(self.thumbnail, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)

    @property
    def state(self) -> str:
        """What is said of it."""
        return self._state.text()

    def show_state(self, text: str, *, can_use: bool) -> None:
        """Say how it stands; `can_use`: whether it can be chosen."""
        if text != self._state.text():
            self._state.setText(text)
        self.use.setEnabled(can_use)
        self.use.setText(translate("Cameras", "Use") if can_use else translate("Cameras", "In use"))

    def show_choice(self, choice: CameraChoice) -> None:
        """Something was chosen for it elsewhere, by key."""
        self._choice = choice
        with QSignalBlocker(self.mirror), QSignalBlocker(self.sizes):  # they are told, not asked
            self.mirror.setChecked(choice.mirror)
            self._show_size()

    def _make_sizes(self, modes: Modes) -> QuietCombo:
        sizes = QuietCombo()
        sizes.setMaxVisibleItems(16)
        sizes.setAccessibleName(translate("Cameras", "Size and rate of {name}").format(name=self.camera.name))
        sizes.addItem(translate("Cameras", "Automatic size"), None)
        for wish in modes.wishes:
            sizes.addItem(size_text(wish.width, wish.height, wish.fps), wish)
        return sizes

    def _show_size(self) -> None:
        wanted = _wish_of(self._choice)
        if wanted is not None and self.sizes.findData(wanted) < 0:
            self.sizes.addItem(size_text(wanted.width, wanted.height, wanted.fps), wanted)
        self.sizes.setCurrentIndex(0 if wanted is None else self.sizes.findData(wanted))

    def _choose_size(self) -> None:
        wish = self.sizes.currentData() or CameraWish(0, 0, 0.0, "")
        here = self._choice
        self._choose(CameraChoice(here.camera, wish.width, wish.height, wish.fps, wish.pixels, here.mirror))

    def _mirror(self, on: bool) -> None:
        here = self._choice
        self._choose(CameraChoice(here.camera, here.width, here.height, here.fps, here.pixels, on))

    def _choose(self, choice: CameraChoice) -> None:
        self._choice = choice
        self.chosen.emit(choice)


def size_text(width: int, height: int, fps: float | None) -> str:
    """`1280 × 720, 30/s`."""
    return f"{width} × {height}" + (f", {fps:g}/s" if fps else "")


def _wish_of(choice: CameraChoice) -> CameraWish | None:
    return CameraWish(choice.width, choice.height, choice.fps, choice.pixels) if choice.width else None
