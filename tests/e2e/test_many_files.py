"""`fer-desktop analyze` on folders and patterns: some at once, nothing twice, and all that failed is told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop.session.reader import Session, read_session
from tests.capture.clips import write_clip
from tests.e2e.conftest import Run


def sessions(out: Path) -> dict[str, list[Session]]:
    """By the name of their source."""
    found: dict[str, list[Session]] = {}
    for folder in sorted(out.iterdir()):
        session = read_session(folder)
        found.setdefault(session.metadata.source.name, []).append(session)
    return found


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Three clips of different length, a photo and a note."""
    folder = tmp_path / "study"
    folder.mkdir()
    for number in (1, 2, 10):
        write_clip(folder / f"p{number}.mp4", range(0, 400 + 40 * number, 40))
    cv2.imwrite(str(folder / "room.png"), np.full((60, 80, 3), 128, np.uint8))
    (folder / "notes.txt").write_text("x")
    return folder


def test_a_folder_is_each_of_its_videos_and_its_photos_together(
    run: Run, study: Path, tmp_path: Path, tiny_model: Path
) -> None:
    out = tmp_path / "out"
    ended = run("analyze", study, "--out", out, "--model", tiny_model)
    assert ended.status == 0, ended.err
    found = sessions(out)
    assert sorted(found) == ["p1.mp4", "p10.mp4", "p2.mp4", "study"]
    assert found["study"][0].column("file") == ["room.png"]
    assert "4 sources: 4 done" in ended.out


def test_a_pattern_is_matched_where_no_shell_does_it(
    run: Run, study: Path, tmp_path: Path, tiny_model: Path
) -> None:
    below = study / "more"
    below.mkdir()
    (study / "p2.mp4").rename(below / "p2.mp4")
    out = tmp_path / "out"
    assert run("analyze", study / "**" / "p*.mp4", "--out", out, "--model", tiny_model).status == 0
    assert sorted(sessions(out)) == ["p1.mp4", "p10.mp4", "p2.mp4"]


