"""What is made of the stamps and texts of other programs, with a library made up for these tests."""

from __future__ import annotations

import math
import platform
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fer_desktop.link import markers
from fer_desktop.link.markers import Marker, MarkerInlet, _Stream

ELSEWHERE = "another-computer"


class Clock:
    """The clock of the other computer: how often it was asked, and for how long it keeps one waiting."""

    def __init__(self, correction_s: float | None = None, wait_s: float = 0.0) -> None:
        self.correction_s = correction_s
        self.wait_s = wait_s
        self.asked = 0

    def __call__(self, timeout: float) -> float:  # noqa: ARG002
        self.asked += 1
        time.sleep(self.wait_s)
        if self.correction_s is None:
            raise TimeoutError
        return self.correction_s


def library(pull: Callable[[], list[tuple[bytes, float]]], clock: Clock, host: str) -> Any:
    """One stream on this host, of which `pull` gives texts and stamps."""

    def pull_chunk(timeout: float, as_numpy: bool) -> tuple[Any, Any]:
        assert as_numpy, "else a text that is not UTF-8 raises"
        assert timeout == 0.0
        chunk = pull()
        texts = np.array([[text] for text, _ in chunk], object).reshape(len(chunk), 1)
        return texts, np.array([stamp for _, stamp in chunk], np.float64)

    info = SimpleNamespace(name=lambda: "Stimuli", hostname=lambda: host, uid=lambda: "1")
    inlet = SimpleNamespace(open_stream=lambda **_: None, pull_chunk=pull_chunk, time_correction=clock)
    return SimpleNamespace(
        local_clock=time.perf_counter,
        ContinuousResolver=lambda **_: SimpleNamespace(results=lambda: [info]),
        StreamInlet=lambda *_, **__: inlet,
        info=info,
    )


def received(
    chunk: list[tuple[bytes, float]], clock: Clock | None = None, host: str | None = None
) -> list[Marker]:
    lib = library(lambda: chunk, clock or Clock(), platform.node() if host is None else host)
    return list(_Stream(lib, lib.info).markers())


def test_the_time_is_that_of_the_other_computer_made_one_of_ours() -> None:
    now_s = time.perf_counter()
    (marker,) = received([(b"x", now_s - 101.0)], Clock(100.0), ELSEWHERE)
    assert marker.exact
    assert marker.perf_s == pytest.approx(now_s - 1.0, abs=0.2)


def test_where_the_clock_does_not_answer_the_time_is_that_of_arrival_before_it_was_asked() -> None:
    before_s = time.perf_counter()
    came = received([(b"x", 1.0), (b"y", 2.0), (b"z", 3.0)], Clock(wait_s=0.5), ELSEWHERE)
    after_s = time.perf_counter()
    assert {marker.perf_s for marker in came} == {came[0].perf_s}
    assert before_s <= came[0].perf_s <= after_s - 0.5
    assert came[0].detail == "LSL stream Stimuli; time of arrival, as the sender's clock did not answer"


def test_a_clock_that_does_not_answer_is_asked_again_only_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    lib = library(lambda: [(b"x", 1.0)] * 4, clock, ELSEWHERE)
    stream = _Stream(lib, lib.info)
    assert [marker.exact for _ in range(5) for marker in stream.markers()] == [False] * 20
    assert clock.asked == 1
    monkeypatch.setattr(markers, "_AGAIN_S", 0.0)
    stream = _Stream(lib, lib.info)
    list(stream.markers())
    clock.correction_s = 0.0
    assert all(marker.exact for marker in stream.markers())


def test_a_clock_is_asked_once_for_all_that_came_together() -> None:
    clock = Clock(0.0)
    received([(b"x", 1.0)] * 50, clock, ELSEWHERE)
    assert clock.asked == 1


@pytest.mark.parametrize("ahead_s", [60.0, 1.8e9, math.nan, math.inf])
def test_a_stamp_of_another_clock_becomes_the_time_of_arrival(ahead_s: float) -> None:
    before_s = time.perf_counter()
    wrong, right = received([(b"wrong", before_s + ahead_s), (b"right", before_s)])
    assert before_s <= wrong.perf_s <= time.perf_counter()
    assert not wrong.exact
    assert wrong.detail == "LSL stream Stimuli; time of arrival, as the sender's stamps are of another clock"
    assert right.exact
    assert right.detail == "LSL stream Stimuli"


def test_two_clocks_may_disagree_a_little() -> None:
    ahead_s = time.perf_counter() + 1.0
    (marker,) = received([(b"x", ahead_s)])
    assert marker.exact
    assert marker.perf_s == pytest.approx(ahead_s, abs=0.2)


def test_a_text_that_is_not_utf_8_is_kept_as_far_as_it_can_be_read() -> None:
    texts = [
        marker.text for marker in received([("Café".encode("latin-1"), 0.0), ("naïve 顔".encode(), 0.0)])
    ]
    assert texts == ["Caf\ufffd", "naïve 顔"]


def test_listening_ends_when_told_although_clocks_do_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markers, "_AGAIN_S", 0.0)
    came = threading.Event()
    lib = library(lambda: [(b"x", 1.0)] * 100, Clock(wait_s=0.2), ELSEWHERE)
    monkeypatch.setattr(markers, "load_pylsl", lambda: lib)
    inlet = MarkerInlet("Stimuli", lambda _: came.set())
    inlet.start()
    assert came.wait(20)
    inlet.stop()
    assert not inlet._thread.is_alive()
