"""What a user types or drops leads to the right source, also where the name misleads."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from fer_desktop.capture.choose import make_source
from fer_desktop.capture.source import SourceKind
from fer_desktop.errors import SourceError
from tests.capture.clips import numbered, write_clip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("demo", SourceKind.DEMO),
        (" Demo ", SourceKind.DEMO),
        ("camera:0", SourceKind.CAMERA),
        ("camera:Logitech C920", SourceKind.CAMERA),
        ("CAMERA:1", SourceKind.CAMERA),
        ("camera", SourceKind.CAMERA),
        ("rtsp://user:secret@10.0.0.5/live", SourceKind.STREAM),
        ("http://127.0.0.1:8080/video", SourceKind.STREAM),
        ("HTTPS://example.org/a.mjpg", SourceKind.STREAM),
        ("holiday.JPG", SourceKind.PHOTO),
        ("scan.tiff", SourceKind.PHOTO),
        ("talk.mp4", SourceKind.VIDEO),
        ("talk.mts", SourceKind.VIDEO),
        ("no suffix at all", SourceKind.VIDEO),
    ],
)
def test_the_text_names_the_source(text: str, kind: SourceKind) -> None:
    assert make_source(text).kind is kind


def test_a_folder_is_a_folder_of_photos(tmp_path: Path) -> None:
    assert make_source(str(tmp_path)).kind is SourceKind.FOLDER


def test_a_dropped_file_url_is_a_path(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "my clip.mp4", range(0, 400, 40))
    source = make_source(clip.as_uri())
    assert source.open().name == "my clip.mp4"
    source.close()


def test_the_content_decides_where_the_name_misleads(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "face.png"), numbered(3))
    (tmp_path / "face.png").rename(tmp_path / "face.mp4")
    write_clip(tmp_path / "clip.mp4", range(0, 400, 40)).rename(tmp_path / "clip.jpg")
    assert make_source(str(tmp_path / "face.mp4")).open().kind is SourceKind.PHOTO
    clip = make_source(str(tmp_path / "clip.jpg"))
    assert clip.open().kind is SourceKind.VIDEO
    clip.close()


def test_a_file_that_is_called_camera_is_still_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_clip(tmp_path / "clip.mp4", range(0, 400, 40)).rename(tmp_path / "camera")
    monkeypatch.chdir(tmp_path)
    assert make_source("camera").kind is SourceKind.VIDEO


@pytest.mark.parametrize("text", ["nowhere/clip.mp4", "x" * 5000, "a\0b.mp4", "gopher://old/file"])
def test_a_name_that_leads_nowhere_is_told_when_it_is_opened(text: str) -> None:
    source = make_source(text)
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.remedy


def test_an_empty_name_is_refused_with_a_sentence() -> None:
    with pytest.raises(SourceError, match="No source was named"):
        make_source("  ")
