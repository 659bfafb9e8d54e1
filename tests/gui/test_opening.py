"""Opening what is in use, what is just being given back, and what was asked for another way meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from fer_desktop.capture.camera import CameraSource
from fer_desktop.capture.discovery import CameraIdentity
from fer_desktop.capture.modes import CameraWish
from fer_desktop.capture.source import SourceInfo
from fer_desktop.errors import SourceError
from fer_desktop.settings import Settings
from fer_desktop.vision.vision import Vision
from tests.fakes.camera import ScriptedCamera, ScriptedDevice, identity
from tests.gui.conftest import Desk
from tests.gui.fakes import FakeCamera, as_vision


class OneUser(FakeCamera):
    """A camera that lets itself be opened once only, and takes its time to be given back."""

    _device = threading.Lock()

    def __init__(self) -> None:
        super().__init__()
        self._mine = False

    def open(self) -> SourceInfo:
        if not self._device.acquire(blocking=False):
            raise SourceError("The camera is busy.")
        self._mine = True
        return super().open()

    def close(self) -> None:
        super().close()
        if self._mine:
            self._mine = False
            time.sleep(0.1)
            self._device.release()


class OneUserDriver(ScriptedCamera):
    """The same as a driver, for a source that finds its camera by number or name."""

    def open(self, camera: CameraIdentity, wish: CameraWish) -> ScriptedDevice:
        if len(self.opened) > self.released:
            raise SourceError("The camera is busy.")
        return super().open(camera, wish)


def slow(desk: Desk, held: threading.Event) -> Callable[[Settings], Vision]:
    """A network that takes until `held` is set to be loaded."""

    def load(_: Settings) -> Vision:
        assert held.wait(10)
        return as_vision(desk.vision)

    return load


def opened(desk: Desk) -> bool:
    return desk.controller.pending is None


@pytest.fixture
def job(desk: Desk, tmp_path: Path) -> Iterator[threading.Event]:
    """Something long that is written in the background until this is set."""
    held = threading.Event()

    def write(_: object) -> str:
        assert held.wait(20)
        return ""

    desk.controller.outputs.make(tmp_path / "film.mp4", write, lambda _: None)
    yield held
    held.set()
    desk.until(lambda: not desk.controller.outputs.busy)


def test_a_camera_is_opened_again_while_a_film_is_written(desk: Desk, job: threading.Event) -> None:
    desk.sources["camera:0"] = OneUser
    desk.open("camera:0")
    first = desk.controller.current
    desk.controller.reopen()
    desk.until(lambda: desk.controller.current is not None and desk.controller.current is not first)
    assert not job.is_set()
    assert desk.window.banner.text.startswith("Writing film.mp4")


def test_closing_gives_up_what_is_being_opened_too(desk: Desk) -> None:
    desk.open("camera:0")
    held = threading.Event()
    desk.controller._load_vision = slow(desk, held)
    desk.controller.reopen()
    assert desk.window.actions_["close_source"].isEnabled()
    desk.act("close_source")
    held.set()
    desk.until(lambda: not desk.controller._endings.busy)
    desk.until(lambda: desk.message.startswith("Nothing is open"))
    assert opened(desk)
    assert not desk.window.actions_["close_source"].isEnabled()

    held.clear()
    desk.controller.open("clip.mp4")
    assert desk.window.actions_["close_source"].isEnabled(), "the first source can be given up by key as well"
    desk.act("close_source")
    held.set()
    assert opened(desk)
    assert desk.text == ""


@pytest.mark.parametrize("first", ["while it is being opened", "when it was just closed"])
def test_a_camera_that_is_being_given_back_is_waited_for(desk: Desk, first: str) -> None:
    desk.sources["camera:0"] = desk.sources["camera:Fake camera"] = OneUser
    held = threading.Event()
    if first == "when it was just closed":
        desk.open("camera:0")
        desk.controller.close()
    else:
        desk.controller._load_vision = slow(desk, held)
        desk.controller.open("camera:0")
        desk.until(lambda: desk.controller.pending is not None and desk.controller.pending.info is not None)
    desk.controller.open("camera:Fake camera")
    held.set()
    desk.until(lambda: opened(desk))
    assert desk.controller.failure is None
    assert desk.text == "camera:Fake camera"


def test_another_word_for_the_camera_in_use_opens_it_anew(desk: Desk) -> None:
    driver = OneUserDriver(camera=identity(name="Test Camera"))
    for text, word in (("camera:0", 0), ("camera:Test", "Test")):
        desk.sources[text] = partial(CameraSource, word, driver=driver)
    desk.open("camera:0")
    desk.open("camera:Test")
    assert desk.window.banner.text == ""
    assert len(driver.opened) == 2


@pytest.mark.parametrize("before", ["", "camera:0"])
def test_what_is_being_opened_takes_over_a_setting_that_is_changed_meanwhile(desk: Desk, before: str) -> None:
    if before:
        desk.open(before)
    held, models = threading.Event(), []

    def load(settings: Settings) -> Vision:
        models.append(settings.model)
        return slow(desk, held)(settings)

    desk.controller._load_vision = load
    desk.controller.open("clip.mp4")
    desk.until(lambda: models)
    desk.window.commands.apply_settings({"model": "expression-small"})
    held.set()
    desk.until(lambda: opened(desk))
    assert desk.text == "clip.mp4"
    assert models[-1] == "expression-small"


@pytest.mark.parametrize("text", ["camera:0", "clip.mp4"])
def test_a_network_that_fails_in_a_way_that_nobody_foresaw_is_told(desk: Desk, text: str) -> None:
    desk.open("camera:0")
    first = desk.controller.current

    def fail(_: Settings) -> Vision:
        raise RuntimeError("out of memory")

    desk.controller._load_vision = fail
    desk.controller.open(text)
    desk.until(lambda: desk.window.banner.text)
    told = "The network could not be loaded (out of memory). Choose another one in the settings."
    assert desk.window.banner.text == told
    assert opened(desk)
    assert desk.controller.current is first


def test_a_second_network_that_fails_in_a_way_that_nobody_foresaw_is_told(desk: Desk) -> None:
    desk.open("camera:0")
    desk.no_second = RuntimeError("out of memory")
    desk.window.commands.apply_settings({"compare": "expression-small"})
    desk.until(lambda: "could not be loaded (out of memory)." in desk.window.banner.text)
