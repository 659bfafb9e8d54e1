"""Where pictures with and without faces come from, one source after the other.

A data folder has `portraits`, `faces`, `wild`, `fer2013`, `photos` and `clips`, as the development data do;
what is missing is told and left out. Of photos and clips every second one, by name, is kept for measuring:
see `kept_for_measuring`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from training.data.fer2013 import load_fer2013
from training.data.pictures import folders_in, picture_files, read_colour
from training.detector.boxes import Picture
from training.detector.drawings import draw_without_face
from training.errors import DataError

CLIP_SUFFIXES: Final = frozenset({".mp4", ".mov", ".avi", ".mkv", ".webm"})
FRAME_STEP: Final = 4
"""Every so many frames of a clip are looked at: neighbours are alike."""

_LARGEST_PHOTO: Final = 1024
_LARGEST_BACKGROUND: Final = 900
_LARGEST_FRAME: Final = 640
_DRAWINGS: Final = 400
_MEASURED_DRAWINGS: Final = 200
_LEARNED_SEED: Final = 20
_MEASURED_SEED: Final = 21
_KEPT: Final = 5
"""Every so many backgrounds one is kept for measuring: they are many and all different."""
_DRAWING_SIDE: Final = 480
_TIGHT_FACES: Final = 6000
_SHEET: Final = 16
_WILD_SIDE: Final = 96
_EMPTY: Final = 5.0
"""Deviation of grey values below which a place of a sheet holds no picture."""


class Wanted(Enum):
    """Which pictures of a source are kept."""

    FACES = "with a face"
    NO_FACES = "without anything like a face"
    EITHER = "with a face, or without anything like one"
    ALL = "all: they are drawn without faces, even if the teacher takes some for faces"


@dataclass(frozen=True, slots=True)
class Source:
    """Pictures of one kind, and how the teacher should look at them."""

    name: str
    read: Callable[[], Iterator[Picture]]
    side: int = 320
    """Long side at which faces are looked for."""
    margin: float = 0.0
    """Share of a picture's side by which it is continued over its edges before."""
    wanted: Wanted = Wanted.FACES


def kept_for_measuring(paths: Sequence[Path]) -> list[Path]:
    """The part of photos or clips that no training sees: of the names in the order of their characters'
    codes (capitals first), the second, the fourth, and so on.
    """
    return sorted(paths, key=lambda path: path.name)[1::2]


def learned_from(paths: Sequence[Path]) -> list[Path]:
    """The other part: the first name, the third, and so on."""
    return sorted(paths, key=lambda path: path.name)[::2]


def backgrounds_in(folder: Path, *, kept: bool) -> list[Path]:
    """The pictures of a folder and its sub-folders: every fifth, which is kept for measuring, or the others.

    Raises `DataError` if there is none.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: does not exist; give a folder of photographs without faces.")
    inside = sorted({path.parent for path in folder.rglob("*")} | {folder})
    pictures = [path for place in inside for path in picture_files(place)]
    if not pictures:
        raise DataError(f"{folder}: holds no pictures; give a folder of photographs without faces.")
    return [path for number, path in enumerate(pictures, 1) if (number % _KEPT == 0) is kept]


def unseen_without_faces(backgrounds: Path | None) -> Iterator[Picture]:
    """Pictures without faces that no training sees: other drawings, and every fifth background."""
    yield from drawings(_MEASURED_SEED, _MEASURED_DRAWINGS)
    if backgrounds is not None:
        yield from _photos(backgrounds_in(backgrounds, kept=True), _LARGEST_BACKGROUND)


def drawings(seed: int, count: int) -> Iterator[Picture]:
    """Drawn pictures without faces; the same for the same seed."""
    for number in range(count):
        yield draw_without_face(np.random.default_rng([seed, number]), _DRAWING_SIDE)


def clips_in(folder: Path) -> list[Path]:
    """The clips directly in a folder. Raises `DataError` if it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in CLIP_SUFFIXES)
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror}).") from error


