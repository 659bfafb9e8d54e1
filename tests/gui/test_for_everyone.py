"""Without a mouse, without colours, without eyes: names, the way of the Tab key, and what is read out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QDialog,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from fer_desktop.ui.dialogs import SettingsDialog
from fer_desktop.ui.export_dialog import ExportDialog
from fer_desktop.ui.face_panel import FacePanel
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.notifications import Notification, Severity
from fer_desktop.ui.readout import Readout
from fer_desktop.ui.theme import LIGHT
from tests.gui.conftest import Desk
from tests.gui.test_feed import face, fed, result

CONTROLS = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)


def name_of(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()


def controls(top: QWidget) -> Iterator[QWidget]:
    """What can be operated and is on screen."""
    for widget in top.findChildren(QWidget):
        focusable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        control = isinstance(widget, CONTROLS) and not isinstance(widget, QScrollBar)
        if widget.isVisible() and (control or focusable):
            yield widget


def open_everything(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.controller.why.switch(True)
    note = Notification(Severity.WARNING, "Something.", action="Do it", act=lambda: None)
    desk.program.notifications.post(note)
    desk.act("settings")
    desk.act("help")
    desk.act("about")
    desk.until(lambda: desk.window.banner.text)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_control_has_a_name(desk: Desk, language: str) -> None:
    desk.window.commands.choose_setting("language", language)
    open_everything(desk)
    dialogs = desk.window.findChildren(QDialog)
    assert len(dialogs) == 3
    found = list(controls(desk.window))
    assert len(found) > 30
    nameless = [f"{type(w).__name__} in {type(w.parent()).__name__}" for w in found if not name_of(w)]
    assert not nameless
    for dialog in dialogs:
        dialog.close()


def tab_order(desk: Desk) -> list[QWidget]:
    first = desk.window.stage.view
    order: list[QWidget] = [first]
    widget = first.nextInFocusChain()
    while widget is not None and widget is not first:
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(widget)
        widget = widget.nextInFocusChain()
    return order


def test_tab_goes_from_the_picture_down_to_the_curves_and_reaches_the_toolbar(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.controller.why.switch(True)
    window = desk.window
    desk.until(
        lambda: window.timeline.legend.button(0).isVisible()
    )  # made anew for the labels of this source
    order = tab_order(desk)

    def place(part: QWidget) -> int:
        return next(i for i, w in enumerate(order) if w is part or part.isAncestorOf(w))

    parts = (window.stage, window.transport, window.panel, window.timeline, window.menus.toolbar)
    assert [place(part) for part in parts] == sorted(place(part) for part in parts)
    names = [name_of(widget) for widget in order]
    assert "Picture with faces" in names
    assert "Source: clip.mp4" in names


def test_a_picture_that_was_reached_by_tab_shows_it(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    view = desk.window.stage.view
    desk.window.activateWindow()
    desk.window.notice.button.setFocus()
    plain = view.grab().toImage()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    desk.until(view.hasFocus)
    assert view.grab().toImage() != plain
    assert view.grab().toImage().pixelColor(view.width() // 2, 0).name().upper() == LIGHT.accent


class Ear:
    """A screen reader that remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __call__(self, _: QWidget, sentence: str) -> None:
        self.heard.append(sentence)


def seen(*labels: str) -> Shown:
    feed = fed()
    faces = [replace(face(1 + place, 40 - place), stable_label=label) for place, label in enumerate(labels)]
    feed(result(0, 0.0, *faces))
    shown = feed.newest()
    assert shown is not None
    return shown


@pytest.fixture
def panel(qtbot: QtBot) -> FacePanel:
    panel = FacePanel(LIGHT)
    qtbot.addWidget(panel)
    return panel


def listen(panel: FacePanel, *times: tuple[float, Shown]) -> list[str]:
    """Play shown frames, each until its time, at ten a second; returns what was said."""
    ear = Ear()
    readout, now = Readout(ear), 0.0
    for until_s, shown in times:
        while now < until_s:
            readout.tick(panel, shown, now)
            now += 0.1
    return ear.heard


def test_an_expression_that_stays_is_said_once(panel: FacePanel) -> None:
    assert listen(panel, (30.0, seen("happiness"))) == ["happiness"]
    assert panel.accessibleDescription() == "happiness"


def test_what_passes_within_a_second_is_not_said(panel: FacePanel) -> None:
    happy, sad = seen("happiness"), seen("sadness")
    assert listen(panel, (10.0, happy), (10.6, sad), (20.0, happy)) == ["happiness"]


def test_changes_are_said_at_most_every_four_seconds_and_the_newest_counts(panel: FacePanel) -> None:
    heard = listen(
        panel, (2.0, seen("happiness")), (3.5, seen("fear")), (9.0, seen("sadness")), (12.0, seen("unsure"))
    )
    assert heard == ["happiness", "sadness", "unsure"]


def test_of_several_faces_it_is_said_whose_expression_it_is(panel: FacePanel) -> None:
    several = seen("happiness", "fear")
    named = seen("surprise")
    named.people.call(1, "Ana")
    nobody = seen()
    assert listen(panel, (6.0, several), (12.0, named), (18.0, nobody)) == [
        "Face 1: happiness",
        "Ana (1): surprise",
        "No face",
    ]


def test_the_window_reads_out_and_can_be_told_to_say_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear()
    desk.window.readout = Readout(ear)
    desk.open("camera:0")
    desk.until(lambda: ear.heard == ["happiness"])
    assert "happiness 0." in desk.window.panel.bars.accessibleDescription()
    ticks: list[object] = []
    monkeypatch.setattr(Readout, "tick", lambda *args: ticks.append(args))
    desk.until(lambda: ticks)
    desk.window.commands.apply_settings({"readout": "off"})
    ticks.clear()
    index = desk.index
    desk.until(lambda: desk.index > index + 30)
    assert not ticks


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader is told."""
    sentences: list[str] = []

    def hear(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            sentences.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return sentences


def test_the_line_for_news_is_read_out_and_its_progress_once(desk: Desk, heard: list[str]) -> None:
    notifications = desk.program.notifications
    notifications.post(Notification(Severity.ERROR, "The disk is full.", "Make room."))
    desk.window.banner.set_theme(LIGHT)
    assert heard == ["The disk is full. Make room."]
    notifications.dismiss()
    for percent in (1, 2, 3):
        notifications.post(Notification(Severity.PROGRESS, f"Writing … {percent} %", replace="output"))
    assert heard[1:] == ["Writing … 1 %"]
    notifications.withdraw("output")
    notifications.post(Notification(Severity.ERROR, "The disk is full.", "Make room."))
    assert heard[2:] == ["The disk is full. Make room."]


def test_what_dialogs_say_of_what_is_wrong_or_replaced_is_read_out(
    desk: Desk, heard: list[str], tmp_path: Path
) -> None:
    desk.act("settings")
    (settings,) = desk.window.findChildren(SettingsDialog)
    settings.import_from(tmp_path / "nowhere.json")
    assert heard == [settings.trouble]
    assert "nowhere.json" in heard[0]
    there = tmp_path / "session.xlsx"
    dialog = ExportDialog(tmp_path, desk.window, lambda _: None, lambda _: [there], can_be_filmed=False)
    assert heard[1:] == ["There already, and replaced: session.xlsx"]
    dialog.reject()
