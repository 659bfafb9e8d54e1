"""Two networks side by side: bars, a line in words, a strip under the curves, and nothing in the session."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from fer_desktop.capture.frame import Image
from fer_desktop.emotions import EMOTIONS
from fer_desktop.engine.agreement import Agreement
from fer_desktop.errors import ModelError
from fer_desktop.session.reader import read_session
from fer_desktop.settings import Settings
from fer_desktop.vision.classifier import Scores
from fer_desktop.vision.faces import FaceReading
from tests.gui.conftest import Desk
from tests.gui.fakes import FakeClip


def compare(desk: Desk, value: str = "expression-small") -> None:
    desk.window.commands.apply_settings({"compare": value})


def test_nothing_is_compared_unless_somebody_wants_it(desk: Desk) -> None:
    assert Settings().compare == ""
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.headline == "happiness")
    assert desk.second.asked == 0
    assert desk.window.panel.second == ""
    assert desk.window.panel.bars.second_numbers == ()
    assert desk.window.timeline.agreements is None


def test_the_second_network_has_hollow_bars_a_line_and_a_strip(desk: Desk) -> None:
    desk.open("camera:0")
    first = desk.controller.current
    compare(desk)
    panel, timeline = desk.window.panel, desk.window.timeline
    desk.until(lambda: panel.second == "Hollow bars: other says happiness too")
    desk.until(lambda: len(panel.bars.second_numbers) == len(EMOTIONS))
    numbers = dict(zip(EMOTIONS, panel.bars.second_numbers, strict=True))
    assert numbers["happiness"] == "0.70"
    assert numbers["contempt"] == "–", "its label set has no contempt, which is not zero"
    desk.until(lambda: "both networks: same" in timeline.whose)
    desk.until(lambda: any(how is Agreement.SAME for _, _, how in timeline._strip._runs))
    assert desk.controller.current is first, "the source goes on as it was"

    desk.second.label = "fear"
    desk.until(lambda: panel.second == "Hollow bars: other says fear ≠")
    desk.until(lambda: any(how is Agreement.DIFFERENT for _, _, how in timeline._strip._runs))

    compare(desk, "")
    desk.until(lambda: panel.second == "")
    desk.until(lambda: not panel.bars.second_numbers)
    desk.until(lambda: "networks" not in timeline.whose)
    asked = desk.second.asked
    index = desk.index
    desk.until(lambda: desk.index > index + 3)
    assert desk.second.asked == asked


def test_it_goes_along_to_the_next_source_and_stays_with_the_chosen_face(desk: Desk) -> None:
    compare(desk)
    desk.vision.faces = 2
    desk.open("clip.mp4")
    desk.until(lambda: "happiness too" in desk.window.panel.second)
    desk.open("camera:0")
    desk.until(lambda: "happiness too" in desk.window.panel.second)
    desk.controller.choose_face(2)
    desk.until(lambda: desk.window.panel.headline == "sadness")
    desk.until(lambda: desk.window.panel.second == "Hollow bars: other says happiness ≠")


def test_a_paused_picture_is_compared_too(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    compare(desk)
    desk.until(lambda: "happiness too" in desk.window.panel.second)


def test_steps_that_are_quicker_than_its_share_leave_no_bars_of_another_frame(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = desk.second.read

    def slowly(image: Image, faces: Sequence[FaceReading], detector: str) -> list[Scores]:
        time.sleep(0.03)
        return read(image, faces, detector)

    monkeypatch.setattr(desk.second, "read", slowly)
    desk.sources["clip.mp4"] = lambda: FakeClip(frames=1000)
    compare(desk)
    desk.open("clip.mp4")
    desk.until(lambda: "happiness too" in desk.window.panel.second)
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    desk.until(lambda: _answered(desk))
    desk.second.label = "fear"
    index = desk.index
    for _ in range(3):
        index += 20
        desk.controller.step(20)
        desk.until(partial(_reached, desk, index))
    desk.until(lambda: "fear ≠" in desk.window.panel.second)
    desk.until(lambda: _answered(desk))
    asked = desk.second.asked
    desk.window._pull()
    assert desk.second.asked == asked, "once is enough"


def _reached(desk: Desk, index: int) -> bool:
    return desk.index == index


def _answered(desk: Desk) -> bool:
    """Whether the newest opinion is of the frame on screen."""
    second = desk.controller.compare.second
    return second is not None and second.newest is not None and round(25 * second.newest.t) == desk.index


def test_a_network_that_cannot_be_loaded_is_told_once_and_live_goes_on(desk: Desk) -> None:
    desk.no_second = ModelError("other.onnx is not a readable ONNX file.", "Choose another one.")
    desk.open("camera:0")
    compare(desk)
    desk.until(lambda: "other.onnx is not a readable" in desk.window.banner.text)
    desk.program.notifications.dismiss()
    index = desk.index
    desk.until(lambda: desk.index > index + 3)
    assert desk.window.banner.text == ""
    assert desk.window.panel.second == ""


def test_a_network_that_fails_is_told_and_the_recording_goes_on(desk: Desk) -> None:
    desk.open("camera:0")
    compare(desk)
    desk.until(lambda: desk.window.panel.second)
    desk.act("record")
    desk.second.broken = True
    desk.until(lambda: "The second network failed" in desk.window.banner.text)
    desk.until(lambda: desk.window.panel.second == "")
    index = desk.index
    desk.until(lambda: desk.index > index + 3)
    assert desk.controller.recording.recorder is not None
    desk.program.notifications.dismiss()
    desk.act("record")
    desk.until(lambda: "Recorded" in desk.window.banner.text)


def test_nothing_of_it_is_in_the_session(desk: Desk) -> None:
    desk.second.label = "fear"
    desk.open("camera:0")
    compare(desk)
    desk.until(lambda: "fear" in desk.window.panel.second)
    desk.act("record")
    recorder = desk.controller.recording.recorder
    assert recorder is not None
    desk.until(lambda: recorder.rows > 5)
    desk.act("record")
    desk.until(lambda: "Recorded" in desk.window.banner.text)
    (folder,) = desk.sessions.iterdir()
    session = read_session(folder)
    rows = [row for row in session.rows() if row["success"]]
    assert session.metadata.model.name == "fake"
    assert {row["label"] for row in rows} == {"happiness"}
    assert np.nanmax([float(row["p_fear"] or 0) for row in rows]) < 0.2
    for file in folder.iterdir():
        assert "other" not in file.read_text(encoding="utf-8")


def test_both_networks_are_smoothed_alike_although_the_setting_has_changed_meanwhile(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("record")
    desk.window.commands.apply_settings({"smoothing_ms": "500"})
    compare(desk)
    desk.until(lambda: desk.controller.compare.second is not None)
    second, running = desk.controller.compare.second, desk.controller.current
    assert second is not None
    assert running is not None
    assert second._smoother._tau_s == running.engine._smoothing_s
