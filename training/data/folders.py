"""Folders with one folder of pictures per class, or Kaggle's `train/CLASS` and `test/CLASS`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS, canonical
from training.data.examples import DataSet, Examples, Truth
from training.data.fer2013 import WHOLE
from training.data.pictures import folders_in, picture_files, read_square
from training.errors import DataError

PART_NAMES: Final[Mapping[str, str]] = {
    "train": "Training",
    "training": "Training",
    "validation": "PublicTest",
    "valid": "PublicTest",
    "val": "PublicTest",
    "publictest": "PublicTest",
    "test": "PublicTest",
    "privatetest": "PrivateTest",
}
"""What the folder of a part is called. A test folder beside a validation folder is PrivateTest: it is
measured, never chosen by."""


def load_folders(root: Path, side: int) -> DataSet:
    """Read pictures as grey squares of `side` pixels, by parts if the folders name any.

    Where all classes are expressions, whatever they are called (`happy`, `Angry`), the labels are
    FER2013's seven in its order, or FERPlus' eight if contempt is among them.
    Raises `DataError` that names the folder or picture at fault.
    """
    folders = _part_folders(root)
    classes = {part: [path.name for path in folders_in(folder)] for part, folder in folders.items()}
    first = next(iter(classes))
    for part, names in classes.items():
        if strange := sorted(set(names) - set(classes[first])):
            raise DataError(f"{folders[part] / strange[0]}: {folders[first]} has no class of that name.")
    head, labels, index = _labels(classes[first])
    if len(set(index.values())) < 2:
        raise DataError(
            f"{folders[first]}: has {len(classes[first]) or 'no'} class folder; a network needs at least two "
            "to tell apart."
        )
    parts = {part: _read_part(folders[part], head, labels, index, side) for part in folders}
    return DataSet(str(root), parts)


def _part_folders(root: Path) -> dict[str, Path]:
    """Folder of each part, Training first; the root itself where no folder is named like a part."""
    found = {path.name.lower(): path for path in folders_in(root) if path.name.lower() in PART_NAMES}
    if not any(PART_NAMES[name] == "Training" for name in found):
        return {WHOLE: root}
    parts: dict[str, Path] = {}
    for name, part in PART_NAMES.items():
        if name in found:
            taken = "PrivateTest" if name == "test" and part in parts else part
            if taken in parts:
                raise DataError(f"{found[name]} and {parts[taken]} are the same part; remove or join one.")
            parts[taken] = found[name]
    return parts


def _labels(names: Sequence[str]) -> tuple[str, tuple[str, ...], dict[str, int]]:
    """Name of the head, its labels, and which of them each class folder stands for."""
    try:
        ours = {name: canonical(name) for name in names}
    except ValueError:
        return "classes", tuple(names), {name: place for place, name in enumerate(names)}
    eight = "contempt" in ours.values()
    head, labels = ("ferplus", FERPLUS_LABELS) if eight else ("fer2013", FER2013_LABELS)
    return head, labels, {name: labels.index(word) for name, word in ours.items()}


def _read_part(
    folder: Path, head: str, labels: tuple[str, ...], index: Mapping[str, int], side: int
) -> Examples:
    images, answers, names = [], [], []
    for class_folder in folders_in(folder):
        paths = picture_files(class_folder)
        if not paths:
            raise DataError(f"{class_folder}: has no pictures; add some or remove the folder.")
        for path in paths:
            images.append(read_square(path, side))
            answers.append(index[class_folder.name])
            names.append(path.relative_to(folder).as_posix())
    truth = Truth.of_answers(labels, np.array(answers, np.int64))
    return Examples(np.stack(images), {head: truth}, np.array(names))
