"""A person uses the program for a while: the real window, engine, network, recorder and reports, no fakes.

Nothing that they did may leave anything behind: no warning, no thread, no timer, no open file.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QInputDialog

from fer_desktop import app as program
from fer_desktop.engine.reader import EngineState
from fer_desktop.session.reader import read_session
from fer_desktop.ui.dialogs import SettingsDialog
from fer_desktop.ui.main_window import MainWindow
from tests.gui.conftest import NO_WINDOW_MANAGER

Condition = Callable[[], object]
Script = Generator[Condition, None, None]

PATIENCE_S = 120.0
CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
LEFT = Qt.MouseButton.LeftButton


class Person:
    """Goes through a script: does a step, waits until its condition holds, does the next one."""

    def __init__(self, script: Callable[[MainWindow], Script]) -> None:
        self._script = script
        self._steps: Script | None = None
        self._condition: Condition = lambda: True
        self._since_s = time.perf_counter()
        self._window: MainWindow | None = None
        self.error: BaseException | None = None
        self.done = False
        self.timer = QTimer()
        self.timer.timeout.connect(self._go_on)
        self.timer.start(20)

    def _go_on(self) -> None:
        self.timer.stop()
        try:
            if self._steps is None:
                self._window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
                self._steps = self._script(self._window)
            if self._condition():
                self._condition = next(self._steps)
                self._since_s = time.perf_counter()
            waited_s = time.perf_counter() - self._since_s
            assert waited_s < PATIENCE_S, f"this does not come true: {where(self._steps)}"
            self.timer.start(20)
        except StopIteration:
            self.done = True
            self._leave()
        except BaseException as error:
            self.error = error
            self._leave()

    def _leave(self) -> None:
        if self._window is not None:
            self._window.close()


def where(steps: Script) -> str:
    """The line of the script at which it waits."""
    here: Any = steps
    while here.gi_yieldfrom is not None:
        here = here.gi_yieldfrom
    return f"{here.gi_code.co_name}, line {here.gi_frame.f_lineno}"


def open_files() -> set[str]:
    """The files that this process holds open."""
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        try:
            target = str(handle.readlink())
        except OSError:  # the one that lists them
            continue
        if target.startswith("/") and not target.startswith(("/dev/", "/proc/", "/memfd:")):
            found.add(target)
    return found


def key(window: MainWindow, which: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press a key in the window, which a window manager would have made active again after a dialog."""
    window.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(window, which, modifier)


def answer(window: MainWindow, text: str) -> None:
    """Type into the dialog that asks for something."""
    (dialog,) = [one for one in window.findChildren(QInputDialog) if one.isVisible()]
    dialog.setTextValue(text)
    dialog.accept()


def asked(window: MainWindow) -> bool:
    return any(one.isVisible() for one in window.findChildren(QInputDialog))


def sweep(window: MainWindow, start: float, end: float) -> None:
    """Draw over the timeline with the shift key, between shares of its width."""
    plot = window.timeline.plot
    here, there = (QPointF(plot.place(share)).toPoint() for share in (start, end))
    QTest.mousePress(plot.viewport(), LEFT, SHIFT, here)
    QTest.mouseMove(plot.viewport(), (here + there) / 2)
    QTest.mouseMove(plot.viewport(), there)
    QTest.mouseRelease(plot.viewport(), LEFT, SHIFT, there)


def look_around(window: MainWindow) -> Script:
    """Open, choose, name, go back and forth, hide a curve, see why, the small view and full screen."""
    controller, panel = window.controller, window.panel
    yield lambda: window.stage.view.shown is not None and window.stage.view.shown.faces
    key(window, Qt.Key.Key_1)
    yield lambda: controller.chosen_face == 1
    key(window, Qt.Key.Key_F2)
    yield lambda: asked(window)
    answer(window, "Ada")
    yield lambda: "Ada" in panel.who
    yield lambda: controller.history is not None and (controller.history.last_time() or 0) > 1.0
    QTest.mouseClick(window.timeline.plot.viewport(), LEFT, NONE, window.timeline.plot.place(0.02).toPoint())
    yield lambda: controller.state is EngineState.RUNNING
    key(window, Qt.Key.Key_Space)
    yield lambda: controller.state is EngineState.PAUSED
    before = window.timeline.moment
    key(window, Qt.Key.Key_Right)
    yield lambda: window.timeline.moment != before
    window.timeline.legend.button(0).click()
    key(window, Qt.Key.Key_0)  # the face that was chosen may have another id after a jump
    yield lambda: window.stage.view.shown is not None and window.stage.view.shown.face is not None
    key(window, Qt.Key.Key_W)
    yield lambda: window.stage.view.explained is not None
    key(window, Qt.Key.Key_W)
    key(window, Qt.Key.Key_Space)
    yield lambda: controller.state is EngineState.RUNNING
    key(window, Qt.Key.Key_C)
    yield lambda: window.compact.isVisible() and not window.isVisible()
    window.commands.toggle_compact()
    yield window.isVisible
    key(window, Qt.Key.Key_F)
    yield window.isFullScreen
    key(window, Qt.Key.Key_Escape)
    yield lambda: not window.isFullScreen()


