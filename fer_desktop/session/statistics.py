"""What a session, or a stretch of it, comes to: frames, coverage, and how long each face showed what.

A frame speaks for the time until the next analysed frame, but not across a gap (as in states.csv: see
`states.gap_s`), so the seconds here are the sums of the runs there. Photos have no time: their shares
are shares of frames.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import EMOTIONS, UNSURE
from fer_desktop.engine.result import ERROR, NOT_ANALYSED
from fer_desktop.session.frames import LoggedFrame, LogRecord, TimedEvent, frames_of, has_time, timed_events
from fer_desktop.session.reader import Session
from fer_desktop.session.states import gap_s

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """`read` = `analysed` + `dropped` + `errors`; `analysed` = `with_face` + `faceless`."""

    read: int
    """Frames with a row in the log."""
    analysed: int
    with_face: int
    faceless: int
    dropped: int
    """Passed over (`not_analysed`)."""
    errors: int
    reasons: dict[str, int]
    """Frames without a face by reason, most frequent first."""


@dataclass(frozen=True, slots=True)
class LabelStatistics:
    """One label of one face, or of all faces together."""

    label: str
    frames: int
    seconds: float
    share: float | None
    """0 to 1, of the seconds that the face was seen (photos: of its frames); None where there are none."""
    runs: int
    longest_s: float
    mean: float | None
    """Of the label's raw probability over all frames of the face; None for `unsure`."""
    sd: float | None
    """Sample standard deviation of the same; None for fewer than two frames."""


