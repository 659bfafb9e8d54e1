"""Recording: every frame kept or accounted for, other programs can follow, and nothing slows the view."""

from __future__ import annotations

import csv
import gc
import hashlib
import io
import json
import multiprocessing
import threading
import time
import weakref
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fer_desktop.capture.source import SourceKind
from fer_desktop.errors import SessionError
from fer_desktop.session import writer
from fer_desktop.session.events import MARKER
from fer_desktop.session.reader import read_session

from .synthetic import make_face, make_info, make_recorder, make_result, record_at_30_fps


def wait_until(true: Callable[[], bool], within_s: float = 5.0) -> float:
    """Seconds until it was true."""
    start = time.perf_counter()
    while not true():
        assert time.perf_counter() - start < within_s, "it never happened"
        time.sleep(0.01)
    return time.perf_counter() - start


class SlowDisk(io.FileIO):
    """Takes nothing until the gate opens."""

    gate = threading.Event()

    def write(self, data: Any) -> int:
        if self.tell():
            self.gate.wait(10)
        return super().write(data)


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    SlowDisk.gate = threading.Event()
    monkeypatch.setattr(writer, "open_new", lambda path: SlowDisk(path, "xb"))
    return SlowDisk.gate


def test_a_recording_becomes_a_whole_session_folder(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    recorder(make_result(0, make_face(1, "anger"), make_face(2)))
    recorder(make_result(1, reason="not_analysed"))
    recorder(make_result(2, reason="no_face", dropped_before=1))
    recorder(make_result(3, reason="error"))
    recorder.event(MARKER, "door", 'he said "hello", left')
    assert recorder.stop() == folder == recorder.folder

    assert sorted(path.name for path in folder.iterdir()) == [
        "events.csv",
        "log.csv",
        "session.json",
        "states.csv",
    ]
    session = read_session(folder)
    assert session.complete
    assert session.column("frame") == [0, 0, 1, 2, 3]
    assert session.column("face_id") == [1, 2, None, None, None]
    assert session.column("reason") == ["", "", "not_analysed", "no_face", "error"]
    assert [(run.face_id, run.label, run.frames) for run in session.states()] == [
        (1, "anger", 1),
        (2, "happiness", 1),
    ]
    (event,) = session.events()
    assert (event.kind, event.label, event.detail) == (MARKER, "door", 'he said "hello", left')


def test_totals_add_up_and_hashes_are_those_of_the_files(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    for index in range(100):
        if index % 10 == 0:
            recorder(make_result(index, reason="not_analysed"))
        elif index % 10 == 1:
            recorder(make_result(index))
        else:
            recorder(make_result(index, make_face(1), make_face(2)))
    recorder.stop()
    metadata = read_session(folder).metadata
    counters = metadata.counters
    assert (counters.read, counters.analysed, counters.dropped, counters.faceless) == (100, 90, 10, 10)
    assert (counters.errors, counters.not_recorded) == (0, 0)
    assert counters.rows == 10 + 10 + 2 * 80 == recorder.rows
    for name, facts in metadata.files.items():
        data = (folder / name).read_bytes()
        assert facts.sha256 == hashlib.sha256(data).hexdigest()
        assert (facts.rows, facts.bytes) == (data.count(b"\n") - 1, len(data))


def test_times_come_from_capture_and_agree_on_both_clocks(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    now = time.perf_counter()
    wall = time.time()
    for index in range(5):
        recorder(make_result(index, make_face(), captured_s=now + index / 3))
    recorder.stop()
    session = read_session(folder)
    seconds = session.arrays()["t_s"]
    assert 0 <= seconds[0] < 1
    assert seconds[3] - seconds[0] == pytest.approx(1.0, abs=2e-6)
    first = session.column("utc")[0]
    assert isinstance(first, str)
    assert len(first) == len("2026-01-02T03:04:05.678Z")
    assert first.endswith("Z")
    assert datetime.fromisoformat(first).timestamp() == pytest.approx(wall, abs=0.05)


def test_a_live_session_leaves_out_what_was_seen_before_it_began(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    recorder(make_result(0, make_face()))
    early = time.perf_counter()
    folder = recorder.start()
    recorder(make_result(1, make_face(), captured_s=early))
    recorder(make_result(2, make_face()))
    recorder.stop()
    assert read_session(folder).column("frame") == [2]


def test_an_analysed_file_keeps_frames_that_were_decoded_before_the_log_was_open(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path, make_info("clip.mp4", SourceKind.VIDEO), block=True)
    early = time.perf_counter()
    folder = recorder.start()
    recorder(make_result(0, make_face(), captured_s=early, media_t_s=0.0))
    recorder(make_result(1, make_face(), media_t_s=0.04))
    recorder.stop()
    session = read_session(folder)
    assert session.column("frame") == [0, 1]
    assert session.column("t_s")[0] == 0.0
    assert [(run.start_s, run.end_s) for run in session.states()] == [(0.0, 0.04)]


def test_another_program_sees_a_row_within_a_second_though_no_more_follow(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    recorder(make_result(0, make_face()))
    recorder.event(MARKER, "now")
    took_s = wait_until(lambda: (folder / "log.csv").read_text().count("\n") == 2)
    wait_until(lambda: "marker" in (folder / "events.csv").read_text())
    assert took_s < 1.0
    assert not read_session(folder).complete
    recorder.stop()


def test_states_are_written_when_they_end_not_at_the_end(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    recorder(make_result(0, make_face(1, "anger")))
    recorder(make_result(1, make_face(1, "happiness")))
    wait_until(lambda: [run.label for run in read_session(folder).states()] == ["anger"])
    recorder.stop()


def test_a_killed_recording_leaves_whole_rows_and_says_that_it_is_not_complete(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=record_at_30_fps, args=(tmp_path,))
    process.start()
    try:
        wait_until(lambda: any(path.stat().st_size > 20_000 for path in tmp_path.glob("*/log.csv")), 30)
    finally:
        process.kill()
        process.join()
    (folder,) = tmp_path.iterdir()
    session = read_session(folder)
    assert not session.complete
    frames = session.column("frame")
    assert frames == [index for index in range(len(frames) // 2) for _ in range(2)]
    assert len(frames) > 50
    assert session.states()
    assert session.metadata.source.name == "Test camera"


def test_a_disk_that_is_too_slow_costs_counted_frames_and_is_told(
    tmp_path: Path, slow_disk: threading.Event
) -> None:
    recorder = make_recorder(tmp_path, queue_limit=10)
    folder = recorder.start()
    started = time.perf_counter()
    for index in range(200):
        recorder(make_result(index, make_face()))
    assert time.perf_counter() - started < 1.0, "the live view was held up"
    slow_disk.set()
    recorder.stop()
    session = read_session(folder)
    counters = session.metadata.counters
    kept = len(session.column("frame"))
    assert 10 <= kept <= 20
    assert (counters.read, counters.analysed, counters.not_recorded) == (200, kept, 200 - kept)
    dropped = [event.detail for event in session.events() if event.kind == "dropped"]
    assert sum(int(detail.split()[0]) for detail in dropped) == 200 - kept


def test_an_analysed_file_waits_for_a_slow_disk_and_loses_nothing(
    tmp_path: Path, slow_disk: threading.Event
) -> None:
    recorder = make_recorder(tmp_path, queue_limit=10, block=True)
    folder = recorder.start()
    threading.Timer(0.3, slow_disk.set).start()
    for index in range(200):
        recorder(make_result(index, make_face()))
    assert slow_disk.is_set()
    recorder.stop()
    session = read_session(folder)
    assert session.column("frame") == list(range(200))
    assert session.metadata.counters.not_recorded == 0


def test_waiting_results_do_not_keep_their_pictures_alive(tmp_path: Path, slow_disk: threading.Event) -> None:
    recorder = make_recorder(tmp_path)
    recorder.start()
    result = make_result(0, make_face())
    picture = weakref.ref(result.frame.image)
    recorder(result)
    del result
    gc.collect()
    assert picture() is None
    slow_disk.set()
    recorder.stop()


def test_a_recorder_that_is_stopped_takes_no_more_rows(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    recorder(make_result(0))
    recorder.stop(complete=False)
    recorder(make_result(1))
    recorder.event(MARKER)
    assert recorder.stop() == folder
    session = read_session(folder)
    assert not session.complete
    assert session.column("frame") == [0]
    assert recorder.seconds == pytest.approx(session.metadata.clocks.duration_s, abs=0.2)


def test_a_folder_that_cannot_be_made_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SessionError, match="is not a folder"):
        make_recorder(tmp_path / "file").start()


def test_session_json_says_what_made_the_numbers(tmp_path: Path) -> None:
    info = make_info(
        "rtsp://me:secret@cam/live", SourceKind.STREAM, "rtsp://me:secret@cam/live", float("inf")
    )
    recorder = make_recorder(tmp_path, info)
    folder = recorder.start()
    recorder.event("source_lost", "", "rtsp://me:secret@cam/live does not answer.")
    recorder.stop()
    assert "secret" not in (folder / "events.csv").read_text(encoding="utf-8")
    text = (folder / "session.json").read_text(encoding="utf-8")
    assert "secret" not in text
    assert "secret" not in folder.name
    data = json.loads(text)
    assert data["schema_version"] == 2
    assert data["complete"] is True
    assert data["app"]["name"] == "FER Desktop"
    assert data["model"]["sha256"] == "ab" * 32
    assert data["model"]["labels"][3] == "happiness"
    assert (data["model"]["temperature"], data["model"]["unsure_below"]) == (1.5, 0.4)
    assert data["provider"] == "CPU"
    assert data["detector"] == "cascade"
    assert data["settings"] == {"detector": "cascade", "smoothing_s": 0.3, "model": "expression.onnx"}
    assert data["source"]["kind"] == "stream"
    assert data["source"]["path"] == "rtsp://cam/live"
    assert data["source"]["nominal_fps"] is None
    assert data["clocks"]["utc_offset"][0] in "+-"
    assert text.endswith("}\n")
    assert "\r" not in text


def test_the_log_is_plain_csv_for_other_programs(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path, make_info("photos", SourceKind.FOLDER), block=True)
    folder = recorder.start()
    names = ["a.png", "b, c.png", 'd"e.png', "f\ng.png", "h\udcff.png", "ñ 太.png"]
    for index, name in enumerate(names):
        recorder(make_result(index, make_face(), file=name))
    recorder.stop()
    data = (folder / "log.csv").read_bytes()
    assert b"\r" not in data
    with (folder / "log.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = [name.replace("\udcff", "\\udcff") for name in names]
    assert [row["file"] for row in rows] == expected
    assert read_session(folder).column("file") == expected


def test_a_marker_of_others_may_come_late_but_not_from_before_the_session(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before_s = time.perf_counter()
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    time.sleep(0.05)
    happened_s = time.perf_counter()
    time.sleep(0.05)
    recorder.others_marker("late", "", happened_s)
    recorder.others_marker("too early", "", before_s)
    recorder.others_marker("too early", "", before_s)
    now_s = time.perf_counter()
    recorder.event(MARKER, "now")
    recorder.stop()
    assert "2 markers were left out" in caplog.text
    late, now = read_session(folder).events()
    assert (late.label, now.label) == ("late", "now")
    assert now.t_s - late.t_s == pytest.approx(now_s - happened_s, abs=0.02)
