"""Whether each system for which there are installers has wheels of everything, in the pinned versions.

`python -m installer.wheels` asks pip, which resolves for the other systems without installing anything.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

from installer.licences import ROOT, shipped

_GPU: Final = "onnxruntime-gpu"


@dataclass(frozen=True, slots=True)
class Platform:
    """A system as pip knows it."""

    name: str
    tags: tuple[str, ...]
    gpu: bool = False
    """Whether ONNX Runtime's build with CUDA exists there."""


def _linux(machine: str, newest: int) -> tuple[str, ...]:
    """The tags for a glibc of 2.`newest`, as Qt asks for it: 34 is in Debian 12 and Ubuntu 22.04, 39 in
    Debian 13 and Ubuntu 24.04."""
    return (
        f"manylinux2014_{machine}",
        *(f"manylinux_2_{minor}_{machine}" for minor in range(17, newest + 1)),
    )


PLATFORMS: Final = (
    Platform("Linux x86-64", _linux("x86_64", 34), gpu=True),
    Platform("Linux arm64", _linux("aarch64", 39)),
    Platform("Windows x86-64", ("win_amd64",), gpu=True),
    Platform("macOS arm64", ("macosx_14_0_arm64", "macosx_13_0_universal2")),
)
PYTHONS: Final = ("3.11", "3.12", "3.13")


def pins() -> Mapping[str, str]:
    """The versions of constraints.txt, by canonical name."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    parts = [line.partition("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, _, version in parts if version}


def wanted(platform: Platform) -> list[str]:
    """`name==version` of everything that is shipped there."""
    pinned = pins()
    runtimes = {_GPU, "onnxruntime"}
    names = [name for dist in shipped() if (name := canonicalize_name(dist.metadata["Name"])) not in runtimes]
    chosen = sorted([*names, _GPU if platform.gpu else "onnxruntime"])
    return [f"{name}=={pinned[name]}" for name in chosen]


def lacking(platform: Platform, python: str, wheels: Sequence[str]) -> str:
    """What pip says of wheels that do not exist; empty if all do."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps",
            "--only-binary=:all:", "--ignore-installed", "--target", str(Path(scratch)),
            "--python-version", python,
            "--implementation", "cp", *(f"--platform={tag}" for tag in platform.tags), *wheels,
        ]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR: No ")]
    return "" if done.returncode == 0 else "; ".join(errors) or done.stderr.strip()


def main() -> int:
    """Ask for each system and Python; returns the exit code."""
    failed = 0
    for platform in PLATFORMS:
        for python in PYTHONS:
            trouble = lacking(platform, python, wanted(platform))
            print(f"{platform.name}, Python {python}: {trouble or 'all wheels exist'}", flush=True)
            failed += bool(trouble)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
