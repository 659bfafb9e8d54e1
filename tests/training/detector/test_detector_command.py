"""From pictures to a detector that is exported and measured, by the commands of docs/training.md."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training.detector.drawn import make_stock
from training.__main__ import main
from training.detector import sources


def lab(monkeypatch: pytest.MonkeyPatch, verb: str, *words: str | Path) -> int:
    """Run `python -m training detector VERB WORDS`; returns its exit code."""
    monkeypatch.setattr("sys.argv", ["training", "detector", verb, *map(str, words)])
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0)


def test_from_pictures_to_a_measured_detector(
    tmp_path: Path,
    shared_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sources, "_DRAWINGS", 3)
    monkeypatch.setattr(sources, "_MEASURED_DRAWINGS", 2)
    monkeypatch.chdir(tmp_path)
    reference = shared_data / "models" / "yunet_2023mar.onnx"
    for folder, names in (
        ("portraits", sorted(path.name for path in (shared_data / "portraits").iterdir())[:4]),
        ("photos", ["happy.jpg", "sad.jpg", "surprised.jpg"]),
    ):
        (tmp_path / "data" / folder).mkdir(parents=True)
        for name in names:
            shutil.copy(shared_data / folder / name, tmp_path / "data" / folder / name)
    (tmp_path / "sky").mkdir()
    cv2.imwrite("sky/blue.png", np.full((300, 400, 3), (200, 150, 90), np.uint8))

    known: list[str | Path] = ["--data", "data", "--reference", reference]
    assert lab(monkeypatch, "faces", *known, "--backgrounds", "sky", "--out", "faces") == 0
    said = capsys.readouterr().out
    assert "wild: is missing" in said.replace("\n", " ")
    assert {path.stem for path in Path("faces").glob("*.npz")} == {
        "backgrounds",
        "drawings",
        "photos",
        "portraits",
    }
    assert lab(monkeypatch, "faces", *known, "--backgrounds", "sky", "--out", "faces") == 0
    assert "finished" in capsys.readouterr().out

    words: list[str | Path] = ["--faces", "faces", "--count", "8", "--side", "96", "--reference", reference]
    assert lab(monkeypatch, "scenes", *words, "--out", "scenes") == 0
    words = ["--epochs", "1", "--batch", "2", "--held-out", "2", "--device", "cpu", "--out", "run"]
    assert lab(monkeypatch, "train", "--scenes", "scenes", *words) == 0
    assert "held out: recall" in capsys.readouterr().out
    assert lab(monkeypatch, "export", "--run", "run", "--out", "ours.onnx") == 0
    assert lab(monkeypatch, "mine", "--faces", "faces", "--model", "ours.onnx") == 0
    assert "0 places that ours.onnx takes for faces" in capsys.readouterr().out.replace("\n", " ")
    assert lab(monkeypatch, "measure", "--model", "ours.onnx", *known, "--out", "measured") == 0
    said = capsys.readouterr().out
    assert "1 pictures that no training has seen; faces are those of yunet_2023mar" in said.replace("\n", " ")
    assert "cascade" in said
    words = ["--run", "run", "--out", "ours.onnx", "--measures", "measured"]
    assert lab(monkeypatch, "export", *words) == 0
    assert "| ours | 0.7 | 20+ |" in Path("ours.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["faces", "--data", ".", "--reference", "no.onnx", "--out", "x"], "no.onnx: does not exist"),
        (["scenes", "--faces", "nowhere", "--out", "x"], "nowhere: holds no faces"),
        (["scenes", "--faces", "faces", "--side", "100", "--out", "x"], "100 is not a multiple of 32"),
        (["train", "--scenes", "nowhere", "--out", "x"], "nowhere: holds no scenes"),
        (["train", "--scenes", "nowhere", "--precision", "fp8"], "precision 'fp8' does not exist"),
        (["export", "--run", "nowhere", "--out", "x.onnx"], "the run has not finished"),
        (
            ["measure", "--model", "x.onnx", "--data", ".", "--reference", "y.onnx", "--out", "x"],
            "has no photos or clips",
        ),
    ],
)
def test_a_wrong_wish_gets_one_sentence(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    make_stock(tmp_path / "faces", faces=1)
    assert lab(monkeypatch, *words) == 1
    told = capsys.readouterr().err
    assert said in told.replace("\n", " ")
    assert "Traceback" not in told


def test_the_scenes_of_several_processes_are_those_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_stock(tmp_path / "faces", faces=2)
    monkeypatch.chdir(tmp_path)
    words = ["--faces", "faces", "--count", "501", "--side", "64"]
    assert lab(monkeypatch, "scenes", *words, "--out", "one") == 0
    assert lab(monkeypatch, "scenes", *words, "--processes", "2", "--out", "two") == 0
    for name in ("00000.jpegs", "00001.jpegs", "00001.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
