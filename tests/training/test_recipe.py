"""A recipe is read, overridden, checked and written back."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.recipe import Recipe, RecipeError, dump_recipe, load_recipe


def test_values_of_the_file_are_overridden_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text("epochs = 5\n[augmentation]\nflip = 0.0\n", encoding="utf-8")
    recipe = load_recipe(path, ["batch=32", "augmentation.erasing=0", "network=vgg-m"])
    assert (recipe.epochs, recipe.batch, recipe.network) == (5, 32, "vgg-m")
    assert (recipe.augmentation.flip, recipe.augmentation.erasing) == (0, 0)


def test_a_resolved_recipe_reads_back_as_itself(tmp_path: Path) -> None:
    recipe = load_recipe(None, ["peak_rate=0.03", "augmentation.shift=0.02"])
    path = tmp_path / "recipe.toml"
    path.write_text(dump_recipe(recipe), encoding="utf-8")
    assert load_recipe(path, []) == recipe


def test_the_shipped_recipe_is_valid() -> None:
    path = Path(__file__).resolve().parents[2] / "training" / "recipes" / "vgg-s.toml"
    assert load_recipe(path, []).network == "vgg-s"


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("epoch=3", "'epoch' is not a setting; known are network"),
        ("augmentation.blur=1", "'augmentation.blur' is not a setting"),
        ("epochs=many", "'epochs' must be of type int, not 'many'"),
        ("epochs", "write an override as name=value"),
        ("epochs=0", "at least 1 epoch"),
        ("network=resnet", "network 'resnet' does not exist; known are vgg-s"),
    ],
)
def test_a_wrong_override_gets_a_sentence(override: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        load_recipe(None, [override])


def test_a_missing_or_broken_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"none\.toml: cannot be read"):
        load_recipe(tmp_path / "none.toml", [])
    broken = tmp_path / "broken.toml"
    broken.write_text("epochs = ", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"broken\.toml: is not TOML"):
        load_recipe(broken, [])


def test_small_pictures_come_first() -> None:
    recipe = Recipe(small_epochs=2, small_size=36, size=44)
    assert [recipe.size_at(epoch) for epoch in range(3)] == [36, 36, 44]
