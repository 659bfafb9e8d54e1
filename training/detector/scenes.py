"""Scenes to learn from: faces of all sizes in all surroundings, made by chance and the same for one seed.

A scene is a whole picture, faces laid over a picture without any, four smaller scenes side by side, or a
scene without faces. Masks have soft edges and many forms, whole pictures have no seams, and pieces without a
face are laid over pictures in the same way: a seam tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np

from training.detector.boxes import Affine, Picture, centres_of, mirror, moved, sides_of, turn_about, warp
from training.detector.light import photographed, relit
from training.detector.occlusion import with_things_before
from training.detector.pieces import SMALLEST, Canvas, Edge, cut_around, seen_within, shifted, shrunk
from training.detector.stock import Entry, Stock
from training.detector.teacher import FaceFinder, Labels, match

SIDE: Final = 320
"""Width and height of a scene in pixels, unless told otherwise."""

Scene = tuple[Picture, Labels]

_KINDS: Final = {"whole": 0.32, "composed": 0.42, "mosaic": 0.14, "without": 0.12}
_FACES_FROM: Final = {"portraits": 0.4, "wild": 0.15, "clips": 0.15, "photos": 0.12, "faces": 0.1}
"""How often a source is drawn from; any other has `_OTHERS`."""
_BACKGROUNDS_FROM: Final = {"backgrounds": 0.6, "drawings": 0.2, "clips": 0.1, "hard": 0.1}
_OTHERS: Final = 0.08
_TIGHT: Final = frozenset({"fer2013"})
"""Sources whose pictures end at the face, so that they cannot fill a scene ..."""
_TIGHT_BELOW: Final = 45.0
"""... and serve as small faces only, shorter than this many pixels."""
_TURNED: Final = 35.0
"""Largest inclination of a head that is added, in degrees."""
_LARGEST_GROWTH: Final = 3.5
"""How much a picture may be enlarged: more shows nothing but blur."""
_BELIEVED: Final = 0.6
"""Score from which the teacher's word on a face replaces where it was placed."""


def make_scene(
    stock: Stock, seed: tuple[int, ...], side: int = SIDE, teacher: FaceFinder | None = None
) -> Scene:
    """One scene (side, side, 3) with its faces; the same for the same stock and seed.

    With a teacher, boxes and landmarks are what it says of the scene before anything disturbs it, wherever
    it sees the face: a student that is measured against it learns its very way of placing them.
    """
    rng = np.random.default_rng(seed)
    picture, labels = MAKERS[_drawn(rng, _KINDS)](stock, rng, side)
    if teacher is not None and len(labels.sure):  # where no face was laid, what it sees is none
        labels = refined(picture, labels, teacher)
    picture, labels = with_things_before(picture, labels, rng)
    return photographed(picture, rng), labels


def refined(picture: Picture, labels: Labels, teacher: FaceFinder) -> Labels:
    """Labels with the teacher's boxes and landmarks where it sees the same face.

    What it sees beside them may be a face that nobody labelled: it is not sure.
    """
    faces, scores = teacher.find(picture)
    placed, sure = labels.faces.copy(), labels.sure.copy()
    partners = match(placed, faces, 0.5)
    for here, there in partners:
        if scores[there] >= _BELIEVED:
            placed[here], sure[here] = faces[there], True
    new = np.setdiff1d(np.arange(len(faces)), [there for _here, there in partners])
    together = np.concatenate([placed, faces[new]]), np.concatenate([sure, np.zeros(len(new), np.bool_)])
    return seen_within(Labels(*together), picture.shape[1], picture.shape[0])


def _drawn(rng: np.random.Generator, shares: Mapping[str, float]) -> str:
    weights = np.array(list(shares.values()))
    return list(shares)[int(rng.choice(len(weights), p=weights / weights.sum()))]


def _entry(
    rng: np.random.Generator, entries: Mapping[str, tuple[Entry, ...]], shares: Mapping[str, float]
) -> Entry:
    name = _drawn(rng, {name: shares.get(name, _OTHERS) for name in entries})
    return entries[name][int(rng.integers(len(entries[name])))]


def _face_picture(stock: Stock, rng: np.random.Generator, *, tight: bool) -> tuple[Picture, Labels, int]:
    """A picture, mirrored or not, its faces, and one of them that is sure."""
    entries = {name: found for name, found in stock.with_faces.items() if tight or name not in _TIGHT}
    shelf, number = _entry(rng, entries or stock.with_faces, _FACES_FROM)
    picture, labels = shelf.picture(number), shelf.labels[number]
    if rng.random() < 0.5:
        picture = np.ascontiguousarray(picture[:, ::-1])
        labels = Labels(mirror(labels.faces, picture.shape[1]), labels.sure)
    return picture, labels, int(rng.choice(np.flatnonzero(labels.sure)))


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(max(low, high)))))


def _inclination(rng: np.random.Generator) -> float:
    return float(rng.uniform(-_TURNED, _TURNED) if rng.random() < 0.45 else rng.normal(0, 4))


def _whole(stock: Stock, rng: np.random.Generator, side: int) -> Scene:
    """A window of a picture, or the picture as a whole with what is missing around it filled up."""
    picture, labels, number = _face_picture(stock, rng, tight=False)
    face = float(sides_of(labels.faces)[number])
    largest = min(side * 0.95, face * _LARGEST_GROWTH)
    wanted = _log_uniform(rng, max(12, face * 0.8 * side / max(picture.shape[:2])), largest)
    room = max(0.1, 0.5 - 0.4 * wanted / side)
    onto = (side * rng.uniform(0.5 - room, 0.5 + room), side * rng.uniform(0.5 - room, 0.5 + room))
    picture, labels = shrunk(picture, labels, wanted / face)
    by = _placing(labels, number, wanted, onto, rng)
    border = cv2.BORDER_REPLICATE if rng.random() < 0.7 else cv2.BORDER_CONSTANT
    seen = warp(picture, by, (side, side), border, int(rng.integers(0, 256)))
    return seen, seen_within(Labels(moved(labels.faces, by), labels.sure), side, side)


