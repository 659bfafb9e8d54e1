"""Tracks of an MP4 or MOV file: where each of their samples lies, and when it is due.

ISO/IEC 14496-12, boxes `stsd`, `stsz`, `stsc`, `stco`, `co64`, `stts` and `elst`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture.sample_tables import (
    boxes,
    composition_offsets,
    decode_times,
    edits,
    leaves,
    moov,
    timescale,
)

VIDEO: Final = b"vide"
SOUND: Final = b"soun"
_MOST_SAMPLES: Final = 1 << 25


@dataclass(frozen=True, slots=True)
class Track:
    """The samples of one track, in decoding order."""

    file: Path
    description: bytes
    """Content of its `stsd` box, which tells the codec."""
    timescale: int
    starts: NDArray[np.int64]
    """(N,) decoding times in units of the timescale, from 0."""
    last_duration: int
    """Of the last sample."""
    offsets: NDArray[np.int64]
    """(N,) places in the file, in bytes."""
    sizes: NDArray[np.int64]
    """(N,) bytes."""
    delay_s: float
    """When the sample at 0 is due, in seconds of the movie; negative where its beginning is hidden."""
    first_s: float
    """When the first sample that is shown is due, in seconds of the movie."""
    keys: NDArray[np.int64] | None
    """Numbers, from 1, of the samples that need no other one; None if none does."""

    @property
    def codec(self) -> bytes:
        return self.description[12:16]


def read_track(path: Path, handler: bytes) -> Track | None:
    """The first track of a kind; None where there is none, or where the tables do not tell."""
    tables = moov(path)
    if tables is None:
        return None
    try:
        top = dict(boxes(tables))
        for kind, content in boxes(tables):
            if kind == b"trak":
                found = dict(leaves(content))
                if bytes(found.get(b"hdlr", memoryview(b""))[8:12]) == handler:
                    return _track(path, found, timescale(top[b"mvhd"]))
    except (struct.error, ValueError, KeyError, ZeroDivisionError):
        return None
    return None


def _track(path: Path, found: dict[bytes, memoryview], movie_scale: int) -> Track | None:
    starts = decode_times(found[b"stts"])
    sizes = _sizes(found[b"stsz"])
    if not len(starts) or len(starts) != len(sizes):
        return None
    offsets = _offsets(found, sizes)
    if int((offsets + sizes).max()) > path.stat().st_size:
        return None  # cut off
    scale = timescale(found[b"mdhd"])
    pause_s, hidden = 0.0, 0
    for edit in edits(found.get(b"elst")):
        if edit.media_time >= 0:
            hidden = edit.media_time
            break
        pause_s += edit.duration / movie_scale
    composed = starts + composition_offsets(found.get(b"ctts"))
    first = int(composed[composed >= hidden].min())
    stss = found.get(b"stss")
    keys = None if stss is None else np.frombuffer(stss, ">u4", offset=8).astype(np.int64)
    last = struct.unpack_from(">I", found[b"stts"], len(found[b"stts"]) - 4)[0]
    description = bytes(found[b"stsd"])
    return Track(
        file=path,
        description=description,
        timescale=scale,
        starts=starts,
        last_duration=last,
        offsets=offsets,
        sizes=sizes,
        delay_s=pause_s - hidden / scale,
        first_s=pause_s + (first - hidden) / scale,
        keys=keys,
    )


def _sizes(stsz: memoryview) -> NDArray[np.int64]:
    same, count = struct.unpack_from(">II", stsz, 4)
    if count > _MOST_SAMPLES:
        raise ValueError("more samples than any file has")
    if same:
        return np.full(count, same, np.int64)
    return np.frombuffer(stsz, ">u4", count, 12).astype(np.int64)


def _offsets(found: dict[bytes, memoryview], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Samples lie one after the other in chunks; a run of chunks has equally many of them."""
    box, width = (found[b"stco"], ">u4") if b"stco" in found else (found[b"co64"], ">u8")
    chunks = np.frombuffer(box, width, struct.unpack_from(">I", box, 4)[0], 8).astype(np.int64)
    count = struct.unpack_from(">I", found[b"stsc"], 4)[0]
    runs = np.frombuffer(found[b"stsc"], ">u4", 3 * count, 8).astype(np.int64).reshape(-1, 3)
    lengths = np.diff(np.append(runs[:, 0], len(chunks) + 1))
    per_chunk = np.repeat(runs[:, 1], lengths)
    first = np.repeat(np.cumsum(per_chunk) - per_chunk, per_chunk)[: len(sizes)]
    before = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    placed: NDArray[np.int64] = np.repeat(chunks, per_chunk)[: len(sizes)] + before - before[first]
    return placed
