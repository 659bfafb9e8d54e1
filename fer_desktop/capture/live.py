"""What cameras and streams share: their own thread, a one-slot mailbox, and coming back when lost.

A driver's `read` may block for good when a cable is pulled, so nobody but this thread calls it. A
thread that hangs in a driver is left behind (it ends by itself when the driver answers) and a new
one looks for the device.
"""

from __future__ import annotations

import logging
import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from fer_desktop.capture.frame import Frame, Image
from fer_desktop.capture.source import Source, SourceState
from fer_desktop.errors import SourceError

log = logging.getLogger(__name__)

_READ_WAIT_S = 0.5
_STOP_WAIT_S = 1.0
_FAILED_READ_PAUSE_S = 0.01
_MORE_PATIENCE = 10


class LiveDevice(Protocol):
    """An opened camera or stream."""

    finished: bool
    """True once there is nothing more to come (a file that a server plays); never for cameras."""

    def read(self) -> Image | None:
        """The next picture (a new array); None if there was none. May block."""

    @property
    def fps(self) -> float | None:
        """The rate that the device says it has."""

    def release(self) -> None: ...


@dataclass(frozen=True, slots=True)
class LossRules:
    """When a live source counts as lost, and how often it is looked for."""

    failed_reads: int = 30
    no_frame_s: float = 2.0
    identical_s: float = 5.0
    """Some drivers repeat the last picture after unplugging; a real sensor always has noise.

    What stands still again after reopening (a virtual camera, a closed shutter) gets more time.
    """
    retry_s: float = 1.0
    open_s: float = 10.0
    """For opening and for the first picture together."""


