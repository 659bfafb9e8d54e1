"""Whether shares differ between groups: tests that make no assumption of their form, and how large the
differences are.

All numbers are those of participants, never of frames. Tests are permutation tests of rank statistics
(Mann and Whitney, Kruskal and Wallis, Wilcoxon, Friedman): exact where few arrangements are possible, else
by drawing arrangements at random with a fixed seed, so that the same data give the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

ARRANGEMENTS: Final = 20_000
"""So many at most are gone through; more are sampled as often."""
RESAMPLES: Final = 5_000
_ROUNDING: Final = 1e-9

Floats = NDArray[np.float64]


def ranks(values: Floats) -> Floats:
    """1-based, along the last axis; equal values share the mean of their ranks."""
    less = (values[..., None, :] < values[..., :, None]).sum(-1)
    equal = (values[..., None, :] == values[..., :, None]).sum(-1)
    result: Floats = less + (equal + 1) / 2
    return result


def two_groups(first: Floats, second: Floats) -> float:
    """p of the Mann-Whitney statistic, two-sided; ties are dealt with by the permutation itself."""
    together = ranks(np.concatenate([first, second]))
    size, total = len(first), len(together)
    expected = size * (total + 1) / 2
    if comb(total, size) <= ARRANGEMENTS:
        chosen = np.array(list(combinations(range(total), size)))
        return _share(np.abs(together[chosen].sum(1) - expected), abs(together[:size].sum() - expected))
    drawn = _generator().permuted(np.tile(together, (ARRANGEMENTS, 1)), axis=1)[:, :size]
    return _sampled(np.abs(drawn.sum(1) - expected), abs(together[:size].sum() - expected))


def many_groups(groups: Sequence[Floats]) -> float:
    """p of the Kruskal-Wallis statistic."""
    sizes = [len(group) for group in groups]
    starts = np.cumsum([0, *sizes[:-1]])
    together = ranks(np.concatenate(groups))

    def spread(arranged: Floats) -> Floats:
        sums: Floats = np.add.reduceat(arranged, starts, axis=-1)
        result: Floats = (sums**2 / np.array(sizes)).sum(-1)
        return result

    drawn = _generator().permuted(np.tile(together, (ARRANGEMENTS, 1)), axis=1)
    return _sampled(spread(drawn), float(spread(together)))


def paired(differences: Floats) -> float:
    """p of the Wilcoxon signed-rank statistic, two-sided; pairs without a difference are left out."""
    differences = differences[differences != 0]
    size = len(differences)
    if not size:
        return 1.0
    weights = ranks(np.abs(differences))
    observed = abs(float((np.sign(differences) * weights).sum()))
    if 2**size <= ARRANGEMENTS:
        signs = np.array(list(product((-1.0, 1.0), repeat=size)))
        return _share(np.abs(signs @ weights), observed)
    signs = _generator().choice([-1.0, 1.0], (ARRANGEMENTS, size))
    return _sampled(np.abs(signs @ weights), observed)


def repeated(values: Floats) -> float:
    """p of the Friedman statistic of (participants, conditions)."""
    within = ranks(values)

    def spread(arranged: Floats) -> Floats:
        result: Floats = (arranged.sum(-2) ** 2).sum(-1)
        return result

    drawn = _generator().permuted(np.tile(within, (ARRANGEMENTS, 1, 1)), axis=2)
    return _sampled(spread(drawn), float(spread(within)))


def smallest_p(first: int, second: int | None) -> float:
    """The smallest p that two groups of these sizes can have (None: pairs)."""
    return 2 / 2**first if second is None else 2 / comb(first + second, first)


def holm(values: Sequence[float]) -> list[float]:
    """p corrected for so many tests by Holm's step-down procedure, in their order."""
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, worst = [0.0] * len(values), 0.0
    for place, number in enumerate(order):
        worst = max(worst, min(1.0, (len(values) - place) * values[number]))
        adjusted[number] = worst
    return adjusted


def cliffs_delta(first: Floats, second: Floats) -> tuple[float, float, float]:
    """-1 to 1: how much oftener a value of the first group is the larger one; with a 95 % interval."""
    wins = np.sign(first[:, None] - second[None, :])

    def of(weights: Floats, others: Floats) -> Floats:
        result: Floats = ((weights @ wins) * others).sum(1) / wins.size
        return result

    drawn = of(*_resampled(len(first), len(second)))
    return float(wins.mean()), *_interval(drawn)


def rank_biserial(differences: Floats) -> tuple[float, float, float]:
    """-1 to 1: rank sum of the positive differences less that of the negative ones, of all ranks."""
    differences = differences[differences != 0]
    if not len(differences):
        return 0.0, 0.0, 0.0
    # Walsh averages: a pair's sum over zero counts for the positive ranks, 0 for half of it.
    above = (np.sign(differences[:, None] + differences[None, :]) + 1) / 2

    def of(weights: Floats) -> Floats:
        positive = (((weights @ above) * weights).sum(1) + weights @ np.diag(above)) / 2
        count = weights.sum(1)
        result: Floats = 4 * positive / (count * (count + 1)) - 1
        return result

    size = len(differences)
    (drawn,) = _resampled(size)
    return float(of(np.ones((1, size)))[0]), *_interval(of(drawn))


def mean_difference(first: Floats, second: Floats) -> tuple[float, float, float]:
    """First less second, with a 95 % interval."""
    weights, others = _resampled(len(first), len(second))
    drawn = weights @ first / len(first) - others @ second / len(second)
    return float(first.mean() - second.mean()), *_interval(drawn)


def mean_of(values: Floats) -> tuple[float, float, float]:
    """The mean of participants with a 95 % interval; of one alone, without."""
    if len(values) < 2:
        return float(values.mean()), float("nan"), float("nan")
    (weights,) = _resampled(len(values))
    return float(values.mean()), *_interval(weights @ values / len(values))


def mean_curve(curves: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean of (participants, moments) and its pointwise 95 % band; NaN where nobody (band: under two) is."""
    known = np.isfinite(curves)
    values = np.where(known, curves, 0.0)

    def of(weights: Floats) -> Floats:
        count = weights @ known
        result: Floats = np.divide(weights @ values, count, out=np.full(count.shape, np.nan), where=count > 0)
        return result

    mean = of(np.ones((1, len(curves))))[0]
    low, high = np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    several = known.sum(0) >= 2
    if several.any():
        (weights,) = _resampled(len(curves))
        low[several], high[several] = np.nanquantile(of(weights)[:, several], [0.025, 0.975], axis=0)
    return mean, low, high


def _resampled(*sizes: int) -> list[Floats]:
    """How often each participant stands in each of the bootstrap's resamples: (resamples, size) each."""
    generator = _generator()
    return [
        generator.multinomial(size, np.full(size, 1 / size), RESAMPLES).astype(np.float64) for size in sizes
    ]


def _interval(drawn: Floats) -> tuple[float, float]:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _share(statistics: Floats, observed: float) -> float:
    return float(np.mean(statistics >= observed - _ROUNDING))


def _sampled(statistics: Floats, observed: float) -> float:
    """The arrangement that was found is one of those that are possible."""
    return float((1 + np.sum(statistics >= observed - _ROUNDING)) / (1 + len(statistics)))


def _generator() -> np.random.Generator:
    return np.random.default_rng(0)
