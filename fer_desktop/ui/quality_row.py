"""A quiet line in the panel: how well the face can be read, as segments, and what would help."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fer_desktop.engine.quality import Grade, Hint, Quality
from fer_desktop.ui import theme as look
from fer_desktop.ui.words import translate

_SEGMENT: Final = (12.0, 6.0)
_BETWEEN: Final = 3.0
_TEXT_AT: Final = 3 * _SEGMENT[0] + 2 * _BETWEEN + 8


def words_of(quality: Quality) -> str:
    """`Good picture`, or the grade and what would help."""
    if quality.hint is None:
        return translate("Quality", "Good picture")
    hint = {
        Hint.MORE_LIGHT: translate("Quality", "more light on the face"),
        Hint.LESS_LIGHT: translate("Quality", "less light on the face"),
        Hint.CLOSER: translate("Quality", "come closer"),
        Hint.STEADY: translate("Quality", "hold still, or focus"),
        Hint.UPRIGHT: translate("Quality", "hold the head upright"),
        Hint.INTO_FRAME: translate("Quality", "move into the picture"),
        Hint.FACE_CAMERA: translate("Quality", "turn towards the camera"),
    }[quality.hint]
    if quality.grade is Grade.FAIR:
        return translate("Quality", "Fair: {hint}").format(hint=hint)
    return translate("Quality", "Poor: {hint}").format(hint=hint)


class QualityRow(QWidget):
    """Three segments and a few words; empty, but in its place, while there is no face."""

    def __init__(self, theme: look.Theme) -> None:
        super().__init__()
        self._theme = theme
        self._quality: Quality | None = None
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_theme(self, theme: look.Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        tip = translate("Quality", "How well this face can be read: light, size, sharpness, pose")
        self.setAccessibleName(tip)
        self.text = "" if self._quality is None else words_of(self._quality)
        self.setToolTip(f"{self.text}\n{tip}".strip())
        self.setAccessibleDescription(self.text)
        self.update()

    def show_quality(self, quality: Quality | None) -> None:
        """Show this; None: there is no face."""
        if quality != self._quality:
            self._quality = quality
            self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(120, round(QFontMetricsF(look.font(look.SMALL)).height()) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if self._quality is None:
            return
        theme, poor = self._theme, self._quality.grade is Grade.POOR
        font = look.font(look.SMALL)
        width, height = _SEGMENT
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ink = QColor(theme.warning if poor else theme.muted)
            painter.setPen(QPen(ink, 1))
            top = (self.height() - height) / 2
            for place in range(3):
                painter.setBrush(ink if place < self._quality.grade else Qt.BrushStyle.NoBrush)
                left = 0.5 + place * (width + _BETWEEN)
                painter.drawRoundedRect(QRectF(left, top, width, height), 2, 2)
            painter.setFont(font)
            room = QRectF(_TEXT_AT, 0, self.width() - _TEXT_AT, self.height())
            text = QFontMetricsF(font).elidedText(self.text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
