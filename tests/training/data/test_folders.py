"""Folders of classes are read with the labels that their names mean."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from tests.training.made_data import write_classes
from training.data.folders import load_folders
from training.errors import DataError

KAGGLE = {"angry": 1, "disgust": 1, "fear": 1, "happy": 2, "neutral": 1, "sad": 1, "surprise": 1}


def test_kaggles_folders_are_two_parts_with_fer2013s_labels(tmp_path: Path) -> None:
    write_classes(tmp_path / "train", KAGGLE)
    write_classes(tmp_path / "test", {"happy": 3, "sad": 1})
    data = load_folders(tmp_path, 48)
    assert list(data.parts) == ["Training", "PublicTest"]
    assert data.part("Training").heads == {"fer2013": FER2013_LABELS}
    assert data.part("Training").main.counts()["happiness"] == 2
    assert data.part("PublicTest").main.answers.tolist() == [3, 3, 3, 4]
    assert data.part("PublicTest").names[0] == "happy/000.png"


def test_contempt_makes_the_labels_ferplus(tmp_path: Path) -> None:
    data = load_folders(write_classes(tmp_path, {"contempt": 1, "Happy": 1}), 48)
    assert data.part("all").heads == {"ferplus": FERPLUS_LABELS}
    assert data.part("all").main.answers.tolist() == [3, 7]
    assert not data.part("all").main.votes


def test_other_classes_keep_their_names(tmp_path: Path) -> None:
    data = load_folders(write_classes(tmp_path, {"happy": 1, "cat": 2}), 48)
    assert data.part("all").heads == {"classes": ("cat", "happy")}
    assert data.part("all").main.answers.tolist() == [0, 0, 1]


def test_beside_a_validation_folder_the_test_folder_is_not_chosen_by(tmp_path: Path) -> None:
    for number, part in enumerate(("Train", "validation", "TEST"), 1):
        write_classes(tmp_path / part, {"cat": number, "dog": number})
    sizes = {name: len(part) for name, part in load_folders(tmp_path, 48).parts.items()}
    assert sizes == {"Training": 2, "PublicTest": 4, "PrivateTest": 6}


def test_two_folders_for_one_part_are_refused(tmp_path: Path) -> None:
    for part in ("train", "training"):
        write_classes(tmp_path / part, {"cat": 1, "dog": 1})
    with pytest.raises(DataError, match="are the same part"):
        load_folders(tmp_path, 48)


def test_pictures_are_grey_and_averaged_down(tmp_path: Path) -> None:
    write_classes(tmp_path, {"cat": 1, "dog": 1})
    checked = np.kron(np.tile([[0, 200], [200, 0]], (24, 24)), np.ones((1, 1))).astype(np.uint8)
    large = np.dstack([np.kron(checked, np.ones((2, 2), np.uint8))] * 3)
    cv2.imwrite(str(tmp_path / "cat" / "000.png"), large)
    images = load_folders(tmp_path, 48).part("all").images
    assert images.shape == (2, 48, 48)
    assert images.dtype == np.uint8
    assert np.array_equal(images[0], checked)
    assert np.all(load_folders(tmp_path, 24).part("all").images[0] == 100)


@pytest.mark.parametrize("suffix", ["jpg", "JPEG", "bmp", "webp"])
def test_usual_formats_are_read_and_other_files_left_alone(tmp_path: Path, suffix: str) -> None:
    write_classes(tmp_path, {"cat": 1, "dog": 1})
    cv2.imwrite(str(tmp_path / "cat" / f"001.{suffix}"), np.full((48, 48), 77, np.uint8))
    (tmp_path / "cat" / "Thumbs.db").write_bytes(b"not a picture")
    (tmp_path / ".git").mkdir()
    images = load_folders(tmp_path, 48).part("all").images
    assert len(images) == 3
    assert abs(int(images[1].mean()) - 77) <= 1


def test_an_empty_class_is_named(tmp_path: Path) -> None:
    write_classes(tmp_path, {"cat": 1, "dog": 0})
    with pytest.raises(DataError, match=r"dog: has no pictures"):
        load_folders(tmp_path, 48)


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    write_classes(tmp_path, {"cat": 1, "dog": 1})
    whole = (tmp_path / "dog" / "000.png").read_bytes()
    (tmp_path / "dog" / "000.png").write_bytes(whole[:20])
    with pytest.raises(DataError, match=r"000\.png: is damaged or not a picture"):
        load_folders(tmp_path, 48)
    (tmp_path / "dog" / "000.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"000\.png: is damaged or not a picture"):
        load_folders(tmp_path, 48)


def test_a_picture_that_is_not_square_is_refused(tmp_path: Path) -> None:
    write_classes(tmp_path, {"cat": 1, "dog": 1})
    cv2.imwrite(str(tmp_path / "cat" / "000.png"), np.zeros((48, 47), np.uint8))
    with pytest.raises(DataError, match=r"000\.png: is 47 x 48 pixels, not square.*training photos"):
        load_folders(tmp_path, 48)


def test_one_class_is_not_enough(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no class folder"):
        load_folders(tmp_path, 48)
    write_classes(tmp_path, {"cat": 1})
    with pytest.raises(DataError, match="has 1 class folder"):
        load_folders(tmp_path, 48)


def test_two_names_of_one_expression_are_one_class(tmp_path: Path) -> None:
    write_classes(tmp_path, {"happy": 1, "joy": 1})
    with pytest.raises(DataError, match="at least two"):
        load_folders(tmp_path, 48)


def test_a_class_that_only_the_test_has_is_named(tmp_path: Path) -> None:
    write_classes(tmp_path / "train", {"cat": 1, "dog": 1})
    write_classes(tmp_path / "test", {"cat": 1, "bird": 1})
    with pytest.raises(DataError, match=r"bird: .*train has no class of that name"):
        load_folders(tmp_path, 48)