def keep_something(window: MainWindow, folder: Path) -> Script:
    """Choose a stretch, record, mark, note, look at the session, and write what can be written."""
    controller = window.controller
    sweep(window, 0.0, 0.5)
    yield lambda: window.stretch.figures is not None
    key(window, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text().startswith("start\t")
    window.actions_["record"].trigger()
    recorder = controller.recording.recorder
    assert recorder is not None
    yield lambda: recorder.rows > 10
    key(window, Qt.Key.Key_M)
    yield window.actions_["stretch_note"].isEnabled
    key(window, Qt.Key.Key_M, CTRL)
    yield lambda: asked(window)
    answer(window, "she smiles")
    key(window, Qt.Key.Key_R)
    yield lambda: controller.recording.last is not None
    session = controller.recording.last
    assert session is not None
    window.commands.open(str(session))
    yield lambda: controller.session is not None
    key(window, Qt.Key.Key_Right, CTRL)
    yield lambda: controller.review.settled
    window.commands.outputs.write_report(session, folder / "report.html")
    yield (folder / "report.html").exists
    yield lambda: not controller.outputs.busy
    sweep(window, 0.0, 1.0)
    yield window.actions_["stretch_export"].isEnabled
    span = window.timeline.stretch
    assert span is not None
    commands = window.commands.outputs
    commands.write_stretch(session, commands._stretch(span), folder / "rows.csv")
    yield (folder / "rows.csv").exists
    yield lambda: not controller.outputs.busy


def change_things(window: MainWindow, other_network: Path) -> Script:
    """Settings, undone; a second network beside the first; another network; another source."""
    controller = window.controller
    window.commands.open_demo()
    yield lambda: controller.current is not None and window.stage.view.shown is not None
    key(window, Qt.Key.Key_Comma, CTRL)
    yield lambda: any(one.isVisible() for one in window.findChildren(SettingsDialog))
    (dialog,) = [one for one in window.findChildren(SettingsDialog) if one.isVisible()]
    for name, value in (("theme", "dark"), ("language", "es"), ("text_size", "125"), ("smoothing_ms", "500")):
        editor = dialog.editor(name)
        editor.setCurrentIndex(editor.findData(value))  # type: ignore[union-attr]
        yield lambda: controller.pending is None
    assert window.words.language == "es"
    for _ in range(4):
        dialog.undo.click()
        yield lambda: controller.pending is None
    assert window.words.language == "en"
    dialog.accept()
    window.commands.choose_setting("compare", str(other_network))
    yield lambda: "tiny" in window.panel.second
    window.commands.choose_setting("model", str(other_network))
    yield lambda: controller.model is not None and controller.model.name == "tiny"
    yield lambda: window.stage.view.shown is not None and window.stage.view.shown.faces
    key(window, Qt.Key.Key_K, CTRL)
    yield lambda: window.commands.cameras.cameras.found is not None
    for one in window.findChildren(QDialog):
        one.close()
    window.actions_["close_source"].trigger()
    yield lambda: controller.current is None


@pytest.mark.timeout(1500)
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are read from /proc")
def test_a_person_uses_the_program_for_a_while_and_leaves_nothing_behind(
    tmp_path: Path, qapp: QApplication, capfd: pytest.CaptureFixture[str], tiny_model: Path
) -> None:
    settings = tmp_path / "settings.json"
    sessions = tmp_path / "sessions"
    chosen = {"sessions_folder": str(sessions), "language": "en", "notice_seen": True, "provider": "cpu"}
    settings.write_text(json.dumps(chosen), encoding="utf-8")

    def script(window: MainWindow) -> Script:
        yield from look_around(window)
        yield from keep_something(window, tmp_path)
        yield from change_things(window, tiny_model)

    before = open_files()
    person = Person(script)
    code = program.run_window("demo", settings_path=settings, log_path=tmp_path / "fer-desktop.log")
    if person.error is not None:
        raise person.error
    assert person.done, "it was closed before the end of the script"
    assert code == 0

    (folder,) = sessions.iterdir()
    session = read_session(folder)
    assert session.complete
    events = {(event.kind, event.label) for event in session.events()}
    assert {("face_named", "Ada"), ("marker", ""), ("note", "she smiles")} <= events
    header = (folder / "log.csv").read_text(encoding="utf-8").splitlines()[0]
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8").startswith(header)

    # Of a busy machine it may say that the window was slow; nothing else is a matter of course.
    log = (tmp_path / "fer-desktop.log").read_text(encoding="utf-8").splitlines()
    told = [line for line in log if line[:2].isdecimal() and "did not answer" not in line]
    assert told == []
    written = capfd.readouterr().err.splitlines()
    assert [line for line in written if not line.startswith(NO_WINDOW_MANAGER)] == []
    assert open_files() - before <= {os.devnull}
    qapp.setStyleSheet("")
