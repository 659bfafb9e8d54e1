"""FER2013 and FERPlus are read as published, and a wrong file is named with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fer_desktop.emotions import EMOTIONS
from tests.training.made_data import made_faces, write_ferplus, write_kaggle
from training.data import DataError, FaceSet, load_fer2013, seen_in

USAGES = ["Training"] * 5 + ["PublicTest"] * 2


@pytest.mark.parametrize("name", ["fer2013.csv", "fer2013.csv.gz"])
def test_kaggles_table_is_read_plain_and_compressed(tmp_path: Path, name: str) -> None:
    faces = made_faces(7)
    path = write_kaggle(tmp_path / name, faces, USAGES)
    training, validation = load_fer2013(path, "Training"), load_fer2013(path, "PublicTest")
    assert np.array_equal(training.images, faces.images[:5])
    assert np.array_equal(validation.emotion, [5, 6])
    assert training.class_counts()["anger"] == 1


def test_ferplus_votes_come_in_our_order(tmp_path: Path) -> None:
    faces = made_faces(7)
    path = write_kaggle(tmp_path / "fer2013.csv", faces, USAGES)
    write_ferplus(tmp_path / "fer2013new.csv", faces.votes, USAGES)
    training = load_fer2013(path, "Training")
    assert [EMOTIONS[i] for i in training.crowd_majority()] == list(EMOTIONS[:5])


def test_a_folder_that_holds_the_table_is_enough(tmp_path: Path) -> None:
    write_kaggle(tmp_path / "fer2013.csv", made_faces(7), USAGES)
    assert len(load_fer2013(tmp_path, "PublicTest")) == 2


PIXELS = " ".join(["0"] * 2304)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"0,{PIXELS} 0,Training", "line 3: 2305 pixels instead of 2304"),
        (f"7,{PIXELS},Training", "line 3: emotion 7 is not in 0 to 6"),
        (f"happy,{PIXELS},Training", "line 3: invalid literal"),
        (f"0,{PIXELS[:-1]}x,Training", "line 3: invalid literal"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(f"emotion,pixels,Usage\n0,{PIXELS},Training\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=said) as caught:
        load_fer2013(path, "Training")
    assert str(path) in str(caught.value)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text("label,image\n0,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="first line must name the columns"):
        load_fer2013(path, "Training")


def test_missing_data_and_missing_parts_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected Kaggle's"):
        load_fer2013(tmp_path / "nowhere.csv", "Training")
    path = write_kaggle(tmp_path / "fer2013.csv", made_faces(7), ["Training"] * 7)
    with pytest.raises(DataError, match="no rows with usage 'PublicTest'"):
        load_fer2013(path, "PublicTest")


def test_too_few_votes_are_refused(tmp_path: Path) -> None:
    faces = made_faces(7)
    path = write_kaggle(tmp_path / "fer2013.csv", faces, USAGES)
    write_ferplus(tmp_path / "fer2013new.csv", faces.votes[:6], USAGES[:6])
    with pytest.raises(DataError, match="6 rows for the 7 pictures"):
        load_fer2013(path, "Training")


def with_votes(votes: list[float], rejected: list[float]) -> FaceSet:
    face = made_faces(1)
    return FaceSet(face.images, face.emotion, np.array([votes], np.float32), np.array([rejected], np.float32))


def test_a_single_dissenting_vote_is_dropped() -> None:
    face = with_votes([1, 0, 0, 9, 0, 0, 0, 0], [0, 0])
    assert face.crowd_targets()[0].tolist() == [0, 0, 0, 1, 0, 0, 0, 0]


def test_a_divided_crowd_teaches_its_shares_but_has_no_majority() -> None:
    face = with_votes([5, 0, 0, 0, 5, 0, 0, 0], [0, 0])
    assert face.crowd_targets()[0, [0, 4]].tolist() == [0.5, 0.5]
    assert face.crowd_majority()[0] == -1


def test_what_the_crowd_calls_no_face_teaches_nothing() -> None:
    face = with_votes([0, 0, 0, 4, 0, 0, 0, 0], [0, 6])
    assert face.crowd_targets().sum() == 0
    assert face.crowd_majority()[0] == -1


def test_copies_of_training_pictures_are_found() -> None:
    faces = made_faces(6)
    mask = seen_in(faces, faces.select(np.array([1, 4])))
    assert np.flatnonzero(mask).tolist() == [1, 4]


def test_the_lent_sheets_have_the_known_size(shared_data: Path) -> None:
    assert len(load_fer2013(shared_data / "fer2013", "PublicTest")) == 3589
