"""The strip under the curves: a thin line where two networks say the same, blocks where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from fer_desktop.engine.agreement import Agreement
from fer_desktop.ui.lens import Span

FLOOR: Final = -0.2
"""How far below zero the plot reaches to make room, in units of its height from 0 to 1."""
MIDDLE: Final = -0.11
_HEIGHTS: Final = {Agreement.SAME: 0.02, Agreement.DIFFERENT: 0.12, Agreement.UNSURE: 0.05}
_FAINT: Final = 90

Runs = Sequence[tuple[float, float, Agreement]]


class AgreementStrip(pg.GraphicsObject):  # type: ignore[misc]
    """Height tells them apart, not colour: those belong to the expressions."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: Runs = ()
        self._bounds = QRectF()
        self._ink = QColor()

    def set_ink(self, colour: str) -> None:
        self._ink = QColor(colour)
        self.update()

    def set_runs(self, runs: Runs, span: Span) -> None:
        """Show these, in the numbers of the axis, within what it shows."""
        bounds = QRectF(span.start, FLOOR, span.width, -FLOOR)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self._runs = runs
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, *_: object) -> None:
        for start, end, how in self._runs:
            colour = QColor(self._ink)
            if how is Agreement.UNSURE:
                colour.setAlpha(_FAINT)
            height = _HEIGHTS[how]
            painter.fillRect(QRectF(start, MIDDLE - height / 2, end - start, height), colour)
