"""Comparing with a second network: loaded beside what runs, and joined to whatever source is open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fer_desktop.engine.engine import Engine, not_loaded
from fer_desktop.engine.reader import EngineState
from fer_desktop.engine.second import Network, Second
from fer_desktop.errors import UserError
from fer_desktop.settings import Settings
from fer_desktop.ui.notifications import Notifications
from fer_desktop.ui.recording import Endings
from fer_desktop.ui.running import Running

LoadSecond = Callable[[Settings], Network]

_TOLD = "compare"


class _Loading:
    """A network on its way."""

    def __init__(self, load: LoadSecond, settings: Settings) -> None:
        self.wanted = wanted_of(settings)
        self.outcome: Network | UserError | None = None
        self._load = load
        self._settings = settings

    def run(self) -> None:
        try:
            self.outcome = self._load(self._settings)
        except UserError as error:
            self.outcome = error
        except Exception as error:
            self.outcome = not_loaded(error)


class Compare:
    """The controller calls `tick` on its timer; `second` is what the window shows."""

    def __init__(self, endings: Endings, notifications: Notifications, load: LoadSecond) -> None:
        self._endings = endings
        self._notifications = notifications
        self._load = load
        self._loading: _Loading | None = None
        self._engine: Engine | None = None
        self.second: Second | None = None
        """Beside the source that is open; None where nothing is compared."""

    def tick(self, settings: Settings, running: Running | None) -> None:
        """Do what the settings want, for the source that is open."""
        wanted = wanted_of(settings)
        if self._loading is None or self._loading.wanted != wanted:
            self._part()
            self._notifications.withdraw(_TOLD)
            self._loading = _Loading(self._load, settings)
            if wanted[0]:
                self._endings.start(self._loading.run)
        if isinstance(self._loading.outcome, UserError):
            self._notifications.post_error(self._loading.outcome, _TOLD)
            self._loading.outcome = None
        if self.second is not None and self.second.error is not None:
            self._notifications.post_error(self.second.error, _TOLD)
            self._part()
            self._loading.outcome = None
        engine = None if running is None else running.engine
        if engine is not self._engine:
            self._part()
        network = self._loading.outcome
        if network is not None and running is not None and self.second is None:
            self._join(network, running)

    def _join(self, network: Network, running: Running) -> None:
        """Let the network read along with what runs, as soon as there is something to read along with."""
        vision = running.engine.vision
        if vision is None:
            return
        self.second = Second(
            network,
            vision.model.heads[0],
            vision.detector_kind,
            running.feed.time_of,
            int(running.settings.smoothing_ms) / 1000,
        )
        self._engine = running.engine
        self._engine.add_observer(self.second)
        newest = running.feed.newest()
        if newest is not None and running.engine.state is not EngineState.RUNNING:
            # Of a photo, or of what is paused, no further frame may come.
            self._endings.start(partial(self.second, newest.result))

    def _part(self) -> None:
        if self._engine is not None and self.second is not None:
            self._engine.remove_observer(self.second)
        self._engine = self.second = None


def wanted_of(settings: Settings) -> tuple[str, str]:
    """What decides which network is loaded, and where."""
    return settings.compare, settings.provider if settings.compare else ""
