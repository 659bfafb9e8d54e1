"""Whether a video file ends before its container says: a copy or download that broke off.

Containers write down how long they are (ISO/IEC 14496-12 boxes, Matroska's segment, RIFF), most of them at
the beginning, so a file that was cut off tells it by itself, even where its index went with the end.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

from fer_desktop.capture.sample_tables import top_level_boxes

_BOXES: Final = {b"mdat", b"moov", b"moof", b"free", b"skip", b"uuid"}
"""Any other type beyond the last frame is somebody's appendix, and its size may be anything."""
_EBML: Final = b"\x1aE\xdf\xa3"
_SEGMENT: Final = b"\x18S\x80g"


def is_cut_off(path: Path) -> bool:
    """Whether bytes that the container announces are missing; False where it does not say.

    Raises `OSError`.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[4:8] == b"ftyp":
            boxes = list(top_level_boxes(path))
            return bool(boxes) and boxes[-1][0] in _BOXES and sum(boxes[-1][1:]) > size
        if head[:4] == b"RIFF" and head[8:] == b"AVI ":
            return _riff_end(file, size) > size
        if head[:4] == _EBML:
            return _segment_end(file) > size
    return False


def _riff_end(file: BinaryIO, size: int) -> int:
    """Where the last RIFF chunk should end; large films have several (OpenDML)."""
    end = 0
    while end + 8 <= size:
        file.seek(end)
        head = file.read(8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] != b"RIFF" or length in (0, 0xFFFFFFFF):
            break  # an appendix, or a recorder that never came back to fill it in
        end += 8 + length
    return end


def _segment_end(file: BinaryIO) -> int:
    """Where Matroska's segment should end; 0 if it does not say, as in a stream."""
    file.seek(len(_EBML))
    header = _vint(file)
    if header is None:
        return 0
    file.seek(header, 1)
    if file.read(len(_SEGMENT)) != _SEGMENT:
        return 0
    length = _vint(file)
    return 0 if length is None else file.tell() + length


def _vint(file: BinaryIO) -> int | None:
    """A size as EBML writes it (RFC 8794): the first bit that is set tells how many bytes; None: unknown."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    more = 8 - first[0].bit_length()
    rest = file.read(more)
    if len(rest) < more:
        return None
    bits = 7 * (more + 1)
    value = int.from_bytes(first + rest, "big") & ((1 << bits) - 1)
    return None if value == (1 << bits) - 1 else value
