"""A program with a camera that can be played tricks on, for the gallery."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PySide6.QtWidgets import QDialog, QWidget

from fer_desktop import paths
from fer_desktop.app import Program
from fer_desktop.capture.camera import CameraSource
from fer_desktop.capture.choose import make_source
from fer_desktop.capture.frame import Frame, Image
from fer_desktop.capture.modes import CameraWish, Modes
from fer_desktop.capture.source import Source, SourceInfo, SourceKind
from fer_desktop.settings_store import SettingsStore
from fer_desktop.ui.cameras import Camera
from fer_desktop.ui.lens import Span
from tests.fakes.camera import ScriptedCamera

_LONGEST_S: Final = 40.0
_CAMERA: Final = Camera("Integrated Camera", "camera:0", "integrated")


@dataclass(frozen=True, slots=True)
class Look:
    """How the window is looked at."""

    name: str
    theme: str
    language: str
    size: tuple[int, int]
    text: str = "100"


class _Slow(Source):
    """Takes its time to open, until it is closed."""

    def __init__(self) -> None:
        self._closed = threading.Event()

    @property
    def kind(self) -> SourceKind:
        return SourceKind.STREAM

    @property
    def name(self) -> str:
        return "rtsp://example/door"

    def open(self) -> SourceInfo:
        self._closed.wait(_LONGEST_S)
        return SourceInfo(self.kind, self.name, self.name, 640, 480, 25.0, None, None)

    def read(self) -> Frame | None:
        return None

    def close(self) -> None:
        self._closed.set()


class Scene:
    """A program with a camera that can be played tricks on."""

    def __init__(self, home: Path, look: Look) -> None:
        self.home = home
        self.camera = ScriptedCamera(_one_face(), fps=30)
        self.cameras = [_CAMERA]
        self.slow = _Slow()
        SettingsStore(home / "settings.json").change(
            language=look.language,
            theme=look.theme,
            text_size=look.text,
            notice_seen=True,
            sessions_folder=str(home / "sessions"),
        )
        self.program = Program(
            home / "settings.json",
            make=self._make,
            find_cameras=lambda: self.cameras,
            modes=lambda _: Modes((CameraWish(1280, 720, 30.0), CameraWish(640, 480, 30.0)), told=True),
            preview=lambda _: CameraSource(0, driver=ScriptedCamera(_one_face(), fps=15)),
        )
        self.window, self.controller = self.program.window, self.program.controller
        self.window.resize(*look.size)
        self.window.show()
        # A low window has said by now that it can be lower still.
        self.pass_time(0.05)
        self.window.resize(*look.size)

    def _make(self, text: str) -> Source:
        if text == _CAMERA.source:
            return CameraSource(0, driver=self.camera)
        return self.slow if text.startswith("rtsp") else make_source(text)

    def pass_time(self, seconds: float) -> None:
        """Let the window live."""
        end_s = time.perf_counter() + seconds
        while time.perf_counter() < end_s:
            self.program.app.processEvents()
            time.sleep(0.005)

    def until(self, condition: Callable[[], object]) -> None:
        """Let the window live until this is so."""
        started = time.perf_counter()
        while not condition():
            self.pass_time(0.02)
            if time.perf_counter() - started > _LONGEST_S:
                raise TimeoutError("it never came to this")

    def act(self, name: str) -> None:
        self.window.actions_[name].trigger()

    def live(self, seconds: float = 2.5) -> None:
        """The camera, for a while."""
        self.controller.open(_CAMERA.source)
        self.until(lambda: self.window.stage.view.shown is not None)
        self.pass_time(seconds)

    def play(self, source: str, until_s: float) -> None:
        """A file, up to a moment."""
        self.controller.open(source)
        self.until(lambda: self._media_s() >= until_s)

    def _media_s(self) -> float:
        shown = self.window.stage.view.shown
        return -1.0 if shown is None else shown.result.frame.media_t_s or 0.0

    def record(self, seconds: float) -> Path:
        """A finished session of what runs."""
        self.act("record")
        self.pass_time(seconds / 2)
        self.act("marker")
        self.pass_time(seconds / 2)
        self.act("record")
        self.until(lambda: self.controller.recording.last is not None)
        assert self.controller.recording.last is not None
        return self.controller.recording.last

    def span(self, begins: float, ends: float) -> Span:
        """A part of what the timeline remembers, by shares of its length."""
        history = self.window.timeline.history
        assert history is not None
        first, last = history.first_time() or 0.0, history.last_time() or 0.0
        return Span(first + begins * (last - first), first + ends * (last - first))

    def dialog(self) -> QWidget:
        """The dialog that is open."""
        self.pass_time(0.6)
        shown = [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]
        return shown[-1]

    def close(self) -> None:
        self.slow.close()
        for dialog in self.window.findChildren(QDialog):
            dialog.close()
        self.window.close()
        self.program.words.speak("en")
        self.window.deleteLater()
        self.pass_time(0.05)


def _one_face() -> list[Image]:
    """Three seconds of one face, 1280 x 720, forward and back."""
    capture = cv2.VideoCapture(str(paths.demo_clip()))
    found = []
    for _ in range(90):
        _, frame = capture.read()
        found.append(np.asarray(cv2.resize(frame[60:420], (1280, 720)), np.uint8))
    capture.release()
    return [*found, *reversed(found)]
