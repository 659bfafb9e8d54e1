"""The file of licences names all that is shipped, in the versions that are pinned, each with its text."""

from __future__ import annotations

from pathlib import Path

from packaging.utils import canonicalize_name

from fer_desktop import paths
from installer.licences import TARGET, shipped, texts_of

ROOT = Path(__file__).resolve().parents[2]
PINS = {
    canonicalize_name(name): version
    for name, _, version in (
        line.partition("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    )
}


def test_the_file_names_everything_that_is_shipped_in_its_pinned_version() -> None:
    titles = set(TARGET.read_text(encoding="utf-8").splitlines())
    for dist in shipped():
        name = dist.metadata["Name"]
        assert f"{name} {PINS[canonicalize_name(name)]}" in titles, "run python -m installer.licences"


def test_nothing_is_shipped_without_a_licence_text() -> None:
    for dist in shipped():
        assert sum(map(len, texts_of(dist))) > 500, dist.metadata["Name"]


def test_what_is_shipped_is_under_no_licence_that_would_bind_the_whole() -> None:
    names = {canonicalize_name(dist.metadata["Name"]) for dist in shipped()}
    assert not names & {"av", "readline", "pyqt6", "pympi-ling"}
    assert {"pyside6-essentials", "onnxruntime-gpu"} <= names | {"onnxruntime-gpu"}


def test_the_program_finds_the_file() -> None:
    text = paths.licences_file().read_text(encoding="utf-8")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "Apache License" in text
