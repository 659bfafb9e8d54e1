"""Every normalisation and activation can leave PyTorch: ONNX Runtime gives the same values."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from training.names import ACTIVATIONS, NORMALISATIONS
from training.networks.activations import activation
from training.networks.normalise import normaliser

SIDE = 6


class AllParts(nn.Module):
    """Each normalisation, and each activation of values around 0."""

    def __init__(self) -> None:
        super().__init__()
        pictures = np.random.default_rng(0).integers(0, 256, (50, SIDE, SIDE), dtype=np.uint8)
        self.normalisers = nn.ModuleList(normaliser(name, SIDE, pictures) for name in NORMALISATIONS)
        self.activations = nn.ModuleList(activation(name) for name in ACTIVATIONS)

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        values = pixels / 32 - 4
        return (
            *(layer(pixels) for layer in self.normalisers),
            *(layer(values) for layer in self.activations),
        )


@pytest.mark.filterwarnings("ignore")
def test_onnx_runtime_gives_the_values_of_pytorch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    parts = AllParts().eval()
    pixels = torch.rand(3, 1, SIDE, SIDE) * 255
    path = tmp_path / "parts.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            parts,
            (pixels[:2],),
            path,
            input_names=["pixels"],
            dynamic_shapes=({0: torch.export.Dim("N", min=1)},),
            dynamo=True,
            verbose=False,
        )
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    found = session.run(None, {"pixels": pixels.numpy()})
    with torch.no_grad():
        expected = parts(pixels)
    for name, ours, theirs in zip((*NORMALISATIONS, *ACTIVATIONS), expected, found, strict=True):
        np.testing.assert_allclose(theirs, ours.numpy(), rtol=1e-3, atol=1e-4, err_msg=name)
