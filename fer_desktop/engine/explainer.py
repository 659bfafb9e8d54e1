"""A thread of its own that says what the network looks at, a few times a second.

The live view must never wait for it: a question replaces the one before, and between two answers it rests.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from fer_desktop.engine.slot_thread import SlotThread
from fer_desktop.errors import UserError
from fer_desktop.vision.insight import Area, covered

log = logging.getLogger(__name__)

Heat = NDArray[np.float32]

RATE_HZ: Final = 8.0
"""Most answers in a second."""
_TAU_S: Final = 0.3
"""Time constant of the mean over time: gradients flicker more than faces do."""
_FORGET_S: Final = 1.0


class Insights(Protocol):
    """What answers: `vision.insight.Insight`, or a test's stand-in."""

    def heat(self, face: NDArray[np.uint8], label: int) -> Heat: ...

    def read(self, face: NDArray[np.uint8]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Which pixels of this face does this expression hang on?"""

    face_id: int
    label: int
    """Place of the expression among the model's labels."""
    seen: NDArray[np.uint8]
    """What the network saw of the face: grey (S, S)."""
    t_s: float
    """The frame's time, as for vision."""
    cover: Area | None = None
    """What to cover, to see what the network says then."""


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """The answer, as a mean over the last moments of that face and expression."""

    question: Question
    heat: Heat
    """(S, S), 0 to 1."""
    covered: NDArray[np.float32] | None
    """Probabilities (C,) with the area covered, as a mean over the last moments; None without one."""


class Explainer:
    """`start`, then `ask` as often as there is a frame, and take the `newest` answer; `stop` at the end."""

    def __init__(self, load: Callable[[], Insights], rate_hz: float = RATE_HZ) -> None:
        """`load` is called in the explainer's own thread; a `UserError` of it ends up in `error`."""
        self._load = load
        self._pause_s = 1 / rate_hz
        self._thread = SlotThread[Question]("explainer", self._run)
        self.newest: Explanation | None = None
        self.error: UserError | None = None
        """Why it gave up, if it did."""

    def start(self) -> None:
        self._thread.start()

    def ask(self, question: Question) -> None:
        """Put a question in the place of the one that waits; returns at once."""
        self._thread.put(question)

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._thread.stop()

    def _run(self) -> None:
        try:
            insights = self._load()
            while (question := self._thread.next()) is not None:
                self.newest = self._answer(insights, question)
                self._thread.rest(self._pause_s)
        except UserError as error:
            self.error = error
        except Exception as error:
            # A thread that dies silently would leave an overlay that never comes: the fault is shown.
            log.exception("explaining failed")
            self.error = UserError(f"What the network looks at cannot be shown: {error}")

    def _answer(self, insights: Insights, question: Question) -> Explanation:
        before = self.newest
        if before is None or before.question.face_id != question.face_id:
            return _fresh(insights, question)
        asked = before.question
        passed_s = question.t_s - asked.t_s
        still = asked.seen is question.seen
        if still and (asked.label, asked.cover) == (question.label, question.cover):
            return before
        if still or not 0 < passed_s < _FORGET_S:
            return _fresh(insights, question)
        share = 1 - math.exp(-passed_s / _TAU_S)
        now = _fresh(insights, question)
        heat, hidden = now.heat, now.covered
        if asked.label == question.label:
            heat = _between(before.heat, heat, share)
        if asked.cover == question.cover and before.covered is not None and hidden is not None:
            hidden = _between(before.covered, hidden, share)
        return Explanation(question, heat, hidden)


def _fresh(insights: Insights, question: Question) -> Explanation:
    """What this one picture says."""
    hidden = None if question.cover is None else insights.read(covered(question.seen, question.cover))
    return Explanation(question, insights.heat(question.seen, question.label), hidden)


def _between(before: NDArray[np.float32], now: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    return np.asarray(before + share * (now - before), np.float32)
