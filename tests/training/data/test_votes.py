"""The crowd's votes become answers and targets as FERPlus' authors made them."""

from __future__ import annotations

import numpy as np

from training.data.votes import Votes


def votes(labels: list[float], rejected: list[float]) -> Votes:
    return Votes(np.array([labels], np.float32), np.array([rejected], np.float32))


def test_a_single_dissenting_vote_is_dropped() -> None:
    face = votes([1, 0, 0, 9, 0, 0, 0, 0], [0, 0])
    assert face.shares()[0].tolist() == [0, 0, 0, 1, 0, 0, 0, 0]


def test_a_divided_crowd_teaches_its_shares_but_has_no_majority() -> None:
    face = votes([5, 0, 0, 0, 5, 0, 0, 0], [0, 0])
    assert face.shares()[0, [0, 4]].tolist() == [0.5, 0.5]
    assert face.majority()[0] == -1


def test_a_majority_needs_more_than_half() -> None:
    assert votes([6, 0, 0, 0, 4, 0, 0, 0], [0, 0]).majority()[0] == 0
    assert votes([5, 0, 0, 0, 3, 0, 0, 0], [2, 0]).majority()[0] == -1


def test_what_the_crowd_calls_no_face_teaches_nothing() -> None:
    face = votes([0, 0, 0, 4, 0, 0, 0, 0], [0, 6])
    assert face.shares().sum() == 0
    assert face.majority()[0] == -1


def test_half_of_the_votes_for_unknown_teach_nothing() -> None:
    assert votes([0, 0, 0, 5, 0, 0, 0, 0], [5, 0]).shares().sum() == 0
    assert votes([0, 0, 0, 6, 0, 0, 0, 0], [4, 0]).shares()[0, 3] == 1


def test_targets_are_not_smoothed_further() -> None:
    assert votes([0, 0, 0, 6, 0, 0, 0, 0], [4, 0]).truth().votes
