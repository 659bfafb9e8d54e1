"""The detector as an ONNX file that `cv2.FaceDetectorYN` loads, proved on pictures of several sizes.

Input `input` float32 (1, 3, H, W), BGR 0 to 255, sides a multiple of 32. Outputs for s in 8, 16, 32, N =
(H/s)(W/s): `cls_s` and `obj_s` (1, N, 1) between 0 and 1, `bbox_s` (1, N, 4), `kps_s` (1, N, 10).
"""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.detector.boxes import Picture
from training.detector.decode import all_cells
from training.detector.network import CHANNELS, STRIDES, FaceNetwork, folded
from training.detector.teacher import FaceFinder
from training.errors import DataError, ExportError
from training.onnx_files import (
    TOLERANCE,
    check_finite,
    difference,
    forget_origin,
    open_model,
    quiet_exporter,
    write_proved,
)

OPSET: Final = 11
"""Every OpenCV that has `FaceDetectorYN` reads it."""
INPUT: Final = "input"
OUTPUTS: Final = tuple(f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in STRIDES)

_PROOF_SIDES: Final = ((96, 160), (320, 320))
"""Height and width of the pictures on which a file is proved."""
_PROOF_BOXES: Final = 60
"""How many of the surest boxes are compared, however little the network believes in them."""
_PIXELS: Final = 0.05
"""Largest accepted difference of a coordinate."""


class _Outputs(nn.Module):
    """The network with the twelve outputs by which OpenCV knows it."""

    def __init__(self, network: FaceNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        grids = [grid.permute(0, 2, 3, 1).reshape(1, -1, CHANNELS) for grid in self.network(pictures)]
        return (
            *(grid[..., 0:1].sigmoid() for grid in grids),
            *(grid[..., 1:2].sigmoid() for grid in grids),
            *(grid[..., 2:6] for grid in grids),
            *(grid[..., 6:16] for grid in grids),
        )


def export_detector(network: FaceNetwork, path: Path) -> None:
    """Write the network with batch norm folded, for any size of picture.

    Raises `ExportError` unless ONNX Runtime gives the network's numbers and OpenCV its faces.
    """
    with TemporaryDirectory() as folder, quiet_exporter(), torch.no_grad():
        unproved = Path(folder) / "detector.onnx"
        warnings.filterwarnings("ignore", "You are using the legacy", DeprecationWarning)
        torch.onnx.export(
            _Outputs(folded(network)).eval(),
            (torch.zeros(1, 3, 64, 64),),
            unproved,
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_axes={INPUT: {2: "height", 3: "width"}} | {name: {1: "cells"} for name in OUTPUTS},
            opset_version=OPSET,
            dynamo=False,  # the new exporter begins at a later opset
        )
        model = onnx.load(unproved)
    forget_origin(model)
    network.eval()
    write_proved(model, path, None, lambda partial: _prove(partial, path, network))


def _prove(partial: Path, path: Path, network: FaceNetwork) -> None:
    _prove_numbers(partial, path, network)
    # OpenCV tells the kind of a file by its name.
    named = partial.with_name(f"proof-{path.stem}.onnx")
    try:
        named.write_bytes(partial.read_bytes())
        _prove_in_opencv(named, path, network)
    finally:
        named.unlink(missing_ok=True)


def _proof_picture(side: tuple[int, int], seed: int) -> Picture:
    """Spots of all sizes; what they show does not matter."""
    noise = np.random.default_rng(seed).uniform(0, 255, (side[0] // 8, side[1] // 8, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(noise, side[::-1], interpolation=cv2.INTER_CUBIC), np.uint8)


def _prove_numbers(partial: Path, path: Path, network: FaceNetwork) -> None:
    session = open_model(partial)
    names = [output.name for output in session.get_outputs()]
    if tuple(names) != OUTPUTS:
        raise ExportError(f"{path}: has the outputs {', '.join(names)} instead of {', '.join(OUTPUTS)}.")
    for seed, side in enumerate(_PROOF_SIDES):
        pixels = _proof_picture(side, seed).transpose(2, 0, 1)[None].astype(np.float32)
        with torch.no_grad():
            wanted = [answer.numpy() for answer in _Outputs(network)(torch.from_numpy(pixels))]
        check_finite(path, wanted)
        answers: list[NDArray[np.float32]] = session.run(None, {INPUT: pixels})
        for name, answer, expected in zip(OUTPUTS, answers, wanted, strict=True):
            if answer.shape != expected.shape:
                raise ExportError(f"{path}: {name} has shape {answer.shape} instead of {expected.shape}.")
            if not difference(answer, expected) <= TOLERANCE:
                raise ExportError(
                    f"{path}: {name} differs from the trained network by {difference(answer, expected):.2g}."
                )


def _prove_in_opencv(named: Path, path: Path, network: FaceNetwork) -> None:
    """The surest cells, before any is dropped: which of two equally sure ones is, rounding decides."""
    for seed, side in enumerate(_PROOF_SIDES):
        picture = _proof_picture(side, seed)
        faces, scores = all_cells(network, picture)
        order = np.argsort(-scores)
        threshold = float(scores[order[_PROOF_BOXES]])
        try:
            theirs = FaceFinder(named, threshold, overlap=1.0).find(picture)[0]
        except DataError as error:
            raise ExportError(f"{path}: OpenCV does not load it as a face detector.") from error
        ours = faces[order[: _PROOF_BOXES // 2]]
        if len(theirs) < len(ours):
            raise ExportError(f"{path}: OpenCV finds {len(theirs)} boxes where there are {_PROOF_BOXES}.")
        apart = np.abs(ours[:, None] - theirs[None]).max(axis=2).min(axis=1).max()
        if not apart <= _PIXELS:
            raise ExportError(f"{path}: boxes in OpenCV lie {apart:.2g} pixels beside the trained network's.")
