"""Filters by size and likeness, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tests.training.explain.networks import built
from training.explain.filters import (
    convolution_weights,
    cosines,
    l1_norms,
    most_similar,
    rank_filters,
)

WEIGHTS = np.array([[[[1, -2]]], [[[0, 0.5]]], [[[-3, 4]]], [[[2, -4]]]], np.float32)


def test_the_l1_norm_is_the_sum_of_absolute_weights_and_ranks_the_filters() -> None:
    assert l1_norms(WEIGHTS).tolist() == [3, 0.5, 7, 6]
    ranked = rank_filters("trunk.0", WEIGHTS)
    assert [(one.filter, one.l1, one.rank) for one in ranked] == [
        (2, 7, 1),
        (3, 6, 2),
        (0, 3, 3),
        (1, 0.5, 4),
    ]


def test_a_multiple_of_a_filter_is_alike_and_the_angle_decides() -> None:
    matrix = cosines(WEIGHTS)
    assert matrix[0, 3] == pytest.approx(1)
    assert matrix[0, 1] == pytest.approx(-2 / np.sqrt(5))
    assert matrix[2, 1] == pytest.approx(0.8)
    np.testing.assert_allclose(np.diag(matrix), 1)
    np.testing.assert_array_equal(matrix, matrix.T)


def test_a_duplicated_filter_of_a_network_has_similarity_one() -> None:
    network = built()
    second = network.trunk[3]
    assert isinstance(second, nn.Conv2d)
    with torch.no_grad():
        second.weight[4] = second.weight[1]
    weights = convolution_weights(network)
    assert list(weights) == ["trunk.0", "trunk.3"]
    best, *others = most_similar("trunk.3", cosines(weights["trunk.3"]), 3)
    assert (best.first, best.second) == (1, 4)
    assert best.cosine == pytest.approx(1)
    assert len(others) == 2
    assert others[0].cosine >= others[1].cosine


def test_a_filter_of_zeros_resembles_nothing() -> None:
    matrix = cosines(np.concatenate([WEIGHTS, np.zeros((1, 1, 1, 2), np.float32)]))
    np.testing.assert_array_equal(matrix[4], 0)
