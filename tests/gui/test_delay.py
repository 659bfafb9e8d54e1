"""The delay self-test: a fake camera looks at the real window, with a delay that is known."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from fer_desktop import app, delay_command, paths
from fer_desktop.capture.camera import Wishes
from fer_desktop.capture.discovery import CameraIdentity
from fer_desktop.capture.frame import Frame
from fer_desktop.capture.modes import CameraWish
from fer_desktop.capture.source import Source, SourceInfo, SourceKind, SourceState
from fer_desktop.errors import SourceError, UserError
from fer_desktop.session.delay import delay_of
from fer_desktop.settings import CameraChoice
from fer_desktop.settings_store import SettingsStore
from fer_desktop.ui import delay
from fer_desktop.ui.delay import DelayWindow
from tests.session.synthetic import make_info

DELAY_S = 0.12


class Mirror(Source):
    """Shows the square of a window as it was some time ago, thirty times a second.

    The pictures keep their rate on a machine that is too busy to fetch them in time, as a driver's would.
    """

    def __init__(self) -> None:
        self.changes_s: Callable[[], list[float]] = list
        self.blind = False
        self.fails_with: SourceError | None = None
        self.breaks_after: int | None = None
        self.closed = threading.Event()
        self._index = 0
        self._due_s = 0.0

    @property
    def kind(self) -> SourceKind:
        return SourceKind.CAMERA

    @property
    def name(self) -> str:
        return "Mirror"

    def open(self) -> SourceInfo:
        if self.fails_with is not None:
            raise self.fails_with
        self.state = SourceState.OPEN
        self._due_s = time.perf_counter()
        return SourceInfo(SourceKind.CAMERA, "Mirror", "fake", 64, 48, 30.0, None, None)

    def read(self) -> Frame | None:
        if self._index == self.breaks_after:
            raise RuntimeError("a fault of the driver")
        self._due_s += 1 / 30
        time.sleep(max(0.0, self._due_s - time.perf_counter()))
        seen_s = self._due_s - DELAY_S
        changes = 0 if self.blind else sum(change <= seen_s for change in list(self.changes_s()))
        image = np.full((48, 64, 3), 220 if changes % 2 else 30, np.uint8)
        self._index += 1
        return Frame(self._index - 1, image, self._due_s)

    def close(self) -> None:
        self.state = SourceState.CLOSED
        self.closed.set()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delay, "_SETTLE_MS", 100)


@pytest.fixture
def mirror() -> Mirror:
    return Mirror()


@pytest.fixture
def window(qtbot: QtBot, mirror: Mirror) -> Iterator[DelayWindow]:
    window = DelayWindow(mirror, flashes=12, seed=1)
    mirror.changes_s = lambda: window.changes_s
    window.show()
    yield window
    window.close()
    window.deleteLater()
    qtbot.wait(1)


def test_the_delay_of_the_camera_is_measured(qtbot: QtBot, window: DelayWindow, mirror: Mirror) -> None:
    with qtbot.waitSignal(window.done, timeout=90_000):
        window.begin()
    assert window.error is None, window.error
    assert window.facts is not None
    assert len(window.changes_s) == 12
    assert window.facts.median_ms == pytest.approx(1000 * DELAY_S, abs=15)
    assert window.facts.fps == pytest.approx(30, abs=1)
    assert mirror.closed.is_set()


def test_a_camera_that_sees_no_square_is_told(qtbot: QtBot, window: DelayWindow, mirror: Mirror) -> None:
    mirror.blind = True
    with qtbot.waitSignal(window.done, timeout=90_000):
        window.begin()
    assert window.facts is None
    assert "Mirror did not see the square flash" in str(window.error)


def test_a_camera_that_cannot_be_opened_is_told(qtbot: QtBot, window: DelayWindow, mirror: Mirror) -> None:
    mirror.fails_with = SourceError("The camera is in use.", "Close the other program.")
    with qtbot.waitSignal(window.done, timeout=30_000):
        window.begin()
    assert str(window.error) == "The camera is in use. Close the other program."


def test_a_camera_that_breaks_meanwhile_is_told_as_what_it_is(
    qtbot: QtBot, window: DelayWindow, mirror: Mirror
) -> None:
    mirror.breaks_after = 5
    with qtbot.waitSignal(window.done, timeout=90_000):
        window.begin()
    assert str(window.error) == "Reading Mirror failed (a fault of the driver). Try it again."
    assert mirror.closed.is_set()


def test_closing_the_window_stops_it_and_keeps_nothing(
    qtbot: QtBot, window: DelayWindow, mirror: Mirror
) -> None:
    window.begin()
    qtbot.waitUntil(lambda: bool(window.changes_s), timeout=30_000)
    with qtbot.waitSignal(window.done, timeout=30_000):
        window.close()
    assert str(window.error) == "Stopped before the end. Nothing was kept."
    assert mirror.closed.is_set()


def test_the_command_keeps_the_result_for_later_sessions(
    qtbot: QtBot,
    mirror: Mirror,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def make_window(source: Source, *, flashes: int) -> DelayWindow:
        window = DelayWindow(source, flashes=flashes, seed=1)
        mirror.changes_s = lambda: window.changes_s
        return window

    asked: list[CameraWish] = []

    def make(_: str, wishes: Wishes | None = None) -> Source:
        if wishes is not None:
            asked.append(wishes(CameraIdentity(0, "Mirror", "usb-1", None, None, cv2.CAP_ANY)))
        return mirror

    monkeypatch.setattr(delay_command, "make_source", make)
    monkeypatch.setattr(app, "make_source", make)
    monkeypatch.setattr(delay, "DelayWindow", make_window)
    choice = CameraChoice("Mirror|usb-1", 320, 180, 60.0, "YUYV")
    SettingsStore(paths.settings_file()).change(cameras=(choice,))
    delay_command.delay_command("camera:0", 10)
    qtbot.wait(1)
    assert asked == [CameraWish(320, 180, 60.0, "YUYV")]
    assert "Mirror, 64 x 48" in capsys.readouterr().out
    store = SettingsStore(paths.settings_file())
    info = SourceInfo(SourceKind.CAMERA, "Mirror", "", 64, 48, 30.0, None, None)
    assert delay_of(store.current.delays, info) is not None
    assert delay_of(store.current.delays, make_info()) is None


def test_a_window_that_never_began_closes_too(window: DelayWindow) -> None:
    window.close()
    assert str(window.error) == "Stopped before the end. Nothing was kept."


def test_a_file_has_no_delay() -> None:
    with pytest.raises(UserError, match="'demo' is not a camera"):
        delay_command.delay_command("demo", 10)


def test_without_a_display_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delay_command, "has_display", lambda: False)
    with pytest.raises(UserError, match="no display"):
        delay_command.delay_command("camera:0", 10)
