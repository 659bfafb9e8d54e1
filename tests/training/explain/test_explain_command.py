"""`explain` writes what was asked for, as pictures, tables and one page."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from typer.testing import CliRunner, Result

from training.__main__ import build_app
from training.commands.explain import explain_run, validation_of
from training.data.choose import load_data, training_and_validation
from training.errors import LabError
from training.networks.build import build_network
from training.recipe import Recipe
from training.records import fingerprint
from training.run import load_run, save_final

LABELS = ("ellipse", "rectangle", "triangle")
DATA = "shapes:count=36"


def saved(folder: Path, data: str = DATA, **settings: object) -> Path:
    torch.manual_seed(1)
    values: dict[str, object] = {
        "network": "builder",
        "conv_sizes": (5, 3),
        "feature_maps": (3, 0, 4, 0),
        "mlp_hiddens": (6,),
        "border": 0,
    }
    recipe = Recipe(data=data, **(values | settings))  # type: ignore[arg-type]
    save_final(folder, recipe, build_network(recipe, {"shapes": LABELS}, 28), 28)
    return folder


def explain(*words: object) -> Result:
    return CliRunner().invoke(build_app(["explain"]), ["explain", *map(str, words)])


def failed(*words: object) -> str:
    result = explain(*words)
    assert isinstance(result.exception, LabError), result.output
    return str(result.exception)


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything about an untrained network, as after training."""
    run = saved(tmp_path_factory.mktemp("runs") / "shapes-run")
    training, validation = training_and_validation(load_data(DATA))
    (page,) = explain_run(run, training, validation, DATA)
    assert page == run / "explained" / "explained.html"
    return page.parent


def test_every_kind_of_explanation_is_written(explained: Path) -> None:
    assert {path.name for path in explained.iterdir()} == {
        "explained.html",
        "answers.png",
        "randomisation.png",
        "randomisation.csv",
        "activations-trunk.1.png",
        "activations-trunk.4.png",
        "activations-neck.3.png",
        "dead-filters.csv",
        "maps-picture-1-trunk.0.png",
        "maps-picture-1-trunk.3.png",
        "filters.csv",
        "filters-l1.png",
        "filters-similarity.png",
        "similar-filters.csv",
        "kernels-trunk.0.png",
        "kernels-trunk.3.png",
        "failures.csv",
        "failures.png",
    }


def test_the_page_holds_all_pictures_and_loads_nothing(explained: Path) -> None:
    page = (explained / "explained.html").read_text(encoding="utf-8")
    assert page.count('src="data:image/png;base64,') == len(list(explained.glob("*.png")))
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert "Sensitivity is not cause" in page
    for anchor in re.findall(r'href="#(\w+)"', page):
        assert f'id="{anchor}"' in page


def test_failures_are_those_of_the_network(explained: Path) -> None:
    with (explained / "failures.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert 0 < len(rows) < 18
    assert all(row["truth"] != row["answer"] for row in rows)
    chances = [float(row["probability"]) for row in rows]
    assert chances == sorted(chances, reverse=True)


def test_filters_are_ranked_in_the_table(explained: Path) -> None:
    with (explained / "filters.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 7
    norms = [float(row["l1"]) for row in rows if row["layer"] == "trunk.3"]
    assert norms == sorted(norms, reverse=True)


def test_pictures_have_something_on_them(explained: Path) -> None:
    for path in explained.glob("*.png"):
        picture = cv2.imread(str(path))
        assert picture is not None
        assert picture.std() > 5, path.name


def test_only_what_is_asked_for_is_written(tmp_path: Path) -> None:
    run = saved(tmp_path / "run")
    result = explain("--run", run, "--what", "saliency", "--rows", "2,0", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"explained.html", "answers.png"}
    assert "2 pictures explained, of 18" in (tmp_path / "out" / "explained.html").read_text(encoding="utf-8")


def test_photos_are_explained_without_any_data(tmp_path: Path) -> None:
    run = saved(tmp_path / "run", data="")
    photo = tmp_path / "photo.jpg"
    cv2.imwrite(str(photo), np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8))
    words = ("--run", run, "--what", "saliency,failures", "--class", "triangle", "--out", tmp_path / "out")
    result = explain(*words, photo)
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"explained.html", "answers.png"}


