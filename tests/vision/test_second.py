"""A second network sees each face in its own framing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fer_desktop.capture.frame import Image
from fer_desktop.errors import ModelError
from fer_desktop.vision.second import SecondNetwork
from fer_desktop.vision.vision import Vision


def test_the_same_network_twice_reads_the_same(tiny_model: Path, demo_frame: Image) -> None:
    vision = Vision(tiny_model, provider="cpu")
    faces = vision.look(demo_frame, 0.0, still=True).faces
    assert faces
    scores = SecondNetwork(tiny_model, "cpu").read(demo_frame, faces, vision.detector_kind)
    assert len(scores) == len(faces)
    for face, score in zip(faces, scores, strict=True):
        assert np.allclose(face.probabilities, score.probabilities, atol=1e-5)
        assert face.label == score.label


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not exist"):
        SecondNetwork(tmp_path / "none.onnx")
