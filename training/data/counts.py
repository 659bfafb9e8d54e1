"""How many pictures each class has, and whether they are FER2013's official parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fer_desktop.emotions import FER2013_LABELS
from training.data.examples import DataSet, seen_in

OFFICIAL: Final[Mapping[str, tuple[int, ...]]] = {
    "Training": (3995, 436, 4097, 7215, 4830, 3171, 4965),
    "PublicTest": (467, 56, 496, 895, 653, 415, 607),
    "PrivateTest": (491, 55, 528, 879, 594, 416, 626),
}
"""Pictures per class of FER2013's parts (Goodfellow et al. 2013), in the order of FER2013_LABELS."""

BOTH_TESTS: Final = tuple(map(sum, zip(OFFICIAL["PublicTest"], OFFICIAL["PrivateTest"], strict=True)))
"""What the test folder of Kaggle's picture copy holds."""

_NEAR: Final = 0.05
"""Share of a part's size up to which other data is taken for a changed copy of it."""


def check_counts(data: DataSet) -> list[str]:
    """One line per part that says whether it has the official counts, and by how much not.

    Empty for data that has nothing to do with FER2013.
    """
    lines = []
    for part, examples in data.parts.items():
        truth = examples.truths.get("fer2013")
        if truth is None or part not in OFFICIAL:
            continue
        counts = tuple(truth.counts().values())
        name, official = _nearest(part, sum(counts))
        if counts == official:
            lines.append(f"{part}: exactly the official counts of {name}.")
        elif abs(sum(counts) - sum(official)) <= _NEAR * sum(official):
            lines.append(
                f"{part}: differs from the official counts of {name}: {_differences(counts, official)}."
            )
        else:
            lines.append(f"{part}: {sum(counts):,} pictures are not {name}, which has {sum(official):,}.")
    return lines


def _nearest(part: str, total: int) -> tuple[str, tuple[int, ...]]:
    known = {f"FER2013's {part}": OFFICIAL[part]}
    if part == "PublicTest":
        known["FER2013's PublicTest and PrivateTest together"] = BOTH_TESTS
    return min(known.items(), key=lambda entry: abs(sum(entry[1]) - total))


def _differences(counts: Sequence[int], official: Sequence[int]) -> str:
    changed = [
        f"{label} {have:,} ({have - wanted:+,})"
        for label, have, wanted in zip(FER2013_LABELS, counts, official, strict=True)
        if have != wanted
    ]
    return ", ".join(changed) + f"; in all {sum(counts) - sum(official):+,}"


def shared_pictures(data: DataSet) -> list[tuple[str, str, int]]:
    """For each two parts, how many pictures of the first are also in the second, pixel by pixel."""
    parts = list(data.parts.items())
    return [
        (name, other, int(seen_in(examples, others).sum()))
        for place, (other, others) in enumerate(parts)
        for name, examples in parts[place + 1 :]
    ]
