"""Pixels are normalised by what each rule promises, inside the network and inside an exported file."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.data.statistics import RIDGE
from training.names import NORMALISATIONS
from training.networks.build import build_network
from training.networks.normalise import MIN_STD, normaliser
from training.recipe import Recipe

SIDE = 8
HEADS = {"answer": ("no", "yes")}


def correlated_pictures(count: int = 3000) -> NDArray[np.uint8]:
    """Pictures of smooth light, whose neighbouring pixels vary together."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:SIDE, :SIDE] / SIDE
    strengths = rng.normal(size=(5, count, 1, 1))
    waves = (1, rows, columns, rows * columns, np.sin(6 * rows))
    light = sum(strength * wave for strength, wave in zip(strengths, waves, strict=True))
    noise = rng.normal(size=(count, SIDE, SIDE)) * 4
    pictures: NDArray[np.uint8] = np.clip(120 + 25 * light + noise, 0, 255).astype(np.uint8)
    return pictures


PICTURES = correlated_pictures()


def pixels(pictures: NDArray[np.uint8]) -> Tensor:
    return torch.tensor(pictures[:, None], dtype=torch.float32)


def normalised(name: str, pictures: NDArray[np.uint8] = PICTURES) -> NDArray[np.float32]:
    result: NDArray[np.float32] = normaliser(name, SIDE, PICTURES)(pixels(pictures)).numpy()[:, 0]
    return result


def test_contrast_gives_every_picture_mean_zero_and_std_one() -> None:
    pictures = PICTURES[PICTURES.std((1, 2)) > MIN_STD]
    assert len(pictures) > 100
    result = normalised("contrast", pictures)
    np.testing.assert_allclose(result.mean((1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(result.std((1, 2)), 1, rtol=1e-4)


def test_contrast_keeps_a_flat_picture_flat() -> None:
    nearly_flat = np.full((1, SIDE, SIDE), 100, np.uint8)
    nearly_flat[0, 0, 0] = 101
    assert np.abs(normalised("contrast", nearly_flat)).max() < 0.1


def test_pixel_gives_every_pixel_mean_zero_and_std_one() -> None:
    result = normalised("pixel")
    np.testing.assert_allclose(result.mean(0), 0, atol=1e-4)
    np.testing.assert_allclose(result.std(0), 1, rtol=1e-4)


def test_a_pixel_that_never_changed_does_not_explode() -> None:
    constant = PICTURES.copy()
    constant[:, 0, 0] = 7
    layer = normaliser("pixel", SIDE, constant)
    surprise = constant[:1].copy()
    surprise[0, 0, 0] = 255
    assert torch.all(layer(pixels(constant))[:, 0, 0, 0] == 0)
    assert layer(pixels(surprise))[0, 0, 0, 0].item() == pytest.approx(248 / MIN_STD)


def test_global_uses_one_mean_and_std_for_all() -> None:
    result = normalised("global")
    assert result.mean() == pytest.approx(0, abs=1e-4)
    assert result.std() == pytest.approx(1, rel=1e-4)
    assert np.ptp(result.mean(0)) > 0.01


def test_scale_goes_from_zero_to_one() -> None:
    picture = np.array([[[0, 51], [102, 255]]], np.uint8)
    np.testing.assert_allclose(normalised("scale", picture)[0], [[0, 0.2], [0.4, 1]], rtol=1e-6)


def test_whitening_takes_the_correlation_out() -> None:
    white = normalised("pca").reshape(-1, SIDE**2)
    before = np.asarray(np.corrcoef(PICTURES.reshape(-1, SIDE**2).T))
    after = np.asarray(np.corrcoef(white.T))
    off = ~np.eye(SIDE**2, dtype=bool)
    assert np.abs(before[off]).mean() > 0.5
    assert np.abs(after[off]).mean() < 0.2
    np.testing.assert_allclose(white.mean(0), 0, atol=1e-4)


def test_whitening_leaves_the_documented_share_of_each_variance() -> None:
    variances = np.linalg.eigvalsh(np.cov(PICTURES.reshape(-1, SIDE**2).T, bias=True))
    white = normalised("pca").reshape(-1, SIDE**2)
    left = np.linalg.eigvalsh(np.cov(white.T.astype(np.float64), bias=True))
    np.testing.assert_allclose(left, variances / (variances + RIDGE * variances.mean()), rtol=2e-3, atol=1e-4)


def test_half_precision_does_not_blur_whitening() -> None:
    layer = normaliser("pca", SIDE, PICTURES)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = layer(pixels(PICTURES))
    assert torch.equal(half, layer(pixels(PICTURES)))


def test_whitening_survives_a_single_picture() -> None:
    layer = normaliser("pca", SIDE, PICTURES[:1])
    assert torch.isfinite(layer(pixels(PICTURES))).all()


def test_whitened_pictures_remain_pictures() -> None:
    """A bright spot stays where it is, which a projection on the components would not do."""
    spot = np.zeros((2, SIDE, SIDE), np.uint8)
    spot[1, 2, 5] = 100
    dark, bright = normalised("pca", spot)
    assert np.unravel_index((bright - dark).argmax(), (SIDE, SIDE)) == (2, 5)


@pytest.mark.parametrize("name", ["pixel", "global", "pca"])
def test_a_border_is_left_out_of_the_statistics(name: str) -> None:
    framed = np.random.default_rng(1).integers(0, 255, (200, SIDE + 4, SIDE + 4), dtype=np.uint8)
    framed[:, 2:-2, 2:-2] = PICTURES[:200]
    recipe = Recipe(network="dense", normalise=name, border=2)
    network = build_network(recipe, HEADS, SIDE + 4, framed).eval()
    seen = network.centre(pixels(framed))
    torch.testing.assert_close(
        network.normalise(seen), normaliser(name, SIDE, PICTURES[:200])(pixels(PICTURES[:200]))
    )


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_statistics_come_back_with_the_weights(name: str) -> None:
    recipe = Recipe(network="dense", normalise=name, border=0)
    network = build_network(recipe, HEADS, SIDE, PICTURES).eval()
    restored = build_network(recipe, HEADS, SIDE).eval()
    restored.load_state_dict(network.state_dict())
    assert torch.equal(restored(pixels(PICTURES[:5]))[0], network(pixels(PICTURES[:5]))[0])
