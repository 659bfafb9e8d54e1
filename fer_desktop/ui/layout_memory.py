"""Where window and splitters were, as text for the settings."""

from __future__ import annotations

from base64 import b64decode, b64encode

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QSplitter

from fer_desktop.settings import Settings
from fer_desktop.settings_store import SettingsStore


def layout_of(window: QMainWindow, across: QSplitter, down: QSplitter) -> dict[str, str]:
    """The fields of `Settings` that bring this layout back."""
    return {
        "geometry": to_text(window.saveGeometry()),
        "across": to_text(across.saveState()),
        "down": to_text(down.saveState()),
    }


def keep(
    window: QMainWindow,
    splitters: tuple[QSplitter, QSplitter],
    store: SettingsStore,
    **more: object,
) -> None:
    """Remember where all of it is, and more of the settings; raises `SettingsError`."""
    if not window.isFullScreen():
        store.change(**layout_of(window, *splitters), **more)


def bring_back(settings: Settings, window: QMainWindow, across: QSplitter, down: QSplitter) -> None:
    """Lay out as it was; what cannot be read is left as it is."""
    if settings.geometry:
        window.restoreGeometry(from_text(settings.geometry))
    for splitter, state in ((across, settings.across), (down, settings.down)):
        if state:
            splitter.restoreState(from_text(state))


def to_text(data: QByteArray) -> str:
    """Qt's own bytes as text for the settings."""
    return b64encode(data.data()).decode("ascii")


def from_text(text: str) -> QByteArray:
    """What `to_text` wrote; empty where that was changed."""
    try:
        return QByteArray(b64decode(text, validate=True))
    except ValueError:
        return QByteArray()  # somebody edited the file
