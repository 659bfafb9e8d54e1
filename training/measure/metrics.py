"""Answers of a network, and the small measures that everything else here is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.errors import RunError
from training.networks.network import Network

Floats = NDArray[np.float32]
Answers = NDArray[np.int64]
Logits = Mapping[str, Floats]
"""Logits (N, C) of each head by its name."""
Views = Literal["single", "flip", "ten"]

SHIFT: Final = 2
"""Pixels by which the corner crops of `ten` views lie beside the centre."""


@torch.no_grad()
def predict(
    network: Network, images: NDArray[np.uint8], views: Views = "single", batch: int = 256
) -> dict[str, Floats]:
    """Logits (N, C) of each head for undisturbed whole pictures (N, S, S).

    `flip` looks at the picture and its mirror image; `ten` at five crops of both: the centre and
    2 px towards each corner, where the picture goes on as its own reflection. Several views give the
    logarithm of the mean of their probabilities. The network keeps its device and its mode.
    """
    device = next(network.parameters()).device
    was_training = network.training
    network.eval()
    logits = {
        name: np.empty((len(images), len(labels)), np.float32) for name, labels in network.labels.items()
    }
    for start in range(0, len(images), batch):
        rows = slice(start, start + batch)
        pixels = torch.from_numpy(images[rows]).to(device)[:, None].float()
        seen = [_answers(network, view) for view in views_of(pixels, views)]
        for name, answers in zip(network.labels, zip(*seen, strict=True), strict=True):
            logits[name][rows] = _joined(answers).cpu().numpy()
    network.train(was_training)
    return logits


def views_of(pixels: Tensor, views: Views) -> list[Tensor]:
    """The views of whole pictures (N, 1, S, S), each of the same size."""
    if views == "single":
        return [pixels]
    shifted = [pixels]
    if views == "ten":
        side = pixels.shape[-1]
        wide = nn.ReflectionPad2d(SHIFT)(pixels)
        shifted += [
            wide[..., top : top + side, left : left + side]
            for top in (0, 2 * SHIFT)
            for left in (0, 2 * SHIFT)
        ]
    return [view for crop in shifted for view in (crop, crop.flip(-1))]


def _answers(network: Network, pixels: Tensor) -> tuple[Tensor, ...]:
    seen = network.centre(pixels).contiguous(memory_format=torch.channels_last)
    return tuple(head.float() for head in network(seen))


def _joined(answers: Sequence[Tensor]) -> Tensor:
    if len(answers) == 1:
        return answers[0]
    logarithms = torch.stack([answer.log_softmax(1) for answer in answers])
    return logarithms.logsumexp(0) - math.log(len(answers))


def average_probabilities(members: Sequence[Logits]) -> dict[str, Floats]:
    """An ensemble: the logarithm of the members' mean probabilities, for the heads that all have."""
    common = common_heads(members)
    if not common:
        raise RunError("These networks share no head, so they cannot answer together.")
    joined = {}
    for name in common:
        logarithms = np.stack([log_softmax(member[name]) for member in members])
        mean = np.logaddexp.reduce(logarithms, axis=0) - math.log(len(members))
        joined[name] = mean.astype(np.float32)
    return joined


def common_heads(models: Sequence[Mapping[str, object]]) -> list[str]:
    """The heads that all networks have, in the order of the first."""
    return [head for head in models[0] if all(head in model for model in models)]


def check_finite(name: str, logits: Logits) -> None:
    """Raises `RunError` if a network's answers are no numbers, so that there is nothing to measure."""
    for head, values in logits.items():
        if not np.isfinite(values).all():
            raise RunError(
                f"{name}: answers with what is no finite number (labels {head}); its training went astray, "
                "so train again with a lower rate, or with clip."
            )


def log_softmax(logits: Floats, temperature: float = 1.0) -> NDArray[np.float64]:
    """Logarithms (N, C) of the probabilities, in double precision, finite where the logits are."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(1, keepdims=True)
    logarithms: NDArray[np.float64] = scaled - np.log(np.exp(scaled).sum(1, keepdims=True))
    return logarithms


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Probabilities (N, C) of logits (N, C) at a temperature (Guo et al. 2017)."""
    probabilities: Floats = np.exp(log_softmax(logits, temperature)).astype(np.float32)
    return probabilities


def accuracy(logits: Floats, answers: Answers) -> float:
    """Share of right answers among pictures with a known one (>= 0); NaN without any."""
    known = answers >= 0
    if not known.any():
        return math.nan
    return float((logits[known].argmax(1) == answers[known]).mean())


def cross_entropy(logits: Floats, answers: Answers, temperature: float = 1.0) -> float:
    """Mean negative log likelihood in nats of the known answers; NaN without any."""
    known = answers >= 0
    if not known.any():
        return math.nan
    logarithms = log_softmax(logits[known], temperature)
    return float(-logarithms[np.arange(len(logarithms)), answers[known]].mean())


def top_accuracies(logits: Floats, answers: Answers) -> tuple[float, ...]:
    """Share of pictures whose known answer is among the k likeliest, for k = 1 to C."""
    known = answers >= 0
    order = np.argsort(-logits[known], axis=1, kind="stable")
    place = (order == answers[known, None]).argmax(1)
    return tuple(float((place < k).mean()) for k in range(1, logits.shape[1] + 1))


def confusion_counts(said: Answers, answers: Answers, classes: int) -> NDArray[np.int64]:
    """Counts (C, C) of the pictures with a known answer: rows the right answer, columns what was said."""
    known = answers >= 0
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (answers[known], said[known]), 1)
    return counts


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (NaN, NaN) of nothing."""
    if total == 0:
        return math.nan, math.nan
    share = hits / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return max(0.0, centre - half), min(1.0, centre + half)
