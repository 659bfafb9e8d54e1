"""`openface`: the columns of OpenFace 2's FeatureExtraction that we can fill, then ours.

https://github.com/TadasBaltrusaitis/OpenFace/wiki/Output-Format. No action unit, gaze or pose is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fer_desktop.emotions import EMOTIONS
from fer_desktop.session.exports.material import Material
from fer_desktop.session.frames import LogRecord
from fer_desktop.session.table import Column, Kind, Table

THEIRS: Final = ("frame", "face_id", "timestamp", "confidence", "success")


def write_openface(material: Material, path: Path, home: Path | None) -> None:  # noqa: ARG001
    """One CSV file with a row per frame and face, as in the log."""
    labels = [name for name in EMOTIONS if name in material.metadata.model.labels]
    table = _table(labels)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(table.header)
        file.writelines(table.line(row) for row in material.rows())


def _table(labels: Sequence[str]) -> Table[LogRecord]:
    def ours(name: str) -> Column[LogRecord]:
        # OpenFace has `p_` columns of its own, of another meaning.
        return Column(
            f"expression_{name}", Kind.REAL, "0 to 1", "As in the log.", lambda row: row[f"p_{name}"], 5
        )

    return Table(
        "openface.csv",
        (
            Column("frame", Kind.INTEGER, "", "From 1, as OpenFace counts.", _frame_number),
            Column("face_id", Kind.INTEGER, "", "As in the log.", lambda row: row["face_id"]),
            Column("timestamp", Kind.REAL, "s", "As in states.csv.", _timestamp, 6),
            Column("confidence", Kind.REAL, "0 to 1", "As in the log.", lambda row: row["confidence"], 5),
            Column("success", Kind.INTEGER, "", "As in the log.", lambda row: row["success"]),
            Column("expression", Kind.TEXT, "", "`label` of the log.", lambda row: row["label"]),
            *map(ours, labels),
            Column("failure_reason", Kind.TEXT, "", "`reason` of the log.", lambda row: row["reason"]),
        ),
    )


def _frame_number(row: LogRecord) -> int:
    frame = row["frame"]
    assert isinstance(frame, int)
    return frame + 1


def _timestamp(row: LogRecord) -> float | str | None:
    return row["t_s"] if row["media_t_s"] is None else row["media_t_s"]
