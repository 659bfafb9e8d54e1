"""Video files: every frame once, with its true time, and exact seeking."""

from __future__ import annotations

import math
import threading
import time
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from fer_desktop.capture import opencv
from fer_desktop.capture.cut_off import is_cut_off
from fer_desktop.capture.frame import Frame, Image
from fer_desktop.capture.sniff import Content, check_file, content_of, why_not_video
from fer_desktop.capture.source import Shortfall, Source, SourceInfo, SourceKind, SourceState
from fer_desktop.capture.timeline import Timeline, build_timeline
from fer_desktop.errors import SourceError

VIDEO_SUFFIXES: Final = frozenset(
    {".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".flv", ".ts", ".mts"}
    | {".m2ts", ".mpg", ".mpeg", ".wmv", ".asf", ".3gp", ".ogv", ".gif"}
)

_FASTEST_FPS = 1000.0
"""Containers without a rate get one made of their time unit, such as 2,000 or 90,000."""
_WALK_FRAMES = 48
"""Steps forward up to here are walked: cheaper than finding a key frame and decoding from it."""
_BACK_OFF_S = (0.0, 0.5, 2.0, 8.0, 32.0)
"""How much earlier to look for a key frame, attempt by attempt."""
_BAD_PACKETS = 64
"""Damaged packets in a row that are passed over before the file counts as ended."""


class VideoSource(Source):
    """A video file. Its frames' `media_t_s` are the decoder's presentation times, whatever the rate."""

    _kind = SourceKind.VIDEO

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._lock = threading.RLock()
        """Closing may come from another thread, and FFmpeg crashes if a file is closed under it."""
        self._capture: cv2.VideoCapture | None = None
        self._timeline = Timeline(np.zeros(0), by_time=True)
        self._first_s = 0.0
        self._next = 0
        self._previous_s: float | None = None
        self._grabbed = False

    @property
    def kind(self) -> SourceKind:
        return self._kind

    @property
    def name(self) -> str:
        return self._path.name

    def files(self) -> list[Path]:
        return [self._path]

    def open(self) -> SourceInfo:
        with self._lock:
            self.close()
            check_file(self._path, "video")
            path = self._path.resolve()
            content = content_of(path)
            if content is Content.PICTURE:
                raise SourceError(
                    f"'{path.name}' is a picture, not a video.",
                    "Open it as a photo, or rename it to end in .jpg or .png.",
                )
            if content is Content.TEXT:
                # FFmpeg would play a text file as a picture of its letters.
                raise why_not_video(path)
            capture = opencv.open_file(str(path))
            image = _first_picture(capture)
            if image is None:
                capture.release()
                raise why_not_video(path)
            fps = capture.get(cv2.CAP_PROP_FPS)
            believable = math.isfinite(fps) and 0 < fps <= _FASTEST_FPS
            self._first_s = opencv.position_s(capture)
            self._timeline = build_timeline(path, self._first_s, fps if believable else 0.0)
            self._capture = capture
            self._next = 0
            self._previous_s = None
            self._grabbed = True  # the first frame is decoded already
            self.shortfall = None
            self.state = SourceState.OPEN
            return SourceInfo(
                kind=self.kind,
                name=self.name,
                path=str(path),
                width=image.shape[1],
                height=image.shape[0],
                nominal_fps=fps if believable else 1 / self._timeline.step_s,
                frame_count=len(self._timeline),
                duration_s=self._timeline.duration_s,
            )

    def read(self) -> Frame | None:
        with self._lock:
            if self._capture is None or self.state is not SourceState.OPEN:
                return None
            image = self._decode()
            captured_s = time.perf_counter()
            if image is None:
                self._timeline.end_at(self._next)
                self.shortfall = self._shortfall()
                self.state = SourceState.ENDED
                return None
            media_t_s = self._timeline.settle(self._next, self._decoder_s(), self._previous_s)
            frame = Frame(self._next, image, captured_s, media_t_s)
            self._next += 1
            self._previous_s = media_t_s
            self._grabbed = False
            return frame

    def _shortfall(self) -> Shortfall | None:
        announced = self._timeline.announced
        missing = 0 if announced is None else max(0, announced - len(self._timeline))
        try:
            cut_off = is_cut_off(self._path)
        except OSError:  # the disk is gone, which is why the film ended
            cut_off = True
        return Shortfall(cut_off, missing or None) if cut_off or missing else None

    def seek(self, index: int) -> None:
        with self._lock:
            if self._capture is None:
                raise SourceError(f"'{self.name}' is not open.", "Open it before seeking.")
            index = min(max(index, 0), max(len(self._timeline) - 1, 0))
            if index != self._next or self.state is SourceState.ENDED:
                near = 0 <= index - self._next <= _WALK_FRAMES and self.state is SourceState.OPEN
                if not (near and self._walk_to(index)) and not self._jump_to(index):
                    self._rewind()
                    if not self._walk_to(index):
                        self._timeline.end_at(self._next)
                        self.seek(self._next - 1)
                        return
            self._previous_s = self._timeline[index - 1] if 0 < index <= len(self._timeline) else None
            self.state = SourceState.OPEN

    def index_at(self, media_t_s: float) -> int:
        return self._timeline.index_at(media_t_s)

    def close(self) -> None:
        with self._lock:
            if self._capture is not None:
                self._capture.release()
                self._capture = None
            self._grabbed = False
            self.state = SourceState.CLOSED

    def _open_capture(self) -> cv2.VideoCapture:
        assert self._capture is not None
        return self._capture

    def _decoder_s(self) -> float:
        return opencv.position_s(self._open_capture()) - self._first_s

    def _decode(self) -> Image | None:
        """The picture of the frame `_next`; None at the end of the file."""
        if not self._grabbed and not self._grab():
            return None
        ok, image = self._open_capture().retrieve()
        return np.ascontiguousarray(image, dtype=np.uint8) if ok else None

    def _grab(self) -> bool:
        """Step to the next frame, over damaged packets as long as frames are still expected."""
        capture = self._open_capture()
        if capture.grab():
            return True
        if self._next < len(self._timeline):
            return any(capture.grab() for _ in range(_BAD_PACKETS))
        return False

    def _walk_to(self, index: int) -> bool:
        """Decode forward without keeping pictures; False if the file ends before."""
        while self._next < index:
            if not self._grabbed and not self._grab():
                return False
            self._grabbed = False
            self._previous_s = self._timeline.settle(self._next, self._decoder_s(), self._previous_s)
            self._next += 1
        return True

    def _jump_to(self, index: int) -> bool:
        """Decode from a key frame before `index`; False where that cannot be done exactly.

        FFmpeg is asked for a place by time and lands where it can, so the frame it landed on is
        recognised by its own time; if that is too late, an earlier place is tried.
        """
        if not self._timeline.by_time or index <= _WALK_FRAMES:
            return False
        capture = self._open_capture()
        wanted_s = self._timeline[index]
        for back_s in _BACK_OFF_S:
            start_s = wanted_s - back_s
            if start_s <= 0:
                return False
            capture.set(cv2.CAP_PROP_POS_MSEC, start_s * 1000)
            while capture.grab():
                here = self._timeline.index_of(self._decoder_s())
                if here is None:
                    continue
                if here == index:
                    self._next = index
                    self._grabbed = True
                    return True
                if here > index:
                    break
            # Too late, or already at the end: OpenCV counts frames by the mean rate when it seeks.
        return False

    def _rewind(self) -> None:
        """Start again at the first frame: opening anew is the one way that is right for all files."""
        if self._capture is not None:
            self._capture.release()
        self._capture = opencv.open_file(str(self._path.resolve()))
        self._next = 0
        self._previous_s = None
        self._grabbed = False


def _first_picture(capture: cv2.VideoCapture) -> Image | None:
    if not capture.isOpened():
        return None
    try:
        for _ in range(_BAD_PACKETS):
            ok, image = capture.read()
            if ok:
                return np.ascontiguousarray(image, dtype=np.uint8)
    except cv2.error:  # larger than OpenCV allows; the caller says that it cannot be read
        return None
    return None
