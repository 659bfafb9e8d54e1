"""Answers and small measures agree with ones worked out by hand or by scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss, top_k_accuracy_score
from torch import nn

from training.errors import RunError
from training.measure.metrics import (
    SHIFT,
    accuracy,
    average_probabilities,
    cross_entropy,
    log_softmax,
    predict,
    softmax,
    top_accuracies,
    views_of,
    wilson,
)
from training.networks.network import Body, Network

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (9, 12, 12)).astype(np.uint8)
LOGITS = RNG.normal(0, 2, (40, 5)).astype(np.float32)
ANSWERS = RNG.integers(0, 5, 40)


def small_network(dropout: float = 0.0, border: int = 2) -> Network:
    torch.manual_seed(0)
    width = 12 - 2 * border
    neck = nn.Sequential(nn.Flatten(), nn.Dropout(dropout))
    body = Body(nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU()), neck, 3 * width * width)
    scale = nn.BatchNorm2d(1)
    scale.running_mean, scale.running_var = torch.tensor([128.0]), torch.tensor([5000.0])
    return Network(body, {"main": ("a", "b", "c"), "other": ("x", "y")}, scale, border)


def test_one_view_gives_the_networks_logits_of_the_centre() -> None:
    network = small_network().eval()
    pixels = torch.from_numpy(IMAGES[:, None, 2:-2, 2:-2]).float()
    with torch.no_grad():
        main, other = network(pixels)
    logits = predict(network, IMAGES, batch=4)
    np.testing.assert_allclose(logits["main"], main, atol=1e-5)
    np.testing.assert_allclose(logits["other"], other, atol=1e-5)


def test_answers_are_undisturbed_by_dropout_and_leave_the_mode_as_it_was() -> None:
    network = small_network(dropout=0.5).train()
    statistics = {name: value.clone() for name, value in network.named_buffers()}
    first, second = predict(network, IMAGES), predict(network, IMAGES)
    np.testing.assert_array_equal(first["main"], second["main"])
    assert network.training
    assert all(torch.equal(value, statistics[name]) for name, value in network.named_buffers())
    network.eval()
    predict(network, IMAGES)
    assert not network.training


def test_two_views_are_the_mean_of_the_probabilities_of_picture_and_mirror_image() -> None:
    network = small_network()
    single = softmax(predict(network, IMAGES)["main"])
    mirrored = softmax(predict(network, np.ascontiguousarray(IMAGES[:, :, ::-1]))["main"])
    assert np.abs(single - mirrored).max() > 0.01
    both = predict(network, IMAGES, "flip")["main"]
    np.testing.assert_allclose(np.exp(both), (single + mirrored) / 2, atol=1e-5)


def test_the_mirror_image_of_a_symmetric_picture_changes_nothing() -> None:
    network = small_network()
    symmetric = np.maximum(IMAGES, IMAGES[:, :, ::-1])
    single, both = (softmax(predict(network, symmetric, views)["main"]) for views in ("single", "flip"))
    np.testing.assert_allclose(single, both, atol=1e-5)


def test_ten_views_are_the_centre_and_four_shifts_each_with_its_mirror_image() -> None:
    pixels = torch.from_numpy(IMAGES[:, None]).float()
    views = views_of(pixels, "ten")
    assert len(views) == 10
    assert torch.equal(views[0], pixels)
    assert torch.equal(views[1], pixels.flip(-1))
    # Up and left by two pixels: the picture's own corner comes two pixels further down and right.
    assert torch.equal(views[2][:, :, SHIFT:, SHIFT:], pixels[:, :, :-SHIFT, :-SHIFT])
    assert torch.equal(views[2][:, :, 0, SHIFT:], pixels[:, :, 2, :-SHIFT])
    assert len({view.numpy().tobytes() for view in views}) == 10
    network = small_network()
    means = np.mean([softmax(predict(network, v[:, 0].byte().numpy())["main"]) for v in views], axis=0)
    np.testing.assert_allclose(np.exp(predict(network, IMAGES, "ten")["main"]), means, atol=1e-5)


def test_views_of_an_even_picture_are_all_alike() -> None:
    network, even = small_network(), np.full((2, 12, 12), 90, np.uint8)
    single, ten = (softmax(predict(network, even, views)["main"]) for views in ("single", "ten"))
    np.testing.assert_allclose(single, ten, atol=1e-5)


def test_no_pictures_give_no_answers() -> None:
    assert predict(small_network(), IMAGES[:0])["main"].shape == (0, 3)


def test_an_ensemble_averages_probabilities_of_the_heads_that_all_have() -> None:
    sure = {"main": np.array([[1000.0, 0.0]], np.float32), "extra": np.zeros((1, 3), np.float32)}
    unsure = {"main": np.array([[0.0, 0.0]], np.float32)}
    together = average_probabilities([sure, unsure])
    assert list(together) == ["main"]
    assert np.exp(together["main"]) == pytest.approx(np.array([[0.75, 0.25]]))
    with pytest.raises(RunError, match="share no head"):
        average_probabilities([{"a": LOGITS}, {"b": LOGITS}])


def test_pictures_without_a_right_answer_do_not_count() -> None:
    said = (4 * np.eye(3)[[0, 1, 1, 0]]).astype(np.float32)
    answers = np.array([0, 0, 1, -1])
    assert accuracy(said, answers) == pytest.approx(2 / 3)
    assert cross_entropy(said, answers) == pytest.approx(cross_entropy(said[:3], answers[:3]))
    assert math.isnan(accuracy(said[3:], answers[3:]))
    assert math.isnan(cross_entropy(said[3:], answers[3:]))


def test_cross_entropy_and_top_accuracies_as_scikit_learn_has_them() -> None:
    chances = np.exp(log_softmax(LOGITS))
    assert cross_entropy(LOGITS, ANSWERS) == pytest.approx(log_loss(ANSWERS, chances, labels=range(5)))
    for k, share in enumerate(top_accuracies(LOGITS, ANSWERS)[:-1], 1):
        expected = top_k_accuracy_score(ANSWERS, LOGITS, k=k, labels=range(5))
        assert share == pytest.approx(expected)
    assert top_accuracies(LOGITS, ANSWERS)[-1] == 1


def test_probabilities_of_large_logits_stay_finite_and_a_temperature_flattens_them() -> None:
    logits = np.array([[1000.0, 999.0]], np.float32)
    assert softmax(logits) == pytest.approx(np.array([[math.e / (1 + math.e), 1 / (1 + math.e)]]))
    root = math.exp(0.5)
    assert softmax(logits, 2) == pytest.approx(np.array([[root / (1 + root), 1 / (1 + root)]]))


def test_wilsons_interval_as_in_the_tables() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1), abs=1e-4)
    assert all(map(math.isnan, wilson(0, 0)))
