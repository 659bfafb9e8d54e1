"""Picture files as arrays, wherever they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.errors import DataError

SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm"})
"""Endings of the files that are taken for pictures, in small letters."""


def picture_files(folder: Path) -> list[Path]:
    """The pictures directly in a folder by name; hidden ones are a system's own.

    Raises `DataError` if the folder cannot be read.
    """
    return [path for path in _entries(folder) if path.suffix.lower() in SUFFIXES and path.is_file()]


def folders_in(folder: Path) -> list[Path]:
    """The folders directly in a folder by name, without hidden ones.

    Raises `DataError` if the folder cannot be read.
    """
    return [path for path in _entries(folder) if path.is_dir()]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror}).") from error


def read_grey(path: Path) -> NDArray[np.uint8]:
    """A picture as grey values (H, W). Raises `DataError` if it is damaged or none."""
    return _decoded(path, cv2.IMREAD_GRAYSCALE)


def read_square(path: Path, side: int) -> NDArray[np.uint8]:
    """A square picture as grey values (side, side).

    Raises `DataError` if it is damaged, no picture, or not square.
    """
    picture = read_grey(path)
    height, width = picture.shape
    if height != width:
        raise DataError(
            f"{path}: is {width} x {height} pixels, not square; cut faces out of photos with "
            "`python -m training photos`."
        )
    return fitted(picture, side)


def read_colour(path: Path) -> NDArray[np.uint8]:
    """A picture (H, W, 3) in BGR, turned as its camera noted. Raises `DataError` if it is damaged or none."""
    return _decoded(path, cv2.IMREAD_COLOR)


def _decoded(path: Path, how: int) -> NDArray[np.uint8]:
    try:
        # Not `cv2.imread`, which cannot open paths with foreign letters on Windows.
        content = np.fromfile(path, np.uint8)
        picture = cv2.imdecode(content, how) if content.size else None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    except cv2.error:
        picture = None
    if picture is None:
        raise DataError(f"{path}: is damaged or not a picture; replace or remove it.")
    return np.asarray(picture, np.uint8)


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write grey or BGR pixels in the format of the path's ending. Raises `DataError` if that fails."""
    content = cv2.imencode(path.suffix, picture)[1]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.tobytes())
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror}).") from error


def resized(images: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Pictures (N, S, S) at another side; the same array where they have it already."""
    if images.shape[1] == side:
        return images
    return np.stack([fitted(image, side) for image in images])


def fitted(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A square picture at another side: averaged when it shrinks, interpolated when it grows."""
    if image.shape[0] == side:
        return image
    method = cv2.INTER_AREA if image.shape[0] > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (side, side), interpolation=method), np.uint8)
