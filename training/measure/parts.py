"""Which pictures of a data set are measured, which of them are new, and where temperatures are fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.choose import TRAINING, VALIDATION
from training.data.examples import DataSet, Examples, Truth, seen_in
from training.errors import DataError


@dataclass(frozen=True, slots=True)
class Chosen:
    """Pictures to measure on."""

    examples: Examples
    pictures: str
    """What they are, in words: `PublicTest of fer2013.csv`."""
    seen: NDArray[np.bool_] | None
    """Mask of the copies of pictures in `earlier`; None where nobody knows which these are."""
    earlier: str = TRAINING
    """The parts that networks were trained and chosen by before, in words."""
    fit_part: str = ""
    """The part that temperature and threshold are fitted on; empty: on the measured pictures."""
    fit_on: Examples | None = None
    """Its pictures."""


def choose_parts(data: DataSet, wanted: Sequence[str]) -> Chosen:
    """The named parts together; `wanted` empty: the validation part.

    Raises `DataError` if there is no such part.
    """
    names = list(dict.fromkeys(wanted or [validation_part(data)]))
    parts = [data.part(name) for name in names]
    own = next((name for name in VALIDATION if name in data.parts), "")
    apart = own if own and names != [own] else ""
    pictures = f"{' and '.join(names)} of {Path(data.name).name}"
    seen: list[NDArray[np.bool_]] = []
    if TRAINING in data.parts and TRAINING not in names:
        for name, part in zip(names, parts, strict=True):
            copies = seen_in(part, data.parts[TRAINING])
            if own and name != own:
                # Networks are chosen by the validation part, so its pictures are not new either.
                copies |= seen_in(part, data.parts[own])
            seen.append(copies)
    earlier = TRAINING
    if apart:
        earlier += " or an earlier part" if own in names else f" or {own}"
    return Chosen(
        joined(parts),
        pictures,
        np.concatenate(seen) if seen else None,
        earlier,
        apart,
        data.parts[apart] if apart else None,
    )


def validation_part(data: DataSet) -> str:
    """The part to measure on if none is named."""
    for name in VALIDATION:
        if name in data.parts:
            return name
    raise DataError(
        f"{data.name}: has neither {' nor '.join(VALIDATION)}; choose of {', '.join(data.parts)} with --part."
    )


def joined(parts: Sequence[Examples]) -> Examples:
    """The pictures of several parts, with the label sets that all of them have."""
    truths = {
        head: Truth(
            truth.labels,
            np.concatenate([part.truths[head].answers for part in parts]),
            np.concatenate([part.truths[head].targets for part in parts]),
            truth.votes,
        )
        for head, truth in parts[0].truths.items()
        if all(head in part.truths for part in parts)
    }
    images, names = (np.concatenate([getattr(part, what) for part in parts]) for what in ("images", "names"))
    return Examples(images, truths, names)
