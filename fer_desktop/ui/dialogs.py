"""The settings dialog, made from the table of settings; dialogs never block the picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fer_desktop.settings import TABLE, Setting, Settings
from fer_desktop.ui import theme as look
from fer_desktop.ui.scrolled import Scrolled
from fer_desktop.ui.words import translate


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
        buttons = QDialogButtonBox()
        save = buttons.addButton(translate("Settings", "Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setObjectName("primary")
        buttons.addButton(translate("Settings", "Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        room = QWidget()
        form.setContentsMargins(0, 0, 8, 0)
        room.setLayout(form)
        layout.addWidget(Scrolled(room))
        layout.addWidget(buttons)

    def editor(self, name: str) -> QComboBox | QLineEdit:
        """The field of one setting."""
        return self._editors[name]

    def values(self) -> dict[str, str]:
        """What the fields hold now, by the names of the settings."""
        values = {}
        for name, editor in self._editors.items():
            chosen = editor.currentData() if isinstance(editor, QComboBox) else editor.text().strip()
            values[name] = str(chosen)
        return values

    def _accept(self) -> None:
        self._apply(self.values())
        self.accept()

    def _add_row(self, form: QGridLayout, row: int, line: Setting, value: str) -> None:
        title = QLabel(translate("Settings", line.title))
        look.dress(title, bold=True)
        hint = QLabel(translate("Settings", line.sentence))
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        look.dress(hint, look.SMALL)
        form.addWidget(title, row, 0)
        if line.kind == "choice":
            form.addWidget(self._choice(line, value), row, 1)
        elif line.kind == "network":
            form.addLayout(self._network(line, value), row, 1)
        elif line.kind == "text":
            form.addWidget(self._text(line, value), row, 1)
        else:
            form.addLayout(self._folder(line, value), row, 1)
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

    def _network(self, line: Setting, value: str) -> QHBoxLayout:
        combo = self._choice(line, value)
        _choose_file(combo, value)

        def browse() -> None:
            title = translate("Settings", line.title)
            chosen, _ = QFileDialog.getOpenFileName(self, title, str(combo.currentData()), "ONNX (*.onnx)")
            if chosen:
                _choose_file(combo, chosen)

        return _with_button(combo, browse)

    def _folder(self, line: Setting, value: str) -> QHBoxLayout:
        edit = QLineEdit(value)
        edit.setAccessibleName(translate("Settings", line.title))
        edit.setPlaceholderText(translate("Settings", "Default"))
        self._editors[line.name] = edit

        def browse() -> None:
            chosen = QFileDialog.getExistingDirectory(self, translate("Settings", line.title), edit.text())
            if chosen:
                edit.setText(chosen)

        return _with_button(edit, browse)


def _with_button(editor: QWidget, browse: Callable[[], None]) -> QHBoxLayout:
    button = QPushButton(translate("Settings", "Choose…"))
    button.clicked.connect(browse)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(editor, 1)
    row.addWidget(button)
    return row


def _choose_file(combo: QComboBox, path: str) -> None:
    """Choose this file, which is added to the list if it is new there."""
    if combo.findData(path) < 0:
        combo.addItem(Path(path).name, path)
        combo.setItemData(combo.count() - 1, path, Qt.ItemDataRole.ToolTipRole)
    combo.setCurrentIndex(combo.findData(path))
