"""My neutral: three calm seconds become the point from which expressions are counted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from fer_desktop.emotions import EMOTIONS
from fer_desktop.engine.baseline import (
    SHARE,
    TAKES_S,
    Baseline,
    Baselines,
    Failed,
    Taking,
    Trouble,
    neutral_logits,
)
from fer_desktop.engine.smoothing import Smoother
from fer_desktop.vision.classifier import softmax
from fer_desktop.vision.faces import Box, FaceReading
from fer_desktop.vision.model_file import Head

HEAD = Head("ferplus", EMOTIONS, 1.0, 0.5)
NEUTRAL, SADNESS = EMOTIONS.index("neutral"), EMOTIONS.index("sadness")


def logits(**values: float) -> NDArray[np.float32]:
    made = np.zeros(8, np.float32)
    for emotion, value in values.items():
        made[EMOTIONS.index(emotion)] = value
    return made


SAD_LOOKING = logits(neutral=2.0, sadness=2.5)


def reading(values: NDArray[np.float32], face_id: int = 1, x: float = 100, size: float = 80) -> FaceReading:
    shares = softmax(values)
    box = Box(x, 50, size, size)
    label = EMOTIONS[int(shares.argmax())]
    seen = np.zeros((48, 48), np.uint8)
    return FaceReading(face_id, box, 1.0, values, shares, label, 1.0, None, 99.0, 9.0, box, seen)


def watch(baselines: Baselines, values: NDArray[np.float32], start_s: float = 0.0, fps: float = 30) -> None:
    """Three calm seconds and a little more."""
    for frame in range(round(fps * (TAKES_S + 0.2))):
        baselines.observe((reading(values),), start_s + frame / fps)


@pytest.fixture
def baselines() -> Baselines:
    return Baselines(HEAD)


def test_three_calm_seconds_become_a_baseline(baselines: Baselines) -> None:
    baselines.take(1)
    watch(baselines, SAD_LOOKING)
    assert isinstance(baselines.outcome, Baseline)
    assert baselines.of(1) is baselines.outcome
    assert baselines.outcome.logits == pytest.approx(SAD_LOOKING)
    assert baselines.outcome.frames == 91


def test_it_tells_how_far_it_is(baselines: Baselines) -> None:
    baselines.take(1)
    assert baselines.outcome == Taking(1, 0.0)
    baselines.observe((reading(SAD_LOOKING),), 10.0)
    baselines.observe((reading(SAD_LOOKING),), 10.6)
    assert isinstance(baselines.outcome, Taking)
    assert baselines.outcome.share == pytest.approx(0.2)


def test_the_resting_face_is_neutral_afterwards_and_a_smile_still_a_smile(baselines: Baselines) -> None:
    assert softmax(SAD_LOOKING).argmax() == SADNESS
    baselines.take(1)
    watch(baselines, SAD_LOOKING)
    taken = baselines.correction(1)
    assert taken is not None
    assert softmax(SAD_LOOKING - taken).argmax() == NEUTRAL
    smile = SAD_LOOKING + logits(happiness=7)
    assert softmax(smile - taken).argmax() == EMOTIONS.index("happiness")
    really_sad = SAD_LOOKING + logits(sadness=4)
    assert softmax(really_sad - taken).argmax() == SADNESS


def test_the_models_own_neutral_face_needs_no_correction() -> None:
    told = Head("ferplus", EMOTIONS, 1.0, 0.5, tuple(SAD_LOOKING.tolist()))
    assert neutral_logits(told) == pytest.approx(SAD_LOOKING)
    baselines = Baselines(told)
    baselines.take(1)
    watch(baselines, SAD_LOOKING)
    assert baselines.correction(1) == pytest.approx(np.zeros(8), abs=1e-6)
    baselines.take(1)
    watch(baselines, SAD_LOOKING + logits(anger=1), start_s=5)
    assert baselines.correction(1) == pytest.approx(SHARE * logits(anger=1), abs=1e-5)


def test_only_that_face_is_corrected(baselines: Baselines) -> None:
    baselines.take(1)
    watch(baselines, SAD_LOOKING)
    assert baselines.correction(2) is None
    faces = Smoother(HEAD).smooth((reading(SAD_LOOKING), reading(SAD_LOOKING, 2)), 9.0, baselines.correction)
    assert [face.stable_label for face in faces] == ["neutral", "unsure"]
    assert faces[0].smoothed == pytest.approx(softmax(SAD_LOOKING))
    assert faces[0].corrected is not None
    assert faces[0].shown is faces[0].corrected_smoothed
    assert faces[1].corrected is None
    assert faces[1].shown is faces[1].smoothed


@pytest.mark.parametrize(
    ("spoil", "trouble"),
    [
        (lambda _: (), Trouble.GONE),
        (lambda _: (reading(SAD_LOOKING, face_id=2),), Trouble.GONE),
        (lambda _: (reading(SAD_LOOKING, x=140),), Trouble.MOVED),
        (lambda _: (reading(SAD_LOOKING, size=120, x=80),), Trouble.MOVED),
        (lambda t: (reading(logits(happiness=6.0 * (int(4 * t) % 2), neutral=3)),), Trouble.LIVELY),
    ],
)
def test_what_spoils_it_is_said_and_nothing_is_kept(
    baselines: Baselines, spoil: Callable[[float], tuple[FaceReading, ...]], trouble: Trouble
) -> None:
    baselines.take(1)
    for frame in range(100):
        t_s = frame / 30
        baselines.observe(spoil(t_s) if t_s > 1 else (reading(SAD_LOOKING),), t_s)
    assert baselines.outcome == Failed(1, trouble)
    assert baselines.of(1) is None


def test_nobody_there_from_the_start_is_said(baselines: Baselines) -> None:
    baselines.take(1)
    baselines.observe((), 0.0)
    assert baselines.outcome == Failed(1, Trouble.GONE)


def test_a_short_absence_is_forgiven(baselines: Baselines) -> None:
    baselines.take(1)
    for frame in range(100):
        blink = 30 < frame < 40
        baselines.observe(() if blink else (reading(SAD_LOOKING),), frame / 30)
    assert isinstance(baselines.outcome, Baseline)


def test_too_few_frames_are_no_baseline(baselines: Baselines) -> None:
    baselines.take(1)
    watch(baselines, SAD_LOOKING, fps=3)
    assert baselines.outcome == Failed(1, Trouble.SLOW)


def test_a_jump_in_a_file_ends_the_attempt(baselines: Baselines) -> None:
    baselines.take(1)
    baselines.observe((reading(SAD_LOOKING),), 5.0)
    baselines.observe((reading(SAD_LOOKING),), 2.0)
    assert baselines.outcome == Failed(1, Trouble.GONE)


def test_an_attempt_can_be_given_up(baselines: Baselines) -> None:
    baselines.take(1)
    baselines.observe((reading(SAD_LOOKING),), 0.0)
    baselines.cancel()
    watch(baselines, SAD_LOOKING)
    assert baselines.outcome is None
    assert baselines.all == ()


def test_forgetting_can_be_undone(baselines: Baselines) -> None:
    baselines.take(1)
    watch(baselines, SAD_LOOKING)
    forgotten = baselines.forget(1)
    assert forgotten is not None
    assert baselines.correction(1) is None
    assert baselines.forget(1) is None
    baselines.bring_back(forgotten)
    assert baselines.of(1) is forgotten


def test_an_attempt_that_fails_leaves_the_older_baseline(baselines: Baselines) -> None:
    baselines.take(1)
    watch(baselines, SAD_LOOKING)
    baselines.take(1)
    baselines.observe((), 9.0)
    assert isinstance(baselines.outcome, Failed)
    assert baselines.of(1) is not None
