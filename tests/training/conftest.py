"""A network small enough to train within seconds."""

from __future__ import annotations

import pytest
import torch

from training.networks import ARCHITECTURES, Architecture, ExpressionNet

TINY = "tiny"
_ARCHITECTURE = Architecture((8, 8, 16, 16), (1, 1, 1, 2))


@pytest.fixture(autouse=True)
def _tiny_architecture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ARCHITECTURES, TINY, _ARCHITECTURE)


@pytest.fixture(scope="session")
def tiny_network() -> ExpressionNet:
    """An untrained network whose batch norm is not the identity, so that folding it is tested.

    Shared by all tests: copy it before you change it.
    """
    torch.manual_seed(0)
    network = _ARCHITECTURE.build(dropout=0.3)
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(layer.weight, 0.5, 2)
            torch.nn.init.normal_(layer.bias)
            layer.running_mean = torch.randn(layer.num_features)
            layer.running_var = torch.rand(layer.num_features) + 0.5
    return network.eval()
