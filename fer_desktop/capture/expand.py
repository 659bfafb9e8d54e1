"""From what is named on a command line to single sources: folders of videos and patterns taken apart."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Final

from fer_desktop.capture.choose import PHOTO_SUFFIXES, VIDEO_SUFFIXES, make_source, path_of
from fer_desktop.capture.photo import natural_order
from fer_desktop.capture.source import SourceKind
from fer_desktop.errors import SourceError

_SESSION_FILE: Final = "session.json"


def expand(text: str) -> list[str]:
    """The sources that `text` stands for, each to be analysed by itself; raises `SourceError`.

    A folder is each of its videos and, together, its photos; what lies in folders below is left alone. A
    pattern (`*`, `?`, `[...]`, and `**` for all folders below) is the videos and photos whose names match.
    Everything else stands for itself. What lies in session folders is our own work and never a source.
    """
    kind = make_source(text).kind
    path = path_of(text)
    if kind is SourceKind.FOLDER:
        return _folder(text, path)
    of_a_file = kind in {SourceKind.VIDEO, SourceKind.PHOTO}
    return _matches(text, path) if of_a_file and glob.has_magic(text) and not _exists(path) else [text]


def _folder(text: str, path: Path) -> list[str]:
    try:
        found = sorted(path.iterdir(), key=lambda entry: natural_order(entry.name))
    except OSError:  # opening it says why
        return [text]
    videos = [str(file) for file in found if _is_media(file, VIDEO_SUFFIXES)]
    has_photos = any(_is_media(file, PHOTO_SUFFIXES) for file in found)
    return [*videos, text] if has_photos or not videos else videos


def _matches(text: str, pattern: Path) -> list[str]:
    # Path.glob takes no absolute patterns.
    names = glob.glob(str(pattern), recursive=True)  # noqa: PTH207
    found = [Path(name) for name in sorted(names, key=natural_order)]
    media = [str(file) for file in found if _is_media(file, VIDEO_SUFFIXES | PHOTO_SUFFIXES)]
    if not media:
        raise SourceError(
            f"'{text}' matches no video and no photo.",
            "Check the folder; '**' stands for all folders below it.",
        )
    return media


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # not a possible name, but perhaps a pattern
        return False


def _is_media(path: Path, suffixes: frozenset[str]) -> bool:
    hidden = path.name.startswith(".")  # macOS leaves `._name.mp4` files that hold no film
    ours = (path.parent / _SESSION_FILE).exists()
    return path.suffix.lower() in suffixes and not hidden and not ours and path.is_file()
