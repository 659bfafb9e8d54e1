"""The sound of a source, copied as it is coded: from MP4 and MOV directly, from others through PyAV."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final

from fer_desktop.session.film.mp4 import Part, sound
from fer_desktop.session.film.tracks import SOUND, VIDEO, read_track

_CODECS: Final = frozenset({b"mp4a", b".mp3", b"ac-3", b"ec-3", b"Opus", b"fLaC", b"alac"})
"""Those that players know in MP4."""


def soundtrack(source: Path, start_s: float, end_s: float, scratch: Path) -> tuple[Part | None, str]:
    """What is heard between two moments, counted from the source's first picture; and, where sound is
    left out, a sentence that says why.

    `scratch` is a file that may be written, and is needed for as long as the part.
    """
    track, picture = read_track(source, SOUND), read_track(source, VIDEO)
    if track is not None and picture is not None and track.codec in _CODECS:
        return sound(track, picture.first_s + start_s, picture.first_s + end_s), ""
    if track is None and picture is not None:
        return None, ""
    try:
        av: Any = importlib.import_module("av")
    except ImportError:
        return None, (
            f"The sound of '{source.name}', if it has any, is not in its film: from this kind of file it "
            "is copied with PyAV (pip install 'fer-desktop[sound]')."
        )
    first_s = _rewrap(av, source, scratch)
    track = read_track(scratch, SOUND) if first_s is not None else None
    if track is None or first_s is None or track.codec not in _CODECS:
        found = "" if first_s is None else f"The sound of '{source.name}' cannot be copied into an MP4 file."
        return None, found
    return sound(track, start_s - first_s, end_s - first_s), ""


def _rewrap(av: Any, source: Path, target: Path) -> float | None:
    """Write the first sound of a file into an MP4 file, not coded anew.

    Returns when it begins, in seconds after the first picture; None if there is no sound.
    """
    with av.open(str(source)) as old:
        if not old.streams.audio or not old.streams.video:
            return None
        stream, picture = old.streams.audio[0], old.streams.video[0]
        picture_s = _start_s(av, source, picture.index)
        begins = None
        with av.open(str(target), "w", format="mp4") as new:
            try:
                copy = new.add_stream_from_template(stream)
                for packet in old.demux(stream):
                    if packet.pts is None:
                        continue
                    begins = packet.pts if begins is None else begins
                    packet.pts = packet.dts = packet.pts - begins
                    packet.stream = copy
                    new.mux(packet)
            except (av.FFmpegError, ValueError):
                return 0.0
        return None if begins is None else float(begins * stream.time_base) - picture_s


def _start_s(av: Any, source: Path, index: int) -> float:
    """The time of the first picture, as the decoder gives it."""
    with av.open(str(source)) as file:
        stream = file.streams[index]
        for frame in file.decode(stream):
            if frame.pts is not None:
                return float(frame.pts * stream.time_base)
    return 0.0
