"""Weights begin with the spread that each rule promises."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from training.names import INITIALISATIONS
from training.networks.initialise import initialise

# A convolution of 32 maps to 128 by 3x3, and a layer of 600 to 400.
CONV_IN, CONV_OUT = 32 * 9, 128 * 9
DENSE_IN, DENSE_OUT = 600, 400

STDS = {
    # Uniform up to 1 / sqrt(fan-in).
    "default": ((1 / (3 * CONV_IN)) ** 0.5, (1 / (3 * DENSE_IN)) ** 0.5),
    "lecun": ((1 / CONV_IN) ** 0.5, (1 / DENSE_IN) ** 0.5),
    "glorot": ((2 / (CONV_IN + CONV_OUT)) ** 0.5, (2 / (DENSE_IN + DENSE_OUT)) ** 0.5),
    "he": ((2 / CONV_IN) ** 0.5, (2 / DENSE_IN) ** 0.5),
    # Orthonormal rows: 128 of length 288, and 400 of length 600.
    "orthogonal": ((1 / CONV_IN) ** 0.5, (1 / DENSE_IN) ** 0.5),
    "gaussian": (0.01, 0.01),
}


def fresh() -> tuple[nn.Conv2d, nn.Linear, nn.Module]:
    torch.manual_seed(0)
    convolution, dense = nn.Conv2d(32, 128, 3), nn.Linear(DENSE_IN, DENSE_OUT)
    return convolution, dense, nn.Sequential(convolution, nn.BatchNorm2d(128), dense)


@pytest.mark.parametrize("name", INITIALISATIONS)
def test_the_weights_have_the_rules_standard_deviation(name: str) -> None:
    convolution, dense, network = fresh()
    initialise(network, name)
    for weight, expected in zip((convolution.weight, dense.weight), STDS[name], strict=True):
        assert weight.std().item() == pytest.approx(expected, rel=0.02)
        assert abs(weight.mean().item()) < expected / 50


@pytest.mark.parametrize("name", [name for name in INITIALISATIONS if name != "default"])
def test_biases_begin_at_zero(name: str) -> None:
    convolution, dense, network = fresh()
    initialise(network, name)
    for layer in (convolution, dense):
        assert layer.bias is not None
        assert not layer.bias.any()


def test_default_leaves_what_pytorch_drew() -> None:
    convolution, _dense, network = fresh()
    before = convolution.weight.clone()
    initialise(network, "default")
    assert torch.equal(convolution.weight, before)


def test_orthogonal_rows_are_orthonormal() -> None:
    convolution, _dense, network = fresh()
    initialise(network, "orthogonal")
    rows = convolution.weight.flatten(1)
    torch.testing.assert_close(rows @ rows.T, torch.eye(128), atol=1e-5, rtol=0)


def test_a_depthwise_filter_is_fed_by_its_own_map_only() -> None:
    layer = nn.Conv2d(500, 500, 3, groups=500)
    torch.manual_seed(0)
    initialise(layer, "he")
    assert layer.weight.std().item() == pytest.approx((2 / 9) ** 0.5, rel=0.03)


def test_batch_normalisation_is_left_alone() -> None:
    layer = nn.BatchNorm2d(4)
    initialise(layer, "gaussian")
    assert torch.equal(layer.weight, torch.ones(4))
