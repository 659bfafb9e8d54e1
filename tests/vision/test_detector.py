"""Detectors find faces where they are, at any size of picture, and refuse what is no detector."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop.capture.frame import Image
from fer_desktop.errors import ModelError
from fer_desktop.vision.detector import (
    STILL_SIDE,
    CascadeDetector,
    YuNetDetector,
    make_detector,
    without_nested,
)
from fer_desktop.vision.faces import Box, Detection


def test_the_cascade_finds_the_composite_face(demo_frame: Image) -> None:
    found = CascadeDetector().detect(demo_frame)
    assert len(found) == 1
    assert 0.5 < found[0].score <= 1
    height, width = demo_frame.shape[:2]
    assert 0 <= found[0].box.x < width
    assert 0 <= found[0].box.y < height


def test_a_cascade_without_its_file_is_refused_instead_of_finding_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cv2, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(ModelError, match=r"haarcascade_frontalface_default\.xml' is missing"):
        CascadeDetector()


def test_a_larger_picture_gives_the_same_box_in_its_own_pixels(demo_frame: Image) -> None:
    doubled = np.repeat(np.repeat(demo_frame, 2, axis=0), 2, axis=1)
    detector = CascadeDetector()
    small, large = detector.detect(demo_frame)[0].box, detector.detect(doubled)[0].box
    assert Box(2 * small.x, 2 * small.y, 2 * small.w, 2 * small.h).overlap(large) > 0.7


@pytest.mark.parametrize("width", [48, 160, 400])
def test_a_photo_cut_close_around_a_face_shows_it_at_any_size(demo_frame: Image, width: int) -> None:
    detector = CascadeDetector()
    box = detector.detect(demo_frame)[0].box
    trimmed = round(0.14 * box.w)
    left, top, side = round(box.x) + trimmed, round(box.y) + trimmed, round(box.w) - 2 * trimmed
    cut = demo_frame[top : top + side, left : left + side]
    close = np.asarray(cv2.resize(cut, (width, width), interpolation=cv2.INTER_AREA), np.uint8)
    assert detector.detect(close, STILL_SIDE) == []
    (found,) = detector.detect_still(close)
    assert found.box.w == pytest.approx(box.w * width / side, rel=0.15)
    assert found.box.centre == pytest.approx((width / 2, width / 2), abs=0.08 * width)


def test_no_face_is_seen_in_a_close_picture_of_nothing() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    assert CascadeDetector().detect_still(noise) == []
    assert CascadeDetector().detect_still(noise[:3, :1]) == []


def test_a_face_is_found_again_near_to_where_it_was(demo_frame: Image) -> None:
    detector = CascadeDetector()
    box = detector.detect(demo_frame)[0].box
    moved = Box(box.x + 0.15 * box.w, box.y - 0.1 * box.h, box.w, box.h)
    again = detector.detect_near(demo_frame, moved)
    assert again is not None
    assert again.box.overlap(box) > 0.6


def test_nothing_is_found_near_to_an_empty_place(demo_frame: Image) -> None:
    blank = np.full_like(demo_frame, 128)
    assert CascadeDetector().detect_near(blank, Box(100, 100, 120, 120)) is None
    assert CascadeDetector().detect(blank) == []


def test_a_box_beyond_the_picture_is_no_error(demo_frame: Image) -> None:
    assert CascadeDetector().detect_near(demo_frame, Box(-500, -500, 100, 100)) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 400, 3), (500, 2, 3)])
def test_pictures_smaller_than_any_face_have_none(shape: tuple[int, int, int]) -> None:
    assert CascadeDetector().detect(np.zeros(shape, np.uint8)) == []


def test_a_box_within_a_surer_one_is_dropped() -> None:
    face = Detection(Box(100, 100, 200, 200), 0.95)
    nose = Detection(Box(170, 180, 60, 60), 0.9)
    other = Detection(Box(290, 120, 150, 150), 0.8)
    assert without_nested([nose, other, face]) == [face, other]


def test_a_missing_detector_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.onnx does not exist"):
        make_detector(str(tmp_path / "nowhere.onnx"))


def test_a_file_that_is_no_detector_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.onnx"
    path.write_text("not a network")
    with pytest.raises(ModelError, match=r"text\.onnx is not a face detector in YuNet's format"):
        make_detector(str(path))


def test_an_expression_network_is_no_detector(tiny_model: Path) -> None:
    with pytest.raises(ModelError, match="is not a face detector"):
        make_detector(str(tiny_model))


def test_a_yunet_file_gives_boxes_and_landmarks(shared_data: Path, demo_frame: Image) -> None:
    detector = YuNetDetector(shared_data / "models" / "yunet_2023mar.onnx")
    found = detector.detect(demo_frame)
    assert len(found) == 1
    landmarks = found[0].landmarks
    assert landmarks is not None
    assert landmarks.shape == (5, 2)
    right_eye, left_eye = landmarks[0], landmarks[1]
    assert right_eye[0] < left_eye[0], "the subject's right eye is left in the picture"


def test_both_detectors_agree_on_real_faces(shared_data: Path) -> None:
    image = np.asarray(cv2.imread(str(shared_data / "photos" / "happy.jpg")), np.uint8)
    cascade = CascadeDetector().detect(image)
    yunet = YuNetDetector(shared_data / "models" / "yunet_2023mar.onnx").detect(image)
    assert max(cascade[0].box.overlap(found.box) for found in yunet) > 0.4
