"""What `--data` may say, and which parts come of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets

from tests.training.made_data import (
    made_faces,
    pixel_text,
    write_classes,
    write_dataset,
    write_kaggle,
    write_table,
)
from training.data.choose import load_data, training_and_validation
from training.data.examples import DataSet
from training.errors import DataError


def test_digits_are_scikit_learns_in_255_steps() -> None:
    training, validation = training_and_validation(load_data("digits", held_out=0.25, seed=3))
    assert len(training) + len(validation) == 1797
    assert training.heads == {"digits": tuple("0123456789")}
    theirs = datasets.load_digits()
    number = int(training.names[0].removeprefix("digit "))
    assert np.array_equal(training.images[0], np.rint(theirs.images[number] / 16 * 255))
    assert training.main.answers[0] == theirs.target[number]
    shares = np.bincount(validation.main.answers) / np.bincount(theirs.target)
    assert np.allclose(shares, 0.25, atol=0.01)


def test_fer2013s_own_parts_are_kept(tmp_path: Path) -> None:
    training, validation = training_and_validation(load_data(str(write_dataset(tmp_path, 14, 7))))
    assert (len(training), len(validation)) == (14, 7)
    assert list(training.heads) == ["ferplus", "fer2013"]


@pytest.mark.parametrize("usage", ["Training", None])
def test_data_without_a_part_to_choose_by_is_split(tmp_path: Path, usage: str | None) -> None:
    faces = made_faces(70)
    if usage:
        path = write_kaggle(tmp_path / "fer2013.csv", faces, [usage] * 70)
    else:
        rows = list(zip(faces.main.answers, map(pixel_text, faces.images), strict=True))
        path = write_table(tmp_path / "train.csv", ("emotion", "pixels"), rows)
    data = load_data(str(path), held_out=0.3, seed=5)
    assert list(data.parts) == ["Training", "Validation"]
    assert set(data.part("Validation").main.counts().values()) == {3}
    again, other = (load_data(str(path), held_out=0.3, seed=seed).part("Validation") for seed in (5, 6))
    assert np.array_equal(again.names, data.part("Validation").names)
    assert not np.array_equal(other.names, again.names)


def test_class_folders_are_split_and_brought_to_the_side(tmp_path: Path) -> None:
    write_classes(tmp_path, {"cat": 10, "dog": 20}, side=20)
    data = load_data(str(tmp_path), held_out=0.2, side=12)
    assert data.part("Training").images.shape == (24, 12, 12)
    assert data.part("Validation").main.counts() == {"cat": 2, "dog": 4}


def test_fer2013_comes_at_another_side_on_demand(tmp_path: Path) -> None:
    data = load_data(str(write_dataset(tmp_path, 14, 7)), side=24)
    assert data.part("Training").images.shape == (14, 24, 24)


def test_data_without_labels_keeps_its_part_but_cannot_be_trained_on(tmp_path: Path) -> None:
    path = write_table(tmp_path / "test.csv", ("pixels",), [(pixel_text(made_faces(1).images[0]),)])
    data = load_data(str(path))
    assert list(data.parts) == ["all"]
    with pytest.raises(DataError, match="nothing to train and to choose by, only all"):
        training_and_validation(data)


@pytest.mark.parametrize("unlabelled", ["Training", "PublicTest"])
def test_parts_without_labels_cannot_be_trained_on(tmp_path: Path, unlabelled: str) -> None:
    faces = made_faces(14)
    usages = ["Training"] * 7 + ["PublicTest"] * 7
    rows = [(pixel_text(image), usage) for image, usage in zip(faces.images, usages, strict=True)]
    data = load_data(str(write_table(tmp_path / "fer2013.csv", ("pixels", "Usage"), rows)))
    assert len(data.part("Training")) == 7
    with pytest.raises(DataError, match=r"its part Training has a label of 'fer2013'.*the column emotion"):
        training_and_validation(data)
    labelled = dict(load_data(str(write_kaggle(tmp_path / "b.csv", faces, usages))).parts)
    with pytest.raises(DataError, match=f"no picture of its part {unlabelled} has a label"):
        training_and_validation(DataSet("mixed", labelled | {unlabelled: data.part(unlabelled)}))


@pytest.mark.parametrize("method", ["iterdir", "is_dir"])
def test_a_folder_that_may_not_be_read_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    write_classes(tmp_path, {"cat": 2, "dog": 2})
    original = getattr(Path, method)

    def forbidden(path: Path) -> object:
        if path.name == "dog" or path == tmp_path:
            raise PermissionError(13, "Permission denied", str(path))
        return original(path)

    monkeypatch.setattr(Path, method, forbidden)
    with pytest.raises(DataError, match=r"cannot be read \(Permission denied\)"):
        load_data(str(tmp_path))


def test_a_private_test_is_left_whole(tmp_path: Path) -> None:
    data = load_data(str(write_kaggle(tmp_path / "fer2013.csv", made_faces(7), ["PrivateTest"] * 7)))
    assert list(data.parts) == ["PrivateTest"]


def test_nothing_to_hold_out_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no class has two different pictures"):
        load_data(str(write_classes(tmp_path, {"cat": 1, "dog": 1})))


def test_a_word_that_names_nothing_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"does not exist; give fer2013\.csv, a folder of pictures, or one of"
    ):
        load_data(str(tmp_path / "nowhere"))
