"""Shares of time as bars that are as long as a whole, with their coverage beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fer_desktop.session.report.html import Html
from fer_desktop.session.report.svg import (
    FAINT,
    INK,
    LINE,
    UNSEEN,
    WIDTH,
    drawing,
    filled,
    hatched,
    ink_on,
    legend,
    line,
    rect,
    shortened,
    text,
)

_LEFT: Final = 150.0
_RIGHT: Final = 86.0
_ROW: Final = 28.0
_BAR: Final = 19.0
_ROOM: Final = 26.0
"""Width from which a share has room for its number."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Somebody's shares of the labels and unsure, in order; None where there is nothing to have shares of."""

    name: str
    note: str
    """Coverage, in words."""
    shares: tuple[float | None, ...]
    heading: str = ""
    """Written above the bar: the first of a group."""


def share_bars(name: str, labels: Sequence[str], bars: Sequence[Bar], note_title: str) -> Html:
    """One bar for each; labels stand in the same order in all of them."""
    key, y = legend(labels, _LEFT, 2, WIDTH - _LEFT - _RIGHT)
    shapes = [key, text(WIDTH, 12, note_title, anchor="end", fill=FAINT)]
    y += 8
    for bar in bars:
        if bar.heading:
            shapes.append(text(0, y + 15, shortened(bar.heading, WIDTH - _RIGHT), weight="600"))
            y += 24
        shapes.append(text(_LEFT - 8, y + 14, shortened(bar.name, _LEFT - 10), anchor="end"))
        shapes += _segments(labels, bar, y)
        shapes.append(text(WIDTH, y + 14, bar.note, anchor="end"))
        y += _ROW
    told = "; ".join(f"{bar.name}: {_in_words(labels, bar)}" for bar in bars)
    return drawing(y, name, told, shapes)


def whole_bar(name: str, parts: Sequence[tuple[str, float, str]]) -> Html:
    """One bar of parts in order: what each is, how much, and its amount in words."""
    total = sum(amount for _, amount, _ in parts)
    looks = [("#0072B2", ""), (UNSEEN, ""), ("#FFFFFF", FAINT), (UNSEEN, FAINT)]
    shapes: list[Html] = []
    x = 0.0
    for number, ((what, amount, words), (fill, stroke)) in enumerate(zip(parts, looks, strict=True)):
        width = WIDTH * amount / total if total else 0.0
        shapes.append(_look((x, 0.5, width, 22), fill, stroke))
        x += width
        left = WIDTH / 2 * (number % 2)
        top = 34 + 20 * (number // 2)
        shapes += [_look((left, top, 12, 12), fill, stroke), text(left + 18, top + 10, f"{what}: {words}")]
    shapes.append(rect(0.5, 0.5, WIDTH - 1, 22, "none", stroke=INK))
    told = "; ".join(f"{what}: {words}" for what, _, words in parts)
    return drawing(72, name, told, shapes)


def _look(place: tuple[float, float, float, float], fill: str, stroke: str) -> Html:
    return hatched(*place, fill=fill, stroke=stroke) if stroke else rect(*place, fill)


def _segments(labels: Sequence[str], bar: Bar, y: float) -> list[Html]:
    room = WIDTH - _LEFT - _RIGHT
    if not any(bar.shares):
        return [line(_LEFT, y + _BAR / 2, _LEFT + room, y + _BAR / 2, stroke=LINE, dash="4 3")]
    shapes, x = [], _LEFT
    for label, share in zip(labels, bar.shares, strict=True):
        if not share:
            continue
        width = room * share
        shapes.append(filled(x, y, width, _BAR, label=label, name=f"{label} {100 * share:.1f} %"))
        if width >= _ROOM:
            number = text(x + width / 2, y + 14, f"{100 * share:.0f}", anchor="middle", fill=ink_on(label))
            shapes += [_behind(x + width / 2, y, label), number]
        x += width
    return shapes


def _behind(x: float, y: float, label: str) -> Html:
    """A white ground for a number on hatches."""
    return rect(x - 9, y + 3, 18, _BAR - 6, "#FFFFFF") if label == "unsure" else Html()


def _in_words(labels: Sequence[str], bar: Bar) -> str:
    said = [f"{label} {100 * share:.0f} %" for label, share in zip(labels, bar.shares, strict=True) if share]
    return f"{', '.join(said) or 'nothing'} ({bar.note})"
