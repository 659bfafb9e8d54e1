"""Figures agree with ones worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fer_desktop.emotions import FER2013_LABELS
from tests.training.made_data import made_faces
from training.evaluate import (
    accuracy,
    evaluate,
    expected_calibration_error,
    fit_temperature,
    measure,
    softmax,
    threshold_for,
    wilson,
)

LABELS = ("anger", "happiness", "neutral")
TRUTH = np.array([0, 0, 1, 1, 2, 2, 2, -1])
SAID = np.array([0, 1, 1, 1, 2, 0, 2, 0])
LOGITS = (4 * np.eye(3)[SAID]).astype(np.float32)


def test_faces_without_a_right_answer_do_not_count() -> None:
    assert accuracy(LOGITS, TRUTH) == pytest.approx(5 / 7)
    assert math.isnan(accuracy(LOGITS[:1], np.array([-1])))


def test_confusions_recall_and_f1() -> None:
    report = measure(LOGITS, TRUTH, LABELS, wanted=0.5)
    assert report.confusion.tolist() == [[1, 1, 0], [0, 2, 0], [1, 0, 2]]
    assert report.accuracy == pytest.approx(5 / 7)
    assert report.recall(2)[0] == pytest.approx(2 / 3)
    # F1 per class: 2 hits / (row + column): 2/4, 4/5, 4/5
    assert report.macro_f1 == pytest.approx((0.5 + 0.8 + 0.8) / 3)
    assert report.neutral_called_negative == pytest.approx(1 / 3)


def test_wilsons_interval_as_in_the_tables() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert all(map(math.isnan, wilson(0, 0)))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    probabilities = np.array([[0.9, 0.1]] * 10 + [[0.6, 0.4]] * 10, np.float32)
    truth = np.array([0] * 8 + [1] * 2 + [0] * 6 + [1] * 4)
    # 0.9 said and 0.8 right, 0.6 said and 0.6 right, each half of the faces
    assert expected_calibration_error(probabilities, truth) == pytest.approx(0.05, abs=1e-6)


def test_the_temperature_undoes_overconfidence() -> None:
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 1.5, (4000, 5)).astype(np.float32)
    chances = softmax(honest)
    truth = np.array([rng.choice(5, p=row / row.sum()) for row in chances.astype(np.float64)])
    assert fit_temperature(3 * honest, truth) == pytest.approx(3, rel=0.1)
    report = measure(3 * honest, truth, (*FER2013_LABELS[:4], "neutral"), wanted=0.9)
    assert report.ece_after < 0.03 < report.ece_before


def test_the_threshold_is_the_lowest_that_keeps_answers_right() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]], np.float32)
    truth = np.array([0, 0, 1, 0])
    assert threshold_for(probabilities, truth, 0.75) == pytest.approx(0.6)
    assert threshold_for(probabilities, truth, 0.9) == pytest.approx(0.8)
    assert threshold_for(probabilities[2:3], truth[2:3], 0.9) == 1.0


def test_an_evaluation_reports_pictures_unseen_in_training_apart() -> None:
    faces = made_faces(14)
    logits = {
        "fer2013": np.eye(7, dtype=np.float32)[faces.emotion],
        "ferplus": np.eye(8, dtype=np.float32)[faces.emotion],
    }
    logits["fer2013"][0] = np.eye(7)[3]
    seen = np.arange(14) >= 7
    evaluation = evaluate(logits, faces, seen)
    assert evaluation.heads["fer2013"].accuracy == pytest.approx(13 / 14)
    assert evaluation.unseen_accuracy["fer2013"] == pytest.approx(6 / 7)
    assert evaluation.unseen_total["fer2013"] == 7
