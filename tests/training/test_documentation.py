"""What docs/training.md and README show can be typed as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from training.__main__ import COMMANDS, TAKE_SETTINGS, build_app
from training.recipe_files import OTHER_NAMES, RECIPES, describe_settings

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
PAGES = [ROOT / "docs" / "training.md", ROOT / "docs" / "reproduction.md", ROOT / "README.md"]
LINES = [line.strip() for page in PAGES for line in page.read_text(encoding="utf-8").splitlines()]
EXAMPLES = sorted({line for line in LINES if re.match(r"(python|torchrun)[^|]* training ", line)})
FLAGS = {flag for flag, _, _ in describe_settings()} | {f"--{name.replace('_', '-')}" for name in OTHER_NAMES}


def options_of(command: str, words: list[str]) -> set[str]:
    """The options of a command, or of the one below it that the words begin with."""
    group = typer.main.get_command(build_app([command]))
    assert isinstance(group, TyperGroup)
    found = group.commands[command]
    if isinstance(found, TyperGroup):
        found = found.commands[words[0]]
    return {option for parameter in found.params for option in parameter.opts}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_names_a_command_its_options_and_a_recipe(example: str) -> None:
    words = shlex.split(example.partition(" #")[0])
    words = words[words.index("training") + 1 :]
    command, rest = words[0], words[1:]
    known = options_of(command, rest) | (FLAGS if command in TAKE_SETTINGS else set())
    assert {word for word in rest if word.startswith("--")} <= known
    if "--recipe" in rest:
        assert (RECIPES / f"{rest[rest.index('--recipe') + 1]}.toml").is_file()


def test_every_command_has_an_example() -> None:
    shown = {shlex.split(example)[shlex.split(example).index("training") + 1] for example in EXAMPLES}
    assert set(COMMANDS) <= shown


def test_the_guide_names_every_setting_but_those_of_one_purpose() -> None:
    told_elsewhere = {
        "--split-seed",
        "--small-size",
        "--crowd-weight",
        "--teachers",
        "--held-out",
        "--heads",
    }
    assert set(FLAGS) - set(re.findall(r"--[a-z0-9-]+", GUIDE)) == told_elsewhere
