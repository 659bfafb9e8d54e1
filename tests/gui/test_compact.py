"""The small view: the same face on top of other windows, and the way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fer_desktop.ui.notifications import Notification, Severity
from tests.gui.conftest import Desk


def small(desk: Desk) -> None:
    desk.open("camera:0")
    QTest.keyClick(desk.window, Qt.Key.Key_C)
    desk.until(lambda: desk.window.compact.panel.headline == "happiness")


def test_the_small_view_shows_the_face_and_goes_on_while_the_window_is_hidden(desk: Desk) -> None:
    small(desk)
    compact = desk.window.compact
    assert compact.isVisible()
    assert not desk.window.isVisible()
    assert compact.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    desk.vision.label = "surprise"
    desk.until(lambda: compact.panel.headline == "surprise")
    index = desk.index
    desk.until(lambda: desk.index > index + 3)
    desk.until(lambda: compact.view.shown is not None and compact.view.fits)


@pytest.mark.parametrize("way", ["C", "Escape", "cross", "double click"])
def test_every_way_back_leads_to_the_window(desk: Desk, way: str) -> None:
    small(desk)
    compact = desk.window.compact
    if way == "cross":
        compact.close()
    elif way == "double click":
        QTest.mouseDClick(compact.panel, Qt.MouseButton.LeftButton)
    else:
        QTest.keyClick(compact, Qt.Key.Key_C if way == "C" else Qt.Key.Key_Escape)
    assert desk.window.isVisible()
    assert not compact.isVisible()
    index = desk.index
    desk.until(lambda: desk.index > index)


def test_it_is_as_small_as_280_by_240_without_the_picture_and_larger_with_it(desk: Desk) -> None:
    small(desk)
    compact = desk.window.compact
    compact.resize(280, 240)
    assert (compact.width(), compact.height()) == (280, 240)
    assert not compact.view.isVisible()
    assert compact.panel.bars.isVisible()
    compact.resize(280, 420)
    assert compact.view.isVisible()
    desk.until(lambda: compact.view.height() >= 120)


def test_its_place_is_remembered(new_desk: Callable[[], Desk]) -> None:
    desk = new_desk()
    small(desk)
    desk.window.compact.resize(333, 444)
    desk.act("compact")
    desk.window.close()
    again = new_desk()
    again.act("compact")
    assert (again.window.compact.width(), again.window.compact.height()) == (333, 444)


def test_keys_work_there_and_a_recording_is_seen(desk: Desk) -> None:
    small(desk)
    compact = desk.window.compact
    QTest.keyClick(compact, Qt.Key.Key_R)
    desk.until(lambda: compact.recording.startswith("●  0:0"))
    QTest.keyClick(compact, Qt.Key.Key_Space)
    desk.until(lambda: compact.news == "Paused")
    QTest.keyClick(compact, Qt.Key.Key_R)
    desk.until(lambda: compact.recording == "")


def test_trouble_is_told_in_the_small_view(desk: Desk) -> None:
    small(desk)
    desk.camera.unplug()
    desk.until(lambda: desk.window.compact.news.startswith("Fake camera is gone"))
    desk.program.notifications.post(Notification(Severity.ERROR, "The disk is full.", replace="record"))
    desk.until(lambda: desk.window.compact.news == "The disk is full.")


def test_closing_the_program_from_the_small_view_closes_both(desk: Desk) -> None:
    small(desk)
    QTest.keyClick(desk.window.compact, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not desk.window.compact.isVisible()
    assert desk.camera.closed.is_set()
