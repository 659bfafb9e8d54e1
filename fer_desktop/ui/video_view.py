"""The picture, letterboxed, with a rounded box, an id and a label chip for each face of that frame."""

from __future__ import annotations

import time
from collections import deque
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
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
from fer_desktop.ui.chips import Chip, chip_text, paint_chips
from fer_desktop.ui.feed import Shown, painted_size
from fer_desktop.ui.follower import area
from fer_desktop.ui.overlay import paint_cover, red_image
from fer_desktop.ui.words import translate
from fer_desktop.vision.faces import Box

_CASING: Final = QColor(0, 0, 0, 150)
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


class VideoView(QWidget):
    """Paints one `Shown` at a time; a click on a box chooses that face."""

    face_clicked = Signal(int)
    menu_asked = Signal(int, QPoint)
    """The face that was clicked with the right button, or 0 beside all of them; where on the screen."""

    def __init__(self, theme: look.Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: Shown | None = None
        self._texts: dict[int, tuple[str, str]] = {}
        self._cramped: frozenset[int] = frozenset()
        """Faces whose chips had no room for words in the last picture."""
        self._image = QImage()
        self._pixels: NDArray[np.uint8] | None = None
        self._mirrored = False
        self._explained: Explanation | None = None
        self._strength = 0.0
        self._red = QImage()
        self._painted_serial = 0
        self.latency = Latency()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(320, 176))
        self._reached_by_key = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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
            # The image shares the array, which is kept alive for as long.
            self._pixels = pixels = _mirror(shown.pixels) if self._mirrored else shown.pixels
            self._image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        self.update()

    @property
    def mirrored(self) -> bool:
        """Whether left and right are changed over, here and nowhere else."""
        return self._mirrored

    def set_mirrored(self, mirrored: bool) -> None:
        """Change left and right over, as a mirror does, or no longer; ids and words stay readable."""
        if mirrored != self._mirrored:
            self._mirrored = mirrored
            self.show_frame(self._shown)

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
        left = self._shown.frame_size[0] - box.x - box.w if self._mirrored else box.x
        return QRectF(picture.x() + left * scale, picture.y() + box.y * scale, box.w * scale, box.h * scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._shown is not None and event.button() == Qt.MouseButton.LeftButton:
            face_id = self._face_at(event.position())
            if face_id:
                self.face_clicked.emit(face_id)
                return
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A picture that was reached by Tab says so; one that was clicked needs no frame."""
        by_key = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        self._reached_by_key = event.reason() in by_key
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """From the mouse: the menu of the face under it; from the keyboard: of the chosen one."""
        if self._shown is None:
            return
        face, at = self._shown.face, event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            self.menu_asked.emit(self._face_at(QPointF(event.pos())), at)
        elif face is not None:
            at = self.mapToGlobal(self.box_rect(face).center().toPoint())
            self.menu_asked.emit(face.reading.face_id, at)

    def _face_at(self, position: QPointF) -> int:
        """The smallest face there, or 0."""
        faces = () if self._shown is None else self._shown.faces
        hits = [face for face in faces if self.box_rect(face).contains(position)]
        return min(hits, key=area).reading.face_id if hits else 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        shown = self._shown
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._theme.stage if shown else self._theme.empty))
            if shown is not None:
                self._paint_shown(painter, shown)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._round_corners(painter)
            if self.hasFocus() and self._reached_by_key:
                painter.setPen(QPen(QColor(self._theme.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), look.RADIUS, look.RADIUS)
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
        for face in sorted(shown.faces, key=lambda f: f.reading.face_id == chosen):
            self._paint_face(painter, face, face.reading.face_id == chosen)
        chips = [self._chip(shown, face) for face in shown.faces]
        self._cramped = paint_chips(painter, chips, target, self._theme, self._cramped)
        painter.setClipping(False)

    def _chip(self, shown: Shown, face: Face) -> Chip:
        face_id = face.reading.face_id
        chosen = shown.face is not None and shown.face.reading.face_id == face_id
        text = self._texts[face_id][1]
        return Chip(face, self.box_rect(face), shown.people.short(face_id), text, chosen)

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
        for face in shown.faces:
            if face.reading.face_id == self._explained.question.face_id:
                square = self._on_screen(face.reading.square)
                painter.save()
                painter.translate(square.center())
                painter.scale(-1 if self._mirrored else 1, 1)
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


def _mirror(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return cv2.flip(pixels, 1)  # type: ignore[return-value]
