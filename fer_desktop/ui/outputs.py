"""Files that are made of sessions: written in a thread of their own, with progress, then offered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from fer_desktop.errors import UserError
from fer_desktop.ui.notifications import Notification, Notifications, Severity
from fer_desktop.ui.recording import Endings
from fer_desktop.ui.words import translate

log = logging.getLogger(__name__)

_TOLD: Final = "output"

Report = Callable[[int, int], None]
"""How much is done, of how much."""
Write = Callable[[Report], str]
"""Writes the file and returns what is worth telling of it, perhaps nothing; raises `UserError`."""


class _StoppedError(UserError):
    """The user did not want it any more."""


class _Job:
    """One file on its way."""

    def __init__(self, out: Path, write: Write) -> None:
        self.out = out
        self.percent = 0
        self.wanted = True
        self.outcome: str | UserError | None = None
        self._write = write

    def run(self) -> None:
        try:
            self.outcome = self._write(self._report)
        except UserError as error:
            self.outcome = error
        except Exception as error:
            # A thread that dies silently would leave a file that never comes: the fault is shown.
            log.exception("a file could not be written")
            self.outcome = UserError(f"'{self.out.name}' could not be written: {error}")

    def _report(self, done: int, total: int) -> None:
        if not self.wanted:
            raise _StoppedError("Stopped.")
        self.percent = round(100 * done / total) if total else 0


class Outputs:
    """At most one file is being written; the controller calls `tick` on its timer."""

    def __init__(self, endings: Endings, notifications: Notifications) -> None:
        self._endings = endings
        self._notifications = notifications
        self._job: _Job | None = None
        self._told = -1
        self._show: Callable[[Path], object] = lambda _: None

    @property
    def busy(self) -> bool:
        return self._job is not None

    def make(self, out: Path, write: Write, show: Callable[[Path], object]) -> None:
        """Begin to write a file, over one that is there; `show` opens it when that is wanted."""
        self.stop()
        self._show = show
        self._told = -1
        self._job = job = _Job(out, write)
        self._endings.start(job.run)

    def stop(self) -> None:
        """Give up what is being written; nothing half-written stays."""
        if self._job is not None:
            self._job.wanted = False
            self._job = None
            self._notifications.withdraw(_TOLD)

    def tick(self) -> None:
        """Tell how it stands."""
        job = self._job
        if job is None:
            return
        if job.outcome is None:
            self._tell_progress(job)
            return
        self._job = None
        if isinstance(job.outcome, UserError):
            self._notifications.post_error(job.outcome, _TOLD)
            return
        sentence = translate("Outputs", "Written: {name}").format(name=job.out.name)
        action = translate("Outputs", "Open")
        show, out = self._show, job.out
        self._notifications.post(
            Notification(Severity.DONE, sentence, job.outcome, _TOLD, action, lambda: show(out))
        )

    def _tell_progress(self, job: _Job) -> None:
        if job.percent == self._told:
            return
        self._told = job.percent
        text = translate("Outputs", "Writing {name} … {percent} %")
        sentence = text.format(name=job.out.name, percent=job.percent)
        cancel = translate("Outputs", "Cancel")
        self._notifications.post(Notification(Severity.INFO, sentence, "", _TOLD, cancel, self.stop))
