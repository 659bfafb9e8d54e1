"""The archive for every Linux: `python -m installer.linux.tarball dist/fer-desktop dist`.

Unpacked, its `install.sh` puts the program into the user's own home; nobody needs to be root.
"""

from __future__ import annotations

import platform
import sys
import tarfile
import tempfile
from pathlib import Path

from fer_desktop import __version__
from installer.linux.share import HERE, as_root, copy_program, put, write_share


def build(frozen: Path, out: Path) -> Path:
    """Make the archive; returns its path."""
    name = f"fer-desktop-{__version__}-linux-{platform.machine()}"
    target = out / f"{name}.tar.gz"
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / name
        tree.mkdir()
        copy_program(frozen, tree / "fer-desktop")
        write_share(tree / "share")
        put(tree / "install.sh", (HERE / "install.sh").read_bytes())
        (tree / "install.sh").chmod(0o755)
        put(tree / "README.txt", (HERE / "README.txt").read_bytes())
        out.mkdir(parents=True, exist_ok=True)
        with tarfile.open(target, "w:gz", compresslevel=6) as archive:
            archive.add(tree, name, filter=as_root)
    return target


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
