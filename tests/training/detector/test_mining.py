"""What a detector takes for faces becomes something to learn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.training.detector.drawn import face_row, make_stock
from training.detector.boxes import Faces, Picture, no_faces
from training.detector.mining import HARD, hard_windows
from training.detector.scenes import MAKERS
from training.detector.stock import read_stock, write_shelf
from training.detector.teacher import FaceFinder


class SeesOnlyInLarge(FaceFinder):
    """Takes one place of every picture of full size for a face, and one too small to keep."""

    def __init__(self) -> None:
        self.looks = 0

    def find(self, picture: Picture) -> tuple[Faces, NDArray[np.float32]]:
        self.looks += 1
        if picture.shape[0] < 200:
            return no_faces(), np.empty(0, np.float32)
        rows = np.concatenate([face_row(100, 90, 30), face_row(2, 2, 6)])
        return rows, np.full(2, 0.9, np.float32)


def test_windows_around_false_faces_are_added_to_the_stock(tmp_path: Path) -> None:
    stock, finder = make_stock(tmp_path), SeesOnlyInLarge()
    assert write_shelf(tmp_path, HARD, hard_windows(stock, finder, list)) == 6
    assert finder.looks == 12, "each picture at two sizes"
    mined = read_stock(tmp_path)
    shelf, number = mined.without[HARD][0]
    reach = 1.5 * 1.3 * 30
    original = stock.without["drawings"][0][0].picture(0)
    window = original[int(90 - reach) : int(90 + reach), int(100 - reach) : int(100 + reach)]
    assert np.array_equal(shelf.picture(number), window)
    picture, labels = MAKERS["without"](mined, np.random.default_rng(0), 96)
    assert picture.shape == (96, 96, 3)
    assert not len(labels.sure)


def test_mining_twice_does_not_mine_what_was_mined(tmp_path: Path) -> None:
    write_shelf(tmp_path, HARD, hard_windows(make_stock(tmp_path), SeesOnlyInLarge(), list))
    again = SeesOnlyInLarge()
    assert len(list(hard_windows(read_stock(tmp_path), again, list))) == 6
    assert again.looks == 12
