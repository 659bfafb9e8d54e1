"""The explanation below the bars: what the network really sees, what the red means, and the cover-up test."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from fer_desktop.engine.explainer import Explanation
from fer_desktop.engine.result import Face
from fer_desktop.ui import theme as look
from fer_desktop.ui.overlay import grey_image, paint_cover, red_image
from fer_desktop.ui.words import QT_TRANSLATE_NOOP, emotion_name, translate
from fer_desktop.vision.insight import Area

_INSET: Final = 96
_SMALL_INSET: Final = 48
_LEAST: Final = 10
_PLACES: Final = (
    (QT_TRANSLATE_NOOP("WhyBox", "Cover eyes"), Area(0.12, 0.26, 0.76, 0.23)),
    (QT_TRANSLATE_NOOP("WhyBox", "Cover mouth"), Area(0.2, 0.62, 0.6, 0.34)),
)
"""Where FER2013's framing has them."""
_SMALLEST_AREA: Final = 0.06
"""A drag that is shorter than this part of the inset was meant as a click."""


class _Inset(QWidget):
    """The face as the network sees it, pixel by pixel; an area of it is covered by dragging over it."""

    dragged = Signal(object)
    """The `Area`, or None for a click, which takes the cover away."""

    def __init__(self, theme: look.Theme) -> None:
        super().__init__()
        self.theme = theme
        self.face = QImage()
        self.red = QImage()
        self.cover: Area | None = None
        self._from: QPointF | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            area = self._area(self._from, event.position())
            if area is not None:
                self.dragged.emit(area)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None and event.button() == Qt.MouseButton.LeftButton:
            self.dragged.emit(self._area(self._from, event.position()))
            self._from = None

    def _area(self, one: QPointF, other: QPointF) -> Area | None:
        side = self.width()
        xs, ys = (
            sorted((min(max(a, 0), side), min(max(b, 0), side)))
            for a, b in ((one.x(), other.x()), (one.y(), other.y()))
        )
        area = Area(xs[0] / side, ys[0] / side, (xs[1] - xs[0]) / side, (ys[1] - ys[0]) / side)
        return area if min(area.w, area.h) >= _SMALLEST_AREA else None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        rounded = QPainterPath()
        rounded.addRoundedRect(QRectF(self.rect()), look.RADIUS / 2, look.RADIUS / 2)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipPath(rounded)
            painter.fillRect(self.rect(), QColor(self.theme.raised))
            if not self.face.isNull():
                painter.drawImage(self.rect(), self.face)
                painter.drawImage(self.rect(), self.red)
                if self.cover is not None:
                    paint_cover(painter, QRectF(self.rect()), self.cover)


