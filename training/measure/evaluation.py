"""Everything measured of a network on one set of pictures, head by head."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import NEGATIVE
from training.data.examples import Examples, Truth
from training.errors import DataError
from training.measure.calibration import (
    TradeOff,
    brier,
    crossed_calibration_error,
    expected_calibration_error,
    fit_temperature,
    trade_off,
)
from training.measure.groups import Group, measure_groups
from training.measure.metrics import (
    Answers,
    Floats,
    Logits,
    accuracy,
    confusion_counts,
    cross_entropy,
    softmax,
    top_accuracies,
    wilson,
)

SURE_ACCURACY: Final[Mapping[str, float]] = {"fer2013": 0.80}
"""How often a sure answer must be right. People agree on FER2013's own labels in about 65 % of the
pictures only (Goodfellow et al. 2013), so its head is asked for less."""

Interval = tuple[float, float]

THESE: Final = "these pictures"
"""Where temperature and threshold come from if they are fitted on the pictures that are measured."""


def sure_accuracy(head: str) -> float:
    """The accuracy asked of a head's sure answers."""
    return SURE_ACCURACY.get(head, 0.90)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What makes a head's probabilities come true and its answers sure."""

    temperature: float
    unsure_below: float
    on: str
    """The pictures that both were fitted on, in words."""


@dataclass(frozen=True, slots=True)
class HeadReport:
    """Everything measured of one head on the pictures with a known answer."""

    labels: tuple[str, ...]
    confusion: NDArray[np.int64]
    """(C, C) counts, rows the right answer, columns the network's."""
    intervals: Mapping[str, Interval]
    """95 % bootstrap intervals of macro_precision, macro_recall and macro_f1."""
    top_accuracy: tuple[float, ...]
    """Share of pictures whose answer is among the k likeliest, for k = 1 to C."""
    cross_entropy: float
    cross_entropy_after: float
    """With the temperature."""
    brier: float
    auc: tuple[float, ...]
    """Area under the ROC curve, each class against the rest; NaN where one of the two is missing."""
    temperature: float
    ece_before: float
    ece_after: float
    ece_crossed: float
    """With a temperature that was fitted on the other half of the pictures."""
    unsure_below: float
    coverage: float
    """Share of pictures answered at that threshold."""
    covered_accuracy: float
    """Share of right answers among those; NaN without any."""
    trade_off: TradeOff
    """What other thresholds would give."""
    fitted_on: str = THESE
    """Where temperature and threshold come from."""

    @property
    def total(self) -> int:
        return int(self.confusion.sum())

    @property
    def hits(self) -> int:
        return int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float:
        return self.hits / self.total

    def recall(self, label: int) -> tuple[float, float, float]:
        """Share of a class' pictures that are recognised, with its 95 % interval (Wilson)."""
        return _share(int(self.confusion[label, label]), int(self.confusion[label].sum()))

    def precision(self, label: int) -> tuple[float, float, float]:
        """Share of right answers where this class was said, with its 95 % interval (Wilson)."""
        return _share(int(self.confusion[label, label]), int(self.confusion[:, label].sum()))

    def f1(self, label: int) -> float:
        """Harmonic mean of a class' precision and recall."""
        either = int(self.confusion[label].sum() + self.confusion[:, label].sum())
        return 2 * int(self.confusion[label, label]) / max(1, either)

    @property
    def macro_precision(self) -> float:
        return float(macro_measures(self.confusion)["macro_precision"])

    @property
    def macro_recall(self) -> float:
        """Also called balanced accuracy."""
        return float(macro_measures(self.confusion)["macro_recall"])

    @property
    def macro_f1(self) -> float:
        return float(macro_measures(self.confusion)["macro_f1"])

    @property
    def macro_auc(self) -> float:
        """Mean over the classes that have one; NaN if none has."""
        known = [area for area in self.auc if not math.isnan(area)]
        return sum(known) / len(known) if known else math.nan

    @property
    def neutral_called_negative(self) -> float | None:
        """Share of neutral faces called anger, disgust, fear or sadness; None if that cannot be said."""
        return neutral_called_negative(self.confusion, self.labels)

    @property
    def negative_found(self) -> float | None:
        """Share of angry, disgusted, fearful and sad faces called any of the four; None if that cannot be
        said."""
        if "neutral" not in self.labels or NEGATIVE.isdisjoint(self.labels):
            return None
        four = [number for number, label in enumerate(self.labels) if label in NEGATIVE]
        asked = int(self.confusion[four].sum())
        return int(self.confusion[np.ix_(four, four)].sum()) / asked if asked else None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All heads of a network on one set of pictures."""

    heads: dict[str, HeadReport]
    unseen_accuracy: dict[str, float]
    """Without the pictures whose exact pixels also occur in `earlier`; empty if not known."""
    unseen_total: dict[str, int]
    groups: dict[str, tuple[Group, ...]]
    """How each head does on dark, bright and other groups of pictures."""
    earlier: str = "Training"
    """The parts that were used before these pictures, in words."""


def evaluate_examples(
    logits: Logits,
    examples: Examples,
    seen: NDArray[np.bool_] | None = None,
    *,
    fitted: Mapping[str, Fitted] | None = None,
    earlier: str = "Training",
) -> Evaluation:
    """Measure every head that has pictures with a known answer.

    `seen` (N,) marks copies of pictures in the parts `earlier`. `fitted` (`fit_heads`): temperature and
    threshold from other pictures; heads without are fitted on these. Raises `DataError` if the data has no
    answer for any head.
    """
    truths = answered(logits, examples)
    if not truths:
        raise DataError(
            f"The pictures have no answers for the heads {', '.join(logits)}; "
            f"their labels are {', '.join(examples.truths)}."
        )
    # Nothing is said of unseen pictures where nobody knows which these are.
    fresh = (
        {} if seen is None else {name: (logits[name][~seen], t.answers[~seen]) for name, t in truths.items()}
    )
    return Evaluation(
        heads={
            name: measure_head(logits[name], truth, sure_accuracy(name), (fitted or {}).get(name))
            for name, truth in truths.items()
        },
        unseen_accuracy={name: accuracy(*rows) for name, rows in fresh.items()},
        unseen_total={name: int((answers >= 0).sum()) for name, (_, answers) in fresh.items()},
        groups={
            name: measure_groups(examples.images, logits[name], truth.answers)
            for name, truth in truths.items()
        },
        earlier=earlier,
    )


def answered(logits: Logits, examples: Examples) -> dict[str, Truth]:
    """The truths that a network has answers for, of heads with at least one known answer."""
    return {
        name: truth
        for name, truth in examples.truths.items()
        if name in logits and (truth.answers >= 0).any()
    }


def fit_heads(logits: Logits, examples: Examples, on: str) -> dict[str, Fitted]:
    """Temperature and threshold of every head with known answers; `on` names these pictures."""
    return {
        name: fit_head(logits[name], truth.answers, sure_accuracy(name), on)
        for name, truth in answered(logits, examples).items()
    }


def fit_head(logits: Floats, answers: Answers, wanted: float, on: str = THESE) -> Fitted:
    """Temperature and threshold of one head; `wanted` is the accuracy asked of sure answers."""
    temperature = fit_temperature(logits, answers)
    return Fitted(temperature, trade_off(softmax(logits, temperature), answers).lowest(wanted), on)


def measure_head(logits: Floats, truth: Truth, wanted: float, fitted: Fitted | None = None) -> HeadReport:
    """Measure one head, its sure answers to be right `wanted` of the time; `fitted` None: fitted here."""
    answers = truth.answers
    if logits.shape[1] != len(truth.labels):
        raise DataError(
            f"The network knows {logits.shape[1]} labels, the data {len(truth.labels)} "
            f"({', '.join(truth.labels)})."
        )
    confusion = confusion_counts(logits.argmax(1), answers, len(truth.labels))
    fitted = fitted or fit_head(logits, answers, wanted)
    plain, calibrated = softmax(logits), softmax(logits, fitted.temperature)
    thresholds = trade_off(calibrated, answers)
    coverage, covered_accuracy = thresholds.at(fitted.unsure_below)
    return HeadReport(
        labels=truth.labels,
        confusion=confusion,
        intervals=bootstrap_intervals(confusion),
        top_accuracy=top_accuracies(logits, answers),
        cross_entropy=cross_entropy(logits, answers),
        cross_entropy_after=cross_entropy(logits, answers, fitted.temperature),
        brier=brier(plain, answers),
        auc=areas_under_roc(plain, answers),
        temperature=fitted.temperature,
        ece_before=expected_calibration_error(plain, answers),
        ece_after=expected_calibration_error(calibrated, answers),
        ece_crossed=crossed_calibration_error(logits, answers),
        unsure_below=fitted.unsure_below,
        coverage=coverage,
        covered_accuracy=covered_accuracy,
        trade_off=thresholds,
        fitted_on=fitted.on,
    )


def neutral_called_negative(confusion: NDArray[np.int64], labels: Sequence[str]) -> float | None:
    """Share of the neutral row that is anger, disgust, fear or sadness; None of no pictures, and for other
    labels."""
    if "neutral" not in labels or NEGATIVE.isdisjoint(labels):
        return None
    row = confusion[labels.index("neutral")]
    negative = sum(int(row[i]) for i, label in enumerate(labels) if label in NEGATIVE)
    return negative / int(row.sum()) if row.any() else None


def macro_measures(confusion: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Macro precision, recall and F1 (...) of confusions (..., C, C).

    The mean is over the classes that have pictures; the precision of a class never said is 0.
    """
    hits = np.diagonal(confusion, axis1=-2, axis2=-1).astype(np.float64)
    asked, said = confusion.sum(-1), confusion.sum(-2)
    present = asked > 0
    each = {
        "macro_precision": hits / np.maximum(said, 1),
        "macro_recall": hits / np.maximum(asked, 1),
        "macro_f1": 2 * hits / np.maximum(asked + said, 1),
    }
    return {name: (values * present).sum(-1) / present.sum(-1) for name, values in each.items()}


