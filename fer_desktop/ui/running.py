"""What a source consists of while it is open, and on the way there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fer_desktop.capture.camera import CameraSource
from fer_desktop.capture.source import Source, SourceInfo, SourceKind
from fer_desktop.engine.engine import Engine, not_loaded
from fer_desktop.engine.pictures import Pictures
from fer_desktop.errors import UserError
from fer_desktop.settings import TABLE, Settings
from fer_desktop.ui.feed import ScreenFeed
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.words import translate
from fer_desktop.vision.vision import Vision

_LIVE: Final = {SourceKind.CAMERA, SourceKind.STREAM}


class Loading:
    """A network that may be loaded before its engine starts."""

    def __init__(self, load: Callable[[], Vision]) -> None:
        self._load = load
        self._vision: Vision | None = None
        self.error: UserError | None = None

    def run(self) -> None:
        try:
            self._vision = self._load()
        except UserError as error:
            self.error = error
        except Exception as error:
            self.error = not_loaded(error)

    def take(self) -> Vision:
        return self._vision or self._load()


@dataclass(frozen=True, slots=True)
class Running:
    """A source that is open or being opened."""

    text: str
    """What the user asked for, in the words of the command line."""
    engine: Engine
    feed: ScreenFeed
    pictures: Pictures
    """Of a camera, for looking back."""
    loading: Loading
    """Of its network."""
    settings: Settings
    """When it was opened."""

    @property
    def info(self) -> SourceInfo | None:
        return self.engine.info

    @property
    def kind(self) -> SourceKind:
        return self.engine.source.kind

    @property
    def live(self) -> bool:
        """Whether it goes on whether or not somebody looks."""
        return self.kind in _LIVE

    @property
    def device(self) -> str:
        """What a camera is known by, as soon as it has been found among the others; else empty."""
        source = self.engine.source
        if isinstance(source, CameraSource):
            return "" if source.identity is None else source.identity.key
        return "" if self.info is None or self.kind is not SourceKind.CAMERA else self.info.path

    def begun_with(self, now: Settings) -> Settings:
        """The settings of now, but those that were taken over when it was opened as they were then."""
        then = {line.name: getattr(self.settings, line.name) for line in TABLE if line.restarts}
        return replace(now, **then)

    @property
    def title(self) -> str:
        """What the source is called on screen."""
        if self.kind is SourceKind.DEMO:
            return translate("Controller", "Demo clip")
        return self.engine.source.name


def made_ready(
    text: str,
    source: Source,
    settings: Settings,
    load_vision: Callable[[Settings], Vision],
    view_size: tuple[int, int],
) -> Running:
    """A source with all that it needs, and nothing begun."""
    feed = ScreenFeed(_time_base(source.kind), view_size)

    def load() -> Vision:
        vision = load_vision(settings)
        feed.labels = vision.labels
        return vision

    loading, pictures = Loading(load), Pictures()
    engine = Engine(source, loading.take, [feed, pictures], smoothing_s=int(settings.smoothing_ms) / 1000)
    return Running(text, engine, feed, pictures, loading, settings)


def _time_base(kind: SourceKind) -> TimeBase:
    if kind in _LIVE:
        return TimeBase.CLOCK
    return TimeBase.INDEX if kind is SourceKind.FOLDER else TimeBase.MEDIA
