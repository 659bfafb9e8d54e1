"""Handing frames from the capture thread to the vision thread."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

from fer_desktop.capture.frame import Frame, Image

_NO_IMAGE: Image = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The next frame for vision, and those that it has missed since the last one (in order, empty
    pictures)."""

    frame: Frame | None
    """None if there is nothing to look at."""
    passed_over: tuple[Frame, ...]
    ended: bool
    """The source has ended and everything before was delivered."""


def without_image(frame: Frame) -> Frame:
    """The frame's times without its picture, which would only hold memory."""
    return Frame(frame.index, _NO_IMAGE, frame.captured_s, frame.media_t_s, frame.file)


class Handover:
    """A slot between two threads.

    With `latest_wins` a new frame replaces one that was not taken yet (live sources are never waited
    for); without it the giver waits (a file that is analysed loses nothing).
    """

    def __init__(self, *, latest_wins: bool) -> None:
        self._latest_wins = latest_wins
        self._condition = threading.Condition()
        self._frame: Frame | None = None
        self._passed_over: deque[Frame] = deque()
        self._ended = False
        self._closed = False

    def put(self, frame: Frame) -> None:
        """Give a frame; returns at once with `latest_wins`, else when there is room or on `close`."""
        with self._condition:
            if not self._latest_wins:
                self._condition.wait_for(lambda: self._frame is None or self._closed)
            if self._frame is not None:
                self._passed_over.append(without_image(self._frame))
            self._frame = frame
            self._ended = False
            self._condition.notify_all()

    def pass_over(self, frame: Frame) -> None:
        """Record a frame that nobody will look at."""
        with self._condition:
            if self._frame is not None:
                # Order matters more than looking at this one: it is older than what is passed over.
                self._passed_over.append(without_image(self._frame))
                self._frame = None
            self._passed_over.append(without_image(frame))
            self._condition.notify_all()

    def end(self) -> None:
        """Say that no more frames come for now."""
        with self._condition:
            self._ended = True
            self._condition.notify_all()

    def take(self, timeout_s: float) -> Delivery | None:
        """The newest frame and what was passed over before it; None if nothing came in time."""
        with self._condition:
            self._condition.wait_for(self._has_news, timeout_s)
            if self._closed or not self._has_news():
                return None
            frame, self._frame = self._frame, None
            passed_over = tuple(self._passed_over)
            self._passed_over.clear()
            ended = self._ended and frame is None
            if ended:
                self._ended = False
            self._condition.notify_all()
            return Delivery(frame, passed_over, ended)

    def close(self) -> None:
        """Wake both sides for good."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def _has_news(self) -> bool:
        return self._frame is not None or bool(self._passed_over) or self._ended or self._closed
