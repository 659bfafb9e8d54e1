"""Counts tell FER2013's official parts from changed copies of them."""

from __future__ import annotations

import numpy as np
import pytest

from fer_desktop.emotions import FER2013_LABELS
from tests.training.made_data import made_examples
from training.data.counts import BOTH_TESTS, OFFICIAL, check_counts, shared_pictures
from training.data.examples import DataSet, Examples, Truth


def with_counts(counts: tuple[int, ...]) -> Examples:
    answers = np.repeat(np.arange(7), counts)
    images = np.zeros((len(answers), 1, 1), np.uint8)
    return Examples(
        images, {"fer2013": Truth.of_answers(FER2013_LABELS, answers)}, np.array([""] * len(answers))
    )


def test_the_official_counts_have_the_published_sums() -> None:
    assert [sum(counts) for counts in OFFICIAL.values()] == [28_709, 3_589, 3_589]


@pytest.mark.parametrize("part", list(OFFICIAL))
def test_an_official_part_is_known(part: str) -> None:
    assert check_counts(DataSet("x", {part: with_counts(OFFICIAL[part])})) == [
        f"{part}: exactly the official counts of FER2013's {part}."
    ]


def test_both_tests_in_one_folder_are_known() -> None:
    (line,) = check_counts(DataSet("x", {"PublicTest": with_counts(BOTH_TESTS)}))
    assert line == "PublicTest: exactly the official counts of FER2013's PublicTest and PrivateTest together."


def test_a_changed_part_is_told_with_its_differences() -> None:
    counts = (468, 56, 496, 890, 653, 415, 607)
    (line,) = check_counts(DataSet("x", {"PublicTest": with_counts(counts)}))
    assert "anger 468 (+1), happiness 890 (-5); in all -4" in line
    assert "neutral" not in line


def test_swapped_tests_are_noticed() -> None:
    (line,) = check_counts(DataSet("x", {"PublicTest": with_counts(OFFICIAL["PrivateTest"])}))
    assert "differs from the official counts" in line


def test_other_data_is_not_taken_for_a_changed_copy() -> None:
    (line,) = check_counts(DataSet("x", {"Training": with_counts((9,) * 7)}))
    assert line == "Training: 63 pictures are not FER2013's Training, which has 28,709."
    plain = made_examples(np.zeros((2, 1, 1), np.uint8), [0, 1], ("cat", "dog"))
    assert check_counts(DataSet("x", {"Training": plain})) == []


def test_pictures_in_two_parts_are_counted() -> None:
    images = np.arange(6, dtype=np.uint8).reshape(6, 1, 1)
    first, second = (made_examples(images[rows], [0, 1, 0], ("a", "b")) for rows in ([0, 1, 2], [2, 1, 5]))
    assert shared_pictures(DataSet("x", {"Training": first, "PublicTest": second})) == [
        ("PublicTest", "Training", 2)
    ]
