"""What a finished detector says becomes labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training.detector.drawn import face_row
from training.data.pictures import read_colour
from training.detector.boxes import no_faces
from training.detector.drawings import texture
from training.detector.teacher import FaceFinder, match
from training.errors import DataError


def test_every_face_has_one_partner_and_the_best_pairs_come_first() -> None:
    these = np.concatenate([face_row(50, 50, 30), face_row(54, 50, 30)])
    others = np.concatenate([face_row(55, 50, 30), face_row(200, 50, 30), face_row(45, 50, 30)])
    assert match(these, others) == [(1, 0), (0, 2)]
    assert match(these, no_faces()) == []


def test_what_is_no_detector_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x\.onnx: does not exist"):
        FaceFinder(tmp_path / "x.onnx")
    (tmp_path / "x.onnx").write_text("no network")
    with pytest.raises(DataError, match="is not a face detector in YuNet's format"):
        FaceFinder(tmp_path / "x.onnx")


def test_faces_are_labelled_in_the_pixels_of_the_picture(shared_data: Path) -> None:
    teacher = FaceFinder(shared_data / "models" / "yunet_2023mar.onnx")
    photo = read_colour(shared_data / "photos" / "happy.jpg")
    labels = teacher.label(photo, 320)
    assert labels.sure.any()
    wide = np.pad(photo, ((40, 0), (60, 0), (0, 0)))
    moved = teacher.label(wide, 360)
    (pair,) = match(labels.faces + ([60, 40, 0, 0] + [60, 40] * 5), moved.faces)
    assert labels.sure[pair[0]]


def test_a_texture_is_nothing_and_a_photo_is_something(shared_data: Path) -> None:
    teacher = FaceFinder(shared_data / "models" / "yunet_2023mar.onnx")
    assert teacher.sees_nothing(texture(np.random.default_rng(0), 320))
    assert not teacher.sees_nothing(read_colour(shared_data / "photos" / "happy.jpg"))
