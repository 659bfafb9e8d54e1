"""The cut face has the framing of the training pictures, whatever the detector's box looks like."""

from __future__ import annotations

import numpy as np
import pytest

from fer_desktop.vision.crop import brightness, cut_face, face_square, roll_degrees, sharpness
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
