"""From what a user types or drops to a source."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from fer_desktop.capture.camera import CameraSource, Wishes
from fer_desktop.capture.demo import DemoSource
from fer_desktop.capture.photo import PHOTO_SUFFIXES, FolderSource, PhotoSource
from fer_desktop.capture.sniff import Content, content_of
from fer_desktop.capture.source import Source
from fer_desktop.capture.stream import STREAM_SCHEMES, StreamSource
from fer_desktop.capture.video import VIDEO_SUFFIXES, VideoSource
from fer_desktop.errors import SourceError

__all__ = ["PHOTO_SUFFIXES", "VIDEO_SUFFIXES", "make_source", "path_of"]


def make_source(text: str, wishes: Wishes | None = None) -> Source:
    """The source that `text` names: `demo`, `camera:0`, `camera:NAME`, a URL, a folder or a file.

    Opens nothing; a name that leads nowhere is told by `open`, only an empty one raises `SourceError`
    here. Files are known by their content where their name misleads. `wishes` are for cameras.
    """
    text = text.strip()
    if not text:
        raise SourceError("No source was named.", "Name a file, folder or URL, 'camera:0' or 'demo'.")
    word, colon, rest = text.partition(":")
    if text.lower() == "demo":
        return DemoSource()
    if word.lower() == "camera" and (colon or not Path(text).exists()):
        return CameraSource(_camera(rest.strip()), wishes=wishes)
    if word.lower() in STREAM_SCHEMES and rest.startswith("//"):
        return StreamSource(text)
    path = path_of(text)
    try:
        if path.is_dir():
            return FolderSource(path)
        return PhotoSource(path) if _is_photo(path) else VideoSource(path)
    except (OSError, ValueError):  # not a possible name: `open` says so
        return VideoSource(path)


def _is_photo(path: Path) -> bool:
    try:
        content = content_of(path)
    except OSError:  # missing or unreadable: `open` says which
        content = Content.OTHER
    named_so = path.suffix.lower() in PHOTO_SUFFIXES and content is not Content.VIDEO
    return named_so or content is Content.PICTURE


def _camera(name: str) -> str | int:
    if not name:
        return ""
    return int(name) if name.isdecimal() else name


def path_of(text: str) -> Path:
    """The path that a file's or folder's name, or `file://` address, means."""
    text = text.strip()
    if text.lower().startswith("file://"):
        return Path(unquote(urlsplit(text).path))
    return Path(text).expanduser()
