"""Exporting finished runs: what they may be exported with, and what is told of what they learned."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from fer_desktop.vision.model_file import read_model_file
from tests.training.made_data import made_faces
from training.commands.export import (
    export_run,
    parts_for,
)
from training.data.choose import load_data
from training.data.examples import Examples, Truth
from training.errors import DataError, ExportError, RunError
from training.export import check_alike
from training.measure.metrics import predict
from training.networks.build import build_network
from training.recipe import Recipe
from training.records import fingerprint
from training.run import load_run, save_final


def animals(labels: tuple[str, ...], head: str = "classes") -> Examples:
    images = np.random.default_rng(0).integers(0, 255, (12, 12, 12)).astype(np.uint8)
    truth = Truth.of_answers(labels, np.arange(12) % len(labels))
    return Examples(images, {head: truth}, np.full(12, ""))


def save_small(folder: Path, heads: dict[str, tuple[str, ...]], side: int = 12, pictures: str = "") -> Path:
    recipe = Recipe(
        network="builder", conv_sizes=(), feature_maps=(), mlp_hiddens=(4,), border=0, split_seed=7
    )
    save_final(folder, recipe, build_network(recipe, heads, side), side, pictures=pictures)
    return folder


def test_other_labels_and_missing_heads_are_refused(tmp_path: Path) -> None:
    run = save_small(tmp_path / "run", {"classes": ("cat", "dog")})
    birds = animals(("owl", "jay"))
    with pytest.raises(RunError, match="its head classes knows cat, dog; the data has owl, jay"):
        export_run(run, birds, birds, "birds")
    two = save_small(tmp_path / "two", {"votes": ("cat", "dog"), "classes": ("cat", "dog")})
    with pytest.raises(DataError, match="no labels 'votes'"):
        export_run(two, animals(("cat", "dog")), animals(("cat", "dog")), "cats")
    assert not (run / "export").exists()


def test_the_file_says_what_the_network_learned_from_and_the_product_reads_it(tmp_path: Path) -> None:
    faces = made_faces(14, side=12)
    model, *_ = export_run(
        save_small(tmp_path / "run", faces.heads, pictures="0123456789abcdef"), faces, faces, "faces.csv"
    )
    written = {entry.key: entry.value for entry in onnx.load(model).metadata_props}
    described = json.loads(written["fer_desktop"])
    assert described["pictures"] == "0123456789abcdef"
    assert (described["held_out"], described["split_seed"]) == (0.2, 7)
    assert read_model_file(model).input_size == 12


def test_what_a_run_may_have_learned_is_not_taken_for_held_out(tmp_path: Path) -> None:
    training = load_data("digits", seed=7).part("Training")
    same = save_small(tmp_path / "same", training.heads, 8, fingerprint(training))
    assert len(parts_for(load_run(same), "digits")[0]) == len(training)
    unknown = save_small(tmp_path / "unknown", training.heads, 8)
    assert len(parts_for(load_run(unknown), "digits")[0]) == len(training)
    other = save_small(tmp_path / "other", training.heads, 8, "0123456789abcdef")
    with pytest.raises(RunError, match=r"is not the data that .*other learned from, or has changed since"):
        parts_for(load_run(other), "digits")


def test_answers_that_are_no_numbers_are_told_as_such(tmp_path: Path) -> None:
    run = save_small(tmp_path / "run", {"classes": ("cat", "dog")})
    network = load_run(run).network
    with torch.no_grad():
        network.get_parameter("heads.classes.bias")[0] = torch.nan
    save_final(run, load_run(run).recipe, network, 12)
    with pytest.raises(ExportError, match="answers are not all finite numbers") as caught:
        export_run(run, animals(("cat", "dog")), animals(("cat", "dog")), "cats")
    assert "nan" not in str(caught.value)
    images = animals(("cat", "dog")).images
    with pytest.raises(ExportError, match="answers are not all finite numbers"):
        check_alike(tmp_path / "x.onnx", predict(network, images), predict(network, images))


def test_the_card_of_a_run_counts_what_it_learned_without_labels(tmp_path: Path) -> None:
    run = save_small(tmp_path / "run", {"classes": ("cat", "dog")})
    small = load_run(run)
    save_final(run, small.recipe, small.network, 12, pictures=small.pictures, unlabelled=1234)
    examples = animals(("cat", "dog"))
    _, _, card = export_run(run, examples, examples, "cats")
    assert "1,234 pictures without labels" in card.read_text(encoding="utf-8")
