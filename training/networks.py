"""The networks: convolutional trunks for small grey faces, with one linear head per label set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from training.data import SIDE

HEADS: Final[dict[str, tuple[str, ...]]] = {"ferplus": FERPLUS_LABELS, "fer2013": FER2013_LABELS}
"""The label sets in the order of the network's outputs; the first one is what the window shows."""

BORDER: Final = 2
"""Pixels that the network does not look at on each side of FER2013's 48-pixel square. Training
shifts and turns the picture, so the outermost pixels would often have to be invented."""

MIN_STD: Final = 0.05 * 255
"""Lower bound of the contrast that a picture is scaled by, so that a flat one stays flat."""


class ContrastNorm(nn.Module):
    """Scale each picture (N, 1, H, W) to mean 0 and standard deviation 1, whatever its light."""

    def forward(self, pixels: Tensor) -> Tensor:
        centred = pixels - pixels.mean((2, 3), keepdim=True)
        variance = centred.square().mean((2, 3), keepdim=True)
        # Bounded before the root, whose gradient at 0 is not a number.
        return centred / variance.clamp(min=MIN_STD**2).sqrt()


class ExpressionNet(nn.Module):
    """Trunk, global average pooling, dropout, and one linear layer per label set.

    `forward` takes pixel values 0 to 255, float32 (N, 1, H, W) of any size from 32 px, and returns
    the logits of HEADS in order: (N, 8) and (N, 7).
    """

    def __init__(self, trunk: nn.Module, channels: int, dropout: float) -> None:
        super().__init__()
        self.normalise = ContrastNorm()
        self.trunk = trunk
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleList(nn.Linear(channels, len(labels)) for labels in HEADS.values())

    def features(self, pixels: Tensor) -> Tensor:
        """The last feature maps (N, channels, h, w)."""
        maps: Tensor = self.trunk(self.normalise(pixels))
        return maps

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        pooled = self.dropout(self.features(pixels).mean((2, 3)))
        return tuple(head(pooled) for head in self.heads)


def conv_block(inputs: int, outputs: int) -> list[nn.Module]:
    """3x3 convolution, batch normalisation, ReLU; the size of the maps stays."""
    return [
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    ]


def vgg_trunk(widths: Sequence[int], depths: Sequence[int]) -> nn.Sequential:
    """Stages of 3x3 convolutions with 2x2 max-pooling between them (after Simonyan 2014)."""
    layers: list[nn.Module] = []
    channels = 1
    for stage, (width, depth) in enumerate(zip(widths, depths, strict=True)):
        if stage:
            layers.append(nn.MaxPool2d(2))
        for _ in range(depth):
            layers += conv_block(channels, width)
            channels = width
    return nn.Sequential(*layers)


@dataclass(frozen=True, slots=True)
class Architecture:
    """A VGG-like network: width and number of convolutions of each stage."""

    widths: tuple[int, ...]
    depths: tuple[int, ...]

    def build(self, dropout: float) -> ExpressionNet:
        return ExpressionNet(vgg_trunk(self.widths, self.depths), self.widths[-1], dropout)


ARCHITECTURES: Final[dict[str, Architecture]] = {
    "vgg-s": Architecture((32, 64, 128, 256), (2, 2, 3, 3)),
    "vgg-m": Architecture((48, 96, 192, 384), (2, 2, 3, 3)),
}


def centre(images: Tensor) -> Tensor:
    """The part of FER2013's square (N, 1, 48, 48) that the network looks at, (N, 1, 44, 44)."""
    return images[:, :, BORDER : SIDE - BORDER, BORDER : SIDE - BORDER]


def count_parameters(network: nn.Module) -> int:
    """Number of trained values."""
    return sum(parameter.numel() for parameter in network.parameters())


def count_macs(network: ExpressionNet) -> int:
    """Multiply-accumulate operations of one face, counted by running it once."""
    total = 0

    def count(layer: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        if isinstance(layer, nn.Conv2d):
            weights_per_output = layer.weight[0].numel()
            total += output.numel() * weights_per_output
        elif isinstance(layer, nn.Linear):
            total += layer.weight.numel()

    hooks = [layer.register_forward_hook(count) for layer in network.modules()]
    was_training = network.training
    network.eval()
    with torch.no_grad():
        network(centre(torch.zeros(1, 1, SIDE, SIDE)))
    network.train(was_training)
    for hook in hooks:
        hook.remove()
    return total
