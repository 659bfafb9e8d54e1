"""The stock comes back as it was put in, and says what it lacks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training.detector.drawn import drawn_face, make_stock
from training.detector.stock import read_shelf, read_stock, shelf_exists, write_shelf
from training.detector.teacher import Labels
from training.errors import DataError


def test_pictures_and_faces_come_back_as_they_were(tmp_path: Path) -> None:
    empty = np.full((7, 5, 3), 9, np.uint8)
    pictures = [drawn_face(1), (empty, Labels.none()), drawn_face(2, side=80)]
    assert write_shelf(tmp_path, "portraits", pictures) == 3
    shelf = read_shelf(tmp_path, "portraits")
    for number, (picture, labels) in enumerate(pictures):
        assert np.array_equal(shelf.picture(number), picture)
        assert np.array_equal(shelf.labels[number].faces, labels.faces)
        assert np.array_equal(shelf.labels[number].sure, labels.sure)


def test_a_source_that_was_cut_off_does_not_count(tmp_path: Path) -> None:
    def broken() -> object:
        yield drawn_face(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_shelf(tmp_path, "portraits", broken())  # type: ignore[arg-type]
    assert not shelf_exists(tmp_path, "portraits")


def test_an_empty_source_is_none_to_draw_from(tmp_path: Path) -> None:
    write_shelf(tmp_path, "wild", [])
    stock = make_stock(tmp_path)
    assert set(stock.with_faces) == {"portraits"}
    assert set(stock.without) == {"drawings"}


def test_a_stock_without_faces_or_without_backgrounds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no faces; make them"):
        read_stock(tmp_path)
    write_shelf(tmp_path, "portraits", [drawn_face(1)])
    with pytest.raises(DataError, match="no pictures without faces"):
        read_stock(tmp_path)


def test_torn_pixels_are_noticed(tmp_path: Path) -> None:
    make_stock(tmp_path)
    path = tmp_path / "portraits.pixels"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match="does not belong to its pixels"):
        read_stock(tmp_path)
    (tmp_path / "drawings.npz").write_bytes(b"no archive")
    with pytest.raises(DataError, match=r"drawings\.npz: is missing or damaged"):
        read_stock(tmp_path)
