"""From the wish to open a source to an engine that runs.

A device can be opened once only. Whoever wants one that is in use, or is just being given back, waits until
it is free, and no longer: what else is being done in the background is not waited for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fer_desktop.capture.source import SourceKind
from fer_desktop.engine.reader import EngineState
from fer_desktop.errors import UserError
from fer_desktop.ui.recording import Endings
from fer_desktop.ui.running import Running

_UP: Final = {EngineState.RUNNING, EngineState.PAUSED, EngineState.LOST, EngineState.ENDED}


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What has to happen before a camera is opened."""

    loading: threading.Thread
    user: Running | None
    """What runs from the same camera: it is ended when nothing else can go wrong."""


class Opening:
    """At most one source is being opened; the controller calls `tick` on its timer."""

    def __init__(
        self, endings: Endings, make: Callable[[str], Running], end_current: Callable[[], object]
    ) -> None:
        """`make` makes what a text names anew; `end_current` ends what runs."""
        self._endings = endings
        self._make = make
        self._end_current = end_current
        self._waiting: _Waiting | None = None
        self._given_back: list[threading.Thread] = []
        self.pending: Running | None = None

    def begin(self, opening: Running, current: Running | None) -> None:
        """Begin to open this; `current` runs until there is something to show of it."""
        self.pending = opening
        if opening.kind is not SourceKind.CAMERA:
            opening.engine.start()
        elif current is not None and current.text == opening.text:
            self._wait(opening, current)
        elif self._giving_back:
            self._wait(opening, None)
        else:
            opening.engine.start()

    def cancel(self) -> None:
        """Give up what is being opened."""
        if self.pending is not None and self._waiting is None:
            self.end(self.pending)
        self.pending = self._waiting = None

    def end(self, running: Running) -> None:
        """Stop this, in a thread of its own."""
        thread = self._endings.start(running.engine.stop)
        if running.kind is SourceKind.CAMERA:
            self._given_back.append(thread)

    def tick(self, current: Running | None) -> Running | UserError | None:
        """What became of it, once: what runs now, or why it does not."""
        opening = self.pending
        if opening is None:
            return None
        if self._waiting is not None:
            return self._look_at_waiting(opening, self._waiting, current)
        if opening.engine.state in _UP:
            self.pending = None
            return opening
        if opening.info is None and current is not None and opening.device == current.device != "":
            # Another word for the camera in use, as was found out only now.
            self.end(opening)
            self.pending = self._make(opening.text)
            self._wait(self.pending, current)
        elif opening.engine.state is EngineState.FAILED:
            self.pending = None
            self.end(opening)
            return opening.engine.error or UserError(f"{opening.title} could not be opened.")
        return None

    @property
    def _giving_back(self) -> bool:
        self._given_back = [thread for thread in self._given_back if thread.is_alive()]
        return bool(self._given_back)

    def _wait(self, opening: Running, user: Running | None) -> None:
        self._waiting = _Waiting(self._endings.start(opening.loading.run), user)

    def _look_at_waiting(
        self, opening: Running, waiting: _Waiting, current: Running | None
    ) -> UserError | None:
        if waiting.loading.is_alive():
            return None
        if opening.loading.error is not None:
            self.pending = self._waiting = None
            return opening.loading.error
        if waiting.user is not None and waiting.user is current:
            self._end_current()
        elif not self._giving_back:
            self._waiting = None
            opening.engine.start()
        return None
