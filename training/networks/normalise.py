"""What is done to the pixels first, as layers of the network, so that an exported one needs nothing else.

All take pixel values 0 to 255, (N, 1, S, S), and return as many.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.data.statistics import pca, pixel_statistics

MIN_STD: Final = 0.05 * 255
"""Lower bound of what is divided by, so that flat pictures and pixels that never change stay flat."""


class ContrastNorm(nn.Module):
    """Scale each picture to mean 0 and standard deviation 1, whatever its light."""

    def forward(self, pixels: Tensor) -> Tensor:
        centred = pixels - pixels.mean((2, 3), keepdim=True)
        variance = centred.square().mean((2, 3), keepdim=True)
        # Bounded before the root, whose gradient at 0 is not a number.
        return centred / variance.clamp(min=MIN_STD**2).sqrt()


class Scale(nn.Module):
    """Pixel values from 0 to 1."""

    def forward(self, pixels: Tensor) -> Tensor:
        return pixels / 255


class ZScore(nn.Module):
    """Subtract a mean and divide by a standard deviation, each one number or a picture (S, S)."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std.clamp(min=MIN_STD))

    def forward(self, pixels: Tensor) -> Tensor:
        return (pixels - self.mean) / self.std


class Whitening(nn.Module):
    """Pixels that do not vary together, turned back into a picture (ZCA).

    The symmetric `matrix` (S*S, S*S) is applied to the flattened picture less its `mean` (S*S,);
    `data.statistics.pca` says how directions of little variance are kept from being blown up.
    """

    mean: Tensor
    matrix: Tensor

    def __init__(self, mean: Tensor, matrix: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("matrix", matrix)

    def forward(self, pixels: Tensor) -> Tensor:
        # Most of a picture cancels out here: half precision would leave noise as strong as the rest.
        with torch.autocast(pixels.device.type, enabled=False):
            white = nn.functional.linear(pixels.flatten(1) - self.mean, self.matrix)
        return white.reshape(pixels.shape)


def normaliser(name: str, side: int, images: NDArray[np.uint8] | None) -> nn.Module:
    """The layer of one of `names.NORMALISATIONS` for pictures of `side` pixels.

    `images` (N, side, side): the training pictures whose statistics it takes; without them it has
    placeholders of the right shape for `load_state_dict`.
    """
    if name == "contrast":
        return ContrastNorm()
    if name == "scale":
        return Scale()
    if images is None:
        return _without_statistics(name, side)
    if name == "pca":
        white = pca(images)
        return Whitening(torch.tensor(white.mean), torch.tensor(white.matrix))
    found = pixel_statistics(images)
    if name == "pixel":
        return ZScore(torch.tensor(found.mean), torch.tensor(found.std))
    return ZScore(torch.tensor(found.global_mean), torch.tensor(found.global_std))


def _without_statistics(name: str, side: int) -> nn.Module:
    if name == "pca":
        return Whitening(torch.zeros(side**2), torch.eye(side**2))
    shape = (side, side) if name == "pixel" else ()
    return ZScore(torch.zeros(shape), torch.ones(shape))
