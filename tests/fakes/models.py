"""Tiny model files that keep, or break, the contract; made with onnx in milliseconds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS

FRAMING = {
    "square": 48,
    "cascade": {"cx": 24.0, "cy": 25.0, "w": 40.0, "h": 40.0},
    "yunet": {"cx": 24.0, "cy": 24.0, "w": 36.0, "h": 44.0},
}


def description(**changes: Any) -> dict[str, Any]:
    """The metadata of a valid model; `changes` replace entries, None removes one."""
    heads = [
        {"name": "ferplus", "labels": list(FERPLUS_LABELS), "temperature": 1.0, "unsure_below": 0.3},
        {"name": "fer2013", "labels": list(FER2013_LABELS), "temperature": 1.0, "unsure_below": 0.3},
    ]
    entries = {
        "format": 1,
        "name": "tiny",
        "version": "0",
        "heads": heads,
        "input_size": 48,
        "crop": FRAMING,
        "data": "none",
        "licence": "MIT",
        "metrics": {},
        "git": "",
    }
    return {key: value for key, value in (entries | changes).items() if value is not None}


def write_model(
    path: Path,
    metadata: str | None = None,
    *,
    input_name: str = "face",
    batch: int | str = "N",
    outputs: tuple[str, ...] = ("ferplus_logits", "fer2013_logits", "cam"),
) -> Path:
    """A network whose first head says `happiness` for a bright face and `sadness` for a dark one.

    Its logits are a linear function of the mean pixel value m: 0.1 (m - 128) for happiness, the
    opposite for sadness, 0 for the others.
    """
    slope = np.zeros((1, 8), np.float32)
    slope[0, FERPLUS_LABELS.index("happiness")] = 0.1
    slope[0, FERPLUS_LABELS.index("sadness")] = -0.1
    constants = [
        numpy_helper.from_array(np.array([-128.0], np.float32), "minus_middle"),
        numpy_helper.from_array(slope, "slope8"),
        numpy_helper.from_array(slope[:, :7], "slope7"),
    ]
    nodes = [
        helper.make_node("ReduceMean", [input_name], ["mean4"], axes=[2, 3], keepdims=0),
        helper.make_node("Add", ["mean4", "minus_middle"], ["centred"]),
        helper.make_node("MatMul", ["centred", "slope8"], ["ferplus_logits"]),
        helper.make_node("MatMul", ["centred", "slope7"], ["fer2013_logits"]),
        helper.make_node("AveragePool", [input_name], ["pooled"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Concat", ["pooled"] * 8, ["cam"], axis=1),
    ]
    shapes = {"ferplus_logits": [batch, 8], "fer2013_logits": [batch, 7], "cam": [batch, 8, 6, 6]}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, [batch, 1, 48, 48])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name]) for name in outputs],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    entry = model.metadata_props.add()
    entry.key, entry.value = "fer_desktop", json.dumps(description()) if metadata is None else metadata
    onnx.save(model, path)
    return path
