"""The one contract of all sources, checked on each of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop import paths
from fer_desktop.capture.camera import CameraSource
from fer_desktop.capture.demo import DemoSource
from fer_desktop.capture.frame import Frame
from fer_desktop.capture.photo import FolderSource, PhotoSource
from fer_desktop.capture.source import Source, SourceKind, SourceState
from fer_desktop.capture.stream import StreamSource
from fer_desktop.capture.video import VideoSource
from fer_desktop.errors import SourceError
from tests.capture.clips import numbered, write_clip
from tests.fakes.camera import ScriptedCamera
from tests.fakes.stream import MjpegServer

ENOUGH = 12
"""Frames that are read of a source that never ends."""


@dataclass(frozen=True)
class Case:
    make: Callable[[], Source]
    kind: SourceKind


@contextmanager
def _video(folder: Path) -> Iterator[Case]:
    path = write_clip(folder / "clip.mp4", [0, 40, 70, 200, 233, 266, 500, 540, 580, 620])
    yield Case(lambda: VideoSource(path), SourceKind.VIDEO)


@contextmanager
def _photo(folder: Path) -> Iterator[Case]:
    cv2.imwrite(str(folder / "face.png"), numbered(5))
    yield Case(lambda: PhotoSource(folder / "face.png"), SourceKind.PHOTO)


@contextmanager
def _folder(folder: Path) -> Iterator[Case]:
    for number in range(5):
        cv2.imwrite(str(folder / f"face{number}.png"), numbered(number))
    yield Case(lambda: FolderSource(folder), SourceKind.FOLDER)


@contextmanager
def _demo(folder: Path) -> Iterator[Case]:
    del folder
    if not paths.demo_clip().is_file():
        pytest.skip("the demo clip (assets/demo/demo.mp4) has not been made")
    yield Case(DemoSource, SourceKind.DEMO)


@contextmanager
def _camera(folder: Path) -> Iterator[Case]:
    del folder
    driver = ScriptedCamera([numbered(1), numbered(2)], fps=100, largest=(96, 64))
    yield Case(lambda: CameraSource(0, driver=driver), SourceKind.CAMERA)


@contextmanager
def _stream(folder: Path) -> Iterator[Case]:
    del folder
    with MjpegServer([numbered(number) for number in range(8)]) as server:
        yield Case(lambda: StreamSource(server.url), SourceKind.STREAM)


CASES = {
    "video": _video,
    "photo": _photo,
    "folder": _folder,
    "demo": _demo,
    "camera": _camera,
    "stream": _stream,
}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    with CASES[request.param](tmp_path) as case:
        yield case


@pytest.fixture
def source(case: Case) -> Iterator[Source]:
    source = case.make()
    yield source
    source.close()


def read_some(source: Source, most: int = 10_000) -> list[Frame]:
    """Frames until the end, or `most`, or enough of a live one."""
    live = source.kind in {SourceKind.CAMERA, SourceKind.STREAM}
    frames: list[Frame] = []
    deadline = time.monotonic() + 20
    while len(frames) < (min(ENOUGH, most) if live else most) and source.state is SourceState.OPEN:
        assert time.monotonic() < deadline
        frame = source.read()
        if frame is not None:
            frames.append(frame)
    return frames


def skip_if_live(source: Source) -> None:
    if source.kind in {SourceKind.CAMERA, SourceKind.STREAM}:
        pytest.skip("live sources have no end and no seeking")


def test_it_says_what_it_is(case: Case, source: Source) -> None:
    assert source.kind is case.kind
    info = source.open()
    assert info.kind is case.kind
    assert info.name == source.name != ""
    assert info.live is (case.kind in {SourceKind.CAMERA, SourceKind.STREAM})


def test_size_is_that_of_the_frames(source: Source) -> None:
    info = source.open()
    frame = read_some(source, 1)[0]
    assert frame.image.shape == (info.height, info.width, 3)


def test_indices_count_up_by_one_from_zero(source: Source) -> None:
    source.open()
    frames = read_some(source)
    assert frames
    assert [frame.index for frame in frames] == list(range(len(frames)))


def test_pictures_are_whole_and_stay_as_they_were(source: Source) -> None:
    source.open()
    frames = read_some(source, 6)
    copies = [frame.image.copy() for frame in frames]
    read_some(source, 6)
    for frame, copy in zip(frames, copies, strict=True):
        assert frame.image.dtype == np.uint8
        assert frame.image.ndim == 3
        assert frame.image.shape[2] == 3
        assert frame.image.flags.c_contiguous
        assert np.array_equal(frame.image, copy)


def test_capture_times_never_run_backwards(source: Source) -> None:
    before = time.perf_counter()
    source.open()
    times = [before, *(frame.captured_s for frame in read_some(source)), time.perf_counter()]
    assert times == sorted(times)


def test_only_videos_have_media_times_and_they_rise(source: Source) -> None:
    source.open()
    times = [frame.media_t_s for frame in read_some(source)]
    if source.kind in {SourceKind.VIDEO, SourceKind.DEMO}:
        known = [t for t in times if t is not None]
        assert known == sorted(set(known))
        assert len(known) == len(times)
        assert known[0] == 0.0
    else:
        assert set(times) == {None}


def test_only_pictures_of_a_folder_have_a_file_name(source: Source) -> None:
    source.open()
    names = [frame.file for frame in read_some(source)]
    if source.kind is SourceKind.FOLDER:
        assert names == [f"face{number}.png" for number in range(5)]
    else:
        assert set(names) == {""}


def test_it_ends_after_the_frames_that_it_promised(source: Source) -> None:
    skip_if_live(source)
    info = source.open()
    frames = read_some(source)
    assert source.state is SourceState.ENDED
    assert len(frames) == info.frame_count
    assert source.read() is None


def test_seeking_gives_exactly_that_frame(source: Source) -> None:
    skip_if_live(source)
    source.open()
    frames = read_some(source)
    last = len(frames) - 1
    for index in (last, 0, last // 2, min(last // 2 + 1, last), 0, last):
        source.seek(index)
        assert source.state is SourceState.OPEN
        again = source.read()
        assert again is not None
        assert (again.index, again.media_t_s, again.file) == (
            index,
            frames[index].media_t_s,
            frames[index].file,
        )
        assert np.array_equal(again.image, frames[index].image)
    assert source.read() is None
    assert source.state is SourceState.ENDED


def test_seeking_stays_within_the_frames(source: Source) -> None:
    skip_if_live(source)
    info = source.open()
    assert info.frame_count is not None
    for wanted, index in ((-3, 0), (10**9, info.frame_count - 1)):
        source.seek(wanted)
        frame = source.read()
        assert frame is not None
        assert frame.index == index


def test_a_time_leads_to_the_frame_on_screen(source: Source) -> None:
    skip_if_live(source)
    source.open()
    frames = read_some(source)
    assert source.index_at(-1.0) == source.index_at(0.0) == 0
    assert source.index_at(1e9) == len(frames) - 1
    for frame in frames:
        if frame.media_t_s is not None:
            assert source.index_at(frame.media_t_s) == frame.index


def test_seeking_before_opening_is_refused_with_a_sentence(source: Source) -> None:
    skip_if_live(source)
    with pytest.raises(SourceError, match="is not open"):
        source.seek(0)


def test_live_sources_cannot_be_sought(source: Source) -> None:
    if source.kind not in {SourceKind.CAMERA, SourceKind.STREAM}:
        pytest.skip("only live sources")
    source.open()
    with pytest.raises(NotImplementedError):
        source.seek(0)
    with pytest.raises(NotImplementedError):
        source.index_at(0.0)


def test_closing_is_always_allowed(source: Source) -> None:
    source.close()
    source.open()
    source.close()
    source.close()
    assert source.state is SourceState.CLOSED
    assert source.read() is None


def test_it_can_be_opened_again_and_starts_from_the_first_frame(source: Source) -> None:
    source.open()
    first = read_some(source, 3)
    source.close()
    info = source.open()
    again = read_some(source, 3)
    assert [frame.index for frame in again] == [frame.index for frame in first]
    if not info.live:
        assert all(np.array_equal(a.image, b.image) for a, b in zip(first, again, strict=True))


def test_opening_twice_starts_over(source: Source) -> None:
    source.open()
    read_some(source, 2)
    source.open()
    assert read_some(source, 1)[0].index == 0
