"""Sessions written frame by frame with known times, for what reads sessions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fer_desktop.capture.source import SourceInfo, SourceKind
from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from fer_desktop.engine.result import Result
from fer_desktop.session.clock import SessionClock
from fer_desktop.session.events import Event
from fer_desktop.session.folder import new_folder
from fer_desktop.session.journal import Journal
from fer_desktop.session.metadata import first_metadata

from .synthetic import make_face, make_info, make_model, make_result

CLOCK = SessionClock(1_800_000_000.0, 0.0)
ODD_NAME = '=SUM("A1"), naïve 顔\u0007.mp4'


def write_session(
    parent: Path,
    results: Sequence[Result],
    events: Sequence[Event] = (),
    info: SourceInfo | None = None,
    labels: Sequence[str] = FERPLUS_LABELS,
    *,
    complete: bool = True,
) -> Path:
    """A session folder; `captured_s` of a result is its `t_s`."""
    info = info or make_info()
    metadata = first_metadata(CLOCK, info, make_model(labels), "CPU", {"detector": "cascade", "every": 1})
    folder = new_folder(parent, CLOCK.start, info.name)
    journal = Journal(folder, CLOCK, metadata)
    journal.add(results)
    journal.add_events(events)
    journal.finish(complete=complete, received=len(results), error=None)
    return folder


def camera(parent: Path) -> Path:
    """Two people, a pause of five seconds, frames passed over, one that failed, an unsure second."""
    results = []
    for index in range(120):
        t_s = 0.5 + index / 30 + (5.0 if index >= 60 else 0.0)
        if index % 10 == 9:
            results.append(make_result(index, reason="not_analysed", captured_s=t_s))
        elif index == 42:
            results.append(make_result(index, reason="error", captured_s=t_s))
        elif 70 <= index < 80:
            reason = "too_small" if index < 75 else "no_face"
            results.append(make_result(index, reason=reason, captured_s=t_s))
        else:
            label, probability = ("happiness", 0.86) if index < 40 else ("unsure", 0.31)
            faces = [make_face(1, label, probability)]
            if 20 <= index < 30 or index >= 100:
                faces.append(make_face(2, "contempt", 0.7))
            results.append(make_result(index, *faces, captured_s=t_s))
    events = [
        Event(1.0, "marker", "=1+1", 'says "a", then\nb\tc'),
        Event(1.0, "marker", "#N/A"),
        Event(2.5, "pause"),
        Event(7.4, "resume"),
    ]
    return write_session(parent, results, events)


def video(parent: Path) -> Path:
    """A file of uneven frames whose first half is seen twice, by a network without contempt."""
    times, media_s = [], 0.0
    for number in range(80):
        times.append(media_s)
        media_s = 0.0 if number == 39 else media_s + (0.02 if number % 3 else 0.05)
    results = [
        make_result(
            number if number < 40 else number - 40,
            make_face(1, ("anger", "neutral", "surprise")[number // 10 % 3], 0.9, FER2013_LABELS),
            captured_s=number / 100,
            media_t_s=media,
        )
        for number, media in enumerate(times)
    ]
    info = make_info(ODD_NAME, SourceKind.VIDEO, str((parent / "clips" / "a film.mp4").resolve()), 30.0)
    return write_session(parent, results, [Event(0.255, "marker", "Ω & <b>")], info, FER2013_LABELS)


def photos(parent: Path) -> Path:
    """A folder of pictures, read at times that mean nothing."""
    results = [
        make_result(
            index,
            *([make_face(index, "sadness", 0.8)] if index else []),
            captured_s=index * 2.5,
            file=f'="{index}".png',
        )
        for index in range(4)
    ]
    return write_session(parent, results, info=make_info("holidays", SourceKind.FOLDER, "", None))


def empty(parent: Path) -> Path:
    """Stopped before the first frame."""
    return write_session(parent, [], complete=False)


def cut_off(parent: Path) -> Path:
    """Cut off in the middle of a row, before anything was closed."""
    results = [make_result(index, make_face(1), captured_s=index / 30) for index in range(30)]
    folder = write_session(parent, results, complete=False)
    log = folder / "log.csv"
    log.write_bytes(log.read_bytes()[:-25])
    (folder / "states.csv").write_bytes(b"face_id,la")
    (folder / "events.csv").unlink()
    return folder


SESSIONS = {maker.__name__: maker for maker in (camera, video, photos, empty, cut_off)}
