"""Pictures with what is known of them: the one form that every data set takes in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import DataError


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of every picture in one label set.

    `answers` int64 (N,): the right label's index, by which accuracy is measured; -1 where there is
    none. `targets` float32 (N, C): the distribution to learn; a row of zeros teaches nothing.
    """

    labels: tuple[str, ...]
    answers: NDArray[np.int64]
    targets: NDArray[np.float32]
    votes: bool = False
    """The targets are a crowd's votes, so they are not smoothed further."""

    @classmethod
    def of_answers(cls, labels: Sequence[str], answers: NDArray[np.int64]) -> Truth:
        """One label per picture; -1 where it is not known."""
        targets = np.zeros((len(answers), len(labels)), np.float32)
        known = np.flatnonzero(answers >= 0)
        targets[known, answers[known]] = 1
        return cls(tuple(labels), answers.astype(np.int64), targets)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Truth:
        return Truth(self.labels, self.answers[rows], self.targets[rows], self.votes)

    def counts(self) -> dict[str, int]:
        """Number of pictures per label."""
        known = self.answers[self.answers >= 0]
        return dict(zip(self.labels, np.bincount(known, minlength=len(self.labels)).tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Examples:
    """Grey pictures and their truths.

    `images` uint8 (N, S, S); `truths` by the head's name, the main one first; `names` (N,): the row
    or file that each picture came from, for reports.
    """

    images: NDArray[np.uint8]
    truths: Mapping[str, Truth]
    names: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.images)

    @property
    def side(self) -> int:
        """Width and height of the pictures in pixels."""
        return int(self.images.shape[1])

    @property
    def heads(self) -> dict[str, tuple[str, ...]]:
        """The label set of each head, the main one first."""
        return {name: truth.labels for name, truth in self.truths.items()}

    @property
    def main(self) -> Truth:
        """The truth of the first head."""
        return next(iter(self.truths.values()))

    def select(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Examples:
        """The pictures of a boolean mask or index array, in its order."""
        truths = {name: truth.select(rows) for name, truth in self.truths.items()}
        return Examples(self.images[rows], truths, self.names[rows])

    def with_heads(self, names: Sequence[str]) -> Examples:
        """Only these heads, in this order. Raises `DataError` if one does not exist."""
        for name in names:
            if name not in self.truths:
                raise DataError(f"The data has no labels '{name}'; it has {', '.join(self.truths)}.")
        return Examples(self.images, {name: self.truths[name] for name in names}, self.names)


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set by its parts (`Training`, `PublicTest`, `PrivateTest`; or `all` where it has none)."""

    name: str
    parts: Mapping[str, Examples]

    def part(self, name: str) -> Examples:
        """Raises `DataError` if there is no such part."""
        if name not in self.parts:
            raise DataError(f"{self.name}: has no part '{name}'; it has {', '.join(self.parts)}.")
        return self.parts[name]


def joined(first: Examples, second: Examples) -> Examples:
    """The pictures of both, which have the same heads and sides, those of `first` before the others."""
    truths = {
        name: Truth(
            truth.labels,
            np.concatenate([truth.answers, second.truths[name].answers]),
            np.concatenate([truth.targets, second.truths[name].targets]),
            truth.votes,
        )
        for name, truth in first.truths.items()
    }
    return Examples(
        np.concatenate([first.images, second.images]), truths, np.concatenate([first.names, second.names])
    )


def seen_in(examples: Examples, others: Examples) -> NDArray[np.bool_]:
    """Mask (N,) of the pictures whose exact pixels also occur in `others` (leaks between parts)."""
    known = {image.tobytes() for image in others.images}
    return np.array([image.tobytes() in known for image in examples.images], dtype=bool)
