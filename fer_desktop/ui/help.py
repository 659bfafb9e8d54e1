"""What the program says about itself: keys, versions, and what its numbers are and are not."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from typing import Final

import cv2
import onnxruntime
from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fer_desktop import __version__
from fer_desktop.ui import theme as look
from fer_desktop.ui.actions import keys_of_help
from fer_desktop.ui.licences import licences_dialog
from fer_desktop.ui.scrolled import Scrolled
from fer_desktop.ui.words import translate
from fer_desktop.vision.vision import Vision

_NOTICE_SHARE: Final = 0.3
"""Of the window's height: the rest belongs to the picture."""


def notice_sentences() -> tuple[str, str, str]:
    """What everybody who uses the program should have read once."""
    return (
        translate(
            "Notice",
            "The numbers say which expression a face shows to a network, not what a person feels. They shift "
            "with pose, light, age and culture.",
        ),
        translate(
            "Notice",
            "In the EU it is prohibited to infer the emotions of staff or pupils, save for medical or "
            "safety reasons (AI Act, Article 5(1)(f)).",
        ),
        translate(
            "Notice",
            "Tell everybody whom you record or analyse (AI Act, Article 50(3)). "
            "Nothing leaves this computer, unless you switch a live link on.",
        ),
    )


class _Text(Scrolled):
    """As high as it needs at its width, up to a limit."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__(inner)
        self._text = inner
        self._most = 0

    def set_most(self, height: int) -> None:
        """Scroll what is higher than this."""
        if height != self._most:
            self._most = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        return QSize(size.width(), min(size.height(), self._most))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(self._text.heightForWidth(width), self._most)


class Notice(QFrame):
    """The first-run notice: part of the window, in nobody's way, gone when it was read."""

    def __init__(self, read: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._title = QLabel()
        look.dress(self._title, bold=True)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton()
        self._button.setObjectName("primary")
        self._button.clicked.connect(read)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._text)
        self._words = _Text(words)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(24)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.retranslate()

    def make_room(self, height: int) -> None:
        """Leave most of a window of this height to the picture; what has no room is scrolled."""
        self._words.set_most(round(_NOTICE_SHARE * height))

    @property
    def text(self) -> str:
        return self._text.text()

    @property
    def button(self) -> QPushButton:
        return self._button

    def retranslate(self) -> None:
        self._title.setText(translate("Notice", "Before you start"))
        self._text.setText("\n".join(notice_sentences()))
        self._button.setText(translate("Notice", "Understood"))


def help_dialog(parent: QWidget) -> QDialog:
    """All keys, as the table of actions has them."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(8)
    rows = keys_of_help()
    half = (len(rows) + 1) // 2
    for place, (keys, text) in enumerate(rows):
        column = 0 if place < half else 2
        key = QLabel(keys)
        look.dress(key, bold=True)
        grid.addWidget(key, place % half, column)
        grid.addWidget(QLabel(text), place % half, column + 1)
    body = QWidget()
    body.setLayout(grid)
    grid.setContentsMargins(0, 0, 0, 0)
    return _dialog(parent, translate("Help", "Keys"), [body])


def about_dialog(parent: QWidget, vision: Vision | None) -> QDialog:
    """Versions, the network with its fingerprint, licence, and what the numbers are and are not."""
    rows = [
        (translate("About", "Version"), __version__),
        (translate("About", "Licence"), "MIT"),
    ]
    if vision is not None:
        model = vision.model
        rows += [
            (translate("About", "Network"), f"{model.name} {model.version}"),
            (translate("About", "Fingerprint (SHA-256)"), model.sha256[:16]),
            (translate("About", "Licence of the network"), model.licence),
            (translate("About", "Face detector"), vision.detector_name),
            (translate("About", "Computed on"), vision.provider),
        ]
    rows.append(
        (
            translate("About", "Made with"),
            f"Python {platform.python_version()}, Qt {qVersion()}, OpenCV {cv2.__version__}, "
            f"ONNX Runtime {onnxruntime.__version__}",
        )
    )
    facts = QGridLayout()
    facts.setHorizontalSpacing(24)
    facts.setVerticalSpacing(6)
    facts.setContentsMargins(0, 0, 0, 0)
    facts.setColumnStretch(1, 1)
    facts.setColumnMinimumWidth(1, 400)
    for place, (name, value) in enumerate(rows):
        facts.addWidget(QLabel(name), place, 0)
        text = _selectable(value)
        text.setWordWrap(True)
        facts.addWidget(text, place, 1)
    table = QWidget()
    table.setLayout(facts)
    title = QLabel("FER Desktop")
    look.dress(title, look.LARGE, bold=True)
    heading = QLabel(translate("About", "What the numbers are and are not"))
    look.dress(heading, bold=True)
    texts = [_selectable(sentence) for sentence in notice_sentences()]
    for text in texts:
        text.setWordWrap(True)
    licences = QPushButton(translate("About", "Licences of what it is made with…"))
    parts = [title, table, heading, *texts, licences]
    dialog = _dialog(parent, translate("About", "About FER Desktop"), parts)
    licences.clicked.connect(lambda: licences_dialog(dialog).open())
    return dialog


def _selectable(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _dialog(parent: QWidget, title: str, parts: Sequence[QWidget]) -> QDialog:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 24, 24, 24)
    layout.setSpacing(16)
    layout.addStrut(520)
    room = QWidget()
    column = QVBoxLayout(room)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(16)
    for part in parts:
        column.addWidget(part)
    layout.addWidget(Scrolled(room))
    buttons = QDialogButtonBox()
    close = buttons.addButton(translate("Help", "Close"), QDialogButtonBox.ButtonRole.RejectRole)
    close.setDefault(True)
    buttons.rejected.connect(dialog.close)
    layout.addWidget(buttons)
    return dialog
