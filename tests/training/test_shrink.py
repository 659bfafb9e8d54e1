"""A shrunk network answers exactly like the whole one whose removed filters are silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tests.training.conftest import TINY_HEADS
from training.errors import RunError
from training.networks.build import build_network
from training.networks.network import Body, GlobalAveragePool, Network, count_macs, count_parameters
from training.networks.normalise import ContrastNorm
from training.recipe import Recipe
from training.run import load_run, save_final
from training.shrink import prunable_layers, reach, shrink

SIDE = 24
PIXELS = 255 * torch.rand(3, 1, SIDE - 4, SIDE - 4, generator=torch.Generator().manual_seed(5))


def made_network(name: str, activation: str = "relu", **settings: object) -> Network:
    torch.manual_seed(0)
    recipe = Recipe(network=name, activation=activation, **settings)  # type: ignore[arg-type]
    return settled(build_network(recipe, TINY_HEADS, SIDE))


def settled(network: Network) -> Network:
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias)
            layer.running_mean = torch.randn(layer.num_features)
        if isinstance(layer, nn.PReLU):
            nn.init.uniform_(layer.weight, 0.1, 0.9)
    return network.eval()


def silenced(network: Network, kept: Mapping[str, Sequence[int]]) -> tuple[Tensor, ...]:
    """Answers of the whole network if what reads a removed filter's map gets zeros."""

    def hook(count: int, left: Sequence[int]) -> Callable[[nn.Module, tuple[Tensor]], tuple[Tensor]]:
        mask = torch.zeros(count)
        mask[list(left)] = 1

        def silence(_layer: nn.Module, inputs: tuple[Tensor]) -> tuple[Tensor]:
            (maps,) = inputs
            if maps.dim() == 4:
                return (maps * mask[:, None, None],)
            return (maps * mask.repeat_interleave(maps.shape[1] // count),)

        return silence

    hooks = [
        network.get_submodule(reader).register_forward_pre_hook(
            hook(len(network.get_parameter(f"{layer}.weight")), left)
        )
        for layer, left in kept.items()
        for reader in reach(network, layer).readers
    ]
    with torch.no_grad():
        answers: tuple[Tensor, ...] = network(PIXELS)
    for handle in hooks:
        handle.remove()
    return answers


NETWORKS: dict[str, tuple[str, str, dict[str, object]]] = {
    "valid convolutions": ("builder", "sigmoid", {"feature_maps": (6, 0, 8, 0), "mlp_hiddens": (10,)}),
    "no hidden layer": (
        "builder",
        "prelu",
        {"feature_maps": (6, 0, 8), "mlp_hiddens": (), "padding": "same"},
    ),
    "batch norm": ("builder", "relu", {"feature_maps": (6, 0, 8), "batch_norm": True, "mlp_hiddens": (10,)}),
    "lenet-5": ("lenet-5", "relu", {}),
    "averaged maps": ("vgg-s", "relu", {}),
    "residual": ("resnet-18", "relu", {}),
    "separable": ("mini-xception", "relu", {}),
}


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_shrunk_network_answers_like_one_with_silent_filters(kind: str) -> None:
    name, activation, settings = NETWORKS[kind]
    network = made_network(name, activation, **settings)
    kept = {
        layer: range(1, len(network.get_parameter(f"{layer}.weight")), 2)
        for layer in prunable_layers(network)
    }
    smaller = shrink(network, {layer: list(left) for layer, left in kept.items()})
    with torch.no_grad():
        answers, before = smaller(PIXELS), network(PIXELS)
    for answer, expected, whole in zip(answers, silenced(network, kept), before, strict=True):
        assert torch.allclose(answer, expected, rtol=1e-3, atol=1e-4 * float(expected.abs().max()))
        assert not torch.allclose(answer, whole, rtol=1e-2)
    assert count_parameters(smaller) < count_parameters(network)
    assert count_macs(smaller, SIDE - 4) < count_macs(network, SIDE - 4)


def test_zeroed_weights_are_as_good_as_no_filter() -> None:
    """By hand, without hooks: a filter of zeros behind ReLU is no filter."""
    network = made_network("builder", feature_maps=(6, 0, 8, 0), mlp_hiddens=(10,))
    with torch.no_grad():
        for place in (0, 3):
            network.get_parameter("trunk.0.weight")[place] = 0
            network.get_parameter("trunk.0.bias")[place] = 0
        answers = shrink(network, {"trunk.0": [1, 2, 4, 5]})(PIXELS)
        assert torch.allclose(answers[0], network(PIXELS)[0], atol=1e-5)


def test_slopes_of_each_map_go_with_their_filter() -> None:
    torch.manual_seed(0)
    trunk = nn.Sequential(nn.Conv2d(1, 4, 3), nn.PReLU(4), nn.Conv2d(4, 5, 3), nn.PReLU(5))
    body = Body(trunk, nn.Sequential(GlobalAveragePool()), 5)
    network = settled(Network(body, TINY_HEADS, ContrastNorm(), border=2))
    kept = {"trunk.0": [0, 3], "trunk.2": [4]}
    with torch.no_grad():
        assert torch.allclose(shrink(network, kept)(PIXELS)[1], silenced(network, kept)[1], atol=1e-5)


def test_the_sizes_are_those_worked_out_by_hand() -> None:
    network = made_network("builder", feature_maps=(6, 0, 8, 0), mlp_hiddens=(10,), conv_sizes=(5, 3))
    smaller = shrink(network, {"trunk.0": [0, 2, 4], "trunk.3": [1, 7]})
    # 20 px become 16, 8, 6 and 3; then 10 hidden units and the heads of 8 and 7.
    assert count_parameters(smaller) == (25 + 1) * 3 + (3 * 9 + 1) * 2 + (2 * 9 + 1) * 10 + 11 * 15
    assert count_macs(smaller, 20) == 16**2 * 25 * 3 + 6**2 * 3 * 9 * 2 + 2 * 9 * 10 + 10 * 15


def test_the_original_stays_whole() -> None:
    network = made_network("vgg-s")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    shrink(network, {"trunk.0": [0]})
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert count_parameters(network) == sum(p.numel() for p in network.parameters())


def test_only_filters_whose_maps_are_not_added_to_others_can_go() -> None:
    resnet = made_network("resnet-18")
    assert set(prunable_layers(resnet)) == {f"trunk.{block}.body.0" for block in range(3, 11)}
    with pytest.raises(RunError, match=r"trunk\.0: its maps are also added to others in trunk\.3"):
        shrink(resnet, {"trunk.0": [0]})
    with pytest.raises(RunError, match=r"added to the shortcut around trunk\.3\.body"):
        shrink(resnet, {"trunk.3.body.3": [0]})
    xception = made_network("mini-xception")
    assert "trunk.7.body.1" in prunable_layers(xception)
    with pytest.raises(RunError, match="each filter reads one map only"):
        shrink(xception, {"trunk.7.body.4": [0]})
    assert prunable_layers(made_network("dense")) == []


@pytest.mark.parametrize("filters", [[], [6], [1, 0], [2, 2], [-1]])
def test_filters_that_do_not_exist_are_refused_in_a_sentence(filters: list[int]) -> None:
    network = made_network("builder", feature_maps=(6, 0, 8, 0))
    with pytest.raises(RunError, match=r"trunk\.0: filters to keep must be some of 0 to 5"):
        shrink(network, {"trunk.0": filters})
    with pytest.raises(RunError, match=r"trunk\.1: is no convolution"):
        shrink(network, {"trunk.1": [0]})


def test_a_shrunk_network_is_loaded_from_its_run(tmp_path: Path) -> None:
    recipe = Recipe(network="builder", feature_maps=(6, 0, 8, 0), batch_norm=True, mlp_hiddens=())
    kept = {"trunk.0": [1, 4], "trunk.4": [0, 1, 7]}
    smaller = shrink(settled(build_network(recipe, TINY_HEADS, SIDE)), kept)
    save_final(tmp_path, recipe, smaller, SIDE, kept=kept)
    loaded = load_run(tmp_path).network
    with torch.no_grad():
        assert torch.equal(loaded(PIXELS)[0], smaller(PIXELS)[0])
