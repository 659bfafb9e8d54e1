"""A second network beside the one in use, for the eye only: nothing of it is part of a session.

It is asked in the vision thread, about the very faces of a frame, but only as often as costs a tenth of that
thread's time: the live rate must not suffer.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from fer_desktop.engine.agreement import Agreement, Agreements, agreement
from fer_desktop.engine.result import Face, Result
from fer_desktop.engine.smoothing import Smoother
from fer_desktop.errors import UserError
from fer_desktop.vision.classifier import Scores, label_of
from fer_desktop.vision.faces import FaceReading
from fer_desktop.vision.model_file import Head, ModelFile

log = logging.getLogger(__name__)

SHARE: Final = 0.1
"""Of the time, that it may take at most."""


class Network(Protocol):
    """What is asked: `vision.second.SecondNetwork`, or a test's stand-in."""

    @property
    def model(self) -> ModelFile: ...

    def read(self, image: NDArray[np.uint8], faces: Sequence[FaceReading], detector: str) -> list[Scores]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What the second network says of one face."""

    shown: NDArray[np.float32]
    """(C,) probabilities, smoothed like those of the first."""
    label: str
    """With the same hysteresis, or `unsure`."""
    how: Agreement
    """How it compares to the first network's, without a face's own neutral, which the second has not."""


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """Of all faces of one frame."""

    t: float
    """The frame's time."""
    of: Mapping[int, Opinion]
    """By the id of the face."""


class Second:
    """An observer of the engine, of one source; what stands still may be asked about from another thread."""

    def __init__(
        self,
        network: Network,
        first: Head,
        detector: str,
        time_of: Callable[[Result], float],
        smoothing_s: float,
        *,
        share: float = SHARE,
    ) -> None:
        """`first` is the head in use, `detector` the kind of its detector, `time_of` the time to remember."""
        self.network = network
        self._first = first
        self._detector = detector
        self._time_of = time_of
        self._smoother = Smoother(network.model.heads[0], smoothing_s)
        self._rest = 1 / share - 1
        self._due_s = -math.inf
        self._lock = threading.Lock()
        self._catching_up: threading.Thread | None = None
        self.newest: Opinions | None = None
        self.agreements = Agreements()
        self.error: UserError | None = None
        """Why it gave up, if it did: the engine goes on without it."""

    def __call__(self, result: Result) -> None:
        started_s = time.perf_counter()
        if self.error is not None or not result.faces or started_s < self._due_s:
            return
        self._answer(result)
        ended_s = time.perf_counter()
        self._due_s = ended_s + self._rest * (ended_s - started_s)

    def catch_up(self, result: Result) -> None:
        """Ask about a frame that stands still, where its turn never came; returns at once, so call it again.

        The share of the time is for what moves on; here one thread answers for one frame at a time.
        """
        busy = self._catching_up is not None and self._catching_up.is_alive()
        if self.error is None and result.faces and not busy and not self._knows(result):
            self._catching_up = threading.Thread(target=self._answer, args=(result,), name="fer-second")
            self._catching_up.start()

    def _knows(self, result: Result) -> bool:
        return self.newest is not None and self.newest.t == self._time_of(result)

    def _answer(self, result: Result) -> None:
        try:
            with self._lock:
                if not self._knows(result):
                    self._ask(result)
        except Exception as error:
            # The session that is being recorded must not end because of a network that only compares.
            log.exception("the second network failed")
            self.error = UserError(
                f"The second network failed: {error}", "Choose another one to compare with."
            )

    def _ask(self, result: Result) -> None:
        readings = [face.reading for face in result.faces]
        scores = self.network.read(result.frame.image, readings, self._detector)
        frame = result.frame
        t_s = frame.captured_s if frame.media_t_s is None else frame.media_t_s
        seconds = self._smoother.smooth(tuple(map(_read_so, readings, scores)), t_s)
        opinions = {}
        t = self._time_of(result)
        for first, second in zip(result.faces, seconds, strict=True):
            how = agreement(self._label(first), second.stable_label)
            opinions[first.reading.face_id] = Opinion(second.smoothed, second.stable_label, how)
            self.agreements.add(t, first.reading.face_id, how)
        self.newest = Opinions(t, opinions)

    def _label(self, face: Face) -> str:
        """What the first network says; not counted from a face's own neutral."""
        return face.stable_label if face.corrected is None else label_of(face.smoothed, self._first)


def _read_so(reading: FaceReading, scores: Scores) -> FaceReading:
    """The face as the second network reads it."""
    return replace(
        reading,
        logits=scores.logits,
        probabilities=scores.probabilities,
        label=scores.label,
        entropy=scores.entropy,
    )
