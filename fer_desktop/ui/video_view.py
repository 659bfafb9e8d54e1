"""The picture, letterboxed, with a rounded box, an id and a label chip for each face of that frame."""

from __future__ import annotations

import time
from collections import deque
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from fer_desktop.emotions import UNSURE
from fer_desktop.engine.explainer import Explanation
from fer_desktop.engine.result import Face
from fer_desktop.ui import theme as look
from fer_desktop.ui.feed import Shown, painted_size
from fer_desktop.ui.overlay import paint_cover, red_image
from fer_desktop.ui.words import emotion_name, translate
from fer_desktop.vision.faces import Box

_CASING: Final = QColor(0, 0, 0, 150)
_CHIP: Final = QColor(16, 18, 22, 215)
_CHIP_HEIGHT: Final = 24
_LATENCY_SPAN_S: Final = 5.0


class Latency:
    """Capture-to-screen times of the last seconds, in milliseconds."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float]] = deque(maxlen=600)

    def add(self, now_s: float, milliseconds: float) -> None:
        self._samples.append((now_s, milliseconds))

    def clear(self) -> None:
        self._samples.clear()

    def percentiles(self, now_s: float) -> tuple[float, float] | None:
        """(median, 95th percentile) over the last seconds; None without a painted frame in them."""
        recent = [ms for at_s, ms in self._samples if now_s - at_s <= _LATENCY_SPAN_S]
        if not recent:
            return None
        median, high = np.percentile(recent, (50, 95)).tolist()
        return median, high


def chip_text(face: Face, labels: tuple[str, ...]) -> str:
    """`happiness 86 %`, or `unsure`."""
    if face.stable_label == UNSURE or face.stable_label not in labels:
        return emotion_name(face.stable_label)
    share = float(face.shown[labels.index(face.stable_label)])
    return translate("VideoView", "{label} {percent} %").format(
        label=emotion_name(face.stable_label), percent=round(100 * share)
    )


class VideoView(QWidget):
    """Paints one `Shown` at a time; a click on a box chooses that face."""

    face_clicked = Signal(int)

    def __init__(self, theme: look.Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: Shown | None = None
        self._texts: dict[int, tuple[str, str]] = {}
        self._image = QImage()
        self._explained: Explanation | None = None
        self._strength = 0.0
        self._red = QImage()
        self._painted_serial = 0
        self.latency = Latency()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(320, 176))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(translate("VideoView", "Picture with faces"))

    @property
    def shown(self) -> Shown | None:
        return self._shown

    def set_theme(self, theme: look.Theme) -> None:
        self._theme = theme
        self.update()

    def show_frame(self, shown: Shown | None) -> None:
        """Paint this frame and its own faces; None: an empty stage.

        Boxes and words change at once, percentages on a `beat` only.
        """
        self._shown = shown
        self._texts = self._chip_texts(shown, False) if shown else {}
        if shown is None:
            self._image = QImage()
            self._painted_serial = 0
        else:
            height, width = shown.pixels.shape[:2]
            # The image shares the array; `_shown` keeps it alive for as long.
            self._image = QImage(shown.pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        self.update()

    def show_explanation(self, explanation: Explanation | None, strength: float) -> None:
        """Lay red over its face, as strong as this (0 to 1); None: over none."""
        if explanation is not self._explained or strength != self._strength:
            self._explained, self._strength = explanation, strength
            self._red = QImage() if explanation is None else red_image(explanation.heat, strength)
            self.update()

    @property
    def explained(self) -> int | None:
        """The face that red lies over."""
        return None if self._explained is None else self._explained.question.face_id

    def beat(self) -> None:
        """Write the percentages of the frame on screen."""
        if self._shown is not None:
            texts = self._chip_texts(self._shown, True)
            if texts != self._texts:
                self._texts = texts
                self.update()

    def _chip_texts(self, shown: Shown, beat: bool) -> dict[int, tuple[str, str]]:
        texts = {}
        for face in shown.result.faces:
            word, text = self._texts.get(face.reading.face_id, ("", ""))
            if beat or word != face.stable_label:
                text = chip_text(face, shown.labels)
            texts[face.reading.face_id] = (face.stable_label, text)
        return texts

    def device_size(self) -> tuple[int, int]:
        """The view in device pixels."""
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    def picture_rect(self) -> QRectF:
        """Where the picture is, in the view's own coordinates, on whole device pixels."""
        if self._shown is None:
            return QRectF()
        ratio = self.devicePixelRatioF()
        width, height = self._shown.frame_size
        across, down = self.device_size()
        scale = min(across / width, down / height)
        wide, high = max(1, round(width * scale)), max(1, round(height * scale))
        return QRectF((across - wide) // 2 / ratio, (down - high) // 2 / ratio, wide / ratio, high / ratio)

    @property
    def fits(self) -> bool:
        """Whether the picture was made for the size that the view has now."""
        if self._shown is None:
            return True
        height, width = self._shown.pixels.shape[:2]
        return (width, height) == painted_size(self._shown.frame_size, self.device_size())

    def box_rect(self, face: Face) -> QRectF:
        """A face's box in the view's own coordinates."""
        return self._on_screen(face.reading.box)

    def _on_screen(self, box: Box) -> QRectF:
        assert self._shown is not None
        picture = self.picture_rect()
        scale = picture.width() / self._shown.frame_size[0]
        return QRectF(picture.x() + box.x * scale, picture.y() + box.y * scale, box.w * scale, box.h * scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._shown is not None and event.button() == Qt.MouseButton.LeftButton:
            hits = [f for f in self._shown.result.faces if self.box_rect(f).contains(event.position())]
            if hits:
                smallest = min(hits, key=lambda f: f.reading.box.w * f.reading.box.h)
                self.face_clicked.emit(smallest.reading.face_id)
                return
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        shown = self._shown
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._theme.stage if shown else self._theme.empty))
            if shown is not None:
                self._paint_shown(painter, shown)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._round_corners(painter)
        if shown is not None:
            self._note_latency(shown)

    def _paint_shown(self, painter: QPainter, shown: Shown) -> None:
        """The frame, and over it the red and the boxes."""
        target = self.picture_rect()
        wanted = target.size() * self.devicePixelRatioF()
        exact = abs(wanted.width() - self._image.width()) < 1.5
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
        painter.drawImage(target, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(target)
        self._paint_red(painter, shown)
        chosen = shown.face.reading.face_id if shown.face else None
        for face in sorted(shown.result.faces, key=lambda f: f.reading.face_id == chosen):
            self._paint_face(painter, face, face.reading.face_id == chosen)
        painter.setClipping(False)

    def _round_corners(self, painter: QPainter) -> None:
        whole, rounded = QPainterPath(), QPainterPath()
        whole.addRect(QRectF(self.rect()))
        rounded.addRoundedRect(QRectF(self.rect()), look.RADIUS, look.RADIUS)
        painter.fillPath(whole.subtracted(rounded), QColor(self._theme.window))

    def _note_latency(self, shown: Shown) -> None:
        if shown.serial != self._painted_serial and not shown.past:
            self._painted_serial = shown.serial
            now = time.perf_counter()
            self.latency.add(now, 1000 * (now - shown.result.frame.captured_s))

    def _paint_red(self, painter: QPainter, shown: Shown) -> None:
        """What the answer hangs on, laid over what the network sees of that face in this frame."""
        if self._explained is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for face in shown.result.faces:
            if face.reading.face_id == self._explained.question.face_id:
                square = self._on_screen(face.reading.square)
                painter.save()
                painter.translate(square.center())
                painter.rotate(face.reading.turn)
                square.moveCenter(QPointF(0, 0))
                painter.drawImage(square, self._red)
                if self._explained.question.cover is not None:
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                    paint_cover(painter, square, self._explained.question.cover)
                painter.restore()

    def _paint_face(self, painter: QPainter, face: Face, chosen: bool) -> None:
        box = self.box_rect(face)
        unsure = face.stable_label == UNSURE
        colour = QColor(look.data_colour(face.stable_label) if not unsure else "#FFFFFF")
        radius = min(float(look.RADIUS), box.width() / 4)
        width = 3.0 if chosen else 1.6
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_CASING, width + 2))
        painter.drawRoundedRect(box, radius, radius)
        outline = QPen(colour, width)
        if unsure:
            outline.setDashPattern([4, 3])
        painter.setPen(outline)
        painter.drawRoundedRect(box, radius, radius)
        self._paint_chip(painter, face, box, chosen)

    def _paint_chip(self, painter: QPainter, face: Face, box: QRectF, chosen: bool) -> None:
        number = str(face.reading.face_id)
        font = look.font(look.NORMAL, bold=chosen)
        metrics = QFontMetricsF(font)
        text = self._texts[face.reading.face_id][1]
        pad, dot = 8.0, 10.0
        number_width, text_width = metrics.horizontalAdvance(number), metrics.horizontalAdvance(text)
        width = pad + number_width + pad + dot + 6 + text_width + pad
        picture = self.picture_rect()
        above = box.top() - _CHIP_HEIGHT - 4
        top = above if above >= picture.top() else max(picture.top() + 4, box.top() + 4)
        left = max(picture.left() + 4, min(box.left(), picture.right() - width - 4))
        chip = QRectF(left, top, width, _CHIP_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_CHIP)
        painter.drawRoundedRect(chip, 6, 6)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.on_plot))
        line = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(chip.left() + pad, chip.top(), number_width + 1, _CHIP_HEIGHT), line, number)
        x = chip.left() + pad + number_width + pad
        paint_swatch(painter, QPointF(x + dot / 2, chip.center().y()), dot, face.stable_label)
        painter.setPen(QColor(self._theme.on_stage))
        painter.drawText(QRectF(x + dot + 6, chip.top(), text_width + 2, _CHIP_HEIGHT), line, text)


def paint_swatch(painter: QPainter, centre: QPointF, size: float, label: str) -> None:
    """The mark of an expression: a filled dot in its colour, or an empty ring for `unsure`."""
    if label == UNSURE:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.data_colour(label)), 2, Qt.PenStyle.DotLine))
        painter.drawEllipse(centre, size / 2 - 1, size / 2 - 1)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.data_colour(label)))
    painter.drawEllipse(centre, size / 2, size / 2)
