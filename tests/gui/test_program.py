"""The composition root: starting, ending, and what happens to errors that nobody caught."""

from __future__ import annotations

import os
import sys
import threading
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fer_desktop import app as program
from fer_desktop import paths, screenshots
from fer_desktop.errors import ModelError
from fer_desktop.screenshots import Shot
from fer_desktop.settings import Settings
from fer_desktop.ui.notifications import Notification, Notifications, Severity
from fer_desktop.vision.vision import Vision
from tests.gui.conftest import Desk
from tests.gui.fakes import FakeClip, FakeInsight, FakeVision, as_vision


def test_the_window_runs_takes_its_picture_and_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: QApplication
) -> None:
    monkeypatch.setattr(program.Program.__init__, "__kwdefaults__", {
        "make": lambda _: FakeClip(),
        "find_cameras": list,
        "modes": program.camera_modes,
        "preview": program.camera_preview,
        "load_vision": lambda _: as_vision(FakeVision()),
        "load_insight": lambda _: FakeInsight().load(),
        "load_second": program.second_loader,
        "theme": "dark",
    })  # fmt: skip
    picture = tmp_path / "window.png"
    hooks = sys.excepthook, threading.excepthook
    code = program.run_window(
        "clip.mp4",
        settings_path=tmp_path / "settings.json",
        log_path=tmp_path / "fer-desktop.log",
        screenshot=picture,
        quit_after_s=1.0,
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

    def vision(model: Path, detector: str, provider: str, *, thrifty: bool) -> Vision:
        assert thrifty
        asked.append((model, detector, provider))
        return as_vision(FakeVision())

    monkeypatch.setattr(program, "Vision", vision)
    settings = Settings(model=str(tmp_path / "mine.onnx"), detector="yunet.onnx", provider="cuda")
    program.vision_loader(program.Overrides())(settings)
    program.vision_loader(program.Overrides("their.onnx", "cascade", "cpu"))(settings)
    program.vision_loader(program.Overrides())(Settings(model="expression-small"))
    assert asked == [
        (tmp_path / "mine.onnx", "yunet.onnx", "cuda"),
        (Path("their.onnx"), "cascade", "cpu"),
        (paths.models()["expression-small"], "", "auto"),
    ]


def test_a_model_that_breaks_its_contract_is_told_and_the_old_one_goes_on(desk: Desk) -> None:
    desk.open("camera:0")

    def refuse(_: Settings) -> Vision:
        raise ModelError("The model other.onnx has no labels.", "Choose another file.")

    desk.controller._load_vision = refuse
    for text in ("clip.mp4", "camera:0"):
        desk.controller.open(text)
        desk.until(lambda: "other.onnx has no labels" in desk.window.banner.text)
        index = desk.index
        desk.until(partial(_beyond, desk, index))
        assert desk.text == "camera:0"
        assert not desk.camera.closed.is_set()
        desk.program.notifications.dismiss()


def _beyond(desk: Desk, index: int) -> bool:
    return desk.index > index


def test_pictures_for_the_documentation_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(screenshots, "_AT_S", 0.2)

    def make(settings: Path, theme: str) -> program.Program:
        return program.Program(
            settings, make=lambda _: FakeClip(), load_vision=lambda _: as_vision(FakeVision()), theme=theme
        )

    for shot in (Shot("playing", theme="dark", size=(780, 600)), Shot("empty", source=None, notice=True)):
        path = screenshots.take(shot, tmp_path, make)
        assert path.stat().st_size > 5_000


def test_a_window_that_closes_is_gone_at_once_and_not_only_when_all_has_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open("camera:0")
    on_screen: list[bool] = []
    shut_down = desk.controller.shut_down

    def watched() -> None:
        on_screen.append(desk.window.isVisible())
        shut_down()

    monkeypatch.setattr(desk.controller, "shut_down", watched)
    desk.window.resize(1000, 700)
    desk.window.close()
    assert on_screen == [False]
    assert desk.program.store.current.geometry, "where it was is remembered"
