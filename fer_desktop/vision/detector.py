"""Finding faces: our own network, any other one in YuNet's format, or the cascade that OpenCV 4 brings.

All detectors work on a reduced picture, so their time does not grow with the camera's resolution.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop import paths
from fer_desktop.errors import ModelError
from fer_desktop.vision.faces import Box, Detection

Image = NDArray[np.uint8]

LIVE_SIDE: Final = 320
"""Long side of the reduced picture in a moving picture, in pixels."""
STILL_SIDE: Final = 640
"""The same for a photo, where time matters less and group pictures have small faces."""

OWN: Final = "face_detector"
"""The name of the detector that comes along."""
OWN_THRESHOLD: Final = 0.8
"""From this score on it is believed: below, letters and patterns are taken for faces (its model card)."""
CASCADE: Final = "cascade"
"""The name of the detector that needs no file."""

_NESTED_SHARE: Final = 0.6
_SHORTEST: Final = 16
"""A reduced picture that is narrower or lower than this has no room for a face."""
_CLOSE_UP_SIDE: Final = 192
"""A smaller picture that is cut close around a face is enlarged to this."""


class Detector(ABC):
    """Finds faces in a frame and near a place where one was."""

    kind: str
    """Whose framing to use for the crop: `cascade` or `yunet`."""
    name: str
    """For metadata and the status line."""
    sha256: str | None = None
    """Of the detector's file; None for the one that OpenCV brings."""
    interval: int
    """Look at the whole picture every so many frames; faces are followed in between."""
    near_interval: int
    """Look for a face near to where it was every so many frames; its pixels are followed in between."""

    @abstractmethod
    def detect(self, image: Image, long_side: int = LIVE_SIDE) -> list[Detection]:
        """All faces of a BGR picture (H, W, 3), boxes in its pixels."""

    def detect_still(self, image: Image) -> list[Detection]:
        """All faces of a photo; where there is none, the one that it is cut close around.

        Such a picture leaves a detector no room: it is enlarged and continued over its edges.
        """
        found = self.detect(image, STILL_SIDE)
        if found:
            return found
        scale = max(1.0, _CLOSE_UP_SIDE / max(image.shape[:2]))
        size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
        large = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC) if scale > 1 else image
        margin = min(large.shape[:2]) // 4
        wide = cv2.copyMakeBorder(large, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
        around = -margin / scale
        close = (
            _moved(d, scale, around, around) for d in self.detect(np.asarray(wide, np.uint8), STILL_SIDE)
        )
        return [face for face in close if face.box.w >= min(image.shape[:2]) / 2]

    @abstractmethod
    def detect_near(self, image: Image, box: Box) -> Detection | None:
        """The face nearest to where one was a moment ago, or None."""


def _patch_around(image: Image, box: Box, factor: float) -> tuple[Image, int, int]:
    """The part of the picture around a box, and where it begins."""
    height, width = image.shape[:2]
    centre_x, centre_y = box.centre
    half = factor * max(box.w, box.h) / 2
    left, top = max(0, int(centre_x - half)), max(0, int(centre_y - half))
    right, bottom = min(width, int(centre_x + half) + 1), min(height, int(centre_y + half) + 1)
    return image[top:bottom, left:right], left, top


def _nearest(found: list[Detection], box: Box) -> Detection | None:
    def distance(detection: Detection) -> float:
        (x, y), (there_x, there_y) = detection.box.centre, box.centre
        return float((x - there_x) ** 2 + (y - there_y) ** 2)

    return min(found, key=distance, default=None)


def _moved(detection: Detection, scale: float, left: float, top: float) -> Detection:
    """A detection in a patch, `scale` times as large as the picture, back in the picture's pixels."""
    box = detection.box
    landmarks = detection.landmarks
    return Detection(
        Box(box.x / scale + left, box.y / scale + top, box.w / scale, box.h / scale),
        detection.score,
        None if landmarks is None else (landmarks / scale + (left, top)).astype(np.float32),
    )


def without_nested(found: list[Detection]) -> list[Detection]:
    """Without boxes that lie mostly within a larger or surer one: cascades see faces in noses and mouths."""
    kept: list[Detection] = []
    for detection in sorted(found, key=lambda d: d.score * d.box.w, reverse=True):
        if all(_share_inside(detection.box, other.box) < _NESTED_SHARE for other in kept):
            kept.append(detection)
    return kept


def _share_inside(inner: Box, outer: Box) -> float:
    width = min(inner.x + inner.w, outer.x + outer.w) - max(inner.x, outer.x)
    height = min(inner.y + inner.h, outer.y + outer.h) - max(inner.y, outer.y)
    return max(0.0, width) * max(0.0, height) / (inner.w * inner.h)


class CascadeDetector(Detector):
    """Viola and Jones' cascade for upright frontal faces, as OpenCV 4 ships it."""

    kind = "cascade"
    name = "cascade"
    interval = 15
    near_interval = 4

    _NEIGHBOURS: Final = 4
    _SMALLEST: Final = 24
    _PATCH_FACE: Final = 56
    """Width at which a face that is followed is looked for again, in pixels."""

    def __init__(self) -> None:
        """Raises `ModelError` where OpenCV has no cascades (version 5), or lacks the file."""
        if not hasattr(cv2, "CascadeClassifier"):
            raise ModelError(
                "This version of OpenCV has no cascade detector.",
                f"Choose the detector '{OWN}', or install opencv-python-headless below 5.",
            )
        path = Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"
        self._cascade = cv2.CascadeClassifier(str(path))
        # Without its file it would find no face in any picture, and say nothing.
        if self._cascade.empty():
            raise ModelError(
                f"The cascade detector's file '{path}' is missing.", "Install the program again."
            )

    def detect(self, image: Image, long_side: int = LIVE_SIDE) -> list[Detection]:
        scale = min(1.0, long_side / max(image.shape[:2]))
        smallest = self._SMALLEST
        found = [_moved(d, scale, 0, 0) for d in self._run(image, scale, smallest, None)]
        return without_nested(found)

    def detect_near(self, image: Image, box: Box) -> Detection | None:
        patch, left, top = _patch_around(image, box, 1.8)
        if min(patch.shape[:2]) < 8:
            return None
        scale = self._PATCH_FACE / box.w
        found = self._run(patch, scale, round(0.75 * self._PATCH_FACE), round(1.35 * self._PATCH_FACE))
        return _nearest([_moved(d, scale, left, top) for d in found], box)

    def _run(self, image: Image, scale: float, smallest: int, largest: int | None) -> list[Detection]:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        grey = cv2.cvtColor(cv2.resize(image, size, interpolation=method), cv2.COLOR_BGR2GRAY)
        boxes, _, weights = self._cascade.detectMultiScale3(
            grey,
            scaleFactor=1.1,
            minNeighbors=self._NEIGHBOURS,
            minSize=(smallest, smallest),
            maxSize=(largest, largest) if largest else (0, 0),
            outputRejectLevels=True,
        )
        return [
            Detection(Box(*(float(v) for v in box)), _cascade_score(float(np.ravel(weight)[0])))
            for box, weight in zip(boxes, weights, strict=True)
        ]


def _cascade_score(weight: float) -> float:
    """The last stage's margin as a score between 0 and 1.

    True faces have a margin of 4 to 11 (5 % to 100 % on development clips), most false ones under 3.
    """
    return float(1 / (1 + np.exp(-(weight - 2.5))))


class YuNetDetector(Detector):
    """Any network with YuNet's interface (Wu et al. 2023), run by `cv2.FaceDetectorYN`."""

    kind = "yunet"
    interval = 1
    near_interval = 1

    def __init__(self, path: Path, threshold: float = 0.7) -> None:
        """`threshold` is the least score of a face.

        Raises `ModelError` for a file that does not exist or is not in that format.
        """
        if not path.is_file():
            raise ModelError(f"The detector file {path} does not exist.", "Check the path.")
        try:
            self._net = cv2.FaceDetectorYN.create(str(path), "", (LIVE_SIDE, LIVE_SIDE), threshold)
            self._net.detect(np.zeros((LIVE_SIDE, LIVE_SIDE, 3), np.uint8))
        except (cv2.error, SystemError) as error:
            raise ModelError(
                f"{path.name} is not a face detector in YuNet's format.",
                f"Choose an ONNX file that cv2.FaceDetectorYN loads, or the detector '{OWN}'.",
            ) from error
        self.name = path.stem
        self.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()

    def detect(self, image: Image, long_side: int = LIVE_SIDE) -> list[Detection]:
        scale = min(1.0, long_side / max(image.shape[:2]))
        return [_moved(d, scale, 0, 0) for d in self._run(image, scale)]

    def detect_near(self, image: Image, box: Box) -> Detection | None:
        patch, left, top = _patch_around(image, box, 2.5)
        if min(patch.shape[:2]) < 8:
            return None
        scale = min(1.0, 160 / max(patch.shape[:2]))
        return _nearest([_moved(d, scale, left, top) for d in self._run(patch, scale)], box)

    def _run(self, image: Image, scale: float) -> list[Detection]:
        size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
        if min(size) < _SHORTEST:
            return []
        reduced = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        self._net.setInputSize(size)
        found = self._net.detect(reduced)[1]
        rows = np.empty((0, 15), np.float32) if found is None else np.asarray(found, np.float32)  # type: ignore[redundant-expr]  # OpenCV's stubs hide that it returns None for no face
        return [
            Detection(Box(*(float(v) for v in row[:4])), float(row[14]), row[4:14].reshape(5, 2).copy())
            for row in rows
        ]


def make_detector(choice: str = "") -> Detector:
    """The detector of a name or of an ONNX file's path, by default our own; raises `ModelError`."""
    if choice == CASCADE:
        return CascadeDetector()
    if choice in {"", OWN}:
        return YuNetDetector(paths.face_detector(), OWN_THRESHOLD)
    return YuNetDetector(Path(choice))
