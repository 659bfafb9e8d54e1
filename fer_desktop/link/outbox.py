"""The observer that hands results to the senders: a bounded queue and one thread, never in anybody's way."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from fer_desktop.engine.handover import without_image
from fer_desktop.engine.result import NOT_ANALYSED, Result
from fer_desktop.errors import LinkError
from fer_desktop.link.sender import Happened, LabelChanges, Seen, Sender

_WAITING: Final = 256
"""Some eight seconds of a camera; a live stream that is older than that is of no use."""
_STOP_S: Final = 3.0
_REMEDY: Final = "Switch it off and on again."

log = logging.getLogger(__name__)


class Outbox:
    """Sends what it is given in a thread of its own; the oldest is given up where a sender is too slow."""

    def __init__(self, open_senders: Callable[[], Sequence[Sender]], *, limit: int = _WAITING) -> None:
        """`open_senders` is called in the thread, as it may load a library; it may raise `LinkError`."""
        self._open_senders = open_senders
        self._limit = limit
        self._changed = threading.Condition()
        self._waiting: deque[Seen | Happened] = deque()
        self._source = 0
        self._stopping = False
        self._opened = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self.error: LinkError | None = None
        """Why nothing is sent, or not by all ways."""
        self.lost = 0
        """Messages that were given up."""

    def start(self) -> None:
        self._thread.start()

    def wait_opened(self, timeout_s: float) -> None:
        """Wait until everything is open; raises `LinkError` where that failed."""
        self._opened.wait(timeout_s)
        if self.error is not None:
            raise self.error

    def observe(self, result: Result, labels: tuple[str, ...]) -> None:
        """Take in one result of a network with these labels; returns at once.

        Frames that were passed over are not sent: the next one says how many there were.
        """
        if result.reason != NOT_ANALYSED:
            self._put(Seen(replace(result, frame=without_image(result.frame)), labels, self._source))

    def begin_source(self) -> None:
        """What is observed from now on comes from another source; its faces are others."""
        self._source += 1

    def event(self, kind: str, label: str = "", detail: str = "", at_s: float | None = None) -> None:
        """Tell that something happens now, or happened at `at_s` (`perf_counter`); returns at once."""
        self._put(Happened(time.perf_counter() if at_s is None else at_s, kind, label, detail))

    def stop(self) -> None:
        """Send what waits and close; gives a sender that hangs up after three seconds."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(_STOP_S)
        if self._thread.is_alive():
            log.warning("the live link did not end within %.0f s", _STOP_S)
        if self.lost:
            log.warning("the live link gave up %d messages", self.lost)

    def _put(self, message: Seen | Happened) -> None:
        with self._changed:
            if self._stopping:
                return
            if len(self._waiting) >= self._limit:
                self._waiting.popleft()
                self.lost += 1
            self._waiting.append(message)
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            senders = list(self._open_senders())
        except LinkError as error:
            self._fail(error)
            return
        except Exception as error:
            log.exception("the live link could not be opened")
            self._fail(LinkError(f"The live link cannot be opened ({error}).", _REMEDY))
            return
        finally:
            self._opened.set()
        try:
            self._send_until_stopped(senders)
        finally:
            for sender in senders:
                sender.close()

    def _fail(self, error: LinkError, left: Sequence[Sender] = ()) -> None:
        with self._changed:
            self.error = error
            if not left:
                self._stopping = True
                self._waiting.clear()

    def _send_until_stopped(self, senders: list[Sender]) -> None:
        changes, source = LabelChanges(), 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or bool(self._waiting))
                if not self._waiting:
                    return
                message = self._waiting.popleft()
            if isinstance(message, Seen) and message.source != source:
                changes, source = LabelChanges(), message.source
            events = changes.add(message.result) if isinstance(message, Seen) else [message]
            for sender in list(senders):
                try:
                    if isinstance(message, Seen):
                        sender.send_frame(message)
                    for event in events:
                        sender.send_event(event)
                except Exception as error:
                    # A fault of one sender must neither end the others nor fill the log 30 times a second.
                    log.exception("%s failed and is closed", type(sender).__name__)
                    senders.remove(sender)
                    sender.close()
                    self._fail(LinkError(f"The live link failed ({error}).", _REMEDY), left=senders)
