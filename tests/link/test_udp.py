"""JSON over UDP: what a program on this computer gets, and what happens where none listens."""

from __future__ import annotations

import json
import math
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from fer_desktop.link.outbox import Outbox
from fer_desktop.link.sender import Seen
from fer_desktop.link.udp import MOST_FACES, UdpSender, frame_message
from fer_desktop.session.clock import SessionClock
from tests.session.synthetic import make_face, make_result


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(20)
        yield listening


def outbox_to(listener: socket.socket) -> Outbox:
    port = listener.getsockname()[1]
    outbox = Outbox(lambda: [UdpSender(port)])
    outbox.start()
    return outbox


def next_message(listener: socket.socket) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(listener.recv(65536))
    return message


def end_of(outbox: Outbox) -> None:
    """Stop, and let a busy machine have the time that it needs."""
    outbox.stop()
    outbox._thread.join(20)


def labels_told(outbox: Outbox, listener: socket.socket) -> list[tuple[str, int]]:
    """Ends the link: the changes of label that were sent, and of which face."""
    outbox.event("end")
    told = []
    while (message := next_message(listener)).get("event") != "end":
        told += [(message["label"], message["face_id"])] if message["kind"] == "event" else []
    outbox.stop()
    return told


def test_each_analysed_frame_is_one_datagram_with_its_faces(listener: socket.socket) -> None:
    outbox = outbox_to(listener)
    outbox.observe(make_result(7, make_face(1, "anger", 0.8), dropped_before=2), FERPLUS_LABELS)
    outbox.observe(make_result(8, reason="not_analysed"), FERPLUS_LABELS)
    outbox.observe(make_result(9, reason="too_dark"), FERPLUS_LABELS)
    outbox.observe(make_result(10, reason="error"), FERPLUS_LABELS)
    frame, change, faceless, failed = (next_message(listener) for _ in range(4))
    outbox.stop()

    assert (frame["format"], frame["kind"], frame["frame"], frame["dropped_before"]) == (1, "frame", 7, 2)
    assert abs(frame["time_s"] - time.time()) < 60
    assert frame["media_t_s"] is None
    (face,) = frame["faces"]
    assert (face["face_id"], face["label"], face["roll"], face["b"]) == (1, "anger", None, None)
    assert list(face["p"]) == list(FERPLUS_LABELS)
    assert face["p"]["anger"] == 0.8
    assert (change["kind"], change["event"], change["label"], change["face_id"]) == (
        "event",
        "label",
        "anger",
        1,
    )
    assert (faceless["frame"], faceless["reason"], faceless["faces"]) == (9, "too_dark", [])
    assert (failed["frame"], failed["reason"], failed["latency_ms"], failed["faces"]) == (
        10,
        "error",
        None,
        [],
    )


def test_events_are_sent_when_they_happen(listener: socket.socket) -> None:
    outbox = outbox_to(listener)
    outbox.event("marker", "door", "naïve 顔")
    message = next_message(listener)
    outbox.stop()
    assert (message["event"], message["label"], message["detail"]) == ("marker", "door", "naïve 顔")
    assert message["face_id"] is None
    assert abs(message["time_s"] - time.time()) < 60


def test_times_are_right_after_the_computer_slept_or_its_clock_was_set(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = outbox_to(listener)
    outbox.wait_opened(20)
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + 8 * 3600)
    outbox.event("marker", "door")
    outbox.observe(make_result(0), FERPLUS_LABELS)
    messages = [next_message(listener) for _ in range(2)]
    outbox.stop()
    assert all(abs(message["time_s"] - time.time()) < 60 for message in messages)


def test_a_label_is_told_when_it_changes_and_not_again(listener: socket.socket) -> None:
    outbox = outbox_to(listener)
    for index, label in enumerate(["anger", "anger", "fear", "fear"]):
        outbox.observe(make_result(index, make_face(3, label)), FERPLUS_LABELS)
    outbox.observe(make_result(4, reason="error"), FERPLUS_LABELS)
    outbox.observe(make_result(5, make_face(3, "fear")), FERPLUS_LABELS)
    told = labels_told(outbox, listener)
    assert told == [("anger", 3), ("fear", 3)]


