"""Pictures and what is known of them stay together."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.made_data import made_faces
from training.data.examples import DataSet, Truth, seen_in
from training.errors import DataError


def test_an_unknown_answer_teaches_nothing() -> None:
    truth = Truth.of_answers(("a", "b"), np.array([1, -1, 0]))
    assert truth.targets.tolist() == [[0, 1], [0, 0], [1, 0]]
    assert truth.counts() == {"a": 1, "b": 1}


def test_a_selection_keeps_rows_together() -> None:
    chosen = made_faces(14).select(np.array([9, 3]))
    assert chosen.names.tolist() == ["row 9", "row 3"]
    assert chosen.truths["fer2013"].answers.tolist() == chosen.main.answers.tolist() == [2, 3]
    assert chosen.main.votes


def test_heads_can_be_chosen_and_ordered() -> None:
    faces = made_faces(7)
    assert list(faces.with_heads(["fer2013", "ferplus"]).heads) == ["fer2013", "ferplus"]
    with pytest.raises(DataError, match="no labels 'digits'; it has ferplus, fer2013"):
        faces.with_heads(["digits"])


def test_a_missing_part_is_named() -> None:
    with pytest.raises(DataError, match="x: has no part 'PrivateTest'; it has Training"):
        DataSet("x", {"Training": made_faces(7)}).part("PrivateTest")


def test_copies_of_training_pictures_are_found() -> None:
    faces = made_faces(6)
    assert np.flatnonzero(seen_in(faces, faces.select(np.array([1, 4])))).tolist() == [1, 4]
