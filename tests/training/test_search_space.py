"""A space of settings is read from a file, and what is wrong with it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.errors import RecipeError
from training.recipe import Recipe
from training.search_space import SPACES, Choices, Range, Space, load_space

QUICK = Recipe(epochs=1, warmup_epochs=0.0)
RATE = "rate = {low = 1e-4, high = 1.0, log = true, points = 3}"


def write_space(folder: Path, *lines: str) -> Path:
    path = folder / "space.toml"
    path.write_text("\n".join(["[space]", *lines]), encoding="utf-8")
    return path


def space_of(folder: Path, *lines: str) -> Space:
    return load_space(write_space(folder, *lines))


def test_a_range_and_a_list_are_read(tmp_path: Path) -> None:
    space = space_of(tmp_path, RATE, 'step-rule = ["sgd", "adam"]', "epochs = {low = 1, high = 4}")
    assert space["rate"] == Range(1e-4, 1.0, whole=False, log=True, points=3)
    assert space["optimiser"] == Choices({"sgd": "sgd", "adam": "adam"})
    assert space["epochs"] == Range(1, 4, whole=True)


def test_lists_and_switches_are_known_by_their_words(tmp_path: Path) -> None:
    space = space_of(tmp_path, "feature_maps = [[8, 0], [16, 0]]", "batch_norm = [true, false]")
    assert space["feature_maps"].grid("") == ["8 0", "16 0"]
    assert space["feature_maps"].value("16 0") == (16, 0)
    assert space["batch_norm"].value("false") is False


def test_a_grid_takes_its_points_evenly(tmp_path: Path) -> None:
    lines = (RATE, "dropout = {low = 0, high = 0.6, points = 4}", "epochs = {low = 2, high = 5}")
    space = space_of(tmp_path, *lines, "batch = {low = 8, high = 128, log = true, points = 5}")
    assert space["rate"].grid("rate") == [1e-4, 0.01, 1.0]
    assert space["dropout"].grid("dropout") == [0.0, 0.2, 0.4, 0.6]
    assert space["epochs"].grid("epochs") == [2, 3, 4, 5]
    assert space["batch"].grid("batch") == [8, 16, 32, 64, 128]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("rte = [1.0]", "'rte' is no setting"),
        ("data = ['digits', 'shapes']", "'data' is no setting that can be searched"),
        ("split_seed = [1, 2]", "'split_seed' is no setting that can be searched"),
        ("held_out = [0.1, 0.2]", "'held_out' is no setting that can be searched"),
        ("rate = 0.1", "must be a list"),
        ("rate = []", "must be a list"),
        ("rate = {low = 0.1}", "lacks high"),
        ("rate = {low = 0.1, high = 1.0, step = 0.1}", "step is not known"),
        ("rate = {low = 1.0, high = 0.1}", "low must be below high"),
        ("rate = {low = 0.0, high = 1.0, log = true}", "low must be above 0"),
        ("rate = {low = 0.1, high = 1.0, log = 1}", "log must be true"),
        ("rate = {low = 0.1, high = 1.0, points = -1}", "points a whole number"),
        ("epochs = {low = 1, high = 2.5}", "'epochs' must be of type int"),
        ("optimiser = {low = 1, high = 2}", "needs a list"),
        ("optimiser = ['sgd', 'sdg']", "'sdg' does not exist"),
        ("batch = [16, 16]", "the same value twice"),
        ("dropout = {low = 0.0, high = 1.0}", "dropout"),
    ],
)
def test_a_wrong_space_is_a_sentence_that_names_file_and_setting(
    tmp_path: Path, line: str, words: str
) -> None:
    path = write_space(tmp_path, line)
    with pytest.raises(RecipeError, match=words) as caught:
        load_space(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    ("text", "words"), [("", "has no settings"), ("rate = 1", "has no settings"), ("[space", "is not TOML")]
)
def test_a_file_without_a_space_is_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "space.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=words):
        load_space(path)


def test_a_space_that_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "space.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match=r"space\.toml: cannot be read \(it is not text\)"):
        load_space(path)


def test_a_missing_space_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        load_space(tmp_path / "none.toml")
    with pytest.raises(RecipeError, match=r"'none' does not exist; known are .*step-rules"):
        load_space("none")


@pytest.mark.parametrize("path", sorted(SPACES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_spaces_at_hand_can_be_read_and_swept(path: Path) -> None:
    assert load_space(path.stem) == load_space(path)
    assert all(len(choice.grid(name)) > 1 for name, choice in load_space(path).items())
