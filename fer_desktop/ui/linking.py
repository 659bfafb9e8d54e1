"""The live link of the window: it follows the source on screen, whatever is opened or closed meanwhile."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject

from fer_desktop.engine.engine import Engine
from fer_desktop.engine.handover import without_image
from fer_desktop.engine.result import Result
from fer_desktop.link.live import OFF, LinkChoice, LiveLink, link_choice
from fer_desktop.session.events import FACE_NAMED, NOTE
from fer_desktop.settings import Settings
from fer_desktop.ui.notifications import Notifications
from fer_desktop.ui.recording import Endings, Recording

_TOLD: Final = "link"
_KEPT: Final = 64
"""Results of a source that is not on screen yet: many more than come until the window's timer notices it."""
_NOT_SENT: Final = frozenset({FACE_NAMED, NOTE})
"""Names of people, and what somebody writes about them: LSL reaches the local network."""


def link_of(settings: Settings) -> LinkChoice:
    """What the settings ask for."""
    return link_choice([] if settings.link == "off" else [settings.link], settings.lsl_markers)


class _Tap:
    """Observes an engine from its start: keeps what it finds until its source is on screen, then sends."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._kept: deque[Result] = deque(maxlen=_KEPT)
        self._send: Callable[[Result, tuple[str, ...]], object] | None = None
        engine.add_observer(self)

    def __call__(self, result: Result) -> None:
        with self._lock:
            if self._send is None:
                self._kept.append(replace(result, frame=without_image(result.frame)))
            else:
                self._send(result, self._labels)

    def open(self, send: Callable[[Result, tuple[str, ...]], object]) -> None:
        """Send what was kept, and what comes."""
        with self._lock:
            self._send = send
            while self._kept:
                send(self._kept.popleft(), self._labels)

    def close(self) -> None:
        """Send nothing more."""
        self._engine.remove_observer(self)
        with self._lock:
            self._send = None

    @property
    def _labels(self) -> tuple[str, ...]:
        vision = self._engine.vision
        return () if vision is None else vision.labels


class Linking(QObject):
    """At most one link at a time; switching and ending it never holds the window up."""

    def __init__(self, endings: Endings, notifications: Notifications, recording: Recording) -> None:
        super().__init__()
        self._endings = endings
        self._notifications = notifications
        self._recording = recording
        self._link: LiveLink | None = None
        self._told = False
        self._coming: _Tap | None = None
        self._followed: _Tap | None = None
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

    def expect(self, engine: Engine) -> None:
        """This engine, not started yet, will perhaps be followed: its first results count too."""
        self._coming = _Tap(engine)

    def follow(self) -> None:
        """The source of the engine that was expected last is on screen: send what it finds."""
        self.leave()
        if self._link is not None:
            self._link.begin_source()
        self._followed, self._coming = self._coming, None
        if self._followed is not None:
            self._followed.open(self._observe)

    def leave(self) -> None:
        """The source is closed."""
        if self._followed is not None:
            self._followed.close()
            self._followed = None

    def tick(self) -> None:
        """Tell, once, why the link does not work."""
        error = None if self._link is None else self._link.error
        if error is not None and not self._told:
            self._told = True
            self._notifications.post_error(error, _TOLD)

    def _observe(self, result: Result, labels: tuple[str, ...]) -> None:
        link = self._link
        if link is not None:
            link.observe(result, labels)

    def _send_event(self, kind: str, label: str, detail: str, at_s: float | None) -> None:
        if self._link is not None and kind not in _NOT_SENT:
            self._link.event(kind, label, detail, at_s)
