"""Whether stated probabilities come true, and from which one on an answer may be called sure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.measure.metrics import Answers, Floats, accuracy, softmax

BINS: Final = 15
THRESHOLDS: Final = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Those that a trade-off is shown for."""
_COLDEST: Final = 0.05
_HOTTEST: Final = 20.0


@dataclass(frozen=True, slots=True)
class Reliability:
    """Confidence against accuracy in bins of equal width; empty bins hold NaN."""

    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    counts: NDArray[np.int64]
    hits: NDArray[np.int64]

    @property
    def error(self) -> float:
        """Expected calibration error (Naeini et al. 2015): the gaps, weighted by pictures."""
        filled = self.counts > 0
        gaps = np.abs(self.accuracy - self.confidence)[filled]
        return float((gaps * self.counts[filled]).sum() / self.counts.sum())


def reliability(probabilities: Floats, answers: Answers, bins: int = BINS) -> Reliability:
    """Sort the pictures with a known answer by their top probability into bins."""
    known = answers >= 0
    confidence = probabilities[known].max(1).astype(np.float64)
    right = probabilities[known].argmax(1) == answers[known]
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(index, minlength=bins)
    hits = np.bincount(index[right], minlength=bins)
    filled = np.where(counts > 0, counts, np.nan)
    return Reliability(
        np.bincount(index, weights=confidence, minlength=bins) / filled, hits / filled, counts, hits
    )


def expected_calibration_error(probabilities: Floats, answers: Answers, bins: int = BINS) -> float:
    """Mean gap between confidence and accuracy over equal-width bins (Naeini et al. 2015)."""
    return reliability(probabilities, answers, bins).error


def brier(probabilities: Floats, answers: Answers) -> float:
    """Mean squared distance of the probabilities from the known answer, 0 to 2 (Brier 1950)."""
    known = answers >= 0
    wanted = np.eye(probabilities.shape[1])[answers[known]]
    return float(((probabilities[known] - wanted) ** 2).sum(1).mean())


def fit_temperature(logits: Floats, answers: Answers) -> float:
    """The temperature at which the mean top probability of the known answers is the share of right ones.

    Between 0.05 and 20; the nearer end where none does it (all answers right, say). NaN without a known
    answer. Expectation consistency (Clarté et al. 2023): what the top probability promises, on the whole
    comes true. The temperature of least cross-entropy (Guo et al. 2017) is ruled by its costliest errors.
    """
    # Imported here: SciPy's optimisers take a second that `--help` should not.
    from scipy.optimize import brentq

    known = answers >= 0
    share = accuracy(logits, answers)
    if math.isnan(share):
        return math.nan

    def surplus(log: float) -> float:
        return float(softmax(logits[known], math.exp(log)).max(1).mean(dtype=np.float64)) - share

    # The top probability of every picture falls with the temperature, so there is one root at most.
    low, high = math.log(_COLDEST), math.log(_HOTTEST)
    if surplus(low) <= 0:
        return _COLDEST
    if surplus(high) >= 0:
        return _HOTTEST
    return math.exp(brentq(surplus, low, high, xtol=1e-4))


def crossed_calibration_error(logits: Floats, answers: Answers, seed: int = 1) -> float:
    """Calibration error of pictures whose temperature was fitted on the other half of them.

    What a temperature promises for new pictures; the error on the pictures that it was fitted on flatters.
    """
    known = np.flatnonzero(answers >= 0)
    if len(known) < 2:
        return math.nan
    order = np.random.default_rng(seed).permutation(known)
    halves = np.array_split(order, 2)
    probabilities = np.concatenate(
        [
            softmax(logits[measured], fit_temperature(logits[fitted], answers[fitted]))
            for measured, fitted in (halves, halves[::-1])
        ]
    )
    return expected_calibration_error(probabilities, answers[order])


@dataclass(frozen=True, slots=True)
class TradeOff:
    """What each threshold of the top probability costs in answers and wins in accuracy, falling (K,).

    One entry for every top probability that occurs: answers are given from it on. Also called the
    coverage-accuracy curve of selective classification (El-Yaniv and Wiener 2010).
    """

    thresholds: Floats
    coverage: NDArray[np.float64]
    """Share of pictures that are answered."""
    accuracy: NDArray[np.float64]
    """Share of right answers among those."""

    def lowest(self, wanted: float) -> float:
        """The lowest threshold whose answers are right at least `wanted` of the time; 1 if there is none."""
        enough = np.flatnonzero(self.accuracy >= wanted)
        return float(self.thresholds[enough[-1]]) if len(enough) else 1.0

    def at(self, threshold: float) -> tuple[float, float]:
        """Coverage and accuracy of a threshold; no answer has the accuracy NaN."""
        answered = int((self.thresholds >= threshold).sum())
        if not answered:
            return 0.0, math.nan
        return float(self.coverage[answered - 1]), float(self.accuracy[answered - 1])


def trade_off(probabilities: Floats, answers: Answers) -> TradeOff:
    """Coverage against accuracy over the pictures with a known answer."""
    known = answers >= 0
    confidence = probabilities[known].max(1)
    right = probabilities[known].argmax(1) == answers[known]
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    answered = np.arange(1, len(order) + 1)
    running = right[order].cumsum() / answered
    # Equal probabilities are answered together or not at all.
    whole = np.append(ranked[1:] < ranked[:-1], len(ranked) > 0)[: len(ranked)]
    return TradeOff(ranked[whole], answered[whole] / len(order), running[whole])
