"""Maps that explain a network change with its weights, and those that do not are flagged."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tests.training.explain.networks import averaging, built, hidden_layer
from training.explain.looking import Classes, Images, Maps
from training.explain.randomisation import (
    MOST_STEPS,
    draw_weights,
    edges,
    layer_groups,
    randomise,
    rank_correlation,
    similarity,
    unchanged,
)
from training.explain.saliency import saliency
from training.networks.build import build_network
from training.networks.network import Network
from training.recipe import Recipe

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (4, 12, 12), np.uint8)
CLASSES = np.array([0, 1, 2, 0], np.int64)


def gradients(network: Network, images: Images, classes: Classes) -> Maps:
    return saliency(network, images, classes, "first")


def test_saliency_loses_its_likeness_and_the_edge_detector_is_flagged() -> None:
    network = built(init="he")
    steps = randomise(network, IMAGES, CLASSES, {"saliency": gradients, "edges": edges})
    by_method = {name: [step for step in steps if step.method == name] for name in ("saliency", "edges")}
    layers = ["none", "heads", hidden_layer(network), "trunk.3", "trunk.0"]
    assert [step.layer for step in by_method["saliency"]] == layers
    assert by_method["saliency"][0].spearman == by_method["saliency"][0].ssim == 1
    assert by_method["saliency"][-1].spearman < 0.5
    assert by_method["saliency"][-1].ssim < 0.7
    assert all(step.spearman == pytest.approx(1) for step in by_method["edges"])
    assert all(step.ssim == pytest.approx(1) for step in by_method["edges"])
    assert unchanged(steps) == ["edges"]


def test_the_network_itself_keeps_its_weights() -> None:
    network = built()
    before = {name: values.clone() for name, values in network.state_dict().items()}
    randomise(network, IMAGES, CLASSES, {"saliency": gradients}, draws=1)
    for name, values in network.state_dict().items():
        torch.testing.assert_close(values, before[name])


def as_trained(network: Network) -> Network:
    """Nothing is as in a fresh network: neither batch norm nor slopes."""
    rng = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm2d | nn.PReLU):
                for values in layer.state_dict().values():
                    drawn = torch.rand(values.shape, generator=rng) + 1.5
                    values.copy_(drawn if values.is_floating_point() else 7)
    return network


def test_each_step_makes_one_more_layer_random_from_the_head_down() -> None:
    network = as_trained(averaging())
    seen: list[list[str]] = []

    def watch(looked_at: Network, images: Images, _classes: Classes) -> Maps:
        old, new = network.state_dict(), looked_at.state_dict()
        seen.append([name for name in old if not torch.equal(old[name], new[name])])
        return np.zeros(images.shape, np.float32)

    randomise(network, IMAGES, CLASSES, {"watch": watch}, draws=1)
    heads = ["heads.first.weight", "heads.first.bias", "heads.second.weight", "heads.second.bias"]
    second = ["trunk.4.weight", "trunk.4.bias"]
    norm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    first = ["trunk.0.weight", "trunk.0.bias", *(f"trunk.1.{name}" for name in norm)]
    assert seen == [[], heads, second + heads, [*first, *second, *heads]]


@pytest.mark.parametrize("name", ["resnet-18", "mini-xception", "builder"])
def test_in_the_end_nothing_that_was_learned_is_left_and_maps_still_have_a_signal(name: str) -> None:
    torch.manual_seed(0)
    recipe = Recipe(network=name, border=0, batch_norm=True, activation="prelu")
    network = as_trained(build_network(recipe, {"first": ("a", "b", "c")}, 24).eval())
    images = RNG.integers(0, 256, (1, 24, 24), np.uint8)
    left: list[str] = []

    last: list[Network] = []

    def watch(looked_at: Network, images: Images, _classes: Classes) -> Maps:
        old, new = network.state_dict(), looked_at.state_dict()
        left[:] = [key for key in old if torch.equal(old[key], new[key])]
        last[:] = [looked_at]
        return np.zeros(images.shape, np.float32)

    randomise(network, images, CLASSES[:1], {"watch": watch}, draws=1)
    assert left == []
    (saliency_map,) = gradients(last[0], images, CLASSES[:1])
    assert np.isfinite(saliency_map).all()
    assert np.ptp(saliency_map) > 0


def test_random_weights_are_as_large_as_the_learned_ones() -> None:
    layer = nn.Conv2d(8, 32, 3)
    with torch.no_grad():
        layer.weight.mul_(7).add_(0.3)
    before = layer.weight.detach().clone()
    draw_weights(layer, torch.Generator().manual_seed(0))
    after = layer.weight.detach()
    assert float(after.square().mean()) == pytest.approx(float(before.square().mean()), rel=0.1)
    assert abs(np.corrcoef(after.flatten(), before.flatten())[0, 1]) < 0.1


def test_draws_differ_and_their_range_is_told() -> None:
    steps = randomise(built(), IMAGES, CLASSES, {"saliency": gradients}, draws=3)
    last = steps[-1]
    assert last.spearman_low < last.spearman < last.spearman_high


def test_the_border_that_no_network_sees_does_not_count() -> None:
    def margins(_network: Network, images: Images, _classes: Classes) -> Maps:
        maps = np.random.default_rng(len(calls)).random(images.shape).astype(np.float32)
        calls.append(1)
        maps[:, :4] = maps[:, -4:] = 0
        maps[:, :, :4] = maps[:, :, -4:] = 0
        return maps

    calls: list[int] = []
    network = built(border=4, conv_sizes=(3,), feature_maps=(4,))
    steps = randomise(network, IMAGES, CLASSES, {"margins": margins})
    assert abs(steps[-1].spearman) < 0.3


def test_deep_networks_are_measured_in_few_steps_that_leave_no_layer_out() -> None:
    network = build_network(Recipe(network="resnet-18", border=0), {"x": ("a", "b")}, 12)
    groups = layer_groups(network)
    assert len(groups) == MOST_STEPS
    layers = [name for name, layer in network.named_modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    assert [name for group in groups for name in group] == list(reversed(layers))


def test_rank_correlation_is_spearmans_with_ties() -> None:
    stats = pytest.importorskip("scipy.stats")
    first = RNG.integers(0, 5, (6, 7)).astype(np.float32)
    second = (first + RNG.integers(0, 4, (6, 7))).astype(np.float32)
    expected = float(stats.spearmanr(first.ravel(), second.ravel()).statistic)
    assert rank_correlation(first, second) == pytest.approx(expected)
    assert rank_correlation(first, -first) == pytest.approx(-1)
    assert rank_correlation(first, np.ones_like(first)) == 0


def test_similarity_is_one_of_equals_and_small_of_strangers() -> None:
    first = RNG.random((24, 24)).astype(np.float32)
    assert similarity(first, 3 * first + 2) == pytest.approx(1, abs=1e-5)
    assert similarity(first, RNG.random((24, 24)).astype(np.float32)) < 0.3
    assert similarity(first, 1 - first) < 0
