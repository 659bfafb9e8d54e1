"""The settings dialog, made from the table of settings; dialogs never block the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fer_desktop.settings import TABLE, Setting, Settings
from fer_desktop.ui import theme as look
from fer_desktop.ui.words import translate

_CASCADE: Final = "cascade"


class SettingsDialog(QDialog):
    """Shows every line of the table; `accepted_values` are what the user left there."""

    def __init__(
        self, settings: Settings, parent: QWidget, apply: Callable[[dict[str, str]], object]
    ) -> None:
        super().__init__(parent)
        self._apply = apply
        self.setWindowTitle(translate("Settings", "Settings"))
        self.setMinimumWidth(560)
        self._editors: dict[str, QComboBox | QLineEdit] = {}
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(16)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for line in TABLE:
            title = QLabel(translate("Settings", line.title))
            title.setFont(look.font(bold=True))
            form.addRow(title, self._row(line, str(getattr(settings, line.name))))
        buttons = QDialogButtonBox()
        save = buttons.addButton(translate("Settings", "Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setObjectName("primary")
        buttons.addButton(translate("Settings", "Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(24)
        layout.addLayout(form)
        layout.addWidget(buttons)

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

    def _row(self, line: Setting, value: str) -> QWidget:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._choice(line, value) if line.kind == "choice" else self._path(line, value))
        hint = QLabel(translate("Settings", line.sentence))
        hint.setObjectName("muted")
        hint.setFont(look.font(look.SMALL))
        hint.setWordWrap(True)
        column.addWidget(hint)
        return row

    def _choice(self, line: Setting, value: str) -> QWidget:
        combo = QComboBox()
        for stored, text in line.choices:
            combo.addItem(translate("Settings", text), stored)
        combo.setCurrentIndex(max(0, combo.findData(value)))
        combo.setAccessibleName(translate("Settings", line.title))
        self._editors[line.name] = combo
        return combo

    def _path(self, line: Setting, value: str) -> QWidget:
        edit = QLineEdit("" if line.kind == "detector" and value == _CASCADE else value)
        edit.setAccessibleName(translate("Settings", line.title))
        edit.setPlaceholderText(translate("Settings", "Default"))
        browse = QPushButton(translate("Settings", "Choose…"))
        browse.clicked.connect(lambda: self._browse(line, edit))
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(edit, 1)
        row.addWidget(browse)
        self._editors[line.name] = edit
        return both

    def _browse(self, line: Setting, edit: QLineEdit) -> None:
        title = translate("Settings", line.title)
        if line.kind == "folder":
            chosen = QFileDialog.getExistingDirectory(self, title, edit.text())
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, title, edit.text(), "ONNX (*.onnx)")
        if chosen:
            edit.setText(chosen)
