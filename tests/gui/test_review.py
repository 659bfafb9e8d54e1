"""Looking back at a camera: bars, boxes and, where they are kept, pictures of a moment; live goes on."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fer_desktop.capture.frame import Frame
from fer_desktop.engine.pictures import Pictures
from fer_desktop.engine.result import Result
from fer_desktop.ui.review import Review
from tests.gui.conftest import Desk
from tests.gui.fakes import picture
from tests.gui.test_history import face
from tests.gui.test_timeline import click, wheel
from tests.gui.test_why import explained, halves


def look_back(desk: Desk) -> Review:
    """Click on a moment some frames ago, and wait for it."""
    review, timeline = desk.controller.review, desk.window.timeline
    desk.until(lambda: timeline.span.end > 0 and desk.index > 20)
    wheel(desk, 15, 1.0)
    desk.until(lambda: timeline.follows and timeline.span.width < 3)
    assert desk.controller.current is not None
    history = desk.controller.current.feed.history
    last = history.last_time()
    assert last is not None
    desk.until(lambda: timeline.span.end >= last)
    span = timeline.span
    click(desk, (last - 0.2 - span.start) / span.width)
    # Settled is when the moment is ready; only the next tick shows it.
    desk.until(lambda: review.on and review.settled and desk.window.stage.view.shown is review.tick())
    return review


def pictured(review: Review) -> bool:
    """Whether the moment on screen has its picture."""
    return review.sighting is not None and review.sighting.pictured


def test_a_click_shows_the_bars_of_that_moment_and_says_that_it_is_past(desk: Desk) -> None:
    desk.vision.label = "anger"
    desk.open("camera:0")
    desk.until(lambda: desk.index > 30)
    desk.vision.label = "surprise"
    desk.until(lambda: desk.window.panel.headline == "surprise")
    assert desk.window.panel.when == ""
    review = look_back(desk)
    QTest.keyClick(desk.window, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: review.settled)
    while review.at is not None and desk.window.panel.headline != "anger":
        at = review.at
        QTest.keyClick(desk.window, Qt.Key.Key_Left)
        desk.until(lambda: review.settled and desk.window.stage.view.shown is review.tick())
        assert review.at is not None
        assert review.at < at
    assert desk.window.panel.when.startswith("Not live: ")
    assert desk.window.panel.when.endswith(" ago")
    desk.until(lambda: "".join(desk.window.panel.bars.numbers))
    assert "no picture was kept" in desk.message
    assert desk.window.stage.view.shown is not None
    assert desk.window.stage.view.shown.result.faces[0].stable_label == "anger"

    QTest.keyClick(desk.window, Qt.Key.Key_Home)
    desk.until(lambda: desk.window.panel.headline == "surprise")
    assert desk.window.panel.when == ""
    assert desk.message == ""


def test_the_camera_is_analysed_and_recorded_while_one_looks_back(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("record")
    look_back(desk)
    assert desk.controller.current is not None
    assert desk.controller.recording.recorder is not None
    analysed = desk.controller.current.engine.counters().analysed
    rows = desk.controller.recording.recorder.rows
    held = desk.index
    desk.until(
        lambda: (
            desk.controller.current is not None
            and desk.controller.recording.recorder is not None
            and desk.controller.current.engine.counters().analysed > analysed + 10
            and desk.controller.recording.recorder.rows > rows + 10
        )
    )
    assert desk.index == held, "the moment stays"
    desk.act("live")
    desk.until(lambda: desk.index > held + 10)


def test_steps_go_frame_by_frame_and_show_each_frame_with_its_own_boxes(desk: Desk) -> None:
    desk.open("camera:0")
    review = look_back(desk)
    before = desk.index
    QTest.keyClick(desk.window, Qt.Key.Key_Left)
    desk.until(lambda: review.settled and desk.index < before)
    for _ in range(2):
        QTest.keyClick(desk.window, Qt.Key.Key_Right)
    desk.until(lambda: review.settled and desk.index > before)
    QTest.keyClick(desk.window, Qt.Key.Key_Left)
    desk.until(lambda: review.settled and desk.index == before)


def test_pictures_are_kept_only_when_they_are_wanted(desk: Desk) -> None:
    desk.open("camera:0")
    review = look_back(desk)
    assert desk.controller.current is not None
    pictures = desk.controller.current.pictures
    assert pictures.bytes == 0
    assert not pictured(review)
    assert desk.window.stage.message is not None
    assert desk.window.stage.message.act is not None
    desk.window.stage.message.act()
    assert not review.on
    desk.until(lambda: pictures.bytes > 0)
    counters = desk.controller.current.engine.counters
    analysed = counters().analysed
    desk.until(lambda: counters().analysed > analysed + 3)  # of which a busy machine passes many over
    QTest.keyClick(desk.window, Qt.Key.Key_Left)
    desk.until(lambda: review.settled)
    assert pictured(review)
    desk.until(lambda: desk.message.endswith(" ago"))
    desk.window.commands.choose_setting("look_back", "off")
    assert pictures.bytes == 0


def test_why_is_answered_for_the_moment(desk: Desk) -> None:
    desk.program.store.change(look_back="on")
    desk.open("camera:0")
    review = look_back(desk)
    assert pictured(review)
    before = halves(desk)[0]
    desk.act("why")
    desk.until(lambda: explained(desk))
    desk.until(lambda: halves(desk)[0] > before + 60)


def test_without_a_picture_nothing_is_explained(desk: Desk) -> None:
    desk.open("camera:0")
    look_back(desk)
    desk.act("why")
    desk.until(lambda: "no picture of this moment" in desk.window.panel.why.sentence)
    desk.act("live")
    desk.until(lambda: explained(desk))


def test_another_face_of_the_moment_can_be_chosen(desk: Desk) -> None:
    desk.vision.faces = 2
    desk.open("camera:0")
    review = look_back(desk)
    view = desk.window.stage.view
    assert view.shown is not None
    other = view.shown.result.faces[1].reading.face_id
    desk.window.commands.faces.choose(other)
    desk.until(lambda: review.settled and view.shown is not None and view.shown.face is not None)
    desk.until(lambda: desk.window.panel.headline == "sadness")
    assert desk.controller.current is not None
    assert desk.controller.current.feed.chosen is None, "live goes on as before"


def test_another_source_ends_looking_back(desk: Desk) -> None:
    desk.open("camera:0")
    review = look_back(desk)
    desk.open("clip.mp4")
    assert not review.on
    assert desk.window.panel.when == ""
    assert review.past is None


def test_a_clip_is_led_to_changes_that_are_known(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.until(lambda: desk.index > 20)
    desk.vision.label = "anger"
    desk.until(lambda: desk.window.panel.headline == "anger")
    changed = desk.index
    desk.until(lambda: desk.index > changed + 2)
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    stopped = desk.index
    QTest.keyClick(desk.window, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: 20 <= desk.index < stopped)
    assert desk.message == "Paused"


def seen(t_s: float, value: int = 90) -> Result:
    image = np.full((360, 1280, 3), value, np.uint8)
    return Result(Frame(round(30 * t_s), image, t_s), (face(),), "", 5.0, 9.0, 0)


def test_pictures_come_back_at_their_old_size_with_the_faces_of_their_frame() -> None:
    pictures = Pictures()
    pictures(seen(0.0))
    assert pictures.bytes == 0
    pictures.switch(True)
    one = seen(1.0, 200)
    pictures(one)
    pictures(seen(2.0))
    found = pictures.find(1.0)
    assert found is not None
    assert found.frame.image.shape == (360, 1280, 3)
    assert abs(int(found.frame.image.mean()) - 200) <= 2
    assert found.faces is one.faces
    assert pictures.find(1.5) is None
    pictures.switch(False)
    assert pictures.bytes == 0
    assert pictures.find(1.0) is None


def test_old_pictures_go_by_age_and_by_size() -> None:
    by_age = Pictures(kept_s=10)
    by_age.switch(True)
    for t in range(30):
        by_age(seen(float(t)))
    assert by_age.find(18.0) is None
    assert by_age.find(19.0) is not None

    rough = Result(Frame(0, picture(640, 360, 0.0), 0.0), (), "no_face", 1.0, 1.0, 0)
    by_size = Pictures(most_bytes=50_000)
    by_size.switch(True)
    for _ in range(40):
        by_size(rough)
        assert by_size.bytes <= 50_000
    assert by_size.bytes > 0


def test_a_picture_is_kept_within_a_few_milliseconds() -> None:
    pictures = Pictures()
    pictures.switch(True)
    frame = Result(Frame(0, picture(1280, 720, 0.0), 0.0), (), "no_face", 1.0, 1.0, 0)
    times = []
    for _ in range(30):
        started = time.perf_counter()
        pictures(frame)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.02
    assert pictures.bytes / 30 == pytest.approx(15_000, abs=15_000)
