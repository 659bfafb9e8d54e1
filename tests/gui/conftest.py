"""The window as a user has it: real controller, engine and recorder, with a test's camera and vision."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from fer_desktop.app import Program
from fer_desktop.capture.modes import CameraWish, Modes
from fer_desktop.capture.source import Source
from fer_desktop.settings import Settings
from fer_desktop.ui.cameras import Camera
from tests.gui.fakes import FakeCamera, FakeClip, FakeInsight, FakeSecond, FakeVision, as_vision

# The offscreen platform has no window manager that could honour a minimum size or raise a menu, and says so.
NO_WINDOW_MANAGER = "This plugin does not support"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/gui" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore(NO_WINDOW_MANAGER, extend=True))


@pytest.fixture(autouse=True)
def _nothing_left(qapp: QApplication) -> Iterator[None]:
    """No thread, running timer or message box outlives a test."""
    before = set(threading.enumerate())
    gc.disable()  # as in the program: a widget that another thread collects takes all with it
    yield
    gc.collect()
    gc.enable()
    boxes = [w for w in qapp.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
    assert not boxes, "a message box is open; errors belong into the banner"
    left = [t for t in threading.enumerate() if t not in before]
    assert not left, f"threads are left over: {left}"
    timers = [t for w in qapp.allWidgets() for t in w.findChildren(QTimer) if t.isActive()]
    assert not timers, f"timers still run: {timers}"


class Desk:
    """A program on a desk: what is plugged in, what files there are, and the window."""

    def __init__(self, settings: Path, qtbot: QtBot) -> None:
        self.camera = FakeCamera()
        self.vision = FakeVision()
        self.insight = FakeInsight()
        self.second = FakeSecond()
        self.no_second: Exception | None = None
        self.sources: dict[str, Callable[[], Source]] = {
            "camera:0": lambda: self.camera,
            "clip.mp4": FakeClip,
        }
        self.cameras = [Camera("Fake camera", "camera:0", "fake")]
        self.find_cameras: Callable[[], Sequence[Camera]] = lambda: self.cameras
        self.modes = Modes((CameraWish(640, 360, 30.0), CameraWish(320, 180, 60.0, "YUYV")), told=True)
        self.previews: dict[str, FakeCamera] = {}
        self._qtbot = qtbot
        self.program = Program(
            settings,
            make=self._make,
            find_cameras=self._find_cameras,
            modes=lambda _: self.modes,
            preview=self._preview,
            load_vision=lambda _: as_vision(self.vision),
            load_insight=lambda _: self.insight.load(),
            load_second=self._load_second,
        )
        self.window = self.program.window
        self.controller = self.program.controller
        self.program.store.change(sessions_folder=str(settings.parent / "sessions"), language="en")
        self.sessions = settings.parent / "sessions"
        self.window.show()

    def _make(self, text: str) -> Source:
        if text in self.sources:
            return self.sources[text]()
        from fer_desktop.capture.choose import make_source

        return make_source(text)

    def _find_cameras(self) -> Sequence[Camera]:
        return self.find_cameras()

    def _load_second(self, _: Settings) -> FakeSecond:
        if self.no_second is not None:
            raise self.no_second
        return self.second

    def _preview(self, camera: Camera) -> Source:
        return self.previews.setdefault(camera.source, FakeCamera(camera.name))

    def until(self, condition: Callable[[], object], timeout_ms: int = 8000) -> None:
        """Let the window live until this is true."""
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=timeout_ms)

    def open(self, text: str) -> None:
        """Open a source and wait for its first picture."""
        self.controller.open(text)
        self.until(lambda: self.text == text and self.window.stage.view.shown is not None)

    @property
    def text(self) -> str:
        return self.controller.current.text if self.controller.current else ""

    @property
    def index(self) -> int:
        """Index of the frame on screen."""
        shown = self.window.stage.view.shown
        return -1 if shown is None else shown.result.frame.index

    @property
    def message(self) -> str:
        """What the stage says over the picture."""
        message = self.window.stage.message
        return "" if message is None else message.sentence

    def act(self, name: str) -> None:
        """Trigger an action of the menu."""
        self.window.actions_[name].trigger()

    def close(self) -> None:
        for dialog in self.window.findChildren(QDialog):
            dialog.close()
        self.window.close()
        # What belongs to the application, not to this window, is left as it was.
        self.program.words.speak("en")
        self.program.themes.choose("light")
        self.window.deleteLater()
        QApplication.sendPostedEvents()


@pytest.fixture
def new_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], Desk]]:
    """Makes a program that uses the test's own settings file; several in a row share it."""
    desks: list[Desk] = []

    def make() -> Desk:
        desks.append(Desk(tmp_path / "settings.json", qtbot))
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(new_desk: Callable[[], Desk]) -> Desk:
    return new_desk()
