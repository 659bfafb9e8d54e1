"""Activation functions by the names that a recipe gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import torch
from torch import Tensor, nn


class LecunTanh(nn.Module):
    """1.7159 tanh(2x/3), which keeps the variance of standardised inputs near 1 (LeCun et al. 1998)."""

    def forward(self, values: Tensor) -> Tensor:
        return 1.7159 * torch.tanh(values * (2 / 3))


class RandomisedLeakyReLU(nn.RReLU):
    """Random slopes 1/8 to 1/3 in training, their mean afterwards (Xu et al. 2015)."""

    def forward(self, values: Tensor) -> Tensor:
        if self.training:
            return super().forward(values)
        # The same values by an operation that can be exported.
        return nn.functional.leaky_relu(values, (self.lower + self.upper) / 2)


_ACTIVATIONS: Final[Mapping[str, Callable[[], nn.Module]]] = {
    "relu": nn.ReLU,
    # 0.01 below zero (Maas et al. 2013).
    "leaky-relu": nn.LeakyReLU,
    # One learned slope for all channels of a layer (He et al. 2015, "channel-shared").
    "prelu": nn.PReLU,
    "rrelu": RandomisedLeakyReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "lecun-tanh": LecunTanh,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
}

ACTIVATION_MODULES: Final = tuple(type(make()) for make in _ACTIVATIONS.values())
"""The classes of all of them, by which hooks know an activation function in a network."""


def activation(name: str, *, in_place: bool = False) -> nn.Module:
    """A fresh module of one of `names.ACTIVATIONS`.

    `in_place` saves memory for ReLU, and is meant for places behind batch normalisation or a sum,
    whose result nobody else looks at.
    """
    if name == "relu":
        return nn.ReLU(inplace=in_place)
    return _ACTIVATIONS[name]()
