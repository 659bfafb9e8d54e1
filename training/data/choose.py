"""From the word or path after `--data` to pictures by parts."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Final

import numpy as np

from training.data.digits import load_digits
from training.data.examples import DataSet, Examples
from training.data.fer2013 import SIDE, WHOLE, is_fer2013, load_fer2013
from training.data.folders import load_folders
from training.data.pictures import resized
from training.data.shapes import load_shapes, parse_shapes
from training.data.splits import hold_out
from training.errors import DataError

TRAINING: Final = "Training"
VALIDATION: Final = ("PublicTest", "Validation")
"""The parts that a network may be chosen by; data has one of them."""


def load_data(source: str, *, held_out: float = 0.2, seed: int = 1, side: int = SIDE) -> DataSet:
    """Read what `source` names: Kaggle's table, a folder of sheets, of classes, `digits`, `shapes:...`.

    Data without a part to validate on gets one: `held_out` of it, by `seed`, as `Validation`.
    `side`: width and height that pictures from files are given; digits and shapes have their own.
    Raises `DataError`.
    """
    try:
        return _with_validation(_load(source, side), held_out, seed)
    except OSError as error:  # of what lies there, some may not be looked at
        raise DataError(f"{error.filename or source}: cannot be read ({error.strerror}).") from error


def training_and_validation(data: DataSet) -> tuple[Examples, Examples]:
    """What to train on and what to choose by. Raises `DataError` if the data lacks one, or its labels."""
    for name in VALIDATION:
        if name in data.parts:
            for part in (TRAINING, name):
                _check_labels(data, part)
            return data.part(TRAINING), data.part(name)
    raise DataError(
        f"{data.name}: has nothing to train and to choose by, only {', '.join(data.parts)}; give data with "
        "labels and with the parts Training and PublicTest, or with no parts at all."
    )


def _check_labels(data: DataSet, part: str) -> None:
    for head, truth in data.part(part).truths.items():
        if not np.any(truth.answers >= 0):
            raise DataError(
                f"{data.name}: no picture of its part {part} has a label of '{head}', so there is nothing to "
                "learn or to choose by; give data with labels (a table: with the column emotion)."
            )


def _load(source: str, side: int) -> DataSet:
    word, _, settings = source.partition(":")
    if source == "digits":
        return load_digits()
    # A path may be called shapes:something too, but nobody's is.
    if word == "shapes":
        return dataclasses.replace(load_shapes(parse_shapes(settings)), name=source)
    path = Path(source)
    if path.is_dir() and not is_fer2013(path):
        return load_folders(path, side)
    if path.exists():
        data = load_fer2013(path)
        return DataSet(data.name, {name: _at_side(part, side) for name, part in data.parts.items()})
    raise DataError(
        f"{source}: does not exist; give fer2013.csv, a folder of pictures, or one of the words digits, "
        "shapes, shapes:VARIANT."
    )


def _at_side(examples: Examples, side: int) -> Examples:
    return dataclasses.replace(examples, images=resized(examples.images, side))


def _with_validation(data: DataSet, held_out: float, seed: int) -> DataSet:
    name, examples = next(iter(data.parts.items()))
    if len(data.parts) > 1 or name not in {WHOLE, TRAINING} or np.all(examples.main.answers < 0):
        return data
    inside, outside = hold_out(examples, held_out, seed)
    if not len(outside):
        raise DataError(f"{data.name}: no class has two different pictures, so none can be held out.")
    parts = {TRAINING: examples.select(inside), "Validation": examples.select(outside)}
    return dataclasses.replace(data, parts=parts)
