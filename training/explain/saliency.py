"""Which pixels a class score is sensitive to: the size of its gradient, laid over the picture's red.

Simonyan, Vedaldi and Zisserman 2014; averaged over noise, SmoothGrad (Smilkov et al. 2017). It shows
sensitivity, not cause.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

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

BLUR: Final = 1.0
"""Standard deviation in pixels of the blur of a map that is shown."""
CLIP: Final = 99.0
"""Percentile of a map that is shown as its strongest value."""


def saliency(
    network: Network,
    images: Images,
    classes: Classes,
    head: str,
    *,
    flip: bool = False,
    noise: float = 0.0,
    samples: int = 1,
    seed: int = 1,
) -> Maps:
    """Absolute gradient (N, S, S) of each picture's class logit with respect to its pixels.

    `flip` averages with the map of the mirrored picture, turned back; `noise` (standard deviation in
    grey values) with `samples` averages over noisy copies.
    """
    device = next(network.parameters()).device
    wanted = torch.from_numpy(classes).to(device)
    rng = torch.Generator().manual_seed(seed)
    found = np.empty(images.shape, np.float32)
    with answering(network):
        for rows in batches(len(images)):
            pixels = seen_pixels(network, images[rows])
            total = torch.zeros_like(pixels)
            for _ in range(samples if noise else 1):
                noisy = pixels
                if noise:
                    noisy = pixels + noise * torch.randn(pixels.shape, generator=rng).to(device)
                total += gradient(network, noisy, head, wanted[rows]).abs()
                if flip:
                    total += gradient(network, noisy.flip(-1), head, wanted[rows]).abs().flip(-1)
            looks = (samples if noise else 1) * (2 if flip else 1)
            found[rows] = whole(network, total[:, 0] / looks)
    return found


def gradient(network: Network, pixels: Tensor, head: str, classes: Tensor) -> Tensor:
    """Gradient (N, 1, side, side) of each picture's class logit with respect to what the network sees."""
    pixels = pixels.detach().requires_grad_(True)
    # The scores of a batch add up: no picture's score depends on another picture.
    score = class_scores(network, pixels, head, classes).sum()
    (slope,) = torch.autograd.grad(score, pixels)
    return slope


def shown(strength: NDArray[np.float32]) -> NDArray[np.float32]:
    """A map (S, S) of values from 0 as it is shown: blurred, clipped at a high percentile, 0 to 1."""
    blurred = cv2.GaussianBlur(strength, (0, 0), BLUR, borderType=cv2.BORDER_REFLECT)
    top = float(np.percentile(blurred, CLIP)) or float(blurred.max())
    if top <= 0:
        return np.zeros_like(strength)
    return np.asarray(np.clip(blurred / top, 0, 1), np.float32)


def over_red(image: NDArray[np.uint8], strength: NDArray[np.float32]) -> NDArray[np.uint8]:
    """RGB (S, S, 3): the grey picture, and redder where `strength` (S, S), 0 to 1, is high (document A).

    Green and blue give way, since a bright face has no room for more red, but keep the face visible.
    """
    grey = image.astype(np.float32)
    red = grey + strength * (255 - grey)
    rest = grey * (1 - 0.7 * strength)
    return np.asarray(np.rint(np.stack([red, rest, rest], axis=-1)), np.uint8)