def test_a_pattern_that_matches_nothing_is_a_sentence(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    ended = run("analyze", tmp_path / "x*.mp4", "--out", tmp_path / "out", "--model", tiny_model)
    assert ended.status == 1
    assert "x*.mp4' matches no video" in ended.err


def test_the_same_command_again_only_does_what_is_missing(
    run: Run, study: Path, tmp_path: Path, tiny_model: Path
) -> None:
    out = tmp_path / "out"
    command = ("analyze", study, "--out", out, "--model", tiny_model)
    assert run(*command).status == 0
    (study / "p1.mp4").rename(study / "renamed.mp4")
    write_clip(study / "p2.mp4", range(0, 800, 50))
    (unfinished,) = (s.folder for s in sessions(out)["p10.mp4"])
    facts = json.loads((unfinished / "session.json").read_text(encoding="utf-8"))
    (unfinished / "session.json").write_text(json.dumps(facts | {"complete": False}), encoding="utf-8")

    ended = run(*command)
    assert ended.status == 0
    assert "4 sources: 2 done, 2 done already" in ended.out
    counts = {name: len(found) for name, found in sessions(out).items()}
    assert counts == {"p1.mp4": 1, "p2.mp4": 2, "p10.mp4": 2, "study": 1}


@pytest.mark.parametrize("changed", [("--every", 2), ("--end", 0.2), ("--again",)])
def test_other_settings_are_other_numbers(
    run: Run, study: Path, tmp_path: Path, tiny_model: Path, changed: tuple[object, ...]
) -> None:
    out = tmp_path / "out"
    command = ("analyze", study / "p1.mp4", "--out", out, "--model", tiny_model)
    assert run(*command).status == 0
    assert "done already" in run(*command).out
    assert "done already" not in run(*command, *changed).out
    assert len(list(out.iterdir())) == 2


def test_a_session_that_lost_rows_is_made_again(
    run: Run, study: Path, tmp_path: Path, tiny_model: Path
) -> None:
    out = tmp_path / "out"
    command = ("analyze", study / "p1.mp4", "--out", out, "--model", tiny_model)
    run(*command)
    (log,) = out.glob("*/log.csv")
    os.truncate(log, 500)
    run(*command)
    assert len(list(out.iterdir())) == 2


def test_the_hash_is_that_of_the_file(run: Run, study: Path, tmp_path: Path, tiny_model: Path) -> None:
    import hashlib

    out = tmp_path / "out"
    run("analyze", study / "p1.mp4", "--out", out, "--model", tiny_model)
    (session,) = sessions(out)["p1.mp4"]
    expected = hashlib.sha256((study / "p1.mp4").read_bytes()).hexdigest()
    assert session.metadata.source.sha256 == expected


def test_a_copy_is_analysed_once(run: Run, study: Path, tmp_path: Path, tiny_model: Path) -> None:
    shutil.copy(study / "p1.mp4", study / "p1 (copy).mp4")
    ended = run("analyze", study / "p1*.mp4", "--out", tmp_path / "out", "--model", tiny_model)
    assert ended.status == 0
    assert "is a copy of" in ended.out
    assert len(list((tmp_path / "out").iterdir())) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_failures_stand_in_a_table_at_the_end(
    run: Run, study: Path, tmp_path: Path, tiny_model: Path, jobs: int
) -> None:
    (study / "broken.mp4").write_bytes((study / "p1.mp4").read_bytes()[:900])
    (study / "empty.mp4").touch()
    out = tmp_path / "out"
    ended = run("analyze", study, "gone.mp4", "--out", out, "--model", tiny_model, "--jobs", jobs)
    assert ended.status == 1
    assert "7 sources: 4 done, 3 failed" in ended.out
    header, *rows = ended.err.strip().splitlines()
    assert header.split() == ["source", "what", "was", "wrong"]
    assert len(rows) == 3
    for name, word in (("broken.mp4", "cut off"), ("empty.mp4", "empty"), ("gone.mp4", "no file")):
        (row,) = (row for row in rows if name in row)
        assert word in row
    assert all(session.complete for found in sessions(out).values() for session in found)


def test_two_jobs_give_the_same_numbers_as_one(
    run: Run, study: Path, tmp_path: Path, tiny_model: Path
) -> None:
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        assert run("analyze", study, "--out", out, "--model", tiny_model, "--jobs", jobs).status == 0
    one, two = sessions(tmp_path / "out1"), sessions(tmp_path / "out2")
    assert sorted(one) == sorted(two)
    for name, (session,) in one.items():
        for column in ("frame", "media_t_s", "face_id", "label", "reason"):
            assert session.column(column) == two[name][0].column(column)


def test_a_model_that_is_missing_is_told_once_not_for_each_file(
    run: Run, study: Path, tmp_path: Path
) -> None:
    ended = run("analyze", study, "--out", tmp_path / "out", "--model", tmp_path / "gone.onnx")
    assert ended.status == 1
    assert len(ended.err.strip().splitlines()) == 1
    assert "gone.onnx" in ended.err


def test_our_own_films_are_no_sources(run: Run, study: Path, tiny_model: Path) -> None:
    out = study / "out"
    run("analyze", study / "p1.mp4", "--out", out, "--model", tiny_model)
    (session,) = out.iterdir()
    shutil.copy(study / "p2.mp4", session / "annotated.mp4")
    ended = run("analyze", study / "**" / "*.mp4", "--out", out, "--model", tiny_model)
    assert "3 sources" in ended.out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_ends_all_jobs_keeps_what_they_did_and_the_next_run_finishes(tmp_path: Path) -> None:
    from fer_desktop import paths

    study, out = tmp_path / "study", tmp_path / "out"
    study.mkdir()
    for number in range(4):
        # Bytes after the last box make other files of the same film.
        (study / f"p{number}.mp4").write_bytes(paths.demo_clip().read_bytes() + bytes([0] * 7 + [number]))
    arguments = ["fer-desktop", "analyze", str(study), "--out", str(out), "--jobs", "2", "--end", "8"]
    # A shell that runs the tests in the background lets them, and so the child, ignore SIGINT.
    program = (
        "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"sys.argv = {arguments!r}; __name__ == '__main__' and "
        "runpy.run_module('fer_desktop', run_name='__main__')"
    )
    command = [sys.executable, "-c", program]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if sum(log.stat().st_size > 5000 for log in out.glob("*/log.csv")) == 2:
            break
        time.sleep(0.02)
    for _ in range(3):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.01)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 1, stderr
    assert "Traceback" not in stderr
    assert "2 stopped early, 2 not begun" in stdout
    halves = list(out.iterdir())
    assert len(halves) == 2
    assert not any(read_session(folder).complete for folder in halves)

    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "4 sources: 4 done" in ended.stdout
    assert sum(read_session(folder).complete for folder in out.iterdir()) == 4
