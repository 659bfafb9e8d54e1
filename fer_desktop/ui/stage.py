"""The video area: the picture, and over it the state that it is in, with one sentence and one action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QPushButton, QWidget

from fer_desktop.ui import icons
from fer_desktop.ui import theme as look
from fer_desktop.ui.video_view import VideoView

_PILL_BUTTON: Final = "background: rgba(255, 255, 255, 40); border-radius: 14px; min-height: 26px;"


@dataclass(frozen=True, slots=True)
class Message:
    """What the stage says. A card stands in the middle; a pill leaves the picture to be seen."""

    icon: str
    sentence: str
    action: str = ""
    act: Callable[[], object] | None = None
    pill: bool = False
    dim: bool = False
    """Whether the picture behind is old and must not pass for the present one."""


class _Veil(QWidget):
    """Dims what is behind it."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 130))
            painter.drawRoundedRect(self.rect(), look.RADIUS, look.RADIUS)


class Stage(QWidget):
    """Holds the video view and shows at most one message over it."""

    def __init__(self, theme: look.Theme) -> None:
        super().__init__()
        self.view = VideoView(theme, self)
        self._theme = theme
        self._veil = _Veil(self)
        self._veil.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._box = QFrame(self)
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._button = QPushButton()
        self._button.setObjectName("primary")
        self._button.clicked.connect(self._act)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._box)
        for widget in (self._icon, self._text, self._button):
            self._layout.addWidget(widget)
        self._message: Message | None = None
        self.setMinimumSize(self.view.minimumSize())
        self.set_message(None)

    @property
    def message(self) -> Message | None:
        return self._message

    def set_theme(self, theme: look.Theme) -> None:
        self._theme = theme
        self.view.set_theme(theme)
        message, self._message = self._message, None
        self.set_message(message)

    def set_message(self, message: Message | None) -> None:
        """Show this state instead of the one before; the same one again costs nothing."""
        if message == self._message and message is not None:
            return
        self._message = message
        self._box.setVisible(message is not None)
        self._veil.setVisible(message is not None and message.dim)
        if message is None:
            return
        on_picture = message.pill or self.view.shown is not None
        ground = self._theme.stage if on_picture else self._theme.surface
        ink = self._theme.on_stage if on_picture else self._theme.text
        self._box.setStyleSheet(
            f"QFrame {{ background: {ground}; border-radius: {19 if message.pill else look.RADIUS}px; }}"
            f"QLabel {{ color: {ink}; background: transparent; }}"
            + (f"QPushButton {{ {_PILL_BUTTON} color: {ink}; }}" if message.pill else "")
        )
        self._icon.setPixmap(icons.pixmap(message.icon, ink, look.px(16 if message.pill else 40)))
        self._text.setText(message.sentence)
        look.dress(self._text, look.NORMAL if message.pill else 15)
        self._button.setText(message.action)
        self._button.setVisible(bool(message.action))
        self._arrange(message.pill)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view.setGeometry(self.rect())
        self._veil.setGeometry(self.rect())
        self._place()

    def _arrange(self, pill: bool) -> None:
        layout = self._layout
        layout.setDirection(QBoxLayout.Direction.LeftToRight if pill else QBoxLayout.Direction.TopToBottom)
        if pill:
            layout.setContentsMargins(16, 4, 5 if self._button.text() else 16, 4)
        else:
            layout.setContentsMargins(32, 32, 32, 32)
        layout.setSpacing(8 if pill else 16)
        side = Qt.AlignmentFlag.AlignVCenter if pill else Qt.AlignmentFlag.AlignHCenter
        layout.setAlignment(self._icon, side)
        layout.setAlignment(self._button, side)
        self._text.setAlignment(Qt.AlignmentFlag.AlignVCenter if pill else Qt.AlignmentFlag.AlignCenter)
        self._text.setWordWrap(not pill)
        self._text.setMinimumHeight(30 if pill else 0)
        layout.activate()

    def _place(self) -> None:
        if self._message is None:
            return
        pill = self._message.pill
        room = self.rect().adjusted(16, 16, -16, -16)
        if pill:
            size = self._pill_size(room.width()).boundedTo(room.size())
            left = room.center().x() - size.width() // 2
            self._box.setGeometry(left, room.bottom() - size.height(), size.width(), size.height())
            return
        self._icon.show()
        width = min(440, room.width())
        height = self._layout.heightForWidth(width)
        height = min(max(height, self._box.minimumSizeHint().height()), room.height())
        self._box.setGeometry(room.center().x() - width // 2, room.center().y() - height // 2, width, height)

    def _pill_size(self, most: int) -> QSize:
        """One line; in a narrow view, or with large text, more lines and then a button below them."""
        self._arrange(pill=True)
        self._icon.show()
        size = self._box.sizeHint()
        if size.width() <= most:
            return size
        self._text.setWordWrap(True)
        if self._layout.minimumSize().width() > most:
            self._icon.hide()
            self._layout.setDirection(QBoxLayout.Direction.TopToBottom)
            self._layout.setContentsMargins(16, 8, 16, 8)
            self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._layout.setAlignment(self._button, Qt.AlignmentFlag.AlignHCenter)
        return QSize(most, self._layout.heightForWidth(most))

    def _act(self) -> None:
        if self._message is not None and self._message.act is not None:
            self._message.act()
