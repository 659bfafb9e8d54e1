"""The lock of a session: seen by others, gone with its holder, and never in the way of a recording."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from fer_desktop.session.lock import FILE, HeldError, SessionLock, is_held


def hold_until_killed(folder: Path) -> None:
    """To be run in another process."""
    lock = SessionLock(folder)
    (folder / "held").touch()
    time.sleep(60)
    lock.release(done=True)


def test_a_lock_is_held_once_and_free_again_when_it_is_released(tmp_path: Path) -> None:
    lock = SessionLock(tmp_path, b"a note")
    assert is_held(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b"a note"
    with pytest.raises(HeldError):
        SessionLock(tmp_path)
    lock.release(done=False)
    assert not is_held(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b"a note"


def test_a_session_at_its_end_needs_no_lock_file(tmp_path: Path) -> None:
    lock = SessionLock(tmp_path)
    lock.release(done=True)
    lock.release(done=False)
    assert not (tmp_path / FILE).exists()


def test_taking_an_old_lock_keeps_what_stands_in_it(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"of the recorder")
    SessionLock(tmp_path, b"another").release(done=False)
    assert (tmp_path / FILE).read_bytes() == b"of the recorder"


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=hold_until_killed, args=(tmp_path,))
    process.start()
    try:
        deadline = time.monotonic() + 30
        while not (tmp_path / "held").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert is_held(tmp_path)
    finally:
        process.kill()
        process.join()
    assert not is_held(tmp_path)


def test_a_clock_that_was_set_back_does_not_make_a_session_look_fresh_for_ever(tmp_path: Path) -> None:
    (tmp_path / "log.csv").touch()
    assert is_held(tmp_path)
    for at in (time.time() - 100, time.time() + 86_400):
        os.utime(tmp_path / "log.csv", (at, at))
        assert not is_held(tmp_path)
