"""Occlusion finds the place that an answer rests on."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.explain.networks import looking_at
from training.errors import RunError
from training.explain.occlusion import corners, occlusion

BRIGHT = np.array([1], np.int64)


def test_the_probability_falls_where_the_network_looks_and_nowhere_else() -> None:
    white = np.full((1, 12, 12), 255, np.uint8)
    (found,) = occlusion(looking_at(3, 8), white, BRIGHT, "light", patch=3, stride=1, cover=0)
    assert np.unravel_index(found.argmax(), found.shape) == (3, 8)
    far = np.ones((12, 12), bool)
    far[:8, 4:] = False
    np.testing.assert_allclose(found[far], 0, atol=1e-6)


def test_the_fall_is_that_of_the_probability() -> None:
    white = np.full((1, 12, 12), 255, np.uint8)
    # A patch of the whole picture: 9 bright places less 4.5 give sigmoid(4.5), none sigmoid(-4.5).
    (found,) = occlusion(looking_at(3, 8), white, BRIGHT, "light", patch=12, stride=12, cover=0)
    expected = 1 / (1 + np.exp(-4.5)) - 1 / (1 + np.exp(4.5))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_covering_the_place_with_light_makes_the_answer_likelier() -> None:
    black = np.zeros((1, 12, 12), np.uint8)
    (found,) = occlusion(looking_at(3, 8), black, BRIGHT, "light", patch=3, stride=1, cover=255)
    assert np.unravel_index(found.argmin(), found.shape) == (3, 8)
    assert found.max() <= 1e-6


def test_without_a_grey_value_the_mean_covers() -> None:
    image = np.zeros((1, 12, 12), np.uint8)
    image[0, :6] = 200
    network = looking_at(3, 8)
    by_mean = occlusion(network, image, BRIGHT, "light", patch=4, stride=2)
    by_grey = occlusion(network, image, BRIGHT, "light", patch=4, stride=2, cover=100)
    np.testing.assert_array_equal(by_mean, by_grey)


def test_patches_reach_the_far_edge() -> None:
    assert corners(7, 3, 2) == [(top, left) for top in (0, 2, 4) for left in (0, 2, 4)]
    assert {top for top, _ in corners(8, 3, 2)} == {0, 2, 4, 5}


@pytest.mark.parametrize(("patch", "stride"), [(13, 1), (3, 4), (3, 0)])
def test_a_patch_that_does_not_fit_gets_a_sentence(patch: int, stride: int) -> None:
    with pytest.raises(RunError, match="do not fit"):
        occlusion(
            looking_at(3, 8), np.zeros((1, 12, 12), np.uint8), BRIGHT, "light", patch=patch, stride=stride
        )
