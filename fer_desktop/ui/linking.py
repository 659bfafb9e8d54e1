"""The live link of the window: it follows the source on screen, whatever is opened or closed meanwhile."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject

from fer_desktop.engine.engine import Engine, Observer
from fer_desktop.engine.result import Result
from fer_desktop.link.live import OFF, LinkChoice, LiveLink, link_choice
from fer_desktop.session.events import FACE_NAMED, NOTE
from fer_desktop.settings import Settings
from fer_desktop.ui.notifications import Notifications
from fer_desktop.ui.recording import Endings, Recording

_TOLD: Final = "link"
_NOT_SENT: Final = frozenset({FACE_NAMED, NOTE})
"""Names of people, and what somebody writes about them: LSL reaches the local network."""


def link_of(settings: Settings) -> LinkChoice:
    """What the settings ask for."""
    return link_choice([] if settings.link == "off" else [settings.link], settings.lsl_markers)


class Linking(QObject):
    """At most one link at a time; switching and ending it never holds the window up."""

    def __init__(self, endings: Endings, notifications: Notifications, recording: Recording) -> None:
        super().__init__()
        self._endings = endings
        self._notifications = notifications
        self._recording = recording
        self._link: LiveLink | None = None
        self._told = False
        self._followed: tuple[Engine, Observer] | None = None
        recording.happening.connect(self._send_event)

    @property
    def name(self) -> str:
        """What is linked, in the words of the status line; empty if nothing is."""
        link = self._link
        return "" if link is None or link.error is not None else link.choice.name

    def switch(self, choice: LinkChoice) -> None:
        """Link this from now on; `OFF` ends it."""
        if choice == (OFF if self._link is None else self._link.choice):
            return
        if self._link is not None:
            self._endings.start(self._link.stop)
            self._link = None
        self._notifications.withdraw(_TOLD)
        if choice.on:
            link = LiveLink(choice, self._recording.received)
            link.start()
            self._link, self._told = link, False

    def follow(self, engine: Engine) -> None:
        """Send what this engine, whose network is loaded, finds from now on."""
        self.leave()
        labels = () if engine.vision is None else engine.vision.labels

        def observe(result: Result) -> None:
            link = self._link
            if link is not None:
                link.observe(result, labels)

        engine.add_observer(observe)
        self._followed = engine, observe

    def leave(self) -> None:
        """The source is closed."""
        if self._followed is not None:
            engine, observer = self._followed
            engine.remove_observer(observer)
            self._followed = None

    def tick(self) -> None:
        """Tell, once, why the link does not work."""
        error = None if self._link is None else self._link.error
        if error is not None and not self._told:
            self._told = True
            self._notifications.post_error(error, _TOLD)

    def _send_event(self, kind: str, label: str, detail: str, at_s: float | None) -> None:
        if self._link is not None and kind not in _NOT_SENT:
            self._link.event(kind, label, detail, at_s)
