"""Probabilities over time as they are drawn: few points, breaks where there is no data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_POINTS: Final = 900
"""Points per curve: more cost time to draw and show nothing new on a screen."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Smoothed probabilities over time; NaN rows where there is nothing to show."""

    times: NDArray[np.float64]
    """(n,) rising, in the units of the history's time base."""
    values: NDArray[np.float32]
    """(n, C) in the order of the model's labels."""

    def gaps(self) -> list[tuple[float, float]]:
        """Stretches of time without data, as (start, end)."""
        if not len(self.times):
            return []
        empty = np.isnan(self.values[:, 0]) if self.values.shape[1] else np.ones(len(self.times), bool)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], empty, [False])).astype(np.int8)))
        last = len(self.times) - 1
        return [
            (float(self.times[max(start - 1, 0)]), float(self.times[min(end, last)]))
            for start, end in edges.reshape(-1, 2).tolist()
        ]


def thinned(times: NDArray[np.float64], values: NDArray[np.float32], stride: int) -> Curves:
    """Means of `stride` neighbours of (n, C), NaN rows for gaps; a point is a gap if half of its rows are."""
    if stride > 1 and len(times):
        groups = np.arange(0, len(times), stride)
        sizes = np.diff(np.append(groups, len(times)))
        known = ~np.isnan(values[:, 0])
        counts = np.add.reduceat(known.astype(np.int64), groups)
        sums = np.add.reduceat(np.where(known[:, None], values, 0), groups, axis=0)
        values = (sums / np.maximum(counts, 1)[:, None]).astype(np.float32)
        values[2 * counts <= sizes] = np.nan
        times = times[groups]
    return _with_breaks(times, values)


def _with_breaks(times: NDArray[np.float64], values: NDArray[np.float32]) -> Curves:
    """Put a NaN row where time jumped: the camera was away, or the user sought."""
    steps = np.diff(times)
    if not len(steps):
        return Curves(times, values)
    jumps = np.flatnonzero(steps > max(0.5, 6 * float(np.median(steps))))
    blank = np.full((len(jumps), values.shape[1]), np.nan, np.float32)
    middles = (times[jumps] + times[jumps + 1]) / 2
    return Curves(np.insert(times, jumps + 1, middles), np.insert(values, jumps + 1, blank, axis=0))
