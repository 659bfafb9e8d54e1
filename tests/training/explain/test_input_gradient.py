"""Saliency is autograd's gradient, and is laid over red alone."""

from __future__ import annotations

import numpy as np
import torch
from captum.attr import Saliency

from tests.training.explain.networks import built
from training.explain.saliency import over_red, saliency, shown

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 12, 12), np.uint8)
CLASSES = np.array([0, 2, 1], np.int64)


def test_saliency_is_the_absolute_gradient_of_the_class_logit() -> None:
    network = built(border=2)
    found = saliency(network, IMAGES, CLASSES, "first")
    for image, wanted, own in zip(IMAGES, CLASSES, found, strict=True):
        pixels = torch.tensor(image, dtype=torch.float32)[None, None, 2:-2, 2:-2].requires_grad_(True)
        (slope,) = torch.autograd.grad(network(pixels)[0][0, wanted], pixels)
        np.testing.assert_allclose(own[2:-2, 2:-2], slope[0, 0].abs().numpy(), rtol=1e-4, atol=1e-8)
        assert own[:2].max() == own[:, -2:].max() == 0


def test_captum_agrees_on_another_head() -> None:
    network = built(border=0)
    classes = np.array([1, 0, 1], np.int64)
    pixels = torch.from_numpy(IMAGES)[:, None].float()
    oracle = Saliency(lambda x: network(x)[1]).attribute(
        pixels.requires_grad_(True), target=torch.from_numpy(classes)
    )
    found = saliency(network, IMAGES, classes, "second")
    np.testing.assert_allclose(found, oracle[:, 0].detach().numpy(), rtol=1e-4, atol=1e-8)


def test_flip_averages_with_the_mirrored_picture_turned_back() -> None:
    network = built(border=1)
    plain = saliency(network, IMAGES, CLASSES, "first")
    mirrored = saliency(network, np.ascontiguousarray(IMAGES[:, :, ::-1]), CLASSES, "first")
    both = saliency(network, IMAGES, CLASSES, "first", flip=True)
    np.testing.assert_allclose(both, (plain + mirrored[:, :, ::-1]) / 2, rtol=1e-4, atol=1e-8)
    assert not np.allclose(both, plain)


def test_noise_is_averaged_and_repeats_with_its_seed() -> None:
    network = built()
    one = saliency(network, IMAGES, CLASSES, "first", noise=40, samples=8)
    np.testing.assert_array_equal(one, saliency(network, IMAGES, CLASSES, "first", noise=40, samples=8))
    assert not np.allclose(one, saliency(network, IMAGES, CLASSES, "first", noise=40, samples=8, seed=2))
    plain = saliency(network, IMAGES, CLASSES, "first")
    assert not np.allclose(one, plain)
    faint = saliency(network, IMAGES, CLASSES, "first", noise=1e-4, samples=3)
    np.testing.assert_allclose(faint, plain, rtol=1e-2, atol=1e-6)


def test_one_noisy_copy_without_noise_is_the_plain_gradient() -> None:
    network = built()
    np.testing.assert_array_equal(
        saliency(network, IMAGES, CLASSES, "first", samples=9), saliency(network, IMAGES, CLASSES, "first")
    )


def test_a_shown_map_is_blurred_and_clipped_at_a_percentile() -> None:
    strength = np.zeros((21, 21), np.float32)
    strength[10, 10] = 5
    seen = shown(strength)
    # A Gaussian of standard deviation 1: exp(-1/2) of the middle beside it, exp(-1) at the corners. The 99th
    # percentile of 441 values lies at place 435.6, between the last corner (435) and the first side (436).
    side, corner = np.exp(-0.5), np.exp(-1)
    assert seen[10, 10] == seen[10, 11] == 1
    assert np.isclose(seen[11, 11], corner / (corner + 0.6 * (side - corner)), atol=0.01)
    assert seen[0, 0] == 0
    assert shown(np.zeros((5, 5), np.float32)).max() == 0


def test_only_red_gains_and_an_unimportant_pixel_stays_grey() -> None:
    image = np.array([[100, 200, 255]], np.uint8)
    painted = over_red(image, np.array([[0, 1, 0.5]], np.float32))
    assert painted[0, 0].tolist() == [100, 100, 100]
    assert painted[0, 1].tolist() == [255, 60, 60]
    red, green, blue = painted[0, 2].tolist()
    assert red == 255
    assert green == blue == 166
