"""`fer-desktop check` and `recover` as they are typed, and fifty kills that cost at most a second."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop import paths
from fer_desktop.session.check import check
from fer_desktop.session.reader import read_session
from fer_desktop.session.recovery import recover
from fer_desktop.settings_store import SettingsStore
from tests.e2e.conftest import Run
from tests.session.honest import cut_off, finished


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished(tmp_path_factory.mktemp("whole"), frames=24)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cut_off(tmp_path_factory.mktemp("left"), frames=24)


@pytest.fixture
def study(whole: Path, left: Path, tmp_path: Path) -> Path:
    """A folder with a whole session and, deeper in it, one that was cut off."""
    shutil.copytree(whole, tmp_path / "study" / "a")
    shutil.copytree(left, tmp_path / "study" / "second day" / "b")
    return tmp_path / "study"


def test_what_analyze_made_is_sound(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in ("b.png", "a.jpg"):
        cv2.imwrite(str(pictures / name), np.full((60, 80, 3), 128, np.uint8))
    out = tmp_path / "out"
    arguments = ("--model", tiny_model, "--every", 2, "--start", 1, "--end", 2)
    assert run("analyze", "demo", "--out", out, *arguments).status == 0
    assert run("analyze", pictures, "--out", out, "--model", tiny_model).status == 0
    ended = run("check", out)
    assert ended.status == 0
    assert len(ended.out.splitlines()) == 2
    assert ended.out.count("; all accounted for") == 2
    assert "15 passed over" in ended.out


def test_a_folder_of_sessions_is_walked_and_what_is_wrong_is_told(run: Run, study: Path) -> None:
    ended = run("check", study)
    assert ended.status == 1
    first, second, why = ended.out.splitlines()
    assert first == (
        f"{study / 'a'}: 24 frames: 14 with a face, 4 without (no_face 2, too_dark 2), 4 passed over, "
        "2 failed; all accounted for"
    )
    assert second == f"{study / 'second day' / 'b'}: 1 error"
    assert why == "  session.json: It was cut off; fer-desktop recover makes it whole."


def test_check_can_answer_in_json(run: Run, study: Path) -> None:
    ended = run("check", study / "a", study, "--json")
    assert ended.status == 1
    first, second = json.loads(ended.out)
    assert (first["session"], first["sound"], first["findings"]) == (str(study / "a"), True, [])
    assert first["coverage"]["frames"] == 24
    assert second["sound"] is False
    assert second["findings"] == [
        {
            "severity": "error",
            "file": "session.json",
            "line": None,
            "sentence": "It was cut off; fer-desktop recover makes it whole.",
        }
    ]


def test_recover_makes_a_folder_whole_and_then_has_nothing_to_do(run: Run, study: Path) -> None:
    ended = run("recover", study)
    assert ended.status == 0
    (line,) = ended.out.splitlines()
    assert line.startswith(f"{study / 'second day' / 'b'}: recovered up to ")
    assert "24 frames: 14 with a face" in line
    assert run("check", study).status == 0
    assert run("recover", study).out == "There is nothing to recover.\n"


def test_recover_says_where_torn_bytes_are(run: Run, study: Path) -> None:
    session = study / "second day" / "b"
    with (session / "log.csv").open("ab") as file:
        file.write(b"24,0.12")
    ended = run("recover", session)
    assert ended.out.splitlines()[1] == "  7 bytes of a torn row are kept in log.csv.torn"
    assert "7 torn bytes are kept beside the tables" in run("check", session).out


def test_recover_alone_looks_into_the_folder_of_the_recordings(run: Run, study: Path) -> None:
    assert run("recover").out == "There is nothing to recover.\n"
    SettingsStore(paths.settings_file()).change(sessions_folder=str(study))
    assert "recovered up to" in run("recover").out


@pytest.mark.parametrize("command", ["check", "recover"])
def test_what_is_no_session_is_told_in_a_sentence(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "a file").write_text("x")
    (tmp_path / "empty").mkdir()
    for name, sentence in {
        "nowhere": "There is no folder '{}'. Check the name.",
        "a file": "'{}' is a file. Name the folder of the session.",
        "empty": "There is no session in '{}'. Choose a folder that FER Desktop recorded.",
    }.items():
        ended = run(command, tmp_path / name)
        assert ended.status == 1
        assert ended.err == sentence.format(tmp_path / name) + "\n"


def test_a_damaged_session_does_not_keep_the_others_from_being_recovered(run: Run, study: Path) -> None:
    bad = shutil.copytree(study / "second day" / "b", study / "b, damaged")
    (bad / "log.csv").write_bytes((bad / "log.csv").read_bytes().replace(b"\n1,", b"\none,", 1))
    ended = run("recover", study)
    assert ended.status == 1
    assert "is damaged near line 3" in ended.err
    assert "recovered up to" in ended.out


def test_a_recording_is_no_failure_among_many_but_cannot_be_recovered_itself(
    run: Run, study: Path, tiny_model: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "fer_desktop", "analyze", "demo", "--out", study, "--model", tiny_model]
    )
    try:
        folder = _wait_for_rows(study)
        assert run("recover", folder).status == 1
        ended = run("recover", study)
        assert ended.status == 0
        assert f"'{folder}' is being recorded." in ended.err
        assert "It is being recorded." in run("check", folder).out
    finally:
        process.kill()
        process.wait()


def _wait_for_rows(out: Path) -> Path:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for log in out.glob("*_demo/log.csv"):
            if log.stat().st_size > 2_000:
                return log.parent
        time.sleep(0.01)
    pytest.fail("nothing was written")


# `fer-desktop` that says on its standard output when each frame was captured that its recorder was given.
_TELLING = """
import os
from fer_desktop import cli
from fer_desktop.session.recorder import Recorder

