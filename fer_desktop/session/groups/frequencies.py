"""How often each participant showed what, absolutely and relatively."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_desktop.session.statistics import FaceStatistics, Statistics


@dataclass(frozen=True, slots=True)
class Frequencies:
    """One participant in one group or condition; several sessions or stretches are added up."""

    participant: str
    level: str
    """The group or condition; empty where there is none."""
    sessions: int
    timed: bool
    frames: tuple[int, ...]
    """Of the labels and unsure, in order."""
    seconds: tuple[float, ...]
    covered: float
    """Seconds (photos: pictures) in which the face was seen."""
    whole: float
    """Seconds (photos: pictures) in all."""

    @property
    def counts(self) -> tuple[float, ...]:
        """Absolute frequencies: seconds, of photos faces."""
        return self.seconds if self.timed else self.frames

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Relative frequencies; None where no face was seen."""
        total = sum(self.counts)
        return tuple(count / total if total else None for count in self.counts)

    @property
    def coverage(self) -> float | None:
        """0 to 1; None without duration."""
        return self.covered / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Looked:
    """One row of the table of participants, looked up in its session."""

    participant: str
    level: str
    folder: str
    part: str
    """Which face or stretch; empty: the whole session."""
    complete: bool
    statistics: Statistics
    face: FaceStatistics
    several_faces: bool
    """All faces of a session with more than one are taken for this participant."""


def added_up(looked: Iterable[Looked]) -> list[Frequencies]:
    """One for each participant and level, in the order of the table."""
    gathered: dict[tuple[str, str], list[Looked]] = {}
    for one in looked:
        gathered.setdefault((one.level, one.participant), []).append(one)
    return [_sum(participant, level, parts) for (level, participant), parts in gathered.items()]


def share_matrix(people: Sequence[Frequencies]) -> NDArray[np.float64]:
    """(participants, labels and unsure) of those who were seen at all."""
    return np.array([person.shares for person in people if sum(person.counts)], np.float64)


def _sum(participant: str, level: str, parts: Sequence[Looked]) -> Frequencies:
    timed = parts[0].statistics.timed
    labels = [[(label.frames, label.seconds) for label in part.face.labels] for part in parts]
    return Frequencies(
        participant,
        level,
        len({part.folder for part in parts}),
        timed,
        tuple(sum(label[0] for label in column) for column in zip(*labels, strict=True)),
        tuple(sum(label[1] for label in column) for column in zip(*labels, strict=True)),
        sum(_covered(part) for part in parts),
        sum(part.statistics.duration_s if timed else part.statistics.frames.read for part in parts),
    )


def _covered(part: Looked) -> float:
    everyone = part.face.face_id is None
    if part.statistics.timed:
        return part.statistics.with_face_s if everyone else part.face.seconds
    return part.statistics.frames.with_face if everyone else part.face.frames
