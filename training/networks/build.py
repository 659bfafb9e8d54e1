"""From a recipe to a network with initial weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from training.errors import RecipeError
from training.networks.initialise import initialise
from training.networks.network import Body, Build, Network, Plan
from training.networks.normalise import normaliser
from training.networks.residual import BOTTLENECK_GROWTH, basic, bottleneck, mini_xception, resnet
from training.networks.thesis import builder, dense, lenet_5, small_cnn
from training.networks.vgg import DEPTHS_D, DEPTHS_E, vgg_paper, vgg_pooled
from training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network's shape, as yet without heads."""

    description: str
    build: Build
    smallest: int = 1
    """Least side in pixels that it needs to see."""


ARCHITECTURES: Final[dict[str, Architecture]] = {
    "builder": Architecture(
        "conv_sizes, feature_maps (0: pooling) and mlp_hiddens as you give them", builder
    ),
    "dense": Architecture("two fully connected layers of 512, no convolution: the baseline", dense),
    "small-cnn": Architecture("convolutions to 32 and 64 maps, fully connected 120-84", small_cnn, 4),
    "lenet-5": Architecture("LeNet-5 with average pooling and always tanh (LeCun 1998)", lenet_5, 12),
    "vgg-16": Architecture("configuration D with batch norm, then 512-512", vgg_paper(DEPTHS_D), 32),
    "vgg-19": Architecture("configuration E with batch norm, then 512-512", vgg_paper(DEPTHS_E), 32),
    "resnet-18": Architecture("basic residual blocks, small or large stem", resnet(basic, (2, 2, 2, 2)), 8),
    "resnet-34": Architecture("basic residual blocks, small or large stem", resnet(basic, (3, 4, 6, 3)), 8),
    "resnet-50": Architecture(
        "bottleneck residual blocks, small or large stem",
        resnet(bottleneck, (3, 4, 6, 3), BOTTLENECK_GROWTH),
        8,
    ),
    "vgg-xs": Architecture(
        "3x3 convolutions 32-48-96-192, averaged maps", vgg_pooled((32, 48, 96, 192), (2, 2, 3, 3)), 8
    ),
    "vgg-s": Architecture(
        "3x3 convolutions 32-64-128-256, averaged maps", vgg_pooled((32, 64, 128, 256), (2, 2, 3, 3)), 8
    ),
    "vgg-m": Architecture(
        "3x3 convolutions 48-96-192-384, averaged maps", vgg_pooled((48, 96, 192, 384), (2, 2, 3, 3)), 8
    ),
    "vgg-l": Architecture(
        "3x3 convolutions 64-128-256-512, averaged maps", vgg_pooled((64, 128, 256, 512), (2, 2, 3, 3)), 8
    ),
    "mini-xception": Architecture("separable convolutions with shortcuts (Arriaga 2017)", mini_xception, 8),
}
"""Every network by its name in a recipe."""


def build_network(
    recipe: Recipe,
    heads: Mapping[str, tuple[str, ...]],
    side: int,
    images: NDArray[np.uint8] | None = None,
) -> Network:
    """A fresh network for whole pictures of `side` pixels, of which it sees all but the border.

    `heads`: labels by head, the main one first. `images` (N, side, side): the training pictures, for
    normalisations that need their statistics; None where a state dict will bring those. Weights
    come from PyTorch's global generator. Raises `RecipeError` if the network does not fit the pictures.
    """
    architecture = ARCHITECTURES[recipe.network]
    least = architecture.smallest
    seen = side - 2 * recipe.border
    if seen < least:
        raise RecipeError(
            f"network '{recipe.network}' needs to see at least {least}x{least} pixels, but pictures of "
            f"{side}x{side} with a border of {recipe.border} leave {max(seen, 0)}x{max(seen, 0)}."
        )
    plan = Plan(
        side=seen,
        activation=recipe.activation,
        dropout=recipe.dropout,
        batch_norm=recipe.batch_norm,
        conv_sizes=recipe.conv_sizes,
        feature_maps=recipe.feature_maps,
        mlp_hiddens=recipe.mlp_hiddens,
        padding=recipe.padding,
        stem=recipe.stem,
    )
    body = architecture.build(plan)
    if recipe.small_epochs:
        _check_small_size(recipe, architecture, plan, body)
    if images is not None and recipe.border:
        images = images[:, recipe.border : -recipe.border, recipe.border : -recipe.border]
    network = Network(body, heads, normaliser(recipe.normalise, seen, images), recipe.border)
    initialise(network, recipe.init)
    return network


def _check_small_size(recipe: Recipe, architecture: Architecture, plan: Plan, body: Body) -> None:
    """Raise `RecipeError` if the network for whole pictures cannot see those of the small epochs."""
    side = min(plan.side, recipe.small_size)
    fits = side >= architecture.smallest
    if fits:
        # Shapes alone, without numbers.
        with torch.device("meta"):
            small = architecture.build(replace(plan, side=side))
        fits = small.width == body.width and shapes_of(small) == shapes_of(body)
    if not fits:
        raise RecipeError(
            f"network '{recipe.network}' for {plan.side}x{plan.side} pixels cannot see small_size "
            f"{recipe.small_size}: set small_epochs = 0, or another small_size."
        )


def shapes_of(body: Body) -> list[torch.Size]:
    """The shapes of a neck's parameters."""
    return [parameter.shape for parameter in body.neck.parameters()]
