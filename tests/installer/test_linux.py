"""The Linux packages: menu entry, description, manual page, package and archive around a stand-in program."""

from __future__ import annotations

import configparser
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fer_desktop import __version__
from fer_desktop.app import APP_ID
from installer.linux import deb, share, tarball

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "installer" / "linux"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="made on Linux, for Linux")


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def run(*command: object, **more: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **more},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A stand-in for PyInstaller's folder: a real program with a library, and a script that answers."""
    folder = tmp_path / "frozen"
    (folder / "_internal" / "PySide6").mkdir(parents=True)
    shutil.copy("/bin/true", folder / "_internal" / "PySide6" / "libtrue.so")
    (folder / "_internal" / "link.so").symlink_to("PySide6/libtrue.so")
    (folder / "fer-desktop").write_text("#!/bin/sh\necho fer-desktop stand-in\n")
    return folder


@needs("desktop-file-validate")
def test_the_menu_entry_is_valid() -> None:
    assert run("desktop-file-validate", HERE / f"{APP_ID}.desktop") == ""


@needs("appstreamcli")
def test_the_description_is_valid() -> None:
    run("appstreamcli", "validate", "--no-net", HERE / f"{APP_ID}.metainfo.xml")


def test_entry_and_description_name_the_same_program_in_this_version() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(HERE / f"{APP_ID}.desktop", encoding="utf-8")
    main = entry["Desktop Entry"]
    assert main["Icon"] == APP_ID
    assert {"Name", "Comment[es]", "GenericName[es]"} <= set(main)
    assert {"video/mp4", "image/jpeg", "image/png"} <= set(main["MimeType"].split(";"))
    about = ElementTree.parse(HERE / f"{APP_ID}.metainfo.xml").getroot()
    assert about.findtext("id") == APP_ID
    assert about.findtext("launchable") == f"{APP_ID}.desktop"
    releases = [release.get("version") for release in about.iter("release")]
    assert releases[0] == __version__


@needs("man")
def test_the_manual_page_can_be_read() -> None:
    page = run("man", "--warnings", "-l", HERE / "fer-desktop.1", MANWIDTH="100", LC_ALL="C")
    for word in ("analyze", "export", "report", "check", "recover", "doctor", "benchmark", "--smoke-test"):
        assert word in page


@pytest.mark.parametrize("script", ["install.sh", "prove.sh", "../macos/dmg.sh"])
def test_the_scripts_are_shell_and_can_be_started(script: str) -> None:
    path = (HERE / script).resolve()
    run("sh", "-n", path)
    assert os.access(path, os.X_OK)


@needs("dpkg-shlibdeps")
def test_the_package_installs_and_leaves_nothing(frozen: Path, tmp_path: Path) -> None:
    package = deb.build(frozen, tmp_path)
    fields = run("dpkg-deb", "--field", package)
    assert f"Version: {__version__}" in fields
    assert "libc6 (>= " in fields
    listed = run("dpkg-deb", "--contents", package)
    assert "./usr/bin/fer-desktop -> ../lib/fer-desktop/fer-desktop" in listed
    for name in (f"applications/{APP_ID}.desktop", f"icons/hicolor/512x512/apps/{APP_ID}.png", "man/man1"):
        assert f"./usr/share/{name}" in listed
    assert all("root/root" in line for line in listed.splitlines())
    scripts = run("dpkg-deb", "--ctrl-tarfile", package).count("postinst")
    assert scripts == 0, "without scripts, removing the package removes all of it"


def test_the_archive_installs_for_one_user_and_is_removed_again(frozen: Path, tmp_path: Path) -> None:
    archive = tarball.build(frozen, tmp_path)
    assert archive.name == f"fer-desktop-{__version__}-linux-{platform.machine()}.tar.gz"
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "unpacked", filter="data")
    home = tmp_path / "my home"
    (home / ".local" / "bin").mkdir(parents=True)
    (home / ".local" / "bin" / "other").write_text("somebody else's")
    unpacked = next((tmp_path / "unpacked").iterdir())
    for _ in range(2):  # a second time is an upgrade
        assert "is installed" in run(unpacked / "install.sh", HOME=str(home), PATH="/usr/bin:/bin")
    command = home / ".local" / "bin" / "fer-desktop"
    assert run(command) == "fer-desktop stand-in\n"
    entry = (home / ".local" / "share" / "applications" / f"{APP_ID}.desktop").read_text(encoding="utf-8")
    assert f'Exec="{command}" %u' in entry
    assert f'Exec="{command}" demo' in entry
    run(unpacked / "install.sh", "--remove", HOME=str(home), PATH="/usr/bin:/bin")
    left = {path.name for path in home.rglob("*") if path.is_file() or path.is_symlink()}
    assert left - {"mimeinfo.cache"} == {"other"}, "all but the desktop's own list of menu entries"


def test_an_archive_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    shutil.copy(HERE / "install.sh", tmp_path)
    done = subprocess.run(
        [str(tmp_path / "install.sh")],
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(tmp_path)},
    )
    assert done.returncode == 1
    assert done.stderr == "The folder fer-desktop is missing here; unpack the archive again.\n"


def test_a_folder_without_a_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There is no frozen program in"):
        share.copy_program(tmp_path, tmp_path / "target")
