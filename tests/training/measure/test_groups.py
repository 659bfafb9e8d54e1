"""Pictures are grouped by what they look like."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.training.made_data import made_faces
from training.measure.groups import brightness, contrast, measure_groups, sharpness

RNG = np.random.default_rng(5)


def test_each_measure_follows_its_property_and_no_other() -> None:
    picture = np.asarray(RNG.integers(60, 180, (32, 32)), np.uint8)
    brighter = np.asarray(picture + 40, np.uint8)
    paler = np.asarray(np.rint(120 + (picture.astype(float) - 120) / 3), np.uint8)
    softer = cv2.GaussianBlur(picture, (0, 0), 1.0)
    pictures = np.stack([picture, brighter, paler, softer])
    light = brightness(pictures)
    assert light[1] - light[0] == pytest.approx(40)
    assert light[[2, 3]] == pytest.approx(light[0], abs=2)
    assert contrast(pictures)[1:3] == pytest.approx(
        [contrast(pictures)[0], contrast(pictures)[0] / 3], rel=0.02
    )
    sharp = sharpness(pictures)
    assert sharp[1:3] == pytest.approx(sharp[0], rel=0.03)
    assert sharp[3] < 0.6 * sharp[0]


def test_a_picture_without_contrast_has_no_sharpness() -> None:
    assert sharpness(np.full((1, 8, 8), 9, np.uint8)).tolist() == [0]


def test_errors_on_dark_pictures_show_in_the_darkest_fifth_alone() -> None:
    pictures = np.repeat(np.arange(50, dtype=np.uint8), 64).reshape(50, 8, 8)
    answers = np.zeros(50, np.int64)
    said = np.where(np.arange(50) < 10, 1, 0)
    groups = measure_groups(pictures, np.eye(2, dtype=np.float32)[said], answers)
    light = [(group.name, group.pictures, group.hits) for group in groups if group.property == "brightness"]
    assert light == [
        ("darkest fifth, below 9.8", 10, 0),
        ("between, 9.8 to 39.2", 30, 30),
        ("brightest fifth, above 39.2", 10, 10),
    ]
    # All pictures are equally pale and soft: there are no ends.
    assert [group.pictures for group in groups if group.property == "sharpness"] == [50]


def test_pictures_without_an_answer_are_in_no_group() -> None:
    faces = made_faces(12).images
    answers = np.array([0, 1, -1] * 4)
    groups = measure_groups(faces, np.zeros((12, 2), np.float32), answers)
    assert sum(group.pictures for group in groups if group.property == "contrast") == 8
    assert sum(group.hits for group in groups if group.property == "contrast") == 4
