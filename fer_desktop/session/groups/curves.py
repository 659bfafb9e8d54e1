"""The course of probabilities around markers, to be averaged over people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.session.exports.resample import FaceSeries

MOMENTS: Final = 101
"""Samples of a curve."""
_ROUNDING_S: Final = 2e-6
"""Times in the log have six decimals."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """One participant around one marker: the mean over its occurrences."""

    participant: str
    level: str
    marker: str
    values: Floats
    """(moments, labels) of raw probabilities, NaN where the face was never seen."""
    times: int
    """How often the marker was set."""


def moments(window_s: float) -> Floats:
    """Seconds from the marker."""
    return np.linspace(-window_s, window_s, MOMENTS)


def curves_around(
    series: Mapping[int, FaceSeries], marker_s: Sequence[float], window_s: float, labels: int
) -> Floats:
    """(markers, moments, labels): what the frame that holds at each moment says; faces are averaged."""
    at_s = np.asarray(marker_s)[:, None] + moments(window_s)[None, :]
    found = [held_at(face, at_s.ravel()) for face in series.values()]
    if not found:
        return np.full((*at_s.shape, labels), np.nan)
    return nan_mean(np.array(found)).reshape(*at_s.shape, labels)


def held_at(face: FaceSeries, at_s: Floats) -> Floats:
    """(moments, width): values of the frame that holds then; NaN where none does."""
    order = np.argsort(np.array(face.times_s), kind="stable")
    times, until = np.array(face.times_s)[order], np.array(face.until_s)[order]
    values = np.array(face.values).reshape(-1, face.width)[order]
    place = np.maximum(0, np.searchsorted(times, at_s + _ROUNDING_S, "right") - 1)
    holds = (times[place] <= at_s + _ROUNDING_S) & (
        at_s < np.maximum(until[place], times[place] + _ROUNDING_S)
    )
    result: Floats = np.where(holds[:, None], values[place], np.nan)
    return result


def nan_mean(values: Floats) -> Floats:
    """Over the first axis; NaN where all are."""
    known = np.isfinite(values)
    count = known.sum(0)
    total = np.where(known, values, 0.0).sum(0)
    result: Floats = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return result
