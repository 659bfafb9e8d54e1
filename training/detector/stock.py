"""Pictures and their faces in a folder, each source in two files, read without loading them all.

`NAME.pixels` holds the bytes of all pictures, `NAME.npz` where each one lies and its faces. Pixels are
mapped into memory, so that many processes share one copy.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.detector.boxes import Picture
from training.detector.teacher import Labels
from training.errors import DataError, RunError

_PIXELS: Final = ".pixels"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pictures of one source: `shapes` (N, 2) height and width, `starts` (N,) of their bytes."""

    name: str
    pixels: NDArray[np.uint8]
    starts: NDArray[np.int64]
    shapes: NDArray[np.int64]
    labels: tuple[Labels, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def picture(self, number: int) -> Picture:
        """Pixels (H, W, 3), not to be written to."""
        height, width = self.shapes[number]
        start = self.starts[number]
        return self.pixels[start : start + height * width * 3].reshape(height, width, 3)


def shelf_exists(folder: Path, name: str) -> bool:
    """Whether a source has been written whole."""
    return (folder / f"{name}.npz").is_file()


def write_shelf(folder: Path, name: str, pictures: Iterable[tuple[Picture, Labels]]) -> int:
    """Write one source and return how many pictures it has; the index comes last and makes it whole.

    Raises `RunError` if the folder cannot be written.
    """
    starts, shapes, labels = [], [], []
    place = 0
    pixels, index = folder / f"{name}{_PIXELS}", folder / f"{name}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with pixels.open("wb") as file:
            for picture, known in pictures:
                file.write(np.ascontiguousarray(picture).data)
                starts.append(place)
                shapes.append(picture.shape[:2])
                labels.append(known)
                place += picture.size
            file.flush()
            os.fsync(file.fileno())
        partial = index.with_name(index.name + ".tmp")
        with partial.open("wb") as file:
            np.savez(
                file,
                starts=np.array(starts, np.int64),
                shapes=np.array(shapes, np.int64).reshape(-1, 2),
                counts=np.array([len(known.sure) for known in labels], np.int64),
                faces=np.concatenate([Labels.none().faces, *(known.faces for known in labels)]),
                sure=np.concatenate([Labels.none().sure, *(known.sure for known in labels)]),
            )
        partial.replace(index)
    except OSError as error:
        raise RunError(f"{pixels}: cannot be written ({error.strerror}).") from error
    return len(starts)


def read_shelf(folder: Path, name: str) -> Shelf:
    """Raises `DataError` if the source is missing or damaged."""
    path = folder / f"{name}.npz"
    try:
        with np.load(path) as index:
            starts, shapes, counts = index["starts"], index["shapes"], index["counts"]
            faces, sure = index["faces"], index["sure"]
        # An empty file cannot be mapped into memory.
        empty = np.empty(0, np.uint8)
        pixels = np.memmap(folder / f"{name}{_PIXELS}", np.uint8, "r") if len(starts) else empty
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: is missing or damaged; make it again with `detector faces`.") from error
    if pixels.size != int(shapes.prod(axis=1).sum()) * 3:
        raise DataError(f"{path}: does not belong to its pixels; make it again with `detector faces`.")
    ends = np.cumsum(counts)
    labels = tuple(
        Labels(faces[end - count : end], sure[end - count : end])
        for count, end in zip(counts, ends, strict=True)
    )
    return Shelf(name, pixels, starts, shapes, labels)


Entry = tuple[Shelf, int]
"""A picture by its shelf and number."""


@dataclass(frozen=True, slots=True)
class Stock:
    """All that scenes are made of: by name of the source, the pictures with and those without faces."""

    with_faces: Mapping[str, tuple[Entry, ...]]
    without: Mapping[str, tuple[Entry, ...]]


def read_stock(folder: Path) -> Stock:
    """Everything that `detector faces` left in a folder. Raises `DataError` if it is not enough."""
    names = sorted(path.stem for path in folder.glob("*.npz"))
    if not names:
        raise DataError(f"{folder}: holds no faces; make them with `python -m training detector faces`.")
    stock = stock_of([read_shelf(folder, name) for name in names])
    for entries, what in ((stock.with_faces, "with faces"), (stock.without, "without faces")):
        if not entries:
            raise DataError(f"{folder}: holds no pictures {what}; add a source with `detector faces`.")
    return stock


def stock_of(shelves: Sequence[Shelf]) -> Stock:
    """The pictures of these sources, told apart by whether they have a face that is sure."""
    with_faces, without = {}, {}
    for shelf in shelves:
        entries = [(shelf, number) for number in range(len(shelf))]
        faced = tuple(entry for entry in entries if shelf.labels[entry[1]].sure.any())
        empty = tuple(entry for entry in entries if not len(shelf.labels[entry[1]].sure))
        with_faces.update({shelf.name: faced} if faced else {})
        without.update({shelf.name: empty} if empty else {})
    return Stock(with_faces, without)
