"""Stalls of the window are noticed, measured and explained; the log has its file."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fer_desktop import app, paths
from fer_desktop.ui.watchdog import Watchdog, stack_of
from tests.gui.conftest import Desk


@pytest.fixture
def watchdog() -> Iterator[Watchdog]:
    made = Watchdog()
    made.start()
    yield made
    made.stop()


def answer_for(watchdog: Watchdog, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        watchdog.beat()
        time.sleep(0.002)


def reckon_too_long(seconds: float) -> None:
    time.sleep(seconds)


def test_a_stall_is_logged_once_with_its_length_and_place(
    watchdog: Watchdog, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "fer_desktop.ui.watchdog"):
        answer_for(watchdog, 0.05)
        reckon_too_long(0.3)
        answer_for(watchdog, 0.1)
    assert watchdog.stalls == 1
    (record,) = caplog.records
    assert "reckon_too_long" in record.getMessage()
    milliseconds = float(record.getMessage().split("for ")[1].split(" ms")[0])
    assert 250 < milliseconds < 1000


def test_a_window_that_answers_is_not_complained_about(
    caplog: pytest.LogCaptureFixture,
) -> None:
    patient = Watchdog(stall_s=0.5)
    patient.start()
    answer_for(patient, 0.3)
    patient.stop()
    assert patient.stalls == 0
    assert not caplog.records


def test_looking_at_a_thread_keeps_nothing_of_it_alive() -> None:
    """A painter that lived on in the watchdog's hands would still draw when Qt shows the picture."""
    freed_by: set[int] = set()

    class Painter:
        def __del__(self) -> None:
            freed_by.add(threading.get_ident())

    def paint() -> None:
        painter = Painter()  # noqa: F841
        sum(range(200))

    me, done = threading.get_ident(), threading.Event()
    seen: list[str] = []

    def look() -> None:
        while not done.is_set():
            seen.append(stack_of(me))

    looker = threading.Thread(target=look)
    looker.start()
    end = time.perf_counter() + 1.0
    while time.perf_counter() < end:
        paint()
    done.set()
    looker.join()
    assert any("in paint" in stack for stack in seen)
    assert freed_by == {me}


def test_the_window_beats_while_it_lives(desk: Desk) -> None:
    desk.open("camera:0")
    before = desk.window.watchdog._beat_s
    desk.until(lambda: desk.window.watchdog._beat_s > before)


def test_warnings_go_into_a_file_until_the_window_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "fer-desktop.log"
    close = app.log_into(path)
    logging.getLogger("fer_desktop.engine.engine").warning("the disk sings")
    close()
    logging.getLogger("fer_desktop.engine.engine").warning("unheard")
    written = path.read_text(encoding="utf-8")
    assert "the disk sings" in written
    assert "unheard" not in written


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    close = app.log_into(tmp_path / "file" / "fer-desktop.log")
    logging.getLogger("fer_desktop").warning("still fine")
    close()


def test_the_log_lies_where_the_system_keeps_logs() -> None:
    assert paths.log_file().name == "fer-desktop.log"
    assert "fer-desktop" in paths.log_file().parent.as_posix()


def test_the_command_line_lets_warnings_into_the_file_and_not_onto_the_terminal(tmp_path: Path) -> None:
    program = f"""
import logging, sys
from fer_desktop import app, cli
cli.prepare_logging(debug=False)
close = app.log_into(__import__("pathlib").Path({str(tmp_path / "it.log")!r}))
logging.getLogger("fer_desktop.engine.engine").warning("the disk sings")
close()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "the disk sings" in (tmp_path / "it.log").read_text(encoding="utf-8")
    assert "the disk sings" not in done.stdout + done.stderr
