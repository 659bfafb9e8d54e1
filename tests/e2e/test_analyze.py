"""`fer-desktop analyze` on the demo clip, with the network that we ship: rows, times, ids, labels."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from fer_desktop import paths
from fer_desktop.session.reader import read_session
from tests.e2e.conftest import Run

Row = dict[str, str]


def only_session(out: Path) -> Path:
    (folder,) = out.iterdir()
    return folder


def log_rows(folder: Path) -> list[Row]:
    with (folder / "log.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def presentation_times(path: Path) -> list[float]:
    """Seconds from the first frame, by another decoder than the program's."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        unit = stream.time_base  # the stream is gone once the container is closed
        stamps = sorted(frame.pts for frame in container.decode(stream) if frame.pts is not None)
    return [float((stamp - stamps[0]) * unit) for stamp in stamps]


def script() -> dict[str, Any]:
    """What the demo clip shows when, as its maker wrote it down."""
    text = (paths.demo_clip().parent / "demo.json").read_text(encoding="utf-8")
    entries: dict[str, Any] = json.loads(text)
    return entries


@pytest.fixture(scope="module")
def demo_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "fer_desktop", "analyze", "demo", "--out", str(out)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    return only_session(out)


def test_each_frame_of_the_file_has_a_row_with_its_real_time(demo_session: Path) -> None:
    times = presentation_times(paths.demo_clip())
    media = {int(row["frame"]): float(row["media_t_s"]) for row in log_rows(demo_session)}
    assert sorted(media) == list(range(len(times)))
    assert max(abs(media[i] - t) for i, t in enumerate(times)) < 0.001


def test_a_frame_without_a_face_has_a_reason_and_nothing_else(demo_session: Path) -> None:
    empty = [row for row in log_rows(demo_session) if row["success"] == "0"]
    assert empty, "the clip has two seconds without a face"
    for row in empty:
        assert row["reason"]
        assert row["label"] == row["face_id"] == row["p_anger"] == row["s_neutral"] == row["box_x"] == ""


def test_probabilities_add_up_to_one(demo_session: Path) -> None:
    for row in log_rows(demo_session):
        if row["success"] == "1":
            for prefix in ("p_", "s_"):
                shares = [float(value) for name, value in row.items() if name.startswith(prefix)]
                assert sum(shares) == pytest.approx(1, abs=1e-4)


def test_session_time_never_goes_back(demo_session: Path) -> None:
    t_s = [float(row["t_s"]) for row in log_rows(demo_session)]
    assert t_s == sorted(t_s)
    assert t_s[0] >= 0


def test_the_metadata_account_for_every_frame(demo_session: Path) -> None:
    session = read_session(demo_session)
    counters = session.metadata.counters
    assert session.complete
    assert counters.read == len(presentation_times(paths.demo_clip()))
    assert counters.analysed == counters.read
    assert counters.faceless == len({r["frame"] for r in log_rows(demo_session) if r["success"] == "0"})
    assert session.metadata.model.sha256


def test_the_main_face_reads_as_it_was_made(demo_session: Path) -> None:
    rows = log_rows(demo_session)
    main_id = Counter(row["face_id"] for row in rows if row["success"] == "1").most_common(1)[0][0]
    for hold in script()["main"]:
        labels = Counter(
            row["label"]
            for row in rows
            if row["face_id"] == main_id and hold["start_s"] <= float(row["media_t_s"]) < hold["end_s"]
        )
        assert labels, hold
        assert labels.most_common(1)[0][0] == hold["expression"], (hold, labels)


def test_the_two_people_of_the_clip_keep_their_ids_through_the_crossing(demo_session: Path) -> None:
    rows = log_rows(demo_session)
    crossing = script()["crossing"]
    before = {
        r["face_id"] for r in rows if r["success"] == "1" and float(r["media_t_s"]) < crossing["end_s"] + 0.5
    }
    assert len(before) == 2
    main = Counter(row["face_id"] for row in rows if row["success"] == "1").most_common(1)[0][0]
    places = [
        float(row["box_x"]) + float(row["box_w"]) / 2
        for row in rows
        if row["face_id"] == main and float(row["media_t_s"]) < crossing["end_s"] + 0.5
    ]
    assert np.ptp(places) < 160, "the main face stays in the middle; only the other one walks across"


def test_states_are_the_runs_of_the_log(demo_session: Path) -> None:
    session = read_session(demo_session)
    faces = sum(row["success"] == "1" for row in log_rows(demo_session))
    assert sum(run.frames for run in session.states()) == faces


def test_only_the_asked_stretch_and_every_second_frame(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    arguments = ("--model", tiny_model, "--every", 2, "--start", 1, "--end", 2)
    assert run("analyze", "demo", "--out", tmp_path, *arguments).status == 0
    rows = log_rows(only_session(tmp_path))
    media = [float(row["media_t_s"]) for row in rows]
    assert min(media) >= 0.99
    assert max(media) < 2
    passed_over = [row for row in rows if row["reason"] == "not_analysed"]
    assert 0.4 < len(passed_over) / len({row["frame"] for row in rows}) < 0.6


def test_two_analyses_never_share_a_folder(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((60, 80, 3), 128, np.uint8))
    out = tmp_path / "out"
    for _ in range(3):
        arguments = ("--out", out, "--model", tiny_model, "--again")
        assert run("analyze", tmp_path / "a.png", *arguments).status == 0
    assert len(list(out.iterdir())) == 3


def test_a_folder_of_photos_names_the_file_of_each_row(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in ("b.png", "a.jpg", "c.bmp"):
        cv2.imwrite(str(pictures / name), np.full((60, 80, 3), 128, np.uint8))
    out = tmp_path / "out"
    assert run("analyze", pictures, "--out", out, "--model", tiny_model).status == 0
    rows = log_rows(only_session(out))
    assert [row["file"] for row in rows] == ["a.jpg", "b.png", "c.bmp"]
    assert {row["media_t_s"] for row in rows} == {""}


def test_one_bad_source_does_not_stop_the_others(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    cv2.imwrite(str(tmp_path / "good.png"), np.full((60, 80, 3), 128, np.uint8))
    out = tmp_path / "out"
    ended = run("analyze", tmp_path / "gone.mp4", tmp_path / "good.png", "--out", out, "--model", tiny_model)
    assert ended.status == 1
    assert "gone.mp4" in ended.err
    assert only_session(out).name.endswith("good.png")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_keeps_what_was_done(tmp_path: Path) -> None:
    out = tmp_path / "out"
    # A shell that runs the tests in the background lets them, and so the child, ignore SIGINT.
    program = (
        "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"sys.argv = ['fer-desktop', 'analyze', 'demo', '--out', {str(out)!r}]; "
        "runpy.run_module('fer_desktop', run_name='__main__')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        logs = list(out.glob("*/log.csv"))
        if logs and logs[0].stat().st_size > 5000:
            break
        time.sleep(0.02)
    # An impatient user presses again while the first one is being obeyed.
    for _ in range(20):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.002)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 1, stderr
    assert "what was done is kept" in stdout
    assert "Traceback" not in stderr
    session = read_session(only_session(out))
    assert not session.complete
    assert sum(1 for _ in session.rows()) > 10
