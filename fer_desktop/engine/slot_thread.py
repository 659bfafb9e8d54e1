"""A thread that works on the newest of what it is given, and never keeps the giver waiting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

log = logging.getLogger(__name__)

_JOIN_S: Final = 5.0

T = TypeVar("T")


class SlotThread(Generic[T]):
    """`start`, then `put` as often as there is something; `stop` at the end.

    In the thread, `work` calls `next` until it is None, and may `rest` in between.
    """

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self._condition = threading.Condition()
        self._waiting: T | None = None
        self._stopped = False
        self._thread = threading.Thread(target=work, name=name, daemon=True)

    @property
    def waits(self) -> bool:
        """Whether something was put that the thread has not taken yet."""
        with self._condition:
            return self._waiting is not None

    def start(self) -> None:
        self._thread.start()

    def put(self, item: T) -> None:
        """Put it in the place of the one that waits; returns at once."""
        with self._condition:
            self._waiting = item
            self._condition.notify()

    def next(self) -> T | None:
        """What was put last, when there is something; None at the end. For the thread itself."""
        with self._condition:
            self._condition.wait_for(lambda: self._stopped or self._waiting is not None)
            if self._stopped:
                return None
            item, self._waiting = self._waiting, None
            return item

    def rest(self, seconds: float) -> None:
        """Wait for so long, or until the end. For the thread itself."""
        with self._condition:
            self._condition.wait_for(lambda: self._stopped, seconds)

    def stop(self) -> None:
        """End the thread and wait for it."""
        with self._condition:
            self._stopped = True
            self._condition.notify()
        if self._thread.is_alive():
            self._thread.join(_JOIN_S)
            if self._thread.is_alive():
                log.warning("the thread %s did not end within %.0f s", self._thread.name, _JOIN_S)
