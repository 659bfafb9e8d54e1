"""A health report: versions, what really works, cameras, models and paths."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import onnxruntime as ort

from fer_desktop import __version__, paths
from fer_desktop.capture.discovery import list_cameras
from fer_desktop.errors import UserError
from fer_desktop.vision.detector import make_detector
from fer_desktop.vision.model_file import read_model_file
from fer_desktop.vision.vision import Vision

_PACKAGES: Final = (
    "numpy",
    "opencv-python-headless",
    "opencv-python",
    "onnxruntime",
    "onnxruntime-gpu",
    "PySide6-Essentials",
    "pyqtgraph",
    "cv2-enumerate-cameras",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was tried: whether it works, and a sentence about it."""

    name: str
    works: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a bug report needs."""

    version: str
    python: str
    system: str
    packages: dict[str, str]
    """Installed version by distribution; missing ones are left out."""
    providers: list[Finding]
    cameras: list[dict[str, Any]]
    models: list[Finding]
    paths: dict[str, str]
    problems: list[str] = field(default_factory=list)


def _versions() -> dict[str, str]:
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def _try_provider(provider: str) -> Finding:
    try:
        vision = Vision(paths.default_model(), provider=provider)
    except UserError as error:
        return Finding(provider, works=False, detail=str(error))
    return Finding(provider, works=True, detail=f"the default model ran on {vision.provider}")


def _check_model(path: Path) -> Finding:
    try:
        model = read_model_file(path)
    except UserError as error:
        return Finding(path.name, works=False, detail=str(error))
    return Finding(path.name, works=True, detail=f"{model.name} {model.version}, SHA-256 {model.sha256}")


def _check_detector() -> Finding:
    try:
        detector = make_detector()
    except UserError as error:
        return Finding(paths.face_detector().name, works=False, detail=str(error))
    return Finding(paths.face_detector().name, works=True, detail=f"SHA-256 {detector.sha256}")


def examine() -> Report:
    """Try everything that the program needs; never raises for what does not work."""
    findings = [*(_check_model(path) for path in paths.models().values()), _check_detector()]
    providers = [_try_provider("cpu"), _try_provider("cuda")]
    problems = [f"{f.name}: {f.detail}" for f in findings if not f.works]
    if not paths.default_model().is_file():
        problems.append(f"The default model {paths.default_model()} is missing; install the program again.")
    elif not providers[0].works:
        problems.append(providers[0].detail)
    versions = _versions()
    if "opencv-python" in versions:
        problems.append(
            "opencv-python is installed beside opencv-python-headless and brings a second Qt; "
            "uninstall opencv-python if the window does not start."
        )
    return Report(
        version=__version__,
        python=platform.python_version(),
        system=platform.platform(),
        packages=versions,
        providers=[
            *providers,
            Finding("onnxruntime offers", works=True, detail=", ".join(ort.get_available_providers())),
        ],
        cameras=[asdict(camera) for camera in list_cameras()],
        models=findings,
        paths={
            "assets": str(paths.assets_dir()),
            "settings": str(paths.settings_file()),
            "sessions": str(paths.sessions_dir()),
            "log": str(paths.log_file()),
        },
        problems=problems,
    )
