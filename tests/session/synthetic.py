"""Results and sources made up for tests: no camera, no network, no picture that means anything."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fer_desktop.capture.frame import Frame
from fer_desktop.capture.source import SourceInfo, SourceKind
from fer_desktop.emotions import FERPLUS_LABELS
from fer_desktop.engine.result import Face, Result
from fer_desktop.session.recorder import Recorder
from fer_desktop.vision.faces import Box, FaceReading
from fer_desktop.vision.model_file import FaceBox, Framing, Head, ModelFile


def make_model(labels: Sequence[str] = FERPLUS_LABELS) -> ModelFile:
    return ModelFile(
        path=Path("models") / "expression.onnx",
        sha256="ab" * 32,
        name="expression",
        version="1",
        heads=(Head("ferplus", tuple(labels), 1.5, 0.4),),
        input_size=48,
        crop=Framing(48, {"cascade": FaceBox(24, 24, 40, 40)}),
        data="made up",
        licence="MIT",
    )


def make_info(
    name: str = "Test camera", kind: SourceKind = SourceKind.CAMERA, path: str = "", fps: float | None = 30.0
) -> SourceInfo:
    return SourceInfo(kind, name, path, 640, 480, fps, None, None)


def make_face(
    face_id: int = 1,
    label: str = "happiness",
    probability: float = 0.86,
    labels: Sequence[str] = FERPLUS_LABELS,
) -> Face:
    rest = (1 - probability) / (len(labels) - 1)
    raw = np.full(len(labels), rest, np.float32)
    raw[labels.index(label) if label in labels else 0] = probability
    smoothed = np.full(len(labels), 1 / len(labels), np.float32)
    reading = FaceReading(
        face_id=face_id,
        box=Box(10.25, -3.5, 120.0, 121.0),
        confidence=0.93,
        logits=np.log(raw),
        probabilities=raw,
        label=label,
        entropy=0.75,
        roll=None,
        brightness=127.5,
        sharpness=250.5,
        square=Box(8.0, -5.0, 124.0, 124.0),
        seen=np.zeros((48, 48), np.uint8),
    )
    return Face(reading, smoothed, label, 0.0)


def make_result(
    index: int = 0,
    *faces: Face,
    reason: str = "",
    captured_s: float | None = None,
    media_t_s: float | None = None,
    file: str = "",
    dropped_before: int = 0,
) -> Result:
    analysed = reason not in {"not_analysed", "error"}
    return Result(
        frame=Frame(
            index,
            np.zeros((4, 4, 3), np.uint8),
            time.perf_counter() if captured_s is None else captured_s,
            media_t_s,
            file,
        ),
        faces=faces,
        reason=reason or ("" if faces else "no_face"),
        infer_ms=12.34 if analysed else None,
        latency_ms=23.46 if analysed else None,
        dropped_before=dropped_before,
    )


def make_recorder(parent: Path, info: SourceInfo | None = None, **options: Any) -> Recorder:
    settings = {"detector": "cascade", "smoothing_s": 0.3, "model": Path("expression.onnx")}
    return Recorder(parent, info or make_info(), make_model(), "CPU", settings, **options)


def record_at_30_fps(parent: Path) -> None:
    """Record until killed; to be run in another process."""
    recorder = make_recorder(parent)
    recorder.start()
    index = 0
    while True:
        recorder(make_result(index, make_face(1, "happiness" if index % 50 < 25 else "anger"), make_face(2)))
        index += 1
        time.sleep(1 / 30)
