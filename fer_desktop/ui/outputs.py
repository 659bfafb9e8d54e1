"""Files that are made of sessions: written in a thread of their own, with progress, then offered."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from fer_desktop.errors import UserError
from fer_desktop.ui.notifications import Notification, Notifications, Severity
from fer_desktop.ui.recording import Endings
from fer_desktop.ui.words import translate

log = logging.getLogger(__name__)

_PROGRESS: Final = "output"

Report = Callable[[int, int], None]
"""How much is done, of how much."""
Write = Callable[[Report], str]
"""Writes the file and returns what is worth telling of it, perhaps nothing; raises `UserError`."""


class _StoppedError(UserError):
    """The user did not want it any more."""


class _Job:
    """One file on its way."""

    def __init__(self, out: Path, write: Write, show: Callable[[Path], object]) -> None:
        self.out = out
        self.show = show
        self.percent = 0
        self.told = -1
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
    """Files are written one after the other; the controller calls `tick` on its timer."""

    def __init__(self, endings: Endings, notifications: Notifications) -> None:
        self._endings = endings
        self._notifications = notifications
        self._job: _Job | None = None
        self._queue: deque[_Job] = deque()

    @property
    def busy(self) -> bool:
        return self._job is not None

    def make(self, out: Path, write: Write, show: Callable[[Path], object]) -> None:
        """Write a file, over one that is there, when those asked for before are done; `show` opens it when
        that is wanted."""
        self._notifications.withdraw(_told_of(out))
        # Who asks for more wants to see how it goes, also where the line about it was closed.
        self._notifications.withdraw(_PROGRESS)
        if self._job is not None:
            self._job.told = -1
        self._queue.append(_Job(out, write, show))
        self._begin_next()

    def cancel(self) -> None:
        """Give up what is being written; nothing half-written stays, and the next one begins."""
        if self._job is not None:
            self._job.wanted = False
            self._job = None
            self._notifications.withdraw(_PROGRESS)
            self._begin_next()

    def stop(self) -> None:
        """Give up all of it."""
        self._queue.clear()
        self.cancel()

    def tick(self) -> None:
        """Tell how it stands."""
        job = self._job
        if job is None:
            return
        if job.outcome is None:
            self._tell_progress(job)
            return
        self._job = None
        self._notifications.withdraw(_PROGRESS)
        self._tell_outcome(job, job.outcome)
        self._begin_next()

    def _begin_next(self) -> None:
        if self._job is None and self._queue:
            self._job = self._queue.popleft()
            self._endings.start(self._job.run)

    def _tell_outcome(self, job: _Job, outcome: str | UserError) -> None:
        if isinstance(outcome, UserError):
            self._notifications.post_error(outcome, _told_of(job.out))
            return
        sentence = translate("Outputs", "Written: {name}").format(name=job.out.name)
        action = translate("Outputs", "Open")
        self._notifications.post(
            Notification(
                Severity.DONE,
                sentence,
                outcome,
                _told_of(job.out),
                action,
                lambda: job.show(job.out),
                stays=bool(outcome),
            )
        )

    def _tell_progress(self, job: _Job) -> None:
        if job.percent == job.told:
            return
        job.told = job.percent
        text = translate("Outputs", "Writing {name} … {percent} %")
        sentence = text.format(name=job.out.name, percent=job.percent)
        cancel = translate("Outputs", "Cancel")
        self._notifications.post(
            Notification(Severity.PROGRESS, sentence, "", _PROGRESS, cancel, self.cancel)
        )


def _told_of(out: Path) -> str:
    """What became of a file is told once: the next time takes its place."""
    return f"{_PROGRESS} {out}"
