"""Where things are: what the program brings along, and where it keeps a user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import platformdirs

_APP: Final = "fer-desktop"
_PACKAGE: Final = Path(__file__).resolve().parent


def assets_dir() -> Path:
    """Models, demo clip, icons and translations: inside the installed package, else beside it."""
    installed = _PACKAGE / "assets"
    return installed if installed.is_dir() else _PACKAGE.parent / "assets"


def models() -> dict[str, Path]:
    """The networks that the program brings along, by name; the default one is `expression`."""
    found = sorted((assets_dir() / "models").glob("expression*.onnx"))
    return {path.stem: path for path in found if not path.name.endswith(".saliency.onnx")}


def default_model() -> Path:
    """The network that is used unless another one is chosen."""
    return assets_dir() / "models" / "expression.onnx"


def find_model(chosen: str | Path | None) -> Path:
    """The network that a name of `models` or a path means; the default one where nothing is chosen."""
    if not chosen:
        return default_model()
    return models().get(str(chosen)) or Path(chosen)


def face_detector() -> Path:
    """The face detector that is used unless another one is chosen."""
    return assets_dir() / "models" / "face_detector.onnx"


def demo_clip() -> Path:
    """The clip of composite faces that needs no camera and shows nobody."""
    return assets_dir() / "demo" / "demo.mp4"


def licences_file() -> Path:
    """The licences of all that the program is made with."""
    return assets_dir() / "licences" / "third-party.txt"


def settings_file() -> Path:
    """The user's choices, as JSON."""
    return Path(platformdirs.user_config_dir(_APP, appauthor=False)) / "settings.json"


def log_file() -> Path:
    """Where the program notes what went wrong inside it: no pictures, no readings."""
    return Path(platformdirs.user_log_dir(_APP, appauthor=False)) / "fer-desktop.log"


def sessions_dir() -> Path:
    """Where recordings go unless another folder is chosen."""
    return Path(platformdirs.user_documents_dir()) / "FER Desktop"
