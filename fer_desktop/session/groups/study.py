"""All sessions of a comparison, read one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from fer_desktop.emotions import EMOTIONS, UNSURE
from fer_desktop.errors import SessionError
from fer_desktop.session.events import MARKER
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.pack import opened
from fer_desktop.session.exports.resample import face_series
from fer_desktop.session.frames import TimedEvent, has_time
from fer_desktop.session.groups.curves import Curve, Floats, curves_around, nan_mean
from fer_desktop.session.groups.frequencies import Looked
from fer_desktop.session.groups.matching import Matched
from fer_desktop.session.groups.participants import Row
from fer_desktop.session.metadata import Metadata
from fer_desktop.session.reader import changed_tables
from fer_desktop.session.report.gather import between_markers, marker_name
from fer_desktop.session.states import gap_s
from fer_desktop.session.statistics import (
    FaceStatistics,
    LabelStatistics,
    Statistics,
    statistics_of_stretches,
)

Limits = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Study:
    """What a comparison is made from."""

    labels: tuple[str, ...]
    """The network's in canonical order, then unsure."""
    timed: bool
    looked: list[Looked]
    """In the order of the sessions."""
    curves: list[Curve]
    """Around markers that more than one participant has."""
    sessions: list[tuple[str, Metadata]]
    changed: list[str]
    """Sessions whose tables are not what they were when they were closed."""


def read_study(matched: Matched, window_s: float, report: Callable[[int, int], None]) -> Study:
    """Read every session once or twice; raises `SessionError`.

    `report` hears of sessions done and sessions in all; what it raises ends the work.
    """
    reader = _Reader(matched, window_s)
    for done, (path, rows) in enumerate(matched.rows.items()):

        def tick(_rows: int, done: int = done) -> None:
            report(done, len(matched.rows))

        reader.read(path, rows, tick)
    return reader.finish()


@dataclass(slots=True)
class _Reader:
    matched: Matched
    window_s: float
    labels: tuple[str, ...] = ()
    timed: bool = True
    looked: list[Looked] = field(default_factory=list)
    sessions: list[tuple[str, Metadata]] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    around: dict[tuple[str, str, str], list[Floats]] = field(default_factory=dict)
    """Participant, level and marker: (markers, moments, labels) of each row."""

    def read(self, path: Path, rows: Sequence[Row], tick: Callable[[int], None]) -> None:
        with opened(path) as session:
            material = Material(session, session.folder.resolve().name, tick)
            self._agree(material)
            if changed_tables(session):
                self.changed.append(material.name)
            if not self.matched.by_table and material.metadata.participant:
                rows = [replace(row, participant=material.metadata.participant) for row in rows]
            limits = [_limits(row, material.events, path) for row in rows]
            whole, *parts = statistics_of_stretches(
                material.frames(),
                self.labels,
                [(None, None), *(limit for limits_of_row in limits for limit in limits_of_row)],
                nominal_fps=material.metadata.source.nominal_fps,
                timed=self.timed,
            )
            for row, limits_of_row in zip(rows, limits, strict=True):
                for _ in limits_of_row:
                    self.looked.append(self._look(row, material, whole, parts.pop(0), path))
            self._follow(rows, limits, material)

    def finish(self) -> Study:
        people: dict[str, set[str]] = {}
        for participant, _, marker in self.around:
            people.setdefault(marker, set()).add(participant)
        curves = [
            Curve(participant, level, marker, nan_mean(np.concatenate(found)), sum(map(len, found)))
            for (participant, level, marker), found in self.around.items()
            if len(people[marker]) > 1
        ]
        return Study((*self.labels, UNSURE), self.timed, self.looked, curves, self.sessions, self.changed)

    def _agree(self, material: Material) -> None:
        metadata = material.metadata
        labels = tuple(name for name in EMOTIONS if name in metadata.model.labels)
        timed = has_time(metadata)
        if self.sessions:
            first = self.sessions[0][0]
            if labels != self.labels:
                raise SessionError(
                    f"'{material.name}' knows other expressions ({', '.join(labels)}) than '{first}' "
                    f"({', '.join(self.labels)}).",
                    "Analyse all of them with the same network.",
                )
            if timed != self.timed:
                raise SessionError(
                    f"'{material.name}' cannot be compared with '{first}': only one of them is of photos.",
                    "Compare photos with photos, and videos with videos.",
                )
        self.labels, self.timed = labels, timed
        self.sessions.append((material.name, metadata))

    def _look(self, row: Row, material: Material, whole: Statistics, part: Statistics, path: Path) -> Looked:
        face = part.everyone
        if row.face_id is not None:
            known = [face.face_id for face in whole.faces]
            if row.face_id not in known:
                raise SessionError(
                    f"'{path}' has no face {row.face_id} (line {row.number} of the table).",
                    f"Its faces are {', '.join(map(str, known[:20])) or 'none'}.",
                )
            face = _face_of(part, row.face_id)
        words = [f"face {row.face_id}"] if row.face_id is not None else []
        return Looked(
            row.participant,
            self.matched.level(row),
            material.name,
            ", ".join([*words, *([f"from '{row.stretch}'"] if row.stretch else [])]),
            material.metadata.complete,
            part,
            face,
            several_faces=self.timed and row.face_id is None and len(part.faces) > 1,
        )

    def _follow(self, rows: Sequence[Row], limits: Sequence[Sequence[Limits]], material: Material) -> None:
        markers = [event for event in material.events if event.event.kind == MARKER]
        if not markers or not self.timed:
            return
        columns = [f"p_{name}" for name in self.labels]
        series = face_series(material.frames(), columns, gap_s(material.metadata.source.nominal_fps))
        for row, limits_of_row in zip(rows, limits, strict=True):
            own = {face: one for face, one in series.items() if row.face_id in {None, face}}
            times: dict[str, list[float]] = {}
            for marker in markers:
                if any(_within(marker.time_s, limit) for limit in limits_of_row):
                    times.setdefault(marker_name(marker), []).append(marker.time_s)
            for name, at_s in times.items():
                key = row.participant, self.matched.level(row), name
                found = curves_around(own, at_s, self.window_s, len(columns))
                self.around.setdefault(key, []).append(found)


def _limits(row: Row, events: Sequence[TimedEvent], path: Path) -> list[Limits]:
    """A marker that was set several times begins several stretches; they are added up."""
    if not row.stretch:
        return [(None, None)]
    stretches = between_markers(events)
    found: list[Limits] = [
        (stretch.start_s, stretch.end_s) for stretch in stretches if stretch.name == row.stretch
    ]
    if not found:
        known = ", ".join(f"'{stretch.name}'" for stretch in stretches[:20]) or "none"
        raise SessionError(
            f"'{path}' has no marker '{row.stretch}' (line {row.number} of the table).",
            f"Its stretches are {known}.",
        )
    return found


def _face_of(part: Statistics, face_id: int) -> FaceStatistics:
    """A face of a stretch, also where it was not seen there."""
    for face in part.faces:
        if face.face_id == face_id:
            return face
    labels = [label.label for label in part.everyone.labels]
    nothing = tuple(LabelStatistics(label, 0, 0.0, None, 0, 0.0, None, None) for label in labels)
    return FaceStatistics(face_id, 0, 0.0, 0.0, nothing, ((0,) * len(labels),) * len(labels))


def _within(time_s: float, limit: Limits) -> bool:
    start_s, end_s = limit
    return (start_s is None or start_s <= time_s) and (end_s is None or time_s < end_s)
