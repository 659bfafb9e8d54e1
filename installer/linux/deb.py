"""The Debian package: `python -m installer.linux.deb dist/fer-desktop dist`.

Runs on Debian and Ubuntu, as dpkg's own tools find out what the libraries depend on.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from email.utils import formatdate
from pathlib import Path
from typing import Final

from fer_desktop import __version__
from installer.linux.share import ARCHITECTURES, HERE, ROOT, copy_program, libraries, put, write_share, zipped

_MAINTAINER: Final = f"The FER Desktop developers <{os.environ.get('DEBEMAIL', 'fer-desktop@example.org')}>"
"""Whoever publishes the package names an address, as with all of Debian's tools."""
_RELEASED_S: Final = 1_795_219_200
"""The changelog needs a date, and the same source shall give the same package."""
_LIBRARIES_AT_ONCE: Final = 40
# Loaded while the program runs, so that no library names them.
_LOADED_LATER: Final = (
    "libgl1",
    "hicolor-icon-theme",
    "fonts-dejavu-core | fonts-freefont-ttf | fonts-noto-core",
)

_CONTROL: Final = """\
Package: fer-desktop
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {kilobytes}
Depends: {depends}
Section: science
Priority: optional
Description: facial expressions live, with session logs that scientists can trust
 Shows which facial expression a camera, photo or video shows, live and on the
 user's own computer: probability bars, a rolling timeline, and an overlay of
 what the network looks at. Videos are analysed into logs with correct times and
 a reason for every gap, and exported to Excel, Parquet, ELAN and BIDS.
 .
 Nothing leaves the computer. The numbers say which expression a face shows to a
 network, not what a person feels.
"""
_STUB: Final = b"Source: fer-desktop\n\nPackage: fer-desktop\nArchitecture: any\n"
"""What dpkg-shlibdeps wants to see of the source package."""
_COPYRIGHT: Final = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: FER Desktop

Files: *
Copyright: The FER Desktop developers
License: Expat
Comment: The libraries below /usr/lib/fer-desktop keep their own licences:
 /usr/lib/fer-desktop/_internal/fer_desktop/assets/licences/third-party.txt

License: Expat
{licence}
"""


def build(frozen: Path, out: Path) -> Path:
    """Make the package; returns its path."""
    architecture = ARCHITECTURES[platform.machine()]
    target = out / f"fer-desktop_{__version__}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        program = tree / "usr" / "lib" / "fer-desktop"
        program.parent.mkdir(parents=True)
        (tree / "DEBIAN").mkdir()
        copy_program(frozen, program)
        link = tree / "usr" / "bin" / "fer-desktop"
        link.parent.mkdir()
        link.symlink_to("../lib/fer-desktop/fer-desktop")
        share = tree / "usr" / "share"
        write_share(share)
        _write_documents(share)
        files = [path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink()]
        control = _CONTROL.format(
            version=__version__,
            architecture=architecture,
            maintainer=_MAINTAINER,
            kilobytes=sum(path.stat().st_size for path in files) // 1024 + 1,
            depends=", ".join(sorted({*depends(program), *_LOADED_LATER})),
        )
        sums = "".join(f"{_md5(path)}  {path.relative_to(tree)}\n" for path in files)
        put(tree / "DEBIAN" / "control", control.encode())
        put(tree / "DEBIAN" / "md5sums", sums.encode())
        for folder in tree.rglob("*/"):
            if not folder.is_symlink():
                folder.chmod(0o755)
        tree.chmod(0o755)
        out.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(target)], check=True
        )
    return target


def depends(program: Path) -> list[str]:
    """The packages whose libraries the program is linked to and does not bring along."""
    found = list(libraries(program))
    private = sorted({str(path.parent) for path in found})
    brought = _brought_along(program)
    packages: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        put(Path(scratch) / "debian" / "control", _STUB)
        for start in range(0, len(found), _LIBRARIES_AT_ONCE):
            some = found[start : start + _LIBRARIES_AT_ONCE]
            for one in _shlibdeps(some, private, brought, Path(scratch)):
                name = one.partition(" ")[0]
                packages[name] = max(packages.get(name, one), one, key=_minimum)
    return sorted(packages.values())


def _brought_along(program: Path) -> list[str]:
    """The packages that have on this system what the program brings itself."""
    found = set()
    for path in sorted(program.glob("_internal/lib*.so*")):
        command = ["dpkg-query", "--search", f"/usr/lib/*/{path.name}"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        found |= {line.partition(":")[0] for line in done.stdout.splitlines()}
    return sorted(found)


def _shlibdeps(
    files: Sequence[Path], private: Sequence[str], brought: Sequence[str], folder: Path
) -> list[str]:
    done = subprocess.run(
        [
            "dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0",
            *(f"-x{package}" for package in brought),
            *(f"-l{place}" for place in private),
            *(f"-e{file}" for file in files),
        ],
        cwd=folder, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        lacking = sorted(set(re.findall(r"cannot find library (\S+)", done.stderr)))
        raise SystemExit(
            f"Install what has {', '.join(lacking)} first: the package depends on it.\n{done.stderr}"
        )
    found = [line for line in done.stdout.splitlines() if line.startswith("shlibs:Depends=")]
    return [part.strip() for line in found for part in line.partition("=")[2].split(",")]


def _minimum(dependency: str) -> tuple[int, ...]:
    """The version in `name (>= version)` for comparing; none is the least."""
    digits = "".join(sign if sign.isdigit() else " " for sign in dependency.partition("(")[2])
    return tuple(int(number) for number in digits.split())


def _write_documents(share: Path) -> None:
    documents = share / "doc" / "fer-desktop"
    lines = (ROOT / "LICENSE").read_text(encoding="utf-8").strip().splitlines()
    licence = "\n".join(f" {line}" if line.strip() else " ." for line in lines)
    put(documents / "copyright", _COPYRIGHT.format(licence=licence).encode())
    changes = (
        f"fer-desktop ({__version__}) stable; urgency=medium\n\n  * See CHANGELOG.md of the project.\n\n"
    )
    put(
        documents / "changelog.gz",
        zipped(f"{changes} -- {_MAINTAINER}  {formatdate(_RELEASED_S)}\n".encode()),
    )
    put(share / "lintian" / "overrides" / "fer-desktop", (HERE / "lintian-overrides").read_bytes())


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


if __name__ == "__main__":
    if shutil.which("dpkg-shlibdeps") is None:
        raise SystemExit("dpkg-shlibdeps is missing; install the package dpkg-dev.")
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
