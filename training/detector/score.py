"""How far faces that were found agree with faces that are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.detector.boxes import Faces, Picture, eye_distances, points_of, sides_of
from training.detector.decode import find_faces
from training.detector.network import FaceNetwork
from training.detector.teacher import Labels, match

SAME: Final = 0.5
"""Overlap of two boxes that mean one face."""
LEAST_SIDE: Final = 20.0
"""Longer side in pixels from which a face must be found."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts over pictures, for the faces of some range of sizes."""

    known: int
    """Faces that are sure."""
    found: int
    """Of those, how many have been found."""
    detections: int
    false: int
    """Detections where nothing is known, not even a face that is not sure."""
    errors: NDArray[np.float32]
    """Mean distance of the landmarks of each face found, in distances of its eyes."""

    @staticmethod
    def none() -> Agreement:
        return Agreement(0, 0, 0, 0, np.empty(0, np.float32))

    @property
    def recall(self) -> float:
        return self.found / self.known if self.known else float("nan")

    @property
    def false_share(self) -> float:
        return self.false / self.detections if self.detections else float("nan")

    @property
    def landmark_error(self) -> float:
        return float(self.errors.mean()) if len(self.errors) else float("nan")

    def as_row(self) -> dict[str, float]:
        """What `history.csv` tells."""
        return {
            "recall": self.recall,
            "false_share": self.false_share,
            "landmark_error": self.landmark_error,
        }

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.known + other.known,
            self.found + other.found,
            self.detections + other.detections,
            self.false + other.false,
            np.concatenate([self.errors, other.errors]),
        )


def agreement(known: Labels, found: Faces, low: float = LEAST_SIDE, high: float = float("inf")) -> Agreement:
    """What was found in one picture against what is known of it.

    Faces whose longer side lies outside `low` to `high` must not be found, but may be. Of detections those
    count whose own side lies in that range.
    """
    asked = known.sure & (sides_of(known.faces) >= low) & (sides_of(known.faces) < high)
    pairs = match(known.faces, found, SAME)
    met = [(here, there) for here, there in pairs if asked[here]]
    taken = {there for _here, there in pairs}
    in_range = [n for n, side in enumerate(sides_of(found)) if low <= side < high]
    errors = landmark_errors(known.faces[[here for here, _ in met]], found[[there for _, there in met]])
    false = sum(number not in taken for number in in_range)
    return Agreement(int(asked.sum()), len(met), len(in_range), false, errors)


def landmark_errors(known: Faces, found: Faces) -> NDArray[np.float32]:
    """Mean distance (N,) of the five landmarks, in distances of the known eyes."""
    apart = np.linalg.norm(points_of(known) - points_of(found), axis=2).mean(axis=1)
    return np.asarray(apart / eye_distances(known), np.float32)


def agreement_on(
    network: FaceNetwork, scenes: Iterable[tuple[Picture, Labels]], threshold: float
) -> Agreement:
    """How a network does on scenes whose faces are known."""
    total = Agreement.none()
    for picture, labels in scenes:
        total += agreement(labels, find_faces(network, picture, threshold)[0])
    return total
