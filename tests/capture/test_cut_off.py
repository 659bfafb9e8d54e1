"""Videos that are cut off or damaged: what is there is read, and what is missing is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_desktop.capture.cut_off import is_cut_off
from fer_desktop.capture.sample_tables import top_level_boxes
from fer_desktop.capture.source import Shortfall
from fer_desktop.capture.video import VideoSource
from tests.capture.clips import (
    media_times,
    read_all,
    write_clip,
)

FRAMES_MS = range(0, 8000, 40)


def half_of(whole: Path) -> Path:
    """About half of it; a fragmented film is cut within pictures, not within a fragment's index."""
    data = whole.read_bytes()
    boxes = [(start, size) for kind, start, size in top_level_boxes(whole) if kind == b"mdat"]
    start, size = boxes[len(boxes) // 2] if whole.suffix in {".mp4", ".mov"} else (0, len(data))
    half = whole.with_stem("half")
    half.write_bytes(data[: start + size // 2])
    return half


def shortfall_of(path: Path) -> tuple[int, Shortfall | None]:
    source = VideoSource(path)
    source.open()
    assert source.shortfall is None, "not known before its end"
    return len(read_all(source)), source.shortfall


FASTSTART = {"movflags": "faststart"}
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov"}


@pytest.mark.parametrize(
    ("suffix", "container"),
    [(".mp4", FASTSTART), (".mov", FASTSTART), (".mp4", FRAGMENTED), (".mkv", {}), (".avi", {})],
)
def test_a_file_that_is_cut_off_says_so_at_its_end_and_a_whole_one_does_not(
    tmp_path: Path, suffix: str, container: dict[str, str]
) -> None:
    codec = "mjpeg" if suffix == ".avi" else "libx264"
    whole = write_clip(
        tmp_path / f"whole{suffix}", FRAMES_MS, codec=codec, options={"g": "15"}, container=container
    )
    assert shortfall_of(whole) == (200, None)
    frames, shortfall = shortfall_of(half_of(whole))
    assert 30 < frames < 180
    counted = container is FASTSTART
    assert shortfall == Shortfall(cut_off=True, frames=200 - frames if counted else None)


def test_a_file_that_was_copied_again_is_whole_when_it_is_opened_again(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.mp4", FRAMES_MS, options={"g": "15"}, container=FASTSTART)
    half = half_of(whole)
    source = VideoSource(half)
    told = []
    for content in (half.read_bytes(), whole.read_bytes()):
        half.write_bytes(content)
        source.open()
        told.append(source.shortfall)
        frames = len(read_all(source))
        told.append(source.shortfall)
    assert frames == 200
    assert [shortfall is None for shortfall in told] == [True, False, True, True]


@pytest.mark.parametrize(
    ("suffix", "container"), [(".ts", {}), (".flv", {}), (".mkv", {"live": "1"}), (".webm", {"live": "1"})]
)
def test_streams_do_not_say_where_they_end(tmp_path: Path, suffix: str, container: dict[str, str]) -> None:
    codec = "libvpx" if suffix == ".webm" else "libx264"
    whole = write_clip(tmp_path / f"whole{suffix}", FRAMES_MS, codec=codec, container=container)
    for path in (whole, half_of(whole)):
        frames, shortfall = shortfall_of(path)
        assert frames > 30
        assert shortfall is None


def test_a_large_film_of_several_riff_chunks_is_measured_to_the_end_of_the_last(tmp_path: Path) -> None:
    def riff(kind: bytes, content: int) -> bytes:
        return b"RIFF" + (content + 4).to_bytes(4, "little") + kind + bytes(content)

    path = tmp_path / "large.avi"
    whole = riff(b"AVI ", 50) + riff(b"AVIX", 70)
    for data, cut_off in (
        (whole, False),
        (whole + b"somebody's appendix", False),
        (whole[:-1], True),
        (whole[:30], True),
        (b"RIFF\0\0\0\0AVI " + bytes(50), False),
    ):
        path.write_bytes(data)
        assert is_cut_off(path) is cut_off


@pytest.mark.parametrize("appendix", [b"\xff\xff\xff\xffTEXT by a camera", b"\0\0", bytes(64)])
def test_what_a_camera_appends_to_a_film_is_no_missing_end(tmp_path: Path, appendix: bytes) -> None:
    path = write_clip(tmp_path / "clip.mp4", range(0, 400, 40))
    path.write_bytes(path.read_bytes() + appendix)
    assert shortfall_of(path) == (10, None)


def test_frames_of_the_index_that_cannot_be_decoded_are_counted(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "scratched.mp4", FRAMES_MS, options={"g": "15"}, container=FASTSTART)
    data = bytearray(path.read_bytes())
    middle = len(data) * 2 // 3
    data[middle : middle + 2500] = bytes(2500)
    path.write_bytes(bytes(data))
    frames, shortfall = shortfall_of(path)
    assert frames < 200
    assert shortfall == Shortfall(cut_off=False, frames=200 - frames)


def test_damage_in_the_middle_costs_only_the_frames_there(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "scratched.ts", range(0, 8000, 40), options={"g": "15"})
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path.write_bytes(bytes(data))
    source = VideoSource(path)
    source.open()
    times = media_times(read_all(source))
    assert times == sorted(set(times))
    assert len(times) > 150
    assert times[-1] == pytest.approx(7.96, abs=0.05)
