"""A camera may be slow, stall, vanish and come back; the program lives through all of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar

import cv2
import numpy as np
import pytest

from fer_desktop.capture.camera import CameraSource, OpenCvDriver
from fer_desktop.capture.discovery import CameraIdentity, choose_camera, find_again, list_cameras
from fer_desktop.capture.frame import Frame, Image
from fer_desktop.capture.live import LossRules
from fer_desktop.capture.modes import CameraWish
from fer_desktop.capture.source import SourceState
from fer_desktop.errors import SourceError
from tests.fakes.camera import ScriptedCamera, ScriptedDevice, identity

QUICK = LossRules(failed_reads=5, no_frame_s=0.25, identical_s=0.3, retry_s=0.05, open_s=1.0)


@pytest.fixture
def camera() -> Iterator[ScriptedCamera]:
    camera = ScriptedCamera(fps=200)
    yield camera
    camera.go_on()
    deadline = time.monotonic() + 2
    while any(thread.name == "capture-device" for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "a thread of the camera is left running"
        time.sleep(0.01)


@pytest.fixture
def source(camera: ScriptedCamera) -> Iterator[CameraSource]:
    source = CameraSource(0, driver=camera, rules=QUICK)
    yield source
    source.close()


def read_until(
    source: CameraSource, done: Callable[[Frame | None], bool], limit_s: float = 4.0
) -> Frame | None:
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        began = time.monotonic()
        frame = source.read()
        assert time.monotonic() - began < 0.7, "read() kept its caller waiting"
        if done(frame):
            return frame
    raise AssertionError(f"it did not happen in {limit_s} s; the source is {source.state}")


def read_until_lost(source: CameraSource) -> None:
    read_until(source, lambda _: source.state is SourceState.LOST)


def read_frame(source: CameraSource) -> Frame:
    frame = read_until(source, lambda frame: frame is not None)
    assert frame is not None
    return frame


def test_size_and_rate_are_asked_for_and_read_back() -> None:
    small = ScriptedCamera(largest=(640, 480), fps=200)
    source = CameraSource("test", driver=small, wishes=lambda _: CameraWish(1920, 1080, 60.0), rules=QUICK)
    info = source.open()
    source.close()
    assert (info.name, info.width, info.height, info.nominal_fps) == ("Test Camera", 640, 480, 200.0)
    assert info.pixels == "MJPG", "as it was asked for"
    assert "1234:5678" in info.path


def test_frames_count_up_by_one(source: CameraSource) -> None:
    source.open()
    assert [read_frame(source).index for _ in range(20)] == list(range(20))


def test_pictures_that_were_handed_out_are_not_written_to_again(source: CameraSource) -> None:
    source.open()
    frames = [read_frame(source) for _ in range(10)]
    before = [frame.image.copy() for frame in frames]
    for _ in range(10):
        read_frame(source)
    assert all(np.array_equal(frame.image, copy) for frame, copy in zip(frames, before, strict=True))


@pytest.mark.parametrize("how", [{}, {"blocks": True}, {"repeats": True}], ids=["fails", "blocks", "repeats"])
def test_an_unplugged_camera_is_lost_and_found_again_under_another_index(
    camera: ScriptedCamera, source: CameraSource, how: dict[str, bool]
) -> None:
    source.open()
    seen = [read_frame(source).index]
    camera.unplug(**how)

    def lost(frame: Frame | None) -> bool:
        seen.extend([frame.index] if frame else [])
        return source.state is SourceState.LOST

    read_until(source, lost)
    camera.replug(index=3)
    seen.append(read_frame(source).index)
    assert source.state is SourceState.OPEN
    assert seen == list(range(len(seen)))
    assert source.identity is not None
    assert source.identity.index == 3


def test_another_camera_that_takes_over_the_index_is_not_used(
    camera: ScriptedCamera, source: CameraSource
) -> None:
    source.open()
    camera.unplug()
    read_until_lost(source)
    camera.neighbours = [identity(0, "Somebody else's camera", "usb-9", vid=0x9999)]
    for _ in range(20):
        assert source.read() is None
    assert source.state is SourceState.LOST
    assert len(camera.opened) == 1
    camera.replug(index=1)
    read_frame(source)
    assert [opened.index for opened in camera.opened] == [0, 1]


def test_a_camera_that_is_plugged_in_but_silent_is_lost_and_comes_back(
    camera: ScriptedCamera, source: CameraSource
) -> None:
    source.open()
    read_frame(source)
    camera.stall()
    read_until_lost(source)
    camera.go_on()
    read_frame(source)
    assert source.state is SourceState.OPEN


def test_a_driver_that_fails_in_a_way_of_its_own_is_told_at_once(
    camera: ScriptedCamera, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise cv2.error("the driver is confused")

    monkeypatch.setattr(camera, "open", fail)
    source = CameraSource(0, driver=camera, rules=replace(QUICK, open_s=8.0))
    began = time.monotonic()
    with pytest.raises(SourceError, match="the driver is confused"):
        source.open()
    assert time.monotonic() - began < 4
    assert "a device failed" in caplog.text


def test_a_driver_that_fails_while_it_reads_is_looked_for_again(
    camera: ScriptedCamera, source: CameraSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.open()
    with monkeypatch.context() as patch:
        patch.setattr(ScriptedDevice, "read", lambda _: 1 / 0)
        read_until_lost(source)
    read_frame(source)
    assert source.state is SourceState.OPEN
    assert camera.released >= 1


def test_a_short_stall_is_not_a_loss(camera: ScriptedCamera, source: CameraSource) -> None:
    source.open()
    read_frame(source)
    camera.stall()
    threading.Timer(0.15, camera.go_on).start()
    frame = read_frame(source)
    assert source.state is SourceState.OPEN
    assert frame.index >= 1


def test_a_covered_lens_is_a_picture_but_a_dead_black_device_is_lost(
    camera: ScriptedCamera, source: CameraSource
) -> None:
    source.open()
    camera.blacken()
    end = time.monotonic() + 2 * QUICK.identical_s
    while time.monotonic() < end:
        read_frame(source)
    assert source.state is SourceState.OPEN
    camera.blacken(noise=False)
    read_until_lost(source)


def test_a_still_picture_that_is_there_again_after_reopening_is_believed(
    camera: ScriptedCamera, source: CameraSource
) -> None:
    source.open()
    camera.blacken(noise=False)
    read_until_lost(source)
    read_frame(source)
    end = time.monotonic() + 3 * QUICK.identical_s
    while time.monotonic() < end:
        read_frame(source)
    assert source.state is SourceState.OPEN
    assert len(camera.opened) == 2


def test_a_change_of_size_passes_through(camera: ScriptedCamera, source: CameraSource) -> None:
    source.open()
    camera.script = {camera.shown + 5: lambda: camera.resize(320, 240)}
    frame = read_until(source, lambda frame: frame is not None and frame.image.shape[0] == 240)
    assert frame is not None
    assert frame.image.shape == (240, 320, 3)


def test_a_camera_that_does_not_exist_is_told_with_those_that_do(camera: ScriptedCamera) -> None:
    camera.neighbours = [identity(2, "Other Camera", "usb-2")]
    for wanted in (7, "Nobody's"):
        with pytest.raises(SourceError, match=str(wanted)) as caught:
            CameraSource(wanted, driver=camera).open()
        assert "0 (Test Camera), 2 (Other Camera)" in caught.value.remedy


def test_a_machine_without_cameras_is_told_so(camera: ScriptedCamera) -> None:
    camera.unplug()
    with pytest.raises(SourceError, match="no camera that can be found") as caught:
        CameraSource(0, driver=camera).open()
    assert "demo" in caught.value.remedy


def test_a_camera_that_gives_no_picture_at_all_is_told_in_time(camera: ScriptedCamera) -> None:
    camera.stall()
    began = time.monotonic()
    source = CameraSource(0, driver=camera, rules=QUICK)
    with pytest.raises(SourceError, match="gives no picture"):
        source.open()
    assert time.monotonic() - began < 2
    assert source.state is SourceState.CLOSED


def test_closing_a_blocked_camera_does_not_hang(camera: ScriptedCamera, source: CameraSource) -> None:
    source.open()
    camera.unplug(blocks=True)
    time.sleep(0.05)
    began = time.monotonic()
    source.close()
    assert time.monotonic() - began < 1.5
    assert source.state is SourceState.CLOSED


def test_closing_from_another_thread_ends_a_waiting_read(
    camera: ScriptedCamera, source: CameraSource
) -> None:
    source.open()
    read_frame(source)
    camera.stall()
    threading.Timer(0.05, source.close).start()
    while source.read() is not None:
        pass
    time.sleep(0.1)
    assert source.read() is None
    assert source.state is SourceState.CLOSED


def test_the_device_is_given_back_once_for_every_opening(
    camera: ScriptedCamera, source: CameraSource
) -> None:
    for _ in range(3):
        source.open()
        read_frame(source)
        source.close()
    assert (len(camera.opened), camera.released) == (3, 3)


def test_a_real_time_camera_keeps_its_rate_at_720p() -> None:
    pictures: list[Image] = [np.full((720, 1280, 3), level, np.uint8) for level in (10, 120)]
    source = CameraSource(0, driver=ScriptedCamera(pictures, fps=30))
    source.open()
    began = time.perf_counter()
    for _ in range(30):
        assert source.read() is not None
    took_s = time.perf_counter() - began
    source.close()
    assert 0.85 < took_s < 1.6


def test_names_choose_cameras_by_part_and_without_regard_to_case() -> None:
    cameras = [
        identity(0, "Logitech BRIO"),
        identity(2, "Logitech C920", "usb-2"),
        identity(4, "brio", "usb-3"),
    ]
    assert choose_camera("c920", cameras) == cameras[1]
    assert choose_camera("BRIO", cameras) == cameras[2]
    assert choose_camera("", cameras) == cameras[0]
    assert choose_camera(4, cameras) == cameras[2]
    assert choose_camera(1, cameras) is None
    assert choose_camera(cameras[1].key, cameras) == cameras[1]


def test_of_two_equal_cameras_the_right_one_is_found_again() -> None:
    left, right = identity(0, port="usb-1"), identity(2, port="usb-2")
    assert find_again(left, [right], others=[right]) is None
    left_again = identity(5, port="usb-1")
    assert find_again(left, [right, left_again], others=[right]) == left_again
    in_another_port = identity(6, port="usb-7")
    assert find_again(left, [right, in_another_port], others=[right]) == in_another_port


def test_listing_never_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(isinstance(camera, CameraIdentity) for camera in list_cameras())

    def broken(_: str) -> None:
        raise RuntimeError("the camera service is not running")

    monkeypatch.setattr("importlib.import_module", broken)
    assert list_cameras() == []


class RecordedCapture:
    """Stands for `cv2.VideoCapture` and notes what it is asked for."""

    asked: ClassVar[list[tuple[int, float]]] = []
    opens = True

    def __init__(self, index: int, backend: int) -> None:
        self.where = index, backend

    def isOpened(self) -> bool:
        return self.opens

    def set(self, what: int, value: float) -> bool:
        self.asked.append((what, value))
        return True

    def get(self, what: int) -> float:
        return 25.0 if what == cv2.CAP_PROP_FPS else 0.0

    def read(self) -> tuple[bool, Image]:
        return True, np.zeros((480, 640, 3), np.uint8)

    def release(self) -> None:
        self.asked.clear()


def test_a_real_camera_is_asked_for_mjpg_before_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", RecordedCapture)
    device = OpenCvDriver().open(identity(), CameraWish(1280, 720, 30.0))
    wishes = [what for what, _ in RecordedCapture.asked]
    assert wishes.index(cv2.CAP_PROP_FOURCC) < wishes.index(cv2.CAP_PROP_FRAME_WIDTH)
    assert (cv2.CAP_PROP_BUFFERSIZE, 1) in RecordedCapture.asked
    image = device.read()
    assert image is not None
    assert image.shape == (480, 640, 3)
    assert device.fps == 25.0
    device.release()


def test_a_camera_in_use_elsewhere_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", RecordedCapture)
    monkeypatch.setattr(RecordedCapture, "opens", False)
    with pytest.raises(SourceError, match="Test Camera"):
        OpenCvDriver().open(identity(), CameraWish())


def test_a_missing_real_camera_is_refused_with_a_sentence() -> None:
    with pytest.raises(SourceError, match="There is no camera 4711"):
        CameraSource(4711).open()
