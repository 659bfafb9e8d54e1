"""Averaged faces: aligned by their eyes, each picture counted once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.composites import CANVAS, EYES, asymmetry, eyes_to_place, read_faces, without_copies
from training.errors import DataError

FRONTAL = np.array([[40, 60], [80, 60], [60, 84], [46, 102], [74, 102]], np.float32)


def test_eyes_come_to_the_same_place_however_a_face_is_turned() -> None:
    angle = np.radians(20)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = np.asarray(1.7 * FRONTAL @ turn.T + 31, np.float32)
    assert np.allclose(eyes_to_place(turned)[:2], EYES, atol=1e-3)
    assert np.allclose(eyes_to_place(turned), eyes_to_place(FRONTAL), atol=1e-2)


def test_a_face_that_looks_aside_is_less_symmetric() -> None:
    aside = FRONTAL + np.array([[0, 0], [0, 0], [8, 0], [6, 0], [6, 0]], np.float32)
    assert asymmetry(eyes_to_place(FRONTAL)) == pytest.approx(0, abs=1e-3)
    assert asymmetry(eyes_to_place(aside)) > 10


def test_a_picture_that_comes_twice_counts_once() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, *CANVAS[::-1])).astype(np.float32)
    kept = without_copies([one, other, np.asarray(1.1 * one + 0.2, np.float32)], np.array([7, 5, 9]))
    assert kept.tolist() == [7, 5]


def test_what_is_not_a_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not looked at", encoding="utf-8")
    (tmp_path / "face.png").write_text("hello", encoding="utf-8")
    with pytest.raises(DataError, match=r"face\.png: is damaged or not a picture"):
        list(read_faces(tmp_path))
