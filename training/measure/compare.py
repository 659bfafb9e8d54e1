"""Whether one network is better than another on the same pictures, and which pictures fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.measure.evaluation import Interval, percentiles
from training.measure.metrics import Answers, Floats, softmax

FEW: Final = 25
"""With fewer pictures than this on which one network is right and the other wrong, McNemar's test
counts binomial chances exactly; otherwise it uses the chi-squared distribution."""

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class McNemar:
    """McNemar's test (1947) that two networks err equally often."""

    both: int
    only_first: int
    """Pictures on which only the first network is right."""
    only_second: int
    neither: int
    statistic: float
    """Chi-squared with continuity correction; the smaller of the two counts if exact."""
    p: float
    exact: bool


def mcnemar(first_right: Mask, second_right: Mask) -> McNemar:
    """Test two networks by which of the same pictures (N,) each answers rightly."""
    # Imported here: statsmodels takes seconds that `--help` should not.
    from statsmodels.stats.contingency_tables import mcnemar as test

    both = int((first_right & second_right).sum())
    only_first = int((first_right & ~second_right).sum())
    only_second = int((~first_right & second_right).sum())
    neither = len(first_right) - both - only_first - only_second
    exact = only_first + only_second < FEW
    result = test([[both, only_first], [only_second, neither]], exact=exact, correction=True)
    # statsmodels' binomial p is over 1 by rounding where both err equally often.
    p = min(1.0, float(result.pvalue))
    return McNemar(both, only_first, only_second, neither, float(result.statistic), p, exact)


def bootstrap_difference(
    first_right: Mask, second_right: Mask, resamples: int = 10_000, seed: int = 1
) -> tuple[float, Interval]:
    """First minus second accuracy with its 95 % interval over paired resamples of the pictures.

    Only the pictures on which one of both is right move the difference, so that a multinomial draw of
    their counts is a whole resample.
    """
    total = len(first_right)
    ahead = int((first_right & ~second_right).sum())
    behind = int((~first_right & second_right).sum())
    chances = np.array([ahead, behind, total - ahead - behind]) / total
    drawn = np.random.default_rng(seed).multinomial(total, chances, resamples)
    return (ahead - behind) / total, percentiles((drawn[:, 0] - drawn[:, 1]) / total)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two networks on the same pictures."""

    first: str
    second: str
    difference: float
    """First minus second accuracy."""
    interval: Interval
    test: McNemar
    p_holm: float
    """McNemar's p over all pairs together (Holm 1979)."""


def compare_pairs(right: Mapping[str, Mask]) -> list[Pair]:
    """Every two networks, by which of the same pictures each answers rightly."""
    from statsmodels.stats.multitest import multipletests

    names = list(combinations(right, 2))
    tests = [mcnemar(right[first], right[second]) for first, second in names]
    if not tests:
        return []
    corrected = multipletests([test.p for test in tests], method="holm")[1]
    return [
        Pair(first, second, *bootstrap_difference(right[first], right[second]), test, float(p))
        for (first, second), test, p in zip(names, tests, corrected, strict=True)
    ]


def right_answers(logits: Floats, answers: Answers) -> Mask:
    """Which of the pictures with a known answer are answered rightly, in their order."""
    known = answers >= 0
    right: Mask = logits[known].argmax(1) == answers[known]
    return right


@dataclass(frozen=True, slots=True)
class Confusion:
    """Pictures of one class that were taken for another."""

    answer: int
    said: int
    share: float
    """Of the pictures of the class."""
    rows: Rows
    """Those pictures, the most confident errors first."""

    @property
    def count(self) -> int:
        return len(self.rows)


def top_confusions(logits: Floats, answers: Answers, most: int) -> list[Confusion]:
    """The most frequent pairs of right answer and other answer, with their pictures."""
    said = logits.argmax(1)
    confidence = softmax(logits).max(1)
    found = []
    for answer in range(logits.shape[1]):
        pictures = int((answers == answer).sum())
        for other in range(logits.shape[1]):
            rows = np.flatnonzero((answers == answer) & (said == other))
            if other != answer and len(rows):
                worst = rows[np.argsort(-confidence[rows], kind="stable")]
                found.append(Confusion(answer, other, len(rows) / pictures, worst))
    return sorted(found, key=lambda confusion: -confusion.count)[:most]


def worst_errors(logits: Floats, answers: Answers, most: int | None = None) -> Rows:
    """Rows of the pictures that fail, the most confident errors first."""
    failing = np.flatnonzero((answers >= 0) & (logits.argmax(1) != answers))
    confidence = softmax(logits[failing]).max(1)
    return failing[np.argsort(-confidence, kind="stable")][:most]
