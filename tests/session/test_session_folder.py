"""Session folders: legal names on every system, nothing overwritten."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_desktop.errors import SessionError
from fer_desktop.session.folder import new_folder, safe_name

START = datetime(2026, 3, 4, 5, 6, 7, 890_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Logitech C920", "Logitech C920"),
        ("interview.mp4", "interview.mp4"),
        ("Cámara de 太郎", "Cámara de 太郎"),
        ("rtsp://10.0.0.2:554/live?x=1", "rtsp___10.0.0.2_554_live_x=1"),
        ("a/b\\c\x00d\ne", "a_b_c_d_e"),
        ("ends with dots. . .", "ends with dots"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("", "source"),
        ("...", "source"),
        ("bad\udcff", "bad_"),
    ],
)
def test_names_of_sources_become_names_of_folders(name: str, expected: str) -> None:
    assert safe_name(name) == expected


@given(st.text(max_size=300))
def test_every_name_can_be_a_folder_on_windows_linux_and_macos(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('<>:"/\\|?*')
    assert not any(ord(sign) < 32 for sign in safe)
    assert safe == safe.strip(" ").rstrip(".")
    assert len(safe.encode()) <= 81
    assert safe_name(safe) == safe


def test_the_folder_is_named_by_its_start_in_utc_and_its_source(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "made" / "too", START, "clip.mp4")
    assert folder == tmp_path / "made" / "too" / "2026-03-04T05-06-07Z_clip.mp4"
    assert folder.is_dir()


def test_sessions_of_the_same_second_do_not_collide(tmp_path: Path) -> None:
    names = [new_folder(tmp_path, START, "cam").name for _ in range(3)]
    stem = "2026-03-04T05-06-07Z_cam"
    assert names == [stem, f"{stem}-2", f"{stem}-3"]


def test_many_programs_at_once_each_get_their_own_folder(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(lambda _: new_folder(tmp_path, START, "cam"), range(60)))
    assert len(set(folders)) == 60


def test_a_file_in_the_place_of_the_folder_is_named_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SessionError, match=r"file' is not a folder\. Choose") as caught:
        new_folder(tmp_path / "file", START, "cam")
    assert caught.value.remedy


@pytest.mark.skipif(sys.platform == "win32", reason="rights of folders are POSIX's here")
def test_a_folder_without_the_right_to_write_is_named_in_one_sentence(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SessionError, match="may not be written to"):
            new_folder(tmp_path, START, "cam")
    finally:
        tmp_path.chmod(0o700)
