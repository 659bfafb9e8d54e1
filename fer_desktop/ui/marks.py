"""The mark of a face: a shape that goes with its id everywhere, for eyes that colours or figures fail.

Round is left to the expressions, whose dots stand beside it.
"""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF


def _regular(corners: int, first_degrees: float, radius: float = 1.0) -> tuple[tuple[float, float], ...]:
    angles = (math.radians(first_degrees + 360 * place / corners) for place in range(corners))
    return tuple((radius * math.cos(angle), radius * math.sin(angle)) for angle in angles)


def _star() -> tuple[tuple[float, float], ...]:
    outer, inner = _regular(5, -90, 1.1), _regular(5, -54, 0.45)
    return tuple(point for pair in zip(outer, inner, strict=True) for point in pair)


def _cross() -> tuple[tuple[float, float], ...]:
    a, b = 0.32, 0.95
    return (
        (-a, -b), (a, -b), (a, -a), (b, -a), (b, a), (a, a),
        (a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a),
    )  # fmt: skip


SHAPES: Final = (
    _regular(4, 45, 1.15),
    _regular(3, -90, 1.15),
    _regular(4, 0, 1.1),
    _star(),
    _cross(),
    _regular(3, 90, 1.15),
    _regular(6, 0, 1.0),
)
"""Square, triangle, diamond, star, cross, triangle on its tip, hexagon; corners around (0, 0)."""


def shape_of(face_id: int) -> int:
    """Which of `SHAPES` a face has: seven in a row differ."""
    return (face_id - 1) % len(SHAPES)


def paint_mark(painter: QPainter, face_id: int, centre: QPointF, size: float, colour: QColor) -> None:
    """Paint the mark of a face, about `size` wide."""
    corners = [centre + QPointF(x * size / 2, y * size / 2) for x, y in SHAPES[shape_of(face_id)]]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(corners))
