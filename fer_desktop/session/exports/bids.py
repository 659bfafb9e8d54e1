"""`bids`: a data set of the Brain Imaging Data Structure: states, events, and evenly sampled readings.

https://bids-specification.readthedocs.io: events in `_events.tsv`, readings as "physiological and other
continuous recordings" (`_physio.tsv.gz`), each with its JSON sidecar.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fer_desktop.emotions import EMOTIONS
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.methods import methods_paragraph
from fer_desktop.session.exports.resample import FaceSeries, face_series
from fer_desktop.session.exports.text import one_line
from fer_desktop.session.frames import has_time
from fer_desktop.session.states import gap_s

BIDS_VERSION: Final = "1.10.0"
TASK: Final = "expressions"
_PREFIX: Final = f"sub-01_task-{TASK}"
_USUAL_HZ: Final = 30.0
_HIGHEST_HZ: Final = 120.0
_MISSING: Final = "n/a"


def write_bids(material: Material, path: Path, home: Path | None) -> None:  # noqa: ARG001
    """A data set of one subject in a new folder; each face is a recording of its own."""
    folder = path / "sub-01" / "beh"
    folder.mkdir(parents=True)
    _write_json(path / "dataset_description.json", _description(material))
    (path / "README.md").write_text(_readme(material), encoding="utf-8")
    (path / "participants.tsv").write_text("participant_id\nsub-01\n", encoding="utf-8")
    _write_events(material, folder)
    if has_time(material.metadata):
        columns = [f"p_{name}" for name in EMOTIONS if name in material.metadata.model.labels]
        limit_s = gap_s(material.metadata.source.nominal_fps)
        for face_id, series in face_series(material.frames(), [*columns, "confidence"], limit_s).items():
            _write_physio(material, folder, face_id, series, [*columns, "confidence"])


def sampling_rate(nominal_fps: float | None) -> float:
    """The source's own rate; 30 Hz where it states none, or one that no camera has."""
    return nominal_fps if nominal_fps and nominal_fps <= _HIGHEST_HZ else _USUAL_HZ


def _description(material: Material) -> dict[str, Any]:
    app = material.metadata.app
    return {
        "Name": material.name,
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": app.name, "Version": app.version}],
    }


def _readme(material: Material) -> str:
    return (
        f"# {material.name}\n\n{methods_paragraph(material)}\n\n"
        f"One session is one subject (`sub-01`), one task (`{TASK}`: the program cannot know the real one; "
        "rename it). `recording-faceN` is the face N of the session. A person who was away for long may have "
        "come back as another face. Values are the raw calibrated probabilities, taken at even steps from "
        "the frame that held at that moment; `n/a` where the face was missing or nothing was recorded.\n"
    )


def _write_events(material: Material, folder: Path) -> None:
    rows: list[tuple[float, list[str]]] = []
    for run in material.session.states():
        duration_s, probability = run.end_s - run.start_s, run.mean_probability
        cells = [f"{duration_s:.6f}", run.label, str(run.face_id), f"{probability:.5f}", str(run.frames)]
        rows.append((run.start_s, [*cells, _MISSING, _MISSING]))
    for timed in material.events:
        event = timed.event
        texts = [one_line(text).strip() or _MISSING for text in (event.label, event.detail)]
        rows.append((timed.time_s, ["0", one_line(event.kind), _MISSING, _MISSING, _MISSING, *texts]))
    rows.sort(key=lambda row: row[0])
    with (folder / f"{_PREFIX}_events.tsv").open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(["onset", "duration", *_EVENT_COLUMNS]) + "\n")
        file.writelines("\t".join([f"{onset_s:.6f}", *cells]) + "\n" for onset_s, cells in rows)
    _write_json(folder / f"{_PREFIX}_events.json", {**_task(), **_EVENT_COLUMNS})


_EVENT_COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "trial_type": {
        "LongName": "Expression or kind of event",
        "Description": "For a run of one label: the expression that the face shows, or `unsure`. Else what "
        "happened, such as `marker` or `pause`.",
    },
    "face_id": {"Description": "The face, as in `recording-face<face_id>`; n/a for events."},
    "mean_probability": {
        "Description": "Mean calibrated probability of the label over the run (of the highest one where the "
        "label is `unsure`), 0 to 1."
    },
    "frames": {"Description": "Analysed frames in the run."},
    "event_label": {"Description": "What a person called the event."},
    "event_detail": {"Description": "More about the event, as a sentence."},
}


def _write_physio(
    material: Material, folder: Path, face_id: int, series: FaceSeries, columns: list[str]
) -> None:
    rate_hz = sampling_rate(material.metadata.source.nominal_fps)
    start_s, samples = series.at_rate(rate_hz)
    name = f"{_PREFIX}_recording-face{face_id}_physio"
    missing = "\t".join([_MISSING] * len(columns)) + "\n"
    # No name and no time in the header: the same session gives the same file.
    with (
        (folder / f"{name}.tsv.gz").open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as file,
    ):
        for values in samples:
            file.write((missing if values is None else "\t".join(map(_cell, values)) + "\n").encode())
    descriptions = {column.name: column.description for column in material.session.log.columns}
    sidecar = {
        **_task(),
        "SamplingFrequency": rate_hz,
        "StartTime": round(start_s, 6),
        "Columns": columns,
        **{
            name: {"Description": f"{descriptions[name]} 0 to 1; n/a: not known.", "Units": "arbitrary"}
            for name in columns
        },
    }
    _write_json(folder / f"{name}.json", sidecar)


def _task() -> dict[str, str]:
    return {
        "TaskName": TASK,
        "TaskDescription": "Faces were recorded or a file was analysed; the program does not know the task.",
    }


def _cell(value: float) -> str:
    return f"{value:.5f}" if math.isfinite(value) else _MISSING


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
