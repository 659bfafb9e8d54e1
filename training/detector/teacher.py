"""A finished detector in YuNet's format that says where the faces of a picture are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from training.detector.boxes import COLUMNS, Faces, Picture, mirror, no_faces, overlaps
from training.errors import DataError

LOW: Final = 0.3
"""Score above which a detector sees something like a face."""
SURE: Final = 0.7
"""Score above which the product believes in a face."""
_SAME: Final = 0.6
"""Overlap of two boxes that mean one face."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What is known of a picture's faces: (N, 14) rows as in `boxes`, and which of them (N,) to learn.

    The others are neither face nor background.
    """

    faces: Faces
    sure: NDArray[np.bool_]

    @staticmethod
    def none() -> Labels:
        return Labels(no_faces(), np.empty(0, np.bool_))


class FaceFinder:
    """Any detector that `cv2.FaceDetectorYN` loads."""

    def __init__(self, model: Path, lowest: float = LOW, overlap: float = 0.3) -> None:
        """Of boxes that overlap by more than `overlap` the surest is kept; 1 keeps all.

        Raises `DataError` if there is no such file or it is no detector.
        """
        if not model.is_file():
            raise DataError(f"{model}: does not exist; name a face detector in YuNet's format (ONNX).")
        try:
            self._network = cv2.FaceDetectorYN.create(str(model), "", (320, 320), lowest, overlap)
            self._network.detect(np.zeros((320, 320, 3), np.uint8))
        except (cv2.error, SystemError) as error:
            raise DataError(f"{model}: is not a face detector in YuNet's format.") from error
        self.name = model.stem

    def find(self, picture: Picture) -> tuple[Faces, NDArray[np.float32]]:
        """Faces and their scores (N,), as the picture stands."""
        self._network.setInputSize(picture.shape[1::-1])
        # OpenCV answers None where there is no face, though its type hints deny it.
        rows = cast("NDArray[np.float32] | None", self._network.detect(picture)[1])
        if rows is None:
            return no_faces(), np.empty(0, np.float32)
        return rows[:, :COLUMNS].copy(), rows[:, COLUMNS].copy()

    def label(self, picture: Picture, side: int, margin: float = 0.0) -> Labels:
        """Where the faces are, looked for at this long side and also in the mirror, and averaged.

        `margin`: how far the picture is first continued over its edges, as a share of its longer side;
        faces that are cut close are not found without. Only faces that are seen both times are sure.
        """
        around = round(margin * max(picture.shape[:2]))
        wide = cv2.copyMakeBorder(picture, around, around, around, around, cv2.BORDER_REPLICATE)
        scale = side / max(wide.shape[:2])
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        seen = np.asarray(cv2.resize(wide, None, fx=scale, fy=scale, interpolation=method), np.uint8)
        faces, scores = self.find(seen)
        mirrored, mirrored_scores = self.find(np.ascontiguousarray(seen[:, ::-1]))
        agreed = match(faces, mirror(mirrored, seen.shape[1]))
        sure = np.zeros(len(faces), np.bool_)
        for here, there in agreed:
            faces[here] = (faces[here] + mirror(mirrored[there : there + 1], seen.shape[1])[0]) / 2
            sure[here] = min(scores[here], mirrored_scores[there]) >= SURE
        faces /= scale
        faces[:, :2] -= around
        faces[:, 4:] -= around
        return Labels(faces, sure)

    def sees_nothing(self, picture: Picture) -> bool:
        """Whether not even something like a face is in it, also not at half its size."""
        for scale in (1.0, 0.5):
            looked_at = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            if len(self.find(np.asarray(looked_at, np.uint8))[0]):
                return False
        return True


def match(these: Faces, others: Faces, least: float = _SAME) -> list[tuple[int, int]]:
    """Pairs of rows whose boxes overlap by at least so much; every face has one partner, best pairs first."""
    if not len(these) or not len(others):
        return []
    shared = overlaps(these, others)
    pairs = []
    while shared.max() >= least:
        here, there = (int(index) for index in np.unravel_index(shared.argmax(), shared.shape))
        pairs.append((here, there))
        shared[here], shared[:, there] = -1, -1
    return pairs
