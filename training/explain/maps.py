"""What every layer makes of a picture: feature maps, activations, and filters that never react."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.explain.looking import Images, answering, batches, seen_pixels
from training.networks.activations import ACTIVATION_MODULES
from training.networks.network import Network

SAME: Final = 1e-6
"""A filter whose activations vary by less than this share of its layer's largest range is dead."""

Kind = Literal["feature maps", "activations"]


@dataclass(frozen=True, slots=True)
class LayerMaps:
    """What one layer gives for some pictures."""

    name: str
    """As in `network.named_modules()` and in the command `summary`."""
    kind: Kind
    """Results of a convolution, or what an activation function makes of them (or of hidden units)."""
    source: str
    """The layer with weights that it comes from; of feature maps, itself."""
    values: NDArray[np.float32]
    """(N, C, h, w), or (N, C) of hidden units."""

    @property
    def size(self) -> str:
        """Height and width of the maps in words."""
        return f"{self.values.shape[2]} x {self.values.shape[3]}"

    def of_picture(self, row: int) -> LayerMaps:
        """The same for one of the pictures."""
        return replace(self, values=self.values[[row]])


def layer_maps(network: Network, images: Images) -> dict[str, LayerMaps]:
    """Feature maps and activations of all layers for whole pictures (N, S, S), in the network's order."""
    found: dict[str, LayerMaps] = {}

    def look(name: str, kind: Kind, source: str, output: Tensor) -> None:
        # Copied, because a layer that works in place would change them afterwards.
        values = output.detach().float().cpu().numpy().copy()
        if name in found:
            values = np.concatenate([found[name].values, values])
        found[name] = LayerMaps(name, kind, source, values)

    _watch(network, images, look)
    return found


def dead_filters(network: Network, images: Images) -> dict[str, list[int]]:
    """Filters and hidden units whose activation is the same at every place of every picture.

    By the activation layer's name, layers without any included. After ReLU that is, but for constant
    biases, a filter that is never active; its weights get no gradient either.
    """
    lowest: dict[str, NDArray[np.float32]] = {}
    highest: dict[str, NDArray[np.float32]] = {}

    def look(name: str, kind: Kind, _source: str, output: Tensor) -> None:
        if kind == "activations":
            by_filter = output.detach().float().transpose(0, 1).flatten(1)
            low, high = by_filter.amin(1).cpu().numpy(), by_filter.amax(1).cpu().numpy()
            lowest[name] = np.minimum(lowest.get(name, low), low)
            highest[name] = np.maximum(highest.get(name, high), high)

    _watch(network, images, look)
    ranges = {name: highest[name] - lowest[name] for name in lowest}
    return {name: np.flatnonzero(spread <= SAME * spread.max()).tolist() for name, spread in ranges.items()}


@torch.no_grad()
def _watch(network: Network, images: Images, look: Callable[[str, Kind, str, Tensor], None]) -> None:
    """Show the outputs of convolutions and activation functions, batch by batch."""
    source = ""

    def weights(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def hook(layer: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
            nonlocal source
            source = name
            if isinstance(layer, nn.Conv2d):
                look(name, "feature maps", name, output)

        return hook

    def function(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        return lambda _layer, _inputs, output: look(name, "activations", source, output)

    hooks = []
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            hooks.append(layer.register_forward_hook(weights(name)))
        elif isinstance(layer, ACTIVATION_MODULES):
            hooks.append(layer.register_forward_hook(function(name)))
    try:
        with answering(network):
            for rows in batches(len(images)):
                network(seen_pixels(network, images[rows]))
    finally:
        for handle in hooks:
            handle.remove()
