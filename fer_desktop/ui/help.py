"""What the program says about itself: keys, versions, and what its numbers are and are not."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence

import cv2
import onnxruntime
from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QFont
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
from fer_desktop.ui.words import translate
from fer_desktop.vision.vision import Vision


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


class Notice(QFrame):
    """The first-run notice: part of the window, in nobody's way, gone when it was read."""

    def __init__(self, read: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._title = QLabel()
        self._title.setFont(look.font(bold=True))
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton()
        self._button.setObjectName("primary")
        self._button.clicked.connect(read)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(24)
        layout.addLayout(column, 1)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.retranslate()

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
        key.setFont(look.font(bold=True))
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
    title.setFont(QFont(look.font(look.LARGE, bold=True)))
    heading = QLabel(translate("About", "What the numbers are and are not"))
    heading.setFont(look.font(bold=True))
    texts = [_selectable(sentence) for sentence in notice_sentences()]
    for text in texts:
        text.setWordWrap(True)
    return _dialog(parent, translate("About", "About FER Desktop"), [title, table, heading, *texts])


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
    for part in parts:
        layout.addWidget(part)
    buttons = QDialogButtonBox()
    close = buttons.addButton(translate("Help", "Close"), QDialogButtonBox.ButtonRole.RejectRole)
    close.setDefault(True)
    buttons.rejected.connect(dialog.close)
    layout.addWidget(buttons)
    return dialog
