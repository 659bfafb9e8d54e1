"""Networks of convolutions, pooling and fully connected layers, one of them built from numbers."""

from __future__ import annotations

from itertools import pairwise

from torch import nn

from training.errors import RecipeError
from training.networks.activations import LecunTanh, activation
from training.networks.network import Body, Plan


def builder(plan: Plan) -> Body:
    """The thesis' network: `feature_maps` in order, 0 a 2x2 max-pooling, then `mlp_hiddens`.

    Each entry of `feature_maps` that is not 0 takes the next of `conv_sizes`. Without any, the
    pixels go straight into the fully connected layers. What enters a fully connected layer is
    dropped out, but for the pixels themselves. Raises `RecipeError` if the plan does not fit.
    """
    _check_numbers(plan)
    trunk, channels, side = _trunk(plan)
    neck, width = fully_connected(channels * side**2, plan.mlp_hiddens, plan)
    if plan.mlp_hiddens and len(trunk):
        neck.insert(1, nn.Dropout(plan.dropout))  # the flattened maps are hidden values as well
    return Body(trunk, neck, width)


def _check_numbers(plan: Plan) -> None:
    convolutions = [maps for maps in plan.feature_maps if maps]
    if len(convolutions) != len(plan.conv_sizes):
        raise RecipeError(
            f"conv_sizes has {len(plan.conv_sizes)} entries, but feature_maps asks for {len(convolutions)} "
            "convolutions (its entries that are not 0): give one size for each."
        )
    for name, numbers in (
        ("conv_sizes", plan.conv_sizes),
        ("feature_maps", convolutions),
        ("mlp_hiddens", plan.mlp_hiddens),
    ):
        if any(number < 1 for number in numbers):
            raise RecipeError(f"{name} must be positive, but has {min(numbers)}.")
    if plan.padding == "same" and any(size % 2 == 0 for size in plan.conv_sizes):
        even = next(size for size in plan.conv_sizes if size % 2 == 0)
        raise RecipeError(
            f"padding 'same' needs odd conv_sizes, but one is {even}: use {even + 1} or padding 'valid'."
        )


def _trunk(plan: Plan) -> tuple[nn.Sequential, int, int]:
    """The layers of maps, with the number of maps that they end in and the side of each."""
    layers: list[nn.Module] = []
    sizes = iter(plan.conv_sizes)
    channels, side = 1, plan.side
    for number, maps in enumerate(plan.feature_maps, 1):
        if maps == 0:
            if side < 2:
                raise RecipeError(
                    f"layer {number}, a 2x2 max-pooling, gets maps of {side}x{side} and would leave nothing: "
                    "remove it, or give larger pictures."
                )
            layers.append(nn.MaxPool2d(2))
            side //= 2
            continue
        size = next(sizes)
        if plan.padding == "valid" and size > side:
            raise RecipeError(
                f"layer {number}, a {size}x{size} convolution, gets maps of only {side}x{side}: "
                "make it smaller, remove a pooling before it, or set padding 'same'."
            )
        margin = size // 2 if plan.padding == "same" else 0
        layers.append(nn.Conv2d(channels, maps, size, padding=margin, bias=not plan.batch_norm))
        if plan.batch_norm:
            layers.append(nn.BatchNorm2d(maps))
        layers.append(activation(plan.activation, in_place=plan.batch_norm))
        channels, side = maps, side - size + 1 + 2 * margin
    return nn.Sequential(*layers), channels, side


def fully_connected(inputs: int, hiddens: tuple[int, ...], plan: Plan) -> tuple[nn.Sequential, int]:
    """Flattening and hidden layers with dropout, and the number of values that come out."""
    layers: list[nn.Module] = [nn.Flatten()]
    for before, after in pairwise((inputs, *hiddens)):
        layers += [nn.Linear(before, after), activation(plan.activation), nn.Dropout(plan.dropout)]
    if not hiddens:
        layers.append(nn.Dropout(plan.dropout))
    return nn.Sequential(*layers), (inputs, *hiddens)[-1]


def dense(plan: Plan) -> Body:
    """Two fully connected hidden layers of 512 on the bare pixels."""
    neck, width = fully_connected(plan.side**2, (512, 512), plan)
    return Body(nn.Sequential(), neck, width)


def small_cnn(plan: Plan) -> Body:
    """3x3 convolutions to 32 and 64 maps, each pooled, then fully connected layers of 120 and 84.

    Pictures below 16 px would be used up by that: their maps keep their size and are pooled once.
    """
    tiny = plan.side < 16
    return builder(
        Plan(
            side=plan.side,
            activation=plan.activation,
            dropout=plan.dropout,
            batch_norm=plan.batch_norm,
            conv_sizes=(3, 3),
            feature_maps=(32, 64, 0) if tiny else (32, 0, 64, 0),
            mlp_hiddens=(120, 84),
            padding="same" if tiny else "valid",
        )
    )


def lenet_5(plan: Plan) -> Body:
    """LeNet-5 (LeCun et al. 1998): 6 and 16 maps of 5x5, average pooling, 120-84, always scaled tanh.

    As is usual now, pooling has no weights of its own, every map sees all maps before it, and
    linear heads take the place of the radial basis functions. Two pixels of padding stand for
    the frame around its 28-px digits.
    """
    trunk = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        LecunTanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        LecunTanh(),
        nn.AvgPool2d(2),
    )
    side = (plan.side // 2 - 4) // 2
    tanh = Plan(side=plan.side, activation="lecun-tanh", dropout=plan.dropout)
    neck, width = fully_connected(16 * side**2, (120, 84), tanh)
    return Body(trunk, neck, width)
