"""What is taken out of a trained network before it is written, and how its class maps come about."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.training.conftest import TINY_HEADS
from tests.training.made_data import made_faces
from training.deploy import Answers, SplitLinear, deployable
from training.networks.build import build_network
from training.recipe import Recipe


@pytest.mark.parametrize("name", ["builder", "lenet-5", "vgg-s", "resnet-18", "mini-xception", "dense"])
def test_folding_changes_no_answer(name: str) -> None:
    side = 24
    torch.manual_seed(0)
    network = build_network(Recipe(network=name, activation="prelu"), TINY_HEADS, side).eval()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias)
            layer.running_mean = torch.randn(layer.num_features)
    pixels = torch.from_numpy(made_faces(3, side=side).images[:, None]).float()
    folded = deployable(network)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in folded.modules())
    with torch.no_grad():
        expected = network(network.centre(pixels))
        answers = Answers(folded, side)(pixels)
    for answer, wanted in zip(answers, expected, strict=False):
        assert torch.allclose(answer, wanted, rtol=1e-3, atol=1e-3 * float(wanted.abs().max()))
    assert answers[-1].shape[:2] == (3, 8)


def test_random_slopes_become_their_mean() -> None:
    network = build_network(Recipe(network="builder", activation="rrelu"), TINY_HEADS, 24).eval()
    pixels = torch.from_numpy(made_faces(2, side=24).images[:, None]).float()
    with torch.no_grad():
        assert torch.allclose(
            Answers(deployable(network), 24)(pixels)[0], network(network.centre(pixels))[0], atol=1e-4
        )


def test_the_mean_of_an_averaged_networks_class_map_is_its_logit_but_for_the_bias() -> None:
    network = build_network(Recipe(network="vgg-s"), TINY_HEADS, 24).eval()
    pixels = torch.from_numpy(made_faces(2, side=24).images[:, None]).float()
    bias = network.heads["ferplus"].bias
    with torch.no_grad():
        ferplus, _, cam = Answers(deployable(network), 24)(pixels)
        assert torch.allclose(cam.mean((2, 3)) + bias, ferplus, atol=1e-4)


@pytest.mark.parametrize("hiddens", [(), (9,), (9, 5)])
def test_a_flattening_networks_class_map_is_what_each_position_says_alone(hiddens: tuple[int, ...]) -> None:
    recipe = Recipe(
        network="builder", conv_sizes=(3,), feature_maps=(4, 0), mlp_hiddens=hiddens, activation="sigmoid"
    )
    network = build_network(recipe, TINY_HEADS, 16).eval()
    pixels = torch.from_numpy(made_faces(2, side=16).images[:, None]).float()
    with torch.no_grad():
        cam = Answers(deployable(network), 16)(pixels)[-1]
        maps = network.features(network.centre(pixels))
        silent = network.answer(torch.zeros_like(maps))[0]
        assert cam.shape == (2, 8, 5, 5)
        for row in range(5):
            for column in range(5):
                alone = torch.zeros_like(maps)
                alone[:, :, row, column] = maps[:, :, row, column]
                expected = network.answer(alone)[0] - silent
                assert torch.allclose(cam[:, :, row, column], expected, atol=1e-5)


def test_a_dense_networks_class_map_is_of_blocks_of_pixels() -> None:
    linear = nn.Linear(26 * 26, 3)
    split = SplitLinear(linear, 1, 26, 26)
    pixels = torch.rand(2, 1, 26, 26)
    with torch.no_grad():
        shares = split(pixels)
        assert (split.rows, split.columns, split.block) == (9, 9, 3)
        assert torch.allclose(shares.sum(0) + linear.bias, linear(pixels.flatten(1)), atol=1e-5)
        alone = torch.zeros_like(pixels)
        alone[:, :, 3:6, 24:] = pixels[:, :, 3:6, 24:]
        assert torch.allclose(shares[9 + 8], linear(alone.flatten(1)) - linear.bias, atol=1e-5)
