"""Calm numbers for the eye: logits averaged over time, and a word that does not flicker.

Only the screen and the log's `s_` columns use them; the raw probabilities stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import UNSURE
from fer_desktop.engine.result import Face
from fer_desktop.vision.classifier import softmax
from fer_desktop.vision.faces import FaceReading
from fer_desktop.vision.model_file import Head

TAU_S: Final = 0.2
"""Time constant: a change is shown to 63 % after this time, at any frame rate."""
HOLD_S: Final = 0.2
"""A new word must hold this long before it replaces the old one, unless it is far ahead of it."""
RESTART_S: Final = 1.0
"""After a longer gap a face is averaged anew."""
_MARGIN: Final = 0.05
_FAR_AHEAD: Final = 0.5


Correction = Callable[[int], NDArray[np.float32] | None]


def _no_correction(_face_id: int) -> None:
    return None


@dataclass(slots=True)
class _Memory:
    logits: NDArray[np.float32]
    seen_s: float
    label: str
    since_s: float
    candidate: str
    candidate_since_s: float


class Smoother:
    """Smooths the readings of each face over time."""

    def __init__(self, head: Head, tau_s: float = TAU_S) -> None:
        self._head = head
        self._tau_s = tau_s
        self._memory: dict[int, _Memory] = {}

    def smooth(
        self, readings: tuple[FaceReading, ...], t_s: float, correction: Correction = _no_correction
    ) -> tuple[Face, ...]:
        """The faces of one frame with their smoothed expression; `t_s` in seconds.

        `correction`: what is taken from the logits (C,) of a face, by its id, or None.
        """
        faces = tuple(self._smooth_one(reading, t_s, correction(reading.face_id)) for reading in readings)
        for face_id in [i for i, memory in self._memory.items() if abs(t_s - memory.seen_s) > 10 * RESTART_S]:
            del self._memory[face_id]
        return faces

    def _smooth_one(self, reading: FaceReading, t_s: float, taken: NDArray[np.float32] | None) -> Face:
        memory = self._memory.get(reading.face_id)
        if memory is None or not 0 <= t_s - memory.seen_s <= RESTART_S:
            shown = reading.logits if taken is None else reading.logits - taken
            label = self._word(softmax(shown), UNSURE)
            memory = _Memory(reading.logits, t_s, label, t_s, label, t_s)
            self._memory[reading.face_id] = memory
        else:
            keep = math.exp(-(t_s - memory.seen_s) / self._tau_s) if self._tau_s > 0 else 0.0
            memory.logits = (keep * memory.logits + (1 - keep) * reading.logits).astype(np.float32)
            memory.seen_s = t_s
        smoothed = softmax(memory.logits)
        if taken is None:
            self._settle(memory, smoothed, t_s)
            return Face(reading, smoothed, memory.label, memory.since_s)
        calm = softmax(memory.logits - taken)
        self._settle(memory, calm, t_s)
        corrected = softmax(reading.logits - taken)
        return Face(reading, smoothed, memory.label, memory.since_s, corrected, calm)

    def _word(self, probabilities: NDArray[np.float32], shown: str) -> str:
        """The top label, or `unsure`; to leave `unsure` takes a little more than to stay sure."""
        top = int(probabilities.argmax())
        needed = self._head.unsure_below + (_MARGIN if shown == UNSURE else 0.0)
        return self._head.labels[top] if probabilities[top] >= needed else UNSURE

    def _settle(self, memory: _Memory, probabilities: NDArray[np.float32], t_s: float) -> None:
        word = self._word(probabilities, memory.label)
        if word != memory.candidate:
            memory.candidate, memory.candidate_since_s = word, t_s
        if word == memory.label:
            return
        shown = 0.0 if memory.label == UNSURE else probabilities[self._head.labels.index(memory.label)]
        far_ahead = UNSURE not in {word, memory.label} and probabilities.max() - shown > _FAR_AHEAD
        if far_ahead or t_s - memory.candidate_since_s >= HOLD_S:
            memory.label, memory.since_s = word, memory.candidate_since_s
