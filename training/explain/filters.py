"""Filters by the size of their weights, and by how much they resemble each other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from torch import nn

from training.networks.network import Network

Weights = NDArray[np.float32]
"""(filters, inputs, size, size)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A filter by its L1 norm; rank 1 is the largest of its layer."""

    layer: str
    filter: int
    l1: float
    rank: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two filters of a layer and the cosine of the angle between their weights, -1 to 1."""

    layer: str
    first: int
    second: int
    cosine: float


def convolution_weights(network: Network) -> dict[str, Weights]:
    """Weights of every convolution by its name, in the order of the network."""
    return {
        name: np.asarray(layer.weight.detach().float().cpu().numpy())
        for name, layer in network.named_modules()
        if isinstance(layer, nn.Conv2d)
    }


def l1_norms(weights: Weights) -> NDArray[np.float32]:
    """Sum of the absolute weights of each filter, its bias left out (Li et al. 2017)."""
    return np.asarray(np.abs(weights).sum((1, 2, 3)), np.float32)


def rank_filters(layer: str, weights: Weights) -> list[Ranked]:
    """The filters of a layer, the largest L1 norm first."""
    norms = l1_norms(weights)
    order = np.argsort(-norms, kind="stable")
    return [Ranked(layer, int(number), float(norms[number]), place) for place, number in enumerate(order, 1)]


def cosines(weights: Weights) -> NDArray[np.float64]:
    """Cosine (filters, filters) between every two filters of a layer; 0 with a filter of zeros."""
    flat = weights.reshape(len(weights), -1).astype(np.float64)
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    units = np.divide(flat, lengths, out=np.zeros_like(flat), where=lengths > 0)
    return np.asarray(np.clip(units @ units.T, -1, 1))


def most_similar(layer: str, matrix: NDArray[np.float64], most: int) -> list[Pair]:
    """The pairs of filters with the highest cosine, the most alike first."""
    pairs = [
        Pair(layer, first, second, float(matrix[first, second]))
        for first, second in combinations(range(len(matrix)), 2)
    ]
    return sorted(pairs, key=lambda pair: -pair.cosine)[:most]
