"""Latest wins where nobody may wait; where nothing may be lost, the giver waits."""

from __future__ import annotations

import threading
import time

import numpy as np

from fer_desktop.capture.frame import Frame
from fer_desktop.engine.handover import Handover


def frame(index: int) -> Frame:
    return Frame(index, np.zeros((4, 4, 3), np.uint8), float(index))


def test_the_newest_frame_comes_with_the_ones_it_replaced() -> None:
    handover = Handover(latest_wins=True)
    for i in range(4):
        handover.put(frame(i))
    delivery = handover.take(0)
    assert delivery is not None
    assert delivery.frame is not None
    assert delivery.frame.index == 3
    assert [f.index for f in delivery.passed_over] == [0, 1, 2]
    assert all(f.image.size == 0 for f in delivery.passed_over), "their pictures are let go"
    assert handover.take(0) is None


def test_without_latest_wins_the_giver_waits_and_nothing_is_lost() -> None:
    handover = Handover(latest_wins=False)

    def give() -> None:
        for i in range(20):
            handover.put(frame(i))

    giver = threading.Thread(target=give)
    giver.start()
    seen: list[int] = []
    while len(seen) < 20:
        delivery = handover.take(1.0)
        assert delivery is not None
        assert delivery.frame is not None
        assert delivery.passed_over == ()
        seen.append(delivery.frame.index)
    giver.join(1)
    assert seen == list(range(20))


def test_closing_wakes_a_giver_that_waits() -> None:
    handover = Handover(latest_wins=False)
    handover.put(frame(0))
    giver = threading.Thread(target=handover.put, args=(frame(1),))
    giver.start()
    time.sleep(0.05)
    assert giver.is_alive()
    handover.close()
    giver.join(1)
    assert not giver.is_alive()


def test_frames_passed_over_stay_in_order_with_those_that_were_given() -> None:
    handover = Handover(latest_wins=True)
    handover.put(frame(0))
    handover.pass_over(frame(1))
    handover.put(frame(2))
    delivery = handover.take(0)
    assert delivery is not None
    assert [f.index for f in delivery.passed_over] == [0, 1]


def test_the_end_comes_after_the_last_frame() -> None:
    handover = Handover(latest_wins=True)
    handover.put(frame(0))
    handover.end()
    first, second = handover.take(0), handover.take(0)
    assert first is not None
    assert first.frame is not None
    assert second is not None
    assert not first.ended
    assert second.ended
    assert handover.take(0) is None


def test_frames_that_are_only_passed_over_are_told_too() -> None:
    handover = Handover(latest_wins=True)
    handover.pass_over(frame(0))
    delivery = handover.take(0)
    assert delivery is not None
    assert delivery.frame is None
    assert not delivery.ended
    assert [f.index for f in delivery.passed_over] == [0]
