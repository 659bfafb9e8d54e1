"""The live link as a setting: off unless asked for, seen in the status line, never in the way."""

from __future__ import annotations

import csv
import json
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest
from PySide6.QtWidgets import QLineEdit

from fer_desktop.capture.photo import PhotoSource
from fer_desktop.link.live import LinkChoice
from fer_desktop.link.markers import Marker
from fer_desktop.session.events import FACE_NAMED, NOTE
from fer_desktop.settings import TABLE, Settings
from fer_desktop.ui.dialogs import SettingsDialog
from fer_desktop.ui.linking import link_of
from tests.gui.conftest import Desk
from tests.gui.fakes import picture


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        yield listening


def waiting(listener: socket.socket) -> list[dict[str, Any]]:
    messages = []
    while True:
        try:
            messages.append(json.loads(listener.recv(65536)))
        except BlockingIOError:
            return messages


def test_nothing_is_linked_unless_it_is_asked_for(desk: Desk) -> None:
    assert link_of(Settings()) == LinkChoice()
    desk.open("camera:0")
    assert desk.controller.link.name == ""


def test_the_settings_switch_the_link_on_and_off(desk: Desk) -> None:
    desk.window.commands.apply_settings({"link": "udp", "lsl_markers": ""})
    desk.open("camera:0")
    desk.until(lambda: desk.window.status.text("provider").endswith("UDP 17817"))
    desk.window.commands.apply_settings({"link": "off"})
    desk.until(lambda: desk.window.status.text("provider").endswith("CPU"))


def test_frames_and_events_of_the_source_on_screen_are_sent(desk: Desk, listener: socket.socket) -> None:
    desk.controller.link.switch(LinkChoice(udp_port=listener.getsockname()[1]))
    got: list[dict[str, Any]] = []

    def has(**wanted: object) -> bool:
        got.extend(waiting(listener))
        return any(all(message.get(key) == value for key, value in wanted.items()) for message in got)

    desk.open("camera:0")
    desk.until(lambda: has(kind="frame"))
    desk.until(lambda: has(event="label", label="happiness", face_id=1))
    desk.act("play")
    desk.until(lambda: has(event="pause"))
    desk.act("play")
    desk.until(lambda: has(event="resume"))
    desk.act("record")
    desk.act("marker")
    desk.until(lambda: has(event="marker"))

    desk.open("clip.mp4")
    got.clear()
    desk.until(lambda: has(kind="frame") and got[-1].get("media_t_s") is not None)
    desk.controller.close()
    time.sleep(0.1)
    waiting(listener)
    desk.until(lambda: desk.message.startswith("Nothing is open"))
    assert waiting(listener) == []


def test_a_photo_and_the_first_frame_of_a_file_are_sent_and_faces_are_new_with_each(
    desk: Desk, listener: socket.socket, tmp_path: Path
) -> None:
    cv2.imwrite(str(tmp_path / "photo.png"), picture(320, 240, 0.0))
    desk.sources["photo.png"] = lambda: PhotoSource(tmp_path / "photo.png")
    desk.controller.link.switch(LinkChoice(udp_port=listener.getsockname()[1]))
    for text in ("photo.png", "clip.mp4"):
        got: list[dict[str, Any]] = []

        def has_begun(got: list[dict[str, Any]] = got) -> bool:
            got.extend(waiting(listener))
            return len(got) > 1

        desk.open(text)
        desk.until(has_begun)
        assert got[0]["kind"] == "frame", text
        assert got[0]["frame"] == got[0]["dropped_before"], "none before it is missing"
        assert (got[1]["event"], got[1]["face_id"]) == ("label", 1), text


def test_names_and_notes_stay_here_and_a_marker_of_the_past_keeps_its_time(
    desk: Desk, listener: socket.socket
) -> None:
    desk.controller.link.switch(LinkChoice(udp_port=listener.getsockname()[1]))
    recording = desk.controller.recording
    recording.happened(FACE_NAMED, "face 1", label="Ana")
    recording.happened(NOTE, "3.0 s long", label="Ana laughs")
    recording.mark(at_s=time.perf_counter() - 60)
    got: list[dict[str, Any]] = []

    def has_come() -> bool:
        got.extend(waiting(listener))
        return bool(got)

    desk.until(has_come)
    (message,) = got
    assert message["event"] == "marker"
    assert abs(time.time() - 60 - message["time_s"]) < 30


def test_a_marker_of_another_program_becomes_an_event_of_the_recording(desk: Desk) -> None:
    desk.open("camera:0")
    desk.controller.recording.received(Marker(time.perf_counter(), "not recorded", "Stimuli"))
    desk.act("record")
    start = desk.index
    desk.until(lambda: desk.index > start + 3)
    desk.controller.recording.received(Marker(time.perf_counter(), "picture 12", "Stimuli"))
    desk.act("record")
    desk.until(lambda: desk.window.banner.text.startswith("Recorded: "))
    (folder,) = desk.sessions.iterdir()
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["kind"], row["label"], row["detail"]) == ("marker", "picture 12", "LSL stream Stimuli")


def test_a_link_that_cannot_be_opened_is_told_and_the_picture_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    desk.window.commands.apply_settings({"link": "lsl"})
    desk.until(lambda: "needs the package pylsl" in desk.window.banner.text)
    assert desk.controller.link.name == ""
    desk.open("camera:0")


def test_the_settings_fit_on_a_small_screen(desk: Desk) -> None:
    desk.act("settings")
    dialog = desk.window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    assert dialog.height() <= dialog.screen().availableSize().height()
    last = dialog.editor(TABLE[-1].name)
    assert isinstance(last, QLineEdit)
    assert isinstance(dialog.editor("lsl_markers"), QLineEdit)
