"""The Lab Streaming Layer with a real receiver, and a real sender of markers, in another process."""

from __future__ import annotations

import json
import math
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from fer_desktop.errors import LinkError
from fer_desktop.link.live import LinkChoice, LiveLink, link_choice
from fer_desktop.link.lsl import (
    CHANNELS,
    MARKERS,
    SLOTS,
    FaceSlots,
    LslSender,
    load_pylsl,
    offset_to,
    sample,
)
from fer_desktop.link.markers import ANY, Marker, MarkerInlet
from fer_desktop.link.sender import Seen
from tests.session.synthetic import make_face, make_result

pylsl = pytest.importorskip("pylsl")
ROOT = Path(__file__).resolve().parents[2]
NAMES = [label for label, _ in CHANNELS]


def source_id(name: str) -> str:
    return f"{name}@{platform.node()}"


@contextmanager
def other_process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.link.other_process", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    answer: dict[str, Any] = json.loads(line)
    return answer


@contextmanager
def going_on(step: Callable[[int], object]) -> Iterator[None]:
    """Call `step` some thirty times a second, as a camera does, until it is enough."""
    over = threading.Event()

    def run() -> None:
        number = 0
        while not over.wait(1 / 30):
            step(number)
            number += 1

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture
def lsl() -> Iterator[LiveLink]:
    link = LiveLink(LinkChoice(lsl=True), lambda _: None)
    link.start()
    link.wait_opened()
    yield link
    link.stop()


def test_another_process_gets_each_frame_of_a_face_with_its_time(lsl: LiveLink) -> None:
    captured: dict[int, float] = {}

    def step(number: int) -> None:
        captured[number] = time.perf_counter() - 0.02
        faces = [make_face(5, "fear", 0.8)] if number % 2 else []
        lsl.observe(make_result(number, *faces, captured_s=captured[number]), FERPLUS_LABELS)

    with other_process("receive", source_id("FER Desktop face 1"), "6") as process, going_on(step):
        about = said(process)
        samples = [said(process) for _ in range(6)]

    assert about["name"] == "FER Desktop face 1"
    assert about["type"] == "Expression"
    assert about["rate"] == 0
    assert about["labels"] == NAMES
    assert about["units"] == [unit for _, unit in CHANNELS]
    offset = offset_to(pylsl.local_clock)
    for received in samples:
        values = dict(zip(NAMES, received["values"], strict=True))
        frame = int(values["frame"])
        assert abs(received["stamp"] - (captured[frame] + offset)) < 0.002
        if frame % 2:
            assert (values["success"], values["face_id"]) == (1, 5)
            assert values["p_fear"] == pytest.approx(0.8)
            assert math.isnan(values["roll"])
        else:
            assert values["success"] == 0
            assert all(math.isnan(value) for name, value in values.items() if name not in NAMES[:2])


def test_another_process_gets_markers_pauses_and_changes_of_label(lsl: LiveLink) -> None:
    def step(number: int) -> None:
        lsl.event(("pause", "resume")[number % 2])
        lsl.event("marker", "door")
        lsl.observe(make_result(number, make_face(2, ("anger", "fear")[number % 2])), FERPLUS_LABELS)

    with other_process("receive", source_id(MARKERS), "12") as process, going_on(step):
        assert said(process)["type"] == "Markers"
        texts = {said(process)["values"][0] for _ in range(12)}
    assert texts == {"pause", "resume", "marker/door", "label/2/anger", "label/2/fear"}


def test_sending_to_nobody_costs_nothing_and_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    send = LslSender.send_frame

    def noted(self: LslSender, seen: Seen) -> None:
        send(self, seen)
        sent.append(seen.result.frame.index)

    monkeypatch.setattr(LslSender, "send_frame", noted)
    link = LiveLink(LinkChoice(lsl=True), lambda _: None)
    link.start()
    link.wait_opened()
    for number in range(200):
        link.observe(make_result(number, make_face(1)), FERPLUS_LABELS)
    link.stop()
    assert sent == list(range(200))
    assert (link.lost, link.error) == (0, None)


