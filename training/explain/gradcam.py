"""Grad-CAM (Selvaraju et al. 2017): the places whose maps speak for a class, at a layer's resolution."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from training.errors import RunError
from training.explain.looking import (
    Classes,
    Images,
    Maps,
    answering,
    batches,
    class_scores,
    seen_pixels,
    whole,
)
from training.networks.network import Network


def gradcam(network: Network, images: Images, classes: Classes, head: str, layer: str | None = None) -> Maps:
    """Positive part of the layer's maps, each weighted by the mean gradient of the class logit, (N, S, S).

    `layer`: name of a layer that makes maps; without one, `last_layer`. Maps are enlarged to the size
    that the network sees. Raises `RunError` if the layer does not exist or makes no maps.
    """
    name = layer or last_layer(network)
    wanted = torch.from_numpy(classes).to(next(network.parameters()).device)
    found = np.empty(images.shape, np.float32)
    with answering(network):
        for rows in batches(len(images)):
            pixels = seen_pixels(network, images[rows])
            maps, slopes = maps_and_gradients(network, pixels, head, wanted[rows], name)
            weights = slopes.mean((2, 3), keepdim=True)
            cam = (weights * maps).sum(1, keepdim=True).relu()
            size = (pixels.shape[2], pixels.shape[3])
            large = nn.functional.interpolate(cam, size, mode="bilinear", align_corners=False)
            found[rows] = whole(network, large[:, 0])
    return found


def maps_and_gradients(
    network: Network, pixels: Tensor, head: str, classes: Tensor, layer: str
) -> tuple[Tensor, Tensor]:
    """A layer's maps (N, C, h, w), and the gradient of each picture's class logit with respect to them."""
    if layer not in dict(network.named_modules()) or not layer:
        raise RunError(f"{layer}: is no layer of this network; `summary` lists their names.")
    kept: list[Tensor] = []

    def hook(_layer: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        kept.append(output)
        # What follows gets a copy, because it may work in place.
        return output.clone()

    handle = network.get_submodule(layer).register_forward_hook(hook)
    try:
        # A leaf that wants gradients, so that there are some even where all weights are frozen.
        score = class_scores(network, pixels.detach().requires_grad_(True), head, classes).sum()
    finally:
        handle.remove()
    if len(kept) != 1 or kept[0].dim() != 4:
        raise RunError(f"{layer}: makes no maps; Grad-CAM needs a convolution or what follows one.")
    (slopes,) = torch.autograd.grad(score, kept[0])
    return kept[0].detach(), slopes


def last_layer(network: Network) -> str:
    """The last layer of the trunk that is no pooling: as a rule the activation of the last convolution.

    Raises `RunError` if the network has no convolutions.
    """
    if not any(isinstance(layer, nn.Conv2d) for layer in network.trunk.modules()):
        raise RunError("Grad-CAM needs convolutions, and this network has none.")
    kept = [
        name
        for name, layer in network.trunk.named_children()
        if not isinstance(layer, nn.MaxPool2d | nn.AvgPool2d | nn.Dropout)
    ]
    return f"trunk.{kept[-1]}"
