"""My neutral: a person's resting face as the point from which expressions are counted.

Many calm faces look a little sad or angry to a network, each in its own way. Three quiet seconds tell how;
after that a share of this constant error is taken from the logits (z - share (z0 - z_ref)). The raw values
stay as they are beside the corrected ones.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.vision.classifier import softmax
from fer_desktop.vision.faces import Box, FaceReading
from fer_desktop.vision.model_file import Head

Logits = NDArray[np.float32]

TAKES_S: Final = 3.0
SHARE: Final = 0.7
"""How much of a face's constant error is taken away: all of it would also take the noise of three seconds."""
_LEAST_FRAMES: Final = 15
_LONGEST_GAP_S: Final = 0.7
_FARTHEST: Final = 0.35
"""How far a face may move from where it began, in parts of its width."""
_LIVELIEST: Final = 0.20
"""Largest standard deviation over time of one expression's probability."""
_NEUTRAL_SHARE: Final = 0.9
"""Of a calm face, where the model does not say what it answers for one."""


class Trouble(Enum):
    """Why a baseline could not be taken."""

    GONE = "gone"
    MOVED = "moved"
    LIVELY = "lively"
    SLOW = "slow"


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """The resting face of one track."""

    face_id: int
    logits: Logits
    """(C,) mean over the calm seconds, divided by the temperature."""
    frames: int


@dataclass(frozen=True, slots=True)
class Taking:
    """A baseline in the making."""

    face_id: int
    share: float
    """Of the time that it takes, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Failed:
    """One that was given up."""

    face_id: int
    trouble: Trouble


@dataclass(slots=True)
class _Trial:
    face_id: int
    began_s: float
    seen_s: float
    place: Box
    logits: list[Logits] = field(default_factory=list)


def neutral_logits(head: Head) -> Logits:
    """What the network answers for a calm face of nobody in particular, (C,), up to a constant."""
    if head.neutral is not None:
        return np.array(head.neutral, np.float32)
    shares = np.full(len(head.labels), (1 - _NEUTRAL_SHARE) / (len(head.labels) - 1), np.float32)
    if "neutral" in head.labels:
        shares[head.labels.index("neutral")] = _NEUTRAL_SHARE
    return np.log(shares)


class Baselines:
    """The baselines of all tracks; `take`, `cancel` and `forget` from any thread, `observe` from vision's."""

    def __init__(self, head: Head) -> None:
        self._reference = neutral_logits(head)
        self._lock = threading.Lock()
        self._wanted: int | None = None
        self._trial: _Trial | None = None
        self._kept: dict[int, Baseline] = {}
        self.outcome: Taking | Failed | Baseline | None = None
        """How the last one that was asked for fares; None before, and after `cancel`."""

    def take(self, face_id: int) -> None:
        """Begin with the next frame; a baseline that this face has goes on until there is a new one."""
        with self._lock:
            self._wanted, self._trial = face_id, None
            self.outcome = Taking(face_id, 0.0)

    def cancel(self) -> None:
        """Give up what is in the making."""
        with self._lock:
            self._wanted = self._trial = self.outcome = None

    def forget(self, face_id: int) -> Baseline | None:
        """Take a face's baseline away; returns it, so that it can be brought back."""
        with self._lock:
            return self._kept.pop(face_id, None)

    def bring_back(self, baseline: Baseline) -> None:
        """Undo `forget`."""
        with self._lock:
            self._kept[baseline.face_id] = baseline

    def of(self, face_id: int) -> Baseline | None:
        """The baseline of a face, if it has one."""
        with self._lock:
            return self._kept.get(face_id)

    @property
    def all(self) -> tuple[Baseline, ...]:
        with self._lock:
            return tuple(self._kept.values())

    def observe(self, readings: tuple[FaceReading, ...], t_s: float) -> None:
        """Take in the faces of a frame at a time that rises."""
        with self._lock:
            if self._wanted is None:
                return
            reading = next((r for r in readings if r.face_id == self._wanted), None)
            outcome = self._tried(reading, t_s)
            if not isinstance(outcome, Taking):
                self._wanted = self._trial = None
            if isinstance(outcome, Baseline):
                self._kept[outcome.face_id] = outcome
            self.outcome = outcome

    def correction(self, face_id: int) -> Logits | None:
        """What is taken from the logits (C,) of a face; None without a baseline."""
        baseline = self.of(face_id)
        if baseline is None:
            return None
        return np.asarray(SHARE * (baseline.logits - self._reference), np.float32)

    def _tried(self, reading: FaceReading | None, t_s: float) -> Taking | Failed | Baseline:
        assert self._wanted is not None
        trial = self._trial
        if trial is None:
            if reading is None:
                return Failed(self._wanted, Trouble.GONE)
            trial = self._trial = _Trial(reading.face_id, t_s, t_s, reading.box)
        if not 0 <= t_s - trial.seen_s <= _LONGEST_GAP_S:
            return Failed(trial.face_id, Trouble.GONE)
        if reading is not None:
            if _far(reading.box, trial.place):
                return Failed(trial.face_id, Trouble.MOVED)
            trial.seen_s = t_s
            trial.logits.append(reading.logits)
        passed_s = t_s - trial.began_s
        return Taking(trial.face_id, passed_s / TAKES_S) if passed_s < TAKES_S else _ended(trial)


def _ended(trial: _Trial) -> Failed | Baseline:
    """What became of one that had its time."""
    if len(trial.logits) < _LEAST_FRAMES:
        return Failed(trial.face_id, Trouble.SLOW)
    logits = np.array(trial.logits)
    if softmax(logits).std(0).max() > _LIVELIEST:
        return Failed(trial.face_id, Trouble.LIVELY)
    return Baseline(trial.face_id, logits.mean(0), len(logits))


def _far(box: Box, place: Box) -> bool:
    (x, y), (x0, y0) = box.centre, place.centre
    grown = max(box.w / place.w, place.w / box.w) - 1
    return max(abs(x - x0) / place.w, abs(y - y0) / place.w, grown) > _FARTHEST
