"""The reminder, when the program starts, of recordings that are kept for too long."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from fer_desktop.session.kept import Kept, expired, kept_in
from fer_desktop.ui.notifications import Notification, Notifications, Severity
from fer_desktop.ui.recording import Endings
from fer_desktop.ui.words import translate


class Reminder(QObject):
    """Tells once which recordings are past their last day; deletes nothing."""

    _found = Signal(int, str)

    def __init__(self, notifications: Notifications) -> None:
        super().__init__()
        self._notifications = notifications
        self._looking = Endings()
        self._closing = threading.Event()
        # A bound method of a QObject: it is called in the GUI's thread.
        self._found.connect(self._tell)

    @property
    def looking(self) -> bool:
        return self._looking.busy

    def look(self, folder: Path) -> None:
        """Look through the folder of the recordings in a thread; a folder that is not there has none."""
        self._looking.start(lambda: self._look(folder))

    def stop(self) -> None:
        """The window closes."""
        self._closing.set()
        self._looking.join()

    def _look(self, folder: Path) -> None:
        found = [kept for kept in kept_in(folder, self._closing.is_set) if isinstance(kept, Kept)]
        over = expired(found, date.today())
        if over and not self._closing.is_set():
            self._found.emit(len(over), str(folder))

    def _tell(self, count: int, folder: str) -> None:
        self._notifications.post(
            Notification(
                Severity.INFO,
                translate("Reminder", "Recordings past their last day: {count}.").format(count=count),
                translate("Reminder", "'fer-desktop expired' lists them."),
                "expired",
                translate("Commands", "Open folder"),
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)),
            )
        )
