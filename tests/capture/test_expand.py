"""What a name on the command line stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_desktop.capture.choose import make_source
from fer_desktop.capture.expand import expand
from fer_desktop.capture.fingerprint import fingerprint
from fer_desktop.errors import SourceError


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return folder


def names(found: list[str]) -> list[str]:
    return [Path(text).name for text in found]


def test_a_folder_of_videos_is_its_videos_in_the_order_that_people_expect(tmp_path: Path) -> None:
    touch(tmp_path, "p10.mp4", "p2.MOV", "notes.txt", "._p2.MOV", "below/p1.mp4")
    assert names(expand(str(tmp_path))) == ["p2.MOV", "p10.mp4"]


def test_a_folder_of_photos_stays_one_source(tmp_path: Path) -> None:
    assert expand(str(touch(tmp_path, "a.jpg", "b.png"))) == [str(tmp_path)]


def test_a_mixed_folder_is_its_videos_and_its_photos_together(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.mp4", "c.png")
    assert expand(str(tmp_path)) == [str(tmp_path / "b.mp4"), str(tmp_path)]


def test_a_pattern_takes_videos_and_photos_only(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.mp4", "c.txt", "x/d.mp4", "x/session.json", "y/e.mp4")
    assert names(expand(str(tmp_path / "*"))) == ["a.jpg", "b.mp4"]
    assert sorted(names(expand(str(tmp_path / "**" / "*")))) == ["a.jpg", "b.mp4", "e.mp4"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    touch(tmp_path, "clip[1].mp4", "clip1.mp4")
    assert names(expand(str(tmp_path / "clip[1].mp4"))) == ["clip[1].mp4"]


@pytest.mark.parametrize(
    "text", ["demo", "camera:0", "camera:What?", "rtsp://host/a?b=*", "gone.mp4", "a\0b", "x" * 5000]
)
def test_all_else_stands_for_itself(text: str) -> None:
    assert expand(text) == [text]


def test_a_pattern_without_a_match_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="matches no video"):
        expand(str(tmp_path / "*.mp4"))


def test_a_moved_file_and_a_moved_folder_keep_their_fingerprint(tmp_path: Path) -> None:
    old = touch(tmp_path / "old", "a.jpg", "b.jpg")
    photo, folder = fingerprint(make_source(str(old / "a.jpg"))), fingerprint(make_source(str(old)))
    new = old.rename(tmp_path / "new")
    assert fingerprint(make_source(str(new / "a.jpg"))) == photo
    assert fingerprint(make_source(str(new))) == folder
    (new / "b.jpg").write_bytes(b"other")
    assert fingerprint(make_source(str(new))) != folder
    assert fingerprint(make_source(str(new / "gone.jpg"))) is None
    assert fingerprint(make_source("camera:0")) is None
