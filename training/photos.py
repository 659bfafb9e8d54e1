"""From photos to faces as the networks learn them: found and cut by the product's own eyes.

A network sees a live face through the detector and crop of FER Desktop; pictures to learn from, or to be
measured on, must come the same way.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_desktop.errors import UserError
from fer_desktop.vision.crop import cut_face, face_square, turn_of
from fer_desktop.vision.detector import Detector, make_detector
from fer_desktop.vision.faces import Detection
from fer_desktop.vision.model_file import Framing
from training.data.fer2013 import SIDE
from training.data.pictures import SUFFIXES, read_colour, write_picture
from training.errors import DataError
from training.files import write_whole


@dataclass(frozen=True, slots=True)
class Face:
    """A face cut out of a photo: grey `image` (S, S), and where it was in the photo's pixels."""

    image: NDArray[np.uint8]
    x: float
    y: float
    side: float
    score: float
    """The detector's confidence, 0 to 1."""


class FaceFinder:
    """Finds and cuts the faces of photos."""

    def __init__(
        self, detector: str, framing: Framing, side: int = SIDE, *, largest_only: bool = False, sheet: int = 1
    ) -> None:
        """`detector` is `cascade` or an ONNX file in YuNet's format. Raises `DataError` if it is neither.

        `largest_only`: one face of each photo at most. `sheet`: each file is a sheet of so many rows and
        columns of photos.
        """
        self._detector = detector_for(detector, framing)
        self._framing = framing
        self._side = side
        self._most = 1 if largest_only else None
        self._sheet = sheet

    def faces(self, photo: Path) -> list[Face]:
        """All faces, the largest first; those of a sheet photo by photo.

        Raises `DataError` if the file is damaged or no picture, or cannot be divided.
        """
        whole = read_colour(photo)
        rows, columns = whole.shape[0] // self._sheet, whole.shape[1] // self._sheet
        if (rows * self._sheet, columns * self._sheet) != whole.shape[:2]:
            raise DataError(
                f"{photo}: {whole.shape[1]} x {whole.shape[0]} pixels are no sheet of "
                f"{self._sheet} x {self._sheet} photos of one size."
            )
        corners = [(x * columns, y * rows) for y in range(self._sheet) for x in range(self._sheet)]
        return [face for x, y in corners for face in self._in(whole[y : y + rows, x : x + columns], x, y)]

    def _in(self, photo: NDArray[np.uint8], x: int, y: int) -> list[Face]:
        """The faces of a photo that lies at (x, y) of its file."""
        found = [self._cut(photo, detection) for detection in self._detector.detect_still(photo)]
        largest = sorted(found, key=lambda face: -face.side)[: self._most]
        return [replace(face, x=face.x + x, y=face.y + y) for face in largest]

    def _cut(self, picture: NDArray[np.uint8], detection: Detection) -> Face:
        square = face_square(detection.box, self._framing, self._detector.kind)
        image = cut_face(picture, square, self._side, turn_of(detection.landmarks))
        return Face(image, square.x, square.y, square.w, detection.score)


def detector_for(choice: str, framing: Framing) -> Detector:
    """A detector of the product, by name, or an ONNX file in YuNet's format.

    Raises `DataError` if it is neither, or if the framing does not tell where its boxes lie.
    """
    try:
        detector = make_detector(choice)
    except UserError as error:
        raise DataError(str(error)) from error
    if detector.kind not in framing.boxes:
        raise DataError(f"The framing does not tell where the box of '{detector.kind}' lies.")
    return detector


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of a folder of photos."""

    photos: int
    faces: int
    without_face: tuple[Path, ...]
    damaged: tuple[str, ...]
    """One sentence for each photo that could not be read."""


Watch = Callable[[list[Path]], Iterable[Path]]
"""Passes photos on and shows how far it is."""


def photos_in(source: Path, out: Path | None = None) -> list[Path]:
    """A photo itself, or all photos of a folder and its sub-folders, except those under `out`.

    Raises `DataError` if there are none.
    """
    if source.is_file():
        return [source]
    taken = out.resolve() if out else None
    found = sorted(
        path
        for path in source.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(source).parts)
        and (taken is None or not path.resolve().is_relative_to(taken))
    )
    if not found:
        raise DataError(f"{source}: has no photos ({', '.join(sorted(SUFFIXES))}).")
    return found


def convert_photos(source: Path, out: Path, finder: FaceFinder, watch: Watch = iter) -> Conversion:
    """Write each face as grey PNG under `out`, in the sub-folder that its photo has under `source`.

    Beside them `faces.csv` tells what came from where, and `without_face.txt` which photos gave none.
    """
    photos = photos_in(source, out)
    root = source if source.is_dir() else source.parent
    rows: list[tuple[object, ...]] = []
    without, damaged = [], []
    for photo in watch(photos):
        try:
            faces = finder.faces(photo)
        except DataError as error:
            damaged.append(str(error))
            continue
        if not faces:
            without.append(photo)
        for number, face in enumerate(faces, 1):
            place = photo.relative_to(root)
            # The whole name: `a.jpg` and `a.png` may lie side by side.
            file = place.with_name(f"{photo.name}-{number}.png")
            write_picture(out / file, face.image)
            box = (f"{value:.1f}" for value in (face.x, face.y, face.side))
            rows.append((file.as_posix(), place.as_posix(), number, *box, f"{face.score:.3f}"))
    write_whole(out / "faces.csv", _as_csv(rows))
    write_whole(out / "without_face.txt", "".join(f"{path.relative_to(root)}\n" for path in without))
    return Conversion(len(photos), len(rows), tuple(without), tuple(damaged))


def _as_csv(rows: list[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("face", "photo", "number", "x", "y", "side", "score"))
    writer.writerows(rows)
    return text.getvalue()
