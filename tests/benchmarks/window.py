"""The real window with the real network on a camera at 720p and 30 frames a second, for some minutes.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.window --minutes 1 --faces 4
    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.window --minutes 60 --curve hour.csv --plot hour.png

The picture changes as a person before a camera does; the camera is a script whose noise and scaling cost the
same cores some milliseconds a frame, which a real camera's driver takes too.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from fer_desktop import paths
from fer_desktop.app import Overrides, Program
from fer_desktop.capture.camera import CameraSource
from fer_desktop.capture.frame import Image
from fer_desktop.ui.cameras import Camera
from fer_desktop.ui.video_view import Latency
from fer_desktop.vision.insight import Insight
from fer_desktop.vision.model_file import ModelFile
from tests.fakes.camera import ScriptedCamera

FACES = (1, 4)
_BEAT_MS = 5
_SETTLE_S = 5.0
_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the curve: the last five seconds."""

    seconds: float
    memory_mib: float
    history_mib: float
    """Of it what the timeline remembers: an hour to eighty minutes."""
    painted_fps: float
    analysed_fps: float
    median_ms: float
    """Capture to screen."""
    high_ms: float
    """95th percentile of it."""


@dataclass(slots=True)
class Figures:
    """What came of the minutes."""

    moments: list[Moment] = field(default_factory=list)
    read: int = 0
    analysed: int = 0
    dropped: int = 0
    explained: int = 0
    """Saliency overlays that were computed."""
    seconds: float = 0.0
    beats_ms: array[float] = field(default_factory=lambda: array("f"))
    """How much later than due each beat of a timer in the GUI thread was."""

    @property
    def growth_mib(self) -> float:
        """Of the second half over the first, medians."""
        sizes = [moment.memory_mib for moment in self.moments]
        middle = len(sizes) // 2
        return float(np.median(sizes[middle:]) - np.median(sizes[: max(1, middle)]))

    @property
    def sentence(self) -> str:
        """In a few lines."""
        beats = np.array(self.beats_ms)
        painted = np.median([moment.painted_fps for moment in self.moments])
        median = np.median([moment.median_ms for moment in self.moments])
        high = np.median([moment.high_ms for moment in self.moments])
        worst = max(moment.high_ms for moment in self.moments)
        first, last = self.moments[0].memory_mib, self.moments[-1].memory_mib
        return (
            f"{self.seconds:.0f} s: read {self.read / self.seconds:.1f}/s, painted {painted:.1f}/s, "
            f"analysed {self.analysed / self.seconds:.1f}/s, passed over {self.dropped}, "
            f"overlays {self.explained / self.seconds:.1f}/s;\n"
            f"capture to screen median {median:.0f} ms, 95 % {high:.0f} ms (worst 5 s {worst:.0f});\n"
            f"GUI stalls: longest {beats.max():.0f} ms, {int((beats > 50).sum())} of {len(beats)} "
            "over 50 ms;\n"
            f"memory {first:.0f} to {last:.0f} MiB, second half {self.growth_mib:+.1f}, "
            f"of which the timeline remembers {self.moments[-1].history_mib:.0f}"
        )


class CountedInsight:
    """Also counts the questions that were answered."""

    def __init__(self) -> None:
        self.count = 0
        self._insight: Insight | None = None

    def load(self, model: ModelFile) -> CountedInsight:
        self._insight = Insight(model)
        return self

    def heat(self, face: NDArray[np.uint8], label: int) -> NDArray[np.float32]:
        assert self._insight is not None
        self.count += 1
        return self._insight.heat(face, label)

    def read(self, face: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert self._insight is not None
        return self._insight.read(face)


class Painted(Latency):
    """Also counts the pictures that were painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def add(self, now_s: float, milliseconds: float) -> None:
        self.count += 1
        super().add(now_s, milliseconds)


class Heartbeat:
    """Ticks in the GUI thread; whatever holds the thread up shows as a long beat."""

    def __init__(self, beats: array[float]) -> None:
        self._beats = beats
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start(_BEAT_MS)

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self._beats.append(1000 * (now - self._last) - _BEAT_MS)
        self._last = now


def pictures(faces: int = 1) -> list[Image]:
    """Six seconds of one face, or four, 1280 x 720, forward and back so that nothing jumps."""
    capture = cv2.VideoCapture(str(paths.demo_clip()))
    found = []
    for _ in range(90):
        taken, frame = capture.read()
        assert taken
        one = frame[60:420]
        whole = one if faces == 1 else np.vstack([np.hstack([one, one[:, ::-1]])] * 2)
        found.append(np.asarray(cv2.resize(whole, (1280, 720)), np.uint8))
    capture.release()
    return [*found, *reversed(found)]


def resident_mib() -> float:
    """Memory of this process that is really in use (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def wait(seconds: float, until: Callable[[], object] = lambda: False) -> None:
    """Let the window live for so long, or until something is true."""
    end_s = time.perf_counter() + seconds
    while (left_s := end_s - time.perf_counter()) > 0 and not until():
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * min(left_s, 1.0)), loop.quit)
        loop.exec()


