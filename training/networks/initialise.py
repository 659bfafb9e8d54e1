"""How weights begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import torch
from torch import Tensor, nn


def _fan_in(weight: Tensor) -> int:
    """Number of values that one unit is fed by."""
    return weight[0].numel()


def _lecun(weight: Tensor) -> Tensor:
    return nn.init.normal_(weight, std=_fan_in(weight) ** -0.5)


def _he(weight: Tensor) -> Tensor:
    return nn.init.normal_(weight, std=(2 / _fan_in(weight)) ** 0.5)


def _gaussian(weight: Tensor) -> Tensor:
    return nn.init.normal_(weight, std=0.01)


_WEIGHTS: Final[Mapping[str, Callable[[Tensor], Tensor]]] = {
    # Variance 1 / fan-in, for tanh (LeCun et al. 1998).
    "lecun": _lecun,
    # Uniform of variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010).
    "glorot": nn.init.xavier_uniform_,
    # Variance 2 / fan-in, for ReLU (He et al. 2015).
    "he": _he,
    # Orthonormal rows or columns (Saxe et al. 2014).
    "orthogonal": nn.init.orthogonal_,
    # Standard deviation 0.01, as Blocks' IsotropicGaussian.
    "gaussian": _gaussian,
}


@torch.no_grad()
def initialise(network: nn.Module, name: str) -> None:
    """Draw the weights of every convolution and linear layer from PyTorch's global generator.

    `default` keeps what PyTorch drew when it built the layers; all others set biases to 0.
    """
    if name == "default":
        return
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            _WEIGHTS[name](layer.weight)
            if layer.bias is not None:
                layer.bias.zero_()
