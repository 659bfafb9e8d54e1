"""Which stretch of time the timeline shows: it follows what is new, or stays where it was put."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from fer_desktop.ui.moments import TimeBase

SPAN_S: Final = 60.0
_SPAN_PICTURES: Final = 100.0
_PAGE: Final = 10.0
_NARROWEST: Final = 1.0
_SNAP: Final = 0.03
"""A view that is zoomed and ends so near to now, in parts of its width, follows it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time."""

    start: float
    end: float

    @property
    def width(self) -> float:
        return self.end - self.start


class Lens:
    """All times in the history's time base; `first` and `last` are those between which one may look."""

    def __init__(self, time_base: TimeBase, duration: float | None = None, *, whole: bool = False) -> None:
        """`duration` where it is known; `whole` shows all of it at first, not pages."""
        self._base = time_base
        self._duration = duration
        self._whole = whole
        self._width = SPAN_S
        self._held: Span | None = None
        self._now = Span(-SPAN_S, 0.0)

    @property
    def follows(self) -> bool:
        """Whether the view moves by itself."""
        return self._held is None

    def follow(self) -> None:
        """Back to what is new, at the usual width."""
        self._held = None
        self._width = SPAN_S

    def span(self, first: float, last: float) -> Span:
        """What is shown now, given the first time that is known and the one to follow."""
        self._now = self._held or self._following(first, last)
        return self._now

    def _following(self, first: float, last: float) -> Span:
        if self._base is TimeBase.CLOCK:
            return Span(last - self._width, last)
        whole = SPAN_S if self._base is TimeBase.MEDIA else _SPAN_PICTURES
        if self._duration is not None and (self._whole or self._duration <= whole):
            return Span(min(first, 0.0), max(self._duration, 1.0))
        end = max(whole, math.ceil(last / _PAGE) * _PAGE)
        return Span(end - whole, end)

    def zoom(self, factor: float, around: float, first: float, last: float) -> None:
        """Show `factor` times as much, with the time `around` where it is."""
        now = self._now
        widest = self._limits(first, last).width
        width = min(max(now.width * factor, min(_NARROWEST, widest)), widest)
        share = (around - now.start) / now.width
        start = around - share * width
        if self._base is TimeBase.CLOCK and last - (start + width) <= _SNAP * width:
            start = last - width
        self._put(start, width, first, last)

    def move(self, by: float, first: float, last: float) -> None:
        """Go this much later, or earlier where it is negative."""
        now = self._now
        self._put(now.start + by, now.width, first, last)

    def reveal(self, t: float, first: float, last: float) -> None:
        """Make sure that a time can be seen; a camera's view stays there while time goes on."""
        now = self._held or self._following(first, last)
        inside = now.start <= t <= now.end
        if not inside:
            limits = self._limits(first, last)
            start = max(min(t - now.width / 2, limits.end - now.width), limits.start)
            now = Span(start, start + now.width)
        if not inside or self._base is TimeBase.CLOCK:
            self._held = self._now = now

    def _limits(self, first: float, last: float) -> Span:
        if self._base is TimeBase.CLOCK:
            return Span(min(first, last - SPAN_S), last)
        return Span(min(first, 0.0), max(self._duration or 0.0, last, 1.0))

    def _put(self, start: float, width: float, first: float, last: float) -> None:
        limits = self._limits(first, last)
        if self._base is TimeBase.CLOCK and start + width >= last:
            self._held, self._width = None, width
            self._now = Span(last - width, last)
            return
        start = max(min(start, limits.end - width), limits.start)
        self._held = self._now = Span(start, start + width)