@dataclass(frozen=True, slots=True)
class FaceStatistics:
    """One face, or all of them: then seconds and frames are added up over faces."""

    face_id: int | None
    """None: all faces."""
    frames: int
    seconds: float
    """In which the face was seen."""
    coverage: float | None
    """0 to 1: `seconds` of the stretch's duration (photos: frames of frames). For all faces together: with
    at least one face. None for a stretch without duration."""
    labels: tuple[LabelStatistics, ...]
    """The model's labels in canonical order, then `unsure`."""
    transitions: tuple[tuple[int, ...], ...]
    """[i][j]: how often label i was followed at once by label j, in the order of `labels`."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """A stretch [start_s, end_s) of a session, or the whole of it."""

    start_s: float
    end_s: float
    timed: bool
    """False for photos: seconds are all 0, shares and coverage are those of frames."""
    duration_s: float
    """Time that went by: gaps count, a part of a file that was seen twice counts twice."""
    watched_s: float
    """For which an analysed frame speaks."""
    with_face_s: float
    """The part of it with at least one face."""
    gap_s: float
    """Without any frame: pauses, a lost source, jumps forward in a file."""
    frames: FrameCounts
    everyone: FaceStatistics
    faces: tuple[FaceStatistics, ...]
    """In the order of their ids."""
    events: tuple[TimedEvent, ...]

    @property
    def coverage(self) -> float | None:
        """0 to 1: how much of the duration shows at least one face; None without duration."""
        return self.everyone.coverage


def session_statistics(
    session: Session, start_s: float | None = None, end_s: float | None = None
) -> Statistics:
    """Of a whole session, or of [start_s, end_s) on its axis of time; raises `SessionError`."""
    return statistics_of(
        frames_of(session.rows()),
        session.metadata.model.labels,
        nominal_fps=session.metadata.source.nominal_fps,
        timed=has_time(session.metadata),
        events=timed_events(session, session.rows()),
        start_s=start_s,
        end_s=end_s,
    )


def statistics_of(
    frames: Iterable[LoggedFrame],
    labels: Sequence[str],
    *,
    nominal_fps: float | None = None,
    timed: bool = True,
    events: Iterable[TimedEvent] = (),
    start_s: float | None = None,
    end_s: float | None = None,
) -> Statistics:
    """Of frames in the order of the log, in one pass; memory grows with the number of faces only."""
    (statistics,) = statistics_of_stretches(
        frames, labels, [(start_s, end_s)], nominal_fps=nominal_fps, timed=timed, events=events
    )
    return statistics


def statistics_of_stretches(
    frames: Iterable[LoggedFrame],
    labels: Sequence[str],
    stretches: Sequence[tuple[float | None, float | None]],
    *,
    nominal_fps: float | None = None,
    timed: bool = True,
    events: Iterable[TimedEvent] = (),
) -> list[Statistics]:
    """Of several stretches [start, end) in one pass, in their order; None: from the start, to the end."""
    limits = [
        (-math.inf if start_s is None else start_s, math.inf if end_s is None else end_s)
        for start_s, end_s in stretches
    ]
    tallies = [_Stretch(labels, gap_s(nominal_fps), begin, end, timed) for begin, end in limits]
    for frame in frames:
        for tally in tallies:
            tally.add(frame)
    happened = list(events)
    return [
        tally.finish(tuple(event for event in happened if begin <= event.time_s < end))
        for tally, (begin, end) in zip(tallies, limits, strict=True)
    ]


@dataclass(slots=True)
class _Run:
    label: str
    seconds: float = 0.0
    counted: bool = False
    last_s: float = -math.inf


class _FaceTally:
    """What is added up for one face, or for all."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = labels
        self.frames = 0
        self.seconds = 0.0
        self._label_frames: Counter[str] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._runs: Counter[str] = Counter()
        self._longest: dict[str, float] = {}
        self._transitions: Counter[tuple[str, str]] = Counter()
        self._sum: Floats = np.zeros(len(labels))
        self._squares: Floats = np.zeros(len(labels))

    def frame(self, label: str, probabilities: Floats) -> None:
        self.frames += 1
        self._label_frames[label] += 1
        self._sum += probabilities
        self._squares += probabilities**2

    def time(self, run: _Run, seconds: float, *, first: bool) -> None:
        self.seconds += seconds
        self._seconds[run.label] += seconds
        self._runs[run.label] += first
        self._longest[run.label] = max(self._longest.get(run.label, 0.0), run.seconds)

    def transition(self, before: str, after: str) -> None:
        self._transitions[before, after] += 1

    def finish(self, face_id: int | None, coverage: float | None, *, timed: bool) -> FaceStatistics:
        names = (*self.labels, UNSURE)
        means, sds = self._moments()
        return FaceStatistics(
            face_id,
            self.frames,
            self.seconds,
            coverage,
            tuple(
                LabelStatistics(
                    name,
                    self._label_frames[name],
                    self._seconds[name],
                    _ratio(self._seconds[name], self.seconds)
                    if timed
                    else _ratio(self._label_frames[name], self.frames),
                    self._runs[name],
                    self._longest.get(name, 0.0),
                    means.get(name),
                    sds.get(name),
                )
                for name in names
            ),
            tuple(tuple(self._transitions[before, after] for after in names) for before in names),
        )

    def _moments(self) -> tuple[dict[str, float], dict[str, float]]:
        if not self.frames:
            return {}, {}
        mean = self._sum / self.frames
        means = dict(zip(self.labels, mean.tolist(), strict=True))
        if self.frames == 1:
            return means, {}
        # Rounding may take it just below zero.
        variance = np.maximum(self._squares - self.frames * mean**2, 0) / (self.frames - 1)
        return means, dict(zip(self.labels, np.sqrt(variance).tolist(), strict=True))


