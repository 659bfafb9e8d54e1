"""What the report of a session needs to know, gathered in as few passes over its log as will do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fer_desktop.session.events import MARKER
from fer_desktop.session.exports.material import Material
from fer_desktop.session.frames import LoggedFrame, TimedEvent, frames_of
from fer_desktop.session.report.quality import Measure, Quality
from fer_desktop.session.report.timeline import Course, CourseTally
from fer_desktop.session.statistics import FaceStatistics, Statistics, statistics_of_stretches

FACES_DRAWN: Final = 6
PICTURES_LISTED: Final = 200
STRETCHES_LISTED: Final = 60


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one marker to the next, or to the end of the session."""

    name: str
    number: int | None
    """Of its marker among all events; None before the first one."""
    start_s: float | None
    """None: the start of the session."""
    end_s: float | None


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo and the faces in it."""

    file: str
    faces: tuple[tuple[str, float], ...]
    """Label and its probability (of the likeliest expression, if it is unsure)."""
    reason: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """One session, looked at."""

    statistics: Statistics
    measures: list[Measure]
    course: Course
    drawn: tuple[FaceStatistics, ...]
    """The faces that were seen longest, in the order of their ids."""
    stretches: list[tuple[Stretch, Statistics]]
    stretches_left_out: int
    pictures: list[Picture]
    """Of photos: the first ones."""


def gather(material: Material) -> Gathered:
    """Look at a session; raises `SessionError`."""
    statistics, metadata = material.statistics, material.metadata
    stretches = between_markers(material.events) if statistics.timed else []
    drawn = longest(statistics.faces) if statistics.timed else ()
    quality, pictures = Quality(), list[Picture]()
    course = CourseTally(
        metadata.model.labels,
        [face.face_id for face in drawn if face.face_id is not None],
        statistics.start_s,
        statistics.end_s,
        nominal_fps=metadata.source.nominal_fps,
    )

    def passing() -> Iterator[LoggedFrame]:
        for frame in frames_of(quality.watching(material.rows())):
            course.add(frame)
            if not statistics.timed and len(pictures) < PICTURES_LISTED:
                pictures.append(_picture(frame, metadata.model.labels))
            yield frame

    listed = stretches[:STRETCHES_LISTED]
    parts = statistics_of_stretches(
        passing(),
        metadata.model.labels,
        [(stretch.start_s, stretch.end_s) for stretch in listed],
        nominal_fps=metadata.source.nominal_fps,
        timed=statistics.timed,
    )
    return Gathered(
        statistics,
        quality.measures(),
        course.finish(),
        drawn,
        [(stretch, part) for stretch, part in zip(listed, parts, strict=True) if part.duration_s],
        len(stretches) - len(listed),
        pictures,
    )


def between_markers(events: Sequence[TimedEvent]) -> list[Stretch]:
    """The stretches that markers divide a session into; none where there is no marker."""
    markers = [(number, event) for number, event in enumerate(events, start=1) if event.event.kind == MARKER]
    if not markers:
        return []
    ends = [*(marker.time_s for _, marker in markers[1:]), None]
    return [
        Stretch("before any marker", None, None, markers[0][1].time_s),
        *(
            Stretch(marker_name(marker), number, marker.time_s, end_s)
            for (number, marker), end_s in zip(markers, ends, strict=True)
        ),
    ]


def marker_name(marker: TimedEvent) -> str:
    """What a person called it."""
    return marker.event.label or "marker"


def longest(faces: Sequence[FaceStatistics], most: int = FACES_DRAWN) -> tuple[FaceStatistics, ...]:
    """The faces that were seen longest, in their order."""
    chosen = sorted(faces, key=lambda face: (-face.seconds, -face.frames))[:most]
    return tuple(face for face in faces if face in chosen)


def _picture(frame: LoggedFrame, labels: Sequence[str]) -> Picture:
    found = []
    for face in frame.faces:
        values: dict[str, Any] = {name: face[f"p_{name}"] for name in labels}
        label = str(face["label"])
        found.append((label, float(values.get(label, max(values.values())))))
    return Picture(frame.file, tuple(found), frame.reason)
