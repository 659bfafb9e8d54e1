"""Video files: true times, exact seeking, and a plain sentence for what is not a video."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop.capture.source import SourceState
from fer_desktop.capture.video import VideoSource
from fer_desktop.errors import SourceError
from tests.capture.clips import (
    media_times,
    number_of,
    numbered,
    read_all,
    trim_without_coding,
    true_times,
    write_clip,
    write_sound,
)

UNEVEN_MS = [0, 33, 70, 91, 200, 210, 500, 533, 566, 1200, *range(1240, 4200, 40)]
LATE_RUSH_MS = [*range(0, 6000, 200), *range(6000, 9000, 17)]
CLIPS = [
    "WolfgangLanger_Pexels.mp4",
    "face_noface.mov",
    "no_face.mp4",
    "noface_face.mov",
    "single_face.mp4",
    "webcam_wink.mp4",
]
CONTAINERS = ["mp4", "mov", "flv", "ts", "mts"]


def assert_times_are_true(path: Path) -> None:
    source = VideoSource(path)
    info = source.open()
    frames = read_all(source)
    source.close()
    expected = true_times(path)
    assert [frame.index for frame in frames] == list(range(len(expected)))
    assert info.frame_count == len(expected)
    assert media_times(frames) == pytest.approx(expected, abs=1e-3)


def assert_seeking_is_exact(path: Path, tries: int = 12) -> None:
    source = VideoSource(path)
    source.open()
    frames = read_all(source)
    last = len(frames) - 1
    order = [last, 0, last // 2, last // 2 - 1, last // 2 + 3, last, last - 1]
    order += random.Random(7).choices(range(len(frames)), k=tries)
    for index in order:
        source.seek(index)
        again = source.read()
        assert again is not None
        assert (again.index, again.media_t_s) == (index, frames[index].media_t_s)
        assert np.array_equal(again.image, frames[index].image), f"another picture at {index}"
    source.close()


@pytest.mark.parametrize("clip", CLIPS)
def test_times_of_real_clips_are_those_of_the_decoder(shared_data: Path, clip: str) -> None:
    assert_times_are_true(shared_data / "clips" / clip)


@pytest.mark.parametrize("container", CONTAINERS)
def test_times_are_right_in_every_container(shared_data: Path, container: str) -> None:
    assert_times_are_true(shared_data / "containers" / f"webcam_2s.{container}")


def test_avi_with_reordered_frames_has_the_times_of_the_same_clip_as_mp4(shared_data: Path) -> None:
    source = VideoSource(shared_data / "containers" / "webcam_2s.avi")
    assert source.open().frame_count == 30
    times = media_times(read_all(source))
    assert times == pytest.approx(true_times(shared_data / "containers" / "webcam_2s.mp4"), abs=1e-3)


@pytest.mark.parametrize("clip", ["clips/single_face.mp4", "clips/no_face.mp4", "clips/face_noface.mov"])
def test_seeking_in_real_clips_gives_the_very_frame(shared_data: Path, clip: str) -> None:
    assert_seeking_is_exact(shared_data / clip)


@pytest.mark.parametrize("container", ["avi", "ts", "flv"])
def test_seeking_in_containers_without_an_index_gives_the_very_frame(
    shared_data: Path, container: str
) -> None:
    assert_seeking_is_exact(shared_data / "containers" / f"webcam_2s.{container}", tries=4)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".ts"])
@pytest.mark.parametrize("times", [UNEVEN_MS, LATE_RUSH_MS], ids=["uneven", "late rush"])
def test_a_variable_rate_keeps_its_times_and_seeks_exactly(
    tmp_path: Path, suffix: str, times: list[int]
) -> None:
    path = write_clip(tmp_path / f"uneven{suffix}", times, options={"g": "30", "bf": "2"})
    assert_times_are_true(path)
    assert_seeking_is_exact(path)


def test_open_groups_of_pictures_do_not_disturb_seeking(tmp_path: Path) -> None:
    coding = {"x264-params": "open-gop=1:keyint=12:bframes=3:scenecut=0"}
    assert_seeking_is_exact(write_clip(tmp_path / "open.mp4", range(0, 4000, 40), options=coding))


def test_avi_with_b_frames_shows_every_frame_at_its_own_time(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "old.avi", range(0, 2000, 33), codec="mpeg4", options={"bf": "2", "g": "12"})
    source = VideoSource(path)
    source.open()
    frames = read_all(source)
    assert [number_of(frame.image) for frame in frames] == list(range(len(frames)))
    assert media_times(frames) == pytest.approx([number / 30 for number in range(len(frames))], abs=1e-3)
    assert_seeking_is_exact(path)


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_a_clip_that_was_trimmed_on_a_phone_shows_only_what_was_kept(tmp_path: Path, suffix: str) -> None:
    whole = write_clip(tmp_path / f"whole{suffix}", UNEVEN_MS, options={"g": "100", "bf": "2"})
    trimmed = trim_without_coding(whole, tmp_path / f"trimmed{suffix}", start_ms=550)
    source = VideoSource(trimmed)
    source.open()
    first = source.read()
    assert first is not None
    assert number_of(first.image) == UNEVEN_MS.index(566)
    source.close()
    assert_times_are_true(trimmed)
    assert_seeking_is_exact(trimmed)


def test_a_fragmented_mp4_has_its_times_too(tmp_path: Path) -> None:
    form = {"movflags": "frag_keyframe+empty_moov"}
    path = write_clip(tmp_path / "live.mp4", UNEVEN_MS, options={"g": "20", "bf": "2"}, container=form)
    assert_times_are_true(path)
    assert_seeking_is_exact(path)


def test_a_recording_whose_start_is_missing_begins_at_its_first_whole_picture(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.ts", range(0, 6000, 40), options={"g": "20", "bf": "2"})
    data = whole.read_bytes()
    cut = tmp_path / "cut.ts"
    cut.write_bytes(data[len(data) // 3 :])
    assert_times_are_true(cut)
    assert_seeking_is_exact(cut)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_damaged_files_are_played_or_refused_but_never_crash(tmp_path: Path, suffix: str) -> None:
    whole = write_clip(tmp_path / f"whole{suffix}", range(0, 1000, 40), container={"movflags": "faststart"})
    data = whole.read_bytes()
    luck = random.Random(3)
    for number in range(40):
        damaged = bytearray(data)
        for _ in range(luck.choice((1, 5, 30))):
            damaged[luck.randrange(2000 if number % 2 else len(data))] = luck.randrange(256)
        path = tmp_path / f"damaged{suffix}"
        path.write_bytes(damaged)
        source = VideoSource(path)
        try:
            source.open()
        except SourceError:
            continue
        times = media_times(read_all(source))
        source.close()
        assert times == sorted(set(times))


def test_sound_is_ignored(tmp_path: Path) -> None:
    assert_times_are_true(write_clip(tmp_path / "talk.mp4", UNEVEN_MS, sound=True))


def test_the_frame_at_a_time_is_the_one_on_screen_then(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "uneven.mp4", UNEVEN_MS))
    source.open()
    last = len(UNEVEN_MS) - 1
    asked = [-1.0, 0.0, 0.032, 0.033, 0.3, 0.5, 99.0]
    assert [source.index_at(t) for t in asked] == [0, 0, 0, 1, 5, 6, last]


def test_seeking_beyond_the_file_stays_in_it(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "short.mp4", range(0, 400, 40)))
    source.open()
    source.seek(10_000)
    frame = source.read()
    assert frame is not None
    assert frame.index == 9
    source.seek(-5)
    frame = source.read()
    assert frame is not None
    assert frame.index == 0


def test_a_phone_video_is_turned_upright(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "phone.mp4", range(0, 400, 40), rotate=90)
    source = VideoSource(path)
    info = source.open()
    frames = read_all(source)
    assert (info.width, info.height) == (64, 96)
    assert frames[5].image.shape == (96, 64, 3)
    as_held = cv2.rotate(frames[5].image, cv2.ROTATE_90_CLOCKWISE)
    assert number_of(np.asarray(as_held, np.uint8)) == 5


@pytest.mark.parametrize("suffix", [".ts", ".mkv"])
def test_a_recording_that_broke_off_is_read_as_far_as_it_goes(tmp_path: Path, suffix: str) -> None:
    whole = write_clip(tmp_path / f"whole{suffix}", range(0, 8000, 40), options={"g": "15"})
    data = whole.read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(data[: len(data) // 2])
    source = VideoSource(cut)
    source.open()
    frames = read_all(source)
    assert source.state is SourceState.ENDED
    assert 50 < len(frames) < 150
    assert source.index_at(1e9) == len(frames) - 1


def test_an_mp4_whose_end_is_missing_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = write_clip(
        tmp_path / "whole.mp4", range(0, 8000, 40), options={"g": "15"}, container={"movflags": "faststart"}
    )
    data = whole.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[: len(data) * 2 // 3])
    source = VideoSource(cut)
    source.open()
    source.seek(199)
    assert source.read() is not None, "the last frame that is there"
    source.seek(0)
    frames = read_all(source)
    assert source.state is SourceState.ENDED
    assert 30 < len(frames) < 200
    source.seek(3)
    frame = source.read()
    assert frame is not None
    assert frame.index == 3


def bad_file(kind: str, folder: Path) -> Path:
    path = folder / f"{kind}.mp4"
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("This is not a video.\n" * 100)
    elif kind == "noise":
        path.write_bytes(np.random.default_rng(1).bytes(20_000))
    elif kind == "headless":
        data = write_clip(path, range(0, 2000, 40)).read_bytes()
        path.write_bytes(data[: len(data) // 2])
    elif kind == "sound":
        write_sound(path)
    elif kind == "picture":
        cv2.imwrite(str(folder / "picture.png"), numbered(1))
        (folder / "picture.png").rename(path)
    elif kind == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("empty", "is empty"),
        ("text", "holds text"),
        ("noise", "cannot be read as a video"),
        ("headless", "is cut off"),
        ("sound", "holds sound but no pictures"),
        ("picture", "is a picture, not a video"),
        ("folder", "is a folder"),
        ("missing", "There is no file"),
    ],
)
def test_what_is_no_video_is_refused_with_a_sentence(tmp_path: Path, kind: str, said: str) -> None:
    path = bad_file(kind, tmp_path)
    source = VideoSource(path)
    with pytest.raises(SourceError, match=said) as caught:
        source.open()
    assert path.name in caught.value.sentence
    assert caught.value.remedy
    assert source.state is SourceState.CLOSED
    assert source.read() is None


def test_a_file_without_read_permission_is_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_clip(tmp_path / "locked.mp4", range(0, 400, 40))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError, match=r"locked\.mp4' cannot be read: Permission denied"):
        VideoSource(path).open()


def test_bad_files_leave_nothing_on_the_error_output(tmp_path: Path) -> None:
    for kind in ("text", "noise", "headless", "sound"):
        bad_file(kind, tmp_path)
    program = f"""
from pathlib import Path
from fer_desktop.capture.video import VideoSource
from fer_desktop.errors import SourceError
for path in sorted(Path({str(tmp_path)!r}).iterdir()):
    try:
        VideoSource(path).open()
    except SourceError as error:
        print(error)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert len(ran.stdout.splitlines()) == 4
    assert ran.stderr == ""


def test_names_with_blanks_and_accents_open(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "señal de vídeo %02d #1.mp4", range(0, 400, 40))
    assert VideoSource(path).open().frame_count == 10


def test_closing_from_another_thread_ends_reading(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "long.mp4", range(0, 8000, 40), size=(640, 480)))
    for _ in range(10):
        source.open()
        threading.Timer(0.01, source.close).start()
        read_all(source)
        assert source.state in {SourceState.CLOSED, SourceState.ENDED}


def test_a_video_of_one_frame_opens(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "one.mp4", [0]))
    assert source.open().frame_count == 1
    assert len(read_all(source)) == 1
    source.seek(0)
    assert source.read() is not None
