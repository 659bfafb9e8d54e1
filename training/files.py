"""Files of text: written whole or not at all, and read as TOML."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from training.errors import LabError, RunError


def write_whole(path: Path, content: str | bytes) -> None:
    """Write so that a torn file never replaces a whole one. Raises `RunError` if it cannot be written."""
    partial = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())  # a power cut may not leave a name without its content
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise RunError(f"{path}: cannot be written ({error.strerror}).") from error


def read_toml(path: Path, error: type[LabError]) -> dict[str, Any]:
    """The values of a TOML file. Raises `error` with the reason if it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as reason:
        raise error(f"{path}: cannot be read ({reason.strerror}).") from reason
    except UnicodeDecodeError as reason:
        raise error(f"{path}: cannot be read (it is not text).") from reason
    except tomllib.TOMLDecodeError as reason:
        raise error(f"{path}: is not TOML ({reason}).") from reason
