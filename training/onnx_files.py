"""Writing ONNX files that have been proved to answer like the network that they came from."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.data import FaceSet
from training.networks import HEADS

OPSET: Final = 18
TOLERANCE: Final = 1e-3
"""Largest accepted difference between PyTorch and ONNX Runtime."""

METADATA_KEY: Final = "fer_desktop"

Case = tuple[tuple[Tensor, ...], tuple[Tensor, ...]]
"""Inputs of a graph and the outputs that they must give."""


class ExportError(RuntimeError):
    """A network cannot be written as an ONNX file that gives its answers."""


def export_graph(
    module: nn.Module,
    path: Path,
    inputs: Sequence[str],
    outputs: Sequence[str],
    cases: Sequence[Case],
    *,
    dynamic_batch: bool = False,
    relative: bool = False,
    metadata: Mapping[str, object] | None = None,
) -> None:
    """Write `module` as ONNX, without weights in other files, and prove every case on what was written.

    `relative`: differences are measured in units of the largest expected value. The file appears at
    `path` only when it has passed; otherwise raises `ExportError`.
    """
    batch = torch.export.Dim("N", min=1)
    # The exporter takes a batch of one for a constant, so a dynamic one is shown as two.
    example = tuple(t.expand(2, *t.shape[1:]).clone() if dynamic_batch else t for t in cases[0][0])
    with _quiet_exporter():
        program = torch.onnx.export(
            module.eval(),
            example,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=tuple({0: batch} for _ in inputs) if dynamic_batch else None,
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    _forget_origin(model)
    if metadata is not None:
        entry = model.metadata_props.add()
        entry.key, entry.value = METADATA_KEY, json.dumps(metadata, ensure_ascii=False)
    partial = path.with_name(path.name + ".tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        onnx.save_model(model, partial)
        onnx.checker.check_model(str(partial), full_check=True)
        _prove(partial, inputs, cases, relative)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def open_model(path: Path, threads: int = 2) -> onnxruntime.InferenceSession:
    """A session on the CPU. Raises `ExportError` if ONNX Runtime cannot load the file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    # ONNX Runtime's own exceptions share no base class but this one.
    except Exception as error:
        raise ExportError(f"{path}: cannot be loaded as an ONNX model ({error}).") from error


def _forget_origin(model: onnx.ModelProto) -> None:
    """Remove the exporter's notes, which hold stack traces with this machine's paths."""
    graph = model.graph
    for part in (graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del part.metadata_props[:]
        part.ClearField("doc_string")


def _prove(path: Path, inputs: Sequence[str], cases: Sequence[Case], relative: bool) -> None:
    session = open_model(path)
    for given, expected in cases:
        feed = {name: value.numpy() for name, value in zip(inputs, given, strict=True)}
        answers: list[NDArray[Any]] = session.run(None, feed)
        for answer, tensor in zip(answers, expected, strict=True):
            wanted = tensor.numpy()
            if answer.shape != wanted.shape:
                raise ExportError(f"{path}: gives shape {answer.shape} instead of {wanted.shape}.")
            unit = float(np.abs(wanted).max()) if relative else 1.0
            difference = float(np.abs(answer - wanted).max())
            if not difference <= TOLERANCE * unit:
                raise ExportError(f"{path}: differs from the trained network by {difference:.2g}.")


@contextmanager
def _quiet_exporter() -> Iterator[None]:
    """The exporter warns about its own future and about torchvision, which we do not use."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", category=DeprecationWarning, module=r"(torch|onnxscript|copyreg)"
            )
            warnings.filterwarnings("ignore", category=FutureWarning, module=r"(torch|onnxscript|copyreg)")
            yield
    finally:
        logger.setLevel(level)


def predict_with_file(path: Path, faces: FaceSet, batch: int = 64) -> dict[str, NDArray[np.float32]]:
    """Logits of each head (N, C) that a model file gives for whole FER2013 pictures.

    Raises `ExportError` if the file does not take faces or lacks a head.
    """
    session = open_model(path)
    outputs = {output.name for output in session.get_outputs()}
    names = [f"{head}_logits" for head in HEADS]
    if [entry.name for entry in session.get_inputs()] != ["face"] or not outputs.issuperset(names):
        raise ExportError(
            f"{path}: is not a model file with the input face and the outputs {', '.join(names)}."
        )
    parts = []
    for start in range(0, len(faces), batch):
        pixels = faces.images[start : start + batch, None].astype(np.float32)
        parts.append(session.run(names, {"face": pixels}))
    return {
        head: np.concatenate(column) for head, column in zip(HEADS, zip(*parts, strict=True), strict=True)
    }
