"""How good a network is: accuracy, recall per class with intervals, calibration, confusions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from fer_desktop.emotions import NEGATIVE
from training.data import FaceSet
from training.networks import HEADS, centre

Floats = NDArray[np.float32]

SURE_ACCURACY: Final = {"ferplus": 0.90, "fer2013": 0.80}
"""How often a sure answer must be right. People agree on FER2013's own labels in about 65 % of the
pictures only (Goodfellow et al. 2013), so its head is asked for less."""


@torch.no_grad()
def predict(network: nn.Module, faces: FaceSet, batch: int = 256) -> dict[str, Floats]:
    """Logits of each head by its name, (N, C), for the undisturbed pictures (single pass)."""
    was_training = network.training
    network.eval()
    outputs: dict[str, list[Floats]] = {name: [] for name in HEADS}
    for start in range(0, len(faces), batch):
        pixels = torch.from_numpy(faces.images[start : start + batch, None]).float()
        logits = network(centre(pixels).contiguous(memory_format=torch.channels_last))
        for name, head in zip(HEADS, logits, strict=True):
            outputs[name].append(head.numpy())
    network.train(was_training)
    return {name: np.concatenate(parts) for name, parts in outputs.items()}


def targets(faces: FaceSet) -> dict[str, NDArray[np.int64]]:
    """The right answer per head, index into its labels; -1 where a picture has none."""
    return {"ferplus": faces.crowd_majority(), "fer2013": faces.emotion}


def accuracies(logits: dict[str, Floats], faces: FaceSet) -> tuple[float, float]:
    """Share of right answers of the heads fer2013 and ferplus (NaN without labelled faces)."""
    right = targets(faces)
    return accuracy(logits["fer2013"], right["fer2013"]), accuracy(logits["ferplus"], right["ferplus"])


def accuracy(logits: Floats, target: NDArray[np.int64]) -> float:
    """Share of right answers among pictures with a known one (target >= 0); NaN without any."""
    known = target >= 0
    if not known.any():
        return math.nan
    return float((logits[known].argmax(1) == target[known]).mean())


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Probabilities (N, C) of logits (N, C) at a temperature (Guo et al. 2017)."""
    scaled = logits / temperature
    exponentials = np.exp(scaled - scaled.max(1, keepdims=True))
    probabilities: Floats = (exponentials / exponentials.sum(1, keepdims=True)).astype(np.float32)
    return probabilities


def fit_temperature(logits: Floats, target: NDArray[np.int64]) -> float:
    """The temperature with the least negative log likelihood on pictures with a known answer."""
    known = target >= 0
    rows, answers = logits[known], target[known]

    def loss(temperature: float) -> float:
        probabilities = softmax(rows, temperature)[np.arange(len(answers)), answers]
        return float(-np.log(np.maximum(probabilities, 1e-12)).mean())

    grid = np.exp(np.linspace(math.log(0.2), math.log(5), 321))
    return float(min(grid, key=loss))


def expected_calibration_error(probabilities: Floats, target: NDArray[np.int64], bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over equal-width bins (Naeini et al. 2015)."""
    known = target >= 0
    confidence = probabilities[known].max(1)
    right = probabilities[known].argmax(1) == target[known]
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        inside = index == b
        if inside.any():
            error += abs(right[inside].mean() - confidence[inside].mean()) * inside.mean()
    return float(error)


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (NaN, NaN) of nothing."""
    if total == 0:
        return math.nan, math.nan
    share = hits / total
    centre_ = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return centre_ - half, centre_ + half


def threshold_for(probabilities: Floats, target: NDArray[np.int64], wanted: float) -> float:
    """The lowest top probability from which answers are right at least `wanted` of the time."""
    known = target >= 0
    confidence = probabilities[known].max(1)
    right = probabilities[known].argmax(1) == target[known]
    order = np.argsort(-confidence)
    running = right[order].cumsum() / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(running >= wanted)
    return float(confidence[order][enough[-1]]) if len(enough) else 1.0


@dataclass(frozen=True, slots=True)
class HeadReport:
    """Everything measured of one head on one set of faces."""

    labels: tuple[str, ...]
    confusion: NDArray[np.int64]
    """(C, C) counts, rows the right answer, columns the network's."""
    temperature: float
    ece_before: float
    ece_after: float
    unsure_below: float
    coverage: float
    """Share of faces answered at that threshold."""
    covered_accuracy: float

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
        """Recall of a class with its 95 % interval."""
        row = self.confusion[label]
        return (int(row[label]) / max(1, int(row.sum())), *wilson(int(row[label]), int(row.sum())))

    @property
    def macro_f1(self) -> float:
        hits = np.diag(self.confusion)
        return float((2 * hits / np.maximum(self.confusion.sum(0) + self.confusion.sum(1), 1)).mean())

    @property
    def neutral_called_negative(self) -> float:
        """Share of neutral faces that are called anger, disgust, fear or sadness."""
        row = self.confusion[self.labels.index("neutral")]
        negative = sum(int(row[i]) for i, label in enumerate(self.labels) if label in NEGATIVE)
        return negative / max(1, int(row.sum()))


def measure(logits: Floats, target: NDArray[np.int64], labels: tuple[str, ...], wanted: float) -> HeadReport:
    """Confusions and calibration of one head; `wanted` is the accuracy asked of sure answers."""
    known = target >= 0
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(confusion, (target[known], logits[known].argmax(1)), 1)
    temperature = fit_temperature(logits, target)
    calibrated = softmax(logits, temperature)
    threshold = threshold_for(calibrated, target, wanted)
    sure = known & (calibrated.max(1) >= threshold)
    return HeadReport(
        labels=labels,
        confusion=confusion,
        temperature=temperature,
        ece_before=expected_calibration_error(softmax(logits), target),
        ece_after=expected_calibration_error(calibrated, target),
        unsure_below=threshold,
        coverage=float(sure.sum() / known.sum()),
        covered_accuracy=accuracy(logits[sure], target[sure]),
    )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All heads of a network on one part of FER2013, single pass."""

    heads: dict[str, HeadReport]
    unseen_accuracy: dict[str, float]
    """Without the pictures whose exact pixels also occur in the training part."""
    unseen_total: dict[str, int]


def evaluate(logits: dict[str, Floats], faces: FaceSet, seen: NDArray[np.bool_]) -> Evaluation:
    """Measure every head that has labelled faces; `seen` (N,) marks those known from training."""
    right = {name: answers for name, answers in targets(faces).items() if (answers >= 0).any()}
    return Evaluation(
        heads={
            name: measure(logits[name], answers, HEADS[name], SURE_ACCURACY[name])
            for name, answers in right.items()
        },
        unseen_accuracy={
            name: accuracy(logits[name][~seen], answers[~seen]) for name, answers in right.items()
        },
        unseen_total={name: int((answers[~seen] >= 0).sum()) for name, answers in right.items()},
    )
