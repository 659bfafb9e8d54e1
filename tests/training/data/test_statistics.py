"""Mean, deviation and whitening agree with NumPy's and scikit-learn's own."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from training.data.statistics import pca, pixel_statistics

RNG = np.random.default_rng(0)
# Neighbouring pixels vary together, and the light varies over all of them.
IMAGES = np.clip(
    120
    + 40 * RNG.normal(size=(3000, 1, 1))
    + 15 * np.repeat(RNG.normal(size=(3000, 6, 3)), 2, axis=2)
    + 5 * RNG.normal(size=(3000, 6, 6)),
    0,
    255,
).astype(np.uint8)
FLAT = IMAGES.reshape(3000, 36).astype(np.float64)


def test_statistics_are_numpys() -> None:
    statistics = pixel_statistics(IMAGES)
    assert np.allclose(statistics.mean, IMAGES.mean(0), atol=1e-3)
    assert np.allclose(statistics.std, IMAGES.std(0), atol=1e-3)
    assert statistics.global_mean == pytest.approx(IMAGES.mean(), abs=1e-6)
    assert statistics.global_std == pytest.approx(IMAGES.std(), abs=1e-6)


def test_pictures_that_never_change_have_no_deviation() -> None:
    statistics = pixel_statistics(np.full((5, 4, 4), 255, np.uint8))
    assert statistics.global_mean == 255
    assert statistics.std.max() == statistics.global_std == 0


def test_variances_are_those_of_scikit_learn() -> None:
    theirs = PCA().fit(FLAT).explained_variance_ * 2999 / 3000
    assert np.allclose(pca(IMAGES).variances, theirs, rtol=1e-3)


def test_whitened_pixels_do_not_vary_together() -> None:
    assert np.abs(np.corrcoef(FLAT.T) - np.eye(36)).max() > 0.8
    for turn_back in (True, False):
        whitening = pca(IMAGES, ridge=0, turn_back=turn_back)
        white = (FLAT - whitening.mean) @ whitening.matrix
        assert np.allclose(np.cov(white.T, bias=True), np.eye(36), atol=0.01)


def test_turned_back_pictures_are_the_nearest_to_the_old_ones() -> None:
    whitening = pca(IMAGES)
    assert np.allclose(whitening.matrix, whitening.matrix.T, atol=1e-5)
    components = (FLAT - whitening.mean) @ pca(IMAGES, ridge=0, turn_back=False).matrix
    theirs = PCA(whiten=True).fit_transform(FLAT)
    # Each component's sign is arbitrary.
    agreement = np.abs((components * theirs).mean(0))
    assert np.allclose(agreement[:1], 1, atol=0.01)


def test_the_ridge_holds_back_what_hardly_varies() -> None:
    whitening = pca(IMAGES, ridge=0.1, turn_back=False)
    deviations = ((FLAT - whitening.mean) @ whitening.matrix).std(0)
    variances = whitening.variances
    assert np.allclose(deviations, np.sqrt(variances / (variances + 0.1 * variances.mean())), atol=0.01)


def test_equal_pictures_do_not_divide_by_nothing() -> None:
    assert np.isfinite(pca(np.full((4, 3, 3), 9, np.uint8)).matrix).all()
