"""Framing is measured in pixels of the 48-pixel square, whatever the detector sees."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes.models import FRAMING
from tests.training.made_data import made_faces
from training.data.fer2013 import load_fer2013
from training.errors import DataError
from training.framing import (
    MARGIN,
    OURS,
    SCALE,
    cascade,
    live_framing,
    measure_framing,
    read_crop,
    write_crop,
    yunet,
)


def test_a_box_is_given_in_pixels_of_the_square() -> None:
    def detect(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert picture.size == (96 * SCALE) ** 2
        return SCALE * np.array([MARGIN + 4, MARGIN + 6, 40, 44, MARGIN + 15, MARGIN + 18], np.float32)

    framing = measure_framing(made_faces(3), detect)
    assert framing.as_json() == {"cx": 24, "cy": 28, "w": 40, "h": 44}
    assert list(framing.landmarks) == [(15, 18)]
    assert framing.found == 1


def test_a_detector_that_finds_nothing_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="finds a face in none"):
        measure_framing(made_faces(2), cascade())
    text = tmp_path / "text.onnx"
    text.write_text("not a model", encoding="utf-8")
    with pytest.raises(DataError, match=r"text\.onnx: is not a face detector"):
        yunet(text)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    framing = measure_framing(made_faces(1), lambda _picture: SCALE * np.array([24, 24, 48, 48], np.float32))
    write_crop(tmp_path / "crop.json", framing, framing)
    crop = read_crop(tmp_path / "crop.json")
    assert crop["square"] == 48
    assert crop["cascade"] == {"cx": 24, "cy": 24, "w": 48, "h": 48}
    with pytest.raises(DataError, match=r"none\.json: cannot be read"):
        read_crop(tmp_path / "none.json")


def test_the_cascade_finds_most_faces_of_fer2013(shared_data: Path) -> None:
    faces = load_fer2013(shared_data / "fer2013").part("PublicTest").select(np.arange(20))
    assert measure_framing(faces, cascade()).found > 0.6


def test_a_crop_cuts_live_faces_as_a_model_file_does(tmp_path: Path, tiny_model: Path) -> None:
    assert live_framing(OURS).boxes["cascade"].w == pytest.approx(46.5)
    crop = tmp_path / "crop.json"
    crop.write_text(json.dumps(FRAMING), encoding="utf-8")
    assert live_framing(crop) == live_framing(tiny_model)


@pytest.mark.parametrize("crop", ['{"square": 48, "cascade": {"cx": 1}}', '{"square": "wide"}'])
def test_a_crop_without_its_numbers_is_refused(tmp_path: Path, crop: str) -> None:
    path = tmp_path / "crop.json"
    path.write_text(crop, encoding="utf-8")
    with pytest.raises(DataError, match=r"crop\.json: is not a crop"):
        live_framing(path)
