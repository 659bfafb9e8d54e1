"""The benchmark of the GPU does its work where there is none: on the CPU twice, or with a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fer_desktop import paths
from fer_desktop.errors import ModelError
from fer_desktop.vision.providers import nvidia_driver_present
from tests.benchmarks import cuda

ROOT = Path(__file__).resolve().parents[2]


def test_it_measures_answers_batches_and_live_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda, "BATCHES", (1, 2))
    rows = cuda.rows_of(paths.default_model(), ("cpu", "cpu"))
    assert rows[0][2] == "0"
    assert [row[0].partition(",")[0] for row in rows[1:3]] == ["faces per second"] * 2
    assert all(0.05 < float(row[3]) < 20 for row in rows[1:])


def test_other_answers_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([np.zeros((1, 8), np.float32), np.full((1, 8), 0.01, np.float32)])
    monkeypatch.setattr(cuda, "probabilities", lambda _classifier, _faces: next(answers))
    with pytest.raises(ModelError, match=r"probabilities differ by 0\.01"):
        cuda.rows_of(paths.default_model(), ("cpu", "cpu"))


@pytest.mark.skipif(nvidia_driver_present(), reason="there is an NVIDIA driver")
def test_without_a_gpu_it_says_so() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.cuda"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("The GPU cannot be used:")
    assert "Traceback" not in ended.stderr
