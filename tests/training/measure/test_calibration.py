"""Calibration measures agree with ones worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from training.measure.calibration import (
    brier,
    crossed_calibration_error,
    expected_calibration_error,
    fit_temperature,
    reliability,
    trade_off,
)
from training.measure.metrics import Answers, Floats, accuracy, softmax

PROBABILITIES = np.array([[0.9, 0.1]] * 10 + [[0.6, 0.4]] * 10, np.float32)
TRUTH = np.array([0] * 8 + [1] * 2 + [0] * 6 + [1] * 4)


def honest(count: int = 4000) -> tuple[Floats, Answers]:
    """Logits whose probabilities come true."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 1.5, (count, 5)).astype(np.float32)
    chances = softmax(logits).astype(np.float64)
    return logits, np.array([rng.choice(5, p=row / row.sum()) for row in chances])


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    # 0.9 said and 0.8 right, 0.6 said and 0.6 right, each half of the pictures
    assert expected_calibration_error(PROBABILITIES, TRUTH) == pytest.approx(0.05, abs=1e-6)
    bins = reliability(PROBABILITIES, TRUTH)
    assert bins.counts.tolist() == [0] * 9 + [10] + [0] * 3 + [10, 0]
    assert bins.hits[[9, 13]].tolist() == [6, 8]
    assert bins.accuracy[[9, 13]] == pytest.approx([0.6, 0.8])
    assert np.isnan(bins.accuracy[0])


def test_a_certain_answer_is_in_the_last_bin() -> None:
    assert reliability(np.array([[1.0, 0.0]], np.float32), np.array([0])).counts[-1] == 1


def test_briers_score_is_the_mean_squared_distance() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [0.5, 0.5, 0.0]], np.float32)
    # 0.09 + 0.04 + 0.01; 2 for certain and wrong; the third has no answer
    assert brier(probabilities, np.array([0, 2, -1])) == pytest.approx((0.14 + 2) / 2)


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_the_temperature_undoes_wrong_confidence(factor: float) -> None:
    logits, answers = honest()
    logits = (factor * logits).astype(np.float32)
    temperature = fit_temperature(logits, answers)
    assert temperature == pytest.approx(factor, rel=0.1)
    before, after = (expected_calibration_error(softmax(logits, t), answers) for t in (1.0, temperature))
    assert after < 0.03 < before
    # What the top probability promises comes true on the whole.
    assert softmax(logits, temperature).max(1).mean() == pytest.approx(accuracy(logits, answers), abs=1e-4)


def test_where_no_temperature_is_right_it_is_an_end_of_the_range() -> None:
    logits = np.array([[2.0, 0.0], [0.0, 1.0]], np.float32)
    assert fit_temperature(logits, np.array([0, 1])) == 0.05
    assert fit_temperature(logits, np.array([1, 0])) == 20
    assert math.isnan(fit_temperature(logits, np.array([-1, -1])))


def test_pictures_without_an_answer_do_not_move_the_temperature() -> None:
    logits, answers = honest(500)
    more = np.concatenate([logits, 50 * logits])
    unknown = np.concatenate([answers, np.full(500, -1)])
    assert fit_temperature(more, unknown) == pytest.approx(fit_temperature(logits, answers))
    assert expected_calibration_error(softmax(more), unknown) == pytest.approx(
        expected_calibration_error(softmax(logits), answers)
    )


def test_a_temperature_from_other_pictures_does_not_flatter() -> None:
    logits, answers = honest(60)
    own = expected_calibration_error(softmax(logits, fit_temperature(logits, answers)), answers)
    crossed = [crossed_calibration_error(logits, answers, seed) for seed in range(10)]
    assert np.mean(crossed) > own
    assert len(set(crossed)) > 1
    many, theirs = honest()
    assert crossed_calibration_error(3 * many, theirs) < 0.04
    assert math.isnan(crossed_calibration_error(logits[:1], answers[:1]))


def test_the_threshold_is_the_lowest_that_keeps_answers_right() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]], np.float32)
    truth = np.array([0, 0, 1, 0])
    assert trade_off(probabilities, truth).lowest(0.75) == pytest.approx(0.6)
    assert trade_off(probabilities, truth).lowest(0.9) == pytest.approx(0.8)
    assert trade_off(probabilities[2:3], truth[2:3]).lowest(0.9) == 1.0


def test_equal_probabilities_are_answered_together() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.8, 0.2]], np.float32)
    assert trade_off(probabilities, np.array([0, 0, 1])).lowest(0.9) == pytest.approx(0.9)


def test_the_trade_off_says_what_each_threshold_answers() -> None:
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]], np.float32)
    curve = trade_off(probabilities, np.array([0, 1, 1, 0, -1]))
    assert curve.thresholds == pytest.approx([0.9, 0.8, 0.6])
    assert curve.coverage == pytest.approx([1 / 4, 2 / 4, 1])
    assert curve.accuracy == pytest.approx([1, 1, 3 / 4])
    assert curve.at(0) == curve.at(0.5) == (1, 3 / 4)
    assert curve.at(0.7) == (1 / 2, 1)
    coverage, right = curve.at(0.95)
    assert coverage == 0
    assert math.isnan(right)