class _Connection:
    """One opened device and the thread that reads it, until `stop` or until it fails."""

    def __init__(
        self, opener: Callable[[], LiveDevice], clock: Callable[[], float], rules: LossRules
    ) -> None:
        self._opener = opener
        self._clock = clock
        self._rules = rules
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._slot: tuple[Image, float] | None = None
        self._failed_reads = 0
        self.started_s = clock()
        self.last_frame_s: float | None = None
        self.differed_s = self.started_s
        self.fps: float | None = None
        self.error: SourceError | None = None
        self.over = False
        self.finished = False
        self._thread = threading.Thread(target=self._run, name="capture-device", daemon=True)
        self._thread.start()

    def take(self, wait_s: float) -> tuple[Image, float] | None:
        """The newest picture not yet taken and when it came; None if none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._slot is not None or self.over, wait_s)
            taken, self._slot = self._slot, None
            return taken

    def peek(self, wait_s: float) -> Image | None:
        """The picture that `take` would give, left in its place."""
        with self._changed:
            self._changed.wait_for(lambda: self._slot is not None or self.over, wait_s)
            return self._slot[0] if self._slot is not None else None

    @property
    def frozen(self) -> bool:
        """Whether the same picture has come for too long."""
        if self.last_frame_s is None:
            return False
        return self.last_frame_s - self.differed_s > self._rules.identical_s

    @property
    def lost(self) -> bool:
        """Whether the device has gone by the rules, as seen now."""
        now = self._clock()
        if self.over or self._failed_reads >= self._rules.failed_reads:
            return True
        if self.last_frame_s is None:
            return now - self.started_s > self._rules.open_s
        return now - self.last_frame_s > self._rules.no_frame_s or self.frozen

    def stop(self, wait_s: float) -> None:
        """Ask the thread to release the device; waits at most this long for it."""
        self._stop.set()
        self._thread.join(wait_s)

    def _run(self) -> None:
        try:
            device = self._opener()
            try:
                self.fps = device.fps
                self._pump(device)
            finally:
                device.release()
        except SourceError as error:
            self.error = error
        except Exception as error:
            # Drivers fail in ways of their own; whoever waits for this thread must hear of it.
            log.exception("a device failed")
            self.error = SourceError(
                f"This device failed ({error}).", "Plug it in again, or choose another source."
            )
        finally:
            self._finish()

    def _pump(self, device: LiveDevice) -> None:
        last: Image | None = None
        while not self._stop.is_set():
            image = device.read()
            now = self._clock()
            if device.finished:
                self.finished = True
                return
            if image is None:
                self._failed_reads += 1
                if self._failed_reads >= self._rules.failed_reads:
                    return
                self._stop.wait(_FAILED_READ_PAUSE_S)
                continue
            self._failed_reads = 0
            if last is None or not _identical(image, last):
                self.differed_s = now
            last = image
            with self._changed:
                self._slot = (image, now)
                self.last_frame_s = now
                self._changed.notify_all()

    def _finish(self) -> None:
        with self._changed:
            self.over = True
            self._changed.notify_all()


class LiveSource(Source):
    """A source that does not wait for its reader. Subclasses say how to open and find again."""

    def __init__(self, rules: LossRules, clock: Callable[[], float] = time.perf_counter) -> None:
        self._rules = rules
        self._clock = clock
        self._connection: _Connection | None = None
        self._next = 0
        self._sought_s = 0.0

    @abstractmethod
    def reopen(self) -> LiveDevice:
        """Open the device that was lost, and only that one; raises `SourceError`."""

    def read(self) -> Frame | None:
        connection = self._connection
        if self.state is SourceState.LOST:
            return self._look_again()
        if connection is None or self.state is not SourceState.OPEN:
            return None
        taken = connection.take(_READ_WAIT_S)
        if self._connection is not connection:
            return None  # closed meanwhile, by another thread
        if taken is not None and (connection.over or not connection.lost):
            return self._frame(taken)
        if connection.finished:
            self.state = SourceState.ENDED
        elif connection.lost:
            self._lose(connection)
        return None

    def close(self) -> None:
        self.state = SourceState.CLOSED
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.stop(_STOP_WAIT_S)

    def connect(self, opener: Callable[[], LiveDevice]) -> tuple[Image, float | None]:
        """Open for the first time; the first picture (still to be read) and the nominal rate.

        Raises the opener's `SourceError`, or one that says that no picture came.
        """
        self.close()
        connection = _Connection(opener, self._clock, self._rules)
        image = connection.peek(self._rules.open_s)
        if image is None:
            connection.stop(0.0)
            raise connection.error or SourceError(
                f"'{self.name}' gives no picture.",
                "Another program may be using it: close that, or plug it in again.",
            )
        self._connection = connection
        self._next = 0
        self.state = SourceState.OPEN
        return image, connection.fps

    def _frame(self, taken: tuple[Image, float] | None) -> Frame | None:
        if taken is None:
            return None
        image, captured_s = taken
        frame = Frame(self._next, image, captured_s)
        self._next += 1
        return frame

    def _lose(self, connection: _Connection) -> None:
        if connection.frozen:
            self._rules = replace(self._rules, identical_s=self._rules.identical_s * _MORE_PATIENCE)
        connection.stop(0.0)
        self._connection = None
        self._sought_s = self._clock()
        self.state = SourceState.LOST

    def _look_again(self) -> Frame | None:
        """One step of the search: at most one attempt at a time, and about one in `retry_s`."""
        connection = self._connection
        if connection is None:
            pause_s = self._sought_s + self._rules.retry_s - self._clock()
            if pause_s > 0:
                time.sleep(min(pause_s, 0.1))
                return None
            self._sought_s = self._clock()
            connection = self._connection = _Connection(self.reopen, self._clock, self._rules)
        taken = connection.take(_READ_WAIT_S)
        if self.state is not SourceState.LOST:
            connection.stop(0.0)  # closed meanwhile, by another thread
            return None
        if taken is not None:
            self.state = SourceState.OPEN
            return self._frame(taken)
        if connection.lost:
            self._lose(connection)
        return None


def _identical(image: Image, last: Image) -> bool:
    """Whether two pictures are the same to the last bit; a sample decides nearly always."""
    if image.shape != last.shape or not np.array_equal(image[::32, ::32], last[::32, ::32]):
        return False
    return bool(np.array_equal(image, last))
