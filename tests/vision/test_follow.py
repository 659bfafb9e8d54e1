"""Pixels are followed where they go, and not where they cannot be."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fer_desktop.capture.frame import Image
from fer_desktop.vision.detector import Detector
from fer_desktop.vision.faces import Box, Detection
from fer_desktop.vision.follow import Follower, follow_box

BOX = Box(60, 50, 60, 60)


def texture() -> NDArray[np.uint8]:
    noise = np.random.default_rng(3).integers(0, 255, (180, 240)).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 3), np.uint8)


def warped(image: NDArray[np.uint8], x: float, y: float, scale: float = 1.0) -> NDArray[np.uint8]:
    """Moved by (x, y), and scaled about the middle of the box."""
    centre_x, centre_y = BOX.centre
    transform = np.array(
        [[scale, 0, x + (1 - scale) * centre_x], [0, scale, y + (1 - scale) * centre_y]], np.float64
    )
    height, width = image.shape
    return np.asarray(cv2.warpAffine(image, transform, (width, height)), np.uint8)


@pytest.mark.parametrize(("x", "y"), [(0, 0), (4, -3), (-6.5, 2.5)])
def test_a_box_goes_where_its_pixels_go(x: float, y: float) -> None:
    before = texture()
    box = follow_box(before, warped(before, x, y), BOX)
    assert box is not None
    assert box.centre == pytest.approx((BOX.centre[0] + x, BOX.centre[1] + y), abs=0.3)
    assert box.w == pytest.approx(BOX.w, rel=0.02)


def test_a_box_grows_with_its_pixels() -> None:
    before = texture()
    box = follow_box(before, warped(before, 0, 0, scale=1.05), BOX)
    assert box is not None
    assert box.w == pytest.approx(1.05 * BOX.w, rel=0.02)


def test_pixels_that_are_gone_cannot_be_followed() -> None:
    other = np.ascontiguousarray(texture()[::-1, ::-1])
    assert follow_box(texture(), other, BOX) is None


class FakeDetector(Detector):
    """Sees one face in the same place; counts how often it is asked, can be blind, and may take its time."""

    kind = name = "fake"

    def __init__(self, interval: int, near_interval: int, takes_s: float = 0.0) -> None:
        self.interval, self.near_interval, self.takes_s = interval, near_interval, takes_s
        self.whole = self.near = 0
        self.blind = False

    def detect(self, image: Image, long_side: int = 320) -> list[Detection]:  # noqa: ARG002
        self.whole += 1
        time.sleep(self.takes_s)
        return [] if self.blind else [Detection(Box(260, 180, 120, 120), 0.95)]

    def detect_near(self, image: Image, box: Box) -> Detection | None:  # noqa: ARG002
        self.near += 1
        return None if self.blind else Detection(Box(260, 180, 120, 120), 0.95)


def test_a_detector_that_takes_long_is_asked_on_few_frames(demo_frame: Image) -> None:
    detector = FakeDetector(interval=15, near_interval=4)
    follower = Follower(detector)
    for i in range(60):
        assert len(follower.follow(demo_frame, i / 30)) == 1
    assert detector.whole <= 60 / detector.interval + 2
    assert detector.near <= 60 / detector.near_interval + 2


@pytest.mark.parametrize(("takes_s", "thrifty", "whole"), [(0.006, True, 20), (0.006, False, 60)])
def test_only_a_live_view_spares_a_detector_that_is_slow_here(
    demo_frame: Image, takes_s: float, thrifty: bool, whole: int
) -> None:
    detector = FakeDetector(interval=1, near_interval=1, takes_s=takes_s)
    follower = Follower(detector, thrifty=thrifty)
    for i in range(60):
        assert len(follower.follow(demo_frame, i / 30)) == 1
    assert detector.whole == whole
    assert detector.near == 60 - whole


def test_a_face_that_the_detector_does_not_see_is_believed_in_for_a_moment_only(demo_frame: Image) -> None:
    detector = FakeDetector(interval=15, near_interval=4)
    follower = Follower(detector)
    for i in range(10):
        follower.follow(demo_frame, i / 30)
    detector.blind = True
    seen = [len(follower.follow(demo_frame, i / 30)) for i in range(10, 70)]
    assert seen[:20] == [1] * 20
    assert seen[-20:] == [0] * 20
