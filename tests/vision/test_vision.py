"""Vision as a whole, on the project's own clip and on lent ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop import paths
from fer_desktop.capture.frame import Image
from fer_desktop.vision.faces import Sight
from fer_desktop.vision.vision import Vision

RATE = 30.0


def pictures(path: Path) -> Iterator[tuple[float, Image]]:
    capture = cv2.VideoCapture(str(path))
    while True:
        found, image = capture.read()
        if not found:
            break
        yield capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, np.asarray(image, np.uint8)
    capture.release()


def look_at(path: Path, vision: Vision) -> list[Sight]:
    return [vision.look(image, t_s) for t_s, image in pictures(path)]


@pytest.fixture
def vision(tiny_model: Path) -> Vision:
    return Vision(tiny_model, provider="cpu")


def sliding(face: Image, x: float, y: float, scale: float = 1.0) -> Image:
    """The demo picture moved by (x, y) pixels over its own border colour."""
    transform = np.array([[scale, 0, x], [0, scale, y]], np.float64)
    moved = cv2.warpAffine(face, transform, (640, 480), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


def test_a_moving_face_keeps_its_id_and_its_box_follows(vision: Vision, demo_frame: Image) -> None:
    places = []
    for i in range(60):
        x = 120 * np.sin(2 * np.pi * i / 60)
        sight = vision.look(sliding(demo_frame, x, 0), i / RATE)
        assert [face.face_id for face in sight.faces] == [1]
        places.append(sight.faces[0].box.centre[0] - x)
    assert np.ptp(places) < 0.15 * sight.faces[0].box.w, "the box stays on the face"


def test_a_face_that_goes_leaves_no_ghost(vision: Vision, demo_frame: Image) -> None:
    for i in range(15):
        vision.look(demo_frame, i / RATE)
    empty = np.full_like(demo_frame, 120)
    sights = [vision.look(empty, 0.5 + i / RATE) for i in range(10)]
    assert all(sight.faces == () and sight.reason == "no_face" for sight in sights)


def test_a_dark_picture_says_so(vision: Vision) -> None:
    assert vision.look(np.zeros((480, 640, 3), np.uint8), 0.0).reason == "too_dark"


def test_a_tiny_face_says_so(tiny_model: Path, demo_frame: Image) -> None:
    small = np.asarray(cv2.resize(demo_frame, (64, 48), interpolation=cv2.INTER_AREA), np.uint8)
    vision = Vision(tiny_model, provider="cpu")
    for i in range(6):
        sight = vision.look(small, i / RATE)
    assert sight.faces == ()
    assert sight.reason in {"too_small", "no_face"}


def test_someone_who_walks_out_is_out_of_frame(vision: Vision, demo_frame: Image) -> None:
    reasons = []
    for i in range(50):
        sight = vision.look(sliding(demo_frame, 12 * i, 0), i / RATE)
        if not sight.faces:
            reasons.append(sight.reason)
    assert "out_of_frame" in reasons


def before_stripes(face: Image, phase: int) -> Image:
    """The face where it is, before bold stripes."""
    image = face.copy()
    stripes = np.where((np.arange(480) // 40 + phase) % 2, 230, 20).astype(np.uint8)
    image[:, :200] = image[:, 440:] = stripes[:, None, None]
    return image


def test_a_cut_to_another_scene_starts_new_ids(vision: Vision, demo_frame: Image) -> None:
    before, after = before_stripes(demo_frame, 0), before_stripes(demo_frame, 1)
    for i in range(12):
        assert [face.face_id for face in vision.look(before, i / RATE).faces] == [1]
    for i in range(12, 24):
        assert [face.face_id for face in vision.look(after, i / RATE).faces] == [2]


def test_switching_the_light_is_no_cut(vision: Vision, demo_frame: Image) -> None:
    scene = before_stripes(demo_frame, 0)
    dimmed = (0.5 * scene).astype(np.uint8)
    for i in range(24):
        sight = vision.look(scene if i < 12 else dimmed, i / RATE)
        assert [face.face_id for face in sight.faces] == [1]


def test_photos_have_nothing_to_do_with_each_other(vision: Vision, demo_frame: Image) -> None:
    first = vision.look(demo_frame, 0.0, still=True)
    second = vision.look(demo_frame, 0.1, still=True)
    assert [face.face_id for face in first.faces] == [1]
    assert [face.face_id for face in second.faces] == [2]


@pytest.mark.parametrize("shape", [(1, 1), (2, 500), (500, 2), (37, 41)])
def test_any_size_of_picture_is_looked_at(vision: Vision, shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 90, np.uint8)
    assert vision.look(image, 0.0).reason == "no_face"
    assert vision.look(image, 0.1, still=True).reason == "no_face"


def test_one_person_has_one_id_through_a_whole_clip(shared_data: Path, tiny_model: Path) -> None:
    for name in ("WolfgangLanger_Pexels.mp4", "single_face.mp4"):
        vision = Vision(tiny_model, provider="cpu")
        sights = look_at(shared_data / "clips" / name, vision)
        ids = Counter(face.face_id for sight in sights for face in sight.faces)
        assert list(ids) == [1], name
        assert ids[1] > 0.9 * len(sights), name


def test_a_cartoon_without_faces_gives_none(shared_data: Path, vision: Vision) -> None:
    sights = look_at(shared_data / "clips" / "no_face.mp4", vision)
    assert all(not sight.faces and sight.reason for sight in sights)


def test_a_laughing_person_is_mostly_happy(shared_data: Path) -> None:
    vision = Vision(paths.default_model(), provider="cpu")
    image = cv2.imread(str(shared_data / "photos" / "happy.jpg"))
    faces = vision.look(np.asarray(image, np.uint8), 0.0, still=True).faces
    assert faces[0].label == "happiness"
