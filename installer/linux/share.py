"""What every Linux package lays beside the program: menu entry, description, icons and manual page."""

from __future__ import annotations

import gzip
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fer_desktop.app import APP_ID
from installer.icons import SIZES, png

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}
"""Python's names for processors, and Debian's."""


def write_share(share: Path) -> None:
    """Fill a `share` folder, such as /usr/share."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name, folder in ((f"{APP_ID}.desktop", "applications"), (f"{APP_ID}.metainfo.xml", "metainfo")):
        put(share / folder / name, (HERE / name).read_bytes())
    icons = share / "icons" / "hicolor"
    for size in SIZES:
        put(icons / f"{size}x{size}" / "apps" / f"{APP_ID}.png", png(size))
    drawing = ROOT / "assets" / "icons" / "fer-desktop.svg"
    put(icons / "scalable" / "apps" / f"{APP_ID}.svg", drawing.read_bytes())
    put(share / "man" / "man1" / "fer-desktop.1.gz", zipped((HERE / "fer-desktop.1").read_bytes()))


def put(path: Path, content: bytes) -> None:
    """Write a file that everybody may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o644)


def zipped(content: bytes) -> bytes:
    """Compressed without a date, so that the same content gives the same file."""
    return gzip.compress(content, 9, mtime=0)


def copy_program(frozen: Path, target: Path) -> None:
    """Copy PyInstaller's folder; programs and libraries get plain rights."""
    if not (frozen / "fer-desktop").is_file():
        raise SystemExit(f"There is no frozen program in '{frozen}'; run 'make frozen' first.")
    shutil.copytree(frozen, target, symlinks=True)
    for path in target.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == target / "fer-desktop" else 0o644)
    target.chmod(0o755)


def libraries(folder: Path) -> Iterator[Path]:
    """The files below a folder that Linux can load."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nobody's user names in an archive."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry
