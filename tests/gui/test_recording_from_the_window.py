"""Recording by button and key, and what becomes of it."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fer_desktop.session.check import check
from fer_desktop.session.reader import read_session
from fer_desktop.session.recorder import Recorder
from fer_desktop.settings import CameraChoice, Settings
from fer_desktop.vision.vision import Vision
from tests.gui.conftest import Desk
from tests.gui.fakes import FakeCamera, as_vision


def only_session(desk: Desk) -> Path:
    folders = [path for path in desk.sessions.iterdir() if path.is_dir()]
    assert len(folders) == 1
    return folders[0]


def events(folder: Path) -> list[str]:
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        return [row["kind"] for row in csv.DictReader(file)]


def test_record_marker_stop_leaves_a_complete_session(desk: Desk) -> None:
    desk.open("camera:0")
    QTest.keyClick(desk.window, Qt.Key.Key_R)
    desk.until(lambda: "0:0" in desk.window.status.text("recording"))
    start = desk.index
    desk.until(lambda: desk.index > start + 10)
    QTest.keyClick(desk.window, Qt.Key.Key_M)
    QTest.keyClick(desk.window, Qt.Key.Key_R)
    desk.until(lambda: desk.window.banner.text.startswith("Recorded: "))

    folder = only_session(desk)
    metadata = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    assert metadata["complete"] is True
    counters = metadata["counters"]
    assert f"{counters['read']} frames, {counters['analysed']} analysed" in desk.window.banner.text
    with (folder / "log.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 10
    assert {row["label"] for row in rows if row["success"] == "1"} == {"happiness"}
    assert events(folder) == ["marker"]
    assert desk.window.actions_["marker"].isEnabled() is False


def test_pauses_and_losses_become_events(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("record")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    desk.act("play")
    desk.until(lambda: desk.message == "")
    desk.camera.unplug()
    desk.until(lambda: "is gone" in desk.message)
    desk.camera.plug_in()
    desk.until(lambda: desk.message == "")
    desk.act("record")
    desk.until(lambda: desk.window.banner.text)
    assert events(only_session(desk)) == ["pause", "resume", "source_lost", "source_back"]


def test_a_recording_begun_in_a_pause_says_so(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    desk.act("record")
    desk.act("play")
    desk.until(lambda: desk.message == "")
    desk.act("record")
    desk.until(lambda: desk.window.banner.text)
    assert events(only_session(desk)) == ["pause", "resume"]
    assert check(only_session(desk)).sound


def test_jumps_within_a_file_become_events_so_that_no_frame_is_missing_in_silence(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.act("record")
    desk.until(lambda: desk.index > 10)
    desk.controller.seek_share(0.9)
    desk.until(lambda: desk.index > 85)
    desk.controller.seek_share(0.2)
    desk.until(lambda: 15 < desk.index < 60)
    desk.act("record")
    desk.until(lambda: desk.window.banner.text)
    assert [kind for kind in events(only_session(desk)) if kind == "seek"] == ["seek", "seek"]
    assert check(only_session(desk)).findings == ()


def test_closing_the_window_completes_the_recording(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("record")
    start = desk.index
    desk.until(lambda: desk.index > start + 5)
    desk.window.close()
    metadata = json.loads((only_session(desk) / "session.json").read_text(encoding="utf-8"))
    assert metadata["complete"] is True


def test_another_source_completes_the_recording(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("record")
    desk.open("clip.mp4")
    desk.until(lambda: desk.window.banner.text.startswith("Recorded: "))
    assert desk.controller.recording.recorder is None


def test_a_folder_that_cannot_be_written_is_told_and_nothing_records(desk: Desk, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("not a folder")
    desk.program.store.change(sessions_folder=str(blocked))
    desk.open("camera:0")
    desk.act("record")
    desk.until(lambda: desk.window.banner.text)
    assert "a file" in desk.window.banner.text
    assert desk.controller.recording.recorder is None
    assert not desk.window.actions_["record"].isChecked()


def rows_recorded(desk: Desk, more: int = 5) -> Recorder:
    """What is being recorded, some rows later."""
    recorder = desk.controller.recording.recorder
    assert recorder is not None
    rows = recorder.rows + more
    desk.until(lambda: recorder.rows > rows)
    return recorder


def test_a_setting_that_opens_the_source_anew_waits_for_the_end_of_the_recording(desk: Desk) -> None:
    desk.sources["camera:0"] = FakeCamera
    desk.open("camera:0")
    first = desk.controller.current
    desk.act("record")
    recorder = rows_recorded(desk)
    desk.window.commands.apply_settings({"smoothing_ms": "500"})
    assert desk.program.store.current.smoothing_ms == "500"
    told = "The recording goes on with what it began with; the change holds after it."
    assert desk.window.banner.text == told
    assert rows_recorded(desk) is recorder
    assert desk.controller.current is first
    desk.act("record")
    desk.until(lambda: desk.controller.current not in {None, first})
    assert desk.controller.current is not None
    assert desk.controller.current.settings.smoothing_ms == "500"
    desk.until(lambda: desk.window.banner.text.startswith("Recorded"))
    assert read_session(only_session(desk)).metadata.settings["smoothing_ms"] == 200


def test_another_size_of_the_camera_waits_for_the_end_of_the_recording_too(desk: Desk) -> None:
    desk.sources["camera:0"] = FakeCamera
    desk.open("camera:0")
    first = desk.controller.current
    desk.act("record")
    recorder = rows_recorded(desk)
    desk.window.commands.cameras.choose(CameraChoice("fake", 320, 180, 30.0))
    assert rows_recorded(desk) is recorder
    desk.act("record")
    desk.until(lambda: desk.controller.current not in {None, first})


def test_a_recording_that_begins_while_the_source_is_opened_anew_goes_first(desk: Desk) -> None:
    desk.sources["camera:0"] = FakeCamera
    desk.open("camera:0")
    first, held = desk.controller.current, threading.Event()

    def load(_: Settings) -> Vision:
        held.wait(10)
        return as_vision(desk.vision)

    desk.controller._load_vision = load
    desk.window.commands.apply_settings({"smoothing_ms": "500"})
    desk.act("record")
    held.set()
    recorder = rows_recorded(desk)
    assert recorder.folder is not None
    assert desk.controller.current is first
    desk.act("record")
    desk.until(lambda: desk.controller.current not in {None, first})
    desk.until(lambda: desk.controller.recording.last is not None)
    assert read_session(recorder.folder).metadata.settings["smoothing_ms"] == 200, "with which it was made"
