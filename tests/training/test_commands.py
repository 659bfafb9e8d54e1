"""From a table of pictures to a shipped file, by the commands that docs/training.md shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_desktop.vision.model_file import read_model_file
from tests.training.conftest import TINY
from tests.training.made_data import write_dataset
from training.__main__ import main


def lab(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    """Run `python -m training WORDS`; returns its exit code."""
    monkeypatch.setattr("sys.argv", ["training", *map(str, words)])
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0)


def test_train_evaluate_and_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, run, model = write_dataset(tmp_path / "data"), tmp_path / "run", tmp_path / "tiny.onnx"
    settings = ["--set", f"network={TINY}", "--set", "epochs=1", "--set", "batch=14"]
    assert lab(monkeypatch, "train", "--data", data, "--out", run, *settings) == 0
    assert (run / "curves.png").stat().st_size > 1000
    assert lab(monkeypatch, "evaluate", "--data", data, "--run", run) == 0
    assert "neutral called negative" in capsys.readouterr().out
    assert lab(monkeypatch, "export", "--data", data, "--run", run, "--out", model, "--version", "2.0") == 0
    assert read_model_file(model).version == "2.0"
    assert (tmp_path / "tiny.saliency.onnx").is_file()
    assert (tmp_path / "tiny.md").is_file()
    assert lab(monkeypatch, "evaluate", "--data", data, "--model", model) == 0


def test_an_unfinished_run_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_dataset(tmp_path / "data", 7, 7)
    assert lab(monkeypatch, "evaluate", "--data", data, "--run", tmp_path) == 1
    said = capsys.readouterr().err
    assert "the run has not finished" in said
    assert "Traceback" not in said


def test_a_crop_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, run, crop = write_dataset(tmp_path / "data", 14, 7), tmp_path / "run", tmp_path / "crop.json"
    crop.write_text("[]", encoding="utf-8")
    settings = ["--set", f"network={TINY}", "--set", "epochs=1", "--set", "batch=14"]
    lab(monkeypatch, "train", "--data", data, "--out", run, *settings)
    out = tmp_path / "x.onnx"
    assert lab(monkeypatch, "export", "--data", data, "--run", run, "--out", out, "--crop", crop) == 1
    assert "must be a JSON object" in capsys.readouterr().err
    assert not out.exists()


def test_evaluate_wants_a_run_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lab(monkeypatch, "evaluate", "--data", tmp_path) == 2


def test_the_networks_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert lab(monkeypatch, "list") == 0
    assert "vgg-s" in capsys.readouterr().out
