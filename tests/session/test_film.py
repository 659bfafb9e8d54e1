"""What the film is made of: hidden faces, sizes, and tables that keep times and samples."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fer_desktop.capture.source import SourceKind
from fer_desktop.errors import UserError
from fer_desktop.session.film.annotate import annotate
from fer_desktop.session.film.blur import blur_faces
from fer_desktop.session.film.draw import Film, lay_out
from fer_desktop.session.film.readings import Readings
from fer_desktop.session.film.tracks import SOUND, VIDEO, read_track
from fer_desktop.session.reader import read_session
from fer_desktop.vision.faces import Box
from tests.capture.clips import write_clip

from .synthetic import make_face, make_info, make_recorder, make_result

NOISE = np.random.default_rng(3).integers(0, 256, (120, 160, 3)).astype(np.uint8)


def recorded(tmp_path: Path, *present: bool) -> Readings:
    """A session at 10 frames a second in which one face is there or not."""
    recorder = make_recorder(tmp_path, make_info("clip.mp4", SourceKind.VIDEO), block=True)
    folder = recorder.start()
    for index, there in enumerate(present):
        faces = [make_face(7)] if there else []
        recorder(make_result(index, *faces, media_t_s=index / 10))
    recorder.stop()
    return Readings(read_session(folder))


def test_of_a_hidden_face_only_a_few_colours_are_left() -> None:
    hidden = blur_faces(NOISE, [Box(60, 40, 40, 40)])
    assert len(np.unique(hidden[35:85, 55:105].reshape(-1, 3), axis=0)) <= 36
    assert (hidden[:, :40] == NOISE[:, :40]).all()
    assert (hidden[:20] == NOISE[:20]).all()


def test_a_face_over_the_edge_or_outside_is_no_trouble() -> None:
    hidden = blur_faces(NOISE, [Box(-30, -30, 60, 60), Box(500, 500, 10, 10), Box(150, 110, 40, 40)])
    assert (hidden[:7, :7] == hidden[0, 0]).all()


def test_the_picture_that_is_hidden_is_not_the_sources_own() -> None:
    before = NOISE.copy()
    blur_faces(NOISE, [Box(60, 40, 40, 40)])
    assert (before == NOISE).all()


def test_a_face_that_is_missed_for_a_moment_stays_hidden(tmp_path: Path) -> None:
    readings = recorded(tmp_path, True, *[False] * 30, True)
    near = [bool(readings.boxes_near(frame)) for frame in range(32)]
    assert near == [True] * 11 + [False] * 10 + [True] * 11


@pytest.mark.parametrize("size", [(1, 1), (96, 64), (640, 360), (360, 640), (3840, 2160), (7680, 4320)])
def test_films_have_sizes_that_encoders_take_and_text_in_proportion(size: tuple[int, int]) -> None:
    layout = lay_out(*size)
    width, height = layout.size
    assert width % 2 == height % 2 == 0
    assert max(width, height) < 8192
    assert 1 / 45 < layout.cap / min(layout.picture) < 1 / 30


def test_frames_with_and_without_faces_are_drawn(tmp_path: Path) -> None:
    film = Film(recorded(tmp_path, True, True, False, True), blur=False)
    pictures = [film.draw(NOISE, frame, frame / 10) for frame in range(4)]
    assert len({picture.shape for picture in pictures}) == 1
    assert not (pictures[1] == pictures[2]).all()


def test_tables_lead_to_every_sample(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", [0, 40, 100, 300], sound=True)
    pictures, tone = read_track(clip, VIDEO), read_track(clip, SOUND)
    assert pictures is not None
    assert tone is not None
    assert len(pictures.starts) == len(pictures.sizes) == len(pictures.offsets) == 4
    assert tone.codec == b"mp4a"
    # All samples together are the whole of the media data, each byte once.
    spans = sorted(
        (int(offset), int(offset + size))
        for track in (pictures, tone)
        for offset, size in zip(track.offsets, track.sizes, strict=True)
    )
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(spans))


@pytest.mark.parametrize("damage", ["cut", "text"])
def test_tables_of_damaged_files_are_not_believed(tmp_path: Path, damage: str) -> None:
    clip = write_clip(tmp_path / "a.mp4", [0, 40, 100, 300], container={"movflags": "faststart"})
    clip.write_bytes(clip.read_bytes()[:-500] if damage == "cut" else b"x" * 2000)
    assert read_track(clip, VIDEO) is None


def test_a_film_is_not_drawn_onto_another_file(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", [0, 100, 200])
    info = replace(make_info("clip.mp4", SourceKind.VIDEO), path=str(clip))
    recorder = make_recorder(tmp_path, info, block=True, source_sha256="0" * 64)
    folder = recorder.start()
    recorder(make_result(0, make_face(), media_t_s=0.0))
    recorder.stop()
    with pytest.raises(UserError, match="has changed"):
        annotate(folder)
    assert not list(folder.glob("*annotated*"))


def test_a_film_needs_its_video(tmp_path: Path) -> None:
    info = replace(make_info("gone.mp4", SourceKind.VIDEO), path=str(tmp_path / "gone.mp4"))
    recorder = make_recorder(tmp_path, info, block=True)
    folder = recorder.start()
    recorder(make_result(0, make_face(), media_t_s=0.0))
    recorder.stop()
    with pytest.raises(UserError, match=r"gone\.mp4"):
        annotate(folder)
