"""The composition root: starting, ending, and what happens to errors that nobody caught."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fer_desktop import app as program
from fer_desktop.errors import ModelError
from fer_desktop.settings import Settings
from fer_desktop.ui.notifications import Notification, Notifications, Severity
from fer_desktop.vision.vision import Vision
from tests.gui.conftest import Desk
from tests.gui.fakes import FakeClip, FakeVision, as_vision


def test_the_window_runs_takes_its_picture_and_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: QApplication
) -> None:
    monkeypatch.setattr(program.Program.__init__, "__kwdefaults__", {
        "make": lambda _: FakeClip(),
        "find_cameras": list,
        "load_vision": lambda _: as_vision(FakeVision()),
        "theme": "dark",
    })  # fmt: skip
    picture = tmp_path / "window.png"
    hooks = sys.excepthook, threading.excepthook
    code = program.run_window(
        "clip.mp4", settings_path=tmp_path / "settings.json", screenshot=picture, quit_after_s=1.0
    )
    assert code == 0
    assert picture.stat().st_size > 10_000
    assert (sys.excepthook, threading.excepthook) == hooks
    qapp.setStyleSheet("")


def test_a_foreign_plugin_path_is_dropped(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "/nowhere")
    assert program.application() is qapp
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ


def test_an_error_that_nobody_caught_becomes_a_notification(desk: Desk) -> None:
    undo = program.install_hooks(desk.program.notifications)
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        desk.until(lambda: "division by zero" in desk.window.banner.text)
        desk.program.notifications.dismiss()
        sys.excepthook(ValueError, ValueError("of the main thread"), None)
        desk.until(lambda: "of the main thread" in desk.window.banner.text)
    finally:
        undo()


def test_notifications_from_any_thread_arrive_and_replace_each_other(qtbot: QtBot) -> None:
    notifications = Notifications()

    def post() -> None:
        for number in range(20):
            notifications.post(Notification(Severity.WARNING, f"again {number}", replace="same"))

    thread = threading.Thread(target=post)
    thread.start()
    thread.join()
    notifications.post(Notification(Severity.INFO, "another"))
    qtbot.waitUntil(lambda: notifications.count == 2)
    notifications.withdraw("same")
    assert notifications.current is not None
    assert notifications.current.sentence == "another"


def test_the_command_line_wins_over_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[Path, str, str]] = []

    def vision(model: Path, detector: str, provider: str) -> Vision:
        asked.append((model, detector, provider))
        return as_vision(FakeVision())

    monkeypatch.setattr(program, "Vision", vision)
    settings = Settings(model=str(tmp_path / "mine.onnx"), detector="yunet.onnx", provider="cuda")
    program.vision_loader(program.Overrides())(settings)
    program.vision_loader(program.Overrides(Path("their.onnx"), "cascade", "cpu"))(settings)
    assert asked == [
        (tmp_path / "mine.onnx", "yunet.onnx", "cuda"),
        (Path("their.onnx"), "cascade", "cpu"),
    ]


def test_a_model_that_breaks_its_contract_is_told_and_the_old_one_goes_on(desk: Desk) -> None:
    desk.open("camera:0")

    def refuse(_: Settings) -> Vision:
        raise ModelError("The model other.onnx has no labels.", "Choose another file.")

    desk.controller._load_vision = refuse
    desk.controller.open("clip.mp4")
    desk.until(lambda: "other.onnx has no labels" in desk.window.banner.text)
    index = desk.index
    desk.until(lambda: desk.index > index)
    assert desk.text == "camera:0"
