"""The list of cameras: seen before they are chosen, asked for what they can, mirrored on screen only."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from fer_desktop.app import source_maker
from fer_desktop.capture.camera import CameraSource
from fer_desktop.capture.modes import USUAL
from fer_desktop.errors import SourceError
from fer_desktop.settings import CameraChoice, Settings, camera_choice, with_camera
from fer_desktop.settings_store import SettingsStore
from fer_desktop.ui.camera_card import CameraCard
from fer_desktop.ui.camera_dialog import CameraDialog
from fer_desktop.ui.cameras import Camera
from tests.fakes.camera import identity
from tests.gui.conftest import Desk
from tests.gui.fakes import FakeCamera

OTHER = Camera("Other camera", "camera:1", "other|1234:5678|usb-2")


def listed(desk: Desk) -> CameraDialog:
    """The dialog, once it knows the cameras."""
    desk.act("cameras")
    (dialog,) = [one for one in desk.window.findChildren(CameraDialog) if one.isVisible()]
    desk.until(lambda: set(dialog.cards) == set(desk.cameras))
    return dialog


def mirrored(desk: Desk) -> bool:
    return desk.window.stage.view.mirrored


def names(dialog: CameraDialog) -> list[str]:
    return [camera.name for camera in dialog.cards]


def test_cameras_are_listed_with_live_pictures_and_follow_what_is_plugged_in(desk: Desk) -> None:
    desk.cameras = [*desk.cameras, OTHER]
    desk.open("camera:0")
    dialog = listed(desk)
    assert names(dialog) == ["Fake camera", "Other camera"]
    desk.until(lambda: all(card.thumbnail.shows for card in dialog.cards.values()))
    used, other = dialog.cards.values()
    assert "640 × 360, 30/s" in used.state
    assert not used.use.isEnabled()
    assert other.use.isEnabled()
    assert "camera:0" not in desk.previews, "a camera in use is not opened a second time"

    desk.cameras = desk.cameras[:1]
    desk.until(lambda: names(dialog) == ["Fake camera"])
    desk.until(desk.previews["camera:1"].closed.is_set)
    third = Camera("Third camera", "camera:2", "third")
    desk.cameras = [*desk.cameras, third]
    desk.until(lambda: names(dialog) == ["Fake camera", "Third camera"])
    assert dialog.cards[desk.cameras[0]] is used, "what stays is not made anew"

    dialog.reject()
    desk.until(desk.previews["camera:2"].closed.is_set)
    index = desk.index
    desk.until(lambda: desk.index > index)


def test_without_a_camera_the_list_says_so_and_waits_for_one(desk: Desk) -> None:
    desk.cameras = []
    dialog = listed(desk)
    desk.until(lambda: "No camera was found" in dialog._none.text())
    assert dialog._none.isVisible()
    desk.cameras = [OTHER]
    desk.until(lambda: names(dialog) == ["Other camera"])
    assert not dialog._none.isVisible()


def test_another_camera_is_used_as_soon_as_its_preview_has_let_go_of_it(desk: Desk) -> None:
    desk.cameras = [*desk.cameras, OTHER]
    given_back: list[bool] = []

    def open_other() -> FakeCamera:
        given_back.append(desk.previews["camera:1"].closed.is_set())
        return FakeCamera("Other camera")

    desk.sources["camera:1"] = open_other
    desk.open("camera:0")
    dialog = listed(desk)
    desk.until(lambda: dialog.cards[OTHER].thumbnail.shows)
    dialog.cards[OTHER].use.click()
    desk.until(lambda: desk.text == "camera:1")
    desk.until(desk.camera.closed.is_set)
    assert given_back == [True]
    assert "Other camera" in desk.window.windowTitle()


def test_no_camera_is_switched_on_before_the_system_allows_it(desk: Desk) -> None:
    waiting: list[Callable[[], object]] = []

    def not_yet(again: Callable[[], object]) -> bool:
        waiting.append(again)
        return False

    desk.controller.camera_allowed = not_yet
    desk.act("cameras")
    assert not desk.window.findChildren(CameraDialog)
    assert desk.previews == {}

    def never(_: Callable[[], object]) -> bool:
        raise SourceError("The system does not let FER Desktop see the camera.", "Allow it in its settings.")

    desk.controller.camera_allowed = never
    waiting[0]()
    assert "does not let FER Desktop see the camera" in desk.window.banner.text
    assert not desk.window.findChildren(CameraDialog)


def test_a_camera_that_cannot_be_shown_says_why_and_is_tried_again(desk: Desk) -> None:
    desk.cameras = [OTHER]
    busy = desk.previews["camera:1"] = FakeCamera("Other camera")
    busy.fails_with = SourceError("Other camera is in use.", "Close the other program.")
    dialog = listed(desk)
    card = dialog.cards[OTHER]
    desk.until(lambda: card.state == "Other camera is in use. Close the other program.")
    assert card.thumbnail.word == "No picture"
    busy.fails_with = None
    desk.until(lambda: card.thumbnail.shows)
    assert card.state == ""


def test_sizes_are_those_that_the_camera_tells_or_are_called_usual(desk: Desk) -> None:
    dialog = listed(desk)
    (card,) = dialog.cards.values()
    texts = [card.sizes.itemText(place) for place in range(card.sizes.count())]
    assert texts == ["Automatic size", "640 × 360, 30/s", "320 × 180, 60/s"]
    assert dialog._usual.isHidden()
    dialog.reject()
    desk.modes = USUAL
    dialog = listed(desk)
    desk.until(lambda: not dialog._usual.isHidden())


def test_a_size_is_kept_for_its_camera_and_asked_for_at_once(desk: Desk) -> None:
    desk.open("camera:0")
    desk.sources["camera:0"] = FakeCamera
    first = desk.controller.current
    dialog = listed(desk)
    (card,) = dialog.cards.values()
    card.sizes.setCurrentIndex(2)
    desk.until(lambda: desk.controller.current is not None and desk.controller.current is not first)
    (kept,) = json.loads(desk.program.store.path.read_text(encoding="utf-8"))["cameras"]
    assert (kept["camera"], kept["width"], kept["fps"], kept["pixels"]) == ("fake", 320, 60.0, "YUYV")
    # It gives what it gives, and that is told.
    desk.until(lambda: "asked for 320 × 180, 60/s and gives 640 × 360, 30/s" in card.state)
    dialog.reject()
    (card,) = listed(desk).cards.values()
    assert card.sizes.currentText() == "320 × 180, 60/s"


def test_a_camera_is_asked_for_what_was_chosen_for_it(desk: Desk) -> None:
    store = desk.program.store
    camera = identity(port="usb-1")
    source = source_maker(store)("camera:0")
    assert isinstance(source, CameraSource)
    assert source._wishes(camera).width == 1280
    store.keep(with_camera(store.current, CameraChoice(camera.key, 640, 480, 15.0, "YUYV")))
    wish = source._wishes(camera)
    assert (wish.width, wish.height, wish.fps, wish.pixels) == (640, 480, 15.0, "YUYV")
    store.keep(with_camera(store.current, CameraChoice(camera.key, 640, 480, 15.0, "no form")))
    assert source._wishes(camera).width == 1280, "what somebody wrote into the file is not believed"


def test_a_choice_goes_with_the_camera_to_another_port_but_not_to_another_camera() -> None:
    here, there = identity(port="usb-1"), identity(port="usb-7")
    settings = with_camera(Settings(), CameraChoice(here.key, mirror=True))
    assert camera_choice(settings, there.key) == CameraChoice(there.key, mirror=True)
    assert not camera_choice(settings, identity(name="Another").key).mirror
    settings = with_camera(settings, CameraChoice(there.key))
    assert camera_choice(settings, here.key).mirror
    assert not camera_choice(settings, there.key).mirror


def test_two_cameras_of_one_model_that_are_plugged_in_are_asked_for_their_own(desk: Desk) -> None:
    here, there = identity(port="usb-1"), identity(port="usb-7")
    store = desk.program.store
    store.keep(with_camera(store.current, CameraChoice(here.key, 640, 480, 15.0, "YUYV")))
    plugged_in = {here.key, there.key}
    source = source_maker(store, lambda: plugged_in)("camera:0")
    assert isinstance(source, CameraSource)
    assert source._wishes(there).width == 1280
    plugged_in.remove(here.key)
    assert source._wishes(there).width == 640, "it may be the same one in another port"


def test_the_list_keeps_two_cameras_of_one_model_apart(desk: Desk) -> None:
    one, other = (Camera("Twin", f"camera:{n}", f"Twin|1:1|usb-{n}") for n in (1, 2))
    desk.cameras = [one, other]
    dialog = listed(desk)
    dialog.cards[one].sizes.setCurrentIndex(2)
    dialog.cards[one].mirror.click()
    desk.until(lambda: dialog.cards[one].mirror.isChecked() and dialog.cards[other].thumbnail.shows)
    dialog._tick()
    assert not dialog.cards[other].mirror.isChecked()
    assert dialog.cards[other].sizes.currentText() == "Automatic size"

    desk.window.commands.cameras.choose(CameraChoice(other.key, 800, 600, 25.0, "MJPG"))
    desk.until(lambda: dialog.cards[other].sizes.currentText() == "800 × 600, 25/s")
    assert dialog.cards[one].sizes.currentText() == "320 × 180, 60/s"
    assert len(desk.program.store.current.cameras) == 2, "a card that is told chooses nothing"


def test_choices_for_cameras_that_make_no_sense_are_left_out(desk: Desk) -> None:
    path = desk.program.store.path
    path.write_text(
        '{"cameras": [{"camera": "a"}, 5, {"camera": "b", "width": 640, "height": 480, "fps": 30.0,'
        ' "pixels": "MJPG", "mirror": true}, {"camera": 3, "width": "", "height": 480, "fps": 30.0,'
        ' "pixels": "MJPG", "mirror": true}]}',
        encoding="utf-8",
    )
    assert [choice.camera for choice in SettingsStore(path).current.cameras] == ["b"]


def test_mirroring_changes_what_is_seen_and_nothing_else(desk: Desk) -> None:
    desk.vision.faces = 2
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.headline == "happiness")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    view = desk.window.stage.view
    shown = view.shown
    assert shown is not None
    first, second = (view.box_rect(face) for face in shown.result.faces)
    assert first.center().x() < second.center().x()

    desk.act("mirror")
    assert mirrored(desk)
    assert view.shown is shown, "the frame, its faces and all that is analysed stay as they are"
    assert np.array_equal(np.asarray(view._pixels)[:, ::-1], shown.pixels)
    left, right = view.box_rect(shown.result.faces[1]), view.box_rect(shown.result.faces[0])
    assert left.center().x() < right.center().x()
    picture = view.picture_rect()
    assert right.center().x() == pytest.approx(picture.left() + picture.right() - first.center().x())

    assert view._face_at(left.center()) == 2, "a click hits the face that is seen there"

    desk.act("mirror")
    assert not mirrored(desk)
    assert np.array_equal(np.asarray(view._pixels), shown.pixels)


def test_a_mirror_is_remembered_for_its_camera_only(desk: Desk) -> None:
    desk.open("camera:0")
    action = desk.window.actions_["mirror"]
    desk.act("mirror")
    assert action.isChecked()
    desk.open("clip.mp4")
    assert not mirrored(desk)
    assert not action.isEnabled()
    assert not action.isChecked()
    desk.sources["camera:0"] = FakeCamera
    desk.open("camera:0")
    assert mirrored(desk)
    assert desk.window.compact.view.mirrored

    (card,) = listed(desk).cards.values()
    assert isinstance(card, CameraCard)
    assert card.mirror.isChecked()
    card.mirror.click()
    assert not mirrored(desk)
    desk.act("mirror")
    desk.until(card.mirror.isChecked)


def test_a_recording_is_not_mirrored(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("mirror")
    desk.until(lambda: desk.window.stage.view.shown is not None)
    shown = desk.window.stage.view.shown
    assert shown is not None
    box, width = shown.result.faces[0].reading.box, shown.frame_size[0]
    image = np.asarray(shown.result.frame.image)
    middle = image[round(box.centre[1]), round(box.centre[0])]
    assert tuple(middle) == (150, 180, 215), "the box lies on the face in the picture that was analysed"
    seen = desk.window.stage.view.box_rect(shown.result.faces[0])
    picture = desk.window.stage.view.picture_rect()
    share = (seen.center().x() - picture.left()) / picture.width()
    assert share == pytest.approx(1 - box.centre[0] / width, abs=0.01)
