"""Scenes are what they claim: the same for a seed, with labels that lie on their faces."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training.detector.drawn import face_row
from training.detector.boxes import Faces, Picture, mirror, points_of, sides_of, turn_about
from training.detector.light import photographed
from training.detector.occlusion import with_things_before
from training.detector.pieces import Canvas, Edge, cut_around, seen_within, shrunk
from training.detector.scenes import MAKERS, make_scene, refined
from training.detector.stock import Stock, read_stock, write_shelf
from training.detector.teacher import FaceFinder, Labels


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """Black pictures with a face that is nothing but soft spots at its landmarks, and black backgrounds."""
    folder = tmp_path_factory.mktemp("stock")
    row = face_row(70.3, 64.8, 70)
    rows, columns = np.indices((130, 140)) + 0.5
    picture = np.zeros((130, 140, 3), np.uint8)
    for x, y in points_of(row)[0]:
        spot = 255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 18)
        picture = np.maximum(picture, spot[..., None].round().astype(np.uint8))
    write_shelf(folder, "portraits", [(picture, Labels(row, np.array([True])))])
    write_shelf(folder, "backgrounds", [(np.zeros((200, 200, 3), np.uint8), Labels.none())])
    return read_stock(folder)


def spots_beside(picture: Picture, faces: Faces) -> NDArray[np.float64]:
    """How far each landmark (of faces large enough) lies beside the light around it, in pixels."""
    light = picture.max(axis=2).astype(float)
    apart = []
    rows, columns = np.indices(light.shape) + 0.5
    for width, point in zip(faces[:, 2].repeat(5), points_of(faces).reshape(-1, 2), strict=True):
        reach = width * 0.12
        near = light * (np.hypot(columns - point[0], rows - point[1]) < reach)
        middle = np.array([(columns * near).sum(), (rows * near).sum()]) / max(near.sum(), 1)
        apart.append(np.linalg.norm(middle - point))
    return np.array(apart)


@pytest.mark.parametrize("kind", ["whole", "composed", "mosaic"])
def test_landmarks_are_carried_along_exactly(stock: Stock, kind: str) -> None:
    apart: list[float] = []
    for seed in range(12):
        picture, labels = MAKERS[kind](stock, np.random.default_rng(seed), 320)
        faces = labels.faces[labels.sure & (labels.faces[:, 2] > 40)]
        inside = [f for f in faces if (f[:2] > 0).all() and (f[:2] + f[2:4] < 320).all()]
        alone = [f for f in inside if _alone(f, labels.faces)]
        if alone:
            apart.extend(spots_beside(picture, np.array(alone)))
    assert len(apart) >= 10
    assert np.median(apart) < 0.25
    assert np.quantile(apart, 0.9) < 1.0


def _alone(face: NDArray[np.float32], others: Faces) -> bool:
    """Whether no other face lies over or under it."""
    apart = np.abs(others[:, :2] + others[:, 2:4] / 2 - face[:2] - face[2:4] / 2)
    return int((apart < (others[:, 2:4] + face[2:4]) / 2).all(axis=1).sum()) == 1


def test_the_same_seed_makes_the_same_scene_and_another_one_another(stock: Stock) -> None:
    one, labels = make_scene(stock, (3, 1))
    again, same = make_scene(stock, (3, 1))
    assert np.array_equal(one, again)
    assert np.array_equal(labels.faces, same.faces)
    assert len({make_scene(stock, (3, number))[0].tobytes() for number in range(8)}) == 8


def test_scenes_have_faces_of_all_sizes_and_some_have_none(stock: Stock) -> None:
    scenes = [MAKERS["composed"](stock, np.random.default_rng(n), 320)[1] for n in range(40)]
    scenes += [MAKERS["whole"](stock, np.random.default_rng(n), 320)[1] for n in range(40)]
    sides = np.concatenate([sides_of(labels.faces[labels.sure]) for labels in scenes])
    assert sides.min() < 20
    assert sides.max() > 200
    assert not len(MAKERS["without"](stock, np.random.default_rng(0), 320)[1].sure)


def test_a_face_that_another_piece_covers_is_not_learned() -> None:
    rng = np.random.default_rng(0)
    canvas = Canvas(np.zeros((200, 200, 3), np.uint8))
    canvas.labels = Labels(
        np.concatenate([face_row(50, 100, 40), face_row(150, 100, 40)]), np.array([True, True])
    )
    cover = np.full((100, 100, 3), 200, np.uint8)
    onto = turn_about((50, 50), (0, 100), 1.0, 0.0)
    canvas.lay(cover, Labels.none(), None, onto, edge_of(rng, 3))
    labels = canvas.finished()[1]
    assert labels.sure.tolist() == [False, True]
    canvas.lay(cover, Labels.none(), None, turn_about((50, 50), (50, 100), 1.0, 0.0), edge_of(rng, 3))
    assert len(canvas.labels.sure) == 1, "what is wholly covered is gone"


def edge_of(rng: np.random.Generator, form: int) -> Edge:
    """An edge of one form: 0 ellipse, 1 blob, 2 soft border, 3 bare border."""
    while True:
        edge = Edge(rng)
        if edge.form == form:
            return edge


@pytest.mark.parametrize(("form", "soft"), [(0, True), (1, True), (2, True), (3, False)])
def test_edges_are_soft_but_for_the_bare_border(form: int, soft: bool) -> None:
    by = turn_about((0, 0), (0, 0), 1.0, 0.0)
    box = np.array([60, 60, 80, 80], np.float32)
    mask = edge_of(np.random.default_rng(1), form).mask(by, (200, 200), (200, 200), box)
    assert mask[100, 100] == pytest.approx(1, abs=0.01)
    between = ((mask > 0.1) & (mask < 0.9)).sum()
    assert bool(between > 300) is soft


def test_faces_beyond_the_scene_go_and_those_cut_or_tiny_are_not_sure() -> None:
    rows = np.concatenate(
        [face_row(50, 50, 30), face_row(0, 50, 30), face_row(-40, 50, 30), face_row(80, 80, 5)]
    )
    labels = seen_within(Labels(rows, np.ones(4, np.bool_)), 100, 100)
    assert labels.sure.tolist() == [True, False, False][: len(labels.sure)]
    assert len(labels.sure) == 3


def test_cutting_and_shrinking_keep_the_faces_in_place() -> None:
    picture = np.zeros((300, 400, 3), np.uint8)
    rows = np.concatenate([face_row(60, 60, 30), face_row(300, 200, 40)])
    picture[int(rows[1, 5]), int(rows[1, 4])] = 255
    piece, labels, number = cut_around(picture, Labels(rows, np.ones(2, np.bool_)), 1)
    assert (len(labels.sure), number) == (1, 0)
    x, y = labels.faces[0, 4:6].astype(int)
    assert piece[y, x].max() == 255
    small, fewer = shrunk(piece, labels, 0.25)
    assert small.shape[0] == round(piece.shape[0] * 0.3)
    assert fewer.faces[0, 2] == pytest.approx(40 * 0.3, rel=0.03)


class Corrector(FaceFinder):
    """Sees every placed face 2 pixels to the right, and something else in a corner."""

    def __init__(self, placed: Faces, score: float) -> None:
        self._rows = np.concatenate(
            [placed + np.array([2, 0, 0, 0] + [2, 0] * 5, np.float32), face_row(20, 20, 15)]
        )
        self._score = score

    def find(self, _picture: Picture) -> tuple[Faces, NDArray[np.float32]]:
        return self._rows, np.full(len(self._rows), self._score, np.float32)


@pytest.mark.parametrize(("score", "shift"), [(0.9, 2.0), (0.4, 0.0)])
def test_the_teacher_places_what_it_believes_in_and_new_faces_are_doubts(score: float, shift: float) -> None:
    placed = face_row(100, 100, 50)
    labels = Labels(placed, np.array([True]))
    told = refined(np.zeros((200, 200, 3), np.uint8), labels, Corrector(placed, score))
    assert told.faces[0, 0] - placed[0, 0] == pytest.approx(shift)
    assert told.sure.tolist() == [True, False]


def test_light_moves_nothing_and_keeps_the_shape() -> None:
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[20:30, 50:60] = 255
    changed = 0
    for seed in range(60):
        seen = photographed(picture, np.random.default_rng(seed))
        assert seen.shape == picture.shape
        assert seen.dtype == np.uint8
        changed += not np.array_equal(seen, picture)
        inside, outside = seen[20:30, 50:60].mean(), seen[45:, :30].mean()
        assert inside > outside
    assert changed > 40


def test_things_before_faces_leave_the_places_and_hide_only_a_few() -> None:
    rng = np.random.default_rng(0)
    labels = Labels(face_row(100, 100, 80), np.array([True]))
    picture = np.full((200, 200, 3), 128, np.uint8)
    changed, sure = 0, 0
    for _ in range(200):
        seen, told = with_things_before(picture, labels, rng)
        assert told.faces is labels.faces
        changed += not np.array_equal(seen, picture)
        sure += bool(told.sure[0])
    assert 10 < changed < 60
    assert sure > 190
    assert (picture == 128).all()


def test_a_mirrored_stock_picture_keeps_its_labels(stock: Stock) -> None:
    shelf, number = stock.with_faces["portraits"][0]
    picture = np.ascontiguousarray(shelf.picture(number)[:, ::-1])
    faces = mirror(shelf.labels[number].faces, picture.shape[1])
    assert spots_beside(picture, faces).max() < 0.3
