"""`fer-desktop --smoke-test`: whether this installation works, tried with the real window.

The demo clip is opened, analysed and painted, two seconds of it are recorded, and the session is checked.
Settings and recordings of the user are neither read nor written.
"""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from fer_desktop import __version__
from fer_desktop.app import Program, hush_qt, install_hooks
from fer_desktop.engine.reader import EngineState
from fer_desktop.errors import SessionError, UserError
from fer_desktop.session.check import Check, check
from fer_desktop.session.findings import Severity
from fer_desktop.ui.garbage import Collector
from fer_desktop.ui.running import Running

_LONGEST_S: Final = 60.0
"""For each step, on a slow machine that is busy."""
_RECORDED_S: Final = 2.0
_RECORDED_FACES: Final = 5
"""The recording goes on until it has so many: a busy machine may take longer."""
_REMEDY: Final = "'fer-desktop doctor' says what does not work; please report both."

MakeProgram = Callable[[Path], Program]
"""From a settings file."""


class SmokeError(UserError):
    """The installation does not do what it should."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, _REMEDY)


def smoke_test(tell: Callable[[str], object], make_program: MakeProgram = Program) -> None:
    """Try the window and tell each step that has worked; raises `UserError` for the first that does not."""
    with tempfile.TemporaryDirectory(prefix="fer-desktop-") as scratch:
        program = make_program(Path(scratch) / "settings.json")
        tell(
            f"FER Desktop {__version__}, Python {platform.python_version()}, {platform.platform()}, "
            f"screen '{program.app.platformName()}'"
        )
        unhush, unhook = hush_qt(program.app), install_hooks(program.notifications)
        collector = Collector()
        collector.start()
        try:
            program.store.change(sessions_folder=str(Path(scratch) / "sessions"), notice_seen=True)
            program.window.show()
            folder = _record(program, _see_a_face(program, tell))
        finally:
            program.window.close()
            program.window.deleteLater()
            program.app.processEvents()
            collector.stop()
            unhook()
            unhush()
        if program.notifications.trouble:
            raise SmokeError(program.notifications.trouble)
        tell(f"recorded: {_proved(check(folder))}")


def _see_a_face(program: Program, tell: Callable[[str], object]) -> Running:
    view = program.window.stage.view
    program.controller.open("demo")
    _wait(program, lambda: view.latency.percentiles(time.perf_counter()), "No frame was painted")
    tell("window open, first frame painted")
    _wait(program, lambda: view.shown is not None and view.shown.face is not None, "No face was found")
    running = program.controller.current
    vision = running.engine.vision if running is not None else None
    if running is None or vision is None:
        raise SmokeError("The demo clip was closed at once.")
    tell(f"faces found by {vision.detector_name}, read by {vision.model.name} on {vision.provider}")
    return running


def _record(program: Program, running: Running) -> Path:
    recording = program.controller.recording
    ended: list[Path | SessionError] = []
    recording.recorded.connect(ended.append)
    recording.failed.connect(ended.append)
    faces: list[int] = []
    running.engine.add_observer(lambda result: faces.append(len(result.faces)))

    def enough() -> bool:
        if running.engine.state is EngineState.ENDED:
            running.engine.resume()  # once more from the beginning
        return (recording.seconds or 0.0) >= _RECORDED_S and sum(faces) >= _RECORDED_FACES

    program.controller.toggle_recording()
    _wait(program, lambda: ended or enough(), "No faces were recorded")
    recording.stop()
    _wait(program, lambda: ended, "The recording did not end")
    outcome = ended[0]
    if isinstance(outcome, SessionError):
        raise outcome
    return outcome


def _wait(program: Program, condition: Callable[[], object], failure: str) -> None:
    """Let the window live until the condition holds."""
    begun = time.perf_counter()
    while not condition():
        if program.controller.failure is not None:
            raise program.controller.failure
        if time.perf_counter() - begun > _LONGEST_S:
            raise SmokeError(program.notifications.trouble or f"{failure} within {_LONGEST_S:.0f} seconds.")
        program.app.processEvents()
        time.sleep(0.005)


def _proved(outcome: Check) -> str:
    """Where the frames of a sound session went."""
    errors = [str(finding) for finding in outcome.findings if finding.severity is Severity.ERROR]
    if errors or outcome.coverage is None:
        raise SmokeError(f"The recording is not sound: {'; '.join(errors)}")
    if not outcome.coverage.with_face:
        raise SmokeError("The recording has no face in it, though faces were seen.")
    return f"{outcome.coverage.sentence}; all accounted for"
