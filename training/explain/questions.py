"""What is to be explained: which pictures, and for which class of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.examples import Examples, Truth
from training.data.pictures import fitted, read_grey
from training.errors import DataError, RunError
from training.measure.compare import worst_errors
from training.measure.metrics import Floats, softmax


@dataclass(frozen=True, slots=True)
class Question:
    """Why does the network see this class, as far as it does, in this picture?"""

    row: int
    wanted: int
    words: str
    """Lines that name the class, its probability and the right answer."""
    answer: str
    """The class that the network finds likeliest."""
    right: bool | None
    """Whether the network's answer is the right one; None where that is not known."""


def choose_rows(logits: Floats, truth: Truth, each: int, seed: int = 1) -> NDArray[np.intp]:
    """Pictures of every class: half of `each` drawn from the right ones, half the most confident errors.

    Where one kind is too few, the other kind takes its place.
    """
    rng = np.random.default_rng(seed)
    said, errors = logits.argmax(1), worst_errors(logits, truth.answers)
    chosen: list[int] = []
    for number in range(len(truth.labels)):
        right = rng.permutation(np.flatnonzero((truth.answers == number) & (said == number)))
        wrong = errors[truth.answers[errors] == number]
        taken = min(len(right), max(each - each // 2, each - len(wrong)))
        chosen += [*right[:taken], *wrong[: each - taken]]
    return np.array(chosen, np.intp)


def questions_about(
    logits: Floats, truth: Truth, names: Sequence[str], class_name: str | None = None
) -> list[Question]:
    """One question per picture: why its answer; of a wrong one also: why not the right class so much.

    `class_name` asks for that class everywhere. Raises `RunError` if there is no such class.
    """
    if class_name is not None and class_name not in truth.labels:
        raise RunError(f"There is no class '{class_name}'; choose of {', '.join(truth.labels)}.")
    chances = softmax(logits)
    questions = []
    for row, (chance, answer) in enumerate(zip(chances, truth.answers, strict=True)):
        said = int(chance.argmax())
        right = None if answer < 0 else said == answer
        wanted = {said: "its answer"}
        if class_name is not None:
            wanted = {truth.labels.index(class_name): "as asked"}
        elif answer >= 0 and not right:
            wanted[int(answer)] = "the right class"
        for number, why in wanted.items():
            known = "" if answer < 0 else f"is {truth.labels[answer]}"
            lines = (f"for {truth.labels[number]}, {chance[number]:.0%}", why, known, _short(names[row]))
            words = "\n".join(line for line in lines if line)
            questions.append(Question(row, number, words, truth.labels[said], right))
    return questions


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"…{name[1 - most :]}"


def read_photos(photos: Sequence[Path], side: int, heads: dict[str, tuple[str, ...]]) -> Examples:
    """Picture files as grey squares (N, side, side) with unknown truth; others are cut to the middle.

    Raises `DataError` if one cannot be read or is smaller than 8 px.
    """
    squares = []
    for photo in photos:
        grey = read_grey(photo)
        if min(grey.shape) < 8:
            height, width = grey.shape
            raise DataError(f"{photo}: has only {width}x{height} pixels; give a picture of at least 8x8.")
        edge = min(grey.shape)
        top, left = ((size - edge) // 2 for size in grey.shape)
        squares.append(fitted(grey[top : top + edge, left : left + edge], side))
    unknown = np.full(len(squares), -1, np.int64)
    truths = {head: Truth.of_answers(labels, unknown) for head, labels in heads.items()}
    return Examples(np.stack(squares), truths, np.array([place(photo) for photo in photos]))


def place(photo: Path) -> str:
    """Folder and name, since files of several folders are often called alike."""
    return f"{photo.parent.name}/{photo.name}".removeprefix("/")


def pick(examples: Examples, rows: Sequence[int]) -> Examples:
    """These pictures. Raises `RunError` if there is no such row."""
    for row in rows:
        if not 0 <= row < len(examples):
            raise RunError(f"There is no picture {row}; the part has rows 0 to {len(examples) - 1}.")
    return examples.select(np.array(rows, np.intp))
