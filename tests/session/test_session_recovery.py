"""Recovery: whatever was cut, whatever is in the way, whole rows stay, and the session then checks out."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fer_desktop.errors import SessionError
from fer_desktop.session import recovery, writer
from fer_desktop.session.check import check
from fer_desktop.session.lock import is_held
from fer_desktop.session.reader import read_session
from fer_desktop.session.recovery import recover, sessions_to_recover
from fer_desktop.session.writer import whole_length

from .honest import cut_off, finished, honest_face
from .synthetic import make_recorder, make_result, record_at_30_fps
from .test_session_disk_trouble import FullDisk, record_until_it_fails

TABLES = ("log.csv", "states.csv", "events.csv")


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cut_off(tmp_path_factory.mktemp("killed"), frames=24)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cut_off(tmp_path_factory.mktemp("tiny"), frames=2)


@pytest.fixture
def fast_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of recoveries need not wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture
def folder(left: Path, tmp_path: Path) -> Path:
    return copy_of(left, tmp_path)


def copy_of(session: Path, parent: Path) -> Path:
    target = parent / "session"
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(session, target)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def lines_of(data: bytes) -> list[bytes]:
    return data[: whole_length(data)].splitlines(keepends=True)


def assert_whole(folder: Path) -> None:
    result = check(folder)
    assert result.sound, [str(finding) for finding in result.findings]


def test_a_killed_recording_becomes_whole_and_says_that_it_was_cut_off(folder: Path) -> None:
    log = (folder / "log.csv").read_bytes()
    assert not check(folder).sound
    recovered = recover(folder)
    assert recovered is not None
    assert recovered.coverage.frames == 24
    assert (folder / "log.csv").read_bytes() == log
    assert sorted(path.name for path in folder.iterdir()) == sorted([*TABLES, "session.json"])
    session = read_session(folder)
    metadata = session.metadata
    assert not metadata.complete
    assert metadata.recovered is not None
    assert metadata.counters.read == 24
    assert metadata.clocks.duration_s == pytest.approx(recovered.seconds)
    assert recovered.seconds >= max(session.arrays()["t_s"])
    assert sum(run.frames for run in session.states()) == (session.arrays()["success"] == 1).sum()
    assert_whole(folder)


def test_recovering_again_changes_nothing(folder: Path) -> None:
    recover(folder)
    once = contents(folder)
    assert recover(folder) is None
    assert contents(folder) == once


def test_a_finished_session_is_left_as_it_is(tmp_path: Path) -> None:
    session = finished(tmp_path, frames=12)
    before = contents(session)
    assert recover(session) is None
    assert contents(session) == before
    assert sessions_to_recover(tmp_path) == []


def test_a_torn_row_is_put_away_not_thrown_away(folder: Path) -> None:
    log = folder / "log.csv"
    whole = log.read_bytes()
    log.write_bytes(whole + b"24,0.1234")
    recovered = recover(folder)
    assert recovered is not None
    assert recovered.torn_bytes == {"log.csv": 9}
    assert log.read_bytes() == whole
    assert (folder / "log.csv.torn").read_bytes() == b"24,0.1234"
    metadata = read_session(folder).metadata
    assert metadata.recovered is not None
    assert metadata.recovered.torn_bytes == {"log.csv": 9}
    assert_whole(folder)


def test_nothing_but_zeros_after_a_power_cut_is_a_torn_row_too(folder: Path) -> None:
    log = folder / "log.csv"
    log.write_bytes(log.read_bytes() + b"\0" * 100_000)
    recovered = recover(folder)
    assert recovered is not None
    assert recovered.torn_bytes == {"log.csv": 100_000}
    assert_whole(folder)


@pytest.mark.usefixtures("fast_disk")
@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 23])
def test_a_tiny_session_cut_at_every_byte_of_its_log_can_be_recovered(
    tiny: Path, tmp_path: Path, step: int
) -> None:
    data = (tiny / "log.csv").read_bytes()
    header = lines_of(data)[0]
    for cut in range(0, len(data) + 1, step):
        folder = copy_of(tiny, tmp_path)
        (folder / "log.csv").write_bytes(data[:cut])
        assert len(list(read_session(folder).rows())) == max(0, len(lines_of(data[:cut])) - 1)
        recovered = recover(folder)
        assert recovered is not None
        assert (folder / "log.csv").read_bytes() == (data[: whole_length(data[:cut])] or header)
        kept = folder / "log.csv.torn"
        torn = kept.read_bytes() if kept.exists() else b""
        assert torn == data[whole_length(data[:cut]) : cut]
        assert_whole(folder)


@pytest.mark.usefixtures("fast_disk")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(shares=st.fixed_dictionaries({}, optional={name: st.floats(0, 1) for name in TABLES}))
def test_tables_cut_anywhere_at_once_keep_their_whole_rows(
    left: Path, tmp_path: Path, shares: dict[str, float]
) -> None:
    folder = copy_of(left, tmp_path)
    kept = {}
    for name in TABLES:
        data = (left / name).read_bytes()
        cut = data[: int(shares.get(name, 1.0) * len(data))]
        (folder / name).write_bytes(cut)
        kept[name] = lines_of(cut) or lines_of(data)[:1]
    session = read_session(folder)
    assert len(list(session.rows())) == len(kept["log.csv"]) - 1
    session.states()
    session.events()
    assert recover(folder) is not None
    for name in ("log.csv", "events.csv"):
        assert lines_of((folder / name).read_bytes()) == kept[name]
    assert_whole(folder)
    assert recover(folder) is None


@pytest.mark.usefixtures("fast_disk")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(share=st.floats(0, 1))
def test_a_session_json_cut_anywhere_is_made_again_from_the_lock_file(
    left: Path, tmp_path: Path, share: float
) -> None:
    folder = copy_of(left, tmp_path)
    metadata = folder / "session.json"
    before = read_session(folder).metadata
    data = metadata.read_bytes()
    metadata.write_bytes(data[: int(share * (len(data) - 2))])
    assert recover(folder) is not None
    after = read_session(folder).metadata
    assert (after.model, after.source, after.settings) == (before.model, before.source, before.settings)
    assert_whole(folder)


def test_a_session_json_that_is_lost_without_a_copy_is_told_and_nothing_is_touched(tmp_path: Path) -> None:
    session = finished(tmp_path, frames=12)
    (session / "session.json").write_bytes(b"")
    before = contents(session)
    with pytest.raises(SessionError, match=r"session\.json' is damaged") as caught:
        recover(session)
    assert "the tables can still be opened" in caught.value.remedy
    assert contents(session) == before
    assert sessions_to_recover(tmp_path) == []


def test_damage_before_the_end_is_told_with_its_line_and_nothing_is_touched(folder: Path) -> None:
    log = folder / "log.csv"
    log.write_bytes(log.read_bytes().replace(b"\n1,", b"\none,", 1))
    before = contents(folder)
    with pytest.raises(SessionError, match=r"log\.csv' is damaged near line 3"):
        recover(folder)
    assert contents(folder) == before


def test_a_quote_that_is_never_closed_is_damage_not_a_torn_row_of_megabytes(folder: Path) -> None:
    log = folder / "log.csv"
    header, *rows = lines_of(log.read_bytes())
    log.write_bytes(b"".join([header, rows[0].replace(b",", b',"', 1), *rows * 20]))
    before = contents(folder)
    with pytest.raises(SessionError, match="a quote that is never closed"):
        recover(folder)
    assert contents(folder) == before


@pytest.mark.parametrize("step", ["replace_file", "_put_away_torn", "_facts", "write_metadata"])
def test_a_recovery_that_is_cut_off_itself_can_be_done_again(
    left: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    expected = copy_of(left, tmp_path)
    torn = (left / "log.csv").read_bytes()[:-30]
    (expected / "log.csv").write_bytes(torn)
    recover(expected)
    expected = expected.rename(tmp_path / "expected")

    real = getattr(recovery, step)
    calls = 0
    for stop_at in (1, 2, 3):
        folder = copy_of(left, tmp_path)
        (folder / "log.csv").write_bytes(torn)
        calls = 0

        def cut(*arguments: object, at: int = stop_at) -> object:
            nonlocal calls
            calls += 1
            if calls == at:
                raise KeyboardInterrupt
            return real(*arguments)

        monkeypatch.setattr(recovery, step, cut)
        try:
            recover(folder)
        except KeyboardInterrupt:
            assert not check(folder).sound
        monkeypatch.setattr(recovery, step, real)
        recover(folder)
        assert_whole(folder)
        now, then = contents(folder), contents(expected)
        assert now.keys() == then.keys()
        assert all(now[name] == then[name] for name in now if name != "session.json")


def test_a_full_disk_stops_recovery_with_a_sentence_and_harms_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SessionError, match=r"disk of '.*' is full\. Free some space"):
        recover(folder)
    assert contents(folder) == before
    monkeypatch.undo()
    assert recover(folder) is not None
    assert_whole(folder)


def test_a_recording_that_a_full_disk_ended_gets_its_last_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "open_new", lambda path: FullDisk(path, "xb"))
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    for index in range(8):
        recorder(make_result(index, honest_face()))
    while recorder.rows < 8:
        time.sleep(0.01)
    while recorder.error is None:
        recorder.event("marker", "x" * 500)
        time.sleep(0.001)
    with pytest.raises(SessionError, match="is full"):
        recorder.stop()
    assert read_session(folder).states() == []
    assert sessions_to_recover(tmp_path) == [folder]
    assert recover(folder) is not None
    (run,) = read_session(folder).states()
    assert run.frames == 8
    metadata = read_session(folder).metadata
    assert "is full" in str(metadata.error)
    assert metadata.counters.read == 8
    assert_whole(folder)


def test_frames_that_the_full_disk_cost_stay_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "open_new", lambda path: FullDisk(path, "xb"))
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    record_until_it_fails(recorder)
    with pytest.raises(SessionError):
        recorder.stop()
    before = read_session(folder).metadata.counters
    recover(folder)
    after = read_session(folder).metadata.counters
    assert before.not_recorded > 0
    assert (after.read, after.not_recorded) == (before.read, before.not_recorded)


def test_a_session_that_is_being_recorded_is_let_alone(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    recorder(make_result(0, honest_face()))
    assert is_held(folder)
    assert sessions_to_recover(tmp_path) == []
    with pytest.raises(SessionError, match="is being recorded"):
        recover(folder)
    recorder.stop()
    assert read_session(folder).complete
    assert not (folder / "recording.lock").exists()


def test_another_program_s_recording_is_let_alone_until_that_program_is_gone(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=record_at_30_fps, args=(tmp_path,))
    process.start()
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not any(
            path.stat().st_size > 5_000 for path in tmp_path.glob("*/log.csv")
        ):
            time.sleep(0.05)
        (folder,) = tmp_path.iterdir()
        assert sessions_to_recover(tmp_path) == []
        with pytest.raises(SessionError, match="is being recorded"):
            recover(folder)
    finally:
        process.kill()
        process.join()
    assert sessions_to_recover(tmp_path) == [folder]
    assert recover(folder) is not None
    assert sessions_to_recover(tmp_path) == []


def test_a_session_without_a_lock_is_let_alone_while_it_is_fresh(folder: Path) -> None:
    (folder / "recording.lock").unlink()
    (folder / "log.csv").touch()
    assert sessions_to_recover(folder.parent) == []
    long_ago = time.time() - 100
    for path in folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    assert sessions_to_recover(folder.parent) == [folder]
    assert recover(folder) is not None
    assert_whole(folder)


def test_a_lock_that_the_file_system_does_not_know_keeps_nobody_from_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fer_desktop.session import lock

    def unknown(_descriptor: int) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(lock, "_take", unknown)
    folder = finished(tmp_path, frames=6)
    assert read_session(folder).complete


def test_what_is_no_session_is_no_session_to_recover(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "file.txt").write_text("x")
    assert sessions_to_recover(tmp_path) == []
    assert sessions_to_recover(tmp_path / "nowhere") == []
    with pytest.raises(SessionError, match="is not a session"):
        recover(tmp_path / "notes")


def test_a_session_of_a_newer_version_is_left_to_it(folder: Path) -> None:
    for name in ("session.json", "recording.lock"):
        data = json.loads((folder / name).read_text(encoding="utf-8"))
        (folder / name).write_text(json.dumps({**data, "schema_version": 3}), encoding="utf-8")
    before = contents(folder)
    with pytest.raises(SessionError, match="newer version"):
        recover(folder)
    assert contents(folder) == before
