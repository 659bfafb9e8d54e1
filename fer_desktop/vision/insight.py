"""Two ways to ask a network why: what it is sensitive to, and what it says when something is covered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_desktop.vision.classifier import Classifier
from fer_desktop.vision.model_file import ModelFile
from fer_desktop.vision.saliency import Heat, Saliency

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle within the square that the network sees, in parts of its side, 0 to 1."""

    x: float
    y: float
    w: float
    h: float


def covered(face: Grey, area: Area) -> Grey:
    """The face (S, S) with an area of one grey, the mean of the whole: light, but no shape."""
    side = face.shape[0]
    left, top = round(area.x * side), round(area.y * side)
    right, bottom = round((area.x + area.w) * side), round((area.y + area.h) * side)
    hidden = face.copy()
    hidden[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = round(float(face.mean()))
    return hidden


class Insight:
    """A network's saliency companion and the network itself, used from one thread."""

    def __init__(self, model: ModelFile) -> None:
        """Load both; raises `ModelError`."""
        self._saliency = Saliency(model)
        self._classifier = Classifier(model.path, "cpu")

    def heat(self, face: Grey, label: int) -> Heat:
        """As `Saliency.heat`."""
        return self._saliency.heat(face, label)

    def read(self, face: Grey) -> NDArray[np.float32]:
        """Calibrated probabilities (C,) of a face (S, S)."""
        (scores,) = self._classifier.classify([face])
        return scores.probabilities
