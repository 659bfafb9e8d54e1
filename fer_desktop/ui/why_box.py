"""The explanation below the bars: the picture that the network really sees, and what the red means."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from fer_desktop.engine.explainer import Explanation
from fer_desktop.ui import theme as look
from fer_desktop.ui.overlay import grey_image, red_image
from fer_desktop.ui.words import emotion_name, translate

_INSET: Final = 96
_SMALL_INSET: Final = 48
_LEAST: Final = 10


class _Inset(QWidget):
    """The face as the network sees it, pixel by pixel, with its red."""

    def __init__(self, theme: look.Theme) -> None:
        super().__init__()
        self.theme = theme
        self.face = QImage()
        self.red = QImage()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rounded = QPainterPath()
        rounded.addRoundedRect(QRectF(self.rect()), look.RADIUS / 2, look.RADIUS / 2)
        painter.setClipPath(rounded)
        painter.fillRect(self.rect(), QColor(self.theme.raised))
        if not self.face.isNull():
            painter.drawImage(self.rect(), self.face)
            painter.drawImage(self.rect(), self.red)


class WhyBox(QWidget):
    """The inset, what its red means, and a slider for how strong the red is, here and over the picture."""

    def __init__(self, theme: look.Theme) -> None:
        super().__init__()
        self._inset = _Inset(theme)
        self._text = QLabel()
        self._text.setObjectName("muted")
        self._text.setFont(look.font(look.SMALL))
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(_LEAST, 100)
        self._slider.setPageStep(10)
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._compact = False
        self._label = ""
        self._seen: NDArray[np.uint8] | None = None
        self._red_of: tuple[Explanation | None, int] = (None, 0)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._text, 1)
        column.addWidget(self._slider)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._inset, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column, 1)
        self.set_compact(False)
        self.retranslate()

    @property
    def strength(self) -> int:
        """How strongly the red covers, in per cent."""
        return self._slider.value()

    @property
    def sentence(self) -> str:
        """What the overlay is said to mean."""
        return self._text.text()

    def set_theme(self, theme: look.Theme) -> None:
        self._inset.theme = theme
        self._inset.update()

    def set_strength(self, percent: int) -> None:
        self._slider.setValue(percent)

    def set_compact(self, on: bool) -> None:
        """Take less room: a smaller inset and a shorter sentence."""
        self._compact = on
        side = _SMALL_INSET if on else _INSET
        self._inset.setFixedSize(side, side)
        self._write()

    def retranslate(self) -> None:
        self._slider.setToolTip(translate("WhyBox", "How strong the red is"))
        self._slider.setAccessibleName(translate("WhyBox", "How strong the red is"))
        self._inset.setToolTip(translate("WhyBox", "What the network sees, pixel by pixel"))
        self._write()

    def show_explanation(
        self, seen: NDArray[np.uint8] | None, explanation: Explanation | None, labels: tuple[str, ...]
    ) -> None:
        """The face (S, S) of this frame, and the newest answer about it; None for what there is not."""
        if seen is None:
            explanation = None
        if seen is not self._seen:
            self._seen = seen
            self._inset.face = QImage() if seen is None else grey_image(seen)
            self._inset.update()
        red_of = (explanation, self.strength)
        if red_of != self._red_of:
            self._red_of = red_of
            self._inset.red = (
                QImage() if explanation is None else red_image(explanation.heat, self.strength / 100)
            )
            self._inset.update()
        label = "" if explanation is None else labels[explanation.question.label]
        if label != self._label:
            self._label = label
            self._write()

    def _write(self) -> None:
        if not self._label:
            self._text.setText(translate("WhyBox", "Waiting for a face."))
            return
        text = translate(
            "WhyBox",
            "Red: the pixels that “{label}” hangs on most. It shows where the answer is sensitive, "
            "not its cause.",
        )
        short = translate("WhyBox", "Red: what “{label}” hangs on. Not its cause.")
        words = short if self._compact else text
        self._text.setText(words.format(label=emotion_name(self._label)))
        self._text.setToolTip(text.format(label=emotion_name(self._label)) if self._compact else "")