def test_a_dense_network_is_explained_without_convolutions(tmp_path: Path) -> None:
    run = saved(tmp_path / "run", network="dense")
    kinds = "saliency,gradcam,maps,filters"
    result = explain("--run", run, "--what", kinds, "--pictures", 1, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    names = {path.name for path in (tmp_path / "out").glob("*.png")}
    assert names == {"answers.png", "activations-neck.2.png", "activations-neck.5.png"}
    assert "nothing to show of gradcam" in failed("--run", run, "--what", "gradcam", "--out", tmp_path / "no")


def test_mistakes_get_a_sentence(tmp_path: Path) -> None:
    run = saved(tmp_path / "run")
    assert "--what 'magic' does not exist" in failed("--run", run, "--what", "magic")
    assert "no class 'circle'" in failed("--run", run, "--class", "circle")
    assert "no labels 'fer2013'" in failed("--run", run, "--head", "fer2013")
    assert "no picture 99" in failed("--run", run, "--rows", "99")
    assert "write whole numbers" in failed("--run", run, "--rows", "one")
    assert "has pictures of 20x20 pixels" in failed("--run", run, "--data", "shapes:count=36,side=20")
    assert "has no labels 'shapes'" in failed("--run", run, "--data", "digits")
    assert "nothing: does not exist; name the folder" in failed("--run", tmp_path / "nothing")
    nameless = saved(tmp_path / "nameless", data="")
    assert "Say where the pictures come from" in failed("--run", nameless)
    assert not list(tmp_path.glob("*/explained/*"))


def test_rows_of_the_data_and_picture_files_exclude_each_other(tmp_path: Path) -> None:
    run = saved(tmp_path / "run")
    photo = tmp_path / "photo.png"
    cv2.imwrite(str(photo), np.zeros((40, 40), np.uint8))
    assert "--rows chooses pictures of the data" in failed("--run", run, "--rows", "1", photo)
    assert "--rows chooses pictures of the data" in failed("--run", run, "--data", DATA, "--rows", "1", photo)
    assert "write whole numbers" in failed("--run", run, "--rows", "")


def test_data_that_changed_since_training_is_not_explained(tmp_path: Path) -> None:
    run = saved(tmp_path / "run", held_out=0.4)
    loaded = load_run(run)
    training = load_data(DATA, held_out=0.4).part("Training")
    save_final(run, loaded.recipe, loaded.network, 28, pictures=fingerprint(training))
    assert len(validation_of(load_run(run), None)) == 18
    assert "or has changed since" in failed("--run", run, "--data", "shapes:count=37")


def test_a_network_that_answers_no_numbers_gets_a_sentence(tmp_path: Path) -> None:
    run = saved(tmp_path / "run")
    loaded = load_run(run)
    with torch.no_grad():
        next(loaded.network.parameters()).fill_(float("inf"))
    save_final(run, loaded.recipe, loaded.network, 28)
    assert "no finite number (labels shapes)" in failed("--run", run)


def test_other_classes_under_the_same_name_get_a_sentence(tmp_path: Path) -> None:
    recipe = Recipe(network="dense", border=0, data=DATA)
    save_final(tmp_path / "run", recipe, build_network(recipe, {"shapes": ("a", "b", "c")}, 28), 28)
    assert "but the network learned a, b, c" in failed("--run", tmp_path / "run")


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    run = saved(tmp_path / "run")
    (tmp_path / "file").write_text("")
    assert "cannot be written" in failed(
        "--run", run, "--what", "saliency", "--pictures", 1, "--out", tmp_path / "file" / "out"
    )
