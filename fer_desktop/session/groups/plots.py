"""Groups side by side: every participant as a point, and mean curves around markers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fer_desktop.session.groups.comparing import Interval
from fer_desktop.session.groups.curves import Floats
from fer_desktop.session.report.html import Html, tag
from fer_desktop.session.report.svg import (
    FAINT,
    INK,
    LINE,
    WIDTH,
    drawing,
    filled,
    line,
    nice_top,
    path,
    points,
    shortened,
    text,
    text_width,
)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a group is drawn: never by its colour alone."""

    colour: str
    dash: str | None
    hollow: bool


# Not the colours of expressions, which mean something else; all dark enough on white.
_LOOKS: Final = (
    _Look(INK, None, False),
    _Look("#9C2BAF", "7 3", True),
    _Look("#8C510A", "2 2", False),
    _Look("#00707A", "9 3 2 3", True),
    _Look("#B0124F", "5 2", False),
    _Look("#5D6470", "1 3", True),
)
_ACROSS: Final = 3
_PANEL_TOP: Final = 26.0
_PANEL: Final = 130.0
_PANEL_ROW: Final = 196.0
_MARGIN: Final = 40.0
_CURVES_ACROSS: Final = 2
_CURVE: Final = 96.0
_CURVE_ROW: Final = 156.0
_LEAST: Final = 0.1
"""Upper edge of a panel of curves at least: what is less is noise."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group or condition in a chart."""

    name: str
    people: Mapping[str, Sequence[float]]
    """The shares of each participant, in the order of the labels."""
    means: Sequence[Interval]


