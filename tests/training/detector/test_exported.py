"""The exported file is the network, for OpenCV and ONNX Runtime, at any size."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
import torch

from training.detector import export
from training.detector.card import write_card
from training.detector.decode import all_cells
from training.detector.export import OUTPUTS, export_detector
from training.detector.network import FaceNetwork
from training.detector.teacher import FaceFinder
from training.errors import DataError, ExportError
from training.onnx_files import open_model


@pytest.fixture(scope="module")
def network() -> FaceNetwork:
    """Untrained, but with opinions: heads that see something everywhere."""
    torch.manual_seed(1)
    made = FaceNetwork().train()
    with torch.no_grad():
        for head in made.heads:
            torch.nn.init.normal_(head[-1].weight, std=0.5)  # type: ignore[index]
        for _ in range(5):
            made(torch.rand(2, 3, 96, 96) * 255)
    return made.eval()


@pytest.fixture(scope="module")
def model(network: FaceNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "detector.onnx"
    export_detector(network, path)
    return path


def test_the_file_has_the_interface_of_the_format(model: Path) -> None:
    graph = onnx.load(model)
    assert [entry.version for entry in graph.opset_import if not entry.domain] == [11]
    assert tuple(output.name for output in graph.graph.output) == OUTPUTS
    session = open_model(model)
    for height, width in ((64, 64), (96, 320)):
        answers = session.run(None, {"input": np.zeros((1, 3, height, width), np.float32)})
        for name, answer in zip(OUTPUTS, answers, strict=True):
            kind, stride = name.split("_")
            cells = height * width // int(stride) ** 2
            assert answer.shape == (1, cells, {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}[kind])


@pytest.mark.parametrize("side", [(320, 320), (150, 215), (480, 640)])
def test_opencv_finds_the_faces_that_the_network_means(
    model: Path, network: FaceNetwork, side: tuple[int, int]
) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (side[0] // 10, side[1] // 10, 3), np.uint8)
    picture = np.asarray(cv2.resize(noise, side[::-1]), np.uint8)
    faces, scores = all_cells(network, picture)
    order = np.argsort(-scores)
    # A little below the last one: rounding must not decide which of them are seen.
    theirs, their_scores = FaceFinder(model, float(scores[order[39]]) - 1e-3, overlap=1.0).find(picture)
    assert len(theirs) >= 40
    apart = np.abs(faces[order[:40], None] - theirs[None]).max(axis=2)
    nearest = apart.argmin(axis=1)
    assert apart.min(axis=1).max() < 0.05
    assert np.abs(scores[order[:40]] - their_scores[nearest]).max() < 1e-3


def test_the_file_tells_nothing_of_this_machine(model: Path) -> None:
    assert b"/training/" not in model.read_bytes()
    assert str(Path.home()).encode() not in model.read_bytes()


def test_a_network_of_no_numbers_is_not_exported(network: FaceNetwork, tmp_path: Path) -> None:
    import copy

    broken = copy.deepcopy(network)
    with torch.no_grad():
        broken.first.weight.fill_(float("nan"))
    with pytest.raises(ExportError, match="not all finite"):
        export_detector(broken, tmp_path / "x.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_differs_is_not_left_behind(
    network: FaceNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = FaceNetwork()
    monkeypatch.setattr(export, "folded", lambda _network: other.eval())
    with pytest.raises(ExportError, match="differs from the trained network"):
        export_detector(network, tmp_path / "x.onnx")
    assert list(tmp_path.iterdir()) == []


def test_the_card_tells_what_it_learned_from_and_how_good_it_is(
    network: FaceNetwork, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "environment.json").write_text(json.dumps({"data": "20 scenes", "pictures": "ab12"}))
    (tmp_path / "recipe.toml").write_text("epochs = 3\n")
    text = write_card(model, tmp_path, network, None, 0.8).read_text(encoding="utf-8")
    assert "20 scenes (fingerprint ab12), 3 epochs" in text
    assert "from 0.8 on the program believes in a face" in text
    assert "not yet" in text
    row = {"detector": "x", "threshold": 0.7, "from": 20.0, "below": None, "faces": 10, "detections": 11}
    empty = {"detector": "x", "pictures": 7, "alarms": 2}
    row |= {"false": 1, "recall": 0.9, "landmark_error": None}
    (tmp_path / "detector.json").write_text(json.dumps({"agreement": [row], "without faces": [empty]}))
    text = write_card(model, tmp_path, network, tmp_path, 0.8).read_text(encoding="utf-8")
    assert "In 7 pictures without faces x sees 2." in text
    assert "| x | 0.7 | 20+ | 10 | 90.0% | 1 of 11 |  |" in text
    with pytest.raises(DataError, match="cannot be read"):
        write_card(model, tmp_path / "nowhere", network, None, 0.8)
