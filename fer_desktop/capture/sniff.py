"""What a file really is, from its first bytes: names are often wrong, and users deserve to hear it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from fer_desktop.capture.cut_off import is_cut_off
from fer_desktop.capture.sample_tables import has_picture_track, top_level_boxes
from fer_desktop.errors import SourceError

_HEAD = 512
_TEXT_CONTROLS = {7, 8, 9, 10, 12, 13, 27}
_AUDIO_MAGIC = (b"ID3", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1")


class Content(Enum):
    """The kinds of file that matter for what to do or to say."""

    PICTURE = "picture"
    TEXT = "text"
    AUDIO = "sound"
    VIDEO = "video"
    OTHER = "other"


def content_of(path: Path) -> Content:
    """What the file holds; OTHER is whatever its first bytes do not tell. Raises `OSError`."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if _is_picture(head):
        return Content.PICTURE
    if head.startswith(_AUDIO_MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WAVE"):
        return Content.AUDIO
    if head[4:8] == b"ftyp" or head.startswith((b"\x1aE\xdf\xa3", b"FLV")) or head[8:12] == b"AVI ":
        return Content.VIDEO
    if head and _is_text(head):
        return Content.TEXT
    return Content.OTHER


def check_file(path: Path, what: str) -> None:
    """Raise a `SourceError` that says why `path` cannot even be opened as a `what`, if so."""
    if not str(path).strip() or not _exists(path):
        raise SourceError(f"There is no file '{path}'.", "Check the name and the folder.")
    if path.is_dir():
        raise SourceError(f"'{path}' is a folder, not a {what}.", f"Choose a {what} in it.")
    if not path.is_file():
        raise SourceError(f"'{path}' is a device or pipe, not a {what}.", f"Choose a {what} file.")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise SourceError(
            f"'{path}' cannot be read: {error.strerror or error}.",
            "Change its permissions or copy it to a folder of your own.",
        ) from error
    if empty:
        raise SourceError(f"'{path.name}' is empty (0 bytes).", "Copy or record it again.")


def why_not_video(path: Path) -> SourceError:
    """The sentence for a file that the decoder refused."""
    content = content_of(path)
    boxes = [kind for kind, _, _ in top_level_boxes(path)]
    if content is Content.TEXT:
        return SourceError(f"'{path.name}' holds text, not a video.", "Choose a video file.")
    if content is Content.AUDIO or has_picture_track(path) is False:
        return SourceError(f"'{path.name}' holds sound but no pictures.", "Choose a file with a video track.")
    if boxes[:1] == [b"ftyp"] and not {b"moov", b"moof"} & set(boxes):
        return SourceError(
            f"'{path.name}' is cut off: the index at its end is missing.",
            "Copy it again from its origin, or repair it with the program that recorded it.",
        )
    if is_cut_off(path):
        return SourceError(f"'{path.name}' is cut off.", "Copy it again from its origin.")
    return SourceError(
        f"'{path.name}' cannot be read as a video.",
        "It may be damaged or have no pictures; check that another player shows it.",
    )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long or with forbidden characters names no file
        return False


def _is_picture(head: bytes) -> bool:
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*"))
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[:2] == b"BM" and head[6:10] == b"\0\0\0\0")
    )


def _is_text(head: bytes) -> bool:
    if b"\0" in head or any(byte < 32 and byte not in _TEXT_CONTROLS for byte in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # only the last character is cut
    return True
