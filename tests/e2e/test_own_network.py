"""A foreign network, exported as docs/bring-your-own-model.md says, answers in the program as in PyTorch."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from fer_desktop.emotions import EMOTIONS
from fer_desktop.vision.classifier import Classifier
from fer_desktop.vision.model_file import read_model_file
from tests.e2e.conftest import Run

# PyTorch's exporter warns about its own future.
pytestmark = [
    pytest.mark.filterwarnings(rf"ignore::{kind}:(torch|onnxscript|copyreg)")
    for kind in ("DeprecationWarning", "FutureWarning")
]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "own_network.py"
LABELS = ("contempt", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "neutral")
MEAN, STD = (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)
SIDE = 56


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLE))


def foreign_network() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Conv2d(3, 8, 5, stride=4),
        nn.BatchNorm2d(8),
        nn.GELU(),
        nn.Flatten(),
        nn.Linear(8 * 13 * 13, len(LABELS)),
    ).eval()


@pytest.fixture(scope="module")
def model(example: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "own.onnx"
    wrapped = example["ForFerDesktop"](foreign_network(), LABELS, MEAN, STD)
    example["write"](wrapped, SIDE, example["describe"](LABELS, SIDE), path)
    return path


def test_the_program_reads_it_and_answers_as_pytorch_does(model: Path) -> None:
    told = read_model_file(model)
    assert told.labels == EMOTIONS
    assert told.input_size == SIDE
    faces = np.random.default_rng(1).integers(0, 256, (3, SIDE, SIDE)).astype(np.uint8)
    colours = torch.from_numpy(np.stack([faces] * 3, 1)).float() / 255
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    with torch.inference_mode():
        theirs = foreign_network()((colours - mean) / std).softmax(1).numpy()
    for count in (1, 3):
        scores = Classifier(model, "cpu").classify(list(faces[:count]))
        for score, shares in zip(scores, theirs, strict=False):
            by_label = dict(zip(LABELS, shares, strict=True))
            assert score.probabilities == pytest.approx([by_label[label] for label in EMOTIONS], abs=1e-4)


def test_a_session_can_be_made_with_it(model: Path, run: Run, tmp_path: Path) -> None:
    ended = run("analyze", "demo", "--model", model, "--out", tmp_path)
    assert ended.status == 0, ended.err
    (folder,) = tmp_path.iterdir()
    assert json.loads((folder / "session.json").read_text(encoding="utf-8"))["model"]["name"] == "my network"


def test_wrong_labels_are_refused_with_the_right_ones(example: dict[str, Any]) -> None:
    for labels in (("joy", *LABELS[1:]), LABELS[:5], (*LABELS[:7], "anger")):
        with pytest.raises(ValueError, match="anger, disgust, fear"):
            example["ForFerDesktop"](foreign_network(), labels, MEAN, STD)
