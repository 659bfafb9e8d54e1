"""The settings dialog, made from the table of settings; dialogs never block the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fer_desktop.settings import TABLE, Setting, Settings
from fer_desktop.ui import theme as look
from fer_desktop.ui.words import translate

_CASCADE: Final = "cascade"
_SHARE_OF_SCREEN: Final = 0.9
_AROUND: Final = 120
"""Height of the margins and buttons around the lines."""


class SettingsDialog(QDialog):
    """Shows every line of the table; `accepted_values` are what the user left there."""

    def __init__(
        self, settings: Settings, parent: QWidget, apply: Callable[[dict[str, str]], object]
    ) -> None:
        super().__init__(parent)
        self._apply = apply
        self.setWindowTitle(translate("Settings", "Settings"))
        self._editors: dict[str, QComboBox | QLineEdit] = {}
        form = QGridLayout()
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(4)
        form.setColumnMinimumWidth(1, 400)
        form.setColumnStretch(1, 1)
        for place, line in enumerate(TABLE):
            self._add_row(form, 3 * place, line, str(getattr(settings, line.name)))
        lines = QWidget()
        lines.setLayout(form)
        form.setContentsMargins(0, 0, 8, 0)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(lines)
        buttons = QDialogButtonBox()
        save = buttons.addButton(translate("Settings", "Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setObjectName("primary")
        buttons.addButton(translate("Settings", "Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        layout.addWidget(scroll, 1)
        layout.addWidget(buttons)
        wanted = lines.sizeHint()
        scroll.setMinimumWidth(wanted.width() + scroll.verticalScrollBar().sizeHint().width())
        most = int(_SHARE_OF_SCREEN * self.screen().availableSize().height())
        self.resize(self.sizeHint().width(), min(wanted.height() + _AROUND, most))

    def editor(self, name: str) -> QComboBox | QLineEdit:
        """The field of one setting."""
        return self._editors[name]

    def values(self) -> dict[str, str]:
        """What the fields hold now, by the names of the settings."""
        values = {}
        for name, editor in self._editors.items():
            text = str(editor.currentData()) if isinstance(editor, QComboBox) else editor.text().strip()
            values[name] = text or (_CASCADE if name == "detector" else "")
        return values

    def _accept(self) -> None:
        self._apply(self.values())
        self.accept()

    def _add_row(self, form: QGridLayout, row: int, line: Setting, value: str) -> None:
        title = QLabel(translate("Settings", line.title))
        title.setFont(look.font(bold=True))
        hint = QLabel(translate("Settings", line.sentence))
        hint.setObjectName("muted")
        hint.setFont(look.font(look.SMALL))
        form.addWidget(title, row, 0)
        if line.kind == "choice":
            form.addWidget(self._choice(line, value), row, 1)
        elif line.kind == "text":
            form.addWidget(self._text(line, value), row, 1)
        else:
            form.addLayout(self._path(line, value), row, 1)
        form.addWidget(hint, row + 1, 1)
        form.setRowMinimumHeight(row + 2, 8)

    def _choice(self, line: Setting, value: str) -> QComboBox:
        combo = QComboBox()
        for stored, text in line.choices:
            combo.addItem(translate("Settings", text), stored)
        combo.setCurrentIndex(max(0, combo.findData(value)))
        combo.setAccessibleName(translate("Settings", line.title))
        self._editors[line.name] = combo
        return combo

    def _text(self, line: Setting, value: str) -> QLineEdit:
        edit = QLineEdit(value)
        edit.setAccessibleName(translate("Settings", line.title))
        self._editors[line.name] = edit
        return edit

    def _path(self, line: Setting, value: str) -> QHBoxLayout:
        edit = QLineEdit("" if line.kind == "detector" and value == _CASCADE else value)
        edit.setAccessibleName(translate("Settings", line.title))
        edit.setPlaceholderText(translate("Settings", "Default"))
        browse = QPushButton(translate("Settings", "Choose…"))
        browse.clicked.connect(lambda: self._browse(line, edit))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(edit, 1)
        row.addWidget(browse)
        self._editors[line.name] = edit
        return row

    def _browse(self, line: Setting, edit: QLineEdit) -> None:
        title = translate("Settings", line.title)
        if line.kind == "folder":
            chosen = QFileDialog.getExistingDirectory(self, title, edit.text())
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, title, edit.text(), "ONNX (*.onnx)")
        if chosen:
            edit.setText(chosen)
