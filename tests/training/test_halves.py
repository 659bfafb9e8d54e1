"""Weights in half precision: half the size, the same numbers."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto
from torch import Tensor, nn

from tests.training.conftest import TINY_HEADS
from training.deploy import deployable
from training.halves import LEAST_NUMBERS, rounded
from training.networks.build import build_network
from training.networks.network import Network
from training.onnx_files import export_graph, open_model
from training.recipe import Recipe


class Product(nn.Module):
    """Multiplies rows with a matrix of a million weights."""

    def __init__(self, matrix: Tensor) -> None:
        super().__init__()
        self.matrix = nn.Parameter(matrix, requires_grad=False)

    def forward(self, rows: Tensor) -> Tensor:
        return rows @ self.matrix


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(0)
    return build_network(Recipe(network="vgg-xs"), TINY_HEADS, 24).eval()


def written(matrix: Tensor, path: Path) -> onnx.ModelProto:
    rows = torch.randn(3, len(matrix))
    export_graph(Product(matrix), path, ["rows"], ["product"], [((rows,), (rows @ matrix,))])
    answer = open_model(path).run(None, {"rows": rows.numpy()})[0]
    assert np.allclose(answer, (rows @ matrix).numpy(), atol=1e-4, rtol=1e-4)
    return onnx.load(path)


def test_only_large_parameters_are_rounded_and_little(network: Network) -> None:
    before = {name: value.clone() for name, value in network.state_dict().items()}
    short = rounded(deployable(network))
    large = [weights for weights in short.parameters() if weights.numel() >= LEAST_NUMBERS]
    assert large
    assert all(torch.equal(weights.half().float(), weights) for weights in large)
    small = [weights for weights in short.parameters() if weights.numel() < LEAST_NUMBERS]
    assert not any(torch.equal(weights.half().float(), weights) for weights in small if weights.any())
    pixels = 255 * torch.rand(4, 1, 24, 24)
    with torch.no_grad():
        for answer, wanted in zip(short(short.centre(pixels)), network(network.centre(pixels)), strict=True):
            assert 0 < (answer - wanted).abs().max() < 5e-3 * max(1.0, float(wanted.abs().max()))
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize("factor", [1e-24, 1e-9, 1e7, 1e20])
def test_numbers_that_half_precision_lacks_are_left_alone(network: Network, factor: float) -> None:
    odd = copy.deepcopy(network)
    last = next(iter(odd.heads.values()))
    assert isinstance(last, nn.Linear)
    with torch.no_grad():
        last.weight.mul_(factor)
    kept = next(iter(rounded(deployable(odd)).heads.values()))
    assert isinstance(kept, nn.Linear)
    assert torch.equal(kept.weight, last.weight)


def test_a_file_of_halves_is_half_as_large(tmp_path: Path) -> None:
    matrix = torch.randn(1000, 1000)
    whole = written(matrix, tmp_path / "whole.onnx")
    half = written(matrix.half().float(), tmp_path / "half.onnx")
    assert [constant.data_type for constant in whole.graph.initializer] == [TensorProto.FLOAT]
    assert [constant.data_type for constant in half.graph.initializer] == [TensorProto.FLOAT16]
    sizes = [(tmp_path / name).stat().st_size for name in ("whole.onnx", "half.onnx")]
    assert sizes[1] == pytest.approx(sizes[0] / 2, rel=0.01)


@pytest.mark.parametrize("number", [1 + 2**-12, 1e6])
def test_one_number_too_exact_or_too_large_keeps_the_whole_constant(tmp_path: Path, number: float) -> None:
    matrix = torch.ones(1000, 1000)
    matrix[3, 4] = number
    file = written(matrix, tmp_path / "mixed.onnx")
    assert [constant.data_type for constant in file.graph.initializer] == [TensorProto.FLOAT]
