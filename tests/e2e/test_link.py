"""`--link` as a user types it."""

from __future__ import annotations

import csv
import json
import shlex
import socket
import threading
from pathlib import Path

import pytest
import typer

from fer_desktop import cli
from fer_desktop.emotions import FERPLUS_LABELS
from fer_desktop.link.live import link_choice
from fer_desktop.link.lsl import CHANNELS
from fer_desktop.link.sender import Happened, Seen
from fer_desktop.link.udp import UdpSender, event_message, frame_message
from fer_desktop.session.clock import SessionClock
from tests.e2e.conftest import Run
from tests.session.synthetic import make_face, make_result

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "live-link.md").read_text(encoding="utf-8")


def code_of(language: str) -> list[str]:
    return [part.split("```")[0] for part in GUIDE.split(f"```{language}\n")[1:]]


def test_what_is_sent_is_what_is_logged(run: Run, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        ended = run("analyze", "demo", "--out", tmp_path, "--end", "1", "--link", f"udp:{port}")
        assert ended.status == 0, ended.err
        listener.setblocking(False)
        messages = []
        while True:
            try:
                messages.append(json.loads(listener.recv(65536)))
            except BlockingIOError:
                break
    (folder,) = tmp_path.iterdir()
    with (folder / "log.csv").open(newline="", encoding="utf-8") as file:
        logged = {
            (int(row["frame"]), int(row["face_id"])): row["label"]
            for row in csv.DictReader(file)
            if row["success"] == "1"
        }
    frames = [message for message in messages if message["kind"] == "frame"]
    sent = {(m["frame"], face["face_id"]): face["label"] for m in frames for face in m["faces"]}
    assert sent == logged
    assert sent


@pytest.mark.parametrize("command", [("analyze", "demo", "--out", "x"), ("window", "demo")])
def test_an_unknown_link_is_bad_usage(run: Run, command: tuple[str, ...]) -> None:
    ended = run(*command, "--link", "osc")
    assert ended.status == 2
    assert "'osc' is not a live link" in ended.err


def test_the_guide_shows_commands_that_work() -> None:
    group = typer.main.get_command(cli.app)
    for line in "".join(code_of("sh")).splitlines():
        words = cli._with_default_command(shlex.split(line.partition(" #")[0])[1:])
        options = {name for option in group.commands[words[0]].params for name in option.opts}  # type: ignore[attr-defined]
        assert {word for word in words if word.startswith("--")} <= options
        assert link_choice([words[words.index("--link") + 1]]).sends


def test_the_guide_explains_every_field_and_channel() -> None:
    clock = SessionClock.now()
    frame = frame_message(Seen(make_result(0, make_face(1)), FERPLUS_LABELS), clock)
    event = event_message(Happened(0.0, "marker"), clock)
    for name in {*frame, *frame["faces"][0], *event}:
        assert f"`{name}`" in GUIDE
    for name, _ in CHANNELS:
        assert f"`{name}`" in GUIDE or name[:2] in {"p_", "s_"}


def test_the_python_example_of_the_guide_runs(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (example,) = code_of("python")
    over = threading.Event()

    def send() -> None:
        sender = UdpSender(port)
        while not over.wait(0.002):
            sender.send_frame(Seen(make_result(4, make_face(1, "happiness", 0.86)), FERPLUS_LABELS))
            sender.send_event(Happened(0.0, "marker", "door"))
        sender.close()

    sending = threading.Thread(target=send)
    sending.start()
    names: dict[str, socket.socket] = {}
    try:
        exec(compile(example.replace("17817", str(port)), "docs/live-link.md", "exec"), names)
    finally:
        over.set()
        sending.join()
        names["receiver"].close()
    lines = capsys.readouterr().out.splitlines()
    assert set(lines) == {"4 1 happiness 0.86", "marker door"}
