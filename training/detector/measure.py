"""A detector against the reference, on photos and clips that no training has seen.

What the reference believes in are the faces to find; what it only suspects is neither face nor false alarm.
Pictures are looked at as the product does, at one long side.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2
import numpy as np
import onnx
from onnxruntime import InferenceSession

from fer_desktop.vision.detector import LIVE_SIDE, CascadeDetector
from fer_desktop.vision.faces import Detection
from training.data.pictures import picture_files, read_colour
from training.detector.boxes import COLUMNS, Faces, Picture
from training.detector.decode import padded
from training.detector.export import INPUT
from training.detector.score import LEAST_SIDE, Agreement, agreement
from training.detector.sources import clips_in, fitted_into, frames_of, kept_for_measuring
from training.detector.teacher import SURE, FaceFinder, Labels
from training.errors import DataError
from training.files import write_whole
from training.onnx_files import open_model

DISTANCES: Final = (1.0, 0.5, 0.25)
"""Every picture is also looked at so much smaller, because photos of many small faces are rare."""
SIZES: Final = ((12.0, 20.0), (20.0, 40.0), (40.0, 80.0), (80.0, 160.0), (160.0, float("inf")))
"""Longer sides of faces in pixels of the picture as it is looked at, told apart in the table."""
ALL: Final = (LEAST_SIDE, float("inf"))
THRESHOLDS: Final = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
_ROUNDS: Final = 40
"""Every detector is timed this often in turn and its best time counts: a busy moment hits none alone."""

_CASCADE: Final = 0.0
"""The cascade is taken at its word, without a threshold."""


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table: a detector at a threshold, for faces of some sizes."""

    detector: str
    threshold: float
    low: float
    high: float
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Alarms:
    """Faces that a detector sees, at the product's threshold, in pictures that have none."""

    detector: str
    pictures: int
    alarms: int


@dataclass(frozen=True, slots=True)
class Speed:
    """Best milliseconds for a picture of `side` x `side` on one thread."""

    detector: str
    side: int
    opencv_ms: float
    onnxruntime_ms: float | None
    """None for a detector that is no network."""


def unseen_pictures(data: Path) -> Iterator[Picture]:
    """The photos and frames of clips that are kept for measuring (`sources.kept_for_measuring`).

    Raises `DataError` if the data folder has neither.
    """
    photos = kept_for_measuring(picture_files(data / "photos")) if (data / "photos").is_dir() else []
    clips = kept_for_measuring(clips_in(data / "clips")) if (data / "clips").is_dir() else []
    if not photos and not clips:
        raise DataError(f"{data}: has no photos or clips (at least two) to measure on.")
    for photo in photos:
        yield read_colour(photo)
    for clip in clips:
        yield from frames_of(clip)


def measure_detector(
    model: Path,
    reference: Path,
    pictures: Iterable[Picture],
    side: int = LIVE_SIDE,
    threshold: float = SURE,
) -> list[Case]:
    """How the detector agrees with the reference by threshold, and the cascade beside it.

    `threshold` is the score from which the program is to believe it.

    By sizes of faces the pictures are also looked at from farther away.

    Raises `DataError` if there are no pictures or a file is no detector.
    """
    lowest = min(*THRESHOLDS, threshold)
    ours, theirs, cascade = FaceFinder(model, lowest), FaceFinder(reference), CascadeDetector()
    totals: dict[tuple[str, float, float, float], Agreement] = {}

    for picture, distance in ((picture, distance) for picture in pictures for distance in DISTANCES):
        seen = fitted_into(picture, round(side * distance))
        known, known_scores = theirs.find(seen)
        labels = Labels(known, known_scores >= SURE)
        faces, scores = ours.find(seen)
        asked = sorted({*THRESHOLDS, threshold})
        answers = [(ours.name, least, faces[scores >= least]) for least in asked]
        answers.append((cascade.name, _CASCADE, _rows(cascade.detect(seen, side))))
        for name, least, found in answers:
            by_size = SIZES if least in {threshold, _CASCADE} else ()
            for low, high in (ALL, *by_size) if distance == 1 else by_size:
                key = (name, least, low, high)
                counted = agreement(labels, found, low, high)
                if name == cascade.name:  # it has no landmarks
                    counted = replace(counted, errors=np.empty(0, np.float32))
                totals[key] = totals.get(key, Agreement.none()) + counted
    if not totals:
        raise DataError("There is no picture to measure on.")
    return [Case(*key, total) for key, total in totals.items()]


