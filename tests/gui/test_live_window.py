"""The window before a camera."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fer_desktop.emotions import EMOTIONS, UNSURE
from fer_desktop.errors import SourceError
from fer_desktop.ui.moments import NOBODY, TimeBase
from tests.gui.conftest import Desk
from tests.gui.fakes import FakeCamera


def test_a_face_before_the_camera_becomes_box_bars_and_curves(desk: Desk) -> None:
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.headline == "happiness")
    desk.until(lambda: "".join(desk.window.panel.bars.numbers))

    numbers = dict(zip(EMOTIONS, desk.window.panel.bars.numbers, strict=True))
    assert max(numbers, key=lambda name: float(numbers[name])) == "happiness"
    assert desk.window.timeline.visible_labels == EMOTIONS
    assert desk.controller.current is not None
    assert desk.controller.current.feed.history.time_base is TimeBase.CLOCK
    assert desk.message == ""
    assert desk.window.transport.isHidden()


def _beyond(desk: Desk, index: int) -> bool:
    return desk.index > index


def test_the_overlay_belongs_to_the_frame_on_screen(desk: Desk) -> None:
    desk.open("camera:0")
    for _ in range(5):
        index = desk.index
        desk.until(partial(_beyond, desk, index))
        shown = desk.window.stage.view.shown
        assert shown is not None
        box = shown.result.faces[0].reading.box
        x, y = (round(c) for c in box.centre)
        height, width = shown.pixels.shape[:2]
        scale = width / shown.frame_size[0]
        blue, green, red, _ = shown.pixels[min(round(y * scale), height - 1), round(x * scale)].tolist()
        assert red > green > blue, "the middle of the box shows no skin"


def test_status_tells_rates_latency_provider_and_drops(desk: Desk) -> None:
    desk.open("camera:0")
    status = desk.window.status
    desk.until(lambda: status.text("capture")[:1].isdigit() and "–" not in status.text("latency"))
    assert "analysed/s" in status.text("analysis")
    assert status.text("provider") == "fake 1  ·  CPU"
    assert "dropped" in status.text("dropped")


def test_a_click_or_a_key_chooses_the_face(desk: Desk) -> None:
    desk.vision.faces = 3
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.headline == "happiness")

    view = desk.window.stage.view
    assert view.shown is not None
    second = view.box_rect(view.shown.result.faces[1])
    spot = QPoint(round(second.right()) - 4, round(second.bottom()) - 4)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    desk.until(lambda: view.shown is not None and view.shown.face is not None)
    desk.until(lambda: view.shown is not None and view.shown.face.reading.face_id == 2)  # type: ignore[union-attr]
    desk.until(lambda: desk.window.panel.headline == "sadness")

    QTest.keyClick(desk.window, Qt.Key.Key_3)
    desk.until(lambda: desk.window.panel.headline == "surprise")
    desk.act("face_auto")


def test_nobody_before_the_camera_is_said_and_bars_become_empty(desk: Desk) -> None:
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.bars.numbers)
    desk.vision.faces = 0
    desk.until(lambda: "No face" in desk.message)
    desk.until(lambda: desk.window.panel.bars.empty)
    assert desk.window.panel.headline == "No face"

    desk.vision.reason = "too_dark"
    desk.until(lambda: "Too dark" in desk.message)

    desk.vision.faces = 1
    desk.until(lambda: desk.message == "")
    current = desk.controller.current
    assert current is not None
    last = current.feed.history.last_time()
    assert last is not None
    rows = current.feed.history.rows(last - 60, last)
    nobody, somebody = rows.times[rows.labels == NOBODY], rows.times[rows.labels != NOBODY]
    assert nobody[-1] - nobody[0] > 1.0
    # A busy machine looks away for so long that it breaks a gap in two, or makes one of its own.
    gaps = current.feed.history.curves(last - 60, last).gaps()
    assert all(any(start < t < end for start, end in gaps) for t in nobody[1:-1])
    assert not any(start < t < end for start, end in gaps for t in somebody)


def test_unsure_is_a_state_of_its_own(desk: Desk) -> None:
    desk.vision.share = 0.2
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.headline == UNSURE)


def test_pause_holds_the_picture_and_space_goes_on(desk: Desk, qtbot: QtBot) -> None:
    desk.open("camera:0")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    index = desk.index
    qtbot.wait(200)
    assert desk.index == index
    assert not desk.window.panel.bars.empty

    QTest.keyClick(desk.window, Qt.Key.Key_Space)
    desk.until(lambda: desk.index > index)


def test_a_camera_that_is_pulled_out_is_waited_for(desk: Desk) -> None:
    desk.open("camera:0")
    desk.camera.unplug()
    desk.until(lambda: desk.message.startswith("Fake camera is gone"))
    index = desk.index
    desk.camera.plug_in()
    desk.until(lambda: desk.index > index)
    desk.until(lambda: desk.message == "")


def test_another_camera_takes_over_and_the_first_is_given_back(desk: Desk) -> None:
    other = FakeCamera("Other camera")
    desk.sources["camera:1"] = lambda: other
    desk.open("camera:0")
    desk.open("camera:1")
    desk.until(desk.camera.closed.is_set)
    assert "Other camera" in desk.window.windowTitle()


def test_the_same_camera_can_be_opened_again(desk: Desk) -> None:
    desk.open("camera:0")
    first = desk.controller.current
    desk.sources["camera:0"] = lambda: FakeCamera("Fake camera")
    desk.controller.open("camera:0")
    desk.until(lambda: desk.controller.current is not None and desk.controller.current is not first)
    assert desk.camera.closed.is_set()


def test_a_camera_that_does_not_open_leaves_the_running_one_alone(desk: Desk) -> None:
    broken = FakeCamera("Broken camera")
    broken.fails_with = SourceError("Broken camera does not answer.", "Plug it in again.")
    desk.sources["camera:9"] = lambda: broken
    desk.open("camera:0")
    desk.controller.open("camera:9")
    desk.until(lambda: desk.window.banner.text)
    assert desk.window.banner.text == "Broken camera does not answer. Plug it in again."
    index = desk.index
    desk.until(lambda: desk.index > index)
    assert desk.text == "camera:0"


def test_opening_can_be_cancelled(desk: Desk) -> None:
    slow = FakeCamera("Slow camera")
    slow.opens_after_s = 0.4
    desk.sources["camera:2"] = lambda: slow
    desk.controller.open("camera:2")
    desk.until(lambda: "Opening Slow camera" in desk.message)
    assert desk.window.stage.message is not None
    assert desk.window.stage.message.act is not None
    desk.window.stage.message.act()
    desk.until(lambda: desk.message.startswith("Nothing is open"))


def test_without_a_source_the_window_offers_the_demo_and_does_not_record(desk: Desk) -> None:
    desk.until(lambda: desk.message.startswith("Nothing is open"))
    assert not desk.window.actions_["record"].isEnabled()
    assert not desk.window.actions_["play"].isEnabled()
    assert not desk.window.actions_["marker"].isEnabled()


def test_closing_the_source_empties_the_window(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("close_source")
    desk.until(lambda: desk.message.startswith("Nothing is open"))
    assert desk.window.stage.view.shown is None
    assert desk.window.windowTitle() == "FER Desktop"
    desk.until(desk.camera.closed.is_set)


def test_a_curve_is_hidden_and_shown_by_its_name(desk: Desk) -> None:
    desk.open("camera:0")
    timeline = desk.window.timeline
    desk.until(lambda: timeline.visible_labels)
    fear = timeline.legend.button(EMOTIONS.index("fear"))
    fear.click()
    assert "fear" not in timeline.visible_labels
    fear.click()
    assert timeline.visible_labels == EMOTIONS


def test_space_presses_a_button_that_was_reached_by_tab(desk: Desk) -> None:
    desk.open("camera:0")
    button = desk.window.notice.button
    desk.window.activateWindow()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    desk.until(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert desk.window.notice.isHidden()
    desk.until(lambda: desk.index > 3)
    assert desk.message == ""


def test_a_network_that_fails_on_every_frame_is_told_and_can_be_tried_again(desk: Desk) -> None:
    desk.open("camera:0")
    desk.vision.broken = True
    desk.until(lambda: "fails on every frame" in desk.message, 60_000)
    assert not desk.window.actions_["record"].isEnabled()
    desk.vision.broken = False
    assert desk.window.stage.message is not None
    assert desk.window.stage.message.act is not None
    desk.window.stage.message.act()
    desk.until(lambda: desk.message == "" and desk.index >= 0)