def bootstrap_intervals(
    confusion: NDArray[np.int64], resamples: int = 1000, seed: int = 1
) -> dict[str, Interval]:
    """95 % percentile intervals of the macro measures (Efron 1979).

    Drawing N pictures with replacement changes the confusions as drawing N times from their cells
    does, so that one multinomial draw is a whole resample.
    """
    total = int(confusion.sum())
    drawn = np.random.default_rng(seed).multinomial(total, confusion.ravel() / total, resamples)
    measures = macro_measures(drawn.reshape(resamples, *confusion.shape))
    return {name: percentiles(values) for name, values in measures.items()}


def percentiles(values: NDArray[np.float64]) -> Interval:
    """The middle 95 % of resampled values."""
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def areas_under_roc(probabilities: Floats, answers: Answers) -> tuple[float, ...]:
    """Area under the ROC curve of each class against the rest; NaN where one side has no picture."""
    # Imported here: scikit-learn takes a second that `--help` should not.
    from sklearn.metrics import roc_auc_score

    known = answers >= 0
    areas = []
    for label in range(probabilities.shape[1]):
        positive = answers[known] == label
        both = positive.any() and not positive.all()
        areas.append(float(roc_auc_score(positive, probabilities[known, label])) if both else math.nan)
    return tuple(areas)


def _share(hits: int, total: int) -> tuple[float, float, float]:
    return (hits / max(1, total), *wilson(hits, total))
