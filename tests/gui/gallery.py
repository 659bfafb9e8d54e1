"""Every state of the window, in six looks, for somebody to look at: `make screenshots`.

    python -m tests.gui.gallery build/gallery

Nothing is compared; that is done by the snapshots in `test_looks.py`. Each look gets a folder with a picture
of each state, and a sheet with all of them.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
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
_PER_ROW: Final = 3
_WIDTH: Final = 720
_SCREEN: Final = {"name": "desk", "x": 0, "y": 0, "width": 1920, "height": 1080, "dpi": 96}


@dataclass(frozen=True, slots=True)
class Look:
    """How the window is looked at."""

    name: str
    theme: str
    language: str
    size: tuple[int, int]
    text: str = "100"


LOOKS: Final = (
    Look("light-en-1440x900", "light", "en", (1440, 900)),
    Look("dark-es-1440x900", "dark", "es", (1440, 900)),
    Look("light-en-900x600", "light", "en", (900, 600)),
    Look("dark-es-900x600", "dark", "es", (900, 600)),
    Look("dark-en-1440x900-200", "dark", "en", (1440, 900), "200"),
    Look("light-es-1440x900-200", "light", "es", (1440, 900), "200"),
)
"""Every theme with every language, size and text, and every language with every size and text."""


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


def _first_start(scene: Scene) -> None:
    scene.window.show_notice(True)
    size = scene.window.size()
    scene.pass_time(0.3)
    scene.window.resize(size)
    scene.pass_time(0.3)


def _nothing(scene: Scene) -> None:
    scene.cameras.clear()


def _opening(scene: Scene) -> None:
    scene.controller.open("rtsp://example/door")
    scene.pass_time(1.5)


def _two_faces(scene: Scene) -> None:
    scene.play("demo", 6.8)


def _dark(scene: Scene) -> None:
    scene.live(1.0)
    scene.camera.blacken()
    scene.pass_time(3.0)


def _paused(scene: Scene) -> None:
    scene.play("demo", 3.0)
    scene.act("play")
    scene.pass_time(0.3)


def _ended(scene: Scene) -> None:
    scene.controller.open("demo")
    scene.until(lambda: scene.window.stage.view.shown is not None)
    assert scene.controller.current is not None
    scene.controller.current.engine.seek_time(19.0)
    scene.until(lambda: scene.window.stage.message is not None and scene.window.stage.message.pill)
    scene.pass_time(1.5)


def _lost(scene: Scene) -> None:
    scene.live()
    scene.camera.unplug()
    scene.pass_time(2.0)


def _bad_file(scene: Scene) -> None:
    path = scene.home / "holiday.mp4"
    path.write_text("This is no film.\n" * 100)
    scene.controller.open(str(path))
    scene.pass_time(1.0)


def _bad_file_beside_live(scene: Scene) -> None:
    scene.live(1.5)
    _bad_file(scene)


def _recording(scene: Scene) -> None:
    scene.live(1.0)
    scene.act("record")
    scene.pass_time(1.5)
    scene.act("marker")
    scene.pass_time(1.5)


def _recorded(scene: Scene) -> None:
    scene.live(0.5)
    scene.record(2.0)
    scene.pass_time(0.5)


def _looking_back(scene: Scene) -> None:
    scene.live(4.0)
    scene.window.commands.look_at(scene.span(0.5, 1.0).start)
    scene.pass_time(1.0)


def _stretch(scene: Scene) -> None:
    scene.play("demo", 9.0)
    scene.window.stretch.choose(scene.span(0.3, 0.8))
    scene.pass_time(1.0)


def _why(scene: Scene) -> None:
    scene.live(0.5)
    scene.act("why")
    scene.pass_time(3.0)


def _neutral(scene: Scene) -> None:
    scene.live(0.5)
    scene.act("neutral")
    scene.pass_time(1.2)


def _neutral_taken(scene: Scene) -> None:
    scene.live(0.5)
    scene.act("neutral")
    scene.until(lambda: scene.controller.my_neutral.taking is None)
    scene.pass_time(1.0)


def _compared(scene: Scene) -> None:
    scene.program.store.change(compare="expression-small")
    scene.live(4.0)


def _finished(scene: Scene) -> None:
    scene.play("demo", 1.0)
    folder = scene.record(7.0)
    scene.controller.open(str(folder))
    scene.until(lambda: scene.controller.session is not None)
    scene.window.commands.look_at(scene.span(0.6, 1.0).start)
    scene.pass_time(1.5)


def _dialog(name: str, *, live: bool = False, session: bool = False) -> Callable[[Scene], QWidget]:
    def show(scene: Scene) -> QWidget:
        if live or session:
            scene.live(0.5)
        if session:
            scene.record(1.0)
        scene.pass_time(0.3)
        scene.act(name)
        return scene.dialog()

    return show


def _compact(scene: Scene) -> QWidget:
    scene.live()
    scene.act("compact")
    scene.pass_time(0.5)
    return scene.window.compact


STATES: Final[dict[str, Callable[[Scene], QWidget | None]]] = {
    "first-start": _first_start,
    "nothing": _nothing,
    "opening": _opening,
    "live": Scene.live,
    "two-faces": _two_faces,
    "too-dark": _dark,
    "paused": _paused,
    "ended": _ended,
    "lost": _lost,
    "bad-file": _bad_file,
    "bad-file-beside-live": _bad_file_beside_live,
    "recording": _recording,
    "recorded": _recorded,
    "looking-back": _looking_back,
    "stretch": _stretch,
    "why": _why,
    "neutral": _neutral,
    "neutral-taken": _neutral_taken,
    "compared": _compared,
    "finished-session": _finished,
    "compact": _compact,
    "dialog-settings": _dialog("settings"),
    "dialog-cameras": _dialog("cameras"),
    "dialog-participant": _dialog("participant"),
    "dialog-export": _dialog("export", session=True),
    "dialog-name": _dialog("name_face", live=True),
    "dialog-stream": _dialog("open_stream"),
    "dialog-help": _dialog("help"),
    "dialog-about": _dialog("about"),
}


def take(name: str, look: Look, folder: Path) -> Path:
    """The picture of a state."""
    target = folder / look.name / f"{name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        scene = Scene(Path(home), look)
        try:
            widget = STATES[name](scene) or scene.window
            if not widget.grab().save(str(target)):
                raise OSError(f"{target} could not be written")
        finally:
            scene.close()
    return target


def sheet(pictures: Sequence[Path], target: Path) -> None:
    """All pictures of a look side by side, smaller."""
    small = []
    for path in pictures:
        picture = cv2.imread(str(path))
        assert picture is not None
        share = min(1.0, _WIDTH / picture.shape[1])
        small.append(cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))
    rows = []
    for begins in range(0, len(small), _PER_ROW):
        row = small[begins : begins + _PER_ROW]
        strip = np.full((max(len(one) for one in row) + 8, _PER_ROW * (_WIDTH + 8), 3), 128, np.uint8)
        for place, picture in enumerate(row):
            left = place * (_WIDTH + 8)
            strip[: picture.shape[0], left : left + picture.shape[1]] = picture
        rows.append(strip)
    cv2.imwrite(str(target), np.vstack(rows))


def main(arguments: Sequence[str]) -> None:
    """All states, or those named after the folder, in all looks."""
    folder = Path(arguments[0]) if arguments else Path("build/gallery")
    names = list(arguments[1:]) or list(STATES)
    folder.mkdir(parents=True, exist_ok=True)
    screen = folder / "screen.json"
    screen.write_text(json.dumps({"screens": [_SCREEN]}), encoding="utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screen}"
    # Some hundred programs one after the other need more memory than one that ends with each look's half.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=15) as others:
        for look in LOOKS:
            wanted = [(name, look, folder) for name in names]
            sheet(others.starmap(take, wanted, chunksize=1), folder / f"{look.name}.png")
            print(folder / f"{look.name}.png", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
