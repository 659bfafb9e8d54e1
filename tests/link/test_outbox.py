"""The queue between the vision thread and the senders: never waits, never grows, ends when told."""

from __future__ import annotations

import threading

import pytest

from fer_desktop.emotions import FERPLUS_LABELS
from fer_desktop.errors import LinkError
from fer_desktop.link.outbox import Outbox
from fer_desktop.link.sender import Happened, Seen
from tests.session.synthetic import make_face, make_result


class Stuck:
    """Hangs in its first message until it is let go."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()
        self.frames: list[int] = []
        self.closed = False

    def send_frame(self, seen: Seen) -> None:
        self.frames.append(seen.result.frame.index)
        self.reached.set()
        self.let_go.wait(30)

    def send_event(self, event: Happened) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class Broken(Stuck):
    """Fails at once."""

    def send_frame(self, seen: Seen) -> None:
        raise RuntimeError(f"no frame {seen.result.frame.index}")


def test_a_stuck_sender_loses_the_oldest_and_holds_nobody_up() -> None:
    stuck = Stuck()
    outbox = Outbox(lambda: [stuck], limit=10)
    outbox.start()
    outbox.observe(make_result(0, make_face(1)), FERPLUS_LABELS)
    assert stuck.reached.wait(20)
    for index in range(1, 51):
        outbox.observe(make_result(index, make_face(1)), FERPLUS_LABELS)
    assert outbox.lost == 40
    stuck.let_go.set()
    outbox.stop()
    assert stuck.frames == [0, *range(41, 51)]
    assert stuck.closed


def test_pictures_are_not_kept_waiting() -> None:
    stuck = Stuck()
    outbox = Outbox(lambda: [stuck])
    outbox.start()
    outbox.observe(make_result(0, make_face(1)), FERPLUS_LABELS)
    assert stuck.reached.wait(20)
    outbox.observe(make_result(1, make_face(1)), FERPLUS_LABELS)
    (waiting,) = outbox._waiting
    assert isinstance(waiting, Seen)
    assert waiting.result.frame.image.size == 0
    stuck.let_go.set()
    outbox.stop()


def test_one_broken_sender_does_not_end_the_others() -> None:
    broken, whole = Broken(), Stuck()
    whole.let_go.set()
    outbox = Outbox(lambda: [broken, whole])
    outbox.start()
    for index in range(3):
        outbox.observe(make_result(index, make_face(1)), FERPLUS_LABELS)
    outbox.stop()
    assert whole.frames == [0, 1, 2]
    assert broken.closed
    assert str(outbox.error) == "The live link failed (no frame 0). Switch it off and on again."


def test_where_no_sender_is_left_nothing_more_is_taken_and_that_is_told() -> None:
    outbox = Outbox(lambda: [Broken()])
    outbox.start()
    outbox.observe(make_result(0, make_face(1)), FERPLUS_LABELS)
    outbox._thread.join(20)
    outbox.observe(make_result(1, make_face(1)), FERPLUS_LABELS)
    assert not outbox._waiting
    outbox.stop()
    assert "no frame 0" in str(outbox.error)


def test_what_cannot_be_opened_says_so_and_takes_nothing() -> None:
    def refuse() -> list[Stuck]:
        raise LinkError("It is closed.", "Open it.")

    outbox = Outbox(refuse)
    outbox.start()
    with pytest.raises(LinkError, match="It is closed"):
        outbox.wait_opened(20)
    outbox.observe(make_result(0, make_face(1)), FERPLUS_LABELS)
    outbox.stop()
