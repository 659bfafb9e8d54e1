"""The cut face has the framing of the training pictures, whatever the detector's box looks like."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fer_desktop.vision.crop import (
    brightness,
    cut_face,
    face_square,
    roll_degrees,
    sharpness,
    turn_of,
    yaw_degrees,
)
from fer_desktop.vision.faces import Box
from fer_desktop.vision.model_file import FaceBox, Framing

FRAMING = Framing(48, {"cascade": FaceBox(24, 25, 40, 40), "yunet": FaceBox(24, 26, 30, 40)})


def test_a_box_of_the_training_pictures_gives_their_square() -> None:
    square = face_square(Box(4, 5, 40, 40), FRAMING, "cascade")
    assert (square.x, square.y, square.w, square.h) == pytest.approx((0, 0, 48, 48))


def test_the_square_grows_with_the_box_and_stays_around_it() -> None:
    square = face_square(Box(104, 205, 80, 80), FRAMING, "cascade")
    assert (square.w, square.h) == pytest.approx((96, 96))
    assert square.centre == pytest.approx((144, 243))


def test_a_narrow_box_gives_a_square_too() -> None:
    square = face_square(Box(9, 6, 30, 40), FRAMING, "yunet")
    assert (square.x, square.y, square.w, square.h) == pytest.approx((0, 0, 48, 48))


@pytest.mark.parametrize("side", [24, 48, 480])
def test_a_gradient_keeps_its_place_at_every_size(side: int) -> None:
    ramp = np.tile(np.linspace(0, 255, side).astype(np.uint8), (side, 1))
    cut = cut_face(np.dstack([ramp] * 3), Box(0, 0, side, side), 48)
    assert cut.shape == (48, 48)
    assert np.abs(cut[24].astype(float) - np.linspace(0, 255, 48)).max() < 12


@pytest.mark.parametrize("place", [(0, 0), (7, 31), (52, 2)])
def test_a_square_on_whole_pixels_is_cut_out_as_it_is(place: tuple[int, int]) -> None:
    image = np.random.default_rng(1).integers(0, 255, (100, 100)).astype(np.uint8)
    x, y = place
    cut = cut_face(np.dstack([image] * 3), Box(x, y, 48, 48), 48)
    assert np.array_equal(cut, image[y : y + 48, x : x + 48])


def test_beyond_the_edge_the_edge_repeats() -> None:
    image = np.full((100, 100, 3), 200, np.uint8)
    assert (cut_face(image, Box(-60, -60, 100, 100), 48) == 200).all()
    assert cut_face(image, Box(500, 500, 100, 100), 48).shape == (48, 48)


@pytest.mark.parametrize("size", [30, 61])
def test_a_square_turned_by_a_right_angle_is_cut_lying_on_its_side(size: int) -> None:
    image = np.random.default_rng(1).integers(0, 255, (100, 120)).astype(np.uint8)
    cut = cut_face(np.dstack([image] * 3), Box(20, 10, size, size), size, 90)
    assert np.array_equal(cut, np.rot90(image[10 : 10 + size, 20 : 20 + size]))


def test_an_inclined_face_is_seen_as_if_it_were_upright() -> None:
    rough = cv2.GaussianBlur(np.random.default_rng(1).normal(size=(200, 200)), (0, 0), 6)
    face = np.clip(128 + 60 * rough / rough.std(), 0, 255).astype(np.uint8)
    middle = (99.5, 99.5)
    clockwise = cv2.warpAffine(face, cv2.getRotationMatrix2D(middle, -20, 1), (200, 200))
    square = Box(60, 60, 80, 80)
    upright = cut_face(np.dstack([face] * 3), square, 48).astype(float)
    turned = cut_face(np.dstack([clockwise] * 3), square, 48, 20)
    assert np.abs(turned - upright).max() < 4
    assert np.abs(cut_face(np.dstack([clockwise] * 3), square, 48) - upright).mean() > 10


@pytest.mark.parametrize(
    ("roll", "turn"), [(0, 0), (4, 0), (-5, 0), (7.5, 5), (-7.5, -5), (10, 10), (-30, -30), (80, 80)]
)
def test_a_head_is_turned_upright_where_it_is_inclined_for_good(roll: float, turn: float) -> None:
    step = np.array([np.cos(np.radians(roll)), np.sin(np.radians(roll))])
    landmarks = np.zeros((5, 2), np.float32)
    landmarks[1] = 40 * step
    assert turn_of(landmarks) == pytest.approx(turn, abs=1e-4)


def test_without_eyes_nothing_is_turned() -> None:
    assert turn_of(None) == 0


def test_brightness_and_sharpness_mean_what_they_say() -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (48, 48)).astype(np.uint8)
    assert brightness(np.full((48, 48), 90, np.uint8)) == 90
    assert sharpness(noise) > sharpness(np.full((48, 48), 90, np.uint8)) == 0


def test_roll_is_positive_when_the_head_leans_clockwise_in_the_picture() -> None:
    level = np.array([[10, 20], [30, 20], [20, 30], [12, 40], [28, 40]], np.float32)
    tilted = level.copy()
    tilted[1, 1] += 20
    assert roll_degrees(None) is None
    assert roll_degrees(level) == pytest.approx(0)
    assert roll_degrees(tilted) == pytest.approx(45)


def head(yaw: float, roll: float = 0.0) -> NDArray[np.float32]:
    """Landmarks of a head of average shape, turned to the right in the picture, seen from far away."""
    shape = np.array([[-20, -20, 0], [20, -20, 0], [0, 2, 24], [-15, 25, 0], [15, 25, 0]], np.float64)
    turn, lean = np.radians(yaw), np.radians(roll)
    across = shape[:, 0] * np.cos(turn) + shape[:, 2] * np.sin(turn)
    down = shape[:, 1]
    points = [across * np.cos(lean) - down * np.sin(lean), across * np.sin(lean) + down * np.cos(lean)]
    return np.stack(points, 1).astype(np.float32) + 100


@pytest.mark.parametrize("roll", [0, -25, 40])
@pytest.mark.parametrize("yaw", [0, 15, -30, 45])
def test_yaw_is_positive_when_the_head_turns_to_the_right_in_the_picture(yaw: float, roll: float) -> None:
    assert yaw_degrees(head(yaw, roll)) == pytest.approx(yaw, abs=1e-3)


def test_without_a_face_that_has_width_and_height_there_is_no_yaw() -> None:
    assert yaw_degrees(None) is None
    assert yaw_degrees(np.zeros((5, 2), np.float32)) is None
