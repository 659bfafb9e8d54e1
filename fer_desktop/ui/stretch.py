"""What a face showed over a stretch of time: weighted by time, and honest about gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import UNSURE
from fer_desktop.session.states import GAP_S
from fer_desktop.ui.lens import Span
from fer_desktop.ui.moments import NOBODY, Rows

_GAP_FRAMES = 3


@dataclass(frozen=True, slots=True)
class StretchFigures:
    """The figures of one face; shares and means are of the time in which it was seen."""

    span: Span
    labels: tuple[str, ...]
    """The model's, and `unsure` at the end."""
    frames: int
    """Analysed within the stretch."""
    coverage: float
    """Share of the stretch in which the face was seen, 0 to 1."""
    shares: tuple[float, ...]
    """Of the time with each label."""
    means: tuple[float | None, ...]
    """Mean calibrated probability of each label; None for `unsure`, and where nothing was seen."""


def stretch_figures(rows: Rows, labels: Sequence[str], span: Span) -> StretchFigures:
    """The figures of a stretch from its rows.

    A frame holds until the next one or, before a gap (more than a second, or three frames of a slower
    source), for as long as frames usually do.
    """
    weights = _weights(rows.times, span)
    seen = rows.labels != NOBODY
    known = float(weights[seen].sum())
    # Whatever is no place among the labels stands for `unsure`.
    places = np.minimum(np.where(seen, rows.labels, 0), len(labels))
    shares = np.asarray(np.bincount(places[seen], weights[seen], len(labels) + 1), np.float64)
    means: NDArray[np.float64] | None = None
    if known > 0:
        shares = shares / known
        means = (rows.raw[seen] * weights[seen, None]).sum(0) / known
    return StretchFigures(
        span,
        (*labels, UNSURE),
        int((rows.times >= span.start).sum()),
        min(1.0, known / span.width) if span.width > 0 else 0.0,
        tuple(shares.tolist()),
        (*([None] * len(labels) if means is None else means.tolist()), None),
    )


def _weights(times: NDArray[np.float64], span: Span) -> NDArray[np.float64]:
    """For how much of the stretch each frame stands."""
    if not len(times):
        return np.zeros(0)
    steps = np.diff(times)
    usual = float(np.median(steps)) if len(steps) else 0.0
    ends = np.append(times[1:], span.end)
    gaps = ends - times > max(GAP_S, _GAP_FRAMES * usual)
    ends[gaps] = times[gaps] + usual
    return np.asarray(np.maximum(np.minimum(ends, span.end) - np.maximum(times, span.start), 0.0))
