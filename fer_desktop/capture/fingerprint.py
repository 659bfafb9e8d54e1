"""What a source holds, as one number that stays the same wherever its files are moved to."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fer_desktop.capture.source import Source, SourceKind
from fer_desktop.errors import SourceError


def fingerprint(source: Source) -> str | None:
    """SHA-256 of a file, or of the list of a folder's pictures; None for what has no files to read.

    Files are read in pieces. What cannot be read has None too: opening it tells why.
    """
    try:
        files = source.files()
        sums = [_sha256(path) for path in files]
    except (OSError, ValueError, SourceError):
        return None
    if source.kind is SourceKind.FOLDER:
        lines = [f"{sha256}  {path.name}\n" for path, sha256 in zip(files, sums, strict=True)]
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
    return sums[0] if sums else None


def _sha256(path: Path) -> str:
    if not path.is_file():
        raise FileNotFoundError(path)  # a pipe would be waited for without end
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
