"""A trained network as it is shipped: batch norm folded, one picture in, answers and class maps out."""

from __future__ import annotations

import copy
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from training.errors import ExportError
from training.networks.network import GlobalAveragePool, Network

FINEST: Final = 12
"""Class maps of networks that flatten have at most this many positions per side."""


def deployable(network: Network) -> Network:
    """A copy for inference on the CPU: batch norm folded into the convolutions, no in-place operations,
    no gradients for parameters. Its answers differ from the original's by rounding only."""
    shipped = copy.deepcopy(network).cpu().eval()
    _simplify(shipped)
    return shipped.requires_grad_(False)


def _simplify(parent: nn.Module) -> None:
    """Replace the layers inside, at any depth."""
    for name, layer in parent.named_children():
        _simplify(layer)
        if isinstance(layer, nn.Sequential):
            setattr(parent, name, _folded(layer))
        elif isinstance(layer, nn.RReLU):
            # What its random slopes become in evaluation, as a layer that ONNX has.
            setattr(parent, name, nn.LeakyReLU((layer.lower + layer.upper) / 2))
        elif isinstance(layer, nn.ReLU):
            setattr(parent, name, nn.ReLU(inplace=False))


def _folded(layers: nn.Sequential) -> nn.Sequential:
    folded: list[nn.Module] = []
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d) and folded and isinstance(folded[-1], nn.Conv2d):
            folded[-1] = fuse_conv_bn_eval(folded[-1], layer)
        else:
            folded.append(layer)
    return nn.Sequential(*folded)


class SplitLinear(nn.Module):
    """A linear layer behind flattened maps (N, C, h, w), cut into the share of each position.

    `forward` gives (P, N, H): what each of P blocks of positions adds to the layer's H outputs. The
    sum over P, and the bias, are the whole layer. `rows` x `columns` = P blocks, each of one position, or of
    several where there are more than `FINEST` in a row.
    """

    def __init__(self, linear: nn.Linear, channels: int, height: int, width: int) -> None:
        super().__init__()
        self.block = -(-max(height, width) // FINEST)
        self.rows, self.columns = -(-height // self.block), -(-width // self.block)
        self.margin = (0, self.columns * self.block - width, 0, self.rows * self.block - height)
        maps = linear.weight.detach().reshape(-1, channels, height, width)
        self.weight = nn.Parameter(self.blocks(maps).mT.contiguous(), requires_grad=False)
        self.bias = nn.Parameter(linear.bias.detach()[None], requires_grad=False)

    def blocks(self, maps: Tensor) -> Tensor:
        """Maps (N, C, h, w) as (P, N, numbers in a block)."""
        whole = functional.pad(maps, self.margin) if any(self.margin) else maps
        cut = whole.reshape(-1, whole.shape[1], self.rows, self.block, self.columns, self.block)
        return cut.permute(2, 4, 0, 1, 3, 5).flatten(3).flatten(0, 1)

    def forward(self, maps: Tensor) -> Tensor:
        shares: Tensor = self.blocks(maps) @ self.weight
        return shares


class Answers(nn.Module):
    """The graph of a model file: whole pictures `face` (N, 1, S, S) to the logits of each head and the
    class maps `cam` (N, C, h, w) of the first one.

    Where the neck averages the maps, `cam` is Zhou's class activation map (2016), whose mean is the logit
    but for the bias. Where it flattens them, `cam` holds the logits with only one position of the last maps
    alive, minus those with none: again their sum but for the bias if no hidden layer follows, and the
    answer to "what would this place say alone" if one does. Dense networks have no maps but the pixels.
    """

    def __init__(self, network: Network, side: int) -> None:
        super().__init__()
        self.network = network
        self.sizes = [len(labels) for labels in network.labels.values()]
        layers = [layer for layer in network.neck if not isinstance(layer, nn.Dropout)]
        kind, *hidden = layers
        self.averages = isinstance(kind, GlobalAveragePool) and not hidden
        heads = _stacked([head for head in network.heads.values() if isinstance(head, nn.Linear)])
        if self.averages:
            self.heads = heads
            return
        if not isinstance(kind, nn.Flatten):
            raise ExportError("Class maps are known only behind global average pooling and flattening.")
        with torch.no_grad():
            shape = network.features(network.centre(torch.zeros(1, 1, side, side))).shape[1:]
        first, *rest = [*hidden, heads]
        assert isinstance(first, nn.Linear)
        self.first = SplitLinear(first, *shape)
        self.rest = nn.Sequential(*rest)

    def forward(self, face: Tensor) -> tuple[Tensor, ...]:
        maps = self.network.features(self.network.centre(face))
        if self.averages:
            logits = self.heads(maps.mean((2, 3)))
            cam = functional.conv2d(maps, self.heads.weight[: self.sizes[0], :, None, None])
        else:
            shares = self.first(maps)
            logits = self.rest(shares.sum(0) + self.first.bias)
            alone = self.rest(shares + self.first.bias) - self.rest(self.first.bias)
            maps_of_classes = alone[..., : self.sizes[0]].permute(1, 2, 0)
            cam = maps_of_classes.reshape(-1, self.sizes[0], self.first.rows, self.first.columns)
        return (*logits.split(self.sizes, 1), cam)


def _stacked(heads: list[nn.Linear]) -> nn.Linear:
    """One linear layer that gives the outputs of all of them in order."""
    first = heads[0]
    stacked = nn.Linear(first.in_features, sum(head.out_features for head in heads))
    stacked.weight.data = torch.cat([head.weight.detach() for head in heads])
    stacked.bias.data = torch.cat([head.bias.detach() for head in heads])
    return stacked.requires_grad_(False)
