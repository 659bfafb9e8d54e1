"""Networks of residual blocks: ResNet for small pictures, and mini-Xception."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor, nn

from training.networks.activations import activation
from training.networks.network import Body, Build, GlobalAveragePool, Plan


class Residual(nn.Module):
    """The sum of a body and a shortcut around it, and an activation on the sum."""

    def __init__(self, body: nn.Sequential, shortcut: nn.Module, final: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.shortcut = shortcut
        self.activation = final

    def forward(self, maps: Tensor) -> Tensor:
        answer: Tensor = self.activation(self.body(maps) + self.shortcut(maps))
        return answer


def convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> list[nn.Module]:
    """Convolution and batch normalisation; the maps shrink by the stride only."""
    return [
        nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(outputs),
    ]


Block = Callable[[int, int, int, str], Residual]
"""Makes a block from its incoming maps, its width, its stride and its activation."""

BOTTLENECK_GROWTH = 4
"""A bottleneck gives this many times as many maps as its narrow convolution has."""


def basic(inputs: int, width: int, stride: int, name: str) -> Residual:
    """Two 3x3 convolutions (He et al. 2016)."""
    body = nn.Sequential(
        *convolution(inputs, width, 3, stride),
        activation(name, in_place=True),
        *convolution(width, width, 3),
    )
    return _silent_at_first(body, _shortcut(inputs, width, stride), name)


def bottleneck(inputs: int, width: int, stride: int, name: str) -> Residual:
    """1x1, 3x3 (which carries the stride) and 1x1 convolutions, the last to four times the width."""
    outputs = width * BOTTLENECK_GROWTH
    body = nn.Sequential(
        *convolution(inputs, width, 1),
        activation(name, in_place=True),
        *convolution(width, width, 3, stride),
        activation(name, in_place=True),
        *convolution(width, outputs, 1),
    )
    return _silent_at_first(body, _shortcut(inputs, outputs, stride), name)


def _silent_at_first(body: nn.Sequential, shortcut: nn.Module, name: str) -> Residual:
    """A block that begins as its shortcut: its last normalisation is scaled by 0 (Goyal et al. 2017).

    Otherwise the gradients of fifty layers are so long at first that clipping leaves nothing of them.
    """
    last = body[-1]
    assert isinstance(last, nn.BatchNorm2d)
    nn.init.zeros_(last.weight)
    return Residual(body, shortcut, activation(name, in_place=True))


def _shortcut(inputs: int, outputs: int, stride: int) -> nn.Module:
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(*convolution(inputs, outputs, 1, stride))


def _stem(plan: Plan) -> list[nn.Module]:
    """What precedes the blocks, in that paper's version for small pictures or in the one for ImageNet."""
    rectified = activation(plan.activation, in_place=True)
    if plan.stem == "small":
        return [*convolution(1, 64, 3), rectified]
    return [*convolution(1, 64, 7, stride=2), rectified, nn.MaxPool2d(3, 2, padding=1)]


def resnet(block: Block, depths: Sequence[int], growth: int = 1) -> Build:
    """A stem, and stages of 64, 128, 256 and 512 wide blocks (He et al. 2016)."""

    def build(plan: Plan) -> Body:
        layers = _stem(plan)
        channels = 64
        for number, depth in enumerate(depths):
            width = 64 * 2**number
            for step in range(depth):
                stride = 2 if number and not step else 1
                layers.append(block(channels, width, stride, plan.activation))
                channels = width * growth
        neck = nn.Sequential(GlobalAveragePool(), nn.Dropout(plan.dropout))
        return Body(nn.Sequential(*layers), neck, channels)

    return build


def separable(inputs: int, outputs: int) -> list[nn.Module]:
    """A 3x3 convolution of each map alone, a 1x1 convolution across maps, batch normalisation."""
    return [
        nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
    ]


def mini_xception(plan: Plan) -> Body:
    """Two small convolutions and four separable residual modules (Arriaga et al. 2017).

    Theirs ends in one convolution per class and averages that; here the maps are averaged and then
    go to linear heads, as in the other networks.
    """
    layers: list[nn.Module] = []
    for inputs in (1, 8):
        layers += [
            nn.Conv2d(inputs, 8, 3, bias=False),
            nn.BatchNorm2d(8),
            activation(plan.activation, in_place=True),
        ]
    for inputs, outputs in ((8, 16), (16, 32), (32, 64), (64, 128)):
        body = nn.Sequential(
            *separable(inputs, outputs),
            activation(plan.activation, in_place=True),
            *separable(outputs, outputs),
            nn.MaxPool2d(3, 2, padding=1),
        )
        shortcut = nn.Sequential(*convolution(inputs, outputs, 1, stride=2))
        layers.append(Residual(body, shortcut, nn.Identity()))
    neck = nn.Sequential(GlobalAveragePool(), nn.Dropout(plan.dropout))
    return Body(nn.Sequential(*layers), neck, 128)
