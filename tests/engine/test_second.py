"""A second network beside the one in use: for the eye only, and never at the cost of the live rate."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest

from fer_desktop.capture.frame import Frame
from fer_desktop.emotions import EMOTIONS, UNSURE
from fer_desktop.engine.agreement import Agreement
from fer_desktop.engine.result import NOT_ANALYSED, Face, Result
from fer_desktop.engine.second import Second
from fer_desktop.vision.faces import Box, FaceReading
from tests.gui.fakes import MODEL, FakeSecond

HEAD = MODEL.heads[0]


def face(label: str, face_id: int = 1, corrected: str | None = None) -> Face:
    """A face that says `label`, and `corrected` when counted from its own neutral."""
    shares = np.full(len(EMOTIONS), 0.02, np.float32)
    shares[EMOTIONS.index(label)] = 0.86
    reading = FaceReading(
        face_id, Box(0, 0, 40, 40), 0.9, np.log(shares), shares, label, 1.0, None, 120.0, 80.0,
        Box(0, 0, 40, 40), np.zeros((48, 48), np.uint8),
    )  # fmt: skip
    if corrected is None:
        return Face(reading, shares, label, 0.0)
    return Face(reading, shares, corrected, 0.0, shares, shares)


def result(t_s: float, *faces: Face) -> Result:
    return Result(Frame(0, np.zeros((60, 80, 3), np.uint8), t_s), faces, "", 1.0, 1.0, 0)


def second(network: FakeSecond, share: float = 1.0) -> Second:
    return Second(network, HEAD, "cascade", lambda r: r.frame.captured_s, 0.0, share=share)


def test_it_says_for_each_face_whether_both_mean_the_same() -> None:
    network = FakeSecond()
    other = second(network)
    other(result(1.0, face("happiness", 1), face("fear", 2)))
    assert other.newest is not None
    one, two = other.newest.of[1], other.newest.of[2]
    assert (one.how, two.how) == (Agreement.SAME, Agreement.DIFFERENT)
    assert one.label == "happiness"
    assert one.shown.argmax() == EMOTIONS.index("happiness")
    assert other.agreements.course(0.5, 1.5, 2).different == 1.0


def test_a_second_network_that_commits_itself_to_nothing_is_neither() -> None:
    network = FakeSecond()
    network.share = 0.2
    other = second(network)
    other(result(1.0, face("happiness")))
    assert other.newest is not None
    assert (other.newest.of[1].label, other.newest.of[1].how) == (UNSURE, Agreement.UNSURE)


def test_a_faces_own_neutral_belongs_to_the_first_network_and_is_left_out_of_the_comparison() -> None:
    other = second(FakeSecond())
    other(result(1.0, face("happiness", corrected="neutral")))
    assert other.newest is not None
    assert other.newest.of[1].how is Agreement.SAME


def test_it_takes_no_more_than_its_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(start=0.0, step=0.01)  # whoever asks for the time finds 10 ms later
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    network = FakeSecond()
    other = second(network, share=0.1)
    while (now := next(clock)) < 10.0:
        other(result(now, face("happiness")))
    # Each answer takes 10 ms; nine times as much of rest follows, and up to 20 ms until the next frame.
    assert 10.0 / 0.13 <= network.asked <= 10.0 / 0.1


def test_what_stands_still_is_asked_about_once_though_its_turn_never_came() -> None:
    network = FakeSecond()
    other = second(network, share=0.001)
    other(result(1.0, face("happiness")))
    still = result(2.0, face("happiness"))
    other(still)
    assert network.asked == 1
    for _ in range(3):
        other.catch_up(still)
        assert other._catching_up is not None
        other._catching_up.join()
    other.catch_up(result(3.0))
    assert network.asked == 2
    assert other.newest is not None
    assert other.newest.t == 2.0


def test_frames_without_a_face_or_passed_over_are_not_asked_about() -> None:
    network = FakeSecond()
    other = second(network)
    other(result(1.0))
    other(replace(result(2.0), reason=NOT_ANALYSED))
    assert network.asked == 0
    assert other.newest is None


def test_one_that_fails_gives_up_with_a_sentence_and_does_not_end_the_session(
    caplog: pytest.LogCaptureFixture,
) -> None:
    network = FakeSecond()
    network.broken = True
    other = second(network)
    other(result(1.0, face("fear")))
    assert "the second network failed" in caplog.text
    assert other.error is not None
    assert "it does not run here" in other.error.sentence
    network.broken = False
    other(result(2.0, face("fear")))
    assert network.asked == 0
