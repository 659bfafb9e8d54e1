"""Pictures without labels: read from folders, and refused with a sentence where they cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training.made_data import made_faces
from training.data.examples import joined
from training.data.pictures import write_picture
from training.data.unlabelled import read_unlabelled
from training.errors import DataError


def test_pictures_of_all_folders_come_with_targets_that_teach_nothing(tmp_path: Path) -> None:
    labelled = made_faces(7)
    grey = np.full((96, 96), 77, np.uint8)
    write_picture(tmp_path / "a" / "one.png", labelled.images[0])
    write_picture(tmp_path / "a" / "deep" / "er" / "two.png", grey)
    write_picture(tmp_path / "b" / "three.png", grey)
    (tmp_path / "a" / "faces.csv").write_text("face,photo\n", encoding="utf-8")
    found = read_unlabelled([tmp_path / "a", tmp_path / "b"], labelled)
    assert found.images.shape == (3, labelled.side, labelled.side)
    assert np.array_equal(found.images[0], labelled.images[0])
    assert np.all(found.images[1:] == 77)
    assert found.heads == labelled.heads
    for truth in found.truths.values():
        assert np.all(truth.answers == -1)
        assert not truth.targets.any()
    both = joined(labelled, found)
    assert len(both) == 10
    assert both.main.counts() == labelled.main.counts()


def test_no_folder_is_no_picture() -> None:
    labelled = made_faces(7)
    assert len(joined(labelled, read_unlabelled([], labelled))) == 7


def test_what_cannot_be_learned_from_is_named(tmp_path: Path) -> None:
    labelled = made_faces(7)
    with pytest.raises(DataError, match="missing: cannot be read"):
        read_unlabelled([tmp_path / "missing"], labelled)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty: has no pictures"):
        read_unlabelled([tmp_path / "empty"], labelled)
    write_picture(tmp_path / "wide" / "photo.png", np.zeros((48, 64), np.uint8))
    with pytest.raises(DataError, match=r"photo\.png: is 64 x 48 pixels, not square"):
        read_unlabelled([tmp_path / "wide"], labelled)
