"""Which pixels an answer hangs on: the companion network, read and made visible."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from fer_desktop import paths
from fer_desktop.capture.frame import Image
from fer_desktop.errors import ModelError
from fer_desktop.vision.classifier import Classifier
from fer_desktop.vision.model_file import read_model_file
from fer_desktop.vision.saliency import Saliency
from fer_desktop.vision.vision import Vision

MODEL = paths.default_model()


@pytest.fixture(scope="module")
def saliency() -> Saliency:
    return Saliency(read_model_file(MODEL))


@pytest.fixture(scope="module")
def face(demo_frame: Image) -> Image:
    """The demo's neutral face as the network sees it."""
    (reading,) = Vision(MODEL).look(demo_frame, 0.0, still=True).faces
    return reading.seen


def test_heat_is_a_share_of_the_strongest_pixels(saliency: Saliency, face: Image) -> None:
    heat = saliency.heat(face, 6)
    assert heat.shape == face.shape
    assert heat.dtype == np.float32
    assert heat.min() >= 0
    assert heat.max() == 1
    assert 0.005 < (heat == 1).mean() < 0.03


def test_heat_lies_on_the_face_and_not_on_the_border(saliency: Saliency, face: Image) -> None:
    heat = saliency.heat(face, 6)
    assert heat[12:40, 10:38].mean() > 2 * np.concatenate([heat[:4].ravel(), heat[-4:].ravel()]).mean()


def test_each_expression_hangs_on_other_pixels(saliency: Saliency, face: Image) -> None:
    happiness, anger = saliency.heat(face, 3), saliency.heat(face, 0)
    assert np.corrcoef(happiness.ravel(), anger.ravel())[0, 1] < 0.98


def test_a_mirrored_face_has_mirrored_heat(saliency: Saliency, face: Image) -> None:
    mirrored = np.ascontiguousarray(face[:, ::-1])
    np.testing.assert_allclose(saliency.heat(mirrored, 3), saliency.heat(face, 3)[:, ::-1], atol=1e-4)


def test_changing_the_hottest_pixels_changes_the_answer_most(saliency: Saliency, face: Image) -> None:
    heat = saliency.heat(face, 6)
    order = np.argsort(heat.ravel())

    def change(pixels: np.ndarray) -> float:
        # Smoothed away, as if somebody had wiped over them.
        covered = face.copy().ravel()
        covered[pixels] = int(face.mean())
        before, after = Classifier(MODEL, "cpu").classify([face, covered.reshape(face.shape)])
        return float(np.abs(before.logits - after.logits).max())

    assert change(order[-150:]) > 2 * change(order[:150])


def test_a_network_without_companion_says_so(tmp_path: Path) -> None:
    shutil.copy(MODEL, tmp_path / "mine.onnx")
    with pytest.raises(ModelError, match=r"mine\.onnx comes without mine\.saliency\.onnx"):
        Saliency(read_model_file(tmp_path / "mine.onnx"))


@pytest.mark.parametrize("content", [b"no network", MODEL.read_bytes()])
def test_a_companion_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    shutil.copy(MODEL, tmp_path / "mine.onnx")
    (tmp_path / "mine.saliency.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"mine\.saliency\.onnx does not fit mine\.onnx"):
        Saliency(read_model_file(tmp_path / "mine.onnx"))
