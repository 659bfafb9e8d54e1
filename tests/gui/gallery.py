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
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PySide6.QtWidgets import QWidget

from tests.gui.scene import Look, Scene

_PER_ROW: Final = 3
_WIDTH: Final = 720
_SCREEN: Final = {"name": "desk", "x": 0, "y": 0, "width": 1920, "height": 1080, "dpi": 96}


LOOKS: Final = (
    Look("light-en-1440x900", "light", "en", (1440, 900)),
    Look("dark-es-1440x900", "dark", "es", (1440, 900)),
    Look("light-en-900x600", "light", "en", (900, 600)),
    Look("dark-es-900x600", "dark", "es", (900, 600)),
    Look("dark-en-1440x900-200", "dark", "en", (1440, 900), "200"),
    Look("light-es-1440x900-200", "light", "es", (1440, 900), "200"),
)
"""Every theme with every language, size and text, and every language with every size and text."""


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
