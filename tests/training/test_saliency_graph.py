"""The saliency graph gives autograd's gradient, and it explains this picture and this network."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tests.training.made_data import made_faces
from training.deploy import deployable
from training.errors import ExportError
from training.names import ACTIVATIONS, ARCHITECTURE_NAMES, NORMALISATIONS
from training.networks.activations import activation
from training.networks.build import build_network
from training.networks.network import Body, Network
from training.networks.normalise import ContrastNorm
from training.networks.residual import basic
from training.onnx_files import export_graph, open_model
from training.recipe import Recipe
from training.saliency_graph import export_saliency, traced_gradient

HEADS = {"letters": ("a", "b", "c"), "digits": ("1", "2")}
SIDE = 20
IMAGES = made_faces(12, side=SIDE).images
FACES = torch.from_numpy(IMAGES[:, None, None]).float()
FLAT = torch.full((1, 1, SIDE, SIDE), 128.0)


def autograd(network: Network, face: Tensor, label: int) -> NDArray[np.float32]:
    """The gradient of the original network, batch norm and all."""
    pixels = face.clone().requires_grad_(True)
    network(network.centre(pixels))[0][0, label].backward()
    assert pixels.grad is not None
    return np.asarray(pixels.grad.numpy())


def weights(label: int) -> Tensor:
    return torch.eye(3)[[label]]


def cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float((one * other).sum() / np.linalg.norm(one) / np.linalg.norm(other))


def settled(network: Network) -> Network:
    """In evaluation, with a batch norm that is not the identity, so that folding it is tested."""
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 2)
            nn.init.normal_(layer.bias)
            layer.running_mean = torch.randn(layer.num_features)
            layer.running_var = torch.rand(layer.num_features) + 0.5
    return network.eval()


def made_network(words: str = "relu", **settings: object) -> Network:
    torch.manual_seed(0)
    plain = {"network": "builder", "feature_maps": (4, 0, 6, 0), "mlp_hiddens": (8,), "activation": words}
    return settled(build_network(Recipe(**plain | settings), HEADS, SIDE, IMAGES))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def network() -> Network:
    """Every kind of layer that a network here may have."""
    torch.manual_seed(1)
    layers: list[nn.Module] = [nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(True)]
    layers += [nn.MaxPool2d(3, 2, padding=1), basic(8, 12, 2, "relu")]
    layers += [nn.Conv2d(12, 12, 3, padding=1, groups=12), nn.Conv2d(12, 8, 2, stride=2, groups=4)]
    trunk = nn.Sequential(*layers, *map(activation, ACTIVATIONS), nn.AvgPool2d(2))
    neck = nn.Sequential(nn.Flatten(), nn.Linear(8, 9), nn.Tanh(), nn.Dropout(0.5))
    return settled(Network(Body(trunk, neck, 9), HEADS, ContrastNorm(), border=1))


class Graph:
    """An exported saliency graph."""

    def __init__(self, network: Network, path: Path) -> None:
        export_saliency(network, SIDE, path, IMAGES[:2])
        self.session = open_model(path)

    def __call__(self, face: Tensor, label: int) -> NDArray[np.float32]:
        feed = {"face": face.numpy(), "weights": weights(label).numpy()}
        (gradient,) = self.session.run(["gradient"], feed)
        return np.asarray(gradient)


@pytest.fixture(scope="module")
def graph(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return Graph(network, tmp_path_factory.mktemp("saliency") / "all.saliency.onnx")


def test_every_class_has_autograds_gradient(graph: Graph, network: Network) -> None:
    for label, face in enumerate(FACES[:3]):
        shown = graph(face, label)
        assert shown.shape == (1, 1, SIDE, SIDE)
        assert cosine(shown, autograd(network, face, label)) > 0.999


def test_another_picture_has_another_gradient(graph: Graph) -> None:
    assert cosine(graph(FACES[0], 1), graph(FACES[1], 1)) < 0.99


def test_what_the_network_does_not_see_has_no_gradient(graph: Graph) -> None:
    gradient = graph(FACES[0], 0)[0, 0]
    assert not gradient[0].any()
    assert not gradient[:, -1].any()
    assert gradient[1:-1, 1:-1].any()


def test_a_flat_picture_has_a_gradient_of_numbers(graph: Graph) -> None:
    assert np.isfinite(graph(FLAT, 0)).all()


def traced(network: Network, face: Tensor, label: int) -> NDArray[np.float32]:
    """The written-out gradient, before it becomes a file."""
    graph = traced_gradient(deployable(network), face.shape[-1])
    return np.asarray(graph(face, weights(label)).numpy())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_its_derivative(name: str) -> None:
    network = made_network(name)
    assert np.allclose(traced(network, FACES[0], 2), autograd(network, FACES[0], 2), rtol=1e-3, atol=1e-8)


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_the_gradient_goes_through_every_normalisation(name: str) -> None:
    network = made_network(normalise=name, padding="same", batch_norm=True, mlp_hiddens=())
    assert np.allclose(traced(network, FACES[0], 1), autograd(network, FACES[0], 1), rtol=1e-3, atol=1e-7)


def test_of_equal_pixels_only_the_first_is_the_largest() -> None:
    """Black backgrounds make many of them; a slope that went to all would be four times too large."""
    network = made_network("tanh", normalise="scale")
    assert np.allclose(traced(network, FLAT, 0), autograd(network, FLAT, 0), rtol=1e-3, atol=1e-8)


def test_another_network_has_another_gradient() -> None:
    """Adebayo et al. 2018: a map that survives random weights explains nothing."""
    network = made_network()
    stranger = copy.deepcopy(network)
    for parameter in stranger.parameters():
        nn.init.normal_(parameter, std=0.1)
    assert abs(cosine(traced(network, FACES[0], 2), traced(stranger, FACES[0], 2))) < 0.9


def test_what_has_no_known_gradient_is_refused_in_a_sentence() -> None:
    trunk = nn.Sequential(nn.Conv2d(1, 2, 3), nn.AvgPool2d(3, stride=1))
    neck = nn.Sequential(nn.Flatten())
    network = Network(Body(trunk, neck, 2 * 16 * 16), HEADS, ContrastNorm())
    with pytest.raises(ExportError, match="average pooling with overlapping"):
        traced_gradient(deployable(network), SIDE)


@pytest.mark.parametrize("factor", [-1.0, 1.1])
def test_a_wrong_gradient_is_never_written(tmp_path: Path, factor: float) -> None:
    given = torch.arange(4.0).reshape(1, 1, 2, 2)
    path = tmp_path / "wrong.onnx"
    with pytest.raises(ExportError, match="gives another gradient"):
        export_graph(
            nn.Identity(), path, ("face",), ("same",), [((given,), (factor * given,))], directions=True
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHITECTURE_NAMES)
def test_every_architecture_has_autograds_gradient_as_a_file(name: str, tmp_path: Path) -> None:
    side = 36 if name.startswith("vgg-1") else 28
    torch.manual_seed(0)
    network = settled(build_network(Recipe(network=name), HEADS, side))
    path = tmp_path / "net.saliency.onnx"
    faces = made_faces(3, side=side).images
    export_saliency(network, side, path, faces)
    session = open_model(path)
    for label in range(3):
        face = torch.from_numpy(faces[label][None, None]).float()
        (shown,) = session.run(None, {"face": face.numpy(), "weights": weights(label).numpy()})
        assert cosine(shown, autograd(network, face, label)) > 0.999
