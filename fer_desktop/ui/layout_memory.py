"""Where window and splitters were, as text for the settings."""

from __future__ import annotations

from base64 import b64decode, b64encode

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QSplitter

from fer_desktop.settings import Settings


def layout_of(window: QMainWindow, across: QSplitter, down: QSplitter) -> dict[str, str]:
    """The fields of `Settings` that bring this layout back."""
    return {
        "geometry": _text(window.saveGeometry()),
        "across": _text(across.saveState()),
        "down": _text(down.saveState()),
    }


def bring_back(settings: Settings, window: QMainWindow, across: QSplitter, down: QSplitter) -> None:
    """Lay out as it was; what cannot be read is left as it is."""
    if settings.geometry:
        window.restoreGeometry(_bytes(settings.geometry))
    for splitter, state in ((across, settings.across), (down, settings.down)):
        if state:
            splitter.restoreState(_bytes(state))


def _text(data: QByteArray) -> str:
    return b64encode(data.data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    try:
        return QByteArray(b64decode(text, validate=True))
    except ValueError:
        return QByteArray()  # somebody edited the file
