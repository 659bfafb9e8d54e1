"""The demo clip: composite faces of nobody, always at hand."""

from __future__ import annotations

from fer_desktop import paths
from fer_desktop.capture.source import SourceInfo, SourceKind
from fer_desktop.capture.video import VideoSource
from fer_desktop.errors import SourceError


class DemoSource(VideoSource):
    """Plays the clip that the program brings along."""

    _kind = SourceKind.DEMO

    def __init__(self) -> None:
        super().__init__(paths.demo_clip())

    @property
    def name(self) -> str:
        return "demo"

    def open(self) -> SourceInfo:
        if not paths.demo_clip().is_file():
            raise SourceError(
                "The demo clip is missing from this installation.", "Install the program again."
            )
        return super().open()
