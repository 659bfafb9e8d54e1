"""The right pictures are chosen, the right questions asked, and failures listed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training.made_data import made_examples
from training.data.examples import Truth
from training.errors import DataError, RunError
from training.explain.failing import failing
from training.explain.questions import choose_rows, pick, questions_about, read_photos

LABELS = ("cat", "dog")
ANSWERS = np.array([0, 0, 0, 1, 1, -1], np.int64)
LOGITS = np.array([[3, 0], [0, 1], [0, 4], [0, 2], [0, 3], [5, 0]], np.float32)
TRUTH = Truth.of_answers(LABELS, ANSWERS)


def test_failures_are_listed_with_the_most_confident_error_first() -> None:
    first, second = failing(LOGITS, TRUTH, [f"row {row}" for row in range(6)])
    assert (first.row, first.name, first.truth, first.answer) == (2, "row 2", "cat", "dog")
    assert first.probability == pytest.approx(1 / (1 + np.exp(-4)))
    assert first.truth_probability == pytest.approx(1 / (1 + np.exp(4)))
    assert second.row == 1


def test_every_class_gives_a_right_and_a_wrong_picture_where_there_are_both() -> None:
    chosen = choose_rows(LOGITS, TRUTH, each=2).tolist()
    assert chosen[:2] == [0, 2]
    assert sorted(chosen[2:]) == [3, 4]
    assert len(choose_rows(LOGITS, TRUTH, each=9)) == 5


def test_a_wrong_answer_is_asked_about_twice() -> None:
    questions = questions_about(LOGITS, TRUTH, ["p"] * 6)
    asked = [(question.row, LABELS[question.wanted], question.right) for question in questions]
    assert asked[:3] == [(0, "cat", True), (1, "dog", False), (1, "cat", False)]
    assert asked[-1] == (5, "cat", None)
    assert questions[1].words.splitlines() == ["for dog, 73%", "its answer", "is cat", "p"]
    assert questions[2].answer == "dog"


def test_a_named_class_is_asked_about_everywhere() -> None:
    questions = questions_about(LOGITS, TRUTH, ["p"] * 6, "dog")
    assert [question.wanted for question in questions] == [1] * 6
    with pytest.raises(RunError, match="no class 'bird'"):
        questions_about(LOGITS, TRUTH, ["p"] * 6, "bird")


def test_rows_are_picked_in_order_and_missing_ones_named() -> None:
    images = np.arange(6, dtype=np.uint8)[:, None, None].repeat(8, 1).repeat(8, 2)
    examples = made_examples(images, ANSWERS.tolist(), LABELS)
    assert pick(examples, [4, 1]).images[:, 0, 0].tolist() == [4, 1]
    with pytest.raises(RunError, match="no picture 6; the part has rows 0 to 5"):
        pick(examples, [6])


def test_photos_become_grey_squares_from_their_middle(tmp_path: Path) -> None:
    wide = np.zeros((40, 80, 3), np.uint8)
    wide[:, 20:60] = 200
    cv2.imwrite(str(tmp_path / "wide.png"), wide)
    photos = read_photos([tmp_path / "wide.png"], 10, {"x": LABELS})
    assert photos.images.shape == (1, 10, 10)
    assert photos.images.min() == 200
    assert photos.main.answers.tolist() == [-1]
    assert photos.names[0] == f"{tmp_path.name}/wide.png"


def test_a_tiny_or_damaged_photo_gets_a_sentence(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "tiny.png"), np.zeros((4, 30), np.uint8))
    with pytest.raises(DataError, match=r"tiny\.png: has only 30x4 pixels"):
        read_photos([tmp_path / "tiny.png"], 10, {"x": LABELS})
    (tmp_path / "torn.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"torn\.png: is damaged"):
        read_photos([tmp_path / "torn.png"], 10, {"x": LABELS})
