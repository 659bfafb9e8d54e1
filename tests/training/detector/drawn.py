"""Drawn faces whose box and landmarks are known, and a stock made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from training.detector.boxes import Faces, Picture
from training.detector.drawings import draw_without_face
from training.detector.stock import Stock, read_stock, write_shelf
from training.detector.teacher import Labels


def face_row(x: float, y: float, width: float) -> Faces:
    """A face (1, 14) around a middle, as everybody's head is made."""
    height = 1.3 * width
    points = [(-0.2, -0.12), (0.2, -0.12), (0.0, 0.08), (-0.16, 0.25), (0.16, 0.25)]
    placed = [(x + across * width, y + down * height) for across, down in points]
    return np.array([[x - width / 2, y - height / 2, width, height, *np.ravel(placed)]], np.float32)


def draw_face(picture: Picture, row: Faces, tone: int = 190) -> None:
    """Skin, two eyes, a nose and a mouth, in place."""
    left, top, width, height = (float(value) for value in row[0, :4])
    points = row[0, 4:].reshape(5, 2).astype(int)
    middle = (int(left + width / 2), int(top + height / 2))
    axes = (int(width / 2), int(height / 2))
    cv2.ellipse(picture, middle, axes, 0, 0, 360, (tone - 60, tone - 25, tone), -1, cv2.LINE_AA)
    for x, y in points[:2]:
        cv2.circle(picture, (int(x), int(y)), max(1, int(width * 0.08)), (20, 20, 20), -1, cv2.LINE_AA)
    cv2.circle(picture, (int(points[2, 0]), int(points[2, 1])), max(1, int(width * 0.05)), (90, 110, 150), -1)
    mouth = [(int(x), int(y)) for x, y in points[3:]]
    cv2.line(picture, mouth[0], mouth[1], (40, 40, 160), max(1, int(width * 0.07)), cv2.LINE_AA)


def drawn_face(number: int, side: int = 120) -> tuple[Picture, Labels]:
    """A picture (side, side, 3) with one face."""
    rng = np.random.default_rng(number)
    picture = np.full((side, side, 3), rng.integers(0, 256, 3), np.uint8)
    row = face_row(side * rng.uniform(0.45, 0.55), side * rng.uniform(0.45, 0.55), side * 0.55)
    draw_face(picture, row, int(rng.integers(150, 230)))
    return picture, Labels(row, np.array([True]))


def make_stock(folder: Path, faces: int = 12, names: Sequence[str] = ("portraits",)) -> Stock:
    """A stock of drawn faces and of drawings without any, as `detector faces` leaves it."""
    for name in names:
        write_shelf(folder, name, (drawn_face(number) for number in range(faces)))
    drawings = (draw_without_face(np.random.default_rng(number), 200) for number in range(6))
    write_shelf(folder, "drawings", ((picture, Labels.none()) for picture in drawings))
    return read_stock(folder)
