"""A second network that reads the faces which the first one's detector has found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_desktop.vision import crop
from fer_desktop.vision.classifier import Classifier, Scores
from fer_desktop.vision.faces import FaceReading
from fer_desktop.vision.model_file import ModelFile


class SecondNetwork:
    """Sees each face in the framing that it was trained on itself. Used from one thread at a time."""

    def __init__(self, model: Path, provider: str = "auto", threads: int | None = None) -> None:
        """As `Vision`, without a detector; raises `ModelError`."""
        self._classifier = Classifier(model, provider, threads)

    @property
    def model(self) -> ModelFile:
        return self._classifier.model

    def read(self, image: NDArray[np.uint8], faces: Sequence[FaceReading], detector: str) -> list[Scores]:
        """What it says of faces of a BGR frame (H, W, 3), in their order.

        `detector` is the kind of the one whose boxes they have.
        """
        size, framing = self.model.input_size, self.model.crop
        cuts = [
            crop.cut_face(image, crop.face_square(face.box, framing, detector), size, face.turn)
            for face in faces
        ]
        return self._classifier.classify(cuts)
