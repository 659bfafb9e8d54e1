"""The one description of every table of a session.

Header, rows, reader, data dictionary and documentation are all made from these columns, so that they
cannot drift apart. An empty cell means "missing"; nothing that is missing is ever written as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from fer_desktop.emotions import EMOTIONS, FER2013_LABELS
from fer_desktop.engine.result import Face, Result
from fer_desktop.session.events import Event
from fer_desktop.session.states import StateRun
from fer_desktop.session.table import Column, Kind, Table, Value

SCHEMA_VERSION: Final = 2
"""Rises when a column or a field comes, goes away or changes its meaning; older sessions are read."""
_LATER: Final = {"yaw": 2}
"""Columns that the first version did not have, and the one that brought them."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """What the getters of the log see: one face of a result, or a result without faces."""

    result: Result
    face: Face | None
    t_s: float
    utc: str
    raw: Sequence[float]
    """Probabilities in the order of the model's labels; empty without a face."""
    smoothed: Sequence[float]
    corrected: Sequence[float]
    """Empty where the face has no baseline."""


def log_rows(result: Result, t_s: float, utc: str) -> list[LogRow]:
    """One row for each face, or one that says why there is none."""
    if not result.faces:
        return [LogRow(result, None, t_s, utc, (), (), ())]
    return [
        LogRow(
            result,
            face,
            t_s,
            utc,
            face.reading.probabilities.tolist(),
            face.smoothed.tolist(),
            () if face.corrected is None else face.corrected.tolist(),
        )
        for face in result.faces
    ]


LogGetter = Callable[[LogRow], Value]


def _of_face(getter: Callable[[Face], Value]) -> LogGetter:
    return lambda row: None if row.face is None else getter(row.face)


def _place_of(values: Callable[[LogRow], Sequence[float]], place: int | None) -> LogGetter:
    return lambda row: values(row)[place] if values(row) and place is not None else None


_BEFORE: Final[tuple[Column[LogRow], ...]] = (
    Column(
        "frame",
        Kind.INTEGER,
        "",
        "0-based index of the frame in the source, counting frames that were not analysed.",
        lambda row: row.result.frame.index,
    ),
    Column(
        "t_s",
        Kind.REAL,
        "s",
        "Time since session start, monotonic, taken when the frame was captured. "
        "0 for a frame of a file that was decoded before the log was opened.",
        lambda row: row.t_s,
        digits=6,
    ),
    Column(
        "utc",
        Kind.TEXT,
        "ISO 8601",
        "The same moment in UTC, with milliseconds and `Z`: session start plus `t_s`.",
        lambda row: row.utc,
    ),
    Column(
        "media_t_s",
        Kind.REAL,
        "s",
        "Presentation time of the frame in the file, from its first frame (never frame/fps). "
        "Empty for cameras and streams.",
        lambda row: row.result.frame.media_t_s,
        digits=6,
    ),
    Column(
        "file",
        Kind.TEXT,
        "",
        "Name of the picture within its folder. Empty for all other sources.",
        lambda row: row.result.frame.file,
    ),
    Column(
        "face_id",
        Kind.INTEGER,
        "",
        "The person over time; stable while tracked, never used again within a session.",
        _of_face(lambda face: face.reading.face_id),
    ),
    Column(
        "success",
        Kind.INTEGER,
        "",
        "1: this row describes a face. 0: it does not, and `reason` says why.",
        lambda row: int(row.face is not None),
    ),
    Column(
        "reason",
        Kind.TEXT,
        "",
        "Where `success` is 0: `no_face`, `too_dark`, `too_small`, `out_of_frame`, `not_analysed`, `error`.",
        lambda row: row.result.reason if row.face is None else None,
    ),
    Column(
        "confidence",
        Kind.REAL,
        "0 to 1",
        "The detector's confidence that this is a face, from the last time it looked.",
        _of_face(lambda face: face.reading.confidence),
        digits=5,
    ),
    Column(
        "label",
        Kind.TEXT,
        "",
        "The most probable expression, or `unsure` where its probability is under the model's threshold.",
        _of_face(lambda face: face.reading.label),
    ),
)

_ENTROPY: Final[Column[LogRow]] = Column(
    "entropy",
    Kind.REAL,
    "bit",
    "Of the `p_` values: 0 is certain, log2 of the number of labels knows nothing.",
    _of_face(lambda face: face.reading.entropy),
    digits=5,
)