@dataclass(slots=True)
class _Stretch:
    """Goes through the frames once; the last analysed one waits until it is known how long it holds."""

    model_labels: Sequence[str]
    gap_limit_s: float
    begin: float
    end: float
    timed: bool
    labels: tuple[str, ...] = ()
    everyone: _FaceTally = field(init=False)
    faces: dict[int, _FaceTally] = field(default_factory=dict)
    runs: dict[int, _Run] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    held: LoggedFrame | None = None
    last_s: float | None = None
    read: int = 0
    first_seen_s: float = math.inf
    last_seen_s: float = -math.inf
    passed_s: float = 0.0
    gaps_s: float = 0.0
    watched_s: float = 0.0
    with_face_s: float = 0.0

    def __post_init__(self) -> None:
        self.labels = tuple(name for name in EMOTIONS if name in self.model_labels)
        self.everyone = _FaceTally(self.labels)

    def add(self, frame: LoggedFrame) -> None:
        if self.last_s is not None:
            step_s = self._within(self.last_s, frame.time_s)
            self.passed_s += step_s
            if not 0 <= frame.time_s - self.last_s <= self.gap_limit_s:
                self.gaps_s += step_s
                self._break()
        self.last_s = frame.time_s
        if self.begin <= frame.time_s < self.end:
            self._count(frame)
        if frame.analysed:
            if self.held is not None:
                self._speak(self.held, frame.time_s)
            self.held = frame

    def finish(self, events: tuple[TimedEvent, ...]) -> Statistics:
        self._break()
        without = {reason: self.reasons[reason] for reason in (NOT_ANALYSED, ERROR)}
        analysed = self.read - sum(without.values())
        faceless = sum(self.reasons.values()) - sum(without.values())
        reasons = dict(self.reasons.most_common())
        counts = FrameCounts(
            self.read, analysed, analysed - faceless, faceless, without[NOT_ANALYSED], without[ERROR], reasons
        )
        return Statistics(
            start_s=self.begin if math.isfinite(self.begin) else self._seen(self.first_seen_s),
            end_s=self.end if math.isfinite(self.end) else self._seen(self.last_seen_s),
            timed=self.timed,
            duration_s=self.passed_s,
            watched_s=self.watched_s,
            with_face_s=self.with_face_s,
            gap_s=self.gaps_s,
            frames=counts,
            everyone=self.everyone.finish(
                None, self._coverage(self.with_face_s, counts.with_face), timed=self.timed
            ),
            faces=tuple(
                tally.finish(face_id, self._coverage(tally.seconds, tally.frames), timed=self.timed)
                for face_id, tally in sorted(self.faces.items())
            ),
            events=events,
        )

    def _seen(self, time_s: float) -> float:
        return time_s if self.read else 0.0

    def _coverage(self, seconds: float, frames: int) -> float | None:
        return _ratio(seconds, self.passed_s) if self.timed else _ratio(frames, self.read)

    def _within(self, start_s: float, end_s: float) -> float:
        """Seconds of [start_s, end_s) within the stretch; 0 where time jumps back, and for photos."""
        return max(0.0, min(end_s, self.end) - max(start_s, self.begin)) if self.timed else 0.0

    def _count(self, frame: LoggedFrame) -> None:
        self.read += 1
        self.first_seen_s = min(self.first_seen_s, frame.time_s)
        self.last_seen_s = max(self.last_seen_s, frame.time_s)
        if frame.reason:
            self.reasons[frame.reason] += 1
        for face in frame.faces:
            label, probabilities = str(face["label"]), self._probabilities(face)
            self._tally(face).frame(label, probabilities)
            self.everyone.frame(label, probabilities)

    def _break(self) -> None:
        """Nothing is known after the last analysed frame: it speaks for no time, and no run goes on."""
        if self.held is not None:
            self._speak(self.held, self.held.time_s)
        self.held = None
        self.runs = {}

    def _speak(self, frame: LoggedFrame, until_s: float) -> None:
        seconds = self._within(frame.time_s, until_s)
        inside = self.begin <= frame.time_s < self.end
        self.watched_s += seconds
        self.with_face_s += seconds if frame.faces else 0.0
        runs: dict[int, _Run] = {}
        for face in frame.faces:
            face_id, label = _face_id(face), str(face["label"])
            before = self.runs.get(face_id)
            run = before if before is not None and before.label == label else _Run(label)
            if inside or seconds:
                tallies = (self._tally(face), self.everyone)
                if before is not None and run is not before and self._both_inside(before, frame):
                    for tally in tallies:
                        tally.transition(before.label, label)
                run.seconds += seconds
                for tally in tallies:
                    tally.time(run, seconds, first=not run.counted)
                run.counted = True
            run.last_s = frame.time_s
            runs[face_id] = run
        self.runs = runs

    def _both_inside(self, before: _Run, frame: LoggedFrame) -> bool:
        return self.begin <= before.last_s and frame.time_s < self.end

    def _tally(self, face: LogRecord) -> _FaceTally:
        face_id = _face_id(face)
        if face_id not in self.faces:
            self.faces[face_id] = _FaceTally(self.labels)
        return self.faces[face_id]

    def _probabilities(self, face: LogRecord) -> Floats:
        values: list[Any] = [face[f"p_{name}"] for name in self.labels]
        return np.array(values, np.float64)


def _face_id(face: LogRecord) -> int:
    value: Any = face["face_id"]
    return int(value)


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None
