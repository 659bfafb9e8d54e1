"""Networks small enough to know what their explanations must be."""

from __future__ import annotations

import torch
from torch import nn

from training.networks.build import build_network
from training.networks.network import Body, GlobalAveragePool, Network
from training.networks.normalise import Scale
from training.recipe import Recipe

HEADS = {"first": ("a", "b", "c"), "second": ("d", "e")}


def built(border: int = 1, heads: dict[str, tuple[str, ...]] | None = None, **settings: object) -> Network:
    """A random network of two convolutions for pictures of 12 px."""
    torch.manual_seed(3)
    values: dict[str, object] = {
        "network": "builder",
        "conv_sizes": (3, 3),
        "feature_maps": (4, 0, 5),
        "mlp_hiddens": (6,),
        "border": border,
    }
    recipe = Recipe(**(values | settings))  # type: ignore[arg-type]
    return build_network(recipe, heads or HEADS, 12).eval()


def hidden_layer(network: Network) -> str:
    """Name of the first fully connected hidden layer."""
    names: list[str] = [name for name, layer in network.named_modules() if isinstance(layer, nn.Linear)]
    return names[0]


def following(layer: str) -> str:
    """Name of the next layer in the same sequence."""
    sequence, _, place = layer.rpartition(".")
    return f"{sequence}.{int(place) + 1}"


def averaging(heads: dict[str, tuple[str, ...]] | None = None) -> Network:
    """Convolution, batch norm, ReLU in place, convolution, ReLU, global average, linear heads."""
    torch.manual_seed(5)
    trunk = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, padding=1),
        nn.ReLU(),
    )
    body = Body(trunk, nn.Sequential(GlobalAveragePool(), nn.Dropout(0.5)), 6)
    return Network(body, heads or HEADS, Scale()).eval()


def looking_at(row: int, column: int, side: int = 12) -> Network:
    """Answers "bright" if the square of 3 px around one place is bright, and looks nowhere else."""
    body = Body(nn.Sequential(), nn.Sequential(nn.Flatten()), side**2)
    network = Network(body, {"light": ("dark", "bright")}, Scale())
    weights = torch.zeros(2, side, side)
    weights[1, row - 1 : row + 2, column - 1 : column + 2] = 1
    head = network.heads["light"]
    assert isinstance(head, nn.Linear)
    with torch.no_grad():
        head.weight.copy_(weights.flatten(1))
        head.bias.copy_(torch.tensor([0.0, -4.5]))
    return network.eval()
