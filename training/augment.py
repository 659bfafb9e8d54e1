"""Augmentation of whole batches as tensor operations, on whatever device the batch is on.

Each face is resampled once through a random affine map, then its light, sharpness and noise are
disturbed, then a patch may be covered.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from training.data import SIDE
from training.networks import BORDER


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a training picture may differ from the original; 0 switches a disturbance off."""

    flip: float = 0.5
    """Probability of a mirrored picture."""
    rotation: float = 12.0
    """Largest rotation in degrees, either way."""
    shift: float = 0.08
    """Largest shift as a share of the picture's side."""
    zoom: float = 0.12
    """Largest change of scale."""
    shear: float = 4.0
    """Largest shear in degrees."""
    light: float = 0.2
    """Largest relative change of brightness and contrast (half of the pictures)."""
    gamma: float = 0.4
    """Largest log2 of the gamma exponent (three pictures in ten)."""
    low_resolution: float = 0.1
    """Probability of a picture scaled down to half and up again, with noise."""
    erasing: float = 0.25
    """Probability that a rectangle of 2 to 15 % of the area is covered."""


def _uniform(shape: tuple[int, ...], low: float, high: float, rng: Generator) -> Tensor:
    return torch.rand(shape, generator=rng) * (high - low) + low


def affine_maps(count: int, settings: Augmentation, rng: Generator) -> Tensor:
    """Random maps (count, 2, 3) from output to input, in `affine_grid`'s units of half a side."""
    angle = _uniform((count,), -settings.rotation, settings.rotation, rng) * math.pi / 180
    shear = _uniform((count,), -settings.shear, settings.shear, rng) * math.pi / 180
    scale = torch.exp(_uniform((count,), -1, 1, rng) * math.log1p(settings.zoom))
    mirrored = torch.rand(count, generator=rng) < settings.flip
    sign = 1 - 2 * mirrored.float()
    cos, sin, tan = angle.cos(), angle.sin(), shear.tan()
    shift = _uniform((count, 2), -2 * settings.shift, 2 * settings.shift, rng)
    rows = [
        torch.stack([sign * scale * cos, scale * (tan * cos - sin), shift[:, 0]], 1),
        torch.stack([sign * scale * sin, scale * (tan * sin + cos), shift[:, 1]], 1),
    ]
    return torch.stack(rows, 1)


def augment(images: Tensor, size: int, settings: Augmentation, rng: Generator) -> Tensor:
    """Disturb uint8 faces (N, 48, 48); return float32 (N, 1, size, size), values 0 to 255.

    The middle of the output is the middle of the part of the square that the network looks at.
    """
    count = len(images)
    pixels = images[:, None].float()
    visible = (SIDE - 2 * BORDER) / SIDE
    maps = affine_maps(count, settings, rng)
    maps[:, :, :2] *= visible
    grid = F.affine_grid(maps, [count, 1, size, size], align_corners=False)
    faces = F.grid_sample(pixels, grid, padding_mode="reflection", align_corners=False)
    faces = _disturb_light(faces, settings, rng)
    faces = _lower_resolution(faces, settings.low_resolution, rng)
    return _erase(faces, settings.erasing, rng).clamp(0, 255)


def _some(count: int, share: float, rng: Generator) -> Tensor:
    return (torch.rand((count, 1, 1, 1), generator=rng) < share).float()


def _disturb_light(faces: Tensor, settings: Augmentation, rng: Generator) -> Tensor:
    count = len(faces)
    shape = (count, 1, 1, 1)
    chosen = _some(count, 0.5, rng)
    contrast = 1 + chosen * _uniform(shape, -settings.light, settings.light, rng)
    brightness = 255 * chosen * _uniform(shape, -settings.light, settings.light, rng)
    mean = faces.mean((2, 3), keepdim=True)
    faces = ((faces - mean) * contrast + mean + brightness).clamp(0, 255)
    exponent = 2 ** (_some(count, 0.3, rng) * _uniform(shape, -settings.gamma, settings.gamma, rng))
    return 255 * (faces / 255).clamp(min=1e-4) ** exponent


def _lower_resolution(faces: Tensor, share: float, rng: Generator) -> Tensor:
    chosen = torch.rand(len(faces), generator=rng) < share
    if not chosen.any():
        return faces
    size = faces.shape[-1]
    small = F.interpolate(faces[chosen], size=size // 2, mode="area")
    coarse = F.interpolate(small, size=size, mode="bilinear", align_corners=False)
    noise = 8 * torch.randn(coarse.shape, generator=rng)
    faces = faces.clone()
    faces[chosen] = coarse + noise
    return faces


def _erase(faces: Tensor, share: float, rng: Generator) -> Tensor:
    count, _, height, width = faces.shape
    area = _uniform((count,), 0.02, 0.15, rng) * height * width
    aspect = torch.exp(_uniform((count,), -0.7, 0.7, rng))
    half_height, half_width = (area * aspect).sqrt() / 2, (area / aspect).sqrt() / 2
    row = torch.rand(count, generator=rng) * height
    column = torch.rand(count, generator=rng) * width
    rows = (torch.arange(height)[None] - row[:, None]).abs() < half_height[:, None]
    columns = (torch.arange(width)[None] - column[:, None]).abs() < half_width[:, None]
    patch = (rows[:, :, None] & columns[:, None, :])[:, None].float()
    covered = patch * _some(count, share, rng)
    grey = _uniform((count, 1, 1, 1), 0, 255, rng)
    return faces * (1 - covered) + grey * covered
