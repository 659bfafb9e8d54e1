"""The commands of measuring, and model files with known answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import typer
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from training.commands.failures import failures_command
from training.commands.live import live_command
from training.commands.measure import compare_command, evaluate_command, report_command
from training.errors import LabError
from training.onnx_files import METADATA_KEY

app = typer.Typer()
app.command("evaluate")(evaluate_command)
app.command("compare")(compare_command)
app.command("report")(report_command)
app.command("live")(live_command)
app.command("failures")(failures_command)


def run(*words: object) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "160"})
    if isinstance(result.exception, LabError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def write_model(
    path: Path, weights: NDArray[np.float32], labels: Sequence[str], head: str = "fer2013", **told: object
) -> Path:
    """A model file whose logits are the pixels' weighted sums; `told` goes into its metadata."""
    side = round(len(weights) ** 0.5)
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("Flatten", ["face"], ["pixels"]),
            onnx.helper.make_node("MatMul", ["pixels", "weights"], [f"{head}_logits"]),
        ],
        "model",
        [onnx.helper.make_tensor_value_info("face", onnx.TensorProto.FLOAT, ["N", 1, side, side])],
        [onnx.helper.make_tensor_value_info(f"{head}_logits", onnx.TensorProto.FLOAT, ["N", len(labels)])],
        [onnx.numpy_helper.from_array(weights, "weights")],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=10)
    entry = model.metadata_props.add()
    entry.key = METADATA_KEY
    entry.value = json.dumps({"heads": [{"name": head, "labels": list(labels)}], **told})
    onnx.save_model(model, path)
    return path