class WhyBox(QWidget):
    """Inset, sentence, buttons that cover a part of the face, and a slider for how strong the red is."""

    cover_chosen = Signal(object)
    """An `Area` to cover, or None."""

    def __init__(self, theme: look.Theme) -> None:
        super().__init__()
        self.inset = _Inset(theme)
        self.inset.dragged.connect(self.set_cover)
        self._text = QLabel()
        self._text.setObjectName("muted")
        look.dress(self._text, look.SMALL)
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(_LEAST, 100)
        self._slider.setPageStep(10)
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._buttons = [self._button(area) for _, area in _PLACES]
        self._compact = False
        self._cover: Area | None = None
        self._seen: NDArray[np.uint8] | None = None
        self._pictured = True
        self._red_of: tuple[Explanation | None, int] = (None, 0)
        self._words: tuple[str, ...] = ()
        """Label; with a cover also what it was and is, and what the network says then."""
        upper = QHBoxLayout()
        upper.setSpacing(12)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._text, 1)
        column.addWidget(self._slider)
        upper.addWidget(self.inset, 0, Qt.AlignmentFlag.AlignTop)
        upper.addLayout(column, 1)
        lower = QHBoxLayout()
        lower.setSpacing(8)
        for button in self._buttons:
            lower.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(upper)
        layout.addLayout(lower)
        self.set_compact(False)
        self.retranslate()

    def _button(self, area: Area) -> QPushButton:
        button = QPushButton()
        button.setObjectName("small")
        button.setCheckable(True)
        look.dress(button, look.SMALL)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda on: self.set_cover(area if on else None))
        return button

    @property
    def strength(self) -> int:
        """How strongly the red covers, in per cent."""
        return self._slider.value()

    @property
    def sentence(self) -> str:
        """What the overlay or the cover is said to mean."""
        return self._text.text()

    @property
    def cover(self) -> Area | None:
        return self._cover

    def button(self, place: int) -> QPushButton:
        """The button that covers the eyes (0) or the mouth (1)."""
        return self._buttons[place]

    def set_theme(self, theme: look.Theme) -> None:
        self.inset.theme = theme
        self.inset.update()

    def set_strength(self, percent: int) -> None:
        self._slider.setValue(percent)

    def set_cover(self, area: Area | None) -> None:
        """Cover this area of the face from now on; None: nothing."""
        self._cover = self.inset.cover = area
        for button, (_, place) in zip(self._buttons, _PLACES, strict=True):
            button.setChecked(area == place)
        self.inset.update()
        self.cover_chosen.emit(area)

    def set_compact(self, on: bool) -> None:
        """Take less room: a smaller inset, a shorter sentence, no buttons."""
        self._compact = on
        side = _SMALL_INSET if on else _INSET
        self.inset.setFixedSize(side, side)
        for button in self._buttons:
            button.setVisible(not on)
        self._write()

    def retranslate(self) -> None:
        self._slider.setToolTip(translate("WhyBox", "How strong the red is"))
        self._slider.setAccessibleName(translate("WhyBox", "How strong the red is"))
        self.inset.setToolTip(
            translate(
                "WhyBox",
                "What the network sees, pixel by pixel. Drag over it to cover a part, click to uncover.",
            )
        )
        for button, (text, _) in zip(self._buttons, _PLACES, strict=True):
            button.setText(translate("WhyBox", text))
        self._write()

    def show_explanation(
        self, face: Face | None, explanation: Explanation | None, labels: tuple[str, ...]
    ) -> None:
        """The face of this frame, and the newest answer about it; None for what there is not."""
        seen = face.reading.seen if face is not None and face.reading.seen.size else None
        if seen is None:
            explanation = None
        pictured = face is None or seen is not None
        if pictured != self._pictured:
            self._pictured = pictured
            self._write()
        if seen is not self._seen:
            self._seen = seen
            self.inset.face = QImage() if seen is None else grey_image(seen)
            self.inset.update()
        red_of = (explanation, self.strength)
        if red_of != self._red_of:
            self._red_of = red_of
            self.inset.red = (
                QImage() if explanation is None else red_image(explanation.heat, self.strength / 100)
            )
            self.inset.update()
        words = () if face is None or explanation is None else _words(face, explanation, labels)
        if words != self._words:
            self._words = words
            self._write()

    def _write(self) -> None:
        tip = ""
        if not self._pictured:
            text = translate("WhyBox", "There is no picture of this moment, so nothing can be explained.")
        elif not self._words:
            text = translate("WhyBox", "Waiting for a face.")
        elif len(self._words) == 1:
            text = translate(
                "WhyBox",
                "Red: the pixels that “{label}” hangs on most. It shows where the answer is sensitive, "
                "not its cause.",
            ).format(label=emotion_name(self._words[0]))
            if self._compact:
                tip = text
                short = translate("WhyBox", "Red: what “{label}” hangs on. Not its cause.")
                text = short.format(label=emotion_name(self._words[0]))
        else:
            label, before, after, said = self._words
            text = translate(
                "WhyBox",
                "With that covered, “{label}” goes from {before} to {after}; most likely is “{said}”.",
            ).format(label=emotion_name(label), before=before, after=after, said=emotion_name(said))
        self._text.setText(text)
        self._text.setToolTip(tip)


def _words(face: Face, explanation: Explanation, labels: tuple[str, ...]) -> tuple[str, ...]:
    place = explanation.question.label
    if explanation.covered is None:
        return (labels[place],)
    return (
        labels[place],
        f"{face.shown[place]:.2f}",
        f"{explanation.covered[place]:.2f}",
        labels[int(explanation.covered.argmax())],
    )
