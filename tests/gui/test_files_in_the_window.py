"""Videos, photos, folders and what is none of them, opened and dropped."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest

from fer_desktop.capture.source import Shortfall
from fer_desktop.session.events import UNREADABLE
from fer_desktop.session.reader import read_session
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.time_axis import minutes
from tests.gui.conftest import Desk
from tests.gui.fakes import FakeClip, picture


def drop(desk: Desk, *paths: Path) -> None:
    """What the system sends when files are dropped on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, action = QPoint(300, 300), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, action, data, buttons, keys)
    desk.window.dragEnterEvent(enter)
    assert enter.isAccepted()
    desk.window.dropEvent(QDropEvent(QPointF(where), action, data, buttons, keys))


def test_of_several_dropped_files_the_first_is_opened_and_that_is_said(desk: Desk, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.png", "b.png", "c.png")]
    for path in paths:
        cv2.imwrite(str(path), picture(320, 240, 0.0))
    drop(desk, *paths)
    desk.until(lambda: desk.text == str(paths[0]))
    current = desk.program.notifications.current
    assert current is not None
    assert current.sentence == "Only the first of 3 files was opened."
    desk.program.notifications.dismiss()


def test_a_clip_plays_to_its_end_and_again(desk: Desk) -> None:
    desk.open("clip.mp4")
    assert not desk.window.transport.isHidden()
    desk.until(lambda: desk.message == "The end")
    assert desk.index == 99
    assert desk.window.transport.text == "0:04 / 0:04"
    desk.act("play")
    desk.until(lambda: desk.message == "" and desk.index < 99)


@pytest.mark.parametrize(
    ("shortfall", "said", "noted"),
    [
        (
            Shortfall(cut_off=True, frames=None),
            "The file is cut off here. Copy it again from its origin.",
            "The end of the file could not be read: it is cut off.",
        ),
        (
            Shortfall(cut_off=False, frames=7),
            "The end. The file is damaged: frames that could not be read: 7.",
            "7 frames of the file could not be read: it is damaged.",
        ),
    ],
)
def test_a_clip_that_gives_less_than_it_announces_says_so_at_its_end(
    desk: Desk, shortfall: Shortfall, said: str, noted: str
) -> None:
    clip = FakeClip()
    clip.shortfall = shortfall
    desk.sources["clip.mp4"] = lambda: clip
    desk.open("clip.mp4")
    desk.act("record")
    desk.until(lambda: desk.message == said)
    desk.act("record")
    desk.until(lambda: desk.controller.recording.last is not None)
    assert desk.controller.recording.last is not None
    events = read_session(desk.controller.recording.last).events()
    assert [event.detail for event in events if event.kind == UNREADABLE] == [noted]


def test_a_paused_clip_shows_the_frame_that_is_sought_and_stays(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    desk.window.transport.sought.emit(0.5)
    desk.until(lambda: desk.index == 50)
    assert desk.window.transport.share == pytest.approx(0.5, abs=0.01)

    QTest.keyClick(desk.window, Qt.Key.Key_Right)
    desk.until(lambda: desk.index == 51)
    QTest.keyClick(desk.window, Qt.Key.Key_Left)
    desk.until(lambda: desk.index == 50)
    assert desk.message == "Paused"


def test_a_click_on_the_slider_goes_there(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    slider = desk.window.transport._slider
    QTest.mouseClick(
        slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() * 3 // 4, slider.height() // 2)
    )
    desk.until(lambda: 70 <= desk.index <= 80)


def test_the_timeline_of_a_clip_counts_media_time_and_leads_there(desk: Desk) -> None:
    desk.open("clip.mp4")
    current = desk.controller.current
    assert current is not None
    assert current.feed.history.time_base is TimeBase.MEDIA
    desk.until(lambda: desk.window.timeline.span.end > 1)
    span = desk.window.timeline.span
    assert (span.start, span.end) == (0.0, 4.0)
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    desk.window.timeline.time_clicked.emit(3.0)
    desk.until(lambda: desk.index == 75)
    times = current.feed.history.curves(0, 4).times
    assert (np.diff(times) > 0).all()


def test_a_photo_shows_its_face_and_bars_at_once(desk: Desk, tmp_path: Path) -> None:
    photo = tmp_path / "portrait.png"
    cv2.imwrite(str(photo), picture(320, 240, 0.0))
    drop(desk, photo)
    desk.until(lambda: desk.window.panel.headline == "happiness")
    desk.until(lambda: desk.window.panel.bars.numbers)
    assert desk.window.timeline.isHidden()
    assert desk.window.transport.isHidden()
    assert desk.message == ""


def test_a_photo_without_a_face_says_so(desk: Desk, tmp_path: Path) -> None:
    desk.vision.faces = 0
    photo = tmp_path / "wall.png"
    cv2.imwrite(str(photo), np.full((200, 300, 3), 90, np.uint8))
    drop(desk, photo)
    desk.until(lambda: desk.message == "No face was found in this photo.")


def test_a_folder_of_photos_is_stepped_through(desk: Desk, tmp_path: Path) -> None:
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), picture(200, 150, float(number)))
    drop(desk, tmp_path)
    desk.until(lambda: desk.index >= 0)
    desk.act("step_forward")
    desk.until(lambda: desk.index == 1)
    assert desk.window.transport.text == "2 / 3"


@pytest.mark.parametrize("name", ["notes.mp4", "missing.mp4", "empty.jpg"])
def test_a_bad_file_is_told_in_the_banner_and_the_camera_goes_on(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    if name != "missing.mp4":
        path.write_text("" if name == "empty.jpg" else "Dear diary\n" * 100)
    desk.open("camera:0")
    drop(desk, path)
    desk.until(lambda: name in desk.window.banner.text)
    index = desk.index
    desk.until(lambda: desk.index > index)
    assert desk.text == "camera:0"

    desk.program.notifications.dismiss()
    assert desk.window.banner.text == ""


def test_a_bad_file_as_the_first_thing_is_told_in_the_picture(desk: Desk, tmp_path: Path) -> None:
    desk.controller.open(str(tmp_path / "missing.mp4"))
    desk.until(lambda: "missing.mp4" in desk.message)
    desk.controller.open("clip.mp4")
    desk.until(lambda: desk.index >= 0 and "missing" not in desk.message)


def test_minutes_read_like_a_clock() -> None:
    assert [minutes(s) for s in (0, 7.4, 65, 3723)] == ["0:00", "0:07", "1:05", "1:02:03"]


def test_a_photo_is_painted_at_the_size_of_the_view_and_again_when_it_changes(
    desk: Desk, tmp_path: Path
) -> None:
    photo = tmp_path / "large.jpg"
    cv2.imwrite(str(photo), picture(4000, 3000, 0.0))
    desk.window.resize(700, 640)
    drop(desk, photo)
    view = desk.window.stage.view
    desk.until(lambda: view.shown is not None and view.fits)
    assert view.shown is not None
    before = view.shown.pixels.shape
    assert before[1] <= 700
    desk.window.resize(790, 790)
    desk.until(lambda: view.shown is not None and view.shown.pixels.shape != before and view.fits)


def test_a_very_wide_picture_is_no_trouble(desk: Desk, tmp_path: Path) -> None:
    photo = tmp_path / "panorama.png"
    cv2.imwrite(str(photo), np.full((40, 20_000, 3), 128, np.uint8))
    drop(desk, photo)
    desk.until(lambda: desk.window.stage.view.shown is not None or desk.message.startswith("panorama"))
