"""FER2013 (Goodfellow et al. 2013), with FERPlus' votes where they are at hand.

Two forms are read: Kaggle's table, plain or .gz, in any of its variants (columns in any order; without
`Usage`; the challenge's test table without `emotion`), and a folder of lossless sheets (`sheet_*.png`,
32 x 32 faces each, and `labels.csv`).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import FER2013_LABELS
from training.data.examples import DataSet, Examples, Truth
from training.data.pictures import read_grey
from training.data.tables import open_table
from training.data.votes import VOTE_COLUMNS, Votes, read_votes, vote_counts
from training.errors import DataError

SIDE: Final = 48
"""Width and height of a FER2013 picture in pixels."""

PARTS: Final = ("Training", "PublicTest", "PrivateTest")
WHOLE: Final = "all"
"""The only part of data that names none."""

TABLES: Final = ("fer2013.csv", "fer2013.csv.gz", "icml_face_data.csv")
"""What Kaggle calls the table."""
VOTES_FILE: Final = "fer2013new.csv"

_GRID: Final = 32


@dataclass(frozen=True, slots=True)
class Rows:
    """Pictures row by row as a file holds them: `images` uint8 (N, 48, 48), `answers` int64 (N,), -1 for
    none.
    """

    images: NDArray[np.uint8]
    answers: NDArray[np.int64]
    usages: Sequence[str]
    """Which part each row belongs to."""
    votes: Votes | None


def load_fer2013(path: Path) -> DataSet:
    """Read a table, a folder that holds one, or a folder of sheets, by parts.

    Raises `DataError` with the file and line at fault.
    """
    if not path.is_dir():
        return _by_parts(path, _read_table(path))
    if (path / "labels.csv").is_file():
        return _by_parts(path, _read_sheets(path))
    for name in TABLES:
        if (path / name).is_file():
            return _by_parts(path / name, _read_table(path / name))
    raise DataError(f"{path}: has neither {TABLES[0]} nor labels.csv with sheet_*.png.")


def is_fer2013(folder: Path) -> bool:
    """Whether a folder holds FER2013 as a table or as sheets."""
    return any((folder / name).is_file() for name in ("labels.csv", *TABLES))


def _by_parts(path: Path, rows: Rows) -> DataSet:
    truths: dict[str, Truth] = {}
    if rows.votes is not None:
        truths["ferplus"] = rows.votes.truth()
    if not truths or np.any(rows.answers >= 0):
        truths["fer2013"] = Truth.of_answers(FER2013_LABELS, rows.answers)
    names = np.array([f"row {number}" for number in range(len(rows.images))])
    examples = Examples(rows.images, truths, names)
    usages = np.array(rows.usages)
    parts: dict[str, Examples] = {
        part: examples.select(usages == part) for part in (*PARTS, WHOLE) if part in set(rows.usages)
    }
    return DataSet(str(path), parts)


def _read_table(path: Path) -> Rows:
    images, answers, usages = [], [], []
    with open_table(path) as table, warnings.catch_warnings():
        # NumPy below 2.3 only warns of text that is no number.
        warnings.simplefilter("error", DeprecationWarning)
        named = [name for name in ("emotion", "Usage") if table.has(name)]
        for line, (pixels, *cells) in table.rows(("pixels", *named)):
            place = f"{path}, line {line}"
            cell = dict(zip(named, cells, strict=True))
            images.append(_picture(pixels, place))
            answers.append(_emotion(cell["emotion"], place) if "emotion" in cell else -1)
            usages.append(_usage(cell["Usage"], place) if "Usage" in cell else WHOLE)
    if not images:
        raise DataError(f"{path}: has no pictures; fetch it again.")
    beside = path.parent / VOTES_FILE
    # The votes follow the order of the whole table, which one without `Usage` is not.
    votes = read_votes(beside, usages, path) if beside.is_file() and WHOLE not in usages else None
    return Rows(np.stack(images), np.array(answers, np.int64), usages, votes)


def _picture(text: str, place: str) -> NDArray[np.uint8]:
    """Grey values between blanks as (48, 48)."""
    try:
        # Four times as fast as `np.array(text.split())`: a table has 80 million pixels.
        # 64 bits, for a longer number would come back as a small one from 32.
        pixels = np.fromstring(text, dtype=np.int64, sep=" ")
    except (ValueError, DeprecationWarning):
        wrong = next((word for word in text.split() if not (word.isascii() and word.isdecimal())), "?")
        raise DataError(f"{place}: '{wrong}' is not a pixel value from 0 to 255.") from None
    if pixels.size != SIDE * SIDE:
        raise DataError(f"{place}: {_size(pixels.size)} pixels instead of {_size(SIDE * SIDE)}.")
    if pixels.min() < 0 or pixels.max() > 255:
        wrong = text.split()[np.flatnonzero((pixels < 0) | (pixels > 255))[0]]
        raise DataError(f"{place}: '{wrong}' is not a pixel value from 0 to 255.")
    return pixels.astype(np.uint8).reshape(SIDE, SIDE)


def _size(pixels: int) -> str:
    """The number, and which picture near to ours it would be."""
    for height in range(SIDE - 4, SIDE + 5):
        width, rest = divmod(pixels, height)
        if rest == 0 and abs(width - SIDE) <= 4:
            return f"{pixels} ({width} x {height})"
    return str(pixels)


def _emotion(cell: str, place: str) -> int:
    if not cell.isdecimal() or int(cell) >= len(FER2013_LABELS):
        raise DataError(f"{place}: emotion '{cell}' is not in 0 to {len(FER2013_LABELS) - 1}.")
    return int(cell)


def _usage(cell: str, place: str) -> str:
    if cell not in PARTS:
        raise DataError(f"{place}: Usage '{cell}' is not one of {', '.join(PARTS)}.")
    return cell


def _read_sheets(folder: Path) -> Rows:
    path = folder / "labels.csv"
    answers, usages, votes = [], [], []
    with open_table(path) as table:
        voted = VOTE_COLUMNS if all(table.has(name) for name in VOTE_COLUMNS) else ()
        for line, (emotion, usage, *cells) in table.rows(("emotion", "usage", *voted)):
            place = f"{path}, line {line}"
            answers.append(_emotion(emotion, place))
            usages.append(_usage(usage, place))
            votes.append(vote_counts(cells, place))
    images = np.concatenate([np.empty((0, SIDE, SIDE), np.uint8), *_sheets(folder)])
    if not len(answers) <= len(images) < len(answers) + _GRID**2:
        raise DataError(
            f"{folder}: labels.csv has {len(answers)} rows, the sheets have places for {len(images)} faces; "
            "copy the whole folder again."
        )
    known = Votes.of_rows(votes) if voted else None
    return Rows(images[: len(answers)], np.array(answers, np.int64), usages, known)


def _sheets(folder: Path) -> Iterator[NDArray[np.uint8]]:
    """The faces (1024, 48, 48) of each sheet, row by row."""
    for path in sorted(folder.glob("sheet_*.png")):
        picture = read_grey(path)
        if picture.shape != (_GRID * SIDE, _GRID * SIDE):
            width, height = picture.shape[::-1]
            raise DataError(
                f"{path}: is {width} x {height} pixels instead of {_GRID * SIDE} x {_GRID * SIDE}."
            )
        grid = picture.reshape(_GRID, SIDE, _GRID, SIDE)
        yield np.ascontiguousarray(grid.transpose(0, 2, 1, 3).reshape(-1, SIDE, SIDE))
