"""Probabilities are calibrated, all faces go in one batch, and the provider is the one that ran."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fer_desktop.emotions import EMOTIONS
from fer_desktop.errors import ModelError
from fer_desktop.vision import providers
from fer_desktop.vision.classifier import Classifier, entropy_bits, softmax
from tests.fakes.models import description, write_model


def face(grey: int) -> NDArray[np.uint8]:
    return np.full((48, 48), grey, np.uint8)


def test_each_face_gets_its_own_answer_in_one_batch(tiny_model: Path) -> None:
    bright, dark, grey = Classifier(tiny_model, "cpu").classify([face(250), face(5), face(128)])
    assert (bright.label, dark.label, grey.label) == ("happiness", "sadness", "unsure")
    assert bright.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_no_face_needs_no_network(tiny_model: Path) -> None:
    assert Classifier(tiny_model, "cpu").classify([]) == []


def test_the_temperature_flattens_the_probabilities(tmp_path: Path, tiny_model: Path) -> None:
    entry = description()
    entry["heads"][0]["temperature"] = 4.0
    warm = Classifier(write_model(tmp_path / "warm.onnx", json.dumps(entry)), "cpu")
    (plain,) = Classifier(tiny_model, "cpu").classify([face(160)])
    (flat,) = warm.classify([face(160)])
    assert flat.logits == pytest.approx(plain.logits / 4, abs=1e-4)
    assert flat.probabilities.max() < plain.probabilities.max()
    assert flat.entropy > plain.entropy


def test_softmax_survives_large_logits() -> None:
    assert softmax(np.array([1e4, 0, -1e4], np.float32)) == pytest.approx([1, 0, 0])


def test_entropy_is_zero_for_certainty_and_three_bits_for_eight_equal_answers() -> None:
    assert entropy_bits(np.eye(8, dtype=np.float32)[2]) == 0
    assert entropy_bits(np.full(len(EMOTIONS), 1 / 8, np.float32)) == pytest.approx(3)


def test_the_cpu_is_used_and_explained_where_there_is_no_gpu(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "nvidia_driver_present", lambda: False)
    classifier = Classifier(tiny_model, "auto")
    assert classifier.provider == "CPU"
    assert classifier.provider_note


def test_asking_for_cuda_where_there_is_none_is_refused(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "nvidia_driver_present", lambda: False)
    with pytest.raises(ModelError, match=r"GPU cannot be used.*--provider cpu"):
        Classifier(tiny_model, "cuda")


def test_an_installer_without_the_cuda_libraries_says_so(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "nvidia_driver_present", lambda: True)
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: [providers._CUDA_PROVIDER])
    monkeypatch.setattr(providers, "_PROVIDERS_FOLDER", tmp_path)
    assert "without the CUDA libraries" in Classifier(tiny_model, "auto").provider_note
