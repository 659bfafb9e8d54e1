"""The guide can be followed word for word, and says the same in both languages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from fer_desktop import __version__
from fer_desktop.cli import app

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
ENGLISH, SPANISH = GUIDE / "README.md", GUIDE / "es.md"


def commands(page: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("line", [line for line in commands(ENGLISH) if line.startswith("fer-desktop ")])
def test_every_command_exists_with_its_options(line: str) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    words = shlex.split(line)[1:]
    command = group.commands.get(words[0], group.commands["window"])
    known = {option for parameter in (*command.params, *group.params) for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_both_languages_have_the_same_commands_sections_and_tables() -> None:
    assert commands(ENGLISH) == commands(SPANISH)
    english, spanish = (page.read_text(encoding="utf-8").splitlines() for page in (ENGLISH, SPANISH))
    for beginning in ("## ", "| ", "- ", "1. ", "**", "!["):
        count = [sum(line.startswith(beginning) for line in page) for page in (english, spanish)]
        assert count[0] == count[1], beginning


@pytest.mark.parametrize("page", [ENGLISH, SPANISH], ids=["en", "es"])
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = {re.sub(r"[^\w -]", "", line[3:].lower()).replace(" ", "-") for line in text.splitlines()
                if line.startswith("## ")}  # fmt: skip
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings
        else:
            assert (GUIDE / target).is_file(), target


@pytest.mark.parametrize("page", [ENGLISH, SPANISH], ids=["en", "es"])
def test_the_files_to_open_are_named_as_they_are_made(page: Path) -> None:
    named = set(
        re.findall(r"(?:FER-Desktop-|fer[_-]desktop[_-])(\d+\.\d+\.\d+)", page.read_text(encoding="utf-8"))
    )
    assert named == {__version__}
