"""What the training pictures are like on average; always taken from the training part alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

RIDGE: Final = 0.1
"""Whitening adds this share of the mean variance to every variance (as Krizhevsky 2009 and Coates
et al. 2011): directions with less of it are mostly noise, and would be blown up."""

_CHUNK: Final = 2048
"""Pictures that are floating-point numbers at the same time: all of FER2013 would be half a gigabyte."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Grey values over many pictures: float32 (S, S) for each pixel, and as one number."""

    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    global_mean: float
    global_std: float


@dataclass(frozen=True, slots=True)
class Whitening:
    """`(flat - mean) @ matrix` makes pixels that do not vary together.

    `mean` float32 (S*S,); `matrix` float32 (S*S, S*S), symmetric unless it was asked not to turn back;
    `variances` float32 (S*S,) of the principal components, the largest first.
    """

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]
    variances: NDArray[np.float32]


def pixel_statistics(images: NDArray[np.uint8]) -> Statistics:
    """Mean and standard deviation of pictures (N, S, S)."""
    total = np.zeros(images.shape[1:])
    squares = np.zeros(images.shape[1:])
    for start in range(0, len(images), _CHUNK):
        chunk = images[start : start + _CHUNK].astype(np.int64)
        total += chunk.sum(0)
        squares += (chunk**2).sum(0)
    mean, second = total / len(images), squares / len(images)
    variance = np.maximum(second - mean**2, 0)
    return Statistics(
        mean.astype(np.float32),
        np.sqrt(variance).astype(np.float32),
        float(mean.mean()),
        float(np.sqrt(max(0.0, second.mean() - mean.mean() ** 2))),
    )


def pca(images: NDArray[np.uint8], ridge: float = RIDGE, *, turn_back: bool = True) -> Whitening:
    """Principal components of pictures (N, S, S) and the matrix that whitens by them.

    `ridge`: share of the mean variance that is added to each. `turn_back` gives pictures again (ZCA,
    Bell and Sejnowski 1997); without it the result is the components' strengths, the largest first.
    """
    size = images[0].size
    mean = pixel_statistics(images).mean.reshape(size)
    covariance = np.zeros((size, size))
    for start in range(0, len(images), _CHUNK):
        centred = images[start : start + _CHUNK].reshape(-1, size).astype(np.float32) - mean
        covariance += centred.T @ centred
    rising, directions = np.linalg.eigh(covariance / len(images))
    variances, directions = rising[::-1].clip(min=0), directions[:, ::-1]
    # Not 0 where all pictures are the same one.
    added = max(ridge * variances.mean(), 1e-6)
    matrix = directions / np.sqrt(variances + added)
    if turn_back:
        matrix = matrix @ directions.T
    return Whitening(mean, matrix.astype(np.float32), variances.astype(np.float32))
