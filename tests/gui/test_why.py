"""Why: red over the pixels that the answer hangs on, in the picture and in the inset."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from fer_desktop.emotions import EMOTIONS
from fer_desktop.ui.overlay import red_image
from fer_desktop.vision.insight import Area
from tests.gui.conftest import Desk
from tests.gui.fakes import FakeClip

NewDesk = Callable[[], Desk]


def colours(widget: QWidget) -> NDArray[np.int64]:
    """(H, W, 3) RGB of a widget as it is drawn."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return data[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(np.int64)


def redness(part: NDArray[np.int64]) -> float:
    """How much redder than grey an area is."""
    return float((part[..., 0] - part[..., 1:].mean(-1)).mean())


def halves(desk: Desk) -> tuple[float, float]:
    """Redness of the left and right half of the face on screen."""
    view = desk.window.stage.view
    shown = view.shown
    assert shown is not None
    assert shown.face is not None
    box: QRectF = view.box_rect(shown.face)
    picture = colours(view)
    top, bottom = round(box.top() + 0.3 * box.height()), round(box.bottom() - 0.3 * box.height())
    left, middle, right = round(box.left()) + 6, round(box.center().x()), round(box.right()) - 6
    return redness(picture[top:bottom, left : middle - 4]), redness(picture[top:bottom, middle + 4 : right])


def explained(desk: Desk) -> bool:
    return "hangs on" in desk.window.panel.why.sentence


def test_red_covers_in_proportion_to_heat_and_strength() -> None:
    image = red_image(np.array([[0.0, 0.5], [1.0, 1.0]], np.float32), 0.8)
    assert [image.pixelColor(x, y).alpha() for x, y in ((0, 0), (1, 0), (0, 1))] == [0, 102, 204]
    colour = image.pixelColor(0, 1)
    assert (colour.red(), colour.green(), colour.blue()) == (255, 0, 0)


