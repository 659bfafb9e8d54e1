"""Ratios that matter, each measured alternately in this run, because machines are noisy."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from fer_desktop import paths
from fer_desktop.analyse import Options, analyse
from fer_desktop.capture.frame import Image
from fer_desktop.vision.classifier import Classifier
from fer_desktop.vision.detector import CascadeDetector
from fer_desktop.vision.follow import Follower
from tests.benchmarks.second import with_a_second_network_against_alone

ROUNDS = 5


def demo_frames(count: int) -> list[Image]:
    """The first frames of the demo clip."""
    capture = cv2.VideoCapture(str(paths.demo_clip()))
    frames = []
    for _ in range(count):
        found, frame = capture.read()
        assert found
        frames.append(np.asarray(frame, np.uint8))
    capture.release()
    return frames


def medians(*ways: Callable[[], object]) -> list[float]:
    """Median milliseconds of each way, run in turns."""
    times: list[list[float]] = [[] for _ in ways]
    for way in ways:
        way()
    for _ in range(ROUNDS):
        for way, taken in zip(ways, times, strict=True):
            started = time.perf_counter()
            way()
            taken.append(1000 * (time.perf_counter() - started))
    return [float(np.median(taken)) for taken in times]


def detection_against_following() -> tuple[str, float, float]:
    """Searching each frame whole against following (milliseconds per frame)."""
    frames = demo_frames(60)
    detector = CascadeDetector()

    def search() -> None:
        for frame in frames:
            detector.detect(frame)

    def follow() -> None:
        follower = Follower(CascadeDetector())
        for i, frame in enumerate(frames):
            follower.follow(frame, i / 30)

    whole, followed = medians(search, follow)
    return "search each frame / follow, per frame", whole / len(frames), followed / len(frames)


def one_by_one_against_a_batch() -> tuple[str, float, float]:
    """Eight faces through the network one by one against all at once."""
    classifier = Classifier(paths.default_model(), "cpu")
    rng = np.random.default_rng(1)
    faces = [rng.integers(0, 255, (48, 48)).astype(np.uint8) for _ in range(8)]
    single, batch = medians(
        lambda: [classifier.classify([face]) for face in faces], lambda: classifier.classify(faces)
    )
    return "8 faces one by one / in one batch", single, batch


def real_time_against_analysis() -> tuple[str, float, float]:
    """The demo clip's own 20 seconds against its analysis, start of the network included."""
    started = time.perf_counter()
    with TemporaryDirectory() as folder:
        analyse("demo", Path(folder), Options(provider="cpu"))
    return "demo clip's duration / its analysis", 20_000.0, 1000 * (time.perf_counter() - started)


def main() -> None:
    """Print the table."""
    table = Table("compared", "first, ms", "second, ms", "ratio")
    for compare in (
        detection_against_following,
        one_by_one_against_a_batch,
        real_time_against_analysis,
        lambda: with_a_second_network_against_alone(demo_frames(60)),
    ):
        name, first, second = compare()
        table.add_row(name, f"{first:.1f}", f"{second:.1f}", f"{first / second:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
