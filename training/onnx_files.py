"""Writing ONNX files that have been proved to answer like the network that they came from."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.errors import ExportError
from training.halves import store_halves

OPSET: Final = 18
TOLERANCE: Final = 1e-3
"""Largest accepted difference between PyTorch and ONNX Runtime, in units of the largest value if that is
above 1."""
LEAST_COSINE: Final = 0.999
"""Least accepted likeness of two gradients' directions. Single values may differ by more than rounding where
a ReLU stands exactly at its bend."""

METADATA_KEY: Final = "fer_desktop"

Case = tuple[tuple[Tensor, ...], tuple[Tensor, ...]]
"""Inputs of a graph and the outputs that they must give."""


def export_graph(
    module: nn.Module,
    path: Path,
    inputs: Sequence[str],
    outputs: Sequence[str],
    cases: Sequence[Case],
    *,
    dynamic_batch: bool = False,
    directions: bool = False,
    metadata: Mapping[str, object] | None = None,
) -> None:
    """Write `module` as ONNX, without weights in other files, and prove every case on what was written.

    Constants that are numbers of half precision are stored as such (`training.halves`). `directions`:
    outputs are gradients, which must agree in direction and length. The file appears at
    `path` only when it has passed; otherwise raises `ExportError`.
    """
    batch = torch.export.Dim("N", min=1)
    # The exporter takes a batch of one for a constant, so a dynamic one is shown as two.
    example = tuple(t[:1].expand(2, *t.shape[1:]).clone() if dynamic_batch else t for t in cases[0][0])
    with quiet_exporter():
        try:
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
        except torch.onnx.OnnxExporterError as error:
            reason = str(error.__cause__ or error).strip().splitlines()[0]
            raise ExportError(f"{path}: the network has an operation that ONNX lacks ({reason}).") from error
    assert program is not None
    model = program.model_proto
    forget_origin(model)
    store_halves(model)
    write_proved(model, path, metadata, lambda partial: _prove(partial, inputs, cases, directions))


def describe_file(source: Path, path: Path, metadata: Mapping[str, object]) -> None:
    """Write the graph of `source` to `path` with this description. Raises `ExportError`."""
    write_proved(onnx.load(source), path, metadata, lambda _partial: None)


def write_proved(
    model: onnx.ModelProto, path: Path, metadata: Mapping[str, object] | None, prove: Callable[[Path], None]
) -> None:
    """Write a model that appears at `path` only when `prove` has not objected to the file beside it."""
    if metadata is not None:
        del model.metadata_props[:]
        entry = model.metadata_props.add()
        entry.key, entry.value = METADATA_KEY, json.dumps(metadata, ensure_ascii=False)
    partial = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save_model(model, partial)
        onnx.checker.check_model(str(partial), full_check=True)
        prove(partial)
        partial.replace(path)
    except OSError as error:
        raise ExportError(f"{path}: cannot be written ({error.strerror or error}).") from error
    finally:
        partial.unlink(missing_ok=True)


def open_model(path: Path, threads: int = 2) -> onnxruntime.InferenceSession:
    """A session on the CPU. Raises `ExportError` if ONNX Runtime cannot load the file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    # ONNX Runtime's own exceptions share no base class but this one.
    except Exception as error:
        raise ExportError(f"{path}: cannot be loaded as an ONNX model ({error}).") from error


def forget_origin(model: onnx.ModelProto) -> None:
    """Remove the exporter's notes, which hold stack traces with this machine's paths."""
    graph = model.graph
    for part in (graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del part.metadata_props[:]
        part.ClearField("doc_string")


def _prove(path: Path, inputs: Sequence[str], cases: Sequence[Case], directions: bool) -> None:
    session = open_model(path)
    for given, expected in cases:
        feed = {name: value.numpy() for name, value in zip(inputs, given, strict=True)}
        check_finite(path, [tensor.numpy() for tensor in expected])
        answers: list[NDArray[Any]] = session.run(None, feed)
        for answer, tensor in zip(answers, expected, strict=True):
            wanted = tensor.numpy()
            if answer.shape != wanted.shape:
                raise ExportError(f"{path}: gives shape {answer.shape} instead of {wanted.shape}.")
            if directions:
                _prove_gradient(path, answer, wanted)
            elif not difference(answer, wanted) <= TOLERANCE:
                raise ExportError(
                    f"{path}: differs from the trained network by {difference(answer, wanted):.2g}."
                )


def check_finite(path: Path, answers: Iterable[NDArray[Any]]) -> None:
    """Raises `ExportError` if what the trained network says is not all numbers, which nothing is like."""
    if not all(np.isfinite(answer).all() for answer in answers):
        raise ExportError(
            f"{path}: the trained network's answers are not all finite numbers, so its training went astray; "
            "train it again with a lower rate, or with clip."
        )


def difference(answer: NDArray[Any], wanted: NDArray[Any]) -> float:
    """Largest difference of two arrays, in units of the largest wanted value if that is above 1."""
    return float(np.abs(answer - wanted).max() / max(1.0, np.abs(wanted).max()))


def _prove_gradient(path: Path, answer: NDArray[Any], wanted: NDArray[Any]) -> None:
    answer, wanted = answer.astype(np.float64), wanted.astype(np.float64)
    length, expected = np.linalg.norm(answer), np.linalg.norm(wanted)
    if expected == 0:  # a network that is dead for this picture
        cosine = float(length == 0)
    else:
        cosine = float((answer * wanted).sum() / max(length * expected, np.finfo(float).tiny))
    if not (cosine > LEAST_COSINE and abs(length - expected) <= 0.01 * expected):
        raise ExportError(
            f"{path}: gives another gradient than the trained network (cosine {cosine:.4f}, "
            f"length {length:.3g} instead of {expected:.3g})."
        )


@contextmanager
def quiet_exporter() -> Iterator[None]:
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


def predict_with_file(
    path: Path, images: NDArray[np.uint8], batch: int = 64
) -> dict[str, NDArray[np.float32]]:
    """Logits (N, C) of each head that a model file gives for whole pictures (N, S, S).

    Raises `ExportError` if it is no model file, or one for pictures of another size.
    """
    session = open_model(path)
    heads = _heads_of(path, session)
    side = session.get_inputs()[0].shape[-1]
    if images.shape[1:] != (side, side):
        given = "x".join(map(str, images.shape[1:]))
        raise ExportError(f"{path}: takes pictures of {side}x{side}, not of {given}.")
    names = [f"{head}_logits" for head in heads]
    parts = []
    for start in range(0, len(images), batch):
        pixels = images[start : start + batch, None].astype(np.float32)
        parts.append(session.run(names, {"face": pixels}))
    return {
        head: np.concatenate(column) for head, column in zip(heads, zip(*parts, strict=True), strict=True)
    }


def _heads_of(path: Path, session: onnxruntime.InferenceSession) -> list[str]:
    """The heads that a model file's description names."""
    text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY, "")
    try:
        heads = [str(head["name"]) for head in json.loads(text)["heads"]]
    except (ValueError, KeyError, TypeError):
        raise ExportError(
            f"{path}: is not a model file; its metadata names no heads. See docs/model-file.md."
        ) from None
    outputs = {output.name for output in session.get_outputs()}
    wanted = {f"{head}_logits" for head in heads}
    if [entry.name for entry in session.get_inputs()] != ["face"] or not outputs >= wanted:
        raise ExportError(
            f"{path}: is not a model file with the input face and the outputs {', '.join(sorted(wanted))}."
        )
    return heads
