"""Each regulariser acts as its paper says, and leaves nothing behind."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from training.data.examples import Truth
from training.names import ACTIVATIONS
from training.networks.activations import activation
from training.recipe import Recipe
from training.regularise import (
    add_activity_noise,
    keep_dropout,
    l1_penalty,
    l2_penalty,
    limit_norms,
    mc_predict,
    mix,
    mutual_information,
    noisy_weights,
    predictive_entropy,
)


def small_network() -> nn.Sequential:
    torch.manual_seed(0)
    layers = [nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3)]
    return nn.Sequential(*layers)


def convolution_of(network: nn.Sequential) -> nn.Conv2d:
    layer = network[0]
    assert isinstance(layer, nn.Conv2d)
    return layer


def linear_of(network: nn.Sequential) -> nn.Linear:
    layer = network[4]
    assert isinstance(layer, nn.Linear)
    return layer


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_penalties_are_sums_over_weights_alone() -> None:
    layer = nn.Linear(2, 2)
    layer.weight.data = torch.tensor([[1.0, -2.0], [3.0, 0.0]])
    layer.bias.data = torch.tensor([100.0, 100.0])
    assert l1_penalty(layer).item() == 6
    assert l2_penalty(layer).item() == 7


def test_the_l2_penaltys_gradient_is_the_weight() -> None:
    layer = nn.Linear(3, 2)
    (gradient,) = torch.autograd.grad(l2_penalty(layer), [layer.weight])
    assert torch.equal(gradient, layer.weight)


def test_l1_makes_useless_weights_vanish_and_l2_does_not() -> None:
    """Only the first of ten inputs matters."""
    torch.manual_seed(0)
    inputs = torch.randn(100, 10)
    wanted = 2 * inputs[:, :1]
    kept = {}
    for name, penalty in (("l1", l1_penalty), ("l2", l2_penalty)):
        layer = nn.Linear(10, 1)
        optimiser = torch.optim.SGD(layer.parameters(), lr=0.02)
        for _ in range(400):
            optimiser.zero_grad()
            loss = (layer(inputs) - wanted).square().mean() + 0.5 * penalty(layer)
            torch.autograd.backward(loss)
            optimiser.step()
        kept[name] = layer.weight.detach()[0].abs()
    assert kept["l1"][1:].max() < 0.015, "no more than one step of L1 away from 0"
    assert kept["l2"][1:].max() > 0.03
    assert kept["l1"][0] > 1


def test_the_norm_into_each_unit_is_bounded() -> None:
    network = small_network()
    before = copy.deepcopy(network)
    for layer in (convolution_of(network), linear_of(network)):
        layer.weight.data[0] *= 50
        before_long = layer.weight.data[0] / layer.weight.data[0].norm()
        limit_norms(network, 2.0)
        assert layer.weight.flatten(1).norm(dim=1).max().item() == pytest.approx(2.0, rel=1e-5)
        assert torch.allclose(layer.weight.data[0] / 2, before_long, atol=1e-6), "its direction stays"
    assert torch.equal(linear_of(network).weight[1:], linear_of(before).weight[1:]), (
        "short ones are left alone"
    )
    assert torch.equal(linear_of(network).bias, linear_of(before).bias)


def test_noise_on_weights_is_there_inside_and_gone_exactly_afterwards() -> None:
    network = small_network()
    before = copy.deepcopy(network.state_dict())
    with noisy_weights(network, 0.5, rng()):
        changes = linear_of(network).weight - before["4.weight"]
        assert changes.std().item() == pytest.approx(0.5, rel=0.1)
        for name in ("0.bias", "1.weight", "4.bias"):
            assert torch.equal(network.state_dict()[name], before[name])
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_noise_on_weights_is_gone_after_an_error_too() -> None:
    network = small_network()
    before = linear_of(network).weight.detach().clone()
    with pytest.raises(ZeroDivisionError), noisy_weights(network, 0.5, rng()):
        raise ZeroDivisionError
    assert torch.equal(linear_of(network).weight, before)


def test_the_gradient_is_that_of_the_noisy_network() -> None:
    layer = nn.Linear(3, 1, bias=False)
    with noisy_weights(layer, 0.5, rng()):
        noisy = layer.weight.detach().clone()
        torch.autograd.backward(layer.weight.square().sum() / 2)
    assert layer.weight.grad is not None
    assert torch.equal(layer.weight.grad, noisy)


def test_no_noise_changes_nothing_and_draws_nothing() -> None:
    network, chance = small_network(), rng()
    with noisy_weights(network, 0.0, chance):
        assert torch.equal(linear_of(network).weight, linear_of(small_network()).weight)
    assert torch.equal(torch.rand(1, generator=chance), torch.rand(1, generator=rng()))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_function_can_be_disturbed(name: str) -> None:
    network = nn.Sequential(activation(name)).train()
    add_activity_noise(network, 0.3)
    assert network(torch.zeros(1, 100)).std() > 0.2


def test_noise_on_activities_is_there_in_training_only() -> None:
    network = nn.Sequential(nn.Linear(2, 1000), nn.Tanh())
    inputs = torch.ones(1, 2)
    plain = network(inputs)
    names = list(network.state_dict())
    add_activity_noise(network, 0.3)
    assert (network.train()(inputs) - plain).std().item() == pytest.approx(0.3, rel=0.1)
    assert torch.equal(network.eval()(inputs), plain)
    assert list(network.state_dict()) == names


def share_of(alpha: float, seed: int) -> float:
    """How much of itself a picture keeps: twenty never all meet themselves."""
    _, (targets,) = mix(torch.zeros(20, 1, 1, 1), [torch.eye(20)], alpha, rng(seed))
    return targets.diagonal().min().item()


def test_mixing_blends_pictures_and_targets_by_the_same_share() -> None:
    pictures = torch.arange(6.0).view(6, 1, 1, 1) * 40
    numbers = torch.arange(6.0).view(6, 1).repeat(1, 2)
    mixed, (targets, others) = mix(pictures, [torch.eye(6), numbers], 1.0, rng(3))
    assert torch.allclose(targets.sum(1), torch.ones(6))
    assert torch.allclose(targets @ pictures.flatten(), mixed.flatten(), atol=1e-4)
    assert torch.allclose(targets @ numbers, others, atol=1e-5)
    assert (targets > 0).sum(1).max() == 2
    assert not torch.allclose(targets, torch.eye(6))


def test_a_picture_without_target_brings_only_the_others_share() -> None:
    _, (targets,) = mix(torch.zeros(2, 1, 1, 1), [torch.tensor([[1.0, 0], [0, 0]])], 1.0, rng(1))
    assert 0 < targets.sum() <= 1.00001
    assert (targets[:, 1] == 0).all()


def test_alpha_decides_how_even_the_mix_is() -> None:
    """The standard deviation of Beta(a, a) is 1 / (2 sqrt(2a + 1))."""
    for alpha in (0.2, 8.0):
        shares = [share_of(alpha, seed) for seed in range(400)]
        assert np.mean(shares) == pytest.approx(0.5, abs=0.06)
        assert np.std(shares) == pytest.approx(0.5 / math.sqrt(2 * alpha + 1), rel=0.1)


def test_mixing_repeats_with_its_seed() -> None:
    pictures = torch.rand(8, 1, 4, 4, generator=rng())
    assert torch.equal(mix(pictures, [], 0.4, rng(5))[0], mix(pictures, [], 0.4, rng(5))[0])
    assert not torch.equal(mix(pictures, [], 0.4, rng(5))[0], mix(pictures, [], 0.4, rng(6))[0])


class TwoHeads(nn.Module):
    """A network with batch norm, so that a wrong mode shows, and dropout."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(16, 20), nn.BatchNorm1d(20), nn.Dropout(dropout))
        self.first, self.second = nn.Linear(20, 3), nn.Linear(20, 5)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.body(pictures)
        return self.first(hidden), self.second(hidden)


