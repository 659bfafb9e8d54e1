"""Counting frames, and their rates over the last moments."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

WINDOW_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Counters:
    """What happened to the frames since the start. read = analysed + dropped + those under way."""

    read: int = 0
    analysed: int = 0
    dropped: int = 0
    """Passed over: not analysed because a newer frame was there, or on purpose."""
    faceless: int = 0
    """Analysed, without a face."""
    capture_fps: float = 0.0
    analysis_fps: float = 0.0


class _Rate:
    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=1000)

    def tick(self, now: float) -> None:
        self._times.append(now)

    def per_second(self, now: float) -> float:
        recent = [t for t in self._times if now - t <= WINDOW_S]
        if len(recent) < 2:
            return 0.0
        return (len(recent) - 1) / (recent[-1] - recent[0]) if recent[-1] > recent[0] else 0.0


class Tally:
    """Thread-safe counting behind `Counters`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._capture, self._analysis = _Rate(), _Rate()
        self._read = self._analysed = self._dropped = self._faceless = 0

    def read(self) -> None:
        with self._lock:
            self._read += 1
            self._capture.tick(time.perf_counter())

    def analysed(self, *, faceless: bool) -> None:
        with self._lock:
            self._analysed += 1
            self._faceless += faceless
            self._analysis.tick(time.perf_counter())

    def dropped(self) -> None:
        with self._lock:
            self._dropped += 1

    def counters(self) -> Counters:
        now = time.perf_counter()
        with self._lock:
            return Counters(
                self._read,
                self._analysed,
                self._dropped,
                self._faceless,
                self._capture.per_second(now),
                self._analysis.per_second(now),
            )
