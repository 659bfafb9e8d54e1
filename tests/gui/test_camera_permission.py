"""Systems that ask before a camera is seen: the question, yes, no, and a no of before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

import pytest
from PySide6.QtCore import QCameraPermission, QCoreApplication, Qt

from fer_desktop.ui.camera_permission import camera_allowed, camera_gate
from tests.gui.conftest import Desk


class StrictSystem:
    """Answers as macOS does; `answer` is the user's click."""

    def __init__(self, status: Qt.PermissionStatus) -> None:
        self._status = status
        self.questions: list[Callable[[], object]] = []

    def checkPermission(self, _: QCameraPermission) -> Qt.PermissionStatus:
        return self._status

    def requestPermission(self, _: QCameraPermission, __: object, told: Callable[[], object]) -> None:
        self.questions.append(told)

    def answer(self, status: Qt.PermissionStatus) -> None:
        self._status = status
        self.questions.pop()()


@pytest.fixture
def strict(desk: Desk) -> Callable[[Qt.PermissionStatus], StrictSystem]:
    def make(status: Qt.PermissionStatus) -> StrictSystem:
        system = StrictSystem(status)
        desk.controller.camera_allowed = partial(camera_allowed, cast("QCoreApplication", system))
        return system

    return make


def test_the_camera_is_opened_after_the_user_has_allowed_it(
    desk: Desk, strict: Callable[[Qt.PermissionStatus], StrictSystem]
) -> None:
    system = strict(Qt.PermissionStatus.Undetermined)
    desk.controller.open("camera:0")
    assert len(system.questions) == 1
    assert desk.controller.pending is None
    system.answer(Qt.PermissionStatus.Granted)
    desk.until(lambda: desk.text == "camera:0")


def test_a_no_is_told_with_where_to_change_it(
    desk: Desk, strict: Callable[[Qt.PermissionStatus], StrictSystem]
) -> None:
    system = strict(Qt.PermissionStatus.Undetermined)
    desk.controller.open("camera:0")
    system.answer(Qt.PermissionStatus.Denied)
    desk.until(lambda: "does not let FER Desktop see the camera" in desk.message)
    assert "settings" in desk.message
    assert not system.questions, "nobody is asked twice"


def test_a_file_needs_no_permission(
    desk: Desk, strict: Callable[[Qt.PermissionStatus], StrictSystem]
) -> None:
    strict(Qt.PermissionStatus.Denied)
    desk.open("clip.mp4")


def test_only_a_program_of_macos_asks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_AVFOUNDATION_SKIP_AUTH", "0")
    strict_app = cast("QCoreApplication", StrictSystem(Qt.PermissionStatus.Undetermined))
    for system, frozen, allowed in (("Linux", True, True), ("Darwin", False, True), ("Darwin", True, False)):
        monkeypatch.setattr("platform.system", lambda system=system: system)
        monkeypatch.setattr("sys.frozen", frozen, raising=False)
        assert camera_gate(strict_app)(lambda: None) is allowed