def frames_of(clip: Path, step: int = FRAME_STEP) -> Iterator[Picture]:
    """Every so many frames. Raises `DataError` if the file is no clip."""
    capture = cv2.VideoCapture(str(clip))
    number = 0
    try:
        while capture.grab():
            if number % step == 0:
                read, frame = capture.retrieve()
                if not read:
                    break
                yield np.asarray(frame, np.uint8)
            number += 1
    finally:
        capture.release()
    if not number:
        raise DataError(f"{clip}: is damaged or not a clip; replace or remove it.")


def fitted_into(picture: Picture, longest: int) -> Picture:
    """The picture with its longer side reduced to at most this."""
    scale = longest / max(picture.shape[:2])
    if scale >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def sources_in(data: Path, backgrounds: Path | None) -> tuple[list[Source], list[str]]:
    """What a data folder and a folder of background pictures offer, and one sentence for each lack.

    Raises `DataError` if the folder of backgrounds has no picture.
    """
    found = [Source("drawings", lambda: drawings(_LEARNED_SEED, _DRAWINGS), wanted=Wanted.ALL)]
    lacks = []
    if backgrounds is None:
        lacks.append("No --backgrounds: only drawings and clips show the detector what is no face.")
    else:
        pictures = backgrounds_in(backgrounds, kept=False)
        found.append(
            Source("backgrounds", lambda: _photos(pictures, _LARGEST_BACKGROUND), wanted=Wanted.NO_FACES)
        )
    for name, make in _READERS.items():
        folder = data / name
        if folder.is_dir():
            found.append(make(folder))
        else:
            lacks.append(f"{folder}: is missing; there will be no faces from it.")
    return found, lacks


def _photos(paths: Sequence[Path], longest: int) -> Iterator[Picture]:
    for path in paths:
        yield fitted_into(read_colour(path), longest)


def _portraits(folder: Path) -> Source:
    return Source("portraits", lambda: _photos(picture_files(folder), 512), margin=0.25)


def _faces(folder: Path) -> Source:
    paths = [path for kind in folders_in(folder) for path in picture_files(kind)]
    return Source("faces", lambda: _photos(paths, 512), margin=0.25)


def _wild(folder: Path) -> Source:
    def read() -> Iterator[Picture]:
        for path in picture_files(folder):
            sheet = read_colour(path)
            if sheet.shape[:2] != (_SHEET * _WILD_SIDE, _SHEET * _WILD_SIDE):
                raise DataError(f"{path}: is no sheet of {_SHEET} x {_SHEET} faces of {_WILD_SIDE} pixels.")
            grid = sheet.reshape(_SHEET, _WILD_SIDE, _SHEET, _WILD_SIDE, 3).transpose(0, 2, 1, 3, 4)
            for face in grid.reshape(-1, _WILD_SIDE, _WILD_SIDE, 3):
                if face.std() > _EMPTY:
                    yield face

    return Source("wild", read, margin=0.25)


def _fer2013(folder: Path) -> Source:
    def read() -> Iterator[Picture]:
        images = load_fer2013(folder).part("Training").images
        for number in np.linspace(0, len(images) - 1, min(len(images), _TIGHT_FACES)).astype(int):
            yield np.asarray(cv2.cvtColor(images[number], cv2.COLOR_GRAY2BGR), np.uint8)

    # Cut close around the face: the teacher sees few of them without much room around.
    return Source("fer2013", read, margin=0.5)


def _photo_half(folder: Path) -> Source:
    paths = learned_from(picture_files(folder))
    return Source("photos", lambda: _photos(paths, _LARGEST_PHOTO), side=_LARGEST_PHOTO, wanted=Wanted.EITHER)


def _clip_half(folder: Path) -> Source:
    def read() -> Iterator[Picture]:
        for clip in learned_from(clips_in(folder)):
            for frame in frames_of(clip):
                yield fitted_into(frame, _LARGEST_FRAME)

    return Source("clips", read, wanted=Wanted.EITHER)


_READERS: Final[dict[str, Callable[[Path], Source]]] = {
    "portraits": _portraits,
    "faces": _faces,
    "wild": _wild,
    "fer2013": _fer2013,
    "photos": _photo_half,
    "clips": _clip_half,
}
