"""An MP4 file made of samples that are coded already: pictures at any times, and sound as it was.

OpenCV's encoder knows one steady rate and no sound, and PyAV's wheels carry GPL codecs; the tables of
the container (ISO/IEC 14496-12) are all that is missing.
"""

from __future__ import annotations

import struct
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.session.film.tracks import SOUND, VIDEO, Track

SCALE: Final = 90_000
"""Units a second of the film: 11 µs, and a multiple of all common rates."""
_MDAT_HEAD: Final = 16
_UNDETERMINED: Final = 0x55C4
"""The language of a track (ISO 639, `und`)."""
_TOGETHER_S: Final = 1.0
"""Sound lies in the file not farther than this from its pictures."""
_UNITY: Final = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class Part:
    """What the film takes of a track."""

    track: Track
    samples: NDArray[np.int64]
    """(N,) which, in their order."""
    durations: NDArray[np.int64]
    """(N,) in units of `scale`."""
    scale: int
    delay_s: float
    """When the first sample is due in the film; negative: so much of it is hidden."""
    size: tuple[int, int] | None = None
    """Of the picture; None for sound."""

    @property
    def seconds(self) -> float:
        """Its end in the film."""
        return self.delay_s + int(self.durations.sum()) / self.scale


def pictures(track: Track, times_s: NDArray[np.float64], last_s: float, size: tuple[int, int]) -> Part:
    """All pictures of a track, each at its time (from 0, increasing); the last one stays `last_s`."""
    ticks = np.rint(np.append(times_s, times_s[-1] + last_s) * SCALE).astype(np.int64)
    return Part(track, np.arange(len(times_s)), np.diff(ticks), SCALE, 0.0, size)


def sound(track: Track, start_s: float, end_s: float) -> Part | None:
    """What is heard between two moments of the track's movie; None if that is nothing."""
    due = track.delay_s + track.starts / track.timescale
    durations = np.diff(np.append(track.starts, track.starts[-1] + track.last_duration))
    ends = due + durations / track.timescale
    # One more before the start: decoders of AAC need it to begin without a gap.
    first = max(0, int(np.searchsorted(ends, start_s, side="right")) - 1)
    behind = int(np.searchsorted(due, end_s))
    if behind <= first:
        return None
    samples = np.arange(first, behind)
    return Part(track, samples, durations[first:behind], track.timescale, float(due[first]) - start_s)


