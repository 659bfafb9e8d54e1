"""Boxes and landmarks go where their picture goes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.training.detector.drawn import face_row
from training.detector.boxes import (
    COLUMNS,
    Affine,
    Faces,
    Picture,
    eye_distances,
    mirror,
    moved,
    no_faces,
    overlaps,
    points_of,
    turn_about,
    warp,
)

SIZE = (240, 220)


def marked(points: np.ndarray, number: int) -> Picture:
    """A soft white spot where one landmark lies, on black."""
    rows, columns = np.indices((100, 120)) + 0.5
    x, y = points[number]
    spot = 255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8)
    return np.repeat(spot[..., None].round().astype(np.uint8), 3, axis=2)


def middle_of_light(picture: Picture) -> np.ndarray:
    """The centre of gravity in continuous coordinates."""
    light = picture[..., 0].astype(float)
    rows, columns = np.indices(light.shape) + 0.5
    return np.array([(columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()])


ROW: Faces = face_row(60.3, 50.8, 40)

MAPS = {
    "shift": turn_about((0, 0), (17.25, 9.5), 1.0, 0.0),
    "scale": turn_about((60, 50), (110, 100), 2.0, 0.0),
    "turn": turn_about((60, 50), (80, 70), 1.0, 30.0),
    "all": turn_about((60, 50), (100, 90), 1.7, -35.0, 0.1),
}


@pytest.mark.parametrize("by", MAPS.values(), ids=MAPS.keys())
@pytest.mark.parametrize("number", range(5))
def test_landmarks_lie_where_a_warp_puts_their_pixels(by: Affine, number: int) -> None:
    row = ROW
    seen = warp(marked(points_of(row)[0], number), by, SIZE, cv2.BORDER_CONSTANT)
    assert middle_of_light(seen) == pytest.approx(points_of(moved(row, by))[0, number], abs=0.05)


@pytest.mark.parametrize("number", range(5))
def test_a_mirror_swaps_left_and_right_and_keeps_the_pixels(number: int) -> None:
    row = ROW
    seen = np.ascontiguousarray(marked(points_of(row)[0], number)[:, ::-1])
    partner = [1, 0, 2, 4, 3][number]
    place = points_of(mirror(row, 120))[0, partner]
    assert middle_of_light(seen) == pytest.approx(place, abs=0.05)


def test_mirroring_twice_changes_nothing() -> None:
    row = face_row(33, 44, 20)
    assert mirror(mirror(row, 120), 120) == pytest.approx(row, abs=1e-4)


def test_the_right_eye_stays_left_in_the_picture() -> None:
    eyes = points_of(mirror(face_row(33, 44, 20), 120))[0, :2]
    assert eyes[0, 0] < eyes[1, 0]


def test_a_turned_box_is_the_one_around_its_ellipse() -> None:
    row = face_row(60, 50, 40)
    quarter = moved(row, turn_about((60, 50), (60, 50), 1.0, 90.0))
    assert quarter[0, 2:4] == pytest.approx(row[0, [3, 2]], rel=1e-5)
    assert moved(row, turn_about((0, 0), (0, 0), 2.0, 0.0))[0, :4] == pytest.approx(2 * row[0, :4])


def test_overlaps_are_shares_of_the_union() -> None:
    rows = np.zeros((2, COLUMNS), np.float32)
    rows[:, :4] = [[0, 0, 10, 10], [5, 0, 10, 10]]
    assert overlaps(rows, rows) == pytest.approx(np.array([[1, 1 / 3], [1 / 3, 1]]))
    assert overlaps(no_faces(), rows).shape == (0, 2)


def test_eyes_on_one_spot_are_a_pixel_apart() -> None:
    assert eye_distances(np.zeros((1, COLUMNS), np.float32)).tolist() == [1.0]
