"""The settings dialog, made from the table of settings; what is chosen holds at once, and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fer_desktop.settings import TABLE, Setting, Settings, SettingsError
from fer_desktop.settings_files import export_settings, read_settings_file, shared_values
from fer_desktop.ui import theme as look
from fer_desktop.ui.readout import announce
from fer_desktop.ui.scrolled import QuietCombo, Scrolled
from fer_desktop.ui.told import told_error
from fer_desktop.ui.words import QT_TRANSLATE_NOOP, translate

_FILE_NAME: Final = "fer-desktop-settings.json"
_JSON: Final = "JSON (*.json)"
_EXPORT: Final = (
    QT_TRANSLATE_NOOP("Settings", "Export…"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "All of this as a file, for another computer. Cameras and recent files are not in it.",
    ),
)
_IMPORT: Final = (
    QT_TRANSLATE_NOOP("Settings", "Import…"),
    QT_TRANSLATE_NOOP("Settings", "Such a file, at once. One with anything wrong in it changes nothing."),
)
_RESET: Final = (
    QT_TRANSLATE_NOOP("Settings", "Reset"),
    QT_TRANSLATE_NOOP("Settings", "Everything here as it was at first. Undo brings it back."),
)


class SettingsDialog(QDialog):
    """Shows every line of the table."""

    def __init__(
        self, current: Callable[[], Settings], parent: QWidget, apply: Callable[[dict[str, str]], object]
    ) -> None:
        """`current` gives the settings of now, `apply` makes some of them hold."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._current = current
        self._apply = apply
        self._before: list[dict[str, str]] = []
        self._editors: dict[str, QComboBox | QLineEdit] = {}
        self._filling = False
        self.undo = QPushButton()
        self.undo.clicked.connect(self._undo)
        self._close = QPushButton()
        self._close.setObjectName("primary")
        self._close.clicked.connect(self.accept)
        self._trouble = QLabel()
        self._trouble.setObjectName("trouble")
        self._trouble.setWordWrap(True)
        self._trouble.setTextFormat(Qt.TextFormat.PlainText)
        self._trouble.hide()
        self.buttons: dict[str, QPushButton] = {}
        self._room = Scrolled(self._made())
        bar = QHBoxLayout()
        bar.addWidget(self.undo)
        bar.addStretch(1)
        bar.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        layout.addWidget(self._room)
        layout.addWidget(self._trouble)
        layout.addLayout(bar)
        for button in (self.undo, self._close):
            button.setAutoDefault(False)  # Return ends the typing of a folder, not the dialog
        self._write()

    def editor(self, name: str) -> QComboBox | QLineEdit:
        """The field of one setting."""
        return self._editors[name]

    @property
    def trouble(self) -> str:
        """What went wrong last; empty if nothing did."""
        return "" if self._trouble.isHidden() else self._trouble.text()

    def values(self) -> dict[str, str]:
        """What the fields hold now, by the names of the settings."""
        values = {}
        for name, editor in self._editors.items():
            chosen = editor.currentData() if isinstance(editor, QComboBox) else editor.text().strip()
            values[name] = str(chosen)
        return values

    def done(self, result: int) -> None:
        """A folder that is still being typed counts too."""
        self._take()
        super().done(result)

    def _take(self) -> None:
        """Make what the fields hold the settings."""
        if not self._filling:
            self._hold(self.values())

    def _hold(self, values: dict[str, str]) -> None:
        """Make these the settings at once, and remember what was."""
        before = shared_values(self._current())
        if {**before, **values} != before:
            self._before.append(before)
            self._change(values)
        self._tell("")

    def _undo(self) -> None:
        if self._before:
            self._change(self._before.pop())
        self._tell("")

    def _change(self, values: dict[str, str]) -> None:
        language = self._current().language
        self._apply(values)
        if self._current().language != language:
            self._room.replace(self._made())
            self._editors["language"].setFocus()
        self._fill()
        self._write()

    def _tell(self, trouble: str) -> None:
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        if trouble:
            announce(self, trouble)

    def _write(self) -> None:
        """What stands outside the fields, in the language of now."""
        self.setWindowTitle(translate("Settings", "Settings"))
        self.undo.setText(translate("Settings", "Undo"))
        self.undo.setEnabled(bool(self._before))
        self._close.setText(translate("Settings", "Close"))

    def _fill(self) -> None:
        """Let the fields show the settings of now."""
        self._filling = True
        for name, value in shared_values(self._current()).items():
            editor = self._editors[name]
            if isinstance(editor, QLineEdit):
                editor.setText(value)
            elif editor.findData(value) >= 0:
                editor.setCurrentIndex(editor.findData(value))
            else:
                _choose_file(editor, value)
        self._filling = False

    def _made(self) -> QWidget:
        """All fields, with the settings of now."""
        room = QWidget()
        form = QGridLayout(room)
        form.setContentsMargins(0, 0, 8, 0)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(4)
        form.setColumnMinimumWidth(1, 400)
        form.setColumnStretch(1, 1)
        for place, line in enumerate(TABLE):
            self._add_row(form, 3 * place, line)
        steps = ((_EXPORT, self._ask_export), (_IMPORT, self._ask_import), (_RESET, self._reset))
        for place, ((title, sentence), do) in enumerate(steps, len(TABLE)):
            button = QPushButton(translate("Settings", title))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, do=do: do())
            self.buttons[title] = button
            if title == _EXPORT[0]:
                form.addWidget(_title(translate("Settings", "All of these")), 3 * place, 0)
            form.addWidget(button, 3 * place, 1, Qt.AlignmentFlag.AlignLeft)
            _add_hint(form, 3 * place, translate("Settings", sentence))
        self._fill()
        return room

    def _add_row(self, form: QGridLayout, row: int, line: Setting) -> None:
        form.addWidget(_title(translate("Settings", line.title)), row, 0)
        if line.kind == "choice":
            form.addWidget(self._choice(line), row, 1)
        elif line.kind == "network":
            form.addLayout(self._network(line), row, 1)
        elif line.kind == "text":
            form.addWidget(self._text(line), row, 1)
        else:
            form.addLayout(self._folder(line), row, 1)
        _add_hint(form, row, translate("Settings", line.sentence))

    def _choice(self, line: Setting) -> QComboBox:
        combo = QuietCombo()
        for stored, text in line.choices:
            combo.addItem(translate("Settings", text), stored)
        combo.setAccessibleName(translate("Settings", line.title))
        combo.currentIndexChanged.connect(self._take)
        self._editors[line.name] = combo
        return combo

    def _text(self, line: Setting) -> QLineEdit:
        edit = QLineEdit()
        edit.setAccessibleName(translate("Settings", line.title))
        edit.editingFinished.connect(self._take)
        self._editors[line.name] = edit
        return edit

    def _network(self, line: Setting) -> QHBoxLayout:
        combo = self._choice(line)

        def browse() -> None:
            title = translate("Settings", line.title)
            chosen, _ = QFileDialog.getOpenFileName(self, title, str(combo.currentData()), "ONNX (*.onnx)")
            if chosen:
                _choose_file(combo, chosen)

        return _with_button(combo, line, browse)

    def _folder(self, line: Setting) -> QHBoxLayout:
        edit = QLineEdit()
        edit.setAccessibleName(translate("Settings", line.title))
        edit.setPlaceholderText(translate("Settings", "Default"))
        edit.editingFinished.connect(self._take)
        self._editors[line.name] = edit

        def browse() -> None:
            chosen = QFileDialog.getExistingDirectory(self, translate("Settings", line.title), edit.text())
            if chosen:
                edit.setText(chosen)
                self._take()

        return _with_button(edit, line, browse)

    def _ask_export(self) -> None:
        dialog = QFileDialog(self, translate("Settings", "Export the settings"), _FILE_NAME, _JSON)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(lambda chosen: self.export_to(Path(chosen)))
        dialog.open()

    def _ask_import(self) -> None:
        dialog = QFileDialog(self, translate("Settings", "Import settings"), "", _JSON)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: self.import_from(Path(chosen)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write what holds now to a file, or say why not."""
        try:
            export_settings(self._current(), path)
        except SettingsError as error:
            self._tell(told_error(error))
        else:
            self._tell("")

    def import_from(self, path: Path) -> None:
        """Take over a file, or say what is wrong with it."""
        try:
            values = read_settings_file(path)
        except SettingsError as error:
            self._tell(told_error(error))
        else:
            self._hold(values)

    def _reset(self) -> None:
        self._hold(shared_values(Settings()))


def _title(text: str) -> QLabel:
    title = QLabel(text)
    look.dress(title, bold=True)
    return title


def _add_hint(form: QGridLayout, row: int, text: str) -> None:
    hint = QLabel(text)
    hint.setObjectName("muted")
    hint.setWordWrap(True)
    look.dress(hint, look.SMALL)
    form.addWidget(hint, row + 1, 1)
    form.setRowMinimumHeight(row + 2, 8)


def _with_button(editor: QWidget, line: Setting, browse: Callable[[], None]) -> QHBoxLayout:
    button = QPushButton(translate("Settings", "Choose…"))
    title = translate("Settings", line.title)
    button.setAccessibleName(translate("Settings", "Choose: {title}").format(title=title))
    button.setAutoDefault(False)
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