def dot_panels(
    labels: Sequence[str], shown: Sequence[int], groups: Sequence[Group], *, joined_people: bool
) -> Html:
    """A panel for each label `shown` (places); `joined_people`: lines join the points of a participant."""
    shapes: list[Html] = []
    width = WIDTH / _ACROSS
    for number, place in enumerate(shown):
        x, y = width * (number % _ACROSS), _PANEL_ROW * (number // _ACROSS)
        highest = max((shares[place] for group in groups for shares in group.people.values()), default=0.0)
        panel = _Panel(x + _MARGIN, y + _PANEL_TOP, width - _MARGIN - 10, _PANEL, nice_top(highest))
        shapes += panel.frame(labels[place])
        shapes += _dots(panel, place, groups, joined_people=joined_people)
    height = _PANEL_ROW * math.ceil(len(shown) / _ACROSS)
    told = "; ".join(
        f"{labels[place]}: "
        + ", ".join(
            f"{group.name} mean {100 * group.means[place][0]:.1f} %" for group in groups if group.means
        )
        for place in shown
    )
    return drawing(height, "Shares of each participant by group", told, shapes)


@dataclass(frozen=True, slots=True)
class CurveGroup:
    """One group's mean course around a marker: (moments, labels) each."""

    name: str
    place: int
    """Among all groups: it has the same look in every chart."""
    people: int
    mean: Floats
    low: Floats
    high: Floats
    known: float
    """0 to 1: the part of all participants' windows in which the face was seen."""


def curve_panels(marker: str, labels: Sequence[str], at_s: Floats, groups: Sequence[CurveGroup]) -> Html:
    """A panel for each label: mean curves with their bands."""
    shapes = list(_key(groups))
    width = WIDTH / _CURVES_ACROSS
    for place, label in enumerate(labels):
        x = width * (place % _CURVES_ACROSS)
        y = 28 + _CURVE_ROW * (place // _CURVES_ACROSS)
        highest = max(_highest(group, place) for group in groups)
        panel = _Panel(
            x + _MARGIN, y + _PANEL_TOP, width - _MARGIN - 14, _CURVE, nice_top(max(_LEAST, highest))
        )
        shapes += panel.frame(label)
        zero = panel.x + panel.width / 2
        shapes.append(line(zero, panel.y, zero, panel.y + panel.height, stroke=INK, width=0.8, dash="3 2"))
        for group in groups:
            shapes += _curve(panel, at_s, group, place)
        shapes += _seconds(panel, float(at_s[-1]))
    height = 28 + _CURVE_ROW * math.ceil(len(labels) / _CURVES_ACROSS)
    names = ", ".join(f"{group.name or 'all'} ({group.people} participants)" for group in groups)
    told = f"Mean probability of each label from {at_s[-1]:g} s before to {at_s[-1]:g} s after, of {names}."
    return drawing(height, f"Mean curves around the marker {marker}", told, shapes)


@dataclass(frozen=True, slots=True)
class _Panel:
    x: float
    y: float
    width: float
    height: float
    top: float
    """The share at the upper edge."""

    def level(self, share: float) -> float:
        return self.y + self.height * (1 - share / self.top)

    def frame(self, label: str) -> Iterator[Html]:
        yield filled(self.x, self.y - 20, 11, 11, label=label)
        yield text(self.x + 17, self.y - 10, label, weight="600")
        for part in (0.0, 0.5, 1.0):
            y = self.level(self.top * part)
            yield line(self.x, y, self.x + self.width, y, stroke=FAINT if part == 0 else LINE)
            yield text(self.x - 5, y + 4, f"{100 * self.top * part:g} %", anchor="end", fill=FAINT, size=10.5)


def _dots(panel: _Panel, place: int, groups: Sequence[Group], *, joined_people: bool) -> Iterator[Html]:
    step = panel.width / len(groups)
    columns = [panel.x + step * (number + 0.5) for number in range(len(groups))]
    if joined_people:
        yield from _joins(panel, place, groups, columns)
    for group, look, x in zip(groups, _LOOKS, columns, strict=False):
        shares = [values[place] for values in group.people.values()]
        spread = 0.0 if joined_people else min(26.0, step * 0.3)
        for number, share in enumerate(shares):
            # The golden ratio scatters neighbours evenly, and the same way each time.
            offset = ((number * 0.618) % 1 - 0.5) * spread
            yield _dot(x + offset - 8, panel.level(share), look)
        if group.means:
            mean, low, high = group.means[place]
            yield line(x + 12, panel.level(mean), x + 26, panel.level(mean), stroke=look.colour, width=2.5)
            if np.isfinite(low):
                yield line(x + 19, panel.level(low), x + 19, panel.level(high), stroke=look.colour, width=1.5)
        name = shortened(f"{group.name} ({len(shares)})", step - 2, 11)
        yield text(x, panel.y + panel.height + 15, name, anchor="middle", size=11)


def _joins(panel: _Panel, place: int, groups: Sequence[Group], columns: Sequence[float]) -> Iterator[Html]:
    for name in {name: None for group in groups for name in group.people}:
        known = [
            (x - 8, panel.level(group.people[name][place]))
            for group, x in zip(groups, columns, strict=True)
            if name in group.people
        ]
        if len(known) > 1:
            yield path(points(known), stroke="#9AA1AD", width=0.8)


def _dot(x: float, y: float, look: _Look) -> Html:
    return tag(
        "circle",
        cx=x,
        cy=y,
        r=3.2,
        fill="#FFFFFF" if look.hollow else look.colour,
        fill_opacity=None if look.hollow else 0.75,
        stroke=look.colour,
        stroke_width=1.2,
    )


def _key(groups: Sequence[CurveGroup]) -> Iterator[Html]:
    x = 0.0
    for group in groups:
        look, name = _LOOKS[group.place], f"{group.name or 'all'} ({group.people})"
        yield line(x, 10, x + 30, 10, stroke=look.colour, width=2, dash=look.dash)
        yield text(x + 36, 14, name)
        x += 36 + text_width(name) + 20


def _curve(panel: _Panel, at_s: Floats, group: CurveGroup, place: int) -> Iterator[Html]:
    look = _LOOKS[group.place]

    def where(moment: int, values: Floats) -> tuple[float, float]:
        x = panel.x + panel.width * moment / (len(at_s) - 1)
        return x, panel.level(float(values[moment, place]))

    for begin, end in _finite(group.low[:, place]):
        back = [where(moment, group.low) for moment in reversed(range(begin, end))]
        around = [where(moment, group.high) for moment in range(begin, end)] + back
        yield path(points(around) + "Z", fill=look.colour, opacity=0.13)
    for begin, end in _finite(group.mean[:, place]):
        course = [where(moment, group.mean) for moment in range(begin, end)]
        yield path(points(course), stroke=look.colour, width=1.8, dash=look.dash)


def _seconds(panel: _Panel, window_s: float) -> Iterator[Html]:
    y = panel.y + panel.height
    for share, words in ((0.0, f"−{window_s:g} s"), (0.5, "marker"), (1.0, f"+{window_s:g} s")):
        anchor = {0.0: "start", 0.5: "middle", 1.0: "end"}[share]
        yield text(panel.x + panel.width * share, y + 14, words, anchor=anchor, fill=FAINT, size=10.5)


def _highest(group: CurveGroup, place: int) -> float:
    values = np.concatenate([group.mean[:, place], group.high[:, place]])
    values = values[np.isfinite(values)]
    return float(values.max()) if values.size else 0.0


def _finite(values: Floats) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.isfinite(values).astype(np.int8), [0]])))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]
