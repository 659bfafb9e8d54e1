"""Whether explanations depend on what was learned: weights are made random, from the head down.

"Sanity checks for saliency maps" (Adebayo et al. 2018): a map that stays the same when the network has
forgotten everything explains the picture, not the network.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.explain.looking import Classes, Images, Maps
from training.networks.network import Network

Method = Callable[[Network, Images, Classes], Maps]
"""Makes maps (N, S, S) that explain these classes of these pictures."""

UNCHANGED: Final = 0.8
"""Mean rank correlation with the trained network's maps from which a method is flagged at the end."""
MOST_STEPS: Final = 12
"""Deeper networks lose several layers between two measurements."""


@dataclass(frozen=True, slots=True)
class Step:
    """How alike a method's maps still are once the weights of `layer` and all above it are random."""

    method: str
    layer: str
    spearman: float
    """Mean rank correlation of the pixels over pictures and draws; 0 where a map has become flat."""
    spearman_low: float
    """Smallest mean of one draw."""
    spearman_high: float
    ssim: float
    """Mean structural similarity of the maps scaled to 0..1 (Wang et al. 2004)."""


def randomise(
    network: Network,
    images: Images,
    classes: Classes,
    methods: Mapping[str, Method],
    *,
    draws: int = 3,
    seed: int = 1,
) -> list[Step]:
    """The steps of every method in order, each the mean of `draws` random networks.

    The first step, layer `none`, compares the trained network with itself.
    """
    border = slice(network.border, images.shape[1] - network.border)
    original = {name: method(network, images, classes) for name, method in methods.items()}
    groups, behind = layer_groups(network), learned_behind(network)
    likeness = np.empty((draws, len(methods), len(groups), 2))
    for draw in range(draws):
        random = copy.deepcopy(network)
        rng = torch.Generator().manual_seed(seed + draw)
        for place, group in enumerate(groups):
            for layer in group:
                for name in (layer, *behind[layer]):
                    forget(random.get_submodule(name), rng)
            for number, (name, method) in enumerate(methods.items()):
                maps = method(random, images, classes)
                pairs = [
                    (before[border, border], after[border, border])
                    for before, after in zip(original[name], maps, strict=True)
                ]
                likeness[draw, number, place] = np.mean(
                    [(rank_correlation(*pair), similarity(*pair)) for pair in pairs], axis=0
                )
    steps = []
    for number, name in enumerate(methods):
        steps.append(Step(name, "none", 1.0, 1.0, 1.0, 1.0))
        for place, group in enumerate(groups):
            ranks, alike = likeness[:, number, place].T
            values = map(float, (ranks.mean(), ranks.min(), ranks.max(), alike.mean()))
            steps.append(Step(name, "heads" if place == 0 else group[-1], *values))
    return steps


def unchanged(steps: Sequence[Step]) -> list[str]:
    """Methods whose maps look the same when no weight is left: they must not be trusted."""
    last = {step.method: step for step in steps}
    return [name for name, step in last.items() if step.spearman >= UNCHANGED]


def layer_groups(network: Network) -> list[list[str]]:
    """Layers with weights from the heads to the first one, in at most `MOST_STEPS` groups."""
    layers = [name for name, layer in network.named_modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    heads = [name for name in layers if name.startswith("heads.")]
    below = [[name] for name in reversed(layers) if name not in heads]
    if len(below) + 1 <= MOST_STEPS:
        return [heads, *below]
    parts = np.array_split(np.arange(len(below)), MOST_STEPS - 1)
    return [heads, *[[below[number][0] for number in part] for part in parts]]


def learned_behind(network: Network) -> dict[str, list[str]]:
    """By each layer with weights, what else learns between it and the next: batch norm, PReLU."""
    behind: dict[str, list[str]] = {}
    last = ""
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            last = name
            behind[last] = []
        elif isinstance(layer, nn.BatchNorm2d | nn.PReLU):
            behind[last].append(name)
    return behind


def forget(layer: nn.Module, rng: torch.Generator) -> None:
    """Take from a layer all that it learned: random weights, or values as before any training."""
    if isinstance(layer, nn.BatchNorm2d | nn.PReLU):
        layer.reset_parameters()
    else:
        draw_weights(layer, rng)


@torch.no_grad()
def draw_weights(layer: nn.Module, rng: torch.Generator) -> None:
    """Replace weights and biases by normal numbers of the same root mean square around 0.

    PyTorch's own initial weights are much smaller than learned ones and, layer upon layer, would leave
    maps without any signal.
    """
    for values in layer.parameters(recurse=False):
        drawn = torch.randn(values.shape, generator=rng).to(values.device)
        values.copy_(values.square().mean().sqrt() * drawn)


def edges(_network: Network, images: Images, _classes: Classes) -> Maps:
    """Size of the picture's own gradient: a control that cannot depend on any network."""
    slopes = [
        np.hypot(cv2.Sobel(image, cv2.CV_32F, 1, 0), cv2.Sobel(image, cv2.CV_32F, 0, 1)) for image in images
    ]
    return np.stack(slopes).astype(np.float32)


def rank_correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Spearman's correlation of two maps; 0 if one of them is flat."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _ranks(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Places of the flattened values in their order; equal ones share the mean of theirs."""
    _, places, counts = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places])


def similarity(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Structural similarity of two maps, each scaled to 0..1, by Gaussian windows (Wang et al. 2004)."""
    a, b = (_scaled(values) for values in (first, second))
    mean_a, mean_b = _window(a), _window(b)
    variance_a = _window(a * a) - mean_a**2
    variance_b = _window(b * b) - mean_b**2
    covariance = _window(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    alike = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    alike /= (mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2)
    return float(alike.mean())


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float64]:
    spread = np.ptp(values)
    return np.asarray((values.astype(np.float64) - values.min()) / (spread if spread > 0 else 1))


def _window(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5, borderType=cv2.BORDER_REFLECT))
