"""What is measured as new is new to the network, and temperatures come from the validation part."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.training.made_data import made_faces, write_classes, write_kaggle
from tests.training.measure.conftest import MakeRun
from tests.training.measure.lab import run, write_model
from training.data.choose import load_data
from training.errors import LabError
from training.measure.calibration import fit_temperature
from training.measure.metrics import predict, softmax
from training.records import fingerprint
from training.run import load_run


@pytest.fixture
def changing(make_run: MakeRun, tmp_path: Path) -> tuple[Path, Path]:
    """A run, and its class folders, which have no part of their own to validate on."""
    folder = write_classes(tmp_path / "classes", {"a": 10, "b": 10})
    training = load_data(str(folder)).part("Training")
    return make_run("one", training, pictures=fingerprint(training)), folder


def test_data_that_changed_since_training_has_no_new_pictures(changing: tuple[Path, Path]) -> None:
    one, folder = changing
    assert "Validation of classes" in run("evaluate", "--run", one, "--data", folder).output
    write_classes(folder, {"b": 12}, seed=1)
    sentence = (
        "classes: is not the data that .*one learned from, or has changed since, so no picture is surely"
    )
    for command in ("evaluate", "report"):
        with pytest.raises(LabError, match=sentence):
            run(command, "--run", one, "--data", folder)
    # Whoever names all parts does not take them for new ones.
    every = ("--part", "Training", "--part", "Validation")
    said = run("evaluate", "--run", one, "--data", folder, *every).output
    assert "Training and Validation of classes" in said
    assert "not in" not in said


def test_a_model_file_tells_how_its_data_was_split(changing: tuple[Path, Path], tmp_path: Path) -> None:
    _, folder = changing
    data = load_data(str(folder), held_out=0.5, seed=7)
    weights = np.random.default_rng(0).normal(0, 1e-3, (48 * 48, 2)).astype(np.float32)
    told = {"pictures": fingerprint(data.part("Training")), "held_out": 0.5, "split_seed": 7}
    model = write_model(tmp_path / "m.onnx", weights, ("a", "b"), "classes", **told)
    figures = tmp_path / "figures.json"
    run("evaluate", "--model", model, "--data", folder, "--json", figures)
    head = json.loads(figures.read_text(encoding="utf-8"))["networks"]["m.onnx"]["heads"]["classes"]
    validation = data.part("Validation")
    said = (validation.images.reshape(len(validation), -1) @ weights).argmax(1)
    assert head["pictures"] == len(validation) == 10
    assert head["accuracy"] == pytest.approx((said == validation.main.answers).mean())
    write_classes(folder, {"b": 12}, seed=1)
    with pytest.raises(LabError, match=r"m\.onnx learned from, or has changed since"):
        run("evaluate", "--model", model, "--data", folder)
    old = write_model(tmp_path / "old.onnx", weights, ("a", "b"), "classes")
    assert "Validation of classes" in run("evaluate", "--model", old, "--data", folder).output
    odd = write_model(tmp_path / "odd.onnx", weights, ("a", "b"), "classes", held_out=7)
    with pytest.raises(LabError, match=r"odd\.onnx: its metadata cannot be used"):
        run("evaluate", "--model", odd, "--data", folder)


def test_a_run_and_a_model_file_that_held_out_others_are_not_measured_together(
    changing: tuple[Path, Path], tmp_path: Path
) -> None:
    one, folder = changing
    weights = np.zeros((48 * 48, 2), np.float32)
    model = write_model(tmp_path / "m.onnx", weights, ("a", "b"), "classes", held_out=0.2, split_seed=2)
    with pytest.raises(LabError, match="held out different pictures"):
        run("evaluate", "--model", model, "--run", one, "--data", folder)


@pytest.fixture
def three_parts(tmp_path: Path) -> Path:
    """FER2013's three parts; PrivateTest has 3 copies of Training's pictures and 2 of PublicTest's."""
    faces = made_faces(70)
    faces.images[42:45] = faces.images[:3]
    faces.images[45:47] = faces.images[14:16]
    usages = ["Training"] * 14 + ["PublicTest"] * 28 + ["PrivateTest"] * 28
    return write_kaggle(tmp_path / "fer2013.csv", faces, usages)


def test_the_temperature_of_another_part_is_that_of_the_validation_part(
    make_run: MakeRun, three_parts: Path, tmp_path: Path
) -> None:
    data = load_data(str(three_parts))
    public, private = data.part("PublicTest"), data.part("PrivateTest")
    folder = make_run("one", public)
    pixels, truth = public.images.reshape(28, -1), public.main
    means = np.stack([pixels[truth.answers == label].mean(0) for label in range(7)])
    weights = ((means - means.mean(0)) / 3e5).T.astype(np.float32)
    model = write_model(tmp_path / "m.onnx", weights, truth.labels)
    figures = tmp_path / "figures.json"
    command = ("evaluate", "--run", folder, "--model", model, "--data", three_parts, "--json", figures)
    run(*command, "--part", "PrivateTest")
    networks = json.loads(figures.read_text(encoding="utf-8"))["networks"]
    network = load_run(folder).network
    answers = {
        "one": tuple(predict(network, part.images)["fer2013"] for part in (public, private)),
        "m.onnx": tuple(
            part.images.reshape(28, -1).astype(np.float32) @ weights for part in (public, private)
        ),
    }
    for name, (on_public, on_private) in answers.items():
        head = networks[name]["heads"]["fer2013"]
        wanted = fit_temperature(on_public, truth.answers)
        assert head["fitted_on"] == "PublicTest"
        assert head["temperature"] == pytest.approx(wanted, rel=1e-3)
        assert wanted != pytest.approx(fit_temperature(on_private, private.main.answers), rel=1e-3)
        sure = softmax(on_private, head["temperature"]).max(1) >= head["unsure_below"]
        assert head["coverage"] == pytest.approx(sure.mean())
        assert (head["unseen_total"], head["earlier"]) == (23, "Training or PublicTest")
    mixed = networks["ensemble of 2"]["heads"]["fer2013"]
    assert mixed["fitted_on"] == "PublicTest"
    run(*command)
    head = json.loads(figures.read_text(encoding="utf-8"))["networks"]["one"]["heads"]["fer2013"]
    assert head["fitted_on"] == "these pictures"


def test_report_and_console_tell_where_the_temperature_was_fitted(
    make_run: MakeRun, three_parts: Path
) -> None:
    folder = make_run("one", load_data(str(three_parts)).part("PublicTest"))
    data = ("--data", three_parts, "--run", folder)
    said = run("evaluate", *data, "--part", "PrivateTest", "--part", "PublicTest").output
    assert "Temperature, fitted on PublicTest" in said
    assert "Accuracy on the 51 pictures not in Training or an earlier part" in said
    run("report", *data, "--part", "PrivateTest")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Temperature, fitted on PublicTest" in page
    assert "Accuracy on the 23 pictures not in Training or PublicTest" in page
    said = run("evaluate", *data).output
    assert "Temperature, fitted on these pictures" in said
    assert "right on these pictures" in said