def test_markers_of_another_process_arrive_with_the_time_at_which_they_were_set() -> None:
    received: list[Marker] = []
    with other_process("mark", "Stimuli", "picture 12") as process:
        inlet = MarkerInlet("Stimuli", received.append)
        inlet.start()
        stamps = []
        deadline = time.monotonic() + 60
        while len(received) < 3 and time.monotonic() < deadline:
            stamps.append(said(process)["stamp"])
        inlet.stop()
    assert len(received) >= 3, "nothing was received"
    assert {(marker.text, marker.stream, marker.exact) for marker in received} == {
        ("picture 12", "Stimuli", True)
    }
    offset = offset_to(pylsl.local_clock)
    for marker in received[:3]:
        assert min(abs(marker.perf_s + offset - stamp) for stamp in stamps) < 0.002


def test_any_means_every_marker_stream_but_our_own() -> None:
    received: list[Marker] = []
    link = LiveLink(LinkChoice(lsl=True, markers=ANY), received.append)
    link.start()
    link.wait_opened()
    with other_process("mark", "Somebody", "x") as process, going_on(lambda _: link.event("marker", "ours")):
        deadline = time.monotonic() + 60
        while len(received) < 3 and time.monotonic() < deadline:
            said(process)
    link.stop()
    assert {marker.stream for marker in received} == {"Somebody"}


def test_a_missing_library_is_a_sentence_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    link = LiveLink(LinkChoice(lsl=True, markers=ANY), lambda _: None)
    link.start()
    with pytest.raises(LinkError, match=r"needs the package pylsl.* pip install pylsl"):
        link.wait_opened()
    link.stop()


def test_a_library_that_does_not_load_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pylsl.py").write_text("raise RuntimeError('LSL binary library file was not found.')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pylsl", raising=False)
    with pytest.raises(LinkError, match=r"liblsl cannot be loaded \(LSL binary library file was not found"):
        load_pylsl()


def test_what_a_network_does_not_know_is_missing_and_not_zero() -> None:
    values = dict(
        zip(NAMES, sample(3, make_face(1, "fear", 0.9, FER2013_LABELS), FER2013_LABELS), strict=True)
    )
    assert values["p_fear"] == pytest.approx(0.9)
    assert math.isnan(values["p_contempt"])


def test_a_stream_stays_with_its_face_and_then_takes_the_next_one() -> None:
    slots = FaceSlots()
    assert slots.place([4], 0.0) == {4: 0}
    assert slots.place([4, 9], 0.1) == {4: 0, 9: 1}
    assert slots.place([9], 0.2) == {9: 1}
    assert slots.place([9, 4], 0.9) == {9: 1, 4: 0}
    assert slots.place([9, 10], 1.0) == {9: 1, 10: 2}, "face 4 may come back"
    assert slots.place([9, 11], 2.5) == {9: 1, 11: 0}, "it did not"
    assert len(slots.place(range(20, 40), 9.0)) == SLOTS


def test_the_faces_of_another_source_begin_at_the_first_stream() -> None:
    sender = LslSender()
    samples: list[list[list[float]]] = [[], []]
    try:
        sender._faces = [
            SimpleNamespace(push_sample=lambda values, _, got=got: got.append(values)) for got in samples
        ]
        both = make_result(0, make_face(1), make_face(2))
        sender.send_frame(Seen(both, FERPLUS_LABELS))
        sender.send_frame(Seen(make_result(0, make_face(2)), FERPLUS_LABELS, source=1))
    finally:
        sender.close()
    ids = [[dict(zip(NAMES, values, strict=True))["face_id"] for values in got] for got in samples]
    assert ids[0] == [1, 2]
    assert ids[1][0] == 2
    assert math.isnan(ids[1][1])


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ([], LinkChoice()),
        (["lsl"], LinkChoice(lsl=True)),
        (["udp"], LinkChoice(udp_port=17817)),
        (["udp", "udp:17817"], LinkChoice(udp_port=17817)),
        (["LSL", "udp:9000"], LinkChoice(lsl=True, udp_port=9000)),
    ],
)
def test_words_of_the_command_line(words: list[str], choice: LinkChoice) -> None:
    assert link_choice(words) == choice


@pytest.mark.parametrize("word", ["osc", "udp:0", "udp:70000", "udp:x", "lsl:1", ""])
def test_words_that_are_no_link_are_refused(word: str) -> None:
    with pytest.raises(LinkError, match=r"is not a (live link|port)"):
        link_choice([word])


def test_two_ports_are_refused_and_not_one_forgotten() -> None:
    with pytest.raises(LinkError, match="one port, not to 9000 and 9001"):
        link_choice(["udp:9001", "lsl", "udp:9000"])
