"""From the vision thread to the screen: the newest frame ready to paint, and the history of all of them.

The feed is an observer of the engine and is called in the vision thread; the window pulls from it on
a timer. Frames never travel through Qt signals, whose queue would grow without limit.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture.frame import Image
from fer_desktop.engine.result import Face, Result
from fer_desktop.ui.follower import Follower
from fer_desktop.ui.history import History
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.people import People

_MOST_UPSCALED_PIXELS: Final = 1920 * 1080


@dataclass(frozen=True, slots=True)
class Shown:
    """One frame ready to paint, with what belongs to this very frame."""

    serial: int
    result: Result
    pixels: NDArray[np.uint8]
    """(H, W, 4) BGRA at about the size of the view; nobody may write to it."""
    face: Face | None
    """The face that the bars show, if it is in this frame."""
    labels: tuple[str, ...]
    people: People
    """What the user says of the faces, as it is now."""
    past: bool = False
    """Whether this is a moment that was looked up, not the newest."""

    @property
    def faces(self) -> tuple[Face, ...]:
        """The faces that are to be seen: those of this frame that are not hidden."""
        return self.people.seen(self.result.faces)

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of the frame itself, in which the boxes are given."""
        height, width = self.result.frame.image.shape[:2]
        return width, height


class ScreenFeed:
    """Keeps what the window shows; `feed(result)` is the observer."""

    def __init__(self, time_base: TimeBase, view_size: tuple[int, int] = (0, 0)) -> None:
        self.history = History(time_base)
        self.view_size = view_size
        """Device pixels of the view, so that frames are scaled here and painted one to one."""
        self._newest: Shown | None = None
        self._serial = 0
        self._follow = Follower()
        self._lock = threading.Lock()

    def __call__(self, result: Result) -> None:
        if result.reason == "not_analysed":
            return
        pixels = for_screen(result.frame.image, self.view_size)
        with self._lock:
            face = self._decide(result)
            self._serial += 1
            self._newest = Shown(self._serial, result, pixels, face, self.labels, self.people)

    def _decide(self, result: Result) -> Face | None:
        """Which of its faces is shown; the history remembers it so."""
        if self._follow.chosen in self.people.hidden:
            self._follow.choose(None)
        face = self._follow(self.people.seen(result.faces), result.frame.captured_s)
        self.history.append(self.time_of(result), result.frame.index, result.faces, face, result.reason)
        return face

    def newest(self) -> Shown | None:
        """The last analysed frame, or None before the first; the same object until there is a newer one."""
        return self._newest

    def choose(self, face_id: int | None) -> None:
        """Show this face from now on, also in a picture that stands still; None: the largest one."""
        with self._lock:
            self._follow.choose(face_id)
        self.look_again()

    def look_again(self) -> None:
        """Show the newest frame anew, after something was said of its faces."""
        with self._lock:
            if self._newest is not None:
                self._newest = replace(self._newest, face=self._decide(self._newest.result))

    @property
    def people(self) -> People:
        """What the user says of this source's faces."""
        return self.history.people

    @property
    def labels(self) -> tuple[str, ...]:
        """The model's labels; set in the vision thread before the first result."""
        return self.history.labels

    @labels.setter
    def labels(self, labels: tuple[str, ...]) -> None:
        self.history.labels = labels

    @property
    def chosen(self) -> int | None:
        """The face that the user chose, while it has not been gone for long."""
        return self._follow.chosen

    def time_of(self, result: Result) -> float:
        """When this was, in the history's time base."""
        frame = result.frame
        if self.history.time_base is TimeBase.MEDIA and frame.media_t_s is not None:
            return frame.media_t_s
        return float(frame.index) if self.history.time_base is TimeBase.INDEX else frame.captured_s


def painted_size(frame_size: tuple[int, int], view_size: tuple[int, int]) -> tuple[int, int]:
    """Width and height at which a frame is handed to the painter for a view of these device pixels.

    That of the picture in the view, except that a small frame on a huge screen is left to the painter.
    """
    width, height = frame_size
    if min(view_size) <= 0:
        return frame_size
    scale = min(view_size[0] / width, view_size[1] / height)
    if scale > 1:
        scale = max(1.0, min(scale, math.sqrt(_MOST_UPSCALED_PIXELS / (width * height))))
    return max(1, round(width * scale)), max(1, round(height * scale))


def refit(shown: Shown, view_size: tuple[int, int]) -> Shown:
    """A frame that stays on screen, at the size that the view has now."""
    return replace(shown, pixels=for_screen(shown.result.frame.image, view_size))


def for_screen(image: Image, view_size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture as BGRA at the size in which it will be painted: cheaper here than in the painter."""
    height, width = image.shape[:2]
    size = painted_size((width, height), view_size)
    if size != (width, height):
        how = cv2.INTER_LINEAR if size[0] > width / 2 else cv2.INTER_AREA
        image = cv2.resize(image, size, interpolation=how)  # type: ignore[assignment]
    return cv2.cvtColor(image, cv2.COLOR_BGR2BGRA)  # type: ignore[return-value]
