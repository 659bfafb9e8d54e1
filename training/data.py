"""FER2013 and FERPlus in memory: pictures as one uint8 array, labels and votes beside them.

Two layouts are read: Kaggle's `fer2013.csv` (plain or .gz, FERPlus' `fer2013new.csv` beside it if
present), and a folder of lossless sheets (`sheet_*.png`, 32 x 32 faces each, and `labels.csv`).
Sources: Goodfellow et al. 2013 (FER2013), Barsoum et al. 2016 (FERPlus).
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import EMOTIONS, FER2013_LABELS

SIDE: Final = 48
"""Width and height of a FER2013 picture in pixels."""

REJECTIONS: Final = ("unknown", "NF")
"""FERPlus' columns of votes for "unknown" and "not a face"."""

_SHEET_GRID = 32


class DataError(ValueError):
    """A data file is missing or has another shape than its format promises."""


@dataclass(frozen=True, slots=True)
class FaceSet:
    """Faces with both kinds of labels.

    `images` uint8 (N, 48, 48); `emotion` int64 (N,), index into FER2013_LABELS; `votes` float32
    (N, 8) crowd votes in the order of EMOTIONS; `rejected` float32 (N, 2), votes for "unknown" and
    "not a face".
    """

    images: NDArray[np.uint8]
    emotion: NDArray[np.int64]
    votes: NDArray[np.float32]
    rejected: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.images)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> FaceSet:
        """The faces of a boolean mask or index array, in its order."""
        return FaceSet(self.images[rows], self.emotion[rows], self.votes[rows], self.rejected[rows])

    def class_counts(self) -> dict[str, int]:
        """Number of pictures per FER2013 class."""
        counts = np.bincount(self.emotion, minlength=len(FER2013_LABELS))
        return dict(zip(FER2013_LABELS, counts.tolist(), strict=True))

    def crowd_targets(self) -> NDArray[np.float32]:
        """Vote distributions (N, 8) that sum to 1, or to 0 for a picture without a usable answer.

        A picture of which at least half of the votes say "unknown" or "not a face" teaches nothing.
        """
        votes, rejected = self._cleaned_votes()
        total = votes.sum(1)
        usable = (total > 0) & (rejected.sum(1) < (total + rejected.sum(1)) / 2)
        return np.where(usable[:, None], votes / np.maximum(total, 1)[:, None], 0).astype(np.float32)

    def crowd_majority(self) -> NDArray[np.int64]:
        """The crowd's answer as index into EMOTIONS, -1 where no label has over half of the votes.

        FERPlus' majority mode, by which its accuracies are published.
        """
        votes, rejected = self._cleaned_votes()
        clear = votes.max(1) > (votes.sum(1) + rejected.sum(1)) / 2
        return np.where(clear, votes.argmax(1), -1).astype(np.int64)

    def _cleaned_votes(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """A single dissenting vote counts as a slip and is dropped (Barsoum et al. 2016)."""
        return np.where(self.votes <= 1, 0, self.votes), np.where(self.rejected <= 1, 0, self.rejected)


def load_fer2013(path: Path, usage: str) -> FaceSet:
    """Read one part (`Training` or `PublicTest`) of FER2013 from a Kaggle CSV or a sheet folder.

    Raises `DataError` with the file and line at fault.
    """
    if path.is_dir() and (path / "labels.csv").is_file():
        faces, usages = _read_sheets(path)
    elif path.is_dir() and (path / "fer2013.csv").is_file():
        faces, usages = _read_kaggle(path / "fer2013.csv")
    elif path.is_file():
        faces, usages = _read_kaggle(path)
    else:
        raise DataError(
            f"{path}: expected Kaggle's fer2013.csv, or a folder with labels.csv and sheet_*.png."
        )
    part = faces.select(usages == usage)
    if len(part) == 0:
        raise DataError(f"{path}: has no rows with usage '{usage}'.")
    return part


def seen_in(faces: FaceSet, others: FaceSet) -> NDArray[np.bool_]:
    """Mask (N,) of the faces whose exact pixels also occur in `others` (leaks between parts)."""
    known = {image.tobytes() for image in others.images}
    return np.array([image.tobytes() in known for image in faces.images], dtype=bool)


def _read_sheets(folder: Path) -> tuple[FaceSet, NDArray[np.str_]]:
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sheets = []
    for sheet in sorted(folder.glob("sheet_*.png")):
        picture = cv2.imread(str(sheet), cv2.IMREAD_GRAYSCALE)
        side = _SHEET_GRID * SIDE
        if picture is None or picture.shape != (side, side):
            raise DataError(f"{sheet}: expected a grey picture of {side} x {side} pixels.")
        grid = picture.reshape(_SHEET_GRID, SIDE, _SHEET_GRID, SIDE)
        sheets.append(grid.transpose(0, 2, 1, 3).reshape(-1, SIDE, SIDE))
    images = np.concatenate(sheets)[: len(rows)]
    if len(images) < len(rows):
        raise DataError(f"{folder}: labels.csv has {len(rows)} rows, the sheets {len(images)} faces.")
    votes = np.array([[float(row[name]) for name in EMOTIONS] for row in rows], np.float32)
    rejected = np.array([[float(row[name]) for name in REJECTIONS] for row in rows], np.float32)
    emotion = np.array([int(row["emotion"]) for row in rows], np.int64)
    usages = np.array([row["usage"] for row in rows])
    return FaceSet(np.ascontiguousarray(images), emotion, votes, rejected), usages


def _open_text(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", newline="", encoding="utf-8")
    return path.open(newline="", encoding="utf-8")


def _kaggle_rows(path: Path) -> Iterator[tuple[int, str, NDArray[np.uint8]]]:
    with _open_text(path) as file:
        reader = csv.DictReader(file)
        if reader.fieldnames is None or not {"emotion", "pixels", "Usage"} <= set(reader.fieldnames):
            raise DataError(f"{path}: the first line must name the columns emotion, pixels and Usage.")
        for row in reader:
            try:
                emotion = int(row["emotion"])
                pixels = np.array(row["pixels"].split(), dtype=np.uint8)
            except (ValueError, OverflowError) as error:
                raise DataError(f"{path}, line {reader.line_num}: {error}.") from error
            if not 0 <= emotion < len(FER2013_LABELS):
                raise DataError(f"{path}, line {reader.line_num}: emotion {emotion} is not in 0 to 6.")
            if pixels.size != SIDE * SIDE:
                raise DataError(
                    f"{path}, line {reader.line_num}: {pixels.size} pixels instead of {SIDE * SIDE}."
                )
            yield emotion, row["Usage"], pixels.reshape(SIDE, SIDE)


def _read_kaggle(path: Path) -> tuple[FaceSet, NDArray[np.str_]]:
    emotions, usages, images = zip(*_kaggle_rows(path), strict=True)
    votes = np.zeros((len(images), len(EMOTIONS)), np.float32)
    rejected = np.zeros((len(images), len(REJECTIONS)), np.float32)
    ferplus = path.parent / "fer2013new.csv"
    if ferplus.is_file():
        with ferplus.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if len(rows) < len(images):
            raise DataError(f"{ferplus}: {len(rows)} rows for the {len(images)} pictures of {path.name}.")
        for i, row in enumerate(rows[: len(images)]):
            votes[i] = [float(row[name]) for name in EMOTIONS]
            rejected[i] = [float(row[name]) for name in REJECTIONS]
    return FaceSet(np.stack(images), np.array(emotions, np.int64), votes, rejected), np.array(usages)
