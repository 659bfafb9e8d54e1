"""Smoothing is by time, not by frame, and words do not flicker."""

from __future__ import annotations

import numpy as np
import pytest

from fer_desktop.emotions import EMOTIONS
from fer_desktop.engine.smoothing import HOLD_S, Smoother
from fer_desktop.vision.classifier import softmax
from fer_desktop.vision.faces import Box, FaceReading
from fer_desktop.vision.model_file import Head

HEAD = Head("ferplus", EMOTIONS, 1.0, 0.5)


def reading(emotion: str, strength: float = 5.0, face_id: int = 0) -> FaceReading:
    logits = np.zeros(8, np.float32)
    logits[EMOTIONS.index(emotion)] = strength
    probabilities = softmax(logits)
    box, seen = Box(0, 0, 9, 9), np.zeros((9, 9), np.uint8)
    return FaceReading(face_id, box, 1.0, logits, probabilities, emotion, 0.0, None, 99.0, 9.0, box, seen)


def happiness_after(rate: float, seconds: float) -> float:
    smoother = Smoother(HEAD)
    smoother.smooth((reading("neutral"),), 0.0)
    for i in range(1, round(seconds * rate) + 1):
        (face,) = smoother.smooth((reading("happiness"),), i / rate)
    return float(face.smoothed[EMOTIONS.index("happiness")])


def test_the_same_change_takes_the_same_time_at_any_frame_rate() -> None:
    assert happiness_after(10, 0.3) == pytest.approx(happiness_after(60, 0.3), abs=0.02)


def test_after_one_time_constant_most_of_a_change_is_shown() -> None:
    smoother = Smoother(HEAD, tau_s=0.2)
    smoother.smooth((reading("neutral"),), 0.0)
    (face,) = smoother.smooth((reading("happiness"),), 0.2)
    expected = np.zeros(8, np.float32)
    expected[EMOTIONS.index("neutral")] = 5 * np.exp(-1)
    expected[EMOTIONS.index("happiness")] = 5 * (1 - np.exp(-1))
    assert face.smoothed == pytest.approx(softmax(expected), abs=1e-4)


def test_the_raw_reading_is_left_alone() -> None:
    smoother = Smoother(HEAD)
    smoother.smooth((reading("neutral"),), 0.0)
    raw = reading("happiness")
    (face,) = smoother.smooth((raw,), 0.05)
    assert face.reading is raw


def test_a_flicker_of_two_frames_does_not_change_the_word() -> None:
    smoother = Smoother(HEAD)
    words = []
    for i in range(30):
        emotion = "sadness" if i in {10, 11} else "happiness"
        (face,) = smoother.smooth((reading(emotion),), i / 30)
        words.append(face.stable_label)
    assert set(words) == {"happiness"}


def test_a_lasting_change_changes_the_word_and_dates_it_from_its_beginning() -> None:
    smoother = Smoother(HEAD, tau_s=0.0)
    for i in range(60):
        (face,) = smoother.smooth((reading("happiness" if i < 30 else "sadness"),), i / 30)
    assert face.stable_label == "sadness"
    assert face.stable_since_s == pytest.approx(1.0)
    assert HOLD_S < 1.0


def test_a_slight_change_of_mind_must_hold_before_the_word_changes() -> None:
    smoother = Smoother(Head("ferplus", EMOTIONS, 1.0, 0.0), tau_s=0.0)
    for i in range(30):
        (face,) = smoother.smooth((reading("happiness", 2.0),), i / 100)
    shown = []
    for i in range(30, 60):
        (face,) = smoother.smooth((reading("sadness", 2.0),), i / 100)
        shown.append(face.stable_label)
    assert shown[:19] == ["happiness"] * 19
    assert shown[-5:] == ["sadness"] * 5


def test_the_word_is_never_one_that_the_bars_have_left() -> None:
    smoother = Smoother(HEAD)
    for i in range(60):
        (face,) = smoother.smooth((reading("neutral" if i < 30 else "happiness", 9.0),), i / 30)
        if face.stable_label != "unsure":
            assert face.smoothed[EMOTIONS.index(face.stable_label)] > 0.2


def test_weak_evidence_is_called_unsure() -> None:
    smoother = Smoother(HEAD)
    for i in range(30):
        (face,) = smoother.smooth((reading("anger", strength=1.0),), i / 30)
    assert face.stable_label == "unsure"


def test_a_new_face_begins_with_its_own_first_reading() -> None:
    smoother = Smoother(HEAD)
    smoother.smooth((reading("neutral", face_id=0),), 0.0)
    faces = smoother.smooth((reading("neutral", face_id=0), reading("anger", face_id=1)), 0.03)
    assert faces[1].stable_label == "anger"
    assert faces[1].smoothed == pytest.approx(faces[1].reading.probabilities)


def test_after_a_long_gap_a_face_is_averaged_anew() -> None:
    smoother = Smoother(HEAD)
    smoother.smooth((reading("neutral"),), 0.0)
    (face,) = smoother.smooth((reading("happiness"),), 5.0)
    assert face.smoothed == pytest.approx(face.reading.probabilities)


def test_a_jump_back_in_a_file_is_a_new_beginning() -> None:
    smoother = Smoother(HEAD)
    smoother.smooth((reading("neutral"),), 9.0)
    (face,) = smoother.smooth((reading("happiness"),), 1.0)
    assert face.stable_label == "happiness"