PICTURES = torch.rand(10, 1, 4, 4, generator=rng())


def test_with_dropout_the_passes_differ() -> None:
    passes = mc_predict(TwoHeads(0.5), PICTURES, passes=6, seed=1)
    assert passes.shape == (6, 10, 3)
    assert torch.allclose(passes.sum(2), torch.ones(6, 10))
    assert (passes.std(0) > 0).all()


def test_without_dropout_all_passes_are_the_plain_answer() -> None:
    network = TwoHeads(0.0)
    passes = mc_predict(network, PICTURES, passes=3, seed=1)
    assert torch.equal(passes.std(0), torch.zeros(10, 3))
    assert torch.allclose(passes[0], network.eval()(PICTURES)[0].softmax(1))


def test_the_mean_over_many_passes_nears_the_plain_answer() -> None:
    network = TwoHeads(0.1)
    mean = mc_predict(network, PICTURES, passes=300, seed=1).mean(0)
    assert torch.allclose(mean, network.eval()(PICTURES)[0].softmax(1), atol=0.03)


def test_passes_repeat_with_their_seed_and_leave_chance_and_modes_alone() -> None:
    network = TwoHeads(0.5).train()
    buffers = copy.deepcopy(network.state_dict())
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    one = mc_predict(network, PICTURES, 2, seed=1)
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(one, mc_predict(network, PICTURES, 2, seed=1))
    assert not torch.equal(one, mc_predict(network, PICTURES, 2, seed=2))
    assert all(layer.training for layer in network.modules())
    assert all(torch.equal(value, buffers[name]) for name, value in network.state_dict().items())


def test_large_sets_are_answered_in_batches() -> None:
    network = TwoHeads(0.0)
    assert torch.allclose(mc_predict(network, PICTURES, 1, 0, batch=3), mc_predict(network, PICTURES, 1, 0))


def test_only_dropout_is_kept_in_training_mode() -> None:
    network = TwoHeads(0.5).eval()
    with keep_dropout(network):
        modes = {type(layer).__name__: layer.training for layer in network.body}
        assert modes == {"Flatten": False, "Linear": False, "BatchNorm1d": False, "Dropout": True}
    assert not any(layer.training for layer in network.modules())


def test_doubt_is_split_into_what_the_passes_share_and_where_they_disagree() -> None:
    agreed = np.array([[[0.5, 0.5]], [[0.5, 0.5]]])
    divided = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    certain = np.array([[[1.0, 0.0]], [[1.0, 0.0]]])
    for probabilities, all_doubt, disagreement in (
        (agreed, math.log(2), 0.0),
        (divided, math.log(2), math.log(2)),
        (certain, 0.0, 0.0),
    ):
        assert predictive_entropy(probabilities)[0] == pytest.approx(all_doubt, abs=1e-9)
        assert mutual_information(probabilities)[0] == pytest.approx(disagreement, abs=1e-9)


def test_the_built_networks_dropout_is_found() -> None:
    """The laboratory's own networks, by their own builder."""
    from training.networks.build import build_network

    recipe = Recipe(
        network="builder", feature_maps=(4, 0, 4), conv_sizes=(3, 3), mlp_hiddens=(8,), dropout=0.5
    )
    truth = Truth.of_answers(("a", "b"), np.array([0, 1]))
    network = build_network(recipe, {"x": truth.labels}, 16)
    passes = mc_predict(network, 255 * torch.rand(4, 1, 12, 12, generator=rng()), 4, seed=0)
    assert (passes.std(0) > 0).all()