def test_a_key_shows_what_the_answer_hangs_on_and_hides_it_again(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    before = halves(desk)
    assert not desk.window.panel.why.isVisible()
    QTest.keyClick(desk.window, Qt.Key.Key_W)
    desk.until(lambda: explained(desk))
    assert desk.window.panel.why.isVisible()
    assert "“happiness”" in desk.window.panel.why.sentence
    assert desk.window.actions_["why"].isChecked()
    left, right = halves(desk)
    assert left > before[0] + 60
    assert abs(right - before[1]) < 15
    QTest.keyClick(desk.window, Qt.Key.Key_W)
    desk.until(lambda: not desk.window.panel.why.isVisible())
    assert abs(halves(desk)[0] - before[0]) < 2


def test_the_red_turns_with_an_inclined_head(desk: Desk) -> None:
    """The fake network looks at the left half; of a head on its crown that is the right one."""
    desk.vision.turn = 180.0
    desk.open("clip.mp4")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    desk.act("why")
    desk.until(lambda: explained(desk))
    left, right = halves(desk)
    assert right > left + 60


def test_the_slider_makes_the_red_weaker_at_once_even_in_a_pause(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.act("play")
    desk.act("why")
    desk.until(lambda: explained(desk))
    desk.window.panel.why.set_strength(100)
    desk.until(lambda: halves(desk)[0] > 150)
    strong = halves(desk)[0]
    desk.window.panel.why.set_strength(20)
    desk.until(lambda: halves(desk)[0] < strong / 2)


def test_the_question_is_about_the_expression_that_is_shown(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("why")
    desk.until(lambda: explained(desk))
    assert set(desk.insight.asked) == {EMOTIONS.index("happiness")}
    desk.vision.label = "anger"
    desk.until(lambda: "“anger”" in desk.window.panel.why.sentence)


def test_the_red_is_on_the_chosen_face_only(desk: Desk) -> None:
    desk.vision.faces = 2
    desk.open("camera:0")
    desk.act("why")
    desk.until(lambda: desk.window.stage.view.explained == 1)
    assert desk.window.stage.view.shown is not None
    other = desk.window.stage.view.shown.result.faces[1].reading.face_id
    desk.window.commands.faces.choose(other)
    desk.until(lambda: desk.window.stage.view.explained == other)


def test_another_source_is_explained_anew(desk: Desk) -> None:
    """Both are one picture each, whose face has the same id."""
    desk.sources["one.mp4"] = lambda: FakeClip("one.mp4", frames=1)
    desk.sources["two.mp4"] = lambda: FakeClip("two.mp4", frames=1)
    desk.open("one.mp4")
    desk.act("why")
    desk.until(lambda: explained(desk))
    asked = len(desk.insight.asked)
    desk.open("two.mp4")
    desk.until(lambda: len(desk.insight.asked) > asked)


def test_nobody_before_the_camera_is_said(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("why")
    desk.until(lambda: explained(desk))
    desk.vision.faces = 0
    desk.until(lambda: desk.window.panel.why.sentence == "Waiting for a face.")


def test_a_network_without_companion_is_told_and_the_switch_goes_back(desk: Desk) -> None:
    desk.insight.missing = True
    desk.open("camera:0")
    desk.act("why")
    desk.until(lambda: "comes without fake.saliency.onnx" in desk.window.banner.text)
    assert not desk.window.actions_["why"].isChecked()
    assert not desk.window.panel.why.isVisible()
    desk.insight.missing = False
    desk.act("why")
    desk.until(lambda: explained(desk))
    assert not desk.window.banner.isVisible()


def test_a_small_window_stays_small_and_says_it_in_few_words(desk: Desk) -> None:
    desk.window.show_notice(False)
    desk.open("clip.mp4")
    desk.act("why")
    desk.until(lambda: explained(desk))
    # As a hand does it: by and by, so that the window can say how small it may become.
    for height in range(800, 590, -10):
        desk.window.resize(780, height)
        QApplication.processEvents()
    assert desk.window.height() == 600
    desk.until(lambda: desk.window.panel.why.sentence == "Red: what “happiness” hangs on. Not its cause.")
    desk.window.resize(780, 760)
    desk.until(lambda: "where the answer is sensitive" in desk.window.panel.why.sentence)


def test_the_choice_and_its_strength_are_remembered(new_desk: NewDesk) -> None:
    first = new_desk()
    first.open("camera:0")
    first.act("why")
    first.window.panel.why.set_strength(35)
    first.window.close()
    second = new_desk()
    second.open("camera:0")
    second.until(lambda: explained(second))
    assert second.window.panel.why.strength == 35
    assert second.window.actions_["why"].isChecked()


def test_it_explains_a_few_times_a_second_however_many_frames_come(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("why")
    desk.until(lambda: explained(desk))
    count = len(desk.insight.asked)
    index = desk.index
    desk.until(lambda: desk.index > index + 30)
    assert len(desk.insight.asked) - count < 20


def bars_marked(desk: Desk) -> bool:
    return desk.window.panel.bars.covered is not None


def test_covering_the_mouth_says_what_the_network_says_then(desk: Desk) -> None:
    desk.window.show_notice(False)
    desk.open("camera:0")
    desk.act("why")
    desk.until(lambda: explained(desk))
    assert not bars_marked(desk)
    QTest.mouseClick(desk.window.panel.why.button(1), Qt.MouseButton.LeftButton)
    desk.until(lambda: "goes from 0.86 to 0.10" in desk.window.panel.why.sentence)
    assert "most likely is “anger”" in desk.window.panel.why.sentence
    assert bars_marked(desk)
    # Only the mouth of the face was covered.
    seen = desk.insight.read_faces[-1]
    assert seen.shape == (48, 48)
    QTest.mouseClick(desk.window.panel.why.button(0), Qt.MouseButton.LeftButton)
    assert not desk.window.panel.why.button(1).isChecked()
    QTest.mouseClick(desk.window.panel.why.button(0), Qt.MouseButton.LeftButton)
    desk.until(lambda: not bars_marked(desk))
    assert "hangs on" in desk.window.panel.why.sentence


def test_any_part_is_covered_by_dragging_and_uncovered_by_a_click(desk: Desk) -> None:
    desk.window.show_notice(False)
    desk.open("clip.mp4")
    desk.act("play")
    desk.act("why")
    desk.until(lambda: explained(desk))
    inset = desk.window.panel.why.inset
    QTest.mousePress(inset, Qt.MouseButton.LeftButton, pos=QPoint(24, 12))
    QTest.mouseMove(inset, QPoint(40, 30))
    QTest.mouseRelease(inset, Qt.MouseButton.LeftButton, pos=QPoint(72, 60))
    assert desk.window.panel.why.cover == Area(0.25, 0.125, 0.5, 0.5)
    desk.until(lambda: bars_marked(desk))
    QTest.mouseClick(inset, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    desk.until(lambda: desk.window.panel.why.cover is None and not bars_marked(desk))


def test_switching_it_off_takes_the_cover_and_its_marks_away(desk: Desk) -> None:
    desk.window.show_notice(False)
    desk.open("camera:0")
    desk.act("why")
    desk.until(lambda: explained(desk))
    desk.window.panel.why.set_cover(Area(0, 0, 1, 0.5))
    desk.until(lambda: bars_marked(desk))
    desk.act("why")
    desk.until(lambda: not bars_marked(desk))
    desk.act("why")
    desk.until(lambda: explained(desk))
    assert desk.window.panel.why.cover is None
