"""Really smaller networks: filters taken out of convolutions, with all that belonged to them.

A filter's map may be taken away where it is only read by layers that follow it, so not where it is
added to another one: the last convolution of a residual block stays whole, and so does what feeds
an untouched shortcut.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.errors import RunError
from training.networks.network import Network


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the maps of a convolution go, as names of layers."""

    passed: tuple[str, ...]
    """Layers that keep something for each map: batch norm, depthwise convolutions, PReLU per map."""
    readers: tuple[str, ...]
    """The convolution or linear layers that mix the maps, and lose the inputs of a removed one."""


def reach(network: Network, layer: str) -> Reach:
    """Raises `RunError` if `layer` is no convolution whose filters can be removed."""
    convolution = dict(network.named_modules()).get(layer)
    if not isinstance(convolution, nn.Conv2d):
        raise RunError(f"{layer}: is no convolution of this network.")
    if convolution.groups != 1:
        raise RunError(f"{layer}: each filter reads one map only; remove that map where it is made.")
    parent, _, place = layer.rpartition(".")
    siblings = network.get_submodule(parent)
    names = list(dict(siblings.named_children()))
    passed: list[str] = []
    for name in names[names.index(place) + 1 :]:
        after, full = siblings.get_submodule(name), f"{parent}.{name}"
        if isinstance(after, nn.Conv2d) and after.groups == 1:
            return Reach(tuple(passed), (full,))
        if _keeps_per_map(after):
            passed.append(full)
        elif not _treats_maps_alike(after):
            raise RunError(f"{layer}: its maps are also added to others in {full}, so all must stay.")
    if parent != "trunk":
        raise RunError(f"{layer}: its maps are added to the shortcut around {parent}, so all must stay.")
    hidden = [f"neck.{name}" for name, after in network.neck.named_children() if isinstance(after, nn.Linear)]
    return Reach(tuple(passed), tuple(hidden[:1] or (f"heads.{head}" for head in network.heads)))


def _keeps_per_map(layer: nn.Module) -> bool:
    match layer:
        case nn.BatchNorm2d():
            return True
        case nn.Conv2d():
            return layer.groups == layer.in_channels == layer.out_channels
        case nn.PReLU():
            return layer.num_parameters > 1
    return False


def _treats_maps_alike(layer: nn.Module) -> bool:
    """Activations, pooling and dropout."""
    alone = next(layer.children(), None) is None
    return alone and (isinstance(layer, nn.PReLU) or next(layer.parameters(), None) is None)


def prunable_layers(network: Network) -> list[str]:
    """The convolutions whose filters can be removed, in the order of the network."""
    names = []
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d):
            try:
                reach(network, name)
            except RunError:
                continue
            names.append(name)
    return names


def shrink(network: Network, kept: Mapping[str, Sequence[int]]) -> Network:
    """A copy with only these filters, by the convolution's name; others stay whole.

    Raises `RunError` if a convolution cannot be shrunk or has no such filters.
    """
    reaches = {layer: reach(network, layer) for layer in kept}
    smaller = copy.deepcopy(network)
    for layer, filters in kept.items():
        convolution = smaller.get_submodule(layer)
        assert isinstance(convolution, nn.Conv2d)
        count = convolution.out_channels
        if not filters or list(filters) != sorted(set(filters)) or not 0 <= filters[0] <= filters[-1] < count:
            raise RunError(
                f"{layer}: filters to keep must be some of 0 to {count - 1}, each once and in order, "
                f"not {list(filters)}."
            )
        rows = torch.tensor(filters)
        _keep_maps(convolution, rows)
        convolution.out_channels = len(filters)
        for name in reaches[layer].passed:
            passed = smaller.get_submodule(name)
            _keep_maps(passed, rows)
            if isinstance(passed, nn.Conv2d):
                passed.groups = passed.in_channels = passed.out_channels = len(filters)
            elif isinstance(passed, nn.BatchNorm2d):
                passed.num_features = len(filters)
            elif isinstance(passed, nn.PReLU):
                passed.num_parameters = len(filters)
        for name in reaches[layer].readers:
            _keep_inputs(smaller.get_submodule(name), rows, count)
    return smaller


def _keep_maps(layer: nn.Module, rows: Tensor) -> None:
    """Of every tensor that has one row per map, keep these rows."""
    for name, values in layer.named_parameters(recurse=False):
        setattr(layer, name, nn.Parameter(values.detach()[rows.to(values.device)], values.requires_grad))
    for name, buffer in layer.named_buffers(recurse=False):
        if buffer.dim():
            setattr(layer, name, buffer[rows.to(buffer.device)])


def _keep_inputs(reader: nn.Module, rows: Tensor, count: int) -> None:
    assert isinstance(reader, nn.Conv2d | nn.Linear)
    weight = reader.weight
    # A linear layer after flattening reads all positions of one map side by side.
    by_map = weight.detach().reshape(len(weight), count, -1, *weight.shape[2:])
    left = by_map[:, rows.to(weight.device)].flatten(1, 2)
    reader.weight = nn.Parameter(left, weight.requires_grad)
    if isinstance(reader, nn.Linear):
        reader.in_features = left.shape[1]
    else:
        reader.in_channels = left.shape[1]
