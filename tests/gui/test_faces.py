"""Several faces: marks, names, hiding, and which one the window shows."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from fer_desktop.ui.chips import Chip, laid_out
from fer_desktop.ui.feed import ScreenFeed
from fer_desktop.ui.marks import SHAPES, paint_mark
from fer_desktop.ui.people import LONGEST_NAME, People
from tests.gui.conftest import Desk
from tests.gui.test_feed import face, fed, result


def ids_on_screen(desk: Desk) -> list[int]:
    shown = desk.window.stage.view.shown
    return [] if shown is None else [one.reading.face_id for one in shown.faces]


def chosen(desk: Desk) -> int:
    shown = desk.window.stage.view.shown
    return 0 if shown is None or shown.face is None else shown.face.reading.face_id


def feed_of(desk: Desk) -> ScreenFeed:
    assert desk.controller.current is not None
    return desk.controller.current.feed


def give_name(desk: Desk, name: str) -> None:
    desk.until(desk.window.actions_["name_face"].isEnabled)
    QTest.keyClick(desk.window, Qt.Key.Key_F2)
    dialog = desk.window.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue(name)
    dialog.accept()
    dialog.deleteLater()
    QApplication.sendPostedEvents()


def rows(folder: Path) -> list[tuple[str, str, str]]:
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        return [(row["kind"], row["label"], row["detail"]) for row in csv.DictReader(file)]


def drawn(face_id: int) -> bytes:
    canvas = QImage(24, 24, QImage.Format.Format_Grayscale8)
    canvas.fill(0)
    with QPainter(canvas) as painter:
        paint_mark(painter, face_id, QPointF(12, 12), 16, QColor("white"))
    return bytes(canvas.constBits())


@pytest.mark.usefixtures("qapp")
def test_faces_that_are_seen_together_have_different_marks() -> None:
    marks = [np.frombuffer(drawn(face_id), np.uint8) for face_id in range(1, len(SHAPES) + 1)]
    for place, one in enumerate(marks):
        assert one.any()
        for other in marks[place + 1 :]:
            assert (abs(one.astype(int) - other) > 128).sum() >= 20
    assert drawn(1) == drawn(1 + len(SHAPES))


def chips_at(*boxes: QRectF) -> list[Chip]:
    """The first is the chosen face's."""
    return [
        Chip(face(number), box, f"{number}", "happiness 100 %", chosen=number == 1)
        for number, box in enumerate(boxes, 1)
    ]


@pytest.mark.usefixtures("qapp")
def test_chips_do_not_lie_over_each_other() -> None:
    picture = QRectF(0, 0, 600, 300)
    boxes = QRectF(100, 60, 80, 80), QRectF(150, 60, 80, 80), QRectF(120, 2, 60, 60), QRectF(560, 260, 40, 40)
    placed = [area for _, area in laid_out(chips_at(*boxes), picture)]
    for place, area in enumerate(placed):
        assert picture.contains(area)
        assert not any(area.intersects(other) for other in placed[place + 1 :])


@pytest.mark.usefixtures("qapp")
def test_a_chip_has_all_its_words_above_its_face_where_there_is_room() -> None:
    chip = chips_at(QRectF(100, 60, 80, 80))[0]
    ((said, area),) = laid_out([chip], QRectF(0, 0, 600, 300))
    assert said.text == "happiness 100 %"
    assert area.bottom() < 60


@pytest.mark.usefixtures("qapp")
def test_a_chip_keeps_off_other_faces_and_gives_up_its_words_for_it() -> None:
    picture = QRectF(0, 0, 380, 300)
    boxes = QRectF(140, 60, 100, 130), QRectF(270, 75, 70, 90)
    (_, first), (short, second) = laid_out(chips_at(*boxes), picture)
    assert not first.intersects(boxes[1])
    assert not second.intersects(boxes[0])
    assert not second.intersects(first)
    assert (short.who, short.text) == ("2", "")
    assert second.width() < first.width() / 2


