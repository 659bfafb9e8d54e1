"""The saliency graph gives autograd's gradient, and it explains this face and this network."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from fer_desktop.emotions import FERPLUS_LABELS
from tests.training.made_data import made_faces
from training.networks import ExpressionNet, centre
from training.onnx_files import open_model
from training.saliency import export_saliency

FACES = torch.from_numpy(made_faces(2).images[:, None, None]).float()


def autograd(network: ExpressionNet, face: Tensor, label: int) -> NDArray[np.float32]:
    """The gradient of the original network, batch norm and all."""
    pixels = face.clone().requires_grad_(True)
    network(centre(pixels))[0][0, label].backward()
    assert pixels.grad is not None
    return np.asarray(pixels.grad.numpy())


class Graph:
    """An exported saliency graph."""

    def __init__(self, network: ExpressionNet, path: Path) -> None:
        export_saliency(network, path)
        self.session = open_model(path)

    def __call__(self, face: Tensor, label: int) -> NDArray[np.float32]:
        weights = np.eye(8, dtype=np.float32)[[label]]
        (gradient,) = self.session.run(["gradient"], {"face": face.numpy(), "weights": weights})
        return np.asarray(gradient)


@pytest.fixture(scope="module")
def graph(tiny_network: ExpressionNet, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return Graph(tiny_network, tmp_path_factory.mktemp("saliency") / "tiny.saliency.onnx")


def cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float((one * other).sum() / np.linalg.norm(one) / np.linalg.norm(other))


def test_every_class_has_autograds_gradient(graph: Graph, tiny_network: ExpressionNet) -> None:
    for label in range(len(FERPLUS_LABELS)):
        shown = graph(FACES[0], label)
        assert shown.shape == (1, 1, 48, 48)
        assert cosine(shown, autograd(tiny_network, FACES[0], label)) > 0.999


def test_another_face_has_another_gradient(graph: Graph) -> None:
    assert cosine(graph(FACES[0], 3), graph(FACES[1], 3)) < 0.99


def test_another_network_has_another_gradient(
    graph: Graph, tiny_network: ExpressionNet, tmp_path: Path
) -> None:
    """Adebayo et al. 2018: a map that survives random weights explains nothing."""
    stranger = copy.deepcopy(tiny_network)
    for parameter in stranger.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    other = Graph(stranger, tmp_path / "other.saliency.onnx")
    assert abs(cosine(graph(FACES[0], 3), other(FACES[0], 3))) < 0.9


def test_what_the_network_does_not_see_has_no_gradient(graph: Graph) -> None:
    gradient = graph(FACES[0], 0)[0, 0]
    assert not gradient[:2].any()
    assert not gradient[:, -2:].any()
    assert gradient[2:-2, 2:-2].any()


def test_a_flat_picture_has_a_gradient_of_numbers(graph: Graph) -> None:
    assert np.isfinite(graph(torch.full((1, 1, 48, 48), 128.0), 0)).all()
