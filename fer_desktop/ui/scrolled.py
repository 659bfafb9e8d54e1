"""Room for what is taller than its place: with large text, panel and dialogs are scrolled."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QStyle, QWidget

_LEAST_HEIGHT: Final = 170
_SHARE_OF_SCREEN: Final = 0.75


class Scrolled(QScrollArea):
    """As wide as what is in it needs; lower than it only where there is no room."""

    def __init__(self, inner: QWidget, least_height: int = _LEAST_HEIGHT) -> None:
        super().__init__()
        self._inner = inner
        self.least_height = least_height
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
        inner.installEventFilter(self)

    def replace(self, inner: QWidget) -> None:
        """Show this instead; the old one may be the one that asked for it, so it goes later."""
        old, self._inner = self.takeWidget(), inner
        old.hide()
        old.deleteLater()
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
        inner.installEventFilter(self)
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is inside may have come to need another width."""
        if watched is self._inner and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        size = self._inner.sizeHint().expandedTo(self._inner.minimumSizeHint())
        most = round(_SHARE_OF_SCREEN * self.screen().availableSize().height())
        return QSize(size.width() + self._bar(), min(size.height(), most))

    def minimumSizeHint(self) -> QSize:
        least = self._inner.minimumSizeHint().expandedTo(self._inner.minimumSize())
        lower = least.height() > self.least_height
        return QSize(least.width() + (self._bar() if lower else 0), min(least.height(), self.least_height))

    def _bar(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)


class QuietCombo(QComboBox):
    """In something that is scrolled, the wheel must not choose what happens to come under the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
