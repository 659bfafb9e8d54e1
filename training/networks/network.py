"""What every network here is: normalisation, trunk of maps, neck, and one linear head per label set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.networks.normalise import Whitening


@dataclass(frozen=True, slots=True)
class Plan:
    """The choices that an architecture is built by; each one uses those that concern it."""

    side: int
    """Width and height in pixels of what the network sees."""
    activation: str = "relu"
    dropout: float = 0.0
    batch_norm: bool = False
    conv_sizes: tuple[int, ...] = ()
    """Kernel sizes of the builder's convolutions in order."""
    feature_maps: tuple[int, ...] = ()
    """Filters of each of the builder's layers in order; 0 is a 2x2 max-pooling."""
    mlp_hiddens: tuple[int, ...] = ()
    """Widths of the builder's fully connected hidden layers."""
    padding: str = "valid"
    """`valid`: the builder's convolutions shrink the maps; `same`: they keep their size."""
    stem: str = "small"
    """`small`: a ResNet begins at full size; `large`: at a quarter of it."""


@dataclass(frozen=True, slots=True)
class Body:
    """A network between normalisation and heads.

    `trunk` maps (N, 1, side, side) to maps (N, C, h, w), and is empty for a dense network; `neck`
    turns the maps into `width` numbers per picture, by pooling or by flattening and hidden layers.
    """

    trunk: nn.Sequential
    neck: nn.Sequential
    width: int


class GlobalAveragePool(nn.Module):
    """Maps (N, C, h, w) to their means (N, C)."""

    def forward(self, maps: Tensor) -> Tensor:
        return maps.mean((2, 3))


class Network(nn.Module):
    """`forward` takes pixel values 0 to 255, float32 (N, 1, side, side), where `side` leaves out
    `border` pixels on each edge of the picture; it returns the logits (N, C) of each head in order.
    """

    def __init__(
        self, body: Body, heads: Mapping[str, tuple[str, ...]], normalise: nn.Module, border: int = 0
    ) -> None:
        super().__init__()
        self.labels = {name: tuple(labels) for name, labels in heads.items()}
        self.border = border
        self.normalise = normalise
        self.trunk = body.trunk
        self.neck = body.neck
        self.heads = nn.ModuleDict(
            {name: nn.Linear(body.width, len(labels)) for name, labels in heads.items()}
        )

    def centre(self, images: Tensor) -> Tensor:
        """The part (N, 1, side, side) of whole pictures (N, 1, S, S) that the network sees.

        Training shifts and turns pictures, so the outermost pixels would often have to be invented.
        """
        border = self.border
        return images[:, :, border:-border, border:-border] if border else images

    def features(self, pixels: Tensor) -> Tensor:
        """The last feature maps (N, C, h, w)."""
        maps: Tensor = self.trunk(self.normalise(pixels))
        return maps

    def answer(self, maps: Tensor) -> tuple[Tensor, ...]:
        """Logits of each head from the last feature maps."""
        pooled = self.neck(maps)
        return tuple(head(pooled) for head in self.heads.values())

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        return self.answer(self.features(pixels))


Build = Callable[[Plan], Body]


def count_parameters(network: nn.Module) -> int:
    """Number of trained values."""
    return sum(parameter.numel() for parameter in network.parameters())


@torch.no_grad()
def watch_layers(network: Network, side: int, look: Callable[[str, nn.Module, Tensor], None]) -> None:
    """Run one black picture of `side` pixels through, and show each innermost layer's name and output."""

    def hook(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        return lambda layer, _inputs, output: look(name, layer, output)

    hooks = [
        layer.register_forward_hook(hook(name))
        for name, layer in network.named_modules()
        if next(layer.children(), None) is None
    ]
    was_training = network.training
    network.eval()
    network(torch.zeros(1, 1, side, side, device=next(network.parameters()).device))
    network.train(was_training)
    for handle in hooks:
        handle.remove()


def layer_macs(layer: nn.Module, output: Tensor) -> int:
    """Multiply-accumulate operations of a layer for one picture; only products with weights count."""
    if isinstance(layer, nn.Conv2d):
        return output[0].numel() * layer.weight[0].numel()
    if isinstance(layer, nn.Linear):
        return layer.weight.numel()
    if isinstance(layer, Whitening):
        return layer.matrix.numel()
    return 0


def count_macs(network: Network, side: int) -> int:
    """Multiply-accumulate operations of one picture of which the network sees `side` pixels."""
    total = 0

    def count(_name: str, layer: nn.Module, output: Tensor) -> None:
        nonlocal total
        total += layer_macs(layer, output)

    watch_layers(network, side, count)
    return total