def write_mp4(file: BinaryIO, parts: list[Part]) -> None:
    """Tables first, so that the film begins to play before all of it is read; may raise OSError."""
    chunks = [_chunks(part) for part in parts]
    places = [np.zeros(len(own), np.int64) for own in chunks]
    head = _box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso2mp41qt  ")
    start = len(head) + len(_moov(parts, chunks, places)) + _MDAT_HEAD
    order = sorted(
        (float(part.delay_s + chunk.start_s), number, place)
        for number, part in enumerate(parts)
        for place, chunk in enumerate(chunks[number])
    )
    end = start
    for _, number, place in order:
        places[number][place] = end
        end += chunks[number][place].size
    file.write(head)
    file.write(_moov(parts, chunks, places))
    file.write(struct.pack(">I4sQ", 1, b"mdat", end - start + _MDAT_HEAD))
    with ExitStack() as opened:
        origins = [opened.enter_context(part.track.file.open("rb")) for part in parts]
        for _, number, place in order:
            track = parts[number].track
            for sample in chunks[number][place].samples:
                origins[number].seek(int(track.offsets[sample]))
                file.write(origins[number].read(int(track.sizes[sample])))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Samples that lie together."""

    samples: NDArray[np.int64]
    start_s: float
    size: int


def _chunks(part: Part) -> list[_Chunk]:
    starts_s = (np.cumsum(part.durations) - part.durations) / part.scale
    cuts = np.flatnonzero(np.diff(starts_s // _TOGETHER_S)) + 1
    return [
        _Chunk(samples, float(own_starts_s[0]), int(part.track.sizes[samples].sum()))
        for samples, own_starts_s in zip(np.split(part.samples, cuts), np.split(starts_s, cuts), strict=True)
    ]


def _box(kind: bytes, *content: bytes) -> bytes:
    inner = b"".join(content)
    return struct.pack(">I4s", 8 + len(inner), kind) + inner


def _full(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *content)


def _moov(parts: list[Part], chunks: list[list[_Chunk]], places: list[NDArray[np.int64]]) -> bytes:
    seconds = max(part.seconds for part in parts)
    times = struct.pack(">QQIQ", 0, 0, SCALE, round(seconds * SCALE))
    rest = struct.pack(">IHHII", 0x10000, 0x100, 0, 0, 0) + _UNITY + bytes(24)
    header = _full(b"mvhd", times, rest, struct.pack(">I", len(parts) + 1), version=1)
    tracks = [
        _trak(number + 1, *entry) for number, entry in enumerate(zip(parts, chunks, places, strict=True))
    ]
    return _box(b"moov", header, *tracks)


def _trak(number: int, part: Part, chunks: list[_Chunk], places: NDArray[np.int64]) -> bytes:
    seen = part.size is not None
    width, height = part.size or (0, 0)
    header = _full(
        b"tkhd",
        struct.pack(">QQIIQ", 0, 0, number, 0, round(part.seconds * SCALE)),
        struct.pack(">IIhhHH", 0, 0, 0, 0 if seen else 1, 0 if seen else 0x100, 0),
        _UNITY,
        struct.pack(">II", width << 16, height << 16),
        version=1,
        flags=3,
    )
    media = _full(
        b"mdhd",
        struct.pack(">QQIQHH", 0, 0, part.scale, int(part.durations.sum()), _UNDETERMINED, 0),
        version=1,
    )
    handler = _full(b"hdlr", bytes(4), VIDEO if seen else SOUND, bytes(12), b"\0")
    kind = _full(b"vmhd", bytes(8), flags=1) if seen else _full(b"smhd", bytes(4))
    data = _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
    tables = _box(b"minf", kind, data, _stbl(part, chunks, places))
    return _box(b"trak", header, _edit_list(part), _box(b"mdia", media, handler, tables))


def _edit_list(part: Part) -> bytes:
    pause = round(max(0.0, part.delay_s) * SCALE)
    hidden = round(max(0.0, -part.delay_s) * part.scale)
    shown = round(part.seconds * SCALE) - pause
    entries = [(pause, -1)] if pause else []
    entries.append((shown, hidden))
    packed = [struct.pack(">QqHH", duration, place, 1, 0) for duration, place in entries]
    return _box(b"edts", _full(b"elst", struct.pack(">I", len(entries)), *packed, version=1))


def _stbl(part: Part, chunks: list[_Chunk], places: NDArray[np.int64]) -> bytes:
    lengths = np.array([len(chunk.samples) for chunk in chunks])
    described = np.column_stack([np.arange(1, len(chunks) + 1), lengths, np.ones_like(lengths)])
    steps, counts = _runs(part.durations)
    keys = part.track.keys
    return _box(
        b"stbl",
        _box(b"stsd", part.track.description),
        _table(b"stts", len(steps), np.column_stack([counts, steps]), ">u4"),
        b"" if keys is None else _table(b"stss", len(keys), keys, ">u4"),
        _table(b"stsc", len(chunks), described, ">u4"),
        _table(b"stsz", len(part.samples), part.track.sizes[part.samples], ">u4", before=bytes(4)),
        _table(b"co64", len(places), places, ">u8"),
    )


def _table(kind: bytes, count: int, values: NDArray[np.int64], width: str, *, before: bytes = b"") -> bytes:
    return _full(kind, before, struct.pack(">I", count), values.astype(width).tobytes())


def _runs(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each value that is repeated, and how often."""
    begins = np.concatenate([[0], np.flatnonzero(np.diff(values)) + 1])
    return values[begins], np.diff(np.append(begins, len(values)))