def test_the_faces_of_another_source_are_others(listener: socket.socket) -> None:
    outbox = outbox_to(listener)
    outbox.observe(make_result(500, make_face(1, "fear")), FERPLUS_LABELS)
    outbox.begin_source()
    outbox.observe(make_result(0, make_face(1, "fear")), FERPLUS_LABELS)
    outbox.observe(make_result(1, make_face(1, "fear")), FERPLUS_LABELS)
    assert labels_told(outbox, listener) == [("fear", 1), ("fear", 1)]


def test_a_crowd_still_fits_into_a_datagram() -> None:
    faces = [make_face(number, "anger", 0.123456) for number in range(40)]
    faces = [replace(face, corrected=face.reading.probabilities) for face in faces]
    message = frame_message(Seen(make_result(0, *faces), FERPLUS_LABELS), SessionClock.now())
    assert len(message["faces"]) == MOST_FACES
    assert message["faces_left_out"] == 40 - MOST_FACES
    assert len(json.dumps(message, separators=(",", ":"))) < 9216


def test_a_network_without_contempt_sends_none() -> None:
    face = make_face(1, "fear", 0.9, FER2013_LABELS)
    message = frame_message(Seen(make_result(0, face), FER2013_LABELS), SessionClock.now())
    assert "contempt" not in message["faces"][0]["p"]


def test_what_is_no_number_is_null_and_ends_nothing(listener: socket.socket) -> None:
    face = make_face(1)
    broken = np.full(len(FERPLUS_LABELS), np.nan, np.float32)
    reading = replace(face.reading, probabilities=broken, entropy=math.nan, roll=-math.inf)
    outbox = outbox_to(listener)
    outbox.observe(make_result(0, replace(face, reading=reading)), FERPLUS_LABELS)
    outbox.observe(make_result(1, face), FERPLUS_LABELS)
    first, _, second = (next_message(listener) for _ in range(3))
    outbox.stop()
    assert outbox.error is None
    (shown,) = first["faces"]
    assert set(shown["p"].values()) == {shown["entropy"], shown["roll"]} == {None}
    assert second["faces"][0]["entropy"] == 0.75


def test_sending_to_nobody_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    sent: list[int] = []
    send = UdpSender.send_frame

    def noted(self: UdpSender, seen: Seen) -> None:
        send(self, seen)
        sent.append(seen.result.frame.index)

    monkeypatch.setattr(UdpSender, "send_frame", noted)
    outbox = Outbox(lambda: [UdpSender(port)], limit=1000)
    outbox.start()
    for index in range(500):
        outbox.observe(make_result(index, make_face(1)), FERPLUS_LABELS)
    end_of(outbox)
    assert sent == list(range(500))
    assert (outbox.lost, outbox.error) == (0, None)


class Full:
    """The socket of a receiver that never reads: a blocking one waits until it is let go."""

    def __init__(self, *_: int) -> None:
        self.let_go = threading.Event()
        self.blocking = True
        self.refused = 0

    def setblocking(self, flag: bool) -> None:
        self.blocking = flag

    def sendto(self, *_: object) -> None:
        if self.blocking:
            self.let_go.wait(60)
        self.refused += 1
        raise BlockingIOError

    def close(self) -> None:
        pass


def test_a_receiver_that_never_reads_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Full()
    monkeypatch.setattr(socket, "socket", lambda *_: full)
    outbox = Outbox(lambda: [UdpSender()], limit=1000)
    outbox.start()
    for index in range(600):
        outbox.observe(make_result(index, make_face(1), make_face(2)), FERPLUS_LABELS)
    try:
        end_of(outbox)
        assert full.refused == 600 + 2, "frames, and both faces' labels"
        assert (outbox.lost, outbox.error) == (0, None)
    finally:
        full.let_go.set()
