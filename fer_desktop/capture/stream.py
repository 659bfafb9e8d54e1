"""Network streams (RTSP, HTTP): opened with time limits, reconnected when they break off."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import cv2

from fer_desktop.capture import opencv
from fer_desktop.capture.camera import CaptureDevice
from fer_desktop.capture.frame import Image
from fer_desktop.capture.live import LiveDevice, LiveSource, LossRules
from fer_desktop.capture.source import SourceInfo, SourceKind
from fer_desktop.errors import SourceError

STREAM_SCHEMES = frozenset({"rtsp", "rtsps", "rtmp", "http", "https", "udp", "tcp", "srt"})


class StreamSource(LiveSource):
    """A stream by its URL. A password in the URL is used but never shown or stored."""

    def __init__(
        self,
        url: str,
        *,
        rules: LossRules | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        # Streams stand still legitimately (a slide, a test card) and breathe with the network.
        super().__init__(rules or LossRules(failed_reads=5, no_frame_s=5.0, identical_s=float("inf")), clock)
        self._url = url

    @property
    def kind(self) -> SourceKind:
        return SourceKind.STREAM

    @property
    def name(self) -> str:
        return urlsplit(self._public_url).netloc or self._public_url

    def open(self) -> SourceInfo:
        image, fps = self.connect(self.reopen)
        return SourceInfo(
            kind=self.kind,
            name=self.name,
            path=self._public_url,
            width=image.shape[1],
            height=image.shape[0],
            nominal_fps=fps,
            frame_count=None,
            duration_s=None,
        )

    def reopen(self) -> LiveDevice:
        capture = opencv.open_url(self._url, self._rules.open_s, self._rules.no_frame_s)
        if not capture.isOpened():
            raise SourceError(
                f"The stream '{self._public_url}' cannot be opened.",
                "Check the address, the network and, where it needs one, the password.",
            )
        return _StreamDevice(capture)

    @property
    def _public_url(self) -> str:
        try:
            parts = urlsplit(self._url)
            host = parts.hostname or ""
            port = f":{parts.port}" if parts.port else ""
        except ValueError:  # not a URL at all; opening it will say so
            return self._url.rpartition("@")[2]
        return f"{parts.scheme}://{host}{port}{parts.path}"


class _StreamDevice(CaptureDevice):
    """A stream; files that a web server hands out at once are played at their own rate."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        super().__init__(capture)
        self._is_file = capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0
        self._started_s = time.perf_counter()

    def read(self) -> Image | None:
        image = super().read()
        if self._is_file and image is not None:
            due_s = self._started_s + opencv.position_s(self._capture)
            time.sleep(min(max(due_s - time.perf_counter(), 0.0), 1.0))
        self.finished = self._is_file and image is None
        return image
