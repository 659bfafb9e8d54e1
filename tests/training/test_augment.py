"""Every disturbance does something, and none is left when all are switched off."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch import Tensor

from training.augment import augment
from training.recipe import Augmentation

OFF = Augmentation(**dict.fromkeys([f.name for f in dataclasses.fields(Augmentation)], 0.0))
STRONG = {
    "flip": 1.0,
    "rotation": 15.0,
    "shift": 0.1,
    "zoom": 0.2,
    "shear": 10.0,
    "light": 0.3,
    "gamma": 0.5,
    "blur": 8.0,
    "low_resolution": 1.0,
    "erasing": 1.0,
}


def some_images(side: int = 48, count: int = 32) -> Tensor:
    """Smooth pictures with a bright block off the middle, so that no disturbance leaves them alike."""
    ramp = np.linspace(30, 150, side)
    images = np.broadcast_to(ramp[:, None] / 2 + ramp[None] / 2, (count, side, side)).copy()
    images[:, side // 8 : side // 2, side // 5 : side // 3] += 90
    return torch.from_numpy(images.astype(np.uint8))


IMAGES = some_images()


def disturbed(settings: Augmentation, size: int = 44, seed: int = 0, noise: float = 0.0) -> Tensor:
    return augment(IMAGES, size, 2, settings, torch.Generator().manual_seed(seed), input_noise=noise)


@pytest.mark.parametrize(("side", "border"), [(48, 2), (28, 0), (8, 1)])
def test_nothing_switched_on_leaves_exactly_the_centre(side: int, border: int) -> None:
    images = some_images(side)
    same = augment(images, side - 2 * border, border, OFF, torch.Generator())
    assert torch.equal(same, images[:, None, border : side - border, border : side - border].float())


def test_every_setting_has_its_test() -> None:
    assert set(STRONG) == {f.name for f in dataclasses.fields(Augmentation)}


@pytest.mark.parametrize("name", STRONG)
def test_each_setting_changes_the_picture(name: str) -> None:
    changed = disturbed(dataclasses.replace(OFF, **{name: STRONG[name]}))
    assert (changed - disturbed(OFF)).abs().mean() > 1
    assert 0 <= changed.min() <= changed.max() <= 255


def test_a_flip_is_exactly_the_mirror_image() -> None:
    mirrored = disturbed(dataclasses.replace(OFF, flip=1.0))
    assert torch.equal(mirrored, disturbed(OFF).flip(3))


def test_half_the_pictures_are_flipped_when_asked() -> None:
    mixed = disturbed(dataclasses.replace(OFF, flip=0.5))
    mirrored = (mixed == disturbed(OFF).flip(3)).flatten(1).all(1)
    plain = (mixed == disturbed(OFF)).flatten(1).all(1)
    assert torch.equal(mirrored, ~plain)
    assert 8 <= int(mirrored.sum()) <= 24


def test_a_flip_together_with_resampling_is_the_mirror_image_too() -> None:
    smaller = disturbed(OFF, size=36)
    assert torch.allclose(disturbed(dataclasses.replace(OFF, flip=1.0), 36), smaller.flip(3), atol=0.05)


def test_light_leaves_the_shape_in_place() -> None:
    before, after = disturbed(OFF)[0, 0], disturbed(dataclasses.replace(OFF, light=0.2))[0, 0]
    assert torch.corrcoef(torch.stack([before.ravel(), after.ravel()]))[0, 1] > 0.99


def test_a_shift_moves_the_picture_by_its_share_of_the_side() -> None:
    images = torch.zeros(200, 40, 40, dtype=torch.uint8)
    images[:, 19:21, 19:21] = 255
    settings = dataclasses.replace(OFF, shift=0.1)
    moved = augment(images, 40, 0, settings, torch.Generator().manual_seed(0))[:, 0]
    places = torch.arange(40.0)
    mass = moved.sum((1, 2))
    columns = (moved.sum(1) * places).sum(1) / mass - 19.5
    assert 3.5 < columns.max() <= 4.05
    assert -4.05 <= columns.min() < -3.5


def test_a_blur_is_a_gaussian_of_at_most_the_width_asked_for() -> None:
    images = torch.zeros(300, 41, 41, dtype=torch.uint8)
    images[:, 20, 20] = 255
    settings = dataclasses.replace(OFF, blur=3.0)
    spread = augment(images, 41, 0, settings, torch.Generator().manual_seed(0))[:, 0].double()
    assert torch.allclose(spread.sum((1, 2)), torch.tensor(255.0).double(), atol=0.1)
    squares = (torch.arange(41.0) - 20) ** 2
    widths = ((spread.sum(1) * squares).sum(1) / 255).sqrt()
    assert 2.5 < widths.max() < 3.0
    assert 0.2 < float((widths > 0.3).double().mean()) < 0.35


def test_pictures_come_in_the_size_asked_for() -> None:
    assert disturbed(Augmentation(**STRONG), size=36).shape == (32, 1, 36, 36)


def test_a_smaller_size_shows_the_same_part() -> None:
    """A linear ramp, sampled more coarsely, keeps its middle and its slope per part of the side."""
    ramp = (5 * torch.arange(48, dtype=torch.uint8)).repeat(4, 48, 1)
    coarse = augment(ramp, 22, 2, OFF, torch.Generator())[0, 0, 0]
    assert torch.allclose(coarse, 10 * torch.arange(22.0) + 5 * 2.5, atol=0.01)


def test_noise_on_the_input_has_its_standard_deviation() -> None:
    grey = torch.full((64, 48, 48), 128, dtype=torch.uint8)
    noisy = augment(grey, 44, 2, OFF, torch.Generator().manual_seed(1), input_noise=10.0)
    assert float(noisy.std()) == pytest.approx(10, abs=0.2)
    assert float(noisy.mean()) == pytest.approx(128, abs=0.2)


def test_noise_does_not_leave_the_range_of_pixels() -> None:
    noisy = disturbed(OFF, noise=300)
    assert noisy.min() == 0
    assert noisy.max() == 255


def test_the_seed_decides_the_disturbance() -> None:
    strong = Augmentation(**STRONG)
    assert torch.equal(disturbed(strong, seed=3), disturbed(strong, seed=3))
    assert not torch.equal(disturbed(strong, seed=3), disturbed(strong, seed=4))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_a_batch_on_the_gpu_is_disturbed_there() -> None:
    rng = torch.Generator("cuda").manual_seed(0)
    strong = Augmentation(**STRONG)
    pictures = augment(IMAGES.cuda(), 44, 2, strong, rng, input_noise=5.0)
    assert pictures.is_cuda
    assert (pictures.cpu() - disturbed(OFF)).abs().mean() > 1
