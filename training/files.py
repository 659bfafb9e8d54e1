"""Writing files whole or not at all."""

from __future__ import annotations

from pathlib import Path

from training.errors import RunError


def write_whole(path: Path, content: str | bytes) -> None:
    """Write so that a torn file never replaces a whole one. Raises `RunError` if it cannot be written."""
    partial = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content.encode() if isinstance(content, str) else content)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise RunError(f"{path}: cannot be written ({error.strerror}).") from error
