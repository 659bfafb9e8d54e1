"""Presentation times from an MP4 or MOV file's own tables, without touching its pictures.

Needed besides FFmpeg's packets because of edit lists: a clip that was trimmed without encoding it
again still holds the frames before the cut, and only the edit list says that they are not shown
(ISO/IEC 14496-12, boxes `stts`, `ctts` and `elst`; QuickTime names them alike).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"}
_LARGEST_MOOV = 1 << 28
_MOST_SAMPLES = 1 << 25
"""Three days at 120 frames a second; damaged tables ask for more memory than there is."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a track that is shown."""

    duration: int
    """In units of the movie."""
    media_time: int
    """In units of the track; -1 is a pause before the first frame."""


def top_level_boxes(path: Path) -> Iterator[tuple[bytes, int, int]]:
    """Type, offset of the content, and size of the content of each box; stops at nonsense."""
    size_of_file = path.stat().st_size
    offset = 0
    with path.open("rb") as file:
        while offset + 8 <= size_of_file:
            file.seek(offset)
            head = file.read(16)
            size, kind = struct.unpack(">I4s", head[:8])
            header = 8
            if size == 1 and len(head) == 16:
                size, header = struct.unpack(">Q", head[8:])[0], 16
            elif size == 0:
                size = size_of_file - offset
            if size < header:
                return
            yield kind, offset + header, size - header
            offset += size


def shown_times(path: Path) -> NDArray[np.float64] | None:
    """Seconds of every frame that the file shows, from its first; None if the tables do not tell.

    That is the case for other containers, fragmented files and edit lists of more than one cut.
    """
    tables = moov(path)
    if tables is None:
        return None
    try:
        movie: dict[bytes, memoryview] = {}
        for kind, content in boxes(tables):
            if kind == b"mvhd":
                movie[kind] = content
            elif kind == b"trak":
                track = dict(leaves(content))
                if bytes(track.get(b"hdlr", memoryview(b""))[8:12]) == b"vide":
                    return _times({**movie, **track})
    except (struct.error, ValueError, KeyError, ZeroDivisionError):
        return None  # damaged tables: FFmpeg may still make something of the file
    return None


def has_picture_track(path: Path) -> bool | None:
    """Whether an MP4 or MOV file has a video track; None for other files."""
    tables = moov(path)
    if tables is None:
        return None
    try:
        tracks = [dict(leaves(content)) for kind, content in boxes(tables) if kind == b"trak"]
    except (struct.error, ValueError):
        return None
    return any(bytes(track.get(b"hdlr", memoryview(b""))[8:12]) == b"vide" for track in tracks)


def moov(path: Path) -> memoryview | None:
    """The tables of an MP4 or MOV file; None for other files."""
    for kind, offset, size in top_level_boxes(path):
        if kind == b"moov" and size <= _LARGEST_MOOV:
            with path.open("rb") as file:
                file.seek(offset)
                return memoryview(file.read(size))
        if not (kind.isalnum() or kind.strip().isalnum()):
            return None
    return None


def boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Type and content of each box; stops at nonsense."""
    offset = 0
    while offset + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, offset)
        if size < 8:
            return
        yield kind, data[offset + 8 : offset + size]
        offset += size


def leaves(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """The boxes within, at any depth, that hold no others."""
    for kind, content in boxes(data):
        if kind in _CONTAINERS:
            yield from leaves(content)
        elif kind != b"hdlr" or bytes(content[8:12]) != b"url ":
            if kind == b"hdlr" and bytes(content[4:8]) == b"dhlr":
                continue  # QuickTime's second handler tells where the data is, not what it is
            yield kind, content


def _times(found: dict[bytes, memoryview]) -> NDArray[np.float64] | None:
    scale = timescale(found[b"mdhd"])
    composed = np.sort(decode_times(found[b"stts"]) + composition_offsets(found.get(b"ctts")))
    if not len(composed):
        return None
    edit_list = edits(found.get(b"elst"))
    cuts = [edit for edit in edit_list if edit.media_time >= 0]
    if len(cuts) > 1:
        return None
    if cuts:
        cut = cuts[0]
        shown = composed >= cut.media_time
        if cut.duration:
            shown &= composed < cut.media_time + cut.duration * scale / timescale(found[b"mvhd"])
        composed = composed[shown]
    return (composed - composed[0]) / scale if len(composed) else None


def timescale(header: memoryview) -> int:
    """Units a second of an `mvhd` or `mdhd` box."""
    scale: int = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0]
    return scale


def _table(box: memoryview, columns: str) -> NDArray[np.int64]:
    """(N, 2) entries of a box that has a count and then pairs of 32-bit numbers."""
    count = struct.unpack_from(">I", box, 4)[0]
    pairs = np.frombuffer(box, dtype=np.dtype(columns), count=2 * count, offset=8)
    return pairs.astype(np.int64).reshape(-1, 2)


def decode_times(stts: memoryview) -> NDArray[np.int64]:
    """(N,) in the track's units, from 0."""
    runs = _table(stts, ">u4")
    if runs[:, 0].sum() > _MOST_SAMPLES:
        raise ValueError("more samples than any file has")
    steps = np.repeat(runs[:, 1], runs[:, 0])
    return np.concatenate([[0], np.cumsum(steps)[:-1]]) if len(steps) else steps


def composition_offsets(ctts: memoryview | None) -> NDArray[np.int64] | int:
    """From a sample's decoding time to its presentation, in the track's units."""
    if ctts is None:
        return 0
    runs = _table(ctts, ">i4")
    if runs[:, 0].min(initial=0) < 0 or runs[:, 0].sum() > _MOST_SAMPLES:
        raise ValueError("more offsets than any file has samples")
    return np.repeat(runs[:, 1], runs[:, 0])


def edits(elst: memoryview | None) -> list[Edit]:
    """The edit list in its order; empty without one."""
    if elst is None:
        return []
    count = struct.unpack_from(">I", elst, 4)[0]
    entry = ">Qqi" if elst[0] == 1 else ">Iii"
    size = struct.calcsize(entry)
    return [Edit(*struct.unpack_from(entry, elst, 8 + i * size)[:2]) for i in range(count)]
