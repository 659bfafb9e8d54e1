"""Grad-CAM is CAM where that exists, and captum's everywhere else."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from torch import nn

from tests.training.explain.networks import averaging, built
from training.errors import RunError
from training.explain.gradcam import gradcam, last_layer
from training.networks.build import build_network
from training.recipe import Recipe

IMAGES = np.random.default_rng(0).integers(0, 256, (2, 12, 12), np.uint8)
CLASSES = np.array([0, 2], np.int64)


def enlarged(maps: torch.Tensor, side: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    large = nn.functional.interpolate(maps[None, None], (side, side), mode="bilinear", align_corners=False)
    return large[0, 0].detach().numpy()


def test_after_global_average_pooling_it_is_cam_over_the_number_of_places() -> None:
    network = averaging()
    pixels = torch.from_numpy(IMAGES)[:, None].float()
    maps = network.features(pixels)
    head = network.heads["first"]
    assert isinstance(head, nn.Linear)
    found = gradcam(network, IMAGES, CLASSES, "first")
    assert found.max() > 0
    for picture, wanted, own in zip(maps, CLASSES, found, strict=True):
        cam = (head.weight[wanted][:, None, None] * picture).sum(0).relu() / 36
        np.testing.assert_allclose(own, enlarged(cam, 12), rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("layer", ["trunk.0", "trunk.3"])
def test_captum_agrees_at_any_convolution(layer: str) -> None:
    network = built(border=2, init="he")
    pixels = torch.from_numpy(IMAGES)[:, None, 2:-2, 2:-2].float()
    oracle = LayerGradCam(lambda x: network(x)[0], network.get_submodule(layer)).attribute(
        pixels, target=torch.from_numpy(CLASSES), relu_attributions=True
    )
    found = gradcam(network, IMAGES, CLASSES, "first", layer)
    for own, expected in zip(found, oracle, strict=True):
        np.testing.assert_allclose(own[2:-2, 2:-2], enlarged(expected[0], 8), rtol=1e-4, atol=1e-8)
    assert found[:, :2].max() == 0


def test_a_layer_before_one_that_works_in_place_can_be_asked() -> None:
    network = averaging()
    before = network(torch.from_numpy(IMAGES)[:, None].float())[0]
    assert gradcam(network, IMAGES, CLASSES, "first", "trunk.1").shape == (2, 12, 12)
    torch.testing.assert_close(network(torch.from_numpy(IMAGES)[:, None].float())[0], before)


def test_frozen_weights_do_not_stop_it() -> None:
    network = averaging()
    expected = gradcam(network, IMAGES, CLASSES, "first")
    network.requires_grad_(False)
    np.testing.assert_array_equal(gradcam(network, IMAGES, CLASSES, "first"), expected)


def test_the_last_layer_is_the_activation_before_the_last_pooling() -> None:
    assert last_layer(averaging()) == "trunk.5"
    assert last_layer(built(feature_maps=(4, 5, 0))) == "trunk.3"
    xception = build_network(Recipe(network="mini-xception", border=0), {"x": ("a", "b")}, 24)
    assert last_layer(xception) == f"trunk.{len(xception.trunk) - 1}"


def test_a_layer_without_maps_gets_a_sentence() -> None:
    network = built()
    with pytest.raises(RunError, match=r"trunk\.99: is no layer"):
        gradcam(network, IMAGES, CLASSES, "first", "trunk.99")
    with pytest.raises(RunError, match=r"neck\.1: makes no maps"):
        gradcam(network, IMAGES, CLASSES, "first", "neck.1")


def test_a_dense_network_gets_a_sentence() -> None:
    dense = build_network(Recipe(network="dense", border=0), {"x": ("a", "b", "c")}, 12)
    with pytest.raises(RunError, match="has none"):
        gradcam(dense, IMAGES, CLASSES, "x")
