"""Dividing pictures for training and validation: classes evenly, copies of one picture together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.data.examples import Examples
from training.errors import DataError

Rows = NDArray[np.intp]


def stratified_folds(examples: Examples, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Rows to train on and rows to test on, for each of `folds` folds; every row is tested once.

    Raises `DataError` if a class has fewer different pictures than folds.
    """
    if folds < 2:
        raise DataError(f"Cross-validation needs at least 2 folds, not {folds}.")
    fold = np.empty(len(examples), np.int64)
    rng = np.random.default_rng(seed)
    for label, rows, positions in _shuffled_classes(examples, rng):
        different = len(np.unique(positions))
        if different < folds and label is not None:
            raise DataError(
                f"Class '{label}' has {different} different pictures, too few for {folds} folds; ask for "
                "fewer folds or remove the class."
            )
        # The first fold is another one for each class, so that none gets all the odd pictures.
        fold[rows] = (positions * folds // len(rows) + rng.integers(folds)) % folds
    if len(np.unique(fold)) < folds:
        raise DataError(f"Too many pictures are copies of each other for {folds} folds; ask for fewer folds.")
    return [(np.flatnonzero(fold != number), np.flatnonzero(fold == number)) for number in range(folds)]


def hold_out(examples: Examples, share: float, seed: int) -> tuple[Rows, Rows]:
    """Rows to train on, and about `share` of the rows of each class to test on.

    A class with at least two different pictures is on both sides; one with a single one is only
    trained on.
    """
    if not 0 < share < 1:
        raise DataError(f"The share that is held out must be between 0 and 1, not {share}.")
    held = np.zeros(len(examples), bool)
    for _label, rows, positions in _shuffled_classes(examples, np.random.default_rng(seed)):
        different = np.unique(positions)
        if len(different) > 1:
            # Groups begin at their position: the second one is the least that leaves one held out.
            wanted = min(max(share * len(rows), different[1]), different[-1])
            held[rows] = positions < wanted
    return np.flatnonzero(~held), np.flatnonzero(held)


def _shuffled_classes(
    examples: Examples, rng: np.random.Generator
) -> list[tuple[str | None, Rows, NDArray[np.int64]]]:
    """Each class with its rows and their positions in a random order of the class.

    Copies of one picture all have the position of the first of them, and belong to its class even
    where their labels differ. Pictures without a label are a class of their own, named None.
    """
    first_of: dict[bytes, int] = {}
    group = np.array(
        [first_of.setdefault(image.tobytes(), row) for row, image in enumerate(examples.images)], np.int64
    )
    answers = examples.main.answers[group]
    classes = []
    for answer in np.unique(answers):
        rows = np.flatnonzero(answers == answer)
        members, sizes = np.unique(group[rows], return_counts=True)
        order = rng.permutation(len(members))
        begins = np.empty(len(members), np.int64)
        begins[order] = np.concatenate([[0], np.cumsum(sizes[order])[:-1]])
        positions = begins[np.searchsorted(members, group[rows])]
        label = examples.main.labels[answer] if answer >= 0 else None
        classes.append((label, rows, positions))
    return classes
