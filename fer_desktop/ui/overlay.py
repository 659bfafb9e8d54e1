"""What is laid over a face: red where the answer hangs on it, grey where it is covered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from fer_desktop.vision.insight import Area


def red_image(heat: NDArray[np.float32], strength: float) -> QImage:
    """Heat (S, S) of 0 to 1 as red that covers what is below: fully at heat 1 and strength 1, not at 0.

    Covering raises the red channel and lowers the other two, so that it is seen on light skin as well,
    where the red channel is full already.
    """
    cover = np.rint(np.clip(heat * strength, 0, 1) * 255).astype(np.uint8)
    pixels = np.zeros((*heat.shape, 4), np.uint8)
    pixels[..., 2] = pixels[..., 3] = cover  # BGRA in memory, premultiplied
    return _image(pixels, QImage.Format.Format_ARGB32_Premultiplied)


def grey_image(face: NDArray[np.uint8]) -> QImage:
    """A grey picture (S, S)."""
    return _image(np.ascontiguousarray(face), QImage.Format.Format_Grayscale8)


def _image(pixels: NDArray[np.uint8], kind: QImage.Format) -> QImage:
    height, width = pixels.shape[:2]
    # The copy owns its pixels; the array may go.
    return QImage(pixels.data, width, height, pixels.strides[0], kind).copy()


def paint_cover(painter: QPainter, square: QRectF, area: Area) -> None:
    """A covered area within the square that the network sees."""
    hidden = QRectF(
        square.x() + area.x * square.width(),
        square.y() + area.y * square.height(),
        area.w * square.width(),
        area.h * square.height(),
    )
    painter.setPen(QPen(QColor(255, 255, 255), 1))
    painter.setBrush(QColor(112, 116, 124, 235))
    painter.drawRect(hidden)
    painter.setBrush(QBrush(QColor(255, 255, 255, 70), Qt.BrushStyle.BDiagPattern))
    painter.drawRect(hidden)
