"""The one channel by which the window tells something that is not a state of the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from fer_desktop.errors import UserError
from fer_desktop.ui import icons
from fer_desktop.ui import theme as look
from fer_desktop.ui.readout import announce
from fer_desktop.ui.told import told
from fer_desktop.ui.words import translate

_INFO_LASTS_MS = 8000


class Severity(Enum):
    """How bad it is; also chooses icon and colour."""

    PROGRESS = "progress"
    """How far something has come that is still going on."""
    INFO = "info"
    DONE = "done"
    WARNING = "warning"
    ERROR = "error"


_RANK: Final = {
    Severity.ERROR: 0,
    Severity.WARNING: 0,
    Severity.DONE: 1,
    Severity.INFO: 1,
    Severity.PROGRESS: 2,
}
"""What hides what: trouble comes first, and what goes on anyway comes last."""


@dataclass(frozen=True, slots=True)
class Notification:
    """A sentence, what to do about it, and perhaps a button that does it."""

    severity: Severity
    sentence: str
    remedy: str = ""
    replace: str = ""
    """Notifications with the same word take each other's place instead of piling up."""
    action: str = ""
    act: Callable[[], object] | None = None
    stays: bool = False
    """It is to be read before anything else is done: only closing it ends it."""

    @property
    def key(self) -> str:
        return self.replace or self.sentence

    @property
    def lasts(self) -> bool:
        """Whether time does not end it."""
        return self.stays or self.severity not in {Severity.INFO, Severity.DONE}


def from_error(error: UserError, replace: str = "") -> Notification:
    """An error of one of the rooms, in the language of the window."""
    return Notification(Severity.ERROR, told(error.sentence), told(error.remedy), replace or error.sentence)


class Notifications(QObject):
    """Keeps what is to be told: trouble first, else the newest. `post` may be called from any thread."""

    changed = Signal()
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Notification] = []
        self._hidden: set[str] = set()
        """What goes on unseen, as somebody has closed the line about it."""
        # A bound method of a QObject: a post from another thread is delivered in this one.
        self._posted.connect(self._take)

    def post(self, notification: Notification) -> None:
        """Show this, in the place of what it replaces, or before what is no worse."""
        self._posted.emit(notification)

    def post_error(self, error: UserError, replace: str = "") -> None:
        self.post(from_error(error, replace))

    @property
    def current(self) -> Notification | None:
        return self._waiting[0] if self._waiting else None

    @property
    def trouble(self) -> str:
        """The sentence of the newest warning or error; empty if there is none."""
        bad = (n for n in self._waiting if n.severity in {Severity.WARNING, Severity.ERROR})
        return next((n.sentence for n in bad), "")

    @property
    def count(self) -> int:
        return len(self._waiting)

    def dismiss(self) -> None:
        """The current one was read."""
        if self._waiting:
            read = self._waiting.pop(0)
            if read.severity is Severity.PROGRESS:
                self._hidden.add(read.key)
            self.changed.emit()

    def withdraw(self, replace: str) -> None:
        """What this was about is over."""
        self._hidden.discard(replace)
        kept = [n for n in self._waiting if n.replace != replace]
        if len(kept) != len(self._waiting):
            self._waiting = kept
            self.changed.emit()

    def _take(self, notification: Notification) -> None:
        if notification.severity is Severity.PROGRESS and notification.key in self._hidden:
            return
        places = [place for place, n in enumerate(self._waiting) if n.key == notification.key]
        if places and _RANK[self._waiting[places[0]].severity] == _RANK[notification.severity]:
            self._waiting[places[0]] = notification
        else:
            kept = [n for n in self._waiting if n.key != notification.key]
            self._waiting = sorted([notification, *kept], key=lambda n: _RANK[n.severity])
        self.changed.emit()


class Banner(QFrame):
    """One line above the picture: icon, sentence, remedy, button, close."""

    def __init__(
        self, notifications: Notifications, theme: look.Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._notifications = notifications
        self._theme = theme
        self._current: Notification | None = None
        self._said = ""
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton()
        self._action.setObjectName("plain")
        self._more = QLabel()
        self._more.setObjectName("muted")
        self._close = QToolButton()
        self._close.setObjectName("bare")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.setSpacing(12)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._action)
        layout.addWidget(self._more)
        layout.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_INFO_LASTS_MS)
        self._timer.timeout.connect(notifications.dismiss)
        self._close.clicked.connect(notifications.dismiss)
        self._action.clicked.connect(self._act)
        notifications.changed.connect(self._show)
        self.set_theme(theme)

    @property
    def text(self) -> str:
        """What is on screen; empty if nothing is."""
        return self._text.text() if not self.isHidden() else ""

    def set_theme(self, theme: look.Theme) -> None:
        self._theme = theme
        self._close.setIcon(icons.icon("close", theme.muted, theme.muted))
        self._close.setIconSize(QSize(look.px(16), look.px(16)))
        self._show()

    def retranslate(self) -> None:
        self._close.setToolTip(translate("Banner", "Close this message"))
        self._close.setAccessibleName(translate("Banner", "Close this message"))

    def stop(self) -> None:
        """The window closes."""
        self._timer.stop()

    def _show(self) -> None:
        current, before = self._notifications.current, self._current
        self._current = current
        self.setVisible(current is not None)
        if current is not before:
            self._timer.stop()
            if current is not None and not current.lasts:
                self._timer.start()
        if current is None:
            self._said = ""
            return
        self.retranslate()
        text = f"{current.sentence} {current.remedy}".strip()
        self._text.setText(text)
        # Of progress only that it goes on: each per cent would drown all else.
        said = current.key if current.severity is Severity.PROGRESS else text
        if said != self._said:
            self._said = said
            announce(self, text)
        symbol, colour = {
            Severity.PROGRESS: ("info", self._theme.accent),
            Severity.INFO: ("info", self._theme.accent),
            Severity.DONE: ("done", self._theme.success),
            Severity.WARNING: ("warning", self._theme.warning),
            Severity.ERROR: ("warning", self._theme.danger),
        }[current.severity]
        self._icon.setPixmap(icons.pixmap(symbol, colour, look.px(20)))
        more = self._notifications.count - 1
        self._more.setText(translate("Banner", "{count} more").format(count=more) if more else "")
        self._more.setVisible(bool(more))
        self._action.setText(current.action)
        self._action.setVisible(bool(current.action))

    def _act(self) -> None:
        current = self._notifications.current
        if current is not None and current.act is not None:
            self._notifications.dismiss()
            current.act()
