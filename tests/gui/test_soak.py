"""Minutes of the real window with the real network: smooth, quick and of constant size.

Ten minutes by default; `SOAK_MINUTES=1 make soak` for a first look. The figures are printed, and
those that a loaded machine cannot spoil (memory, nothing lost from the log) are asserted.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from fer_desktop import paths
from fer_desktop.app import Overrides, Program
from fer_desktop.capture.camera import CameraSource
from fer_desktop.capture.frame import Image
from fer_desktop.session.reader import read_session
from fer_desktop.ui.cameras import Camera
from tests.fakes.camera import ScriptedCamera

_MINUTES = float(os.environ.get("SOAK_MINUTES", "10"))
_BEAT_MS = 5
_SETTLE_S = 5.0


def pictures() -> list[Image]:
    """Six seconds of one face, 1280 x 720, forward and back so that nothing jumps."""
    capture = cv2.VideoCapture(str(paths.demo_clip()))
    found = []
    for _ in range(90):
        taken, frame = capture.read()
        assert taken
        found.append(np.asarray(cv2.resize(frame[60:420], (1280, 720)), np.uint8))
    capture.release()
    return [*found, *reversed(found)]


def resident_mib() -> float:
    """Memory of this process that is really in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Heartbeat:
    """Ticks in the GUI thread; whatever holds the thread up shows as a long beat."""

    def __init__(self) -> None:
        self.beats: list[float] = []
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
        self.beats.append(1000 * (now - self._last) - _BEAT_MS)
        self._last = now


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.timeout(0)
def test_minutes_of_a_camera_at_720p(qtbot: QtBot, tmp_path: Path) -> None:
    camera = ScriptedCamera(pictures(), fps=30)
    program = Program(
        tmp_path / "settings.json",
        Overrides(provider="cpu"),
        make=lambda _: CameraSource(0, driver=camera),
        find_cameras=lambda: [Camera("Test Camera", "camera:0")],
    )
    program.store.change(sessions_folder=str(tmp_path / "sessions"), notice_seen=True)
    window, controller = program.window, program.controller
    window.resize(1280, 800)
    window.show()
    controller.open("camera:0")
    qtbot.waitUntil(lambda: window.stage.view.shown is not None, timeout=20_000)
    window.actions_["record"].trigger()
    qtbot.wait(round(1000 * _SETTLE_S))

    running = controller.current
    assert running is not None
    before, started = running.engine.counters(), time.perf_counter()
    heartbeat, latencies, sizes = Heartbeat(), [], []
    heartbeat.start()
    while time.perf_counter() - started < 60 * _MINUTES:
        qtbot.wait(5000)
        found = window.stage.view.latency.percentiles(time.perf_counter())
        assert found is not None, "pictures are painted all the time"
        latencies.append(found)
        sizes.append(resident_mib())
    heartbeat.stop()
    after, seconds = running.engine.counters(), time.perf_counter() - started
    analysed_fps = (after.analysed - before.analysed) / seconds
    beats = np.array(heartbeat.beats)
    window.actions_["record"].trigger()
    window.close()
    (folder,) = (tmp_path / "sessions").iterdir()
    session = read_session(folder)

    middle = len(sizes) // 2
    growth = float(np.median(sizes[middle:]) - np.median(sizes[: max(1, middle)]))
    print(
        f"\n{seconds:.0f} s: read {(after.read - before.read) / seconds:.1f}/s, "
        f"analysed {analysed_fps:.1f}/s, dropped {after.dropped - before.dropped}; "
        f"capture to screen median {np.median([m for m, _ in latencies]):.0f} ms, "
        f"95 % {np.median([h for _, h in latencies]):.0f} ms (worst 5 s {max(h for _, h in latencies):.0f}); "
        f"GUI stalls: longest {beats.max():.0f} ms, {int((beats > 50).sum())} of {len(beats)} over 50 ms; "
        f"memory {sizes[0]:.0f} to {sizes[-1]:.0f} MiB, second half {growth:+.1f}"
    )
    assert session.complete
    assert len({row["frame"] for row in session.rows()}) >= after.read - before.read
    assert growth < 12, "memory grows"
    program.words.speak("en")
    window.deleteLater()
