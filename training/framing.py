"""Where FER2013's square lies around a face, measured with the detectors that the product uses.

A live face must be cut as the training pictures were. Each picture is enlarged and continued over its
edges by reflection, a detector runs over it, and the median of its boxes is given in pixels of the
48-pixel square. The result is the `crop` of a model file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from fer_desktop.errors import UserError
from fer_desktop.vision import model_file
from training.data.examples import Examples
from training.data.fer2013 import SIDE
from training.errors import DataError
from training.files import write_whole

SCALE: Final = 6
"""How much a picture is enlarged before detection."""

OURS: Final = Path(__file__).with_name("framing.json")
"""How FER2013 frames faces, as `python -m training framing` measured it."""

MARGIN: Final = SIDE // 2
"""Pixels of the square that are made up by reflection on each side, so that boxes may reach out."""

Row = NDArray[np.float32]
Detect = Callable[[NDArray[np.uint8]], Row | None]
"""From an enlarged grey picture to the largest face in its pixels: x, y, w, h, then landmarks if any."""


@dataclass(frozen=True, slots=True)
class Framing:
    """Median box in pixels of the square (centre and size), and what share of faces was found."""

    cx: float
    cy: float
    w: float
    h: float
    found: float
    landmarks: tuple[tuple[float, float], ...]
    """Medians of right eye, left eye, nose, right and left mouth corner; empty without landmarks."""

    def as_json(self) -> dict[str, float]:
        return {name: round(getattr(self, name), 2) for name in ("cx", "cy", "w", "h")}


def cascade() -> Detect:
    """The detector that OpenCV 4 brings, as the product sets it."""
    classifier = cv2.CascadeClassifier(f"{cv2.data.haarcascades}haarcascade_frontalface_default.xml")

    def detect(picture: NDArray[np.uint8]) -> Row | None:
        smallest = (SCALE * SIDE // 2, SCALE * SIDE // 2)
        boxes = classifier.detectMultiScale(picture, scaleFactor=1.1, minNeighbors=4, minSize=smallest)
        return _largest(np.asarray(boxes, np.float32).reshape(-1, 4))

    return detect


def yunet(model: Path) -> Detect:
    """A detector in YuNet's format. Raises `DataError` if OpenCV cannot load the file."""
    side = SCALE * (SIDE + 2 * MARGIN)
    try:
        network = cv2.FaceDetectorYN.create(str(model), "", (side, side), 0.7)
    except cv2.error as error:
        raise DataError(f"{model}: is not a face detector in YuNet's format.") from error

    def detect(picture: NDArray[np.uint8]) -> Row | None:
        # OpenCV answers None where there is no face, though its type hints deny it.
        rows = cast("Row | None", network.detect(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))[1])
        return None if rows is None else _largest(rows[:, :14])

    return detect


def _largest(rows: Row) -> Row | None:
    return rows[(rows[:, 2] * rows[:, 3]).argmax()] if len(rows) else None


def measure_framing(faces: Examples, detect: Detect) -> Framing:
    """Run a detector over faces. Raises `DataError` if it finds none."""
    found = []
    for face in faces.images:
        padded = cv2.copyMakeBorder(face, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_REFLECT)
        row = detect(
            cv2.resize(padded, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
        )
        if row is not None:
            found.append(row / SCALE)
    if not found:
        raise DataError("The detector finds a face in none of the pictures.")
    rows = np.array(found)
    x, y, w, h = rows[:, :4].T
    points = np.median(rows[:, 4:], axis=0).reshape(-1, 2) - MARGIN
    return Framing(
        cx=float(np.median(x + w / 2)) - MARGIN,
        cy=float(np.median(y + h / 2)) - MARGIN,
        w=float(np.median(w)),
        h=float(np.median(h)),
        found=len(found) / len(faces),
        landmarks=tuple((round(float(px), 2), round(float(py), 2)) for px, py in points),
    )


def write_crop(path: Path, cascade_framing: Framing, yunet_framing: Framing) -> None:
    """Write the model file's `crop`: the square's side and the median box of each detector in it.

    Raises `RunError` if it cannot be written.
    """
    crop = {
        "square": SIDE,
        "cascade": cascade_framing.as_json(),
        "yunet": yunet_framing.as_json(),
        "landmarks": yunet_framing.landmarks,
    }
    write_whole(path, json.dumps(crop, indent=1) + "\n")


def read_crop(path: Path) -> dict[str, object]:
    """Read a crop for a model file. Raises `DataError` if it is not a JSON object with `square`."""
    try:
        crop = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise DataError(f"{path}: is not JSON ({error}).") from error
    if not isinstance(crop, dict) or "square" not in crop:
        raise DataError(f"{path}: must be a JSON object that `python -m training framing` wrote.")
    return crop


def live_framing(path: Path) -> model_file.Framing:
    """How faces are to be cut, from what `framing` wrote (.json) or from a model file (.onnx).

    Raises `DataError` if the file does not tell.
    """
    if path.suffix.lower() == ".onnx":
        try:
            return model_file.read_model_file(path).crop
        except UserError as error:
            raise DataError(f"{path}: {error}") from error
    crop = read_crop(path)
    try:
        boxes = {
            kind: model_file.FaceBox(*(float(box[key]) for key in ("cx", "cy", "w", "h")))
            for kind, box in crop.items()
            if isinstance(box, dict)
        }
        return model_file.Framing(int(str(crop["square"])), boxes)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path}: is not a crop that `python -m training framing` wrote ({error})."
        ) from error
