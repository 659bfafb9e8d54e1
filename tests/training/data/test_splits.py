"""Folds are fair: classes evenly, no copy of a picture on both sides."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

from tests.training.made_data import made_examples
from training.data.examples import Examples, seen_in
from training.data.splits import hold_out, stratified_folds
from training.errors import DataError

LABELS = ("few", "some", "many")
COUNTS = (20, 60, 120)


def examples(copies: int) -> Examples:
    """200 pictures; `copies` of each class are copies of others of it, next to each other."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (sum(COUNTS), 8, 8), np.uint8)
    answers = np.repeat([0, 1, 2], COUNTS)
    for answer in range(3):
        rows = np.flatnonzero(answers == answer)[: 2 * copies]
        images[rows[1::2]] = images[rows[::2]]
    return made_examples(images, answers.tolist(), LABELS)


@pytest.mark.parametrize("copies", [0, 8])
def test_every_row_is_tested_once_and_no_copy_is_on_both_sides(copies: int) -> None:
    data = examples(copies)
    folds = stratified_folds(data, 5, seed=1)
    assert sorted(np.concatenate([test for _, test in folds]).tolist()) == list(range(200))
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(200))
        assert not seen_in(data.select(test), data.select(train)).any()


def test_without_copies_class_counts_are_those_of_scikit_learn() -> None:
    data = examples(0)
    ours = [np.bincount(data.main.answers[test]).tolist() for _, test in stratified_folds(data, 5, seed=1)]
    theirs = StratifiedKFold(5).split(np.zeros(200), data.main.answers)
    assert ours == [np.bincount(data.main.answers[test]).tolist() for _, test in theirs]


def test_with_copies_class_counts_differ_by_a_copy_at_most() -> None:
    data = examples(8)
    for _, test in stratified_folds(data, 5, seed=1):
        assert np.all(np.abs(np.bincount(data.main.answers[test]) - np.array(COUNTS) / 5) <= 2)


def test_folds_depend_on_the_seed_alone() -> None:
    first, again, other = (stratified_folds(examples(4), 4, seed)[0][1] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_copies_with_different_labels_stay_together() -> None:
    data = examples(0)
    data.images[150] = data.images[3]
    for train, test in stratified_folds(data, 3, seed=0):
        assert {3, 150} <= set(train.tolist()) or {3, 150} <= set(test.tolist())


def test_pictures_without_a_label_are_divided_too() -> None:
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    data = made_examples(images, [-1, 0] * 20, LABELS)
    for _, test in stratified_folds(data, 4, seed=0):
        assert np.bincount(data.main.answers[test] + 1).tolist() == [5, 5]


def test_a_class_with_too_few_pictures_is_named() -> None:
    with pytest.raises(DataError, match="Class 'few' has 20 different pictures, too few for 21 folds"):
        stratified_folds(examples(0), 21, seed=0)
    with pytest.raises(DataError, match="Class 'few' has 12 different pictures"):
        stratified_folds(examples(8), 13, seed=0)
    with pytest.raises(DataError, match="at least 2 folds"):
        stratified_folds(examples(0), 1, seed=0)


@pytest.mark.parametrize("copies", [0, 8])
def test_the_share_held_out_is_that_of_each_class(copies: int) -> None:
    data = examples(copies)
    inside, outside = hold_out(data, 0.25, seed=1)
    assert sorted([*inside, *outside]) == list(range(200))
    assert np.all(np.abs(np.bincount(data.main.answers[outside]) - [5, 15, 30]) <= (1 if copies else 0))
    assert not seen_in(data.select(outside), data.select(inside)).any()


def test_even_a_small_class_is_on_both_sides() -> None:
    images = np.random.default_rng(0).integers(0, 256, (23, 8, 8), np.uint8)
    images[1] = images[0]
    data = made_examples(images, [0, 0, 0, *[1] * 20], LABELS)
    for share in (0.01, 0.99):
        for rows in hold_out(data, share, seed=0):
            assert set(data.main.answers[rows].tolist()) == {0, 1}


def test_a_class_of_one_picture_is_trained_on() -> None:
    images = np.random.default_rng(0).integers(0, 256, (21, 8, 8), np.uint8)
    inside, _outside = hold_out(made_examples(images, [0, *[1] * 20], LABELS), 0.5, seed=0)
    assert 0 in inside


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(DataError, match="between 0 and 1"):
        hold_out(examples(0), 1.0, seed=0)
