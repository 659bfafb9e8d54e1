"""Recordings that were cut off: looked for at the start, offered, and made whole if that is wanted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from fer_desktop.errors import SessionError
from fer_desktop.session.recovery import BeingRecordedError, Recovered, recover, sessions_to_recover
from fer_desktop.ui.notifications import Notification, Notifications, Severity
from fer_desktop.ui.words import translate

_TOLD: Final = "rescue"
_STOP_S: Final = 3.0


class Rescue:
    """Looks and recovers in a thread of its own; `tick` tells in the GUI thread what came of it.

    The thread may be left behind when the program ends: a recovery that is cut off can be done again.
    """

    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._news: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def look(self, parent: Path) -> None:
        """Look for recordings that were cut off, and offer to recover them."""
        self._start(lambda: self._news.put(partial(self._offer, sessions_to_recover(parent))))

    def tick(self) -> None:
        """Tell what is new."""
        while True:
            try:
                tell = self._news.get_nowait()
            except Empty:
                return
            tell()

    def stop(self) -> None:
        """End after the session that is being recovered."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_S)

    def _start(self, work: Callable[[], None]) -> None:
        # A disk that does not answer must not keep the program from ending.
        self._thread = threading.Thread(target=work, name="fer-rescue", daemon=True)
        self._thread.start()

    def _recover(self, found: Sequence[Path]) -> None:
        done: list[Recovered] = []
        errors: list[SessionError] = []
        for number, folder in enumerate(found, 1):
            if self._stopping.is_set():
                return
            self._news.put(partial(self._tell_progress, number, len(found), folder))
            try:
                recovered = recover(folder)
            except BeingRecordedError:
                continue
            except SessionError as error:
                errors.append(error)
            else:
                done += [recovered] if recovered is not None else []
        self._news.put(partial(self._tell_outcome, done, errors))

    def _offer(self, found: Sequence[Path]) -> None:
        if not found:
            return
        if len(found) == 1:
            sentence = translate("Rescue", "A recording was cut off: {name}.").format(name=found[0].name)
        else:
            sentence = translate("Rescue", "{count} recordings were cut off.").format(count=len(found))
        self._notifications.post(
            Notification(
                Severity.WARNING,
                sentence,
                translate("Rescue", "What was written until then is there and can be made whole."),
                _TOLD,
                translate("Rescue", "Recover"),
                lambda: self._start(lambda: self._recover(found)),
            )
        )

    def _tell_progress(self, number: int, count: int, folder: Path) -> None:
        text = translate("Rescue", "Recovering {number} of {count}: {name}")
        self._tell(Severity.PROGRESS, text.format(number=number, count=count, name=folder.name))

    def _tell_outcome(self, done: Sequence[Recovered], errors: Sequence[SessionError]) -> None:
        self._notifications.withdraw(_TOLD)
        if len(done) == 1:
            (one,) = done
            text = translate("Rescue", "Recovered: {name} ({frames} frames, {seconds} s).")
            name, seconds = one.folder.name, f"{one.seconds:.1f}"
            self._tell(Severity.DONE, text.format(name=name, frames=one.coverage.frames, seconds=seconds))
        elif done:
            text = translate("Rescue", "{count} recordings are recovered.")
            self._tell(Severity.DONE, text.format(count=len(done)))
        for error in errors:
            self._notifications.post_error(error)

    def _tell(self, severity: Severity, sentence: str) -> None:
        self._notifications.post(Notification(severity, sentence, replace=_TOLD))