@pytest.mark.usefixtures("qapp")
def test_chips_of_two_close_faces_keep_off_them() -> None:
    boxes = QRectF(20, 5, 130, 350), QRectF(160, 5, 130, 350)
    (first, one), (second, other) = laid_out(chips_at(*boxes), QRectF(0, 0, 640, 360))
    assert (first.text, second.text) == ("", "happiness 100 %")
    assert not one.intersects(boxes[1])
    assert not other.intersects(boxes[0])
    assert not one.intersects(other)


@pytest.mark.usefixtures("qapp")
def test_words_do_not_come_and_go_with_a_trembling_box() -> None:
    cramped, said = frozenset[int](), []
    for left in (300, 288, 289, 288, 290, 330):
        boxes = QRectF(140, 60, 100, 290), QRectF(left, 60, 100, 290)
        placed = laid_out(chips_at(*boxes), QRectF(0, 40, 640, 320), cramped)
        cramped = frozenset(chip.face.reading.face_id for chip, _ in placed if not chip.text)
        said.append(placed[0][0].text)
    wide = next(at for at, text in enumerate(said) if not text)
    assert not any(said[wide:-1])


def test_a_larger_face_is_followed_after_a_second_and_not_before() -> None:
    feed = fed()

    def followed(t_s: float, first: float, second: float) -> int:
        feed(result(0, t_s, face(1, first), face(2, second)))
        shown = feed.newest()
        assert shown is not None
        assert shown.face is not None
        return shown.face.reading.face_id

    assert followed(0.0, 40, 20) == 1
    assert followed(1.0, 40, 80) == 1
    assert followed(1.5, 40, 40) == 1  # it went back
    assert followed(2.0, 40, 80) == 1
    assert followed(2.9, 40, 80) == 1
    assert followed(3.1, 40, 80) == 2
    for t_s in (4.0, 5.0, 6.0, 7.0):
        assert followed(t_s, 42, 40) == 2, "two of about one size take no turns"


def test_the_choice_holds_though_another_is_larger() -> None:
    feed = fed()
    feed.choose(1)
    for t_s in (0.0, 1.0, 2.0, 3.0):
        feed(result(0, t_s, face(1, 20), face(2, 80)))
    shown = feed.newest()
    assert shown is not None
    assert shown.face is not None
    assert shown.face.reading.face_id == 1


def test_a_face_is_chosen_in_a_picture_that_stands_still() -> None:
    feed = fed()
    feed(result(0, 0.0, face(1, 80), face(2, 20)))
    before = feed.newest()
    feed.choose(2)
    after = feed.newest()
    assert before is not None
    assert after is not None
    assert after.face is not None
    assert after.face.reading.face_id == 2
    assert after.serial == before.serial, "it is no new frame"


def test_a_name_is_one_line_and_short() -> None:
    people = People()
    assert people.call(1, "  Ana \n María ") == "Ana María"
    assert people.title(1) == "Ana María (1)"
    assert people.short(1) == "1 Ana María"
    assert len(people.call(2, "x" * 100)) == LONGEST_NAME
    assert people.call(1, "  ") == ""
    assert people.title(1) == "Face 1"


def test_a_name_stands_in_panel_and_timeline_and_goes_with_the_source(desk: Desk) -> None:
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.who == "Face 1")
    give_name(desk, "Ana")
    desk.until(lambda: desk.window.panel.who == "Ana (1)")
    desk.until(lambda: desk.window.timeline.whose == "Ana (1)")
    assert "Ana" not in desk.program.store.path.read_text(encoding="utf-8")

    desk.open("clip.mp4")
    desk.until(lambda: desk.window.panel.who == "Face 1")


