"""Drawings as SVG: plain shapes with their own colours, so that they look the same on screen and paper."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from fer_desktop.emotions import COLOURS, UNSURE
from fer_desktop.session.report.html import Html, joined, tag

WIDTH: Final = 800.0
"""Of every drawing, in its own units; the page scales it."""
INK: Final = "#1A1E27"
FAINT: Final = "#4D5563"
LINE: Final = "#D0D5DE"
UNSEEN: Final = "#E4E7EC"
"""Where something was not seen."""
SIZE: Final = 12.0
"""Of texts."""
_LETTER: Final = 0.56
"""Mean width of a letter, in sizes of the text."""
_STEPS: Final = (
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 21600.0),
)


def drawing(height: float, name: str, description: str, shapes: Iterable[Html]) -> Html:
    """A picture with its name, and what it shows for those who cannot see it."""
    return tag(
        "svg",
        tag("title", name),
        tag("desc", description),
        *shapes,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        aria_label=f"{name}. {description}",
        font_family="system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
        font_size=SIZE,
        fill=INK,
    )


def ink_on(label: str) -> str:
    """Black or white, whichever can be read on the label's colour."""
    return "#FFFFFF" if label == "sadness" else INK


def text(
    x: float,
    y: float,
    content: str,
    *,
    anchor: str = "start",
    fill: str = INK,
    weight: str | None = None,
    size: float | None = None,
) -> Html:
    """A line of text whose base line begins (ends, has its middle) at a point."""
    return tag(
        "text",
        content,
        x=x,
        y=y,
        text_anchor=None if anchor == "start" else anchor,
        fill=None if fill == INK else fill,
        font_weight=weight,
        font_size=size,
    )


def shortened(content: str, width: float, size: float = SIZE) -> str:
    """Text that fits into a width, with `…` where it was cut."""
    room = max(1, int(width / (size * _LETTER)))
    return content if len(content) <= room else content[: room - 1].rstrip() + "…"


def text_width(content: str, size: float = SIZE) -> float:
    """About how wide a text is."""
    return len(content) * size * _LETTER


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    stroke: str = LINE,
    width: float = 1.0,
    dash: str | None = None,
) -> Html:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash)


def rect(
    x: float, y: float, width: float, height: float, fill: str, *, stroke: str | None = None, name: str = ""
) -> Html:
    """A filled rectangle; `name` shows under the mouse."""
    return tag(
        "rect",
        *([tag("title", name)] if name else []),
        x=x,
        y=y,
        width=width,
        height=height,
        fill=fill,
        stroke=stroke,
        stroke_width=0.5 if stroke else None,
    )


def hatched(
    x: float, y: float, width: float, height: float, *, fill: str, stroke: str, step: float = 5.0
) -> Html:
    """A rectangle with slanted lines. No pattern: those need names that are unique in a whole page."""
    lines = ""
    for number in range(math.ceil((x + y) / step), math.floor((x + y + width + height) / step) + 1):
        # Along x + y = place, within the rectangle.
        place = number * step
        left, right = max(x, place - y - height), min(x + width, place - y)
        lines += f"M{left:.1f} {place - left:.1f}L{right:.1f} {place - right:.1f}"
    return joined(
        [rect(x, y, width, height, fill), path(lines, stroke=stroke, width=0.8) if lines else Html()]
    )


def filled(x: float, y: float, width: float, height: float, *, label: str, name: str = "") -> Html:
    """A rectangle in an expression's colour, outlined as yellow is faint on white; `unsure` is hatched."""
    if label == UNSURE:
        hatch = hatched(x, y, width, height, fill="#FFFFFF", stroke=FAINT, step=4.0)
        return joined([hatch, rect(x, y, width, height, "none", stroke=INK, name=name)])
    return rect(x, y, width, height, COLOURS[label], stroke=INK, name=name)


def path(
    data: str,
    *,
    fill: str = "none",
    stroke: str | None = None,
    width: float | None = None,
    dash: str | None = None,
    opacity: float | None = None,
) -> Html:
    """Any shape."""
    return tag(
        "path",
        d=data,
        fill=fill,
        stroke=stroke,
        stroke_width=width,
        stroke_dasharray=dash,
        stroke_linejoin="round" if stroke else None,
        opacity=opacity,
    )


def points(values: Iterable[tuple[float, float]]) -> str:
    """`M x y L x y ...`: a line through points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in values)


def legend(labels: Sequence[str], x: float, y: float, width: float) -> tuple[Html, float]:
    """Swatches with names in their order, in as many rows as they need; and the height of these."""
    shapes: list[Html] = []
    left, row = x, 0
    for label in labels:
        needed = 16 + text_width(label) + 14
        if left + needed > x + width and left > x:
            left, row = x, row + 1
        top = y + 18 * row
        shapes += [filled(left, top, 11, 11, label=label), text(left + 16, top + 10, label)]
        left += needed
    return joined(shapes), 18.0 * (row + 1)


def nice_top(highest: float) -> float:
    """The first of 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1 that is not under the highest share."""
    return next((top for top in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if highest <= top), 1.0)


def time_ticks(start_s: float, end_s: float, most: int = 9) -> list[float]:
    """Times at which an axis is marked: whole seconds, minutes or hours, in short spans tenths."""
    step = next((step for step in _STEPS if (end_s - start_s) / step <= most), _STEPS[-1])
    first, last = math.ceil(start_s / step - 1e-9), math.floor(end_s / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def clock(seconds: float) -> str:
    """`1:05`, from an hour on `1:02:03`; with a decimal where it is no whole second."""
    if abs(seconds - round(seconds)) > 1e-3:
        return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
