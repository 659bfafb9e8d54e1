"""Groups or conditions compared: what differs by how much, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

import numpy as np

from fer_desktop.session.groups.curves import Floats
from fer_desktop.session.groups.differences import (
    cliffs_delta,
    holm,
    many_groups,
    mean_difference,
    mean_of,
    paired,
    rank_biserial,
    repeated,
    smallest_p,
    two_groups,
)
from fer_desktop.session.groups.frequencies import Frequencies

Interval = tuple[float, float, float]
"""A figure with the ends of its 95 % interval."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One label in two groups."""

    label: str
    first: str
    second: str
    sizes: tuple[int, int]
    """Participants; of pairs twice the same."""
    difference: Interval
    """Of the mean shares, first less second."""
    effect: Interval
    """Cliff's delta, of pairs the rank-biserial correlation."""
    p: float | None
    """None where all values are the same: there is nothing to test."""
    corrected: float | None
    """By Holm, over all rows of the table."""


@dataclass(frozen=True, slots=True)
class Overall:
    """One label in three groups or more: whether any differ."""

    label: str
    p: float | None
    corrected: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found."""

    paired: bool
    """The same participants stand in several conditions."""
    means: dict[str, list[Interval]]
    """Of each level: the mean share of each label, over its participants."""
    differences: list[Difference]
    overall: list[Overall]
    smallest: float | None
    """The smallest p that a test of `differences` could have; None where nothing could be tested."""
    tests: int
    """How many tests of `differences` were made, and p was corrected for."""
    incomplete: tuple[str, ...]
    """Participants of a paired comparison who are missing in a condition, or were never seen there."""
    too_few: tuple[str, ...]
    """Levels with less than two participants who were seen."""


_DIGITS = 9
"""Sums of times differ in the last binary place; equal shares must be ties, and no difference must be 0."""

Tested = TypeVar("Tested", Difference, Overall)


def compare(people: Sequence[Frequencies], labels: Sequence[str], levels: Sequence[str]) -> Comparison:
    """Compare the shares of all labels; people who were never seen have none and are left out."""
    seen = [person for person in people if sum(person.counts)]
    shares = {
        level: {
            person.participant: np.array(person.shares, np.float64).round(_DIGITS)
            for person in seen
            if person.level == level
        }
        for level in levels
    }
    means = {level: _means(list(found.values())) for level, found in shares.items()}
    too_few = tuple(level for level, found in shares.items() if len(found) < 2)
    everyone = {person.participant for person in people}
    several = any(sum(person.participant == name for person in people) > 1 for name in everyone)
    whole = {name for name in everyone if all(name in found for found in shares.values())}
    incomplete = tuple(sorted(everyone - whole)) if several else ()
    pairs = _pairs(shares, labels, paired_design=several)
    overall = _overall(shares, labels, sorted(whole) if several else None) if len(levels) > 2 else []
    possible = [
        smallest_p(pair.sizes[0], None if several else pair.sizes[1]) for pair in pairs if pair.p is not None
    ]
    return Comparison(
        several,
        means,
        pairs,
        overall,
        min(possible) if possible else None,
        len(possible),
        incomplete,
        too_few,
    )


def _means(values: list[Floats]) -> list[Interval]:
    return [mean_of(column) for column in np.array(values).T] if values else []


def _pairs(
    shares: dict[str, dict[str, Floats]], labels: Sequence[str], *, paired_design: bool
) -> list[Difference]:
    found = []
    for first, second in combinations(shares, 2):
        both = [name for name in shares[first] if name in shares[second]]
        names = (both, both) if paired_design else (list(shares[first]), list(shares[second]))
        if min(len(names[0]), len(names[1])) < 2:
            continue
        ones = np.array([shares[first][name] for name in names[0]])
        others = np.array([shares[second][name] for name in names[1]])
        for place, label in enumerate(labels):
            found.append(_difference(label, (first, second), ones[:, place], others[:, place], paired_design))
    return _corrected(found)


def _difference(
    label: str, levels: tuple[str, str], ones: Floats, others: Floats, paired_design: bool
) -> Difference:
    constant = np.ptp(np.concatenate([ones, others])) == 0
    if paired_design:
        change = (ones - others).round(_DIGITS)
        difference, effect = mean_of(change), rank_biserial(change)
        p = None if constant else paired(change)
    else:
        difference, effect = mean_difference(ones, others), cliffs_delta(ones, others)
        p = None if constant else two_groups(ones, others)
    return Difference(label, *levels, (len(ones), len(others)), difference, effect, p, None)


def _overall(
    shares: dict[str, dict[str, Floats]], labels: Sequence[str], complete: Sequence[str] | None
) -> list[Overall]:
    """`complete`: those in all conditions; None for independent groups."""
    if complete is not None and len(complete) < 2:
        return []
    if complete is None and min(map(len, shares.values())) < 2:
        return []
    found = []
    for place, label in enumerate(labels):
        if complete is None:
            groups = [np.array([one[place] for one in level.values()]) for level in shares.values()]
            constant = np.ptp(np.concatenate(groups)) == 0
            p = None if constant else many_groups(groups)
        else:
            values = np.array([[level[name][place] for level in shares.values()] for name in complete])
            p = None if np.ptp(values) == 0 else repeated(values)
        found.append(Overall(label, p, None))
    return _corrected(found)


def _corrected(tests: list[Tested]) -> list[Tested]:
    tested = [test.p for test in tests if test.p is not None]
    corrected = iter(holm(tested))
    return [test if test.p is None else replace(test, corrected=next(corrected)) for test in tests]
