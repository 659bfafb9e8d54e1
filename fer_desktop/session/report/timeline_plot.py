"""The timeline of one face: a row for each expression, grey where the face was not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import COLOURS, UNSURE
from fer_desktop.session.report.html import Html
from fer_desktop.session.report.svg import (
    FAINT,
    INK,
    UNSEEN,
    WIDTH,
    clock,
    drawing,
    filled,
    hatched,
    line,
    path,
    rect,
    text,
    time_ticks,
)
from fer_desktop.session.report.timeline import Course, FaceCourse

_LEFT: Final = 84.0
_RIGHT: Final = 52.0
_TOP: Final = 34.0
_ROW: Final = 34.0
_HILL: Final = 22.0
"""Height of a probability of 1."""
_BAR: Final = 5.0
"""Height of the bar where a label is the answer."""
_BETWEEN_NUMBERS: Final = 15.0

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def timeline_plot(
    course: Course, face_id: int, shares: Sequence[float | None], events: Sequence[tuple[int, float]]
) -> Html:
    """`shares` of the labels and unsure are written at the right; events are numbers with their times."""
    face = course.faces[face_id]
    names = (*course.labels, UNSURE)
    bottom = _TOP + _ROW * len(names)
    axis = _Axis(course, len(face.seen))
    shapes: list[Html] = list(_ground(course, face, axis, bottom))
    for place, (name, share) in enumerate(zip(names, shares, strict=True)):
        base = _TOP + _ROW * place + _HILL + 3
        shapes.append(text(_LEFT - 8, base, name, anchor="end"))
        if share is not None:
            shapes.append(text(WIDTH, base, f"{100 * share:.1f} %", anchor="end"))
        if name != UNSURE:
            shapes += _hill(face, place, base, axis, COLOURS[name])
        shapes.append(line(_LEFT, base, WIDTH - _RIGHT, base))
        for begin, end in _runs(face.top[:, place] >= 0.5):
            shapes.append(filled(axis.x(begin), base + 1.5, axis.x(end) - axis.x(begin), _BAR, label=name))
    shapes += _seen_strip(face, bottom + 4, axis)
    shapes += _time_axis(axis, bottom + 22)
    shapes += _events(events, axis, bottom)
    description = (
        f"Rows of {', '.join(course.labels)}: hills are the mean probability, bars below them mark when that "
        f"was the label. From {clock(course.start_s)} to {clock(course.end_s)}."
    )
    return drawing(bottom + 42, f"Timeline of face {face_id}", description, shapes)


class _Axis:
    def __init__(self, course: Course, columns: int) -> None:
        self.start_s, self.end_s = course.start_s, course.end_s
        self._step = (WIDTH - _LEFT - _RIGHT) / columns

    def x(self, column: float) -> float:
        return _LEFT + self._step * column

    def at(self, time_s: float) -> float:
        share = (time_s - self.start_s) / (self.end_s - self.start_s)
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * min(1.0, max(0.0, share))


def _ground(course: Course, face: FaceCourse, axis: _Axis, bottom: float) -> Iterator[Html]:
    """Grey where the face was not seen, hatched where nobody looked."""
    unseen = face.seen <= 0
    for begin, end in _runs(unseen & (course.watched > 0)):
        yield rect(axis.x(begin), _TOP, axis.x(end) - axis.x(begin), bottom - _TOP, UNSEEN)
    for begin, end in _runs(unseen & (course.watched <= 0)):
        width = axis.x(end) - axis.x(begin)
        yield hatched(axis.x(begin), _TOP, width, bottom - _TOP, fill=UNSEEN, stroke="#A7ADB8", step=7)


def _hill(face: FaceCourse, place: int, base: float, axis: _Axis, colour: str) -> Iterator[Html]:
    mean, low, high = face.mean[:, place], face.low[:, place], face.high[:, place]
    band, area, edge = "", "", ""
    for begin, end in _runs(np.isfinite(mean)):
        stretch = slice(begin, end)
        top = _stairs(high[stretch], begin, base, axis)
        back = _stairs(low[stretch][::-1], end, base, axis, backwards=True)
        if (high[stretch] - low[stretch]).max() > 0.02:
            band += f"M{top}L{back}Z"
        stairs = _stairs(mean[stretch], begin, base, axis)
        area += f"M{axis.x(begin):.1f} {base:.1f}L{stairs}V{base:.1f}Z"
        edge += f"M{stairs}"
    if band:
        yield path(band, fill=colour, opacity=0.35)
    yield path(area, fill=colour)
    yield path(edge, stroke=INK, width=0.4 if band else 0.7)


def _stairs(values: Floats, column: int, base: float, axis: _Axis, *, backwards: bool = False) -> str:
    """`x y H x V y ...`: each column level; steps under a tenth of a unit are left out."""
    heights = np.round(base - _HILL * values, 1).tolist()
    written, level = f"{axis.x(column):.1f} {heights[0]:g}", heights[0]
    for number, height in enumerate(heights):
        if height != level:
            place = column - number if backwards else column + number
            written += f"H{axis.x(place):.1f}V{height:g}"
            level = height
    last = column - len(heights) if backwards else column + len(heights)
    return f"{written}H{axis.x(last):.1f}"


def _seen_strip(face: FaceCourse, top: float, axis: _Axis) -> Iterator[Html]:
    """How much of each column's time the face was seen."""
    yield text(_LEFT - 8, top + 9, "seen", anchor="end", fill=FAINT)
    area = ""
    shares = np.minimum(face.seen, 1.0)
    for begin, end in _runs(shares > 0):
        area += f"M{axis.x(begin):.1f} {top + 9:.1f}"
        level = -1.0
        for column in range(begin, end):
            height = round(float(shares[column]), 1)
            if height != level:
                area += f"{'L' if level < 0 else 'H'}{axis.x(column):.1f}"
                area += f" {top + 9 - 9 * height:.1f}" if level < 0 else f"V{top + 9 - 9 * height:.1f}"
                level = height
        area += f"H{axis.x(end):.1f}V{top + 9:.1f}Z"
    yield path(area, fill=FAINT)


def _time_axis(axis: _Axis, y: float) -> Iterator[Html]:
    for tick_s in time_ticks(axis.start_s, axis.end_s):
        x = axis.at(tick_s)
        yield line(x, y - 6, x, y - 1, stroke=FAINT)
        yield text(x, y + 12, clock(tick_s), anchor="middle", fill=FAINT)


def _events(events: Sequence[tuple[int, float]], axis: _Axis, bottom: float) -> Iterator[Html]:
    last = -_BETWEEN_NUMBERS
    for number, time_s in events:
        x = axis.at(time_s)
        yield line(x, _TOP - 12, x, bottom, stroke=INK, width=0.8, dash="3 2")
        # Where they are close, only the first of them has room for its number.
        if x - last >= _BETWEEN_NUMBERS:
            yield text(x, _TOP - 16, str(number), anchor="middle", weight="600")
            last = x


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """[first, end) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]
