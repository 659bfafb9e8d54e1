"""`list` and `summary` as a user calls them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from training.__main__ import build_app
from training.errors import RecipeError
from training.names import ARCHITECTURE_NAMES, OPTIMISERS, SCHEDULES
from training.recipe_files import RECIPES


@pytest.fixture(scope="module", autouse=True)
def _wide() -> Iterator[None]:
    from training.commands.common import console

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "_width", 200)
        yield


@pytest.fixture(scope="module")
def listed(_wide: None) -> str:
    """What `list` prints."""
    result = call("list")
    assert result.exit_code == 0
    return result.stdout


def call(*words: str) -> Result:
    return CliRunner().invoke(build_app(["list", "summary"]), list(words))


def test_list_shows_networks_recipes_and_words(listed: str) -> None:
    recipes = [path.stem for path in RECIPES.glob("*.toml")]
    for word in (*ARCHITECTURE_NAMES, *recipes, *OPTIMISERS, *SCHEDULES):
        assert word in listed


def test_list_shows_what_a_recipe_says_of_itself(listed: str) -> None:
    first_line = (RECIPES / "vgg-s.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first_line.startswith("# ")
    assert first_line[2:40] in listed


def test_list_shows_parameters_and_work(listed: str) -> None:
    (row,) = (line for line in listed.splitlines() if line.startswith("│ vgg-s ") and " M " in line)
    assert "1.91 M" in row
    assert "126.63 M" in row


def test_summary_takes_a_recipe_settings_side_and_heads() -> None:
    result = call(
        "summary",
        "--recipe",
        "thesis-a",
        "--side",
        "28",
        "--heads",
        "3",
        "--feature-maps",
        "4",
        "0",
        "6",
        "0",
    )
    assert result.exit_code == 0
    assert "4x24x24" in result.stdout
    assert "6x10x10" in result.stdout
    heads = [line for line in result.stdout.splitlines() if "heads." in line]
    assert len(heads) == 1
    assert f"{512 * 3 + 3:,}" in heads[0]


def test_summary_shows_several_heads() -> None:
    heads = [
        line
        for line in call("summary", "--heads", "8", "--heads", "7").stdout.splitlines()
        if "heads." in line
    ]
    assert "2,056" in heads[0]
    assert "1,799" in heads[1]


def test_summary_of_what_does_not_fit_is_one_sentence() -> None:
    result = call("summary", "--network", "vgg-16", "--side", "24")
    assert isinstance(result.exception, RecipeError)
    assert "leave 20x20" in str(result.exception)


def test_a_head_without_labels_is_refused() -> None:
    assert isinstance(call("summary", "--heads", "0").exception, RecipeError)
