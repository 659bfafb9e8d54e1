"""The contract of an expression network's file, read and checked.

The file describes itself: `metadata_props["fer_desktop"]` holds one JSON object (format 1) with the
heads, their temperatures and thresholds, the input size and the framing of the face.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fer_desktop.emotions import EMOTIONS
from fer_desktop.errors import ModelError

METADATA_KEY: Final = "fer_desktop"
FORMAT: Final = 1
_REMEDY: Final = "Choose a file that training exported, or see docs/model-file.md for the format."


@dataclass(frozen=True, slots=True)
class Head:
    """One label set of a network."""

    name: str
    labels: tuple[str, ...]
    temperature: float
    """Logits are divided by it before the softmax (Guo et al. 2017)."""
    unsure_below: float
    """A face whose top calibrated probability is lower is called `unsure`."""
    neutral: tuple[float, ...] | None = None
    """Mean logits over calm faces divided by the temperature, in the labels' order; None if not told."""

    @property
    def output(self) -> str:
        return f"{self.name}_logits"


@dataclass(frozen=True, slots=True)
class FaceBox:
    """Where a detector's box lies in the network's square, in units of its `square` pixels."""

    cx: float
    cy: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Framing:
    """The framing that the network was trained on, as each detector sees it."""

    square: int
    boxes: Mapping[str, FaceBox]
    """By the detector's kind: `cascade`, `yunet`."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a model file says of itself."""

    path: Path
    sha256: str
    name: str
    version: str
    heads: tuple[Head, ...]
    input_size: int
    crop: Framing
    data: str
    licence: str
    metrics: Mapping[str, Any] = field(default_factory=dict)
    git: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the first head, which is what the program shows and logs."""
        return self.heads[0].labels


def read_model_file(path: Path) -> ModelFile:
    """Read and check a model file; raises `ModelError` that says which part breaks the contract."""
    import onnxruntime as ort  # noqa: PLC0415 - heavy, and the laboratory reads metadata without it

    if not path.is_file():
        raise ModelError(f"The model file {path} does not exist.", "Check the path.")
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(f"{path.name} is not a readable ONNX file.", _REMEDY) from error
    text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
    if text is None:
        raise _broken(path, f"it has no metadata entry '{METADATA_KEY}'")
    try:
        description = json.loads(text)
    except ValueError as error:
        raise _broken(path, f"its metadata entry '{METADATA_KEY}' is not JSON") from error
    model = _from_description(path, description)
    inputs = {node.name: node for node in session.get_inputs()}
    outputs = {node.name: node for node in session.get_outputs()}
    _check_graph(model, inputs, outputs)
    return model


def _broken(path: Path, part: str) -> ModelError:
    return ModelError(f"{path.name} breaks the model contract: {part}.", _REMEDY)


def _from_description(path: Path, description: Any) -> ModelFile:
    if not isinstance(description, dict):
        raise _broken(path, "its metadata is not an object")
    if description.get("format") != FORMAT:
        raise _broken(path, f"its format is {description.get('format')!r}, this program reads {FORMAT}")
    try:
        heads = tuple(
            Head(
                str(head["name"]),
                tuple(head["labels"]),
                float(head["temperature"]),
                float(head["unsure_below"]),
                tuple(map(float, head["neutral"])) if head.get("neutral") else None,
            )
            for head in description["heads"]
        )
        crop = description["crop"]
        boxes = {
            kind: FaceBox(*(float(box[key]) for key in ("cx", "cy", "w", "h")))
            for kind, box in crop.items()
            if isinstance(box, dict)
        }
        model = ModelFile(
            path=path,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            name=str(description["name"]),
            version=str(description["version"]),
            heads=heads,
            input_size=int(description["input_size"]),
            crop=Framing(int(crop["square"]), boxes),
            data=str(description["data"]),
            licence=str(description["licence"]),
            metrics=dict(description.get("metrics", {})),
            git=str(description.get("git", "")),
        )
    except KeyError as error:
        raise _broken(path, f"its metadata lacks {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise _broken(path, f"its metadata has a value of the wrong kind ({error})") from error
    _check_description(model)
    return model


def _check_description(model: ModelFile) -> None:
    if not model.heads:
        raise _broken(model.path, "it has no heads")
    for head in model.heads:
        if head.labels not in {EMOTIONS, EMOTIONS[:7]}:
            raise _broken(model.path, f"the labels of head '{head.name}' are not {', '.join(EMOTIONS)}")
        if head.temperature <= 0:
            raise _broken(model.path, f"the temperature of head '{head.name}' is not positive")
        if not 0 <= head.unsure_below <= 1:
            raise _broken(model.path, f"'unsure_below' of head '{head.name}' is not between 0 and 1")
        if head.neutral is not None and len(head.neutral) != len(head.labels):
            raise _broken(model.path, f"'neutral' of head '{head.name}' has not one value per label")
    for kind in ("cascade", "yunet"):
        box = model.crop.boxes.get(kind)
        if box is None or box.w <= 0 or box.h <= 0:
            raise _broken(model.path, f"its crop does not say where the box of '{kind}' lies")


def _check_graph(model: ModelFile, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
    size = model.input_size
    if list(inputs) != ["face"]:
        raise _broken(model.path, f"its inputs are {', '.join(inputs)} instead of 'face'")
    if inputs["face"].type != "tensor(float)" or inputs["face"].shape[1:] != [1, size, size]:
        raise _broken(model.path, f"its input 'face' is not float32 of shape (N, 1, {size}, {size})")
    if isinstance(inputs["face"].shape[0], int):
        raise _broken(model.path, "its input 'face' has a fixed number of faces instead of N")
    for head in model.heads:
        if head.output not in outputs:
            raise _broken(model.path, f"the output '{head.output}' is missing")
        if outputs[head.output].shape[1:] != [len(head.labels)]:
            raise _broken(model.path, f"the output '{head.output}' has not one value per label")
    if "cam" not in outputs:
        raise _broken(model.path, "the output 'cam' is missing")
