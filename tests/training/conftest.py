"""A network small enough to build, train and export within seconds."""

from __future__ import annotations

from typing import Final

import pytest
import torch

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from training.networks.build import build_network
from training.networks.network import Network
from training.recipe_files import load_recipe

TINY_RECIPE: Final[dict[str, list[str]]] = {
    "network": ["builder"],
    "conv_sizes": ["3", "3", "3"],
    "feature_maps": ["8", "0", "8", "0", "12"],
    "mlp_hiddens": ["16"],
    "batch_norm": ["true"],
    "init": ["he"],
}
"""Overrides of a small network: `load_recipe(None, TINY_RECIPE | {"epochs": ["2"]})`."""

TINY_HEADS: Final = {"ferplus": FERPLUS_LABELS, "fer2013": FER2013_LABELS}
TINY_SIDE: Final = 48


@pytest.fixture(scope="session")
def tiny_network() -> Network:
    """An untrained network whose batch norm is not the identity, so that folding it is tested.

    Shared by all tests: copy it before you change it.
    """
    torch.manual_seed(0)
    network = build_network(load_recipe(None, TINY_RECIPE), TINY_HEADS, TINY_SIDE)
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(layer.weight, 0.5, 2)
            torch.nn.init.normal_(layer.bias)
            layer.running_mean = torch.randn(layer.num_features)
            layer.running_var = torch.rand(layer.num_features) + 0.5
    return network.eval()
