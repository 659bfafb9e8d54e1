"""Full, missing and limited disks: told in a sentence, whole rows kept, and the live view goes on."""

from __future__ import annotations

import errno
import io
import multiprocessing
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from fer_desktop.errors import SessionError
from fer_desktop.session import journal, writer
from fer_desktop.session.reader import read_session
from fer_desktop.session.recorder import Recorder

from .synthetic import make_face, make_recorder, make_result


def record_until_it_fails(recorder: Recorder, most: int = 20_000) -> int:
    for index in range(most):
        if recorder.error is not None:
            return index
        recorder(make_result(index, make_face(1), make_face(2)))
        if index % 100 == 0:
            time.sleep(0.01)
    pytest.fail("it never failed")


class FullDisk(io.FileIO):
    """Takes a number of bytes, the last of them in the middle of a row, and then none."""

    def write(self, data: Any) -> int:
        room = 10_007 - self.tell()
        if room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data[:room])


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "open_new", lambda path: FullDisk(path, "xb"))


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize("block", [True, False])
def test_a_full_disk_stops_the_recording_with_a_sentence_and_keeps_whole_rows(
    tmp_path: Path, block: bool
) -> None:
    recorder = make_recorder(tmp_path, block=block, queue_limit=256)
    folder = recorder.start()
    record_until_it_fails(recorder)
    recorder(make_result(99_999, make_face()))
    with pytest.raises(SessionError, match=r"disk of '.*' is full\. Free some space") as caught:
        recorder.stop()
    assert caught.value is recorder.error
    data = (folder / "log.csv").read_bytes()
    assert data.endswith(b"\n")
    assert len(data) <= 10_007
    session = read_session(folder)
    assert not session.complete
    assert "is full" in str(session.metadata.error)
    rows = session.column("frame")
    assert len(rows) > 20
    assert rows == [number // 2 for number in range(len(rows))]
    counters = session.metadata.counters
    assert counters.rows == len(rows) == recorder.rows
    assert counters.analysed == len(rows) // 2
    assert counters.read == counters.analysed + counters.not_recorded
    assert session.metadata.files["log.csv"].bytes == len(data)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
def test_a_folder_that_is_taken_away_is_noticed(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    recorder(make_result(0, make_face()))
    shutil.rmtree(folder)
    record_until_it_fails(recorder)
    with pytest.raises(SessionError, match="is gone"):
        recorder.stop()
    assert not folder.exists()


def test_a_session_that_cannot_even_begin_leaves_no_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(journal, "write_metadata", refuse)
    with pytest.raises(SessionError, match="is full"):
        make_recorder(tmp_path).start()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_our_own_ends_the_recording_with_a_sentence_not_in_silence(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path, block=True, queue_limit=2)
    recorder.start()
    recorder(make_result(0, make_face(labels=("anger", "fear"), label="fear")))
    deadline = time.perf_counter() + 5
    while recorder.error is None and time.perf_counter() < deadline:
        recorder(make_result(1))
        time.sleep(0.01)
    with pytest.raises(SessionError, match="report this"):
        recorder.stop()
    assert not any(thread.name == "recorder" for thread in threading.enumerate())


def _record_with_small_files(parent: Path, limit: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    recorder = make_recorder(parent)
    recorder.start()
    record_until_it_fails(recorder)
    try:
        recorder.stop()
    except SessionError as error:
        (parent / "sentence.txt").write_text(str(error), encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on file sizes is POSIX's")
def test_the_operating_system_refusing_bytes_in_mid_row_leaves_whole_rows(tmp_path: Path) -> None:
    arguments = (tmp_path, 50_001)
    process = multiprocessing.get_context("spawn").Process(target=_record_with_small_files, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert "as large as this disk allows" in (tmp_path / "sentence.txt").read_text(encoding="utf-8")
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    data = (folder / "log.csv").read_bytes()
    assert data.endswith(b"\n")
    assert 49_000 < len(data) <= 50_001
    rows = read_session(folder).column("frame")
    assert rows == [number // 2 for number in range(len(rows))]
