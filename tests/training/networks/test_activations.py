"""Every activation gives its formula's values."""

from __future__ import annotations

import math

import pytest
import torch

from training.names import ACTIVATIONS
from training.networks.activations import activation

# Values at -2, 0 and 1, from the formulas alone.
EXPECTED = {
    "relu": (0, 0, 1),
    "leaky-relu": (-0.02, 0, 1),
    "prelu": (-0.5, 0, 1),
    # The mean of the slopes 1/8 and 1/3.
    "rrelu": (-2 * (1 / 8 + 1 / 3) / 2, 0, 1),
    "sigmoid": (1 / (1 + math.e**2), 0.5, 1 / (1 + math.e**-1)),
    "tanh": (-0.9640275801, 0, 0.7615941560),
    "lecun-tanh": (-1.7159 * math.tanh(4 / 3), 0, 1.7159 * math.tanh(2 / 3)),
    "elu": (math.e**-2 - 1, 0, 1),
    # x times the normal distribution function.
    "gelu": (-2 * 0.0227501319, 0, 0.8413447461),
    "silu": (-2 / (1 + math.e**2), 0, 1 / (1 + math.e**-1)),
}


def test_every_activation_of_the_list_is_tested() -> None:
    assert set(EXPECTED) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_gives_its_formulas_values(name: str) -> None:
    values = activation(name).eval()(torch.tensor([-2.0, 0.0, 1.0]))
    torch.testing.assert_close(values, torch.tensor(EXPECTED[name], dtype=torch.float32))


def test_lecuns_tanh_keeps_one_and_minus_one() -> None:
    values = torch.tensor([-1.0, 1.0])
    torch.testing.assert_close(activation("lecun-tanh")(values), values, atol=1e-4, rtol=0)


def test_the_parametric_slope_is_learned() -> None:
    layer = activation("prelu")
    layer(torch.tensor([-2.0])).sum().backward()
    (slope,) = layer.parameters()
    assert slope.grad is not None
    assert slope.grad.item() == -2


def test_the_randomised_slope_varies_in_training_within_its_bounds() -> None:
    torch.manual_seed(0)
    slopes = -activation("rrelu").train()(torch.full((1000,), -1.0))
    assert slopes.min() >= 1 / 8
    assert slopes.max() <= 1 / 3
    assert slopes.std() > 0.05