def _rows(detections: Sequence[Detection]) -> Faces:
    """Boxes without landmarks as rows."""
    rows = np.zeros((len(detections), COLUMNS), np.float32)
    for row, detection in zip(rows, detections, strict=True):
        box = detection.box
        row[:4] = box.x, box.y, box.w, box.h
    return rows


def measure_false_alarms(
    model: Path,
    reference: Path,
    pictures: Iterable[Picture],
    side: int = LIVE_SIDE,
    threshold: float = SURE,
) -> list[Alarms]:
    """What both detectors and the cascade take for faces in pictures that have none."""
    cascade = CascadeDetector()
    networks = [FaceFinder(model, threshold), FaceFinder(reference, SURE)]
    counts = [0, 0, 0]
    seen = 0
    for picture in pictures:
        small = fitted_into(picture, side)
        found = [len(finder.find(small)[0]) for finder in networks] + [len(cascade.detect(small, side))]
        counts = [count + new for count, new in zip(counts, found, strict=True)]
        seen += 1
    names = [*(finder.name for finder in networks), cascade.name]
    return [Alarms(name, seen, count) for name, count in zip(names, counts, strict=True)]


def measure_speed(model: Path, reference: Path, picture: Picture, side: int = LIVE_SIDE) -> list[Speed]:
    """Time of one picture (side, side) through OpenCV and ONNX Runtime, side by side; all on one thread."""
    seen = np.asarray(cv2.resize(picture, (side, side)), np.uint8)
    pixels = padded(seen).transpose(2, 0, 1)[None].astype(np.float32)
    cascade, finders = CascadeDetector(), [FaceFinder(path, SURE) for path in (model, reference)]
    sessions = [_of_any_size(path) for path in (model, reference)]
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        times = fastest(
            [
                *(partial(finder.find, seen) for finder in finders),
                partial(cascade.detect, seen, side),
                *(partial(session.run, None, {INPUT: pixels}) for session in sessions),
            ]
        )
    finally:
        cv2.setNumThreads(threads)
    networks = zip(finders, times[:2], times[3:], strict=True)
    return [
        *(Speed(finder.name, side, opencv, runtime) for finder, opencv, runtime in networks),
        Speed(cascade.name, side, times[2], None),
    ]


def fastest(works: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of the fastest of several rounds for each."""
    best = [float("inf")] * len(works)
    for _ in range(_ROUNDS):
        for place, work in enumerate(works):
            work()  # the first time pays for what the one before left in the processor's caches
            started = time.perf_counter()
            work()
            best[place] = min(best[place], (time.perf_counter() - started) * 1e3)
    return best


def _of_any_size(path: Path) -> InferenceSession:
    """A session on one thread for any size of picture, also where the file was written for one size."""
    model = onnx.load(path)
    graph = model.graph
    for number, name in ((2, "height"), (3, "width")):
        graph.input[0].type.tensor_type.shape.dim[number].dim_param = name
    for output in graph.output:
        output.type.tensor_type.shape.dim[1].dim_param = f"{output.name}_cells"
    del graph.value_info[:]
    with TemporaryDirectory() as folder:
        freed = Path(folder) / path.name
        onnx.save_model(model, freed)
        return open_model(freed, threads=1)


def write_measures(
    cases: Sequence[Case], alarms: Sequence[Alarms], speeds: Sequence[Speed], out: Path
) -> None:
    """Agreement as `detector.csv`, everything as `detector.json`.

    Raises `RunError` if they cannot be written.
    """
    rows = [
        {
            "detector": case.detector,
            "threshold": case.threshold,
            "from": case.low,
            "below": None if np.isinf(case.high) else case.high,
            "faces": case.agreement.known,
            "found": case.agreement.found,
            "detections": case.agreement.detections,
            "false": case.agreement.false,
            **{
                name: None if np.isnan(value) else round(value, 5)
                for name, value in case.agreement.as_row().items()
            },
        }
        for case in cases
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(out / "detector.csv", text.getvalue())
    told = {
        "agreement": rows,
        "without faces": [asdict(alarm) for alarm in alarms],
        "speed": [asdict(speed) for speed in speeds],
    }
    write_whole(out / "detector.json", json.dumps(told, indent=1) + "\n")
