"""The loss over all heads, and drawing pictures so that classes weigh the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn.functional import log_softmax

from training.data.examples import Truth
from training.errors import DataError
from training.recipe import Recipe


def class_weights(truth: Truth) -> Tensor:
    """Weight (C,) of each class: inverse to its share of the targets, 1 on average over pictures.

    A class without pictures weighs nothing.
    """
    counts = truth.targets.sum(0, dtype=np.float64)
    weights = np.divide(counts.sum(), len(counts) * counts, out=np.zeros_like(counts), where=counts > 0)
    return torch.from_numpy(weights.astype(np.float32))


class Loss:
    """Soft cross-entropy of each head, averaged over the pictures that have a target, then summed.

    Labels are smoothed (Szegedy et al. 2016) and their head weighs 1; a crowd's votes are left as
    they are and their head weighs `crowd_weight`. With `class_weights`, each picture counts by the
    inverse frequency of its class; the sum is still divided by the number of pictures, so that the
    weights act in a batch of one picture too.
    """

    def __init__(self, recipe: Recipe, truths: Mapping[str, Truth]) -> None:
        self._smoothing = [0.0 if truth.votes else recipe.smoothing for truth in truths.values()]
        self._shares = [recipe.crowd_weight if truth.votes else 1.0 for truth in truths.values()]
        self._classes = [class_weights(truth) for truth in truths.values()] if recipe.class_weights else []

    def to(self, device: torch.device | str) -> Loss:
        """Move the class weights to the device of the logits; returns itself."""
        self._classes = [weights.to(device) for weights in self._classes]
        return self

    def __call__(self, logits: Sequence[Tensor], targets: Sequence[Tensor]) -> Tensor:
        """Loss (a scalar) of logits (N, C) and targets (N, C) of each head in order.

        A row of targets may sum to less than 1 (mixed with a picture that has none), and weighs
        that much.
        """
        total = logits[0].new_zeros((), dtype=torch.float32)
        for head, (answer, target) in enumerate(zip(logits, targets, strict=True)):
            known = target.sum(1, keepdim=True)
            smoothing = self._smoothing[head]
            wanted = (1 - smoothing) * target + smoothing * known / target.shape[1]
            losses = -(wanted * log_softmax(answer.float(), 1)).sum(1)
            if self._classes:
                losses = losses * (target @ self._classes[head]) / known[:, 0].clamp(min=1e-6)
            total = total + self._shares[head] * losses.sum() / known.sum().clamp(min=1)
        return total


def balanced_order(truth: Truth, count: int, rng: Generator) -> Tensor:
    """Indices (count,) of pictures drawn with replacement, each class that occurs equally often.

    Where `count` is no multiple of the number of classes, chance decides which ones come once more.
    Pictures without an answer are never drawn. Raises `DataError` if there are only such.
    """
    rows = [np.flatnonzero(truth.answers == label) for label in range(len(truth.labels))]
    pools = [torch.from_numpy(pool) for pool in rows if len(pool)]
    if not pools:
        raise DataError("balanced drawing needs labels, but no picture has one.")
    rounds = [torch.randperm(len(pools), generator=rng) for _ in range(-(-count // len(pools)))]
    classes = torch.cat(rounds)[:count] if rounds else torch.zeros(0, dtype=torch.int64)
    drawn = torch.zeros(count, dtype=torch.int64)
    for label, pool in enumerate(pools):
        places = torch.nonzero(classes == label)[:, 0]
        drawn[places] = pool[torch.randint(len(pool), (len(places),), generator=rng)]
    return drawn[torch.randperm(count, generator=rng)]
