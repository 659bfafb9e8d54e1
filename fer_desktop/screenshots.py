"""Pictures of the window for the documentation, made from the demo clip without a screen.

`python -m fer_desktop.screenshots [FOLDER]`, or `make screenshots`; the default is docs/images.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fer_desktop.app import Program

_AT_S: Final = 6.8
"""The moment of the clip that is shown."""
_LONGEST_S: Final = 60.0


MakeProgram = Callable[[Path, str], Program]
"""From a settings file and a theme (the offscreen platform follows no system's)."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture."""

    name: str
    theme: str = "light"
    language: str = "en"
    size: tuple[int, int] = (1280, 800)
    source: str | None = "demo"
    notice: bool = False
    why: bool = False
    compare: str = ""
    """A second network."""
    compact: bool = False


SHOTS: Final = (
    Shot("window-light"),
    Shot("window-dark", theme="dark"),
    Shot("window-small", size=(900, 600)),
    Shot("window-es", theme="dark", language="es", notice=True),
    Shot("window-why", why=True),
    Shot("window-why-es", language="es", why=True),
    Shot("window-compare", compare="expression-small"),
    Shot("compact", compact=True, size=(296, 432)),
    Shot("empty", source=None, notice=True),
    Shot("empty-es", language="es", source=None, notice=True),
)


def take(shot: Shot, folder: Path, make_program: MakeProgram) -> Path:
    """Write one picture and return its path; raises `UserError` if the source cannot be shown."""
    target = folder / f"{shot.name}.png"
    with tempfile.TemporaryDirectory() as scratch:
        program = make_program(Path(scratch) / "settings.json", shot.theme)
        window = program.window
        try:
            program.store.change(language=shot.language, notice_seen=not shot.notice, compare=shot.compare)
            program.words.speak(shot.language)
            window.retranslate()
            window.show_notice(shot.notice)
            program.controller.why.switch(shot.why)
            window.resize(*shot.size)
            window.show()
            program.app.processEvents()
            if shot.compact:
                window.commands.toggle_compact()
                window.compact.resize(*shot.size)
            # A low window has said by now that it can be lower still.
            window.resize(*shot.size)
            if shot.source is not None:
                program.controller.open(shot.source)
            _play(program, shot.source is not None)
            saved = (window.compact if shot.compact else window).grab().save(str(target))
        finally:
            window.close()
            program.words.speak("en")
            window.deleteLater()
            program.app.processEvents()
    if not saved:
        raise OSError(f"{target} could not be written")
    return target


def _play(program: Program, has_source: bool) -> None:
    started = time.perf_counter()
    while time.perf_counter() - started < _LONGEST_S:
        program.app.processEvents()
        time.sleep(0.005)
        if program.controller.failure is not None:
            raise program.controller.failure
        shown = program.window.stage.view.shown
        if shown is not None and (shown.result.frame.media_t_s or 0.0) >= _AT_S:
            return
        if not has_source and time.perf_counter() - started > 0.5:
            return
    raise TimeoutError("the demo clip did not play")


def main(make_program: MakeProgram) -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    for shot in SHOTS:
        print(take(shot, folder, make_program))


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(lambda settings, theme: Program(settings, theme=theme))
