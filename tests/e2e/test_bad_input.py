"""Whatever is wrong, the answer is one sentence that names it, and an exit code; never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop import paths
from tests.e2e.conftest import Ended, Run
from tests.fakes.models import write_model


def is_one_sentence(ended: Ended, *words: str) -> None:
    assert ended.status == 1, ended
    assert "Traceback" not in ended.err
    lines = ended.err.strip().splitlines()
    assert len(lines) == 1, lines
    for word in words:
        assert word in lines[0]


@pytest.fixture
def analyze(run: Run, tmp_path: Path, tiny_model: Path) -> Run:
    return lambda source, *more: run(
        "analyze", source, "--out", tmp_path / "out", *(more or ("--model", tiny_model))
    )


def test_a_missing_file(analyze: Run, tmp_path: Path) -> None:
    is_one_sentence(analyze(tmp_path / "nowhere.mp4"), "nowhere.mp4")


def test_a_folder_without_pictures(analyze: Run, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text("x")
    is_one_sentence(analyze(folder), "notes")


@pytest.mark.parametrize("name", ["empty.mp4", "empty.jpg", "empty.avi"])
def test_an_empty_file(analyze: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    is_one_sentence(analyze(tmp_path / name), name)


@pytest.mark.parametrize("name", ["text.mp4", "text.png", "text"])
def test_a_text_file_under_another_name(analyze: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("This is no film.\n" * 100)
    is_one_sentence(analyze(tmp_path / name), name)


@pytest.mark.parametrize("left", [2000, 20_000])
def test_an_mp4_cut_off_within_its_index_or_before_its_first_picture(
    analyze: Run, tmp_path: Path, left: int
) -> None:
    whole = paths.demo_clip().read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[:left])
    is_one_sentence(analyze(path), "cut.mp4", "cut off")


def test_a_film_cut_off_in_the_middle_is_read_to_where_it_goes(
    analyze: Run, run: Run, tmp_path: Path
) -> None:
    whole = paths.demo_clip().read_bytes()
    path = tmp_path / "half.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    ended = analyze(path)
    assert ended.status == 0, ended.err
    (log,) = (tmp_path / "out").glob("*/log.csv")
    frames = {line.split(",")[0] for line in log.read_text(encoding="utf-8").splitlines()[1:]}
    assert 100 < len(frames) < 600
    missing = f"{600 - len(frames)} frames of the file could not be read: it is cut off."
    assert ended.err.strip() == f"{path}: {missing} Copy it again from its origin."
    events = log.with_name("events.csv").read_text(encoding="utf-8").splitlines()
    assert events[-1].split(",")[1:] == ["unreadable", "", missing]
    checked = run("check", log.parent)
    assert checked.status == 0
    assert f"events.csv: {missing}" in checked.out
    page, pack = tmp_path / "report.html", tmp_path / "pack.zip"
    assert run("report", log.parent, "--out", page).status == 0
    assert missing in page.read_text(encoding="utf-8")
    assert run("export", log.parent, "--format", "pack", "--out", pack).status == 0
    with zipfile.ZipFile(pack) as file:
        (methods,) = (name for name in file.namelist() if name.endswith("methods.md"))
        assert missing in file.read(methods).decode()


def test_a_sound_file(analyze: Run, tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    is_one_sentence(analyze(path), "sound.wav")


def test_a_picture_of_one_pixel_is_analysed_and_has_no_face(analyze: Run, tmp_path: Path) -> None:
    path = tmp_path / "dot.png"
    cv2.imwrite(str(path), np.zeros((1, 1, 3), np.uint8))
    ended = analyze(path)
    assert ended.status == 0
    assert "1 frames, 1 analysed, 0 with a face" in ended.out


def test_a_picture_of_twenty_thousand_pixels_width(analyze: Run, tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    cv2.imwrite(str(path), np.zeros((200, 20_000, 3), np.uint8))
    ended = analyze(path)
    assert ended.status == 0, ended.err
    assert "1 analysed" in ended.out


def test_an_unwritable_output_folder(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    ended = run("analyze", "demo", "--out", in_the_way / "out", "--model", tiny_model)
    is_one_sentence(ended, str(in_the_way))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's files")
def test_a_full_disk_keeps_what_fits(tmp_path: Path, tiny_model: Path) -> None:
    arguments = ["fer-desktop", "analyze", "demo", "--out", str(tmp_path), "--model", str(tiny_model)]
    limited = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)); "
        f"sys.argv = {arguments!r}; runpy.run_module('fer_desktop', run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    (log,) = tmp_path.glob("*/log.csv")
    assert 10_000 < log.stat().st_size <= 20_000


def test_a_model_that_breaks_the_contract(run: Run, tmp_path: Path) -> None:
    model = write_model(tmp_path / "own.onnx", "{}")
    is_one_sentence(run("analyze", "demo", "--out", tmp_path, "--model", model), "own.onnx", "contract")


def test_a_missing_model(run: Run, tmp_path: Path) -> None:
    ended = run("analyze", "demo", "--out", tmp_path, "--model", tmp_path / "gone.onnx")
    is_one_sentence(ended, "gone.onnx")


def test_a_camera_that_does_not_exist(analyze: Run) -> None:
    is_one_sentence(analyze("camera:97"), "97")
    is_one_sentence(analyze("camera:No such thing"), "No such thing")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(analyze: Run, tmp_path: Path) -> None:
    path = tmp_path / "secret.mp4"
    path.write_bytes(paths.demo_clip().read_bytes())
    path.chmod(0)
    is_one_sentence(analyze(path), "secret.mp4", "permission")


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze",),
        ("analyze", "demo"),
        ("analyze", "demo", "--out", "x", "--provider", "tpu"),
        ("analyze", "demo", "--out", "x", "--every", "0"),
        ("analyze", "demo", "--out", "x", "--start", "5", "--end", "2"),
        ("analyze", "demo", "--out", "x", "--nonsense"),
    ],
)
def test_bad_usage_is_exit_code_two(run: Run, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)
    assert ended.status == 2
    assert "Traceback" not in ended.err


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fer_desktop", "analyze", "gone.mp4", "--out", str(tmp_path), "--debug"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert "gone.mp4" in ended.stderr
