"""The last two minutes of a camera's pictures, in memory only and only where they are wanted."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from fer_desktop.capture.frame import Image
from fer_desktop.engine.result import Result

KEPT_S: Final = 120.0
MOST_BYTES: Final = 96 * 2**20
_WIDEST: Final = 640
_QUALITY: Final = 85
_NO_PICTURE: Final[Image] = np.empty((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class _Kept:
    result: Result
    """Without its picture."""
    size: tuple[int, int]
    """Width and height that the picture had."""
    jpeg: bytes


class Pictures:
    """An observer of the engine: small JPEGs (1 ms each in the vision thread), the oldest go first."""

    def __init__(self, kept_s: float = KEPT_S, most_bytes: int = MOST_BYTES) -> None:
        self._kept_s = kept_s
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: deque[_Kept] = deque()
        self._bytes = 0
        self._wanted = False

    @property
    def on(self) -> bool:
        return self._wanted

    def switch(self, on: bool) -> None:
        """Begin to keep pictures, or forget all of them at once."""
        with self._lock:
            self._wanted = on
            if not on:
                self._forget()

    def _forget(self) -> None:
        self._kept.clear()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """Memory that the pictures take."""
        return self._bytes

    def __call__(self, result: Result) -> None:
        if not self.on or not result.analysed:
            return
        kept = _Kept(
            replace(result, frame=replace(result.frame, image=_NO_PICTURE)),
            (result.frame.image.shape[1], result.frame.image.shape[0]),
            _small(result.frame.image),
        )
        with self._lock:
            self._kept.append(kept)
            self._bytes += len(kept.jpeg)
            oldest_s = result.frame.captured_s - self._kept_s
            while self._bytes > self._most_bytes or self._kept[0].result.frame.captured_s < oldest_s:
                self._bytes -= len(self._kept.popleft().jpeg)
            if not self._wanted:
                self._forget()

    def find(self, captured_s: float) -> Result | None:
        """The result of the frame captured at this very moment, with its picture; None if it is gone.

        The picture has its old size, but not all of its old detail.
        """
        with self._lock:
            kept = next((k for k in self._kept if k.result.frame.captured_s == captured_s), None)
        if kept is None:
            return None
        small = cv2.imdecode(np.frombuffer(kept.jpeg, np.uint8), cv2.IMREAD_COLOR)
        if small is None:
            return None
        image = np.asarray(cv2.resize(small, kept.size, interpolation=cv2.INTER_LINEAR), np.uint8)
        return replace(kept.result, frame=replace(kept.result.frame, image=image))


def _small(image: Image) -> bytes:
    height, width = image.shape[:2]
    if width > _WIDEST:
        size = (_WIDEST, max(1, round(height * _WIDEST / width)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()
