"""From nothing to a shipped file, by the commands that docs/training.md shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fer_desktop.vision.model_file import read_model_file
from tests.training.made_data import write_dataset
from training.__main__ import COMMANDS, main
from training.commands.train import show_counts
from training.data.choose import load_data
from training.run import load_run

TINY = (
    "--network builder --conv-sizes 3 3 --feature-maps 6 0 6 0 --mlp-hiddens "
    "--batch-norm --epochs 1 --batch 14"
)


def lab(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    """Run `python -m training WORDS`; returns its exit code."""
    monkeypatch.setattr("sys.argv", ["training", *map(str, words)])
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0)


def test_train_evaluate_and_export_faces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, run, model = write_dataset(tmp_path / "data"), tmp_path / "run", tmp_path / "tiny.onnx"
    assert lab(monkeypatch, "train", "--data", data, "--out", run, *TINY.split()) == 0
    said = capsys.readouterr().out
    assert "Training, fer2013: anger 8" in said
    assert "epoch   1" in said
    assert (run / "curves.png").stat().st_size > 1000
    assert "<svg" in (run / "curves.svg").read_text(encoding="utf-8")
    assert lab(monkeypatch, "evaluate", "--data", data, "--run", run) == 0
    assert lab(monkeypatch, "export", "--data", data, "--run", run, "--out", model, "--version", "2.0") == 0
    assert read_model_file(model).version == "2.0"
    assert lab(monkeypatch, "evaluate", "--data", data, "--model", model) == 0
    balanced: list[str | Path] = ["export", "--data", data, "--run", run, "--out", model, "--balance", "0.2"]
    assert lab(monkeypatch, *balanced) == 0
    assert "to the power of 0.8" in model.with_suffix(".md").read_text(encoding="utf-8")
    capsys.readouterr()
    assert lab(monkeypatch, *balanced, "--unlabelled-are", "my friends") == 1
    assert "learned no pictures without labels" in " ".join(capsys.readouterr().err.split())


def test_a_recipe_goes_from_nothing_to_a_pruned_and_exported_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "shapes"
    words = ["--data", "shapes:count=150", "--epochs", "3", "--feature-maps", "3", "0", "3", "0"]
    assert lab(monkeypatch, "train", "--recipe", "shapes", "--out", out, *words) == 0
    for name in ("report.html", "explained/explained.html", "pruned/steps.csv", "pruned/curve.png"):
        assert (out / name).stat().st_size > 200, name
    assert len(list(out.glob("export/*.onnx"))) == 2
    assert len(list(out.glob("pruned/export/*.onnx"))) == 2


def test_cross_validation_trains_on_each_fold_and_goes_on_after_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "--recipe", "shapes", "--then", "", "--data", "shapes:count=300", "--folds", "3"]
    words += ["--epochs", "4", "--out", str(tmp_path)]
    assert lab(monkeypatch, *words) == 0
    assert re.search(
        r"shapes_accuracy over 3 folds: [01]\.\d+, standard deviation 0\.", capsys.readouterr().out
    )
    assert (tmp_path / "folds.csv").read_text(encoding="utf-8").count("\n") == 4
    (tmp_path / "fold-3" / "final.pt").unlink()
    assert lab(monkeypatch, *words, "--resume") == 0
    assert (tmp_path / "fold-3" / "final.pt").exists()


def test_a_student_is_distilled_from_a_finished_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--data", str(write_dataset(tmp_path / "data")), *TINY.split()]
    assert lab(monkeypatch, "train", "--out", tmp_path / "teacher", *words) == 0
    assert lab(monkeypatch, "distil", "--teacher", tmp_path / "teacher", "--out", tmp_path / "s", *words) == 0
    assert load_run(tmp_path / "s").recipe.teachers == (str(tmp_path / "teacher"),)


def test_a_study_counts_the_starts_that_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [
        "--variant",
        "rotated",
        "--filters",
        "2,4",
        "--starts",
        "2",
        "--epochs",
        "2",
        "--pictures",
        "120",
    ]
    assert lab(monkeypatch, "study", "--out", tmp_path, *words) == 0
    rows = (tmp_path / "learned.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 2 + 4
    assert (tmp_path / "learned.png").stat().st_size > 1000
    before = (tmp_path / "starts.csv").read_bytes()
    assert lab(monkeypatch, "study", "--out", tmp_path, *words) == 0
    assert (tmp_path / "starts.csv").read_bytes() == before


def test_speeds_are_compared(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["bench", "--networks", "dense,small-cnn", "--pictures", "8", "--batch", "4"]
    assert lab(monkeypatch, *words) == 0
    assert capsys.readouterr().out.count("fp32") == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train"], "Say what to learn from"),
        (["train", "--data", "nowhere.csv"], "nowhere.csv"),
        (["train", "--data", "digits", "--network", "alexnet"], "network 'alexnet' does not exist"),
        (["train", "--data", "digits", "--heads", "ferplus"], "The data has no labels 'ferplus'"),
        (["train", "--data", "digits", "--network", "vgg-16"], "needs to see at least 32x32 pixels"),
        (["evaluate", "--data", "digits", "--run", "nowhere"], "nowhere: does not exist; name the folder"),
        (["study", "--out", "x", "--filters", "many"], "write whole numbers with commas"),
    ],
)
def test_a_wrong_wish_gets_one_sentence(
    words: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert lab(monkeypatch, *words) == 1
    told = capsys.readouterr().err
    assert said in told.replace("\n", " ")
    assert "Traceback" not in told


def test_a_crop_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, run, crop = write_dataset(tmp_path / "data", 14, 7), tmp_path / "run", tmp_path / "crop.json"
    crop.write_text("[]", encoding="utf-8")
    lab(monkeypatch, "train", "--data", data, "--out", run, *TINY.split())
    out = tmp_path / "x.onnx"
    assert lab(monkeypatch, "export", "--data", data, "--run", run, "--out", out, "--crop", crop) == 1
    assert "must be a JSON object" in capsys.readouterr().err
    assert not out.exists()


def test_every_command_explains_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab(monkeypatch, "--help") == 0
    overview = capsys.readouterr().out
    for command in COMMANDS:
        assert command in overview
    assert lab(monkeypatch, "train", "--help") == 0
    assert "--feature-maps" in capsys.readouterr().out


def test_help_waits_for_none_of_the_libraries_that_take_seconds() -> None:
    heavy = {"torch", "pandas", "matplotlib", "optuna", "sklearn"}
    asked = (
        "import sys; from training.__main__ import COMMANDS, build_app; "
        f"build_app(COMMANDS); print(sorted({heavy} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_counts_tell_of_pictures_without_a_clear_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data = load_data(str(write_dataset(tmp_path)))
    show_counts("Training", data.part("Training"))
    assert "ferplus: anger 8" in capsys.readouterr().out


def test_a_teacher_that_saw_the_held_out_pictures_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--recipe", "digits-dense", "--epochs", "1", "--then", ""]
    assert lab(monkeypatch, "train", "--out", tmp_path / "teacher", "--split-seed", "7", *words) == 0
    assert lab(monkeypatch, "distil", "--teacher", tmp_path / "teacher", "--out", tmp_path / "s", *words) == 1
    assert "split_seed" in capsys.readouterr().err
