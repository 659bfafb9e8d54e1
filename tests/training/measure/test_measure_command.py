"""`evaluate`, `compare` and `report` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.made_data import made_faces, write_kaggle
from tests.training.measure.conftest import MakeRun
from tests.training.measure.lab import run, write_model
from training.commands.measure import report_run
from training.data.choose import load_data, training_and_validation
from training.errors import LabError
from training.measure.candidate import doubt_of, from_run
from training.measure.metrics import accuracy, predict
from training.run import load_run, save_final


def test_a_run_is_measured_on_the_validation_part(make_run: MakeRun, faces_csv: Path, tmp_path: Path) -> None:
    folder = make_run("one", made_faces(56))
    figures = tmp_path / "figures.json"
    said = run("evaluate", "--run", folder, "--data", faces_csv, "--json", figures).output
    assert "PublicTest of fer2013.csv" in said
    assert "labels ferplus" in said
    assert "labels fer2013" in said
    head = json.loads(figures.read_text(encoding="utf-8"))["networks"]["one"]["heads"]["fer2013"]
    _, validation = training_and_validation(load_data(str(faces_csv)))
    logits = predict(load_run(folder).network, validation.images)
    assert head["accuracy"] == pytest.approx(
        accuracy(logits["fer2013"], validation.truths["fer2013"].answers)
    )
    assert head["pictures"] == head["unseen_total"] == 28
    assert f"{head['accuracy']:.1%}" in said


def test_several_parts_are_joined_and_copies_of_training_pictures_known(
    make_run: MakeRun, tmp_path: Path
) -> None:
    faces = made_faces(42)
    faces.images[14:21] = faces.images[:7]
    usages = ["Training"] * 14 + ["PublicTest"] * 14 + ["PrivateTest"] * 14
    table = write_kaggle(tmp_path / "fer2013.csv", faces, usages)
    folder = make_run("one", faces.with_heads(["fer2013"]))
    figures = tmp_path / "figures.json"
    parts = ("--part", "PublicTest", "--part", "PrivateTest")
    said = run("evaluate", "--run", folder, "--data", table, "--json", figures, *parts).output
    assert "PublicTest and PrivateTest of fer2013.csv" in said
    head = json.loads(figures.read_text(encoding="utf-8"))["networks"]["one"]["heads"]["fer2013"]
    assert (head["pictures"], head["unseen_total"]) == (28, 21)


def test_views_change_the_figures_and_an_ensemble_is_the_mean(
    make_run: MakeRun, faces_csv: Path, tmp_path: Path
) -> None:
    faces = made_faces(56).with_heads(["fer2013"])
    runs = [make_run(name, faces, seed) for seed, name in enumerate(("one", "two"))]
    loss = {}
    for views in ("single", "flip", "ten"):
        figures = tmp_path / f"{views}.json"
        command = ["evaluate", "--data", faces_csv, "--views", views, "--json", figures]
        said = run(*command, "--run", runs[0], "--run", runs[1]).output
        networks = json.loads(figures.read_text(encoding="utf-8"))["networks"]
        assert list(networks) == ["one", "two", "ensemble of 2"]
        assert "ensemble of 2" in said
        loss[views] = [network["heads"]["fer2013"]["cross_entropy"] for network in networks.values()]
    assert len({losses[0] for losses in loss.values()}) == 3
    # By Jensen's inequality a mean of probabilities costs less than its members on average.
    assert loss["single"][2] < (loss["single"][0] + loss["single"][1]) / 2


def test_a_run_remembers_built_in_data(make_run: MakeRun) -> None:
    digits = load_data("digits").part("Validation")
    folder = make_run("digits", digits, data="digits", dropout="0.5")
    said = run("evaluate", "--run", folder, "--mc-dropout", 3).output
    assert "Validation of digits" in said
    assert "dropout, 3 passes" in said


def test_passes_that_disagree_where_the_network_errs_find_its_errors() -> None:
    sure, torn = [0.9, 0.1], [[0.95, 0.05], [0.15, 0.85]]
    chances = np.array([[sure, torn[0], sure], [sure, torn[1], sure]], np.float32)
    doubt = doubt_of(chances, np.array([0, 1, -1]))
    assert doubt.passes == 2
    assert doubt.accuracy == pytest.approx(0.5)
    assert doubt.cross_entropy == pytest.approx(-(np.log(0.9) + np.log(0.45)) / 2)
    assert doubt.entropy_right == pytest.approx(-(0.9 * np.log(0.9) + 0.1 * np.log(0.1)))
    assert doubt.entropy_wrong == pytest.approx(-(0.55 * np.log(0.55) + 0.45 * np.log(0.45)))
    assert doubt.disagreement_right == pytest.approx(0, abs=1e-6)
    assert doubt.disagreement_wrong > 0.3
    assert doubt.finds_errors == 1


def test_networks_are_compared_in_a_folder(make_run: MakeRun, faces_csv: Path, tmp_path: Path) -> None:
    faces = made_faces(56).with_heads(["fer2013"])
    runs = [make_run(name, faces, seed) for seed, name in enumerate(("one", "two"))]
    said = run("compare", *runs, "--data", faces_csv, "--out", tmp_path / "out").output
    assert "ensemble" not in said
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "comparison.html",
        "networks.csv",
        "pairs.csv",
    ]


def test_a_report_lies_in_the_run_folder_and_its_plots_where_they_are_wanted(
    make_run: MakeRun, faces_csv: Path
) -> None:
    folder = make_run("one", made_faces(56).with_heads(["fer2013"]))
    run("report", "--run", folder, "--data", faces_csv, "--plots", folder / "plots")
    plots = {path.name for path in (folder / "plots").iterdir() if path.stat().st_size > 1000}
    assert {"curves.png", "fer2013-roc.svg", "fer2013-failures.png"} <= plots
    assert len(plots) == 2 * (1 + 8)
    assert "PublicTest of fer2013.csv" in (folder / "report.html").read_text(encoding="utf-8")
    training, validation = training_and_validation(load_data(str(faces_csv)))
    assert report_run(folder, training, validation, "/somewhere/fer2013.csv") == [folder / "report.html"]
    assert "validation part of fer2013.csv" in (folder / "report.html").read_text(encoding="utf-8")


def test_what_cannot_be_measured_gets_a_sentence(make_run: MakeRun, faces_csv: Path, tmp_path: Path) -> None:
    faces = made_faces(56)
    good = make_run("good", faces)
    small = make_run("small", made_faces(56, side=24))
    digits = make_run("digits", load_data("digits").part("Validation"), data="digits")
    other = make_run("other", load_data("digits").part("Validation"), data="digits", split_seed="2")
    data = ("--data", faces_csv)
    for words, sentence in (
        (("evaluate", *data), "Say what to measure"),
        (("evaluate", "--run", good), "Say what to learn from or measure on"),
        (("evaluate", "--run", tmp_path / "none", *data), "does not exist; name the folder"),
        (("evaluate", "--run", tmp_path, *data), "final.pt: does not exist"),
        (("evaluate", "--run", good, "--run", good, *data), "is named twice"),
        (("evaluate", "--run", small, *data), "pictures of 24 x 24 pixels; these have 48 x 48"),
        (("evaluate", "--run", good, *data, "--part", "Other"), "has no part 'Other'"),
        (("evaluate", "--run", digits, "--run", other), "held out different pictures"),
        (("evaluate", "--model", faces_csv, *data), "cannot be loaded as an ONNX model"),
        (("compare", good, *data), "is only one network"),
        (("report", "--run", faces_csv, *data), "is no folder of a run"),
    ):
        with pytest.raises(LabError, match=sentence):
            run(*words)


def test_a_run_of_other_labels_gets_a_sentence(make_run: MakeRun, faces_csv: Path) -> None:
    faces = made_faces(56)
    truth = faces.truths["fer2013"]
    renamed = type(faces)(faces.images, {"classes": truth}, faces.names)
    with pytest.raises(LabError, match="answers for classes, but the data's labels are ferplus, fer2013"):
        run("evaluate", "--run", make_run("renamed", renamed), "--data", faces_csv)
    swapped = type(truth)(truth.labels[::-1], truth.answers, truth.targets)
    mixed = type(faces)(faces.images, {"fer2013": swapped}, faces.names)
    with pytest.raises(LabError, match="its head fer2013 knows neutral, surprise"):
        run("evaluate", "--run", make_run("mixed", mixed), "--data", faces_csv)


def test_a_model_file_is_measured_on_whole_pictures(faces_csv: Path, tmp_path: Path) -> None:
    _, validation = training_and_validation(load_data(str(faces_csv)))
    pixels, truth = validation.images.reshape(len(validation), -1), validation.truths["fer2013"]
    # Each class' mean picture, less what all have in common, tells the stripes apart.
    means = np.stack([pixels[truth.answers == label].mean(0) for label in range(7)])
    weights = ((means - means.mean(0)) / 1e5).T.astype(np.float32)
    good = write_model(tmp_path / "good.onnx", weights, truth.labels)
    figures = tmp_path / "figures.json"
    run("evaluate", "--model", good, "--data", faces_csv, "--json", figures)
    network = json.loads(figures.read_text(encoding="utf-8"))["networks"]["good.onnx"]
    said = (pixels @ weights).argmax(1)
    assert network["heads"]["fer2013"]["accuracy"] == pytest.approx((said == truth.answers).mean())
    assert network["heads"]["fer2013"]["accuracy"] > 0.9
    assert network["seconds_batch_128"] > 0
    swapped = write_model(tmp_path / "swapped.onnx", weights, truth.labels[::-1])
    with pytest.raises(LabError, match="its head fer2013 knows neutral, surprise"):
        run("evaluate", "--model", swapped, "--data", faces_csv)


def test_monte_carlo_needs_dropout(make_run: MakeRun, faces_csv: Path) -> None:
    folder = make_run("one", made_faces(56), dropout="0")
    with pytest.raises(LabError, match="has no dropout"):
        run("evaluate", "--run", folder, "--data", faces_csv, "--mc-dropout", 2)


def test_views_are_told_wherever_the_pictures_are(make_run: MakeRun, faces_csv: Path, tmp_path: Path) -> None:
    faces = made_faces(56).with_heads(["fer2013"])
    one = make_run("one", faces)
    data = ("--data", faces_csv, "--views")
    out = tmp_path / "out"
    assert "PublicTest of fer2013.csv, ten views" in run("evaluate", "--run", one, *data, "ten").output
    assert "views" not in run("evaluate", "--run", one, *data, "single").output
    run("report", "--run", one, *data, "flip")
    assert "PublicTest of fer2013.csv, mirrored views" in (one / "report.html").read_text(encoding="utf-8")
    weights = np.random.default_rng(0).normal(0, 1e-3, (48 * 48, 7)).astype(np.float32)
    model = write_model(tmp_path / "m.onnx", weights, faces.main.labels)
    said = run("evaluate", "--model", model, "--run", one, *data, "ten").output
    for words in ("views as named", "m.onnx (one view)", "one (ten views)", "ensemble of 2 (mixed views)"):
        assert words in said
    assert "ten views" not in run("evaluate", "--model", model, *data, "ten").output
    run("compare", one, model, *data, "ten", "--out", out)
    page = (out / "comparison.html").read_text(encoding="utf-8")
    assert "views as named). Temperatures were fitted on these pictures." in page
    assert "one (ten views)" in page
    assert "m.onnx (one view),single" in (out / "networks.csv").read_text(encoding="utf-8")


def test_answers_that_are_no_numbers_get_a_sentence(
    make_run: MakeRun, faces_csv: Path, tmp_path: Path
) -> None:
    folder = make_run("one", made_faces(56).with_heads(["fer2013"]))
    broken = load_run(folder)
    with torch.no_grad():
        next(broken.network.parameters()).fill_(float("nan"))
    save_final(folder, broken.recipe, broken.network, broken.side)
    for command in ("evaluate", "report"):
        with pytest.raises(LabError, match=r"one: answers with what is no finite number \(labels fer2013\)"):
            run(command, "--run", folder, "--data", faces_csv)
    weights = np.full((48 * 48, 7), np.inf, np.float32)
    model = write_model(tmp_path / "m.onnx", weights, made_faces(7).truths["fer2013"].labels)
    with pytest.raises(LabError, match=r"m\.onnx: answers with what is no finite number"):
        run("evaluate", "--model", model, "--data", faces_csv)


def test_times_name_the_device_that_the_run_is_on(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    faces = made_faces(14)
    loaded = load_run(make_run("one", faces))
    answers = predict(loaded.network, faces.images)
    assert from_run(loaded, faces, timed=False).device == "cpu"
    # A device that every machine has, though it computes nothing.
    loaded.network.to("meta")
    monkeypatch.setattr("training.measure.candidate.predict", lambda *_: answers)
    assert from_run(loaded, faces, timed=False).device == "meta"
