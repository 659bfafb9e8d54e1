"""A model file says what it is; one that breaks the contract is refused with the part at fault."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from fer_desktop import paths
from fer_desktop.emotions import EMOTIONS
from fer_desktop.errors import ModelError
from fer_desktop.vision.classifier import Classifier
from fer_desktop.vision.model_file import read_model_file
from tests.fakes.models import FRAMING, description, write_model


def head(**changes: Any) -> list[dict[str, Any]]:
    first = {"name": "ferplus", "labels": list(EMOTIONS), "temperature": 1.0, "unsure_below": 0.4}
    return [first | changes]


def test_a_valid_file_is_read_whole(tiny_model: Path) -> None:
    model = read_model_file(tiny_model)
    assert model.labels == EMOTIONS
    assert [h.name for h in model.heads] == ["ferplus", "fer2013"]
    assert model.sha256 == hashlib.sha256(tiny_model.read_bytes()).hexdigest()
    assert model.crop.boxes["cascade"].w == FRAMING["cascade"]["w"]  # type: ignore[index]


def test_the_model_that_we_ship_keeps_the_contract() -> None:
    model = read_model_file(paths.default_model())
    assert model.labels == EMOTIONS
    assert model.metrics["PublicTest"]["fer2013"]["accuracy"] >= 0.66
    assert all(h.temperature > 0 and 0 < h.unsure_below < 1 for h in model.heads)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"format": 2}, "its format is 2"),
        ({"heads": None}, "lacks 'heads'"),
        ({"heads": []}, "it has no heads"),
        ({"heads": head(labels=["happy", "sad"])}, "the labels of head 'ferplus'"),
        ({"heads": head(labels=list(reversed(EMOTIONS)))}, "the labels of head 'ferplus'"),
        ({"heads": head(temperature=0)}, "temperature of head 'ferplus' is not positive"),
        ({"heads": head(unsure_below=2)}, "'unsure_below' of head 'ferplus'"),
        ({"heads": head(name="other")}, "the output 'other_logits' is missing"),
        ({"crop": {"square": 48}}, "does not say where the box of 'cascade' lies"),
        ({"input_size": "large"}, "a value of the wrong kind"),
        ({"input_size": 44}, r"its input 'face' is not float32 of shape \(N, 1, 44, 44\)"),
        ({"licence": None}, "lacks 'licence'"),
    ],
)
def test_wrong_metadata_is_named(tmp_path: Path, changes: dict[str, Any], part: str) -> None:
    path = write_model(tmp_path / "own.onnx", json.dumps(description(**changes)))
    with pytest.raises(ModelError, match=rf"own\.onnx breaks the model contract: .*{part}"):
        read_model_file(path)


@pytest.mark.parametrize("text", ["not json", "[]"])
def test_metadata_that_is_no_object_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ModelError, match="breaks the model contract"):
        read_model_file(write_model(tmp_path / "own.onnx", text))


def test_a_wrong_graph_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="its inputs are picture instead of 'face'"):
        read_model_file(write_model(tmp_path / "a.onnx", input_name="picture"))
    with pytest.raises(ModelError, match="fixed number of faces"):
        read_model_file(write_model(tmp_path / "b.onnx", batch=1))
    with pytest.raises(ModelError, match="output 'cam' is missing"):
        read_model_file(write_model(tmp_path / "c.onnx", outputs=("ferplus_logits", "fer2013_logits")))
    with pytest.raises(ModelError, match="output 'fer2013_logits' is missing"):
        read_model_file(write_model(tmp_path / "d.onnx", outputs=("ferplus_logits", "cam")))


@pytest.mark.parametrize("content", [b"", b"text", b"\x08\x07\x12"])
def test_a_file_that_is_no_network_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.onnx"):
        read_model_file(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.onnx does not exist"):
        read_model_file(tmp_path / "gone.onnx")


def test_an_unknown_provider_is_refused(tiny_model: Path) -> None:
    with pytest.raises(ModelError, match="provider 'tpu' does not exist"):
        Classifier(tiny_model, "tpu")
