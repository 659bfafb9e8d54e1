"""The licences of all that the program is made with, as they were collected when it was built."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from fer_desktop import paths
from fer_desktop.ui.theme import px
from fer_desktop.ui.words import translate


def licences_dialog(parent: QWidget) -> QDialog:
    """One long text to read, search and copy from."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(translate("About", "Licences of what it is made with"))
    text = QPlainTextEdit()
    text.setReadOnly(True)
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    text.setAccessibleName(dialog.windowTitle())
    text.setPlainText(_collected())
    buttons = QDialogButtonBox()
    buttons.addButton(translate("Help", "Close"), QDialogButtonBox.ButtonRole.RejectRole)
    buttons.rejected.connect(dialog.close)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 24, 24, 24)
    layout.setSpacing(16)
    layout.addWidget(text)
    layout.addWidget(buttons)
    dialog.resize(px(760), px(560))
    return dialog


def _collected() -> str:
    try:
        return paths.licences_file().read_text(encoding="utf-8")
    except OSError:
        return translate("About", "The licences are missing from this installation; install it again.")
