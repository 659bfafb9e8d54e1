"""Stages of 3x3 convolutions with pooling between them (Simonyan and Zisserman 2014)."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from training.networks.activations import activation
from training.networks.network import Body, Build, GlobalAveragePool, Plan
from training.networks.thesis import fully_connected

SIMONYAN = (64, 128, 256, 512, 512)
"""Maps of the paper's five stages."""
DEPTHS_D = (2, 2, 3, 3, 3)
"""Convolutions of each stage in configuration D, VGG-16."""
DEPTHS_E = (2, 2, 4, 4, 4)
"""The same for configuration E, VGG-19."""


def stage(inputs: int, width: int, depth: int, name: str) -> list[nn.Module]:
    """3x3 convolutions with batch normalisation that leave the size of the maps."""
    layers: list[nn.Module] = []
    for channels in (inputs, *[width] * (depth - 1)):
        layers += [
            nn.Conv2d(channels, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            activation(name, in_place=True),
        ]
    return layers


def vgg_pooled(widths: Sequence[int], depths: Sequence[int]) -> Build:
    """Pooling between the stages, the mean of each map at the end: for pictures of any size."""

    def build(plan: Plan) -> Body:
        layers: list[nn.Module] = []
        for inputs, width, depth in zip((1, *widths), widths, depths, strict=False):
            if layers:
                layers.append(nn.MaxPool2d(2))
            layers += stage(inputs, width, depth, plan.activation)
        neck = nn.Sequential(GlobalAveragePool(), nn.Dropout(plan.dropout))
        return Body(nn.Sequential(*layers), neck, widths[-1])

    return build


def vgg_paper(depths: Sequence[int]) -> Build:
    """The paper's convolutions, pooled after every stage, with batch normalisation.

    Two fully connected layers of 512 follow where the paper, for pictures of 224 px, has 4096.
    """

    def build(plan: Plan) -> Body:
        layers: list[nn.Module] = []
        for inputs, width, depth in zip((1, *SIMONYAN), SIMONYAN, depths, strict=False):
            layers += [*stage(inputs, width, depth, plan.activation), nn.MaxPool2d(2)]
        neck, width = fully_connected(SIMONYAN[-1] * (plan.side // 32) ** 2, (512, 512), plan)
        return Body(nn.Sequential(*layers), neck, width)

    return build
