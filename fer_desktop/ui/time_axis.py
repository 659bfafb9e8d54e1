"""The axis under the curves: seconds before now, the time of day, media time, or numbers of pictures."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Final

import pyqtgraph as pg

from fer_desktop.ui import theme as look
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.words import translate

_STEPS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
_LONG_STEPS: Final = (60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0)
_TICK_PX: Final = 96


def minutes(seconds: float) -> str:
    """`1:05`, or `1:02:03` from an hour on."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def tenths(seconds: float) -> str:
    """`1:05.3`."""
    parts = round(10 * max(0.0, seconds))
    return f"{minutes(parts // 10)}.{parts % 10}"


def time_of_day(perf_s: float, *, tenth: bool = False) -> str:
    """The local time at a moment of `perf_counter`, like `14:03:20`."""
    moment = time.time() - time.perf_counter() + perf_s
    moment = round(moment, 1) if tenth else round(moment)
    text = time.strftime("%H:%M:%S", time.localtime(moment))
    return f"{text}.{round(10 * (moment % 1))}" if tenth else text


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Its numbers are times less `offset`."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._base = TimeBase.CLOCK
        self._offset: float | None = None

    def show_times(self, base: TimeBase, offset: float | None) -> None:
        """What the numbers mean; no `offset`: they are counted back from now."""
        if (base, offset) != (self._base, self._offset):
            self._base, self._offset = base, offset
            self.picture = None
            self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Few ticks, at whole seconds, minutes or pictures, so that no label stands twice."""
        fewest = max(2.0, size / look.px(_TICK_PX))
        steps = [*(_STEPS[3:] if self._base is TimeBase.INDEX else _STEPS), *_LONG_STEPS]
        step = next((s for s in steps if (high - low) / s <= fewest), steps[-1])
        shift = self._shift() % step
        first, last = math.ceil((low + shift) / step - 1e-6), math.floor((high + shift) / step + 1e-6)
        return [(step, [place * step - shift for place in range(first, last + 1)])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        if self._base is TimeBase.CLOCK and self._offset is None:
            now = translate("Timeline", "now")
            long = min(values, default=0.0) <= -100
            return [now if abs(v) < 1e-6 else _ago(-v, spacing, long=long) for v in values]
        times = [v + (self._offset or 0.0) for v in values]
        if self._base is TimeBase.CLOCK:
            return [time_of_day(t, tenth=spacing < 1) for t in times]
        if self._base is TimeBase.INDEX:
            return [f"{t + 1:.0f}" for t in times]
        return [tenths(t) if spacing < 1 else minutes(t) for t in times]

    def _shift(self) -> float:
        """What makes a number of the axis a time whose round values are worth a tick."""
        if self._offset is None:
            return 0.0
        if self._base is not TimeBase.CLOCK:
            return self._offset
        moment = time.time() - time.perf_counter() + self._offset
        return moment + time.localtime(moment).tm_gmtoff


def _ago(seconds: float, spacing: float, *, long: bool) -> str:
    if long:
        return f"−{minutes(seconds)}"
    return f"−{seconds:.1f} s" if spacing < 1 else f"−{seconds:.0f} s"
