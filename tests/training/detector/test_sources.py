"""Which pictures are learned from, which are kept for measuring, and what becomes of each source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training.detector.drawn import drawn_face
from training.detector.boxes import Picture
from training.detector.drawings import draw_without_face
from training.detector.faces import make_shelf
from training.detector.sources import (
    Source,
    Wanted,
    backgrounds_in,
    fitted_into,
    frames_of,
    kept_for_measuring,
    learned_from,
    sources_in,
    unseen_without_faces,
)
from training.detector.stock import read_shelf
from training.detector.teacher import FaceFinder, Labels
from training.errors import DataError


class BrightEyes(FaceFinder):
    """Takes the brightness of the first pixel for what it sees: above 200 a face, above 100 a doubt."""

    def __init__(self) -> None:
        self.looks = 0

    def label(self, picture: Picture, side: int, margin: float = 0.0) -> Labels:  # noqa: ARG002
        self.looks += 1
        _picture, labels = drawn_face(0)
        light = int(picture[0, 0, 0])
        return Labels(labels.faces, np.array([light > 200])) if light > 100 else Labels.none()

    def sees_nothing(self, picture: Picture) -> bool:
        return int(picture[0, 0, 0]) <= 100


def watch(pictures: Iterable[Picture], _name: str) -> Iterable[Picture]:
    return pictures


def shades() -> Iterator[Picture]:
    for light in (0, 150, 250):
        yield np.full((40, 40, 3), light, np.uint8)


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (Wanted.FACES, [250]),
        (Wanted.NO_FACES, [0]),
        (Wanted.EITHER, [0, 250]),
        (Wanted.ALL, [0, 150, 250]),
    ],
)
def test_each_source_keeps_the_pictures_that_it_is_wanted_for(
    tmp_path: Path, wanted: Wanted, kept: list[int]
) -> None:
    made = make_shelf(Source("test", shades, wanted=wanted), BrightEyes(), tmp_path, watch)
    shelf = read_shelf(tmp_path, "test")
    assert [int(shelf.picture(number)[0, 0, 0]) for number in range(len(shelf))] == kept
    assert (made.seen, made.pictures) == (3, len(kept))


def test_a_finished_source_is_not_looked_at_again(tmp_path: Path) -> None:
    teacher, source = BrightEyes(), Source("test", shades)
    make_shelf(source, teacher, tmp_path, watch)
    again = make_shelf(source, teacher, tmp_path, watch)
    assert teacher.looks == 3
    assert (again.seen, again.faces) == (None, 1)


def test_every_second_name_is_kept_for_measuring() -> None:
    paths = [Path(name) for name in ("b.mp4", "a.mp4", "C.mp4", "d.mp4", "e.mp4")]
    assert [path.name for path in learned_from(paths)] == ["C.mp4", "b.mp4", "e.mp4"]
    assert [path.name for path in kept_for_measuring(paths)] == ["a.mp4", "d.mp4"]


def test_what_is_missing_is_told_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "portraits").mkdir()
    sources, lacks = sources_in(tmp_path, None)
    assert [source.name for source in sources] == ["drawings", "portraits"]
    assert any("wild: is missing" in lack for lack in lacks)
    assert any("--backgrounds" in lack for lack in lacks)


def test_backgrounds_are_found_in_sub_folders(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "deep" / "er" / "sky.png"), np.zeros((1000, 1800, 3), np.uint8))
    sources, _lacks = sources_in(tmp_path, tmp_path)
    (backgrounds,) = [source for source in sources if source.name == "backgrounds"]
    assert [picture.shape for picture in backgrounds.read()] == [(500, 900, 3)]


def test_every_fifth_background_is_kept_for_measuring(tmp_path: Path) -> None:
    for number in range(11):
        (tmp_path / f"{number:02d}.png").touch()
    learned, kept = (backgrounds_in(tmp_path, kept=kept) for kept in (False, True))
    assert [path.stem for path in kept] == ["04", "09"]
    assert not set(learned) & set(kept)
    assert len(learned) == 9


def test_drawings_to_measure_on_are_others_than_those_to_learn_from(tmp_path: Path) -> None:
    (learned, *_rest), _lacks = sources_in(tmp_path, None)
    seen = {picture.tobytes() for picture in islice(learned.read(), 5)}
    assert not seen & {picture.tobytes() for picture in islice(unseen_without_faces(None), 5)}


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_backgrounds_without_pictures_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="photographs without faces"):
        sources_in(tmp_path, tmp_path / name)


def test_a_clip_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("not a clip")
    with pytest.raises(DataError, match=r"text\.mp4: is damaged or not a clip"):
        list(frames_of(path))


def test_large_pictures_are_reduced_and_small_ones_left_alone() -> None:
    assert fitted_into(np.zeros((100, 400, 3), np.uint8), 200).shape == (50, 200, 3)
    assert fitted_into(np.zeros((100, 400, 3), np.uint8), 500).shape == (100, 400, 3)


def test_drawings_differ_and_come_back_by_their_seed() -> None:
    drawn = [draw_without_face(np.random.default_rng(seed), 96) for seed in (*range(30), 0)]
    assert np.array_equal(drawn[0], drawn[-1])
    assert len({picture.tobytes() for picture in drawn}) == 30


def test_the_development_data_have_all_sources(shared_data: Path) -> None:
    sources, lacks = sources_in(shared_data, None)
    assert len(lacks) == 1
    for source in sources:
        assert next(iter(source.read())).shape[2] == 3, source.name
