"""The two clocks of a session, tied together once: a steady one for order, UTC for the calendar."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class SessionClock:
    """The moment a session began, on both clocks. The wall clock is never asked again.

    So `t_s` cannot jump when the computer's time is corrected, and `utc` is `t_s` plus a constant.
    """

    epoch_s: float
    """Seconds since 1970 (UTC)."""
    perf_s: float
    """`time.perf_counter()` of the same moment."""

    @classmethod
    def now(cls) -> SessionClock:
        """Read both clocks as nearly at once as the system allows."""
        readings = []
        for _ in range(5):
            before, epoch_s, after = time.perf_counter(), time.time(), time.perf_counter()
            readings.append((after - before, cls(epoch_s, (before + after) / 2)))
        return min(readings, key=lambda reading: reading[0])[1]

    def t_s(self, perf_s: float) -> float:
        """Seconds since the session began; negative for moments before it."""
        return perf_s - self.perf_s

    def utc(self, t_s: float) -> str:
        """ISO 8601 with milliseconds and `Z`."""
        # Rounded first: isoformat cuts off.
        moment = datetime.fromtimestamp(round(self.epoch_s + t_s, 3), UTC)
        return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"

    @property
    def start(self) -> datetime:
        """The beginning, in UTC."""
        return datetime.fromtimestamp(self.epoch_s, UTC)
