"""Augmentation of whole batches as tensor operations, on whatever device the batch is on.

Each picture is resampled once through a random affine map, then its light, sharpness and noise are
disturbed, then a patch may be covered. What is switched off changes no value at all.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from training.recipe import Augmentation


def _uniform(shape: tuple[int, ...], low: float, high: float, rng: Generator) -> Tensor:
    return torch.rand(shape, generator=rng, device=rng.device) * (high - low) + low


def affine_maps(count: int, settings: Augmentation, rng: Generator) -> Tensor:
    """Random maps (count, 2, 3) from output to input, in `affine_grid`'s units of half a side."""
    angle = _uniform((count,), -settings.rotation, settings.rotation, rng) * math.pi / 180
    shear = _uniform((count,), -settings.shear, settings.shear, rng) * math.pi / 180
    scale = torch.exp(_uniform((count,), -1, 1, rng) * math.log1p(settings.zoom))
    mirrored = torch.rand(count, generator=rng, device=rng.device) < settings.flip
    sign = 1 - 2 * mirrored.float()
    cos, sin, tan = angle.cos(), angle.sin(), shear.tan()
    shift = _uniform((count, 2), -2 * settings.shift, 2 * settings.shift, rng)
    rows = [
        torch.stack([sign * scale * cos, scale * (tan * cos - sin), shift[:, 0]], 1),
        torch.stack([sign * scale * sin, scale * (tan * sin + cos), shift[:, 1]], 1),
    ]
    return torch.stack(rows, 1)


def augment(
    images: Tensor,
    size: int,
    border: int,
    settings: Augmentation,
    rng: Generator,
    *,
    input_noise: float = 0.0,
) -> Tensor:
    """Disturb uint8 pictures (N, S, S); return float32 (N, 1, size, size), values 0 to 255.

    The middle of the output is the middle of the part of the picture that the network looks at,
    which leaves out `border` pixels on each edge. `rng` must be a generator of the images' device.
    `input_noise` is the standard deviation of Gaussian noise on the finished pixels.
    """
    pictures = _resample(images[:, None].float(), size, border, settings, rng)
    pictures = _disturb_light(pictures, settings.light, rng)
    pictures = _disturb_gamma(pictures, settings.gamma, rng)
    pictures = _blur(pictures, settings.blur, rng)
    pictures = _lower_resolution(pictures, settings.low_resolution, rng)
    pictures = _erase(pictures, settings.erasing, rng)
    if input_noise:
        pictures = pictures + input_noise * torch.randn(pictures.shape, generator=rng, device=rng.device)
    return pictures.clamp(0, 255)


def _resample(pixels: Tensor, size: int, border: int, settings: Augmentation, rng: Generator) -> Tensor:
    count, side = len(pixels), pixels.shape[-1]
    seen = side - 2 * border
    maps = affine_maps(count, settings, rng)
    if size == seen and not (settings.rotation or settings.shift or settings.zoom or settings.shear):
        # Nothing between the pixels is needed: resampling would only cost time and round the values.
        centred = pixels[:, :, border : side - border, border : side - border]
        mirrored = maps[:, 0, 0, None, None, None] < 0
        return torch.where(mirrored, centred.flip(3), centred)
    maps[:, :, :2] *= seen / side
    grid = F.affine_grid(maps, [count, 1, size, size], align_corners=False)
    return F.grid_sample(pixels, grid, padding_mode="reflection", align_corners=False)


def _some(count: int, share: float, rng: Generator) -> Tensor:
    return (torch.rand((count, 1, 1, 1), generator=rng, device=rng.device) < share).float()


def _disturb_light(pictures: Tensor, most: float, rng: Generator) -> Tensor:
    if not most:
        return pictures
    count = len(pictures)
    shape = (count, 1, 1, 1)
    chosen = _some(count, 0.5, rng)
    contrast = 1 + chosen * _uniform(shape, -most, most, rng)
    brightness = 255 * chosen * _uniform(shape, -most, most, rng)
    mean = pictures.mean((2, 3), keepdim=True)
    return ((pictures - mean) * contrast + mean + brightness).clamp(0, 255)


def _disturb_gamma(pictures: Tensor, most: float, rng: Generator) -> Tensor:
    if not most:
        return pictures
    count = len(pictures)
    exponent = 2 ** (_some(count, 0.3, rng) * _uniform((count, 1, 1, 1), -most, most, rng))
    return 255 * (pictures / 255).clamp(min=1e-4) ** exponent


def _blur(pictures: Tensor, most: float, rng: Generator) -> Tensor:
    if not most:
        return pictures
    count, _, height, width = pictures.shape
    sigma = _uniform((count, 1), 0, most, rng).clamp(min=0.05)
    chosen = _some(count, 0.3, rng)
    reach = math.ceil(3 * most)
    steps = torch.arange(-reach, reach + 1, device=rng.device)[None]
    kernel = torch.exp(-(steps**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum(1, keepdim=True)
    # Each picture has a kernel of its own: as channels of one picture, in groups of one.
    soft = F.pad(pictures.view(1, count, height, width), (reach,) * 4, mode="replicate")
    soft = F.conv2d(soft, kernel[:, None, :, None], groups=count)
    soft = F.conv2d(soft, kernel[:, None, None, :], groups=count).view_as(pictures)
    return torch.where(chosen > 0, soft, pictures)


def _lower_resolution(pictures: Tensor, share: float, rng: Generator) -> Tensor:
    chosen = torch.rand(len(pictures), generator=rng, device=rng.device) < share
    if not chosen.any():
        return pictures
    size = pictures.shape[-1]
    small = F.interpolate(pictures[chosen], size=size // 2, mode="area")
    coarse = F.interpolate(small, size=size, mode="bilinear", align_corners=False)
    noise = 8 * torch.randn(coarse.shape, generator=rng, device=rng.device)
    pictures = pictures.clone()
    pictures[chosen] = coarse + noise
    return pictures


def _erase(pictures: Tensor, share: float, rng: Generator) -> Tensor:
    count, _, height, width = pictures.shape
    area = _uniform((count,), 0.02, 0.15, rng) * height * width
    aspect = torch.exp(_uniform((count,), -0.7, 0.7, rng))
    half_height, half_width = (area * aspect).sqrt() / 2, (area / aspect).sqrt() / 2
    row = _uniform((count,), 0, height, rng)
    column = _uniform((count,), 0, width, rng)
    rows = (torch.arange(height, device=rng.device)[None] - row[:, None]).abs() < half_height[:, None]
    columns = (torch.arange(width, device=rng.device)[None] - column[:, None]).abs() < half_width[:, None]
    patch = (rows[:, :, None] & columns[:, None, :])[:, None].float()
    covered = patch * _some(count, share, rng)
    grey = _uniform((count, 1, 1, 1), 0, 255, rng)
    return pictures * (1 - covered) + grey * covered
