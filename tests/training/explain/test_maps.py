"""Maps are what the layers give, and dead filters are found."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from tests.training.explain.networks import averaging, built, following, hidden_layer
from training.explain.looking import spread
from training.explain.map_figures import readable_kernels, strongest
from training.explain.maps import dead_filters, layer_maps
from training.networks.build import build_network
from training.recipe import Recipe

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 12, 12), np.uint8)


def test_maps_are_those_of_a_forward_pass_by_hand() -> None:
    network = built(border=1)
    pixels = network.normalise(torch.from_numpy(IMAGES[:, 1:-1, 1:-1]).float()[:, None])
    first, relu, pool, second, last = network.trunk
    with torch.no_grad():
        maps = first(pixels)
        active = relu(maps)
        later = second(pool(active))
        hidden = network.neck(last(later))
    linear = hidden_layer(network)
    units = following(linear)

    found = layer_maps(network, IMAGES)

    assert list(found) == ["trunk.0", "trunk.1", "trunk.3", "trunk.4", units]
    for name, expected in (("trunk.0", maps), ("trunk.1", active), ("trunk.3", later), (units, hidden)):
        np.testing.assert_allclose(found[name].values, expected.numpy(), atol=1e-6)
    assert [found[name].source for name in found] == ["trunk.0", "trunk.0", "trunk.3", "trunk.3", linear]
    assert found["trunk.0"].kind == "feature maps"
    assert found[units].kind == "activations"


def test_layers_that_work_in_place_do_not_change_the_maps_before_them() -> None:
    network = averaging()
    found = layer_maps(network, IMAGES)
    expected = network.trunk[0](network.normalise(torch.from_numpy(IMAGES).float()[:, None]))
    np.testing.assert_allclose(found["trunk.0"].values, expected.detach().numpy(), atol=1e-6)
    assert found["trunk.0"].values.min() < 0
    assert found["trunk.2"].values.min() == 0


def test_many_pictures_are_joined_in_order() -> None:
    network = built()
    many = np.random.default_rng(1).integers(0, 256, (70, 12, 12), np.uint8)
    values = layer_maps(network, many)["trunk.1"].values
    assert len(values) == 70
    np.testing.assert_allclose(values[69], layer_maps(network, many[69:])["trunk.1"].values[0], atol=1e-6)


def test_looking_leaves_no_hooks_and_no_other_mode() -> None:
    network = built().train()
    layer_maps(network, IMAGES)
    assert network.training
    assert not any(layer._forward_hooks for layer in network.modules())


def test_filters_that_are_never_active_are_named() -> None:
    network = built()
    linear = hidden_layer(network)
    first, hidden = network.trunk[0], network.get_submodule(linear)
    assert isinstance(first, nn.Conv2d)
    assert isinstance(first.bias, nn.Parameter)
    assert isinstance(hidden, nn.Linear)
    with torch.no_grad():
        first.bias[2] = -1e6
        hidden.bias[4] = -1e6
    dead = dead_filters(network, IMAGES)
    assert dead["trunk.1"] == [2]
    assert 4 in dead[following(linear)]


def test_a_filter_that_is_active_in_one_late_picture_is_alive() -> None:
    network = averaging()
    first = network.trunk[0]
    assert isinstance(first, nn.Conv2d)
    assert isinstance(first.bias, nn.Parameter)
    images = np.zeros((40, 12, 12), np.uint8)
    with torch.no_grad():
        first.weight[:] = 1
        first.bias[:] = -0.5
    assert dead_filters(network, images)["trunk.2"] == [0, 1, 2, 3]
    images[39, 5, 5] = 255
    assert dead_filters(network, images)["trunk.2"] == []


def test_residual_networks_show_every_convolution() -> None:
    torch.manual_seed(0)
    network = build_network(Recipe(network="resnet-18", border=0), {"x": ("a", "b")}, 12).eval()
    found = layer_maps(network, IMAGES[:1])
    convolutions = [name for name, layer in network.named_modules() if isinstance(layer, nn.Conv2d)]
    assert [name for name, layer in found.items() if layer.kind == "feature maps"] == convolutions


def test_only_kernels_of_one_input_are_drawn_over_maps() -> None:
    weights = np.zeros((4, 1, 3, 3), np.float32)
    assert readable_kernels(weights, 4) is weights
    assert readable_kernels(np.zeros((4, 2, 3, 3), np.float32), 4) is None
    assert readable_kernels(None, 4) is None


def test_the_filters_that_vary_most_are_kept_in_order() -> None:
    values = np.zeros((2, 5, 3, 3), np.float32)
    values[0, 3] = 9
    values[0, 1] = 4
    assert strongest(values, 2) == [1, 3]
    assert strongest(values, 0) == [0, 1, 2, 3, 4]


def test_of_a_deep_network_layers_from_first_to_last_are_shown() -> None:
    names = [f"layer {number}" for number in range(53)]
    shown = spread(names, 5)
    assert shown == ["layer 0", "layer 13", "layer 26", "layer 39", "layer 52"]
    assert spread(names, 0) == names
    assert spread(names, 60) == names