def run_window(home: Path, minutes: float, *, faces: int = 1, why: bool = True) -> Figures:
    """Open the camera, record, and watch; the session lies in `home`/sessions."""
    camera, insight = ScriptedCamera(pictures(faces), fps=30), CountedInsight()
    program = Program(
        home / "settings.json",
        Overrides(provider="cpu"),
        make=lambda _: CameraSource(0, driver=camera),
        find_cameras=lambda: [Camera("Test Camera", "camera:0")],
        load_insight=insight.load,
    )
    program.store.change(sessions_folder=str(home / "sessions"), notice_seen=True)
    window, controller = program.window, program.controller
    view = window.stage.view
    view.latency = painted = Painted()
    window.resize(1280, 800)
    window.show()
    controller.open("camera:0")
    wait(20, lambda: view.shown is not None)
    if why:
        window.actions_["why"].trigger()
    window.actions_["record"].trigger()
    wait(_SETTLE_S)

    running = controller.current
    assert running is not None
    figures = Figures()
    before, started = running.engine.counters(), time.perf_counter()
    heartbeat = Heartbeat(figures.beats_ms)
    heartbeat.start()
    since, last_s, last, explained = painted.count, started, before, insight.count
    while time.perf_counter() - started < 60 * minutes:
        wait(_EVERY_S)
        now_s, now = time.perf_counter(), running.engine.counters()
        found = view.latency.percentiles(now_s)
        assert found is not None, "pictures are painted all the time"
        span_s = now_s - last_s
        figures.moments.append(
            Moment(
                now_s - started,
                resident_mib(),
                (window.timeline.history.bytes if window.timeline.history is not None else 0) / 2**20,
                (painted.count - since) / span_s,
                (now.analysed - last.analysed) / span_s,
                *found,
            )
        )
        since, last_s, last = painted.count, now_s, now
    heartbeat.stop()
    figures.seconds = time.perf_counter() - started
    figures.read = last.read - before.read
    figures.analysed = last.analysed - before.analysed
    figures.dropped = last.dropped - before.dropped
    figures.explained = insight.count - explained
    window.actions_["record"].trigger()
    window.close()
    program.words.speak("en")
    window.deleteLater()
    return figures


def write_curve(figures: Figures, path: Path) -> None:
    """Every five seconds as a line of CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(column.name for column in fields(Moment))
        rows.writerows([f"{value:.2f}" for value in asdict(moment).values()] for moment in figures.moments)


def plot_curve(figures: Figures, path: Path) -> None:
    """Memory over the minutes, and beneath it what was painted and analysed."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    minutes = [moment.seconds / 60 for moment in figures.moments]
    drawn, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(8, 5), layout="constrained")
    above.plot(minutes, [moment.memory_mib for moment in figures.moments], color="#0072B2")
    above.set_ylabel("resident memory, MiB")
    above.set_ylim(bottom=0)
    below.plot(minutes, [moment.painted_fps for moment in figures.moments], color="#0072B2", label="painted")
    below.plot(
        minutes,
        [moment.analysed_fps for moment in figures.moments],
        color="#D55E00",
        ls="--",
        label="analysed",
    )
    below.set_ylabel("frames a second")
    below.set_ylim(bottom=0)
    below.set_xlabel("minutes")
    below.legend(frameon=False, loc="lower left")
    for axes in (above, below):
        axes.spines[["top", "right"]].set_visible(False)
    drawn.savefig(path, dpi=100)
    plt.close(drawn)


def main(arguments: Sequence[str]) -> None:
    """Watch, and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--faces", type=int, choices=FACES, default=1)
    parser.add_argument("--no-why", action="store_true", help="without the saliency overlay")
    parser.add_argument("--curve", type=Path, help="a CSV file with a line for every five seconds")
    parser.add_argument("--plot", type=Path, help="the same as a picture")
    chosen = parser.parse_args(arguments)
    app = QApplication.instance() or QApplication([])
    with TemporaryDirectory() as home:
        figures = run_window(Path(home), chosen.minutes, faces=chosen.faces, why=not chosen.no_why)
        app.sendPostedEvents()
    print(figures.sentence)
    if chosen.curve is not None:
        write_curve(figures, chosen.curve)
    if chosen.plot is not None:
        plot_curve(figures, chosen.plot)


if __name__ == "__main__":
    main(sys.argv[1:])
