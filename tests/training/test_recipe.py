"""A recipe is read, overridden by words of the command line, checked and written back."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.commands.common import overrides
from training.errors import RecipeError
from training.recipe import Augmentation, Recipe
from training.recipe_files import (
    DISTURBANCES,
    RECIPES,
    SETTINGS,
    describe_settings,
    dump_recipe,
    load_recipe,
    recipe_from,
)


def test_values_of_the_file_are_overridden_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text("epochs = 5\nrate = 1\n[augmentation]\nflip = 0.0\n", encoding="utf-8")
    recipe = load_recipe(path, {"batch": ["32"], "erasing": ["0"], "network": ["vgg-m"]})
    assert (recipe.epochs, recipe.batch, recipe.network, recipe.rate) == (5, 32, "vgg-m", 1.0)
    assert (recipe.augmentation.flip, recipe.augmentation.erasing) == (0, 0)


def test_the_thesis_flags_build_its_network() -> None:
    words = "--conv-sizes 5 3 --feature-maps 32 0 32 0 --mlp-hiddens 1024 --step-rule scale --batch-norm"
    recipe = load_recipe(None, overrides([*words.split(), "--network=builder"]))
    assert (recipe.conv_sizes, recipe.feature_maps, recipe.mlp_hiddens) == ((5, 3), (32, 0, 32, 0), (1024,))
    assert (recipe.optimiser, recipe.batch_norm, recipe.network) == ("sgd", True, "builder")


def test_an_empty_list_is_a_list_without_entries() -> None:
    assert load_recipe(None, overrides(["--network", "builder", "--mlp-hiddens"])).mlp_hiddens == ()


def test_a_resolved_recipe_reads_back_as_itself(tmp_path: Path) -> None:
    recipe = Recipe(rate=1e-5, then=("report",), data='a "b" \\c', augmentation=Augmentation(shift=0.02))
    path = tmp_path / "recipe.toml"
    path.write_text(dump_recipe(recipe), encoding="utf-8")
    assert load_recipe(path) == recipe


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_recipes_are_valid_and_say_what_they_are(path: Path) -> None:
    assert load_recipe(path.stem) == load_recipe(path)
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--epoch", "3"], "'epoch' is not a setting; did you mean 'epochs'"),
        (["--xyz", "3"], "'xyz' is not a setting; `train --help` shows all"),
        (["--epochs", "many"], "'epochs' must be of type int, not 'many'"),
        (["--epochs", "2", "3"], "'epochs' must be of type int, not '2 3'"),
        (["--epochs"], "'epochs' must be of type int, not ''"),
        (["--conv-sizes", "5", "x"], "'conv_sizes' must be of type list of int, not '5 x'"),
        (["--deterministic", "perhaps"], "'deterministic' must be of type bool"),
        (["--epochs", "0"], "at least 1 epoch"),
        (["--network", "alexnet"], "network 'alexnet' does not exist; known are builder"),
        (["--step-rule", "newton"], "optimiser 'newton' does not exist"),
        (["--held-out", "1"], "held_out must be between 0 and 1"),
        (["--dropout", "1"], "dropout, ema and smoothing must be"),
        (["--rate", "-1"], "rate must be a number of at least 0, not -1.0"),
        (["--rate", "nan"], "rate must be a number of at least 0"),
        (["--rotation", "inf"], "rotation must be a number of at least 0"),
        (["--early-stopping", "-1"], "early_stopping must be a number of at least 0"),
        (["--threads", "-1"], "threads must be a number of at least 0"),
        (["--mixup-share", "2"], "mixup_share is a share and must be at most 1"),
        (["--teacher-temperature", "0"], "teacher_temperature must be above 0"),
        (["--seed", "99999999999"], "seed must be less than"),
        (["--normalise", "pixel", "--small-epochs", "2"], "needs pictures of one size"),
        (["--unlabelled", "faces"], "unlabelled pictures teach nothing without teachers"),
        (["--unlabelled", "faces", "--teachers", "runs/a", "--balanced"], "belong to no class"),
        (["three"], "'three' belongs to no option"),
    ],
)
def test_a_wrong_override_gets_a_sentence(words: list[str], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        load_recipe(None, overrides(words))


def test_a_missing_or_broken_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"none\.toml: cannot be read"):
        load_recipe(tmp_path / "none.toml")
    with pytest.raises(RecipeError, match="recipe 'nothing' does not exist; known are digits-cnn"):
        load_recipe("nothing")
    broken = tmp_path / "broken.toml"
    broken.write_text("epochs = ", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"broken\.toml: is not TOML"):
        load_recipe(broken)
    broken.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match=r"broken\.toml: cannot be read"):
        load_recipe(broken)
    broken.write_text("augmentation = 3", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"broken\.toml: augmentation must be a table"):
        load_recipe(broken)
    broken.write_text("like = 5", encoding="utf-8")
    with pytest.raises(RecipeError, match="'like' must be the name or path of a recipe, not 5"):
        load_recipe(broken)
    broken.write_text(f"like = '{broken}'", encoding="utf-8")
    with pytest.raises(RecipeError, match="'like' leads in a circle"):
        load_recipe(broken)


def test_a_recipe_may_change_another_one(tmp_path: Path) -> None:
    parent, child = tmp_path / "parent.toml", tmp_path / "child.toml"
    parent.write_text("epochs = 5\nrate = 0.3\n[augmentation]\nflip = 0.5\nshift = 0.1\n", encoding="utf-8")
    child.write_text("like = 'parent.toml'\nepochs = 7\n[augmentation]\nshift = 0\n", encoding="utf-8")
    recipe = load_recipe(child)
    assert (recipe.epochs, recipe.rate) == (7, 0.3)
    assert (recipe.augmentation.flip, recipe.augmentation.shift) == (0.5, 0)


def test_a_number_is_not_a_switch() -> None:
    with pytest.raises(RecipeError, match="'epochs' must be of type int, not 'True'"):
        recipe_from({"epochs": True})


def test_every_setting_is_described() -> None:
    rows = describe_settings()
    assert [flag for flag, _, _ in rows] == [
        f"--{name.replace('_', '-')}" for name in (*SETTINGS, *DISTURBANCES)
    ]
    assert all(text for _, _, text in rows)


@pytest.mark.parametrize(
    ("network", "flag", "words", "sentence"),
    [
        ("vgg-16", "batch-norm", [], "--batch-norm is for the builder; 'vgg-16' does not heed it"),
        ("dense", "conv-sizes", ["3"], "--conv-sizes is for the builder"),
        ("vgg-s", "stem", ["large"], "--stem is for ResNets"),
        ("builder", "stem", ["large"], "--stem is for ResNets"),
    ],
)
def test_a_flag_that_the_network_would_not_heed_is_refused(
    network: str, flag: str, words: list[str], sentence: str
) -> None:
    with pytest.raises(RecipeError, match=sentence):
        load_recipe(None, {"network": [network], flag: words})


def test_flags_that_the_network_heeds_are_taken() -> None:
    assert load_recipe(None, {"network": ["resnet-18"], "stem": ["large"]}).stem == "large"
    assert load_recipe(None, {"network": ["builder"], "batch-norm": []}).batch_norm
