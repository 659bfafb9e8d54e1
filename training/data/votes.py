"""FERPlus' crowd votes as something to learn from and to be measured by (Barsoum et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import FERPLUS_LABELS
from training.data.examples import Truth
from training.data.tables import open_table
from training.errors import DataError

REJECTIONS: Final = ("unknown", "NF")
"""FERPlus' columns of votes for "unknown" and "not a face"."""

VOTE_COLUMNS: Final = (*FERPLUS_LABELS, *REJECTIONS)


@dataclass(frozen=True, slots=True)
class Votes:
    """How many of ten people chose what.

    `labels` float32 (N, 8) in the order of FERPLUS_LABELS; `rejected` float32 (N, 2), votes for
    "unknown" and "not a face".
    """

    labels: NDArray[np.float32]
    rejected: NDArray[np.float32]

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[float]]) -> Votes:
        """From rows in the order of VOTE_COLUMNS."""
        table = np.array(rows, np.float32).reshape(-1, len(VOTE_COLUMNS))
        return cls(table[:, : len(FERPLUS_LABELS)], table[:, len(FERPLUS_LABELS) :])

    def truth(self) -> Truth:
        """Answers are FERPlus' majority mode, targets its distribution mode."""
        return Truth(FERPLUS_LABELS, self.majority(), self.shares(), votes=True)

    def shares(self) -> NDArray[np.float32]:
        """Distributions (N, 8) that sum to 1, or to 0 for a picture without a usable answer.

        A picture of which at least half of the votes say "unknown" or "not a face" teaches nothing.
        """
        labels, rejected = self._cleaned()
        total = labels.sum(1)
        usable = (total > 0) & (rejected.sum(1) < (total + rejected.sum(1)) / 2)
        return np.where(usable[:, None], labels / np.maximum(total, 1)[:, None], 0).astype(np.float32)

    def majority(self) -> NDArray[np.int64]:
        """The label with over half of the votes, -1 where none has.

        FERPlus' majority mode, by which its accuracies are published.
        """
        labels, rejected = self._cleaned()
        clear = labels.max(1) > (labels.sum(1) + rejected.sum(1)) / 2
        return np.where(clear, labels.argmax(1), -1).astype(np.int64)

    def _cleaned(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """A single dissenting vote counts as a slip and is dropped."""
        return np.where(self.labels <= 1, 0, self.labels), np.where(self.rejected <= 1, 0, self.rejected)


def read_votes(path: Path, usages: Sequence[str], pictures: Path) -> Votes:
    """FERPlus' `fer2013new.csv`, joined by row to the table `pictures` with these usages.

    Raises `DataError` if the two have different rows: joined wrongly, every vote would be a lie.
    """
    rows: list[list[float]] = []
    with open_table(path) as table:
        for line, (usage, *cells) in table.rows(("Usage", *VOTE_COLUMNS)):
            if len(rows) < len(usages) and usage != usages[len(rows)]:
                raise DataError(
                    f"{path}, line {line}: Usage '{usage}', but '{usages[len(rows)]}' in the same row of "
                    f"{pictures.name}; take both tables whole and in their order."
                )
            rows.append(vote_counts(cells, f"{path}, line {line}"))
    if len(rows) != len(usages):
        raise DataError(
            f"{path}: {len(rows)} rows for the {len(usages)} pictures of {pictures.name}; take both tables "
            "whole, or move the votes elsewhere."
        )
    return Votes.of_rows(rows)


def vote_counts(cells: Sequence[str], place: str) -> list[float]:
    """Votes from cells. Raises `DataError`, which begins with the place, for what is no count."""
    if not all(cell.isdecimal() for cell in cells):
        wrong = next(cell for cell in cells if not cell.isdecimal())
        raise DataError(f"{place}: '{wrong}' is not a number of votes.")
    return [float(cell) for cell in cells]
