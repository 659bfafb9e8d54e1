"""How long each stage of a frame takes here, and how many frames a second that makes."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_desktop import paths
from fer_desktop.analyse import Options
from fer_desktop.capture.choose import make_source
from fer_desktop.capture.source import SourceState
from fer_desktop.engine.engine import Engine, Observer, Pace
from fer_desktop.engine.result import Result
from fer_desktop.errors import UserError
from fer_desktop.vision.vision import Vision

_MOST_FRAMES = 600
_EMPTY_READS = 20
_RATE_LIMIT_S = 120.0
_LIVE_S = 5.0
_DRAW_S = 2.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds of one stage over all frames."""

    mean: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Times of a source's frames, one after the other and through the whole engine."""

    source: str
    width: int
    height: int
    frames: int
    provider: str
    detector: str
    stages: dict[str, Spread]
    """decode, detect (with following), classify, draw (the window's picture with its overlay)."""
    frames_per_s: float
    """Through the engine's two threads, no frame left out."""
    times_real_time: float | None
    """That rate divided by the source's nominal one."""
    latency_ms: Spread
    """From capture to result with the source played in real time."""


def _spread(values: list[float]) -> Spread:
    array: NDArray[np.float64] = np.array(values or [0.0])
    p50, p95 = np.percentile(array, [50, 95])
    return Spread(float(array.mean()), float(p50), float(p95))


def benchmark(text: str, options: Options) -> Benchmark:
    """Measure up to 600 frames of a source; raises `UserError` if it has none."""
    model = paths.find_model(options.model)
    vision = Vision(model, options.detector, options.provider)
    source = make_source(text)
    info = source.open()
    decode: list[float] = []
    detect: list[float] = []
    classify: list[float] = []
    empty = 0
    try:
        while len(decode) < _MOST_FRAMES and empty < _EMPTY_READS:
            started = time.perf_counter()
            frame = source.read()
            if frame is None:
                if source.state is SourceState.ENDED:
                    break
                empty += 1
                continue
            decode.append(1000 * (time.perf_counter() - started))
            sight = vision.look(frame.image, frame.captured_s if frame.media_t_s is None else frame.media_t_s)
            detect.append(sight.detect_ms)
            if sight.faces:
                classify.append(sight.classify_ms)
    finally:
        source.close()
    if not decode:
        raise UserError(f"{info.name} gave no frame to measure.", "Choose another source.")
    rate = _rate(text, model, options)
    return Benchmark(
        source=info.name,
        width=info.width,
        height=info.height,
        frames=len(decode),
        provider=vision.provider,
        detector=vision.detector_name,
        stages={
            "decode": _spread(decode),
            "detect": _spread(detect),
            "classify": _spread(classify),
            "draw": _spread(_draw_times(text, model, options)),
        },
        frames_per_s=rate,
        times_real_time=rate / info.nominal_fps if info.nominal_fps else None,
        latency_ms=_spread(_latencies(text, model, options)),
    )


def _rate(text: str, model: Path, options: Options) -> float:
    """Frames per second through the engine, from the first result to the last."""
    times: list[float] = []
    _run(
        text,
        model,
        options,
        Pace.EVERY_FRAME,
        lambda _: times.append(time.perf_counter()),
        limit_s=_RATE_LIMIT_S,
    )
    return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0


def _latencies(text: str, model: Path, options: Options) -> list[float]:
    """Milliseconds from capture to result, with the source in real time."""
    found: list[float] = []

    def note(result: Result) -> None:
        if result.latency_ms is not None:
            found.append(result.latency_ms)

    _run(text, model, options, Pace.LATEST, note, limit_s=_LIVE_S)
    return found


def _draw_times(text: str, model: Path, options: Options) -> list[float]:
    """Milliseconds to paint the picture with its overlay, without a screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from fer_desktop.ui.measure import paint_times  # noqa: PLC0415 - Qt only where it is measured

    results: list[Result] = []
    vision = _run(text, model, options, Pace.LATEST, results.append, limit_s=_DRAW_S)
    return paint_times([result for result in results if result.analysed], vision.labels)


def _run(
    text: str, model: Path, options: Options, pace: Pace, observer: Observer, *, limit_s: float
) -> Vision:
    """Run a source to its end, or for some seconds."""
    engine = Engine(
        make_source(text),
        lambda: Vision(model, options.detector, options.provider),
        [observer],
        pace=pace,
    )
    engine.start()
    engine.wait(limit_s)
    engine.stop()
    if engine.error is not None:
        raise engine.error
    assert engine.vision is not None
    return engine.vision
