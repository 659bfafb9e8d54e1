"""Every disturbance does something, and none is left when all are switched off."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import Tensor

from tests.training.made_data import made_faces
from training.augment import Augmentation, augment
from training.networks import centre

OFF = Augmentation(**dict.fromkeys([f.name for f in dataclasses.fields(Augmentation)], 0.0))
STRONG = {
    "flip": 1.0,
    "rotation": 15.0,
    "shift": 0.1,
    "zoom": 0.2,
    "shear": 10.0,
    "light": 0.3,
    "gamma": 0.5,
    "low_resolution": 1.0,
    "erasing": 1.0,
}
IMAGES = torch.from_numpy(made_faces(32).images)


def disturbed(settings: Augmentation, size: int = 44, seed: int = 0) -> Tensor:
    return augment(IMAGES, size, settings, torch.Generator().manual_seed(seed))


def test_nothing_switched_on_leaves_the_plain_centre() -> None:
    assert torch.allclose(disturbed(OFF), centre(IMAGES[:, None].float()), atol=0.05)


def test_every_setting_has_its_test() -> None:
    assert set(STRONG) == {f.name for f in dataclasses.fields(Augmentation)}


@pytest.mark.parametrize("name", STRONG)
def test_each_setting_changes_the_picture(name: str) -> None:
    changed = disturbed(dataclasses.replace(OFF, **{name: STRONG[name]}))
    assert (changed - disturbed(OFF)).abs().mean() > 1
    assert 0 <= changed.min() <= changed.max() <= 255


def test_a_flip_is_a_mirror_image() -> None:
    mirrored = disturbed(dataclasses.replace(OFF, flip=1.0))
    assert torch.allclose(mirrored, disturbed(OFF).flip(3), atol=0.05)


def test_light_leaves_the_shape_in_place() -> None:
    before, after = disturbed(OFF)[0, 0], disturbed(dataclasses.replace(OFF, light=0.2))[0, 0]
    assert torch.corrcoef(torch.stack([before.ravel(), after.ravel()]))[0, 1] > 0.99


def test_pictures_come_in_the_size_asked_for() -> None:
    assert disturbed(Augmentation(), size=36).shape == (32, 1, 36, 36)


def test_the_seed_decides_the_disturbance() -> None:
    assert torch.equal(disturbed(Augmentation(), seed=3), disturbed(Augmentation(), seed=3))
    assert not torch.equal(disturbed(Augmentation(), seed=3), disturbed(Augmentation(), seed=4))
