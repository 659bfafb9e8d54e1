"""The summary of a session as a table: one row per face and label, each with its coverage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fer_desktop.session.statistics import FaceStatistics, LabelStatistics, Statistics
from fer_desktop.session.table import Column, Kind, Table


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One label of one face, or of all faces together."""

    whole: Statistics
    face: FaceStatistics
    label: LabelStatistics


SUMMARY: Final[Table[SummaryRow]] = Table(
    "summary.csv",
    (
        Column(
            "face_id",
            Kind.INTEGER,
            "",
            "The person, as in the log; empty: all faces together.",
            lambda row: row.face.face_id,
        ),
        Column("label", Kind.TEXT, "", "The expression, or `unsure`.", lambda row: row.label.label),
        Column(
            "share",
            Kind.REAL,
            "0 to 1",
            "Of the time that the face was seen (photos: of its frames).",
            lambda row: row.label.share,
            digits=5,
        ),
        Column(
            "seconds",
            Kind.REAL,
            "s",
            "Time for which the label held: each frame speaks until the next analysed one, not across gaps. "
            "For all faces together: added up over faces. 0 for photos.",
            lambda row: row.label.seconds,
            digits=6,
        ),
        Column("frames", Kind.INTEGER, "frames", "Frames with the label.", lambda row: row.label.frames),
        Column("runs", Kind.INTEGER, "runs", "Runs of the label.", lambda row: row.label.runs),
        Column("longest_s", Kind.REAL, "s", "The longest run.", lambda row: row.label.longest_s, digits=6),
        Column(
            "mean_p",
            Kind.REAL,
            "0 to 1",
            "Mean of the label's `p_` over all frames of the face; empty for `unsure`.",
            lambda row: row.label.mean,
            digits=5,
        ),
        Column(
            "sd_p",
            Kind.REAL,
            "0 to 1",
            "Sample standard deviation of the same.",
            lambda row: row.label.sd,
            digits=5,
        ),
        Column(
            "face_frames",
            Kind.INTEGER,
            "frames",
            "Frames that show the face, with any label.",
            lambda row: row.face.frames,
        ),
        Column(
            "face_s", Kind.REAL, "s", "Time that the face was seen.", lambda row: row.face.seconds, digits=6
        ),
        Column(
            "duration_s",
            Kind.REAL,
            "s",
            "Time of the whole session on the axis of the states, gaps included.",
            lambda row: row.whole.duration_s,
            digits=6,
        ),
        Column(
            "coverage",
            Kind.REAL,
            "0 to 1",
            "Share of `duration_s` in which the face was seen (photos: of the frames); for all faces "
            "together: in which at least one was. What the other columns say is known for this part only.",
            lambda row: row.face.coverage,
            digits=5,
        ),
    ),
)


def summary_rows(statistics: Statistics) -> Iterator[SummaryRow]:
    """All faces together, then each; labels in canonical order."""
    for face in (statistics.everyone, *statistics.faces):
        for label in face.labels:
            yield SummaryRow(statistics, face, label)


def percent(share: float | None) -> str:
    """`87.3 %`, or `-` where there is nothing to have a share of."""
    return "-" if share is None else f"{100 * share:.1f} %"
