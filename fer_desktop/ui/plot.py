"""The ground on which curves are drawn: bands, a cursor, flags, and what a mouse does there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QToolTip

from fer_desktop.ui.lens import Span

_DRAG_PX: Final = 4
"""A mouse that moved less was meant to click."""
_ZOOM: Final = 0.8
"""Per notch of the wheel."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that happened at a time."""

    t: float
    text: str


class Bands(pg.GraphicsObject):  # type: ignore[misc]
    """Stretches over the full height, with edges where these are wanted."""

    def __init__(self, *, edges: bool = False) -> None:
        super().__init__()
        self._edges = edges
        self._bands: list[QRectF] = []
        self._colour = QColor()
        self._edge = QColor()
        self._bounds = QRectF()

    def set_colours(self, colour: QColor, edge: QColor) -> None:
        self._colour, self._edge = colour, edge
        self.update()

    def set_bands(self, bands: list[tuple[float, float]], span: Span) -> None:
        """Show these, in the numbers of the axis, within what it shows."""
        bounds = QRectF(span.start, 0, span.width, 1)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self._bands = [QRectF(start, 0, end - start, 1) for start, end in bands]
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, *_: object) -> None:
        pen = QPen(self._edge, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        for band in self._bands:
            painter.fillRect(band, self._colour)
            if self._edges:
                painter.drawLine(band.topLeft(), band.bottomLeft())
                painter.drawLine(band.topRight(), band.bottomRight())


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """Tells what the mouse does in shares of the plot's width, 0 (left) to 1."""

    clicked = Signal(float)
    dragged = Signal(float)
    """By this share since the last time, positive to the right."""
    swept = Signal(float, float)
    """Dragged with the shift key, from here to there."""
    swept_to_end = Signal()
    zoomed = Signal(float, float)
    """So many times as much, around this share."""
    returned = Signal()
    """A double click."""

    def __init__(self, axis: pg.AxisItem) -> None:
        super().__init__(axisItems={"bottom": axis})
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._moving = self._sweeping = False
        self.cursor_x: float | None = None
        """Where a line with a handle stands, in the numbers of the axis."""
        self.flags: list[tuple[float, str]] = []
        self.ink = QColor()

    def share(self, position: QPointF) -> float:
        """A place in the widget as a share of the plot's width."""
        room = self._room()
        return float((position.x() - room.x()) / max(room.width(), 1.0))

    def place(self, share: float) -> QPointF:
        """The middle of the plot's height at a share of its width."""
        room = self._room()
        return QPointF(room.x() + share * room.width(), room.center().y())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if abs(turned.x()) > abs(turned.y()):
            self.dragged.emit(turned.x() / 120 * 0.1)
        elif turned.y():
            self.zoomed.emit(_ZOOM ** (turned.y() / 120), min(max(self.share(event.position()), 0.0), 1.0))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._room().contains(event.position()):
            self._pressed = self._last = event.position()
            self._sweeping = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._moving = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        here = event.position()
        if not self._moving and abs(here.x() - self._pressed.x()) < _DRAG_PX:
            return
        if not self._moving:
            self._moving = True
            self.viewport().setCursor(
                Qt.CursorShape.SizeHorCursor if self._sweeping else Qt.CursorShape.ClosedHandCursor
            )
        if self._sweeping:
            ends = sorted((self.share(self._pressed), self.share(here)))
            self.swept.emit(max(ends[0], 0.0), min(ends[1], 1.0))
        else:
            self.dragged.emit(self.share(here) - self.share(self._last))
        self._last = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if not self._moving:
            self.clicked.emit(self.share(self._pressed))
        elif self._sweeping:
            self.swept_to_end.emit()
        self._pressed = None
        self.viewport().unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.returned.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a flag under the mouse means."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.flag_at(QPointF(event.pos())), self)
            return True
        return bool(super().viewportEvent(event))

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Cursor and flags, in pixels, above everything."""
        super().drawForeground(painter, rect)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        room = self._room()
        for x, _ in self.flags:
            at = self._pixel(x, room)
            if room.left() <= at <= room.right():
                painter.setPen(QPen(self.ink, 1, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.ink)
                top = room.top()
                cloth = [QPointF(at, top), QPointF(at + 9, top + 4), QPointF(at, top + 8)]
                painter.drawPolygon(QPolygonF(cloth))
        if self.cursor_x is not None:
            at = self._pixel(self.cursor_x, room)
            if room.left() <= at <= room.right():
                painter.setPen(QPen(self.ink, 2))
                painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.ink)
                painter.drawEllipse(QPointF(at, room.top() + 1), 5, 5)
        painter.restore()

    def flag_at(self, position: QPointF) -> str:
        """The text of the flag under the mouse; empty without one."""
        room = self._room()
        near = [text for x, text in self.flags if -3 <= position.x() - self._pixel(x, room) <= 10]
        return near[0] if near else ""

    def _pixel(self, x: float, room: QRectF) -> float:
        low, high = map(float, self.getPlotItem().getViewBox().viewRange()[0])
        return 0.5 + round(room.x() + (x - low) / max(high - low, 1e-9) * room.width())

    def _room(self) -> QRectF:
        return QRectF(self.mapFromScene(self.getPlotItem().getViewBox().sceneBoundingRect()).boundingRect())
