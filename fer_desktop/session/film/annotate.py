"""`annotated.mp4`: a second pass over a source and the session that was made from it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from fer_desktop.capture.demo import DemoSource
from fer_desktop.capture.fingerprint import fingerprint
from fer_desktop.capture.frame import Frame
from fer_desktop.capture.source import Source, SourceKind, SourceState
from fer_desktop.capture.video import VideoSource
from fer_desktop.errors import SessionError
from fer_desktop.session.film.draw import Film
from fer_desktop.session.film.mp4 import Part, pictures, write_mp4
from fer_desktop.session.film.readings import Readings
from fer_desktop.session.film.soundtrack import soundtrack
from fer_desktop.session.film.tracks import VIDEO, read_track
from fer_desktop.session.folder import cannot_write
from fer_desktop.session.metadata import FilmFacts, write_metadata
from fer_desktop.session.reader import Session, read_session

FILE: Final = "annotated.mp4"
_CODEC: Final = "mp4v"
"""MPEG-4 Visual: OpenCV's FFmpeg (LGPL) has its encoder everywhere, and its patents have expired."""
_RATE: Final = 30.0
_ONE_PICTURE_S: Final = 1.0
_KINDS: Final = frozenset({SourceKind.VIDEO.value, SourceKind.DEMO.value})

Report = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Made:
    """A film that was written."""

    path: Path
    frames: int
    note: str
    """What is not as one might expect; empty where there is nothing to say."""


def can_be_filmed(kind: SourceKind) -> bool:
    """Whether a source can be read a second time, with the same times."""
    return kind.value in _KINDS


def annotate(
    folder: Path,
    *,
    source: Path | None = None,
    blur: bool = False,
    replace_film: bool = False,
    report: Report = lambda _done, _total: None,
    stop: Stop = lambda: False,
) -> Made | None:
    """Write the film of a session made from a video file; None if `stop` (asked at each frame) ended it.

    `source` is where the video is now, if not where it was. `blur` hides faces. Raises `UserError`; a
    film that is there is only replaced, by a whole one, with `replace_film`.
    """
    session = read_session(folder)
    readings = Readings(session)
    target = folder / FILE
    if target.exists() and not replace_film:
        raise SessionError(f"'{target}' exists already.", "Move it away to make a new one.")
    if not readings.frames:
        raise SessionError(f"No frame of '{folder}' was analysed.", "Analyse the video again.")
    video = _video(session, source)
    coded, sound_file, whole = (folder / f".{FILE}.{part}.mp4" for part in ("pictures", "sound", "whole"))
    try:
        with closing(video):
            shown = _encode(video, Film(readings, blur=blur), coded, report, stop)
        if shown is None:
            return None
        sounds, note = soundtrack(video.files()[0], shown.times_s[0], shown.end_s, sound_file)
        with whole.open("wb") as file:
            write_mp4(file, [_pictures(coded, shown), *([sounds] if sounds is not None else [])])
            file.flush()
            os.fsync(file.fileno())
        whole.replace(target)
        film = FilmFacts(FILE, len(shown.times_s), faces_blurred=blur, sound=sounds is not None)
        write_metadata(folder, replace(session.metadata, film=film))
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        for path in (coded, sound_file, whole):
            path.unlink(missing_ok=True)
    return Made(target, len(shown.times_s), note)


def _video(session: Session, source: Path | None) -> Source:
    """The source of the session; raises `UserError` if it is not there or not what it was."""
    facts = session.metadata.source
    if facts.kind not in _KINDS:
        raise SessionError(
            f"'{facts.name}' is a {facts.kind}, of which no film can be made.", "Choose a video file."
        )
    video = DemoSource() if facts.kind == SourceKind.DEMO.value else VideoSource(source or Path(facts.path))
    video.open()
    if facts.sha256 is not None and fingerprint(video) != facts.sha256:
        video.close()
        raise SessionError(
            f"'{facts.name}' has changed since '{session.folder.name}' was made from it.", "Analyse it again."
        )
    return video


@dataclass(slots=True)
class _Shown:
    """The pictures that were coded, and until when the last one is shown."""

    size: tuple[int, int]
    times_s: list[float]
    end_s: float = 0.0


def _encode(video: Source, film: Film, coded: Path, report: Report, stop: Stop) -> _Shown | None:
    """Draw all analysed frames into a film of steady rate; None if it was stopped."""
    frames = film.readings.frames
    shown: _Shown | None = None
    encoder: cv2.VideoWriter | None = None
    video.seek(frames[0])
    try:
        while (frame := _next(video)) is not None:
            if stop():
                return None
            media_s = frame.media_t_s or 0.0
            if shown is not None:
                shown.end_s = media_s
            if frame.index > frames[-1]:
                break
            if frame.index not in film.readings:
                continue
            picture = film.draw(frame.image, frame.index, media_s)
            if shown is None or encoder is None:
                shown = _Shown((picture.shape[1], picture.shape[0]), [])
                encoder = _encoder(coded, shown.size)
            encoder.write(picture)
            shown.times_s.append(media_s)
            report(len(shown.times_s), len(frames))
    finally:
        if encoder is not None:
            encoder.release()
    if shown is None:
        raise SessionError(f"'{video.name}' has none of the frames of its session.", "Analyse it again.")
    if shown.end_s <= shown.times_s[-1]:
        shown.end_s = shown.times_s[-1] + _usual_step(shown.times_s)
    return shown


def _next(video: Source) -> Frame | None:
    frame = video.read()
    while frame is None and video.state is SourceState.OPEN:
        frame = video.read()
    return frame


def _encoder(path: Path, size: tuple[int, int]) -> cv2.VideoWriter:
    # The rate only guides the encoder's bits for a picture; the times are those of the source.
    encoder = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*_CODEC), _RATE, size)
    if not encoder.isOpened():
        raise SessionError(
            f"A film of {size[0]} x {size[1]} pixels cannot be written to '{path.parent}'.",
            "Check that the disk can be written to.",
        )
    return encoder


def _pictures(coded: Path, shown: _Shown) -> Part:
    track = read_track(coded, VIDEO)
    if track is None or len(track.sizes) != len(shown.times_s):
        # OpenCV does not tell when it could not write.
        raise OSError(errno.ENOSPC, "not all pictures were written")
    times = np.array(shown.times_s)
    return pictures(track, times - times[0], shown.end_s - shown.times_s[-1], shown.size)


def _usual_step(times_s: list[float]) -> float:
    return float(np.median(np.diff(times_s))) if len(times_s) > 1 else _ONE_PICTURE_S
