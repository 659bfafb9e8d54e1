"""Built-in data as files that a student can look at, change, and train on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fer_desktop.emotions import FER2013_LABELS
from training.data.examples import DataSet, Examples
from training.data.fer2013 import SIDE
from training.data.pictures import resized, write_picture
from training.errors import DataError
from training.files import write_whole


def write_demo(data: DataSet, out: Path, *, table: bool) -> int:
    """Write class folders of PNG files under `train` and `test`, or a table like Kaggle's.

    The table is `fer2013.csv` with pictures of 48 x 48 and the first seven classes, for it has room for
    no more. Returns the number of pictures. Raises `DataError` if the folder holds something already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(f"{out}: is not empty; choose a new folder, so that nothing is mixed or lost.")
    parts = zip(("train", "test"), ("Training", "PublicTest"), data.parts.values(), strict=True)
    if not table:
        return sum(_write_folders(examples, out / folder) for folder, _usage, examples in parts)
    lines = [line for _folder, usage, examples in parts for line in _table_lines(examples, usage)]
    write_whole(out / "fer2013.csv", "\n".join(["emotion,pixels,Usage", *lines]) + "\n")
    return len(lines)


def _write_folders(examples: Examples, folder: Path) -> int:
    truth = examples.main
    for number, (image, answer) in enumerate(zip(examples.images, truth.answers, strict=True)):
        write_picture(folder / truth.labels[answer] / f"{number:04d}.png", image)
    return len(examples)


def _table_lines(examples: Examples, usage: str) -> list[str]:
    kept = examples.select(np.flatnonzero(examples.main.answers < len(FER2013_LABELS)))
    return [
        f"{answer},{' '.join(map(str, image.ravel()))},{usage}"
        for answer, image in zip(kept.main.answers, resized(kept.images, SIDE), strict=True)
    ]
