"""Recordings that were cut off are offered at the start, and made whole by one button."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from fer_desktop.session.check import check
from fer_desktop.session.reader import read_session
from fer_desktop.session.recovery import sessions_to_recover
from fer_desktop.ui import rescue
from tests.gui.conftest import Desk
from tests.session.honest import cut_off, finished


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cut_off(tmp_path_factory.mktemp("killed"), frames=12)


def press(desk: Desk, text: str) -> None:
    (button,) = [b for b in desk.window.banner.findChildren(QPushButton) if b.text() == text]
    button.click()


def test_a_recording_that_was_cut_off_is_offered_and_recovered(desk: Desk, left: Path) -> None:
    folder = shutil.copytree(left, desk.sessions / left.name)
    desk.controller.rescue.look(desk.sessions)
    desk.until(lambda: desk.window.banner.text)
    assert f"A recording was cut off: {left.name}." in desk.window.banner.text
    assert read_session(folder).metadata.recovered is None, "only what is asked for is done"
    press(desk, "Recover")
    desk.until(lambda: desk.window.banner.text.startswith(f"Recovered: {left.name} (12 frames"))
    assert read_session(folder).metadata.recovered is not None
    assert check(folder).sound


def test_several_are_offered_and_told_in_one_sentence(desk: Desk, left: Path) -> None:
    folders = [shutil.copytree(left, desk.sessions / f"{left.name}-{number}") for number in range(3)]
    desk.controller.rescue.look(desk.sessions)
    desk.until(lambda: desk.window.banner.text.startswith("3 recordings were cut off."))
    press(desk, "Recover")
    desk.until(lambda: desk.window.banner.text == "3 recordings are recovered.")
    assert all(check(folder).sound for folder in folders)


def test_one_that_cannot_be_recovered_is_told_with_its_reason(desk: Desk, left: Path) -> None:
    good = shutil.copytree(left, desk.sessions / "good")
    bad = shutil.copytree(left, desk.sessions / "bad")
    log = bad / "log.csv"
    log.write_bytes(log.read_bytes().replace(b"\n1,", b"\none,", 1))
    desk.controller.rescue.look(desk.sessions)
    desk.until(lambda: desk.window.banner.text)
    press(desk, "Recover")
    desk.until(lambda: "is damaged near line" in desk.window.banner.text)
    desk.program.notifications.dismiss()
    desk.until(lambda: desk.window.banner.text.startswith("Recovered: good"))
    assert check(good).sound


def test_nothing_is_said_where_nothing_was_cut_off(desk: Desk) -> None:
    finished(desk.sessions, frames=6)
    desk.open("camera:0")
    desk.act("record")
    start = desk.index
    desk.until(lambda: desk.index > start + 5)
    desk.controller.rescue.look(desk.sessions)
    desk.until(lambda: not any(thread.name == "fer-rescue" for thread in threading.enumerate()))
    desk.controller.tick()
    assert desk.window.banner.text == ""
    assert desk.controller.recording.recorder is not None


def test_a_slow_disk_does_not_hold_up_the_window(
    desk: Desk, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    asked: list[Path] = []

    def slowly(find: Callable[[Path], list[Path]], parent: Path) -> list[Path]:
        asked.append(parent)
        gate.wait(10)
        return find(parent)

    shutil.copytree(left, desk.sessions / left.name)
    find = sessions_to_recover
    monkeypatch.setattr(rescue, "sessions_to_recover", lambda parent: slowly(find, parent))
    desk.open("camera:0")
    desk.controller.rescue.look(desk.sessions)
    start = desk.index
    desk.until(lambda: desk.index > start + 5)
    assert asked == [desk.sessions]
    assert desk.window.banner.text == ""
    gate.set()
    desk.until(lambda: "was cut off" in desk.window.banner.text)


def test_the_offer_is_made_in_spanish_too(desk: Desk, left: Path) -> None:
    shutil.copytree(left, desk.sessions / left.name)
    desk.window.commands.choose_setting("language", "es")
    desk.controller.rescue.look(desk.sessions)
    desk.until(lambda: desk.window.banner.text.startswith("Una grabación quedó interrumpida"))
    press(desk, "Recuperar")
    desk.until(lambda: desk.window.banner.text.startswith("Recuperada: "))
