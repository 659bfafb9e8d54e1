"""Finished sessions: opened whole, looked through moment by moment, with pictures where the file is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import cv2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from fer_desktop.capture.source import SourceKind
from fer_desktop.capture.video import VideoSource
from fer_desktop.emotions import EMOTIONS
from fer_desktop.engine.result import Face, Result
from fer_desktop.session.reader import read_session
from fer_desktop.ui.lens import Span
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.session_past import Opened, open_past
from fer_desktop.vision.faces import Box
from tests.gui.conftest import Desk
from tests.gui.fakes import picture
from tests.gui.test_files_in_the_window import drop
from tests.gui.test_timeline import click
from tests.session.synthetic import make_face, make_info, make_model, make_recorder, make_result


def session_of(
    parent: Path,
    results: Iterable[Result],
    kind: SourceKind = SourceKind.VIDEO,
    events: Iterable[tuple[str, str, str]] = (),
) -> Path:
    """A session with these frames, and events of a kind, a label and a detail beside its marker."""
    recorder = make_recorder(parent, make_info("clip.mp4", kind, "/nowhere/clip.mp4"), block=True)
    recorder.start()
    for result in results:
        recorder(result)
    recorder.event("marker", "wave")
    for event in events:
        recorder.event(*event)
    return recorder.stop()


def lives(index: int, *faces: Face) -> Result:
    return make_result(index, *faces, media_t_s=index / 10)


def two_minutes(parent: Path) -> Path:
    """A face that is angry, away, and surprised, for 40 s each."""
    return session_of(
        parent,
        (
            lives(n, *([] if 400 <= n < 800 else [make_face(3, "anger" if n < 400 else "surprise")]))
            for n in range(1200)
        ),
    )


def opened(folder: Path) -> Opened:
    found = open_past(read_session(folder), lambda _: None, lambda _: True)
    assert found is not None
    return found


def test_a_log_becomes_a_history_with_all_its_faces(tmp_path: Path) -> None:
    visitor = replace(make_face(9, "fear", 0.6).reading, box=Box(0, 0, 300, 300))
    results = [
        lives(0, make_face(3, "anger")),
        lives(1),
        lives(2, make_face(3, "unsure", 0.3), replace(make_face(9), reading=visitor)),
        make_result(3, reason="not_analysed", media_t_s=0.3),
        lives(4, make_face(3, "anger")),
        lives(0, make_face(3, "sadness")),  # the file was played again from its beginning
    ]
    past = opened(session_of(tmp_path, results)).past
    history = past.history
    assert history.time_base is TimeBase.MEDIA
    assert history.rows(0, 1).times.tolist() == [0.0, 0.1, 0.2, 0.4]
    first, second, third = (history.moment(t) for t in (0.0, 0.1, 0.2))
    assert first is not None
    assert second is not None
    assert third is not None
    assert [face.label for face in first.faces] == ["sadness"], "of a frame that came twice, the last"
    assert (second.faces, second.reason) == ((), "no_face")
    assert [(face.face_id, face.label) for face in third.faces] == [(3, "unsure"), (9, "fear")]
    assert third.main == 3, "the one who is in the session most often, not the largest for a moment"
    assert third.faces[1].raw[EMOTIONS.index("fear")] == pytest.approx(0.6, abs=1e-4)
    assert third.faces[1].box == Box(0, 0, 300, 300)


def test_a_dropped_session_shows_its_whole_timeline_and_its_moments(desk: Desk, tmp_path: Path) -> None:
    folder = two_minutes(tmp_path / "made")
    desk.open("camera:0")
    drop(desk, folder)
    desk.until(lambda: desk.controller.session is not None, 30_000)
    timeline, review = desk.window.timeline, desk.controller.review
    desk.until(lambda: timeline.span.width > 100 and review.settled)
    assert timeline.span == Span(0.0, 119.9)
    assert folder.name in desk.window.windowTitle()
    desk.until(lambda: desk.window.panel.headline == "anger")
    assert desk.window.panel.when == "At 0:00.0"
    assert desk.controller.current is None
    assert not desk.window.actions_["record"].isEnabled()
    assert [flag.text for flag in timeline.flags] == ["wave"]

    click(desk, 0.9)
    desk.until(lambda: desk.window.panel.headline == "surprise")
    QTest.keyClick(desk.window, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.window.panel.when == "At 1:20.0")
    QTest.keyClick(desk.window, Qt.Key.Key_Left)
    desk.until(lambda: desk.window.panel.when == "At 1:19.9")
    desk.until(lambda: desk.window.panel.headline == "No face" and desk.window.panel.bars.empty)
    assert desk.message == "clip.mp4 has changed or is not where it was."

    desk.window.stretch.choose(Span(20, 100))
    desk.until(lambda: desk.window.stretch.figures is not None)
    assert desk.window.stretch.figures is not None
    assert desk.window.stretch.figures.coverage == pytest.approx(0.5, abs=0.01)

    desk.act("close_source")
    desk.until(lambda: desk.message.startswith("Nothing is open"))
    menu = QMenu()
    desk.window.menus.fill_recent(menu)
    assert menu.actions()[0].text() == folder.name


def test_a_recording_can_be_looked_at_at_once(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("record")
    start = desk.index
    desk.until(lambda: desk.index > start + 10)
    desk.act("record")
    desk.until(lambda: desk.window.banner.text.startswith("Recorded: "))
    current = desk.program.notifications.current
    assert current is not None
    assert current.act is not None
    current.act()
    desk.until(lambda: desk.window.panel.headline == "happiness" and desk.window.panel.when != "", 30_000)
    desk.until(lambda: desk.message == "Recordings of cameras keep no pictures.")
    desk.until(desk.camera.closed.is_set)


def clip_with_session(folder: Path) -> tuple[Path, Path]:
    """A real video file, and the session of it."""
    clip = folder / "clip.mp4"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter_fourcc(*"mp4v"), 25, (320, 240))  # type: ignore[attr-defined]
    for index in range(60):
        writer.write(picture(320, 240, index / 10))
    writer.release()
    source = VideoSource(clip)
    recorder = make_recorder(folder / "sessions", source.open(), block=True)
    recorder.start()
    while (frame := source.read()) is not None:
        recorder(replace(make_result(frame.index, make_face()), frame=frame))
    source.close()
    return clip, recorder.stop()


def test_the_pictures_of_a_file_that_is_still_there_are_shown(desk: Desk, tmp_path: Path) -> None:
    clip, folder = clip_with_session(tmp_path)
    desk.controller.open(str(folder))
    review = desk.controller.review
    desk.until(lambda: review.settled and review.sighting is not None and review.sighting.pictured, 30_000)
    assert desk.message == ""
    review.go(1.2)
    desk.until(lambda: review.settled and desk.index == 30)
    shown = desk.window.stage.view.shown
    assert shown is not None
    assert abs(shown.result.frame.image.astype(int) - picture(320, 240, 3.0)).mean() < 8

    desk.act("close_source")
    shutil.copy(clip, tmp_path / "kept.mp4")
    clip.unlink()
    desk.controller.open(str(folder / "session.json"))
    desk.until(lambda: "is not where it was" in desk.message, 30_000)


def test_what_the_network_saw_is_cut_from_the_file(tmp_path: Path) -> None:
    _, folder = clip_with_session(tmp_path)
    found = open_past(read_session(folder), lambda _: make_model(), lambda _: True)
    assert found is not None
    moment = found.past.history.moment(1.0)
    assert moment is not None
    result = found.past.find(moment)
    found.past.close()
    assert result is not None
    assert result.faces[0].reading.seen.shape == (48, 48)


def test_a_damaged_session_says_so_and_the_camera_goes_on(desk: Desk, tmp_path: Path) -> None:
    folder = session_of(tmp_path / "made", [lives(n, make_face()) for n in range(5)])
    log = folder / "log.csv"
    log.write_bytes(log.read_bytes().replace(b"\n3,", b"\n3,3,"))
    desk.open("camera:0")
    desk.controller.open(str(folder))
    desk.until(lambda: "is damaged near line" in desk.window.banner.text, 30_000)
    index = desk.index
    desk.until(lambda: desk.index > index)
    (folder / "session.json").write_text("{", encoding="utf-8")
    desk.controller.open(str(folder))
    desk.until(lambda: "session.json' is damaged" in desk.window.banner.text)


def test_reading_can_be_given_up(tmp_path: Path) -> None:
    assert open_past(read_session(two_minutes(tmp_path)), lambda _: None, lambda _: False) is None


def test_an_empty_session_says_that_nothing_was_analysed(desk: Desk, tmp_path: Path) -> None:
    desk.controller.open(str(session_of(tmp_path / "made", [])))
    desk.until(lambda: desk.message == "Nothing was analysed in this session.", 30_000)
