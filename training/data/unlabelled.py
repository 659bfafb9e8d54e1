"""Pictures of which nobody knows what they show; a student learns its teachers' answers for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.data.examples import Examples, Truth
from training.data.pictures import folders_in, picture_files, read_square
from training.errors import DataError


def read_unlabelled(folders: Sequence[Path], like: Examples) -> Examples:
    """All pictures of these folders and the folders in them, with the side and the heads of `like`.

    Their targets are rows of zeros, which teach nothing. Raises `DataError` that names the folder or
    picture at fault.
    """
    paths = [path for folder in folders for path in _below(folder)]
    images = [read_square(path, like.side) for path in paths]
    truths = {
        name: Truth(
            truth.labels,
            np.full(len(paths), -1, np.int64),
            np.zeros((len(paths), len(truth.labels)), np.float32),
            truth.votes,
        )
        for name, truth in like.truths.items()
    }
    stacked = np.stack(images) if images else np.zeros((0, like.side, like.side), np.uint8)
    return Examples(stacked, truths, np.array([str(path) for path in paths], np.str_))


def _below(folder: Path) -> list[Path]:
    found = picture_files(folder) + [path for inner in folders_in(folder) for path in _all(inner)]
    if not found:
        raise DataError(f"{folder}: has no pictures; `python -m training photos` cuts faces out of photos.")
    return found


def _all(folder: Path) -> list[Path]:
    return picture_files(folder) + [path for inner in folders_in(folder) for path in _all(inner)]
