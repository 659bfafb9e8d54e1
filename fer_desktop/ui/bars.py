"""Probability bars of one face: the order never changes, numbers are calm, bars glide."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from fer_desktop.ui import theme as look
from fer_desktop.ui.words import emotion_name, translate

_GLIDE_S: Final = 0.08
_STALE_AFTER_S: Final = 0.4
_GONE_AFTER_S: Final = 2.0
_ROW: Final = (16.0, 40.0)
SLIM_ROW: Final = 15.0
"""Of the small view: as low as the text allows."""
NAME_AT: Final = 20
"""Where names begin, so that other texts can stand above them."""
_GAP: Final = 8.0
_WHOLE: Final = (-6, 12)
"""Where a bar begins above or below the middle of its row, and how high it is."""
_UPPER: Final = (-7, 8)
_LOWER: Final = (3, 5)
"""The same for two networks, one over the other."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the bars show of one face."""

    values: NDArray[np.float32]
    unsure: bool
    raw: NDArray[np.float32] | None = None
    """The values without the face's own neutral, where `values` are counted from it."""


class Bars(QWidget):
    """Driven by `advance`, which the window's timer calls; it repaints only if something moved."""

    def __init__(self, theme: look.Theme, least_row: float = _ROW[0]) -> None:
        super().__init__()
        self._theme = theme
        self._least_row = least_row
        self._labels: tuple[str, ...] = ()
        self._names: list[str] = []
        self._name_width = self._number_width = 0
        self._reading: Reading | None = None
        self._drawn = np.zeros(0, np.float64)
        self._numbers: tuple[str, ...] = ()
        self._top = -1
        self._now_s = 0.0
        self._read_s = -math.inf
        self._opacity = 0.0
        self._covered: NDArray[np.float32] | None = None
        self._second: NDArray[np.float32] | None = None
        self._second_drawn = np.zeros(0, np.float64)
        self._second_numbers: tuple[str, ...] = ()
        self.held = False
        """While the source is paused or has ended, the last values are right and do not fade."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: look.Theme) -> None:
        self._theme = theme
        self.retranslate()  # the text size may be another one
        self.updateGeometry()

    def retranslate(self) -> None:
        """Names, and the room that the longest one needs, in the language of now."""
        self.setAccessibleName(translate("Bars", "Probability of each expression"))
        bold = QFontMetricsF(look.font(look.NORMAL, bold=True))
        self._names = [emotion_name(label) for label in self._labels]
        self._name_width = math.ceil(max(map(bold.horizontalAdvance, self._names), default=0.0)) + 2
        self._number_width = math.ceil(bold.horizontalAdvance("0.00")) + 2
        self.update()

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Give the bars their names, in the model's order; they start empty."""
        if labels != self._labels:
            self._labels = labels
            self.clear()
            self.retranslate()
            self.updateGeometry()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The figures as written now; empty where there is no data."""
        return self._numbers

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return self._reading is None

    def clear(self) -> None:
        """No data: grey and empty, which is not zero."""
        self._reading = None
        self._drawn = np.zeros(len(self._labels), np.float64)
        self._numbers = ()
        self._top = -1
        self._read_s = -math.inf
        self._opacity = 0.0
        self._second_drawn = np.zeros(0, np.float64)
        self.update()

    def show_reading(self, reading: Reading, now_s: float) -> None:
        """Take the values of a new frame; the bars glide towards them."""
        if len(reading.values) != len(self._labels):
            return
        if self._reading is None:
            self._drawn = reading.values.astype(np.float64)
        self._reading = reading
        self._read_s = now_s

    @property
    def outlined(self) -> bool:
        """Whether outlines show the values without the face's own neutral."""
        return self._reading is not None and self._reading.raw is not None

    @property
    def covered(self) -> NDArray[np.float32] | None:
        """What the marks on the bars say; None without any."""
        return self._covered

    def show_covered(self, values: NDArray[np.float32] | None) -> None:
        """Mark on each bar what the network says when a part of the face is covered; None: no marks."""
        if values is not self._covered:
            self._covered = values
            self.update()

    @property
    def second_numbers(self) -> tuple[str, ...]:
        """The figures of a second network as written now; empty without one."""
        return self._second_numbers

    def show_second(self, values: NDArray[np.float32] | None) -> None:
        """Hollow bars for a second network, NaN where it says nothing; None: there is none."""
        before, self._second = self._second, values
        if (before is None) != (values is None):
            self._second_numbers = ()
            self.update()

    def advance(self, now_s: float, *, beat: bool) -> None:
        """Move the bars by the time that went by; figures change only on a beat."""
        passed, self._now_s = max(0.0, now_s - self._now_s), now_s
        if self._reading is None:
            return
        age = 0.0 if self.held else now_s - self._read_s
        if age > _GONE_AFTER_S:
            self.clear()
            return
        opacity = 1.0 if age < _STALE_AFTER_S else max(0.35, 1 - (age - _STALE_AFTER_S))
        moved = (self._reading.values - self._drawn) * (1 - math.exp(-passed / _GLIDE_S))
        visible = np.abs(moved).max(initial=0.0) > 0.0005 or abs(opacity - self._opacity) > 0.02
        self._drawn = self._drawn + moved
        self._opacity = opacity
        visible |= self._glide_second(1 - math.exp(-passed / _GLIDE_S))
        if beat or not self._numbers:
            visible |= self._write_numbers()
        if visible:
            self.update()

    def _glide_second(self, share: float) -> bool:
        """Move the second network's bars; returns whether that can be seen."""
        if self._second is None or len(self._second) != len(self._labels):
            return False
        values = self._second.astype(np.float64)
        known = len(self._second_drawn) == len(values)
        before = self._second_drawn if known else np.full(len(values), np.nan)
        self._second_drawn = np.where(np.isnan(before), values, before + (values - before) * share)
        return not np.allclose(self._second_drawn, before, atol=0.0005, equal_nan=True)

    def _write_numbers(self) -> bool:
        assert self._reading is not None
        numbers = tuple(f"{value:.2f}" for value in self._reading.values)
        top = -1 if self._reading.unsure else int(self._reading.values.argmax())
        second = () if self._second is None else tuple(map(_written, self._second))
        changed = (numbers, top, second) != (self._numbers, self._top, self._second_numbers)
        self._numbers, self._top, self._second_numbers = numbers, top, second
        return changed

    def sizeHint(self) -> QSize:
        return QSize(look.px(240), round(len(self._labels) * look.px(32)))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(200), round(len(self._labels) * look.px(self._least_row)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if not self._labels:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_rows(painter)

    def _paint_rows(self, painter: QPainter) -> None:
        names, name_width, number_width = self._names, self._name_width, self._number_width
        row = min(look.px(_ROW[1]), max(look.px(self._least_row), self.height() / len(names)))
        left = NAME_AT + name_width + _GAP
        numbers = number_width * (1 if self._second is None else 2)
        track_width = max(8.0, self.width() - left - _GAP - numbers)
        for place, (label, name) in enumerate(zip(self._labels, names, strict=True)):
            middle = row * (place + 0.5)
            top = place == self._top
            self._paint_name(painter, QRectF(NAME_AT, middle - row / 2, name_width, row), name, top)
            above, height = _WHOLE if self._second is None else _UPPER
            track = QRectF(left, round(middle) + above, track_width, height)
            self._paint_bar(painter, track, label, place)
            number = QRectF(track.right() + _GAP, middle - row / 2, number_width, row)
            self._paint_number(painter, number, place)
            if self._second is not None:
                below = QRectF(left, round(middle) + _LOWER[0], track_width, _LOWER[1])
                self._paint_second(painter, below, label, place)
                number.translate(number_width, 0)
                self._paint_second_number(painter, number, place)

    def _paint_name(self, painter: QPainter, area: QRectF, name: str, top: bool) -> None:
        painter.setFont(look.font(look.NORMAL, bold=top))
        painter.setPen(QColor(self._theme.text if self._reading else self._theme.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        if top:
            y = area.center().y()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.text))
            painter.drawPolygon(QPolygonF([QPointF(3, y - 5), QPointF(11, y), QPointF(3, y + 5)]))

    def _paint_bar(self, painter: QPainter, track: QRectF, label: str, place: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if self._reading is None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.no_data), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            return
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRoundedRect(track, 4, 4)
        filled = QRectF(track)
        filled.setWidth(max(3.0, track.width() * float(self._drawn[place])))
        colour = QColor(look.data_colour(label))
        painter.setOpacity(self._opacity)
        radius = min(4.0, filled.width() / 2)
        if self._reading.unsure:
            painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 70))
            painter.drawRoundedRect(filled, radius, radius)
            painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
        else:
            painter.setBrush(colour)
        painter.setPen(QPen(QColor(0, 0, 0, 90) if not self._theme.dark else QColor(0, 0, 0, 0), 1))
        painter.drawRoundedRect(filled.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setOpacity(1.0)
        if self._reading.raw is not None:
            outline = QRectF(track)
            outline.setWidth(max(3.0, track.width() * float(self._reading.raw[place])))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.muted), 1.4, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(outline.adjusted(-0.5, -2.5, 0.5, 2.5), 4, 4)
        if self._covered is not None and len(self._covered) == len(self._labels):
            x = track.left() + 1.5 + (track.width() - 3) * float(self._covered[place])
            painter.setPen(QPen(QColor(self._theme.surface), 5))
            painter.drawLine(QPointF(x, track.top() - 3), QPointF(x, track.bottom() + 3))
            painter.setPen(QPen(QColor(self._theme.text), 2))
            painter.drawLine(QPointF(x, track.top() - 3), QPointF(x, track.bottom() + 3))

    def _paint_number(self, painter: QPainter, area: QRectF, place: int) -> None:
        painter.setFont(look.font(look.NORMAL, bold=place == self._top))
        faded = (
            self._opacity < 0.9 or not self._numbers or (self._reading is not None and self._reading.unsure)
        )
        painter.setPen(QColor(self._theme.muted if faded else self._theme.text))
        text = self._numbers[place] if self._numbers else "–"
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)

    def _paint_second(self, painter: QPainter, track: QRectF, label: str, place: int) -> None:
        """Hollow, so that nobody takes it for the network in use."""
        known = self._reading is not None and place < len(self._second_drawn)
        value = float(self._second_drawn[place]) if known else math.nan
        if math.isnan(value):
            return
        filled = track.adjusted(0.5, 0.5, -0.5, -0.5)
        filled.setWidth(max(2.0, filled.width() * value))
        ink = QColor(look.data_colour(label)) if self._theme.dark else QColor(self._theme.muted)
        painter.setOpacity(self._opacity)
        painter.setBrush(QColor(self._theme.raised))
        painter.setPen(QPen(ink, 1))
        painter.drawRoundedRect(filled, 2, 2)
        painter.setOpacity(1.0)

    def _paint_second_number(self, painter: QPainter, area: QRectF, place: int) -> None:
        painter.setFont(look.font(look.SMALL))
        painter.setPen(QColor(self._theme.muted))
        text = self._second_numbers[place] if place < len(self._second_numbers) else "–"
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def _written(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"
