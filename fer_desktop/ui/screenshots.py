"""Pictures of the window for the documentation, made from the demo clip without a screen.

`python -m fer_desktop.ui.screenshots [FOLDER]`, or `make screenshots`; the default is docs/images.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fer_desktop.app import Program

_AT_S: Final = 4.0
"""The moment of the clip that is shown."""
_LONGEST_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the offscreen platform follows no system theme, so it is given."""

    name: str
    theme: str = "light"
    language: str = "en"
    size: tuple[int, int] = (1280, 800)
    source: str | None = "demo"
    notice: bool = False


SHOTS: Final = (
    Shot("window-light"),
    Shot("window-dark", theme="dark"),
    Shot("window-small", size=(900, 600)),
    Shot("window-es", theme="dark", language="es", notice=True),
    Shot("empty", source=None, notice=True),
)


def take(shot: Shot, folder: Path) -> Path:
    """Write one picture and return its path."""
    from fer_desktop.app import Program  # noqa: PLC0415 - Qt's platform is chosen before it loads

    target = folder / f"{shot.name}.png"
    with tempfile.TemporaryDirectory() as scratch:
        program = Program(Path(scratch) / "settings.json", theme=shot.theme)
        program.store.change(language=shot.language, notice_seen=not shot.notice)
        program.words.speak(shot.language)
        window = program.window
        window.retranslate()
        window.show_notice(shot.notice)
        window.resize(*shot.size)
        window.show()
        if shot.source is not None:
            program.controller.open(shot.source)
        _play(program, until_s=_AT_S if shot.source is not None else 0.0)
        window.resize(*shot.size)
        program.app.processEvents()
        saved = window.save_picture(target)
        window.close()
        program.words.speak("en")
        window.deleteLater()
        program.app.processEvents()
    if not saved:
        raise OSError(f"{target} could not be written")
    return target


def _play(program: Program, until_s: float) -> None:
    started = time.perf_counter()
    while time.perf_counter() - started < _LONGEST_S:
        program.app.processEvents()
        time.sleep(0.005)
        shown = program.window.stage.view.shown
        reached = shown is not None and (shown.result.frame.media_t_s or 0.0) >= until_s
        if program.controller.failure is not None:
            raise program.controller.failure
        if reached or (until_s == 0.0 and time.perf_counter() - started > 0.5):
            return
    raise TimeoutError("the demo clip did not play")


def main() -> None:
    """Take all pictures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    for shot in SHOTS:
        print(take(shot, folder))


if __name__ == "__main__":
    main()
