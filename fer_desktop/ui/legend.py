"""The names of the curves, in the order of the expressions; a click hides or shows one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from fer_desktop.ui import theme as look
from fer_desktop.ui.words import emotion_name, translate

_DASHES: Final[tuple[tuple[float, ...], ...]] = ((), (6, 3), (2, 2))
_WIDTH: Final = 120


def dashes(place: int) -> tuple[float, ...]:
    """The dash pattern of a curve, a second cue beside colour: neighbours never share one."""
    return _DASHES[place % len(_DASHES)]


class Legend(QWidget):
    """One small button for each curve."""

    toggled = Signal(str, bool)
    """A label, and whether its curve is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = look.DARK
        self._buttons: list[QToolButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addStretch(1)

    def show_labels(self, labels: Sequence[str], hidden: Collection[str], theme: look.Theme) -> None:
        """Make the buttons anew."""
        self._theme = theme
        self.setFixedWidth(look.px(_WIDTH))
        for button in self._buttons:
            self._layout.removeWidget(button)
            # Out of sight at once: the deletion itself waits for the event loop.
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(place, label, hidden) for place, label in enumerate(labels)]
        for place, button in enumerate(self._buttons):
            self._layout.insertWidget(place, button)

    def button(self, place: int) -> QToolButton:
        """The button of one curve."""
        return self._buttons[place]

    def _button(self, place: int, label: str, hidden: Collection[str]) -> QToolButton:
        button = QToolButton()
        button.setText(emotion_name(label))
        look.dress(button, look.SMALL)
        button.setIcon(self._swatch(place, label, label not in hidden))
        button.setIconSize(QSize(20, 8))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setCheckable(True)
        button.setChecked(label not in hidden)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(translate("Timeline", "Show or hide this curve"))
        button.setFixedWidth(look.px(_WIDTH))
        button.setMinimumHeight(look.px(14))
        button.setMaximumHeight(look.px(18))
        button.toggled.connect(self._toggle)
        button.setProperty("label", label)
        return button

    def _toggle(self, on: bool) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            label = str(button.property("label"))
            button.setIcon(self._swatch(self._buttons.index(button), label, on))
            self.toggled.emit(label, on)

    def _swatch(self, place: int, label: str, on: bool) -> QIcon:
        canvas = QPixmap(40, 16)
        canvas.fill(Qt.GlobalColor.transparent)
        canvas.setDevicePixelRatio(2)
        pen = QPen(QColor(look.data_colour(label)), 2.5) if on else QPen(QColor(self._theme.plot_line), 1)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if on and dashes(place):
            pen.setDashPattern([length / 2.5 for length in dashes(place)])
        with QPainter(canvas) as painter:
            painter.setPen(pen)
            painter.drawLine(QPointF(1, 4), QPointF(19, 4))
        return QIcon(canvas)