def _placing(
    labels: Labels, number: int, wanted: float, onto: tuple[float, float], rng: np.random.Generator
) -> Affine:
    """The map that brings a face, somewhat turned and sheared, to a place at the wanted size."""
    x, y = (float(value) for value in centres_of(labels.faces)[number])
    scale = wanted / float(sides_of(labels.faces)[number])
    return turn_about((x, y), onto, scale, _inclination(rng), float(rng.normal(0, 0.06)))


def _background(stock: Stock, rng: np.random.Generator, side: int) -> Picture:
    """A square window (side, side) of a picture without faces, to draw on."""
    shelf, number = _entry(rng, stock.without, _BACKGROUNDS_FROM)
    picture = shelf.picture(number)
    height, width = picture.shape[:2]
    size = max(2, int(rng.uniform(0.3, 1) * min(height, width)))
    top, left = int(rng.integers(height - size + 1)), int(rng.integers(width - size + 1))
    window = picture[top : top + size, left : left + size]
    method = cv2.INTER_AREA if size > side else cv2.INTER_LINEAR
    seen = np.asarray(cv2.resize(window, (side, side), interpolation=method), np.uint8)
    return np.ascontiguousarray(seen[:, ::-1]) if rng.random() < 0.5 else seen


def _composed(stock: Stock, rng: np.random.Generator, side: int) -> Scene:
    """Faces, and pieces that are none, laid over a picture without faces."""
    canvas = Canvas(_background(stock, rng, side))
    count = int(rng.choice([1, 1, 1, 2, 2, 3, 4, 6]))
    largest = side * (0.65 if count < 3 else 0.28)
    for _ in range(int(rng.integers(0, 3))):
        _lay_without_face(canvas, stock, rng, side)
    for _ in range(count):
        _lay_face(canvas, stock, rng, _log_uniform(rng, SMALLEST, largest))
    return canvas.finished()


def _without(stock: Stock, rng: np.random.Generator, side: int) -> Scene:
    """Pieces without faces over a picture without faces, with the same seams as all others."""
    canvas = Canvas(_background(stock, rng, side))
    for _ in range(int(rng.integers(0, 4))):
        _lay_without_face(canvas, stock, rng, side)
    return canvas.finished()


def _lay_face(canvas: Canvas, stock: Stock, rng: np.random.Generator, wanted: float) -> None:
    """Lay a face of about this size where few others are; where it covers one, that one is hidden."""
    picture, labels, number = _face_picture(stock, rng, tight=wanted < _TIGHT_BELOW)
    wanted = min(wanted, float(sides_of(labels.faces)[number]) * _LARGEST_GROWTH)
    piece, labels, number = cut_around(picture, labels, number)
    piece, labels = shrunk(piece, labels, wanted / float(sides_of(labels.faces)[number]))
    piece = relit(piece, rng) if rng.random() < 0.5 else piece
    by = _placing(labels, number, wanted, _free_place(canvas, rng, wanted), rng)
    canvas.lay(piece, labels, number, by, Edge(rng))


def _free_place(canvas: Canvas, rng: np.random.Generator, wanted: float) -> tuple[float, float]:
    """A place that no face has taken, if a few tries find one."""
    side = canvas.picture.shape[0]
    place = rng.uniform(0.04, 0.96, 2) * side
    for _ in range(8):
        others = canvas.labels.faces
        apart = np.abs(centres_of(others) - place) - (others[:, 2:4] + wanted) * 0.45
        if not len(others) or (apart.max(axis=1) > 0).all():
            break
        place = rng.uniform(0.04, 0.96, 2) * side
    return float(place[0]), float(place[1])


def _lay_without_face(canvas: Canvas, stock: Stock, rng: np.random.Generator, side: int) -> None:
    size = max(8, int(_log_uniform(rng, side * 0.06, side * 0.8)))
    piece = _background(stock, rng, size)
    place = (float(rng.uniform(0, side)), float(rng.uniform(0, side)))
    by = turn_about((size / 2, size / 2), place, 1.0, _inclination(rng))
    canvas.lay(piece, Labels.none(), None, by, Edge(rng))


def _mosaic(stock: Stock, rng: np.random.Generator, side: int) -> Scene:
    """Four scenes side by side, each with its own size."""
    picture = np.empty((side, side, 3), np.uint8)
    labels = Labels.none()
    middle = [int(value) for value in rng.uniform(0.3, 0.7, 2) * side]
    kinds = {name: share for name, share in _KINDS.items() if name != "mosaic"}
    for left, right in ((0, middle[0]), (middle[0], side)):
        for top, bottom in ((0, middle[1]), (middle[1], side)):
            width, height = right - left, bottom - top
            tile, known = MAKERS[_drawn(rng, kinds)](stock, rng, max(width, height))
            picture[top:bottom, left:right] = tile[:height, :width]
            known = shifted(seen_within(known, width, height), left, top)
            labels = Labels(
                np.concatenate([labels.faces, known.faces]), np.concatenate([labels.sure, known.sure])
            )
    return picture, labels


MAKERS: Final[Mapping[str, Callable[[Stock, np.random.Generator, int], Scene]]] = {
    "whole": _whole,
    "composed": _composed,
    "mosaic": _mosaic,
    "without": _without,
}
"""How each kind of scene is made."""
