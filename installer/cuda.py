"""The CUDA libraries as an addition to an installed program: `python -m installer.cuda dist`.

Runs where `fer-desktop[cuda]` is installed in the pinned versions. The archive is unpacked into the program's
folder `_internal`, where ONNX Runtime looks for them; `fer-desktop doctor` then says whether they work.
"""

from __future__ import annotations

import platform
import sys
import tarfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from installer.linux.share import as_root

_LIBRARIES = {".so", ".dll"}


def additions(site: Path) -> Iterator[Path]:
    """What the installers leave out, below a folder of packages: ONNX Runtime's part and NVIDIA's."""
    yield from sorted((site / "onnxruntime" / "capi").glob("*onnxruntime_providers_cuda.*"))
    for path in sorted((site / "nvidia").rglob("*")):
        if path.is_file() and (_LIBRARIES & set(path.suffixes) or "licen" in path.name.lower()):
            yield path


def build(site: Path, out: Path, version: str) -> Path:
    """Make the archive; returns its path."""
    found = list(additions(site))
    if not any(path.is_relative_to(site / "nvidia") for path in found):
        raise SystemExit("The CUDA libraries are not installed here; pip install '.[cuda]' brings them.")
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"fer-desktop-cuda-{version}-{sys.platform}-{platform.machine()}.tar.gz"
    with tarfile.open(target, "w:gz", compresslevel=1) as archive:
        for path in found:
            archive.add(path, str(path.relative_to(site)), filter=as_root)
    return target


if __name__ == "__main__":
    runtime = distribution("onnxruntime-gpu")
    print(build(Path(str(runtime.locate_file(""))), Path(sys.argv[1]), runtime.version))
