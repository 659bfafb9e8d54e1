"""The quality of a face: each hint where it helps, and no flicker."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from fer_desktop.emotions import EMOTIONS
from fer_desktop.engine.quality import Grade, Hint, Quality, QualityMeter
from fer_desktop.vision.faces import Box, FaceReading

FRAME = (640, 480)
SHARES = np.full(len(EMOTIONS), 1 / len(EMOTIONS), np.float32)
FINE = FaceReading(
    face_id=1,
    box=Box(220, 140, 200, 200),
    confidence=0.95,
    logits=np.log(SHARES),
    probabilities=SHARES,
    label="unsure",
    entropy=3.0,
    roll=2.0,
    yaw=3.0,
    brightness=120.0,
    sharpness=900.0,
    square=Box(220, 140, 200, 200),
    seen=np.zeros((48, 48), np.uint8),
)


def judged(reading: FaceReading) -> Quality:
    return QualityMeter().see(reading, FRAME, 0.0)


def lit(brightness: float) -> FaceReading:
    """As sharp as before: the same contrast in less or more light."""
    return replace(FINE, brightness=brightness, sharpness=900.0 * (brightness / 120) ** 2)


def test_a_face_in_good_light_is_good_and_needs_no_hint() -> None:
    assert judged(FINE) == Quality(Grade.GOOD, None)
    assert judged(replace(FINE, roll=None, yaw=None)).grade is Grade.GOOD


@pytest.mark.parametrize(
    ("reading", "grade", "hint"),
    [
        (lit(18), Grade.FAIR, Hint.MORE_LIGHT),
        (lit(10), Grade.POOR, Hint.MORE_LIGHT),
        (replace(FINE, brightness=0.0, sharpness=0.0), Grade.POOR, Hint.MORE_LIGHT),
        (lit(195), Grade.FAIR, Hint.LESS_LIGHT),
        (lit(220), Grade.POOR, Hint.LESS_LIGHT),
        (replace(FINE, square=Box(300, 200, 28, 28)), Grade.FAIR, Hint.CLOSER),
        (replace(FINE, square=Box(300, 200, 20, 20)), Grade.POOR, Hint.CLOSER),
        (replace(FINE, sharpness=160.0), Grade.FAIR, Hint.STEADY),
        (replace(FINE, sharpness=40.0), Grade.POOR, Hint.STEADY),
        (replace(FINE, roll=-25.0), Grade.FAIR, Hint.UPRIGHT),
        (replace(FINE, roll=40.0), Grade.POOR, Hint.UPRIGHT),
        (replace(FINE, square=Box(-70, 140, 200, 200)), Grade.FAIR, Hint.INTO_FRAME),
        (replace(FINE, square=Box(220, 400, 200, 200)), Grade.POOR, Hint.INTO_FRAME),
        (replace(FINE, yaw=-38.0), Grade.FAIR, Hint.FACE_CAMERA),
        (replace(FINE, yaw=50.0), Grade.POOR, Hint.FACE_CAMERA),
        (replace(FINE, confidence=0.75), Grade.FAIR, Hint.FACE_CAMERA),
        (replace(FINE, confidence=0.5), Grade.POOR, Hint.FACE_CAMERA),
    ],
)
def test_each_trouble_has_its_hint(reading: FaceReading, grade: Grade, hint: Hint) -> None:
    assert judged(reading) == Quality(grade, hint)


def test_the_greatest_of_several_troubles_is_told() -> None:
    assert judged(replace(lit(18), roll=40.0)).hint is Hint.UPRIGHT
    assert judged(replace(lit(8), roll=25.0)).hint is Hint.MORE_LIGHT


def changes(told: list[Quality]) -> int:
    return sum(one != other for one, other in pairwise(told))


def test_a_face_on_the_edge_of_a_grade_does_not_flicker() -> None:
    meter, rng = QualityMeter(), np.random.default_rng(1)
    readings = [lit(22 + noise) for noise in rng.normal(0, 3, 300).tolist()]
    told = [meter.see(reading, FRAME, index / 30) for index, reading in enumerate(readings)]
    assert changes([judged(reading) for reading in readings]) > 50
    assert changes(told) <= 2


def test_two_equal_troubles_do_not_take_turns() -> None:
    meter, rng = QualityMeter(), np.random.default_rng(2)
    readings = [replace(lit(17 + noise), roll=25 - noise) for noise in rng.normal(0, 2, 300).tolist()]
    told = [meter.see(reading, FRAME, index / 30) for index, reading in enumerate(readings)]
    assert changes(told) <= 1


def test_a_real_change_is_told_within_two_seconds_in_both_directions() -> None:
    meter = QualityMeter()
    for index in range(30):
        meter.see(FINE, FRAME, index / 30)
    dark = [meter.see(lit(8), FRAME, 1 + index / 30) for index in range(60)]
    assert dark[1].grade is Grade.GOOD, "one dark frame is no news"
    assert dark[-1] == Quality(Grade.POOR, Hint.MORE_LIGHT)
    light = [meter.see(FINE, FRAME, 3 + index / 30) for index in range(60)]
    assert light[-1] == Quality(Grade.GOOD, None)
    assert changes(light) <= 2


def test_another_face_is_judged_at_once() -> None:
    meter = QualityMeter()
    meter.see(lit(8), FRAME, 0.0)
    assert meter.see(replace(FINE, face_id=2), FRAME, 0.03) == Quality(Grade.GOOD, None)