_AFTER: Final[tuple[Column[LogRow], ...]] = (
    Column(
        "box_x",
        Kind.REAL,
        "px",
        "Left edge of the face in the frame; may lie outside of it.",
        _of_face(lambda face: face.reading.box.x),
        digits=2,
    ),
    Column(
        "box_y",
        Kind.REAL,
        "px",
        "Top edge of the face in the frame; may lie outside of it.",
        _of_face(lambda face: face.reading.box.y),
        digits=2,
    ),
    Column(
        "box_w", Kind.REAL, "px", "Width of the face.", _of_face(lambda face: face.reading.box.w), digits=2
    ),
    Column(
        "box_h", Kind.REAL, "px", "Height of the face.", _of_face(lambda face: face.reading.box.h), digits=2
    ),
    Column(
        "roll",
        Kind.REAL,
        "degree",
        "Rotation of the face in the picture, clockwise positive. Empty without landmarks.",
        _of_face(lambda face: face.reading.roll),
        digits=2,
    ),
    Column(
        "yaw",
        Kind.REAL,
        "degree",
        "Turn of the head, to the right in the picture positive; coarse, from the nose's place between eyes "
        "and mouth. Empty without landmarks.",
        _of_face(lambda face: face.reading.yaw),
        digits=2,
    ),
    Column(
        "brightness",
        Kind.REAL,
        "0 to 255",
        "Mean grey value of the face.",
        _of_face(lambda face: face.reading.brightness),
        digits=2,
    ),
    Column(
        "sharpness",
        Kind.REAL,
        "grey²",
        "Variance of the Laplacian of the face as the network sees it; low means blurred.",
        _of_face(lambda face: face.reading.sharpness),
        digits=2,
    ),
    Column(
        "infer_ms",
        Kind.REAL,
        "ms",
        "Detection and classification of the whole frame. Empty if it was not analysed.",
        lambda row: row.result.infer_ms,
        digits=2,
    ),
    Column(
        "latency_ms",
        Kind.REAL,
        "ms",
        "From capture to result. Empty if the frame was not analysed.",
        lambda row: row.result.latency_ms,
        digits=2,
    ),
    Column(
        "dropped_before",
        Kind.INTEGER,
        "frames",
        "Frames passed over since the last analysed one. The same in every row of a frame.",
        lambda row: row.result.dropped_before,
    ),
)


def log_table(labels: Sequence[str], version: int = SCHEMA_VERSION) -> Table[LogRow]:
    """The log for a model with these labels, as a version of the schema has it.

    The seven expressions of FER2013 always have their columns (empty where the model lacks one), so
    that logs of different models can be laid side by side; contempt has them only if the model knows it.
    """
    place = {label: number for number, label in enumerate(labels)}
    written = [name for name in EMOTIONS if name in FER2013_LABELS or name in place]

    def columns(
        prefix: str, sentence: str, values: Callable[[LogRow], Sequence[float]]
    ) -> list[Column[LogRow]]:
        return [
            Column(
                f"{prefix}_{name}",
                Kind.REAL,
                "0 to 1",
                sentence.format(name=name),
                _place_of(values, place.get(name)),
                digits=5,
            )
            for name in written
        ]

    raw = columns("p", "Calibrated probability of {name}, untouched by smoothing.", lambda row: row.raw)
    smoothed = columns("s", "Probability of {name}, smoothed over time.", lambda row: row.smoothed)
    corrected = columns(
        "b",
        "Probability of {name} less the face's own resting expression; empty without a baseline.",
        lambda row: row.corrected,
    )
    after = [column for column in _AFTER if _LATER.get(column.name, 1) <= version]
    return Table("log.csv", (*_BEFORE, *raw, _ENTROPY, *smoothed, *corrected, *after))


STATES: Final[Table[StateRun]] = Table(
    "states.csv",
    (
        Column("face_id", Kind.INTEGER, "", "The person, as in the log.", lambda run: run.face_id),
        Column("label", Kind.TEXT, "", "The expression, or `unsure`, as in the log.", lambda run: run.label),
        Column(
            "start_s",
            Kind.REAL,
            "s",
            "Time of the first frame: `media_t_s` where the source has it, else `t_s`.",
            lambda run: run.start_s,
            digits=6,
        ),
        Column(
            "end_s",
            Kind.REAL,
            "s",
            "Time of the next analysed frame, in which the label changed or the face was missing. "
            "Time of the run's own last frame before a gap, a jump in the file, and at the end.",
            lambda run: run.end_s,
            digits=6,
        ),
        Column(
            "mean_probability",
            Kind.REAL,
            "0 to 1",
            "Mean of the label's `p_` over its frames; of the highest `p_` where the label is `unsure`.",
            lambda run: run.mean_probability,
            digits=5,
        ),
        Column("frames", Kind.INTEGER, "frames", "Analysed frames in the run.", lambda run: run.frames),
    ),
)

EVENTS: Final[Table[Event]] = Table(
    "events.csv",
    (
        Column("t_s", Kind.REAL, "s", "Time since session start, as in the log.", lambda event: event.t_s, 6),
        Column(
            "kind",
            Kind.TEXT,
            "",
            "`marker`, `note`, `pause`, `resume`, `seek`, `source_lost`, `source_back`, `baseline_set`, "
            "`baseline_removed`, `face_named`, `dropped`, `unreadable`, ...",
            lambda event: event.kind,
        ),
        Column("label", Kind.TEXT, "", "What a person called it.", lambda event: event.label),
        Column("detail", Kind.TEXT, "", "More about it, as a sentence.", lambda event: event.detail),
    ),
)
