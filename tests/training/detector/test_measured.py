"""A detector against a reference: what is counted, and what is not."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training.detector.drawn import face_row
from training.detector.boxes import no_faces
from training.detector.measure import (
    Alarms,
    Case,
    Speed,
    measure_detector,
    measure_false_alarms,
    measure_speed,
    unseen_pictures,
    write_measures,
)
from training.detector.score import Agreement, agreement
from training.detector.teacher import Labels
from training.errors import DataError

KNOWN = Labels(np.concatenate([face_row(50, 50, 30), face_row(150, 50, 60)]), np.array([True, False]))


def test_found_missed_and_false_faces_are_counted() -> None:
    found = np.concatenate([face_row(51, 50, 30), face_row(250, 50, 30)])
    counted = agreement(KNOWN, found)
    assert (counted.known, counted.found, counted.detections, counted.false) == (1, 1, 2, 1)
    assert counted.recall == 1
    assert counted.false_share == 0.5
    assert counted.landmark_error == pytest.approx(1 / 12, rel=1e-3), "one pixel, eyes 12 apart"


def test_doubtful_faces_are_neither_asked_for_nor_false() -> None:
    counted = agreement(KNOWN, face_row(150, 50, 60))
    assert (counted.known, counted.found, counted.false) == (1, 0, 0)


def test_a_second_box_on_one_face_is_false() -> None:
    counted = agreement(KNOWN, np.concatenate([face_row(50, 50, 30), face_row(52, 50, 30)]))
    assert (counted.found, counted.false) == (1, 1)


def test_only_the_asked_sizes_count() -> None:
    counted = agreement(KNOWN, np.concatenate([face_row(50, 50, 30), face_row(250, 50, 10)]), 100, 200)
    assert (counted.known, counted.detections, counted.false) == (0, 0, 0)
    assert np.isnan(counted.recall)


def test_pictures_add_up() -> None:
    one = agreement(KNOWN, no_faces()) + agreement(KNOWN, face_row(50, 50, 30))
    assert (one.known, one.found, len(one.errors)) == (2, 1, 1)


def test_data_without_photos_or_clips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no photos or clips"):
        list(unseen_pictures(tmp_path))


def test_every_second_photo_is_measured_on(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for number in range(4):
        cv2.imwrite(str(tmp_path / "photos" / f"{number}.png"), np.full((40, 40, 3), 50 * number, np.uint8))
    assert [int(picture[0, 0, 0]) for picture in unseen_pictures(tmp_path)] == [50, 150]


def test_figures_are_written_for_people_and_programs(tmp_path: Path) -> None:
    cases = [
        Case("ours", 0.7, 20.0, float("inf"), Agreement(10, 9, 11, 2, np.full(9, 0.05, np.float32))),
        Case("cascade", 0.0, 20.0, 40.0, Agreement.none()),
    ]
    write_measures(cases, [Alarms("ours", 100, 3)], [Speed("ours", 320, 2.0, None)], tmp_path)
    rows = list(csv.DictReader((tmp_path / "detector.csv").read_text(encoding="utf-8").splitlines()))
    assert (rows[0]["recall"], rows[0]["landmark_error"], rows[0]["false"]) == ("0.9", "0.05", "2")
    told = json.loads((tmp_path / "detector.json").read_text(encoding="utf-8"))
    assert told["agreement"][1]["recall"] is None
    assert told["without faces"] == [{"detector": "ours", "pictures": 100, "alarms": 3}]
    assert told["speed"][0]["opencv_ms"] == 2.0


def test_the_reference_agrees_with_itself(shared_data: Path) -> None:
    reference = shared_data / "models" / "yunet_2023mar.onnx"
    picture = next(unseen_pictures(shared_data))
    cases = measure_detector(reference, reference, [picture])
    own = [case for case in cases if case.detector == reference.stem and case.agreement.known]
    assert own
    for case in own:
        assert case.agreement.recall == 1 or case.threshold > 0.7
        assert case.agreement.false == 0
        assert case.agreement.landmark_error == pytest.approx(0, abs=1e-6)
    alarms = measure_false_alarms(reference, reference, [picture, np.zeros_like(picture)])
    assert [told.pictures for told in alarms] == [2, 2, 2]
    assert alarms[0].alarms == alarms[1].alarms > 0
    speeds = measure_speed(reference, reference, picture, 64)
    assert [speed.detector for speed in speeds] == [reference.stem, reference.stem, "cascade"]
    assert all(speed.opencv_ms > 0 for speed in speeds)
