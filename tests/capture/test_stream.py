"""Streams break off, hang and come back; nothing waits for them longer than it must."""

from __future__ import annotations

import functools
import socket
import threading
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from fer_desktop.capture.live import LossRules
from fer_desktop.capture.source import SourceState
from fer_desktop.capture.stream import StreamSource
from fer_desktop.errors import SourceError
from tests.capture.clips import numbered, write_clip
from tests.fakes.stream import MjpegServer

QUICK = LossRules(failed_reads=2, no_frame_s=1.0, identical_s=float("inf"), retry_s=0.05, open_s=5.0)


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    with MjpegServer([numbered(number) for number in range(8)]) as server:
        yield server


def wait_for(source: StreamSource, state: SourceState, limit_s: float = 10.0) -> None:
    deadline = time.monotonic() + limit_s
    while source.state is not state:
        assert time.monotonic() < deadline, f"still {source.state}, not {state}"
        began = time.monotonic()
        source.read()
        assert time.monotonic() - began < 0.8, "read() kept its caller waiting"


def test_a_broken_stream_is_lost_and_taken_up_again(server: MjpegServer) -> None:
    source = StreamSource(server.url, rules=QUICK)
    source.open()
    server.broken.set()
    wait_for(source, SourceState.LOST)
    server.broken.clear()
    wait_for(source, SourceState.OPEN)
    source.close()


def test_a_silent_stream_is_lost_without_blocking(server: MjpegServer) -> None:
    source = StreamSource(server.url, rules=QUICK)
    source.open()
    server.hangs.set()
    wait_for(source, SourceState.LOST)
    source.close()


def test_the_password_is_never_shown() -> None:
    source = StreamSource("rtsp://anna:secret@127.0.0.1:9/live?token=secret", rules=QUICK)
    with pytest.raises(SourceError) as caught:
        source.open()
    assert "127.0.0.1:9/live" in str(caught.value)
    assert "secret" not in str(caught.value) + source.name


def test_a_server_that_accepts_and_says_nothing_does_not_hang_the_program() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        source = StreamSource(f"http://127.0.0.1:{mute.getsockname()[1]}/", rules=LossRules(open_s=1.0))
        with pytest.raises(SourceError):
            source.open()
        assert time.monotonic() - began < 4


def test_a_file_that_a_server_hands_out_is_played_at_its_rate_and_ends(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", range(0, 400, 40), container={"movflags": "faststart"})
    handler = functools.partial(QuietFiles, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        source = StreamSource(f"http://127.0.0.1:{server.server_address[1]}/clip.mp4", rules=QUICK)
        source.open()
        began = time.monotonic()
        wait_for(source, SourceState.ENDED)
        assert 0.2 < time.monotonic() - began < 3
        source.close()
        server.shutdown()
        thread.join()
