"""Detectors find faces where they are, at any size of picture, and refuse what is no detector."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop import paths
from fer_desktop.capture.frame import Image
from fer_desktop.errors import ModelError
from fer_desktop.vision.detector import (
    CASCADE,
    OWN,
    STILL_SIDE,
    Detector,
    YuNetDetector,
    make_detector,
    without_nested,
)
from fer_desktop.vision.faces import Box, Detection

HAS_CASCADE = hasattr(cv2, "CascadeClassifier")
NEEDS_CASCADE = pytest.mark.skipif(not HAS_CASCADE, reason="OpenCV 5 has no cascade")


@pytest.fixture(params=[OWN, CASCADE])
def detector(request: pytest.FixtureRequest) -> Detector:
    if request.param == CASCADE and not HAS_CASCADE:
        pytest.skip("OpenCV 5 has no cascade")
    return make_detector(request.param)


def test_the_composite_face_is_found(detector: Detector, demo_frame: Image) -> None:
    found = detector.detect(demo_frame)
    assert len(found) == 1
    assert 0.5 < found[0].score <= 1
    height, width = demo_frame.shape[:2]
    assert 0 <= found[0].box.x < width
    assert 0 <= found[0].box.y < height


@NEEDS_CASCADE
def test_a_cascade_without_its_file_is_refused_instead_of_finding_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cv2, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(ModelError, match=r"haarcascade_frontalface_default\.xml' is missing"):
        make_detector(CASCADE)


def test_a_larger_picture_gives_the_same_box_in_its_own_pixels(detector: Detector, demo_frame: Image) -> None:
    doubled = np.repeat(np.repeat(demo_frame, 2, axis=0), 2, axis=1)
    small, large = detector.detect(demo_frame)[0].box, detector.detect(doubled)[0].box
    assert Box(2 * small.x, 2 * small.y, 2 * small.w, 2 * small.h).overlap(large) > 0.7


@NEEDS_CASCADE
@pytest.mark.parametrize("width", [48, 160, 400])
def test_a_photo_cut_close_around_a_face_shows_it_at_any_size(demo_frame: Image, width: int) -> None:
    detector = make_detector(CASCADE)
    box = detector.detect(demo_frame)[0].box
    trimmed = round(0.14 * box.w)
    left, top, side = round(box.x) + trimmed, round(box.y) + trimmed, round(box.w) - 2 * trimmed
    cut = demo_frame[top : top + side, left : left + side]
    close = np.asarray(cv2.resize(cut, (width, width), interpolation=cv2.INTER_AREA), np.uint8)
    assert detector.detect(close, STILL_SIDE) == []
    (found,) = detector.detect_still(close)
    assert found.box.w == pytest.approx(box.w * width / side, rel=0.15)
    assert found.box.centre == pytest.approx((width / 2, width / 2), abs=0.08 * width)


def test_no_face_is_seen_in_a_close_picture_of_nothing(detector: Detector) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    assert detector.detect_still(noise) == []
    assert detector.detect_still(noise[:3, :1]) == []


def test_a_face_is_found_again_near_to_where_it_was(detector: Detector, demo_frame: Image) -> None:
    box = detector.detect(demo_frame)[0].box
    moved = Box(box.x + 0.15 * box.w, box.y - 0.1 * box.h, box.w, box.h)
    again = detector.detect_near(demo_frame, moved)
    assert again is not None
    assert again.box.overlap(box) > 0.6


def test_nothing_is_found_near_to_an_empty_place(detector: Detector, demo_frame: Image) -> None:
    blank = np.full_like(demo_frame, 128)
    assert detector.detect_near(blank, Box(100, 100, 120, 120)) is None
    assert detector.detect(blank) == []


def test_a_box_beyond_the_picture_is_no_error(detector: Detector, demo_frame: Image) -> None:
    assert detector.detect_near(demo_frame, Box(-500, -500, 100, 100)) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 400, 3), (500, 2, 3)])
def test_pictures_smaller_than_any_face_have_none(detector: Detector, shape: tuple[int, int, int]) -> None:
    assert detector.detect(np.zeros(shape, np.uint8)) == []


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


def test_our_own_detector_is_the_default_and_tells_where_eyes_nose_and_mouth_are(demo_frame: Image) -> None:
    detector = make_detector()
    assert (detector.name, detector.kind) == (OWN, "yunet")
    assert detector.sha256 == hashlib.sha256(paths.face_detector().read_bytes()).hexdigest()
    (found,) = detector.detect(demo_frame)
    assert found.landmarks is not None
    right_eye, left_eye, nose, right_corner, left_corner = found.landmarks.tolist()
    assert right_eye[0] < nose[0] < left_eye[0], "the subject's right eye is left in the picture"
    assert right_corner[0] < nose[0] < left_corner[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_corner[1], left_corner[1])


@pytest.mark.skipif(HAS_CASCADE, reason="OpenCV 4 has the cascade")
def test_where_opencv_has_no_cascade_the_remedy_is_named() -> None:
    with pytest.raises(ModelError, match="no cascade detector") as caught:
        make_detector(CASCADE)
    assert OWN in caught.value.remedy


def test_all_detectors_agree_on_real_faces(shared_data: Path, detector: Detector) -> None:
    image = np.asarray(cv2.imread(str(shared_data / "photos" / "happy.jpg")), np.uint8)
    reference = YuNetDetector(shared_data / "models" / "yunet_2023mar.onnx").detect(image)
    assert max(detector.detect(image)[0].box.overlap(found.box) for found in reference) > 0.4
