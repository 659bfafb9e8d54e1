"""Play, pause, step and seek; for videos and folders of pictures only."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QStyle, QStyleOptionSlider, QToolButton, QWidget

from fer_desktop.capture.source import SourceInfo
from fer_desktop.engine.result import Result
from fer_desktop.ui import theme as look
from fer_desktop.ui.time_axis import minutes
from fer_desktop.ui.words import translate

_STEPS: Final = 10_000


class _JumpSlider(QSlider):
    """A slider that goes to where it is clicked, like every player's."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            handle = self.style().subControlRect(
                QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
            )
            if not handle.contains(event.position().toPoint()):
                room = max(1, self.width() - handle.width())
                share = (event.position().x() - handle.width() / 2) / room
                self.setSliderDown(True)
                self.setSliderPosition(round(min(1.0, max(0.0, share)) * self.maximum()))
        super().mousePressEvent(event)


class Transport(QWidget):
    """One row under the picture. `sought` gives a share of the whole, 0 to 1."""

    sought = Signal(float)

    def __init__(self, play: QAction, back: QAction, forward: QAction) -> None:
        super().__init__()
        self._info: SourceInfo | None = None
        self._slider = _JumpSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _STEPS)
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._slider.sliderMoved.connect(self._moved)
        self._slider.actionTriggered.connect(self._keyed)
        self._time = QLabel()
        self._time.setObjectName("muted")
        look.dress(self._time)
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        for action in (back, play, forward):
            button = QToolButton()
            button.setObjectName("bare")
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self._slider, 1)
        layout.addSpacing(8)
        layout.addWidget(self._time)
        self.retranslate()

    @property
    def text(self) -> str:
        """The position as written, like `0:07 / 0:20`."""
        return self._time.text()

    @property
    def share(self) -> float:
        """Where the handle is, 0 to 1."""
        return self._slider.value() / _STEPS

    def retranslate(self) -> None:
        self._slider.setAccessibleName(translate("Transport", "Position"))

    def set_source(self, info: SourceInfo | None) -> None:
        """A new source: sliders only make sense where there is a length."""
        self._info = info
        self._slider.setValue(0)
        self._slider.setEnabled(info is not None and bool(info.duration_s or info.frame_count))
        self._time.setText("")
        widest = "00:00:00 / 00:00:00" if info and (info.duration_s or 0) >= 3600 else "00:00 / 00:00"
        self._time.setFixedWidth(QFontMetrics(self._time.font()).horizontalAdvance(widest) + 4)

    def show_frame(self, result: Result) -> None:
        """Follow the frame on screen, unless the user holds the handle."""
        info = self._info
        if info is None:
            return
        at, whole = result.frame.media_t_s, info.duration_s
        if at is not None and whole:
            text, share = f"{minutes(at)} / {minutes(whole)}", at / whole
        elif info.frame_count:
            place = result.frame.index
            text, share = f"{place + 1} / {info.frame_count}", place / max(1, info.frame_count - 1)
        else:
            text, share = str(result.frame.index + 1), 0.0
        if self._time.text() != text:
            self._time.setText(text)
        if not self._slider.isSliderDown():
            self._slider.setValue(round(_STEPS * min(1.0, share)))

    def _moved(self, value: int) -> None:
        self.sought.emit(value / _STEPS)

    def _keyed(self, _: int) -> None:
        if not self._slider.isSliderDown():
            self.sought.emit(self._slider.sliderPosition() / _STEPS)
