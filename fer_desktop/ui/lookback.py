"""A past moment made ready to paint, in a thread of its own: its faces, and its picture if there is one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from fer_desktop.capture.frame import Frame, Image
from fer_desktop.engine.result import Face, Result
from fer_desktop.engine.slot_thread import SlotThread
from fer_desktop.errors import UserError
from fer_desktop.ui.feed import Shown, for_screen
from fer_desktop.ui.history import History
from fer_desktop.ui.moments import Moment, Remembered
from fer_desktop.vision.faces import FaceReading

log = logging.getLogger(__name__)

_GROUND: Final = 34
"""The grey that stands for a picture that was not kept."""
NOTHING_SEEN: Final[Image] = np.empty((0, 0), np.uint8)

FindPicture = Callable[[Moment], Result | None]
"""The result of a moment with its picture; None where there is none. Called in this thread only."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A moment that somebody wants to see."""

    serial: int
    """Negative, so that it is no frame's of the feed."""
    moment: Moment
    face_id: int | None
    view_size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is seen of it."""

    wish: Wish
    shown: Shown
    pictured: bool
    """Whether its picture is there; else boxes lie on a grey ground."""


class LookBack:
    """`start`, then `wish` as often as wanted and take the `newest` sighting; `stop` at the end."""

    def __init__(
        self,
        history: History,
        frame_size: tuple[int, int],
        find: FindPicture,
        close: Callable[[], object],
    ) -> None:
        """`close` is called in this thread at its end."""
        self._history = history
        self._frame_size = frame_size
        self._find = find
        self._close = close
        self._thread = SlotThread[Wish]("fer-lookback", self._run)
        self.newest: Sighting | None = None
        self.error: UserError | None = None
        """Why there are no pictures, if that is worth telling; taken by whoever tells it."""

    def start(self) -> None:
        self._thread.start()

    def wish(self, wish: Wish) -> None:
        """Put a wish in the place of the one that waits; returns at once."""
        self._thread.put(wish)

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._thread.stop()

    def _run(self) -> None:
        try:
            while (wish := self._thread.next()) is not None:
                self.newest = self._fulfilled(wish)
        finally:
            self._close()

    def _fulfilled(self, wish: Wish) -> Sighting:
        result = None
        try:
            result = self._find(wish.moment)
        except UserError as error:
            self.error = error
        except Exception as error:
            # A thread that dies silently would leave a moment that never comes: the fault is shown.
            log.exception("looking back failed")
            self.error = UserError(f"The picture of this moment cannot be shown: {error}")
        people = self._history.people
        pictured = result is not None
        if result is None:
            width, height = self._frame_size
            ground = np.full((height, width, 3), _GROUND, np.uint8)
            result = result_of(wish.moment, ground)
        face = next((f for f in people.seen(result.faces) if f.reading.face_id == wish.face_id), None)
        pixels = for_screen(result.frame.image, wish.view_size)
        shown = Shown(wish.serial, result, pixels, face, self._history.labels, people, past=True)
        return Sighting(wish, shown, pictured)


def result_of(moment: Moment, image: Image) -> Result:
    """A moment as the engine would tell it, over a picture; what the network saw is not known."""
    faces = tuple(_face(face) for face in moment.faces)
    return Result(Frame(moment.index, image, moment.t, moment.t), faces, moment.reason, None, None, 0)


def _face(known: Remembered) -> Face:
    reading = FaceReading(
        face_id=known.face_id,
        box=known.box,
        confidence=np.nan,
        logits=np.log(np.maximum(known.raw, 1e-6)),
        probabilities=known.raw,
        label=known.label,
        entropy=np.nan,
        roll=None,
        brightness=np.nan,
        sharpness=np.nan,
        square=known.box,
        seen=NOTHING_SEEN,
    )
    return Face(reading, known.shown, known.stable_label, np.nan)
