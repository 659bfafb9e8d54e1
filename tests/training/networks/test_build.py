"""Every architecture has its published shape, learns in all its parts and refuses what does not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from training.errors import RecipeError
from training.names import ACTIVATIONS, ARCHITECTURE_NAMES
from training.networks.activations import LecunTanh
from training.networks.build import ARCHITECTURES, build_network
from training.networks.network import Network, count_macs, count_parameters
from training.networks.residual import Residual
from training.recipe import Recipe

HEADS = {"ferplus": tuple("abcdefgh"), "fer2013": tuple("abcdefg")}

# Digits, shapes and faces, and what the large networks need at least.
SIDES = {
    "builder": (28, 48),
    "dense": (8, 28, 48),
    "small-cnn": (4, 8, 15, 16, 28, 48),
    "lenet-5": (12, 28, 48),
    "vgg-16": (32, 44),
    "vgg-19": (32,),
    "resnet-18": (8, 33),
    "resnet-34": (8,),
    "resnet-50": (8, 28),
    "vgg-xs": (8, 44),
    "vgg-s": (8, 44, 48),
    "vgg-m": (8, 36),
    "vgg-l": (8, 36),
    "mini-xception": (8, 44, 48),
}


def build(network: str, side: int = 48, **settings: object) -> Network:
    """A network that sees whole pictures, reproducibly."""
    torch.manual_seed(0)
    recipe = replace(Recipe(network=network, border=0), **settings)  # type: ignore[arg-type]
    return build_network(recipe, HEADS, side)


def pictures(count: int, side: int) -> torch.Tensor:
    return torch.rand(count, 1, side, side, generator=torch.Generator().manual_seed(1)) * 255


def kinds(layers: nn.Sequential) -> list[str]:
    return [type(layer).__name__ for layer in layers]


def test_every_name_of_the_list_is_built_and_tested() -> None:
    assert tuple(ARCHITECTURES) == ARCHITECTURE_NAMES
    assert set(SIDES) == set(ARCHITECTURE_NAMES)


@pytest.mark.parametrize(("name", "side"), [(name, side) for name in SIDES for side in SIDES[name]])
def test_a_network_answers_each_head_and_repeats_itself(name: str, side: int) -> None:
    network = build(name, side).eval()
    with torch.no_grad():
        first, again = network(pictures(2, side)), network(pictures(2, side))
    assert [tuple(logits.shape) for logits in first] == [(2, 8), (2, 7)]
    for logits, repeated in zip(first, again, strict=True):
        assert torch.isfinite(logits).all()
        assert torch.equal(logits, repeated)


def awaken(network: nn.Module) -> None:
    """Let residual branches speak, which are silent in a fresh network."""
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.ones_(layer.weight)


@pytest.mark.parametrize("name", ARCHITECTURE_NAMES)
def test_the_gradient_reaches_every_parameter(name: str) -> None:
    # Larger than the least side: a mean over a single value has no gradient behind batch norm.
    side = max(SIDES[name][0], 17)
    network = build(name, side, dropout=0.0).train()
    awaken(network)
    loss = torch.cat(network(pictures(4, side)), dim=1).square().sum()
    names, parameters = zip(*network.named_parameters(), strict=True)
    for parameter_name, gradient in zip(names, torch.autograd.grad(loss, parameters), strict=True):
        assert gradient.abs().max() > 0, parameter_name


@pytest.mark.parametrize("name", ARCHITECTURE_NAMES)
def test_dropout_acts_in_training_only(name: str) -> None:
    network = build(name, SIDES[name][0], dropout=0.5).eval()
    for layer in network.modules():
        if isinstance(layer, nn.Dropout):
            layer.train()
    images = pictures(2, SIDES[name][0])
    with torch.no_grad():
        assert not torch.equal(network(images)[0], network(images)[0])


# Published for three colours: the first layer has two channels fewer here. Batch normalisation has
# two values per map where the VGG paper has one bias.
VGG_16 = 14_714_688 - 2 * 9 * 64 + 4_224
VGG_19 = 20_024_384 - 2 * 9 * 64 + 5_504
# torchvision's, less its last layer of 1000 classes; a 3x3 stem on one channel for 7x7 on three.
STEM = 64 * 9 - 64 * 3 * 49
RESNET_18 = 11_689_512 - 513_000 + STEM
RESNET_34 = 21_797_672 - 513_000 + STEM
RESNET_50 = 25_557_032 - 2_049_000 + STEM
# The paper's network as its authors published it, less its last convolution to seven maps.
MINI_XCEPTION = 56_951 - (128 * 9 * 7 + 7)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vgg-16", VGG_16),
        ("vgg-19", VGG_19),
        ("resnet-18", RESNET_18),
        ("resnet-34", RESNET_34),
        ("resnet-50", RESNET_50),
        ("mini-xception", MINI_XCEPTION),
    ],
)
def test_the_convolutions_have_the_published_number_of_parameters(name: str, expected: int) -> None:
    with torch.device("meta"):
        assert count_parameters(build(name).trunk) == expected


@pytest.mark.parametrize(("name", "published"), [("resnet-18", 11_689_512), ("resnet-50", 25_557_032)])
def test_resnets_with_a_large_stem_are_those_for_imagenet(name: str, published: int) -> None:
    with torch.device("meta"):
        network = build(name, 224, stem="large")
    last_layer = 513_000 if name == "resnet-18" else 2_049_000
    two_colours_less = 64 * 49 * 2
    assert count_parameters(network.trunk) == published - last_layer - two_colours_less


def test_a_large_stem_leaves_a_quarter_of_the_side_and_a_fourteenth_of_the_work() -> None:
    with torch.no_grad():
        network = build("resnet-50", 48, stem="large").eval()
        assert network.trunk[:4](pictures(1, 48)).shape == (1, 64, 12, 12)
        assert network.features(pictures(1, 48)).shape == (1, 2048, 2, 2)
    assert count_macs(build("resnet-50", 48), 48) / count_macs(network, 48) == pytest.approx(13.9, abs=0.1)


def test_lenet_on_28_pixels_has_its_well_known_61706_parameters() -> None:
    network = build_network(Recipe(network="lenet-5", border=0), {"digits": tuple("0123456789")}, 28)
    assert count_parameters(network) == 61_706


def test_the_dense_baseline_has_the_parameters_of_its_matrices() -> None:
    expected = (784 * 512 + 512) + (512 * 512 + 512) + (512 * 15 + 15)
    assert count_parameters(build("dense", 28)) == expected
    assert count_macs(build("dense", 28), 28) == 784 * 512 + 512 * 512 + 512 * 15


@pytest.mark.parametrize(
    ("name", "parameters", "macs"),
    [
        ("vgg-xs", 1.08e6, 81e6),
        ("vgg-s", 1.9e6, 127e6),
        ("vgg-m", 4.3e6, 285e6),
        ("resnet-18", 11.2e6, 1096e6),
    ],
)
def test_sizes_are_those_measured_before(name: str, parameters: float, macs: float) -> None:
    with torch.device("meta"):
        network = build(name, 44)
    assert count_parameters(network) == pytest.approx(parameters, rel=0.01)
    assert count_macs(network, 44) == pytest.approx(macs, rel=0.005)


def test_work_of_a_depthwise_convolution_counts_one_map_per_filter() -> None:
    network = build("mini-xception", 20)
    network.trunk = nn.Sequential(nn.Conv2d(1, 128, 1), nn.Conv2d(128, 128, 3, groups=128, padding=1))
    heads = 128 * 15
    assert count_macs(network, 20) == 400 * 128 + 400 * 128 * 9 + heads


def test_counting_leaves_the_network_in_its_mode() -> None:
    network = build("vgg-s", 8).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    count_macs(network, 8)
    assert network.training
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_a_residual_block_adds_its_shortcut() -> None:
    (block, *_rest) = (layer for layer in build("resnet-18", 8).eval().trunk if isinstance(layer, Residual))
    awaken(block)
    maps = torch.randn(1, 64, 4, 4)
    assert block.body(maps).abs().mean() > 0.1
    torch.testing.assert_close(block(maps), torch.relu(block.body(maps) + maps))


@pytest.mark.parametrize("name", ["resnet-18", "resnet-50"])
def test_residual_blocks_begin_as_their_shortcuts(name: str) -> None:
    blocks = [layer for layer in build(name, 8).eval().trunk if isinstance(layer, Residual)]
    for block in blocks:
        inputs = next(layer for layer in block.body if isinstance(layer, nn.Conv2d)).in_channels
        maps = torch.randn(1, inputs, 4, 4)
        torch.testing.assert_close(block(maps), torch.relu(block.shortcut(maps)))
    assert len(blocks) == {"resnet-18": 8, "resnet-50": 16}[name]


def test_resnets_halve_the_maps_three_times_and_the_stem_does_not() -> None:
    with torch.no_grad():
        network = build("resnet-18", 48).eval()
        assert network.features(pictures(1, 48)).shape == (1, 512, 6, 6)
        assert network.trunk[:3](pictures(1, 48)).shape == (1, 64, 48, 48)


def test_lenet_uses_scaled_tanh_and_average_pooling() -> None:
    network = build("lenet-5", 28, activation="relu")
    assert sum(isinstance(layer, LecunTanh) for layer in network.modules()) == 4
    assert kinds(network.trunk) == ["Conv2d", "LecunTanh", "AvgPool2d"] * 2


# The builder.


def test_the_builder_follows_the_thesis_notation() -> None:
    network = build(
        "builder", 48, conv_sizes=(5, 3), feature_maps=(64, 0, 64, 0), mlp_hiddens=(512,), dropout=0.5
    )
    assert kinds(network.trunk) == ["Conv2d", "ReLU", "MaxPool2d"] * 2
    assert kinds(network.neck) == ["Flatten", "Dropout", "Linear", "ReLU", "Dropout"]
    # 48 - 4 = 44, pooled 22, - 2 = 20, pooled 10.
    assert network.features(pictures(1, 48)).shape == (1, 64, 10, 10)
    convolutions = (25 * 64 + 64) + (9 * 64 * 64 + 64)
    assert count_parameters(network) == convolutions + (6400 * 512 + 512) + (512 * 15 + 15)
    assert count_macs(network, 48) == 44**2 * 25 * 64 + 20**2 * 9 * 64 * 64 + 6400 * 512 + 512 * 15


def test_same_padding_keeps_the_size_of_the_maps() -> None:
    network = build("builder", 9, conv_sizes=(5, 3), feature_maps=(4, 0, 6), padding="same")
    assert network.features(pictures(1, 9)).shape == (1, 6, 4, 4)


def test_batch_norm_stands_between_convolution_and_activation() -> None:
    network = build("builder", 12, conv_sizes=(3,), feature_maps=(4, 0), batch_norm=True)
    assert kinds(network.trunk) == ["Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d"]
    assert network.trunk[0].bias is None


def test_without_hidden_layers_the_maps_go_to_the_heads() -> None:
    network = build("builder", 12, conv_sizes=(3,), feature_maps=(4, 0), mlp_hiddens=())
    assert kinds(network.neck) == ["Flatten", "Dropout"]
    assert network.heads["ferplus"].in_features == 4 * 25


def test_without_convolutions_the_builder_is_dense() -> None:
    network = build("builder", 8, conv_sizes=(), feature_maps=(), mlp_hiddens=(5, 3))
    assert len(network.trunk) == 0
    assert [layer.out_features for layer in network.neck if isinstance(layer, nn.Linear)] == [5, 3]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_activation_of_the_recipe_is_used_everywhere(name: str) -> None:
    network = build(
        "builder", 8, conv_sizes=(3,), feature_maps=(4,), mlp_hiddens=(5,), activation=name
    ).eval()
    relu = build("builder", 8, conv_sizes=(3,), feature_maps=(4,), mlp_hiddens=(5,)).eval()
    relu.load_state_dict(network.state_dict(), strict=False)
    same_maps = torch.equal(network.features(pictures(2, 8)), relu.features(pictures(2, 8)))
    values = torch.randn(2, network.features(pictures(2, 8))[0].numel())
    same_neck = torch.equal(network.neck[1:](values), relu.neck[1:](values))
    assert same_maps == same_neck == (name == "relu")


@pytest.mark.parametrize("name", sorted(set(ARCHITECTURE_NAMES) - {"lenet-5"}))
def test_every_network_but_lenet_takes_another_activation(name: str) -> None:
    network = build(name, SIDES[name][0] if name != "builder" else 28, activation="elu")
    found = {type(layer) for layer in network.modules()}
    assert nn.ELU in found
    assert nn.ReLU not in found


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"conv_sizes": (5,), "feature_maps": (8, 0, 8)},
            "conv_sizes has 1 entries, but feature_maps asks for 2 convolutions",
        ),
        (
            {"conv_sizes": (5, 3, 3), "feature_maps": (8, 0, 8)},
            "conv_sizes has 3 entries, but feature_maps asks for 2 convolutions",
        ),
        (
            {"conv_sizes": (3, 7), "feature_maps": (8, 0, 8)},
            "layer 3, a 7x7 convolution, gets maps of only 5x5",
        ),
        (
            {"conv_sizes": (3,), "feature_maps": (8, 0, 0, 0, 0)},
            "layer 5, a 2x2 max-pooling, gets maps of 1x1",
        ),
        ({"conv_sizes": (4,), "feature_maps": (8,), "padding": "same"}, "odd conv_sizes, but one is 4"),
        ({"conv_sizes": (3,), "feature_maps": (-8,)}, "feature_maps must be positive, but has -8"),
        ({"conv_sizes": (0,), "feature_maps": (8,)}, "conv_sizes must be positive, but has 0"),
        (
            {"conv_sizes": (3,), "feature_maps": (8,), "mlp_hiddens": (0,)},
            "mlp_hiddens must be positive, but has 0",
        ),
    ],
)
def test_a_plan_that_does_not_fit_gets_a_sentence(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        build("builder", 12, **settings)


# What surrounds the body.


@pytest.mark.parametrize("name", ["vgg-16", "lenet-5", "resnet-18", "mini-xception", "vgg-s"])
def test_pictures_that_are_too_small_get_a_sentence(name: str) -> None:
    least = SIDES[name][0]
    with pytest.raises(RecipeError, match=f"'{name}' needs to see at least {least}x{least}"):
        build(name, least - 1)


def test_the_border_counts_as_not_seen() -> None:
    with pytest.raises(RecipeError, match="32x32 with a border of 2 leave 28x28"):
        build("vgg-16", 32, border=2)
    with pytest.raises(RecipeError, match="border must be a number of at least 0"):
        build("vgg-s", 32, border=-1)


def test_the_network_sees_the_picture_without_its_border() -> None:
    network = build("dense", 12, border=2)
    whole = pictures(1, 12)
    assert torch.equal(network.centre(whole), whole[:, :, 2:10, 2:10])
    assert network(network.centre(whole))[0].shape == (1, 8)


@pytest.mark.parametrize("name", ["dense", "lenet-5", "builder"])
def test_fully_connected_layers_refuse_smaller_pictures_for_a_while(name: str) -> None:
    with pytest.raises(RecipeError, match=f"'{name}' for 48x48 pixels cannot see small_size 36"):
        build(name, 48, small_epochs=3)


@pytest.mark.parametrize("name", ["vgg-s", "vgg-16"])
def test_networks_whose_maps_end_alike_take_smaller_pictures_for_a_while(name: str) -> None:
    network = build(name, 48, small_epochs=3, small_size=36).eval()
    with torch.no_grad():
        assert network(pictures(1, 36))[0].shape == network(pictures(1, 48))[0].shape


def test_heads_on_flattened_maps_refuse_smaller_pictures_for_a_while() -> None:
    with pytest.raises(RecipeError, match="'builder' for 48x48 pixels cannot see small_size 36"):
        build("builder", 48, small_epochs=3, mlp_hiddens=())


def test_small_pictures_have_a_least_size_too() -> None:
    with pytest.raises(RecipeError, match="cannot see small_size 7"):
        build("vgg-s", 48, small_epochs=3, small_size=7)


def test_the_recipes_initialisation_is_applied() -> None:
    network = build("vgg-s", 8, init="gaussian")
    weights = torch.cat(
        [layer.weight.flatten() for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    )
    assert weights.std().item() == pytest.approx(0.01, rel=0.01)


def test_one_seed_gives_one_network() -> None:
    first, second = build("builder", 28).state_dict(), build("builder", 28).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