take = Recorder.__call__

def tell(recorder, result):
    take(recorder, result)
    t_s = max(0.0, recorder._clock.t_s(result.frame.captured_s))
    os.write(1, f"{t_s:.6f}\\n".encode())

Recorder.__call__ = tell
cli.main()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_fifty_kills_cost_at_most_a_second_each(tmp_path: Path, tiny_model: Path) -> None:
    chance = random.Random(20260)
    losses = []
    for number in range(50):
        out = tmp_path / str(number)
        process = subprocess.Popen(
            [sys.executable, "-c", _TELLING, "analyze", "demo", "--out", out, "--model", tiny_model],
            stdout=subprocess.PIPE,
            text=True,
        )
        folder = _wait_for_rows(out)
        time.sleep(chance.uniform(0, 1.5))
        process.kill()
        told, _ = process.communicate()
        if read_session(folder).complete:
            continue
        rows = list(read_session(folder).rows())
        frames = sorted({int(row["frame"]) for row in rows if isinstance(row["frame"], int)})
        assert frames == list(range(len(frames)))
        kept_s = rows[-1]["t_s"]
        assert isinstance(kept_s, float)
        made_s = [float(line) for line in told.splitlines()[:-1]]  # the last line may be torn
        lost = sum(t_s > kept_s for t_s in made_s)
        # A busy machine lets the program wait between rows: the median is the rate at which it makes them.
        losses.append(lost * float(np.median(np.diff(made_s))))
        before = (folder / "log.csv").read_bytes()
        recovered = recover(folder)
        assert recovered is not None
        assert before.startswith((folder / "log.csv").read_bytes())
        assert recovered.coverage.frames == len(frames)
        assert [str(finding) for finding in check(folder).findings if finding.line is not None] == []
        assert check(folder).sound
    print(f"{len(losses)} kills; seconds of rows lost: mean {np.mean(losses):.2f}, most {max(losses):.2f}")
    assert len(losses) >= 30
    assert max(losses) <= 1.0