def test_names_are_written_into_a_recording_and_nowhere_else(desk: Desk) -> None:
    desk.open("camera:0")
    desk.until(lambda: chosen(desk) == 1)
    give_name(desk, "Ana, the first")
    desk.act("record")
    give_name(desk, "Eva")
    give_name(desk, "Eva")
    give_name(desk, "")
    desk.act("record")
    desk.until(lambda: desk.window.banner.text.startswith("Recorded: "))
    (folder,) = desk.sessions.iterdir()
    assert rows(folder) == [
        ("face_named", "Ana, the first", "face 1"),
        ("face_named", "Eva", "face 1"),
        ("face_named", "", "face 1"),
    ]
    others = [path for path in folder.iterdir() if path.name != "events.csv"]
    assert not any("Eva" in path.read_text(encoding="utf-8") for path in others)


def test_a_name_that_comes_after_another_source_was_opened_is_not_given_to_its_face(desk: Desk) -> None:
    desk.open("camera:0")
    old = feed_of(desk).people
    desk.open("clip.mp4")
    desk.window.commands.faces.name(old, 1, "Ana")
    assert feed_of(desk).people.names == {}


def test_a_hidden_face_is_not_shown_nor_chosen_but_recorded_and_comes_back(desk: Desk) -> None:
    desk.vision.faces = 2
    desk.open("camera:0")
    desk.until(lambda: chosen(desk) == 1)
    desk.act("record")
    desk.until(desk.window.actions_["hide_face"].isEnabled)
    QTest.keyClick(desk.window, Qt.Key.Key_H)
    desk.until(lambda: ids_on_screen(desk) == [2] and chosen(desk) == 2)
    desk.until(lambda: "2 in view  ·  1 hidden" in desk.window.panel.who)
    assert "Face 1 is hidden" in desk.window.banner.text
    QTest.keyClick(desk.window, Qt.Key.Key_1)  # the first from the left that is to be seen
    assert chosen(desk) == 2
    start = desk.index
    desk.until(lambda: desk.index > start + 5)
    desk.act("record")
    desk.until(lambda: desk.window.banner.text.startswith("Recorded: "))
    (folder,) = desk.sessions.iterdir()
    with (folder / "log.csv").open(encoding="utf-8", newline="") as file:
        last = [row["face_id"] for row in csv.DictReader(file)][-2:]
    assert last == ["1", "2"]

    desk.until(desk.window.actions_["show_faces"].isEnabled)
    desk.act("show_faces")
    desk.until(lambda: ids_on_screen(desk) == [1, 2])
    assert not desk.window.actions_["show_faces"].isEnabled()


def test_a_face_is_hidden_and_shown_while_the_picture_stands_still(desk: Desk) -> None:
    desk.vision.faces = 2
    desk.open("camera:0")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    index = desk.index
    desk.until(desk.window.actions_["hide_face"].isEnabled)
    desk.act("hide_face")
    desk.until(lambda: ids_on_screen(desk) == [2] and chosen(desk) == 2)
    desk.act("show_faces")
    desk.until(lambda: ids_on_screen(desk) == [1, 2])
    assert desk.index == index


def test_the_right_button_chooses_a_face_and_offers_what_can_be_done(desk: Desk) -> None:
    desk.vision.faces = 3
    desk.open("camera:0")
    desk.until(lambda: len(ids_on_screen(desk)) == 3)
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    view = desk.window.stage.view
    assert view.shown is not None
    box = view.box_rect(view.shown.faces[2])
    spot = QPoint(round(box.right()) - 4, round(box.bottom()) - 4)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, view.mapToGlobal(spot))
    QApplication.sendEvent(view, event)
    desk.until(lambda: chosen(desk) == 3)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Name this face…", "Hide this face", "Show all faces", "Follow the largest face"]
    assert not desk.window.actions_["face_auto"].isChecked()
    menu.actions()[3].trigger()
    menu.close()
    desk.until(lambda: chosen(desk) == 1)
    assert desk.window.actions_["face_auto"].isChecked()
