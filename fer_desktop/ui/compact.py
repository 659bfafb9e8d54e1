"""The small view for calls: face, expression and bars on top of other windows; with room, the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QToolButton, QVBoxLayout, QWidget

from fer_desktop.ui import theme as look
from fer_desktop.ui.actions import Actions
from fer_desktop.ui.face_panel import FacePanel
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.layout_memory import from_text, to_text
from fer_desktop.ui.time_axis import minutes
from fer_desktop.ui.video_view import VideoView
from fer_desktop.ui.words import translate

_FIRST_SIZE: Final = QSize(296, 432)
_BUTTON: Final = QSize(24, 20)
_LOWEST_PICTURE: Final = 96
_ACTIONS: Final = (
    "compact", "play", "record", "marker", "neutral", "face_auto", "hide_face", "show_faces", "quit",
)  # fmt: skip
"""What can be done here by key: all that needs no dialog."""
_NO_LIMIT: Final = 16_777_215
"""Qt's own largest size of a widget."""


class CompactView(QWidget):
    """A window of its own beside the main one, which is hidden meanwhile; both show the same engine.

    It asks to stay on top. Where the system does not grant that (Wayland), it is a small window like others.
    """

    left = Signal()
    """The user wants the whole window back."""

    def __init__(self, theme: look.Theme, actions: Actions, face_keys: Sequence[QAction]) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.setObjectName("compact")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.addActions([*(actions[name] for name in _ACTIONS), *face_keys])
        button = QToolButton()
        button.setObjectName("bare")
        button.setDefaultAction(actions["compact"])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setFixedSize(_BUTTON)
        button.setIconSize(_BUTTON - QSize(6, 4))
        button.setStyleSheet("padding: 0")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view = VideoView(theme, self)
        self.view.setMinimumSize(QSize(120, _LOWEST_PICTURE))
        self.panel = FacePanel(theme, corner=button)
        self._news = QLabel()
        self._news.setWordWrap(True)
        self._news.setTextFormat(Qt.TextFormat.PlainText)
        self._recording = QLabel()
        self._recording.setObjectName("recording")
        self._footer = QWidget()
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(12, 4, 12, 8)
        row.addWidget(self._news, 1)
        row.addWidget(self._recording, 0, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the picture asks for nothing
        for part in (self.view, self.panel, self._footer):
            layout.addWidget(part, int(part is not self._footer))
        self._shown: Shown | None = None
        self._ending = False
        self.resize(_FIRST_SIZE)
        self.retranslate()

    @property
    def news(self) -> str:
        """The sentence at the bottom; empty if all is well."""
        return self._news.text()

    @property
    def recording(self) -> str:
        """For how long it has been recorded, as written; empty if it is not."""
        return self._recording.text()

    def appear(self, geometry: str) -> None:
        """Show it where it was; `geometry` as `place` gave it, or empty."""
        if geometry:
            self.restoreGeometry(from_text(geometry))
        self.show()
        self.raise_()
        self.activateWindow()

    def place(self) -> str:
        """Where it is, as text for the settings."""
        return to_text(self.saveGeometry())

    def end(self) -> None:
        """The program ends: close for good."""
        self._ending = True
        self.close()

    def set_theme(self, theme: look.Theme) -> None:
        self.view.set_theme(theme)
        self.panel.set_theme(theme)

    def retranslate(self) -> None:
        self.setWindowTitle(translate("Compact", "Small view – FER Desktop"))
        self.panel.retranslate()
        self.view.update()

    def clear(self, labels: tuple[str, ...]) -> None:
        """A new source: nothing is known yet."""
        self._shown = None
        self.view.show_frame(None)
        self.panel.clear(labels)

    def show_frame(self, shown: Shown, now_s: float, *, live: bool) -> None:
        """Take over a frame; it costs nothing while the view is hidden."""
        if self.isVisible():
            self.view.show_frame(shown)
            self.panel.show_frame(shown, now_s, live=live)

    def advance(self, now_s: float, *, held: bool, beat: bool) -> None:
        """Move bars and, on a beat, write text."""
        if self.isVisible():
            self.panel.advance(now_s, held=held, beat=beat)
            if beat:
                self.view.beat()

    def tell(self, news: str, recording_s: float | None) -> None:
        """What there is to tell, and for how long it has been recorded; None: it is not."""
        recording = "" if recording_s is None else f"●  {minutes(recording_s)}"
        if (news, recording) != (self.news, self.recording):
            self._news.setText(news)
            self._recording.setText(recording)
            self._footer.setVisible(bool(news or recording))
            self._share_room()

    def sizeHint(self) -> QSize:
        return _FIRST_SIZE

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """The picture is shown where face and bars leave room for it."""
        footer = 0 if self._footer.isHidden() else self._footer.sizeHint().height()
        least = self.panel.minimumSizeHint()
        self.setMinimumSize(least.width(), least.height() + footer)
        picture = self.height() - footer - least.height() >= _LOWEST_PICTURE
        self.view.setVisible(picture)
        self.panel.setMaximumHeight(least.height() if picture else _NO_LIMIT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.left.emit()
        event.accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Its own cross leads back: closing a small view must not end a recording."""
        if self._ending:
            event.accept()
        else:
            event.ignore()
            self.left.emit()
