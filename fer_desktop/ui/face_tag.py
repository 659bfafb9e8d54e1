"""A small line that says whose values stand beside it: the face's mark and what it is called."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from fer_desktop.ui import theme as look
from fer_desktop.ui.marks import paint_mark

_MARK: Final = 10.0
_TEXT_AT: Final = 20.0


class FaceTag(QWidget):
    """Painted in the widget's own text colour; what is too long ends in an ellipsis."""

    def __init__(self, size: int = look.NORMAL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._face_id = 0
        self._colour: QColor | None = None
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_colour(self, colour: str) -> None:
        self._colour = QColor(colour)
        self.updateGeometry()
        self.update()

    def show_face(self, face_id: int, text: str) -> None:
        """The mark of this face, 0 for none, and a text."""
        if (face_id, text) != (self._face_id, self.text):
            self._face_id, self.text = face_id, text
            self.setToolTip(text)
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(look.font(self._size))
        return QSize(80, round(metrics.height()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        font = look.font(self._size)
        colour = self._colour or self.palette().color(QPalette.ColorRole.WindowText)
        left = _TEXT_AT if self._face_id else 0.0
        room = self.width() - left
        text = QFontMetricsF(font).elidedText(self.text, Qt.TextElideMode.ElideRight, room)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font)
            painter.setPen(colour)
            line = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(left, 0, room, self.height()), line, text)
            if self._face_id:
                paint_mark(painter, self._face_id, QPointF(7, self.height() / 2), _MARK, colour)
