"""What can be checked here of the installers that are made elsewhere."""

from __future__ import annotations

import ast
import plistlib
import re
from pathlib import Path

import pytest
import yaml

from fer_desktop import __version__
from fer_desktop.app import APP_ID
from installer import wheels
from installer.macos.properties import BUNDLE_ID, PROPERTIES
from installer.windows.version import version_text

ROOT = Path(__file__).resolve().parents[2]
SETUP = (ROOT / "installer" / "windows" / "fer_desktop.iss").read_text(encoding="utf-8")
SECTIONS = {
    "Setup", "Languages", "CustomMessages", "Tasks", "InstallDelete", "Files", "Icons", "Registry", "Run",
    "Code",
}  # fmt: skip


def test_the_mac_is_told_why_the_camera_is_wanted_and_that_nothing_leaves() -> None:
    assert "The pictures stay on this computer." in PROPERTIES["NSCameraUsageDescription"]
    assert plistlib.loads(plistlib.dumps(PROPERTIES)) == PROPERTIES
    assert BUNDLE_ID == APP_ID


def test_the_mac_program_may_use_the_camera_and_asks_for_nothing_else_of_the_user() -> None:
    rights = plistlib.loads((ROOT / "installer" / "macos" / "entitlements.plist").read_bytes())
    assert rights["com.apple.security.device.camera"] is True
    assert not [name for name in rights if "network" in name or "device.microphone" in name]


def test_windows_shows_the_version() -> None:
    tree = ast.parse(version_text("1.2.3"), mode="eval")
    assert "filevers=(1, 2, 3, 0)" in ast.unparse(tree)
    assert f"StringStruct('FileVersion', '{__version__}')" in ast.unparse(ast.parse(version_text()))


def test_the_setup_script_has_its_sections_and_names_files_that_exist() -> None:
    assert set(re.findall(r"^\[(\w+)\]$", SETUP, re.MULTILINE)) == SECTIONS
    assert "PrivilegesRequired=lowest" in SETUP
    for line in SETUP.partition("[Code]")[0].splitlines():
        kind = re.match(r"(\w+): ", line)
        if kind is not None and not line.startswith(";"):
            entries = [part.strip().partition(":") for part in re.split(r";(?=\s\w+:)", line)]
            assert all(value.strip() for _, _, value in entries), line
            assert line.count('"') % 2 == 0, line


def test_the_setup_script_speaks_both_languages() -> None:
    messages = re.findall(r"^(en|es)\.(\w+)=", SETUP, re.MULTILINE)
    assert {name for language, name in messages if language == "en"} == {
        name for language, name in messages if language == "es"
    }
    used = set(re.findall(r"\{cm:(\w+)", SETUP)) - {"CreateDesktopIcon", "LaunchProgram"}
    assert used <= {name for _, name in messages}


def test_the_code_of_the_setup_script_is_balanced() -> None:
    code = re.sub(r"'[^']*'", "''", SETUP.partition("[Code]")[2])
    words = [word.lower() for word in re.findall(r"\w+", code)]
    assert words.count("begin") == words.count("end")
    assert code.count("(") == code.count(")")


def test_the_workflow_builds_and_tries_on_three_systems() -> None:
    text = (ROOT / ".github" / "workflows" / "installers.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    assert {name.partition("-")[0] for name in jobs["frozen"]["strategy"]["matrix"]["os"]} == {
        "ubuntu", "windows", "macos",
    }  # fmt: skip
    for job in ("fresh-environment", "frozen"):
        assert any("--smoke-test" in step.get("run", "") for step in jobs[job]["steps"])
    for path in re.findall(r"installer/[\w./]+", text):
        assert (ROOT / path).exists(), path


def test_each_system_gets_the_onnx_runtime_that_exists_there() -> None:
    for platform in wheels.PLATFORMS:
        names = [pin.partition("==")[0] for pin in wheels.wanted(platform)]
        assert ("onnxruntime-gpu" in names) == platform.gpu
        assert ("onnxruntime" in names) != platform.gpu
        assert {"numpy", "pyside6-essentials", "opencv-python-headless", "pyarrow"} <= set(names)


@pytest.mark.slow
@pytest.mark.parametrize("platform", wheels.PLATFORMS, ids=lambda platform: platform.name)
@pytest.mark.parametrize("python", wheels.PYTHONS)
def test_every_system_has_wheels_of_everything(platform: wheels.Platform, python: str) -> None:
    assert wheels.lacking(platform, python, wheels.wanted(platform)) == ""
