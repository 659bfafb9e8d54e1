"""Average faces of a network's errors: of enough pictures to show nobody, each counted once."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fer_desktop.emotions import FER2013_LABELS
from tests.training.measure.lab import run, write_model
from training.composites import align, load_detector
from training.data.pictures import write_picture
from training.errors import DataError
from training.measure.failures import LEAST, MOST, average, average_failures, failures_figure

LABELS = ("anger", "neutral", "sadness")
EACH = 40
# Of a picture of 48 pixels, in the whole picture's units: eyes, nose, corners of the mouth.
LANDMARKS = np.array([[15, 18], [33, 18], [24, 29], [17, 37], [31, 37]], np.float32)


class SeesOneFace:
    """Stands in for a detector: landmarks at their places, whatever the picture; none in a black one."""

    def setInputSize(self, size: tuple[int, int]) -> None:
        self.size = size

    def detect(self, picture: NDArray[np.uint8]) -> tuple[int, NDArray[np.float32] | None]:
        if picture.max() == 0:
            return 0, None
        scale = self.size[0] / 1.5 / 48
        points = LANDMARKS * scale + self.size[0] / 6
        return 1, np.concatenate([[0, 0, *self.size], points.ravel(), [0.9]])[None].astype(np.float32)


DETECTOR = cast("cv2.FaceDetectorYN", SeesOneFace())


def made() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Faces of noise, brighter below for one class and above for another."""
    rng = np.random.default_rng(1)
    answers = np.repeat(np.arange(3), EACH)
    images = rng.integers(40, 215, (3 * EACH, 48, 48))
    images[answers == 0, 8:24] += 40
    images[answers == 2, 24:40] += 40
    return images.astype(np.uint8), answers


IMAGES, ANSWERS = made()


def logits(said: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.eye(3, dtype=np.float32)[said]


def test_each_confusion_stands_between_what_it_is_and_what_it_is_taken_for() -> None:
    said = ANSWERS.copy()
    said[ANSWERS == 2] = [1] * 21 + [2] * 19
    said[np.flatnonzero(ANSWERS == 0)[: LEAST - 1]] = 1
    (row,) = average_failures(IMAGES, logits(said), ANSWERS, DETECTOR)
    assert [(face.answer, face.said, face.total) for face in row] == [(2, 2, 19), (2, 1, 21), (1, 1, 40)]
    figure = failures_figure([row], LABELS)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["sadness", "sadness read as neutral", "neutral"]
    assert figure.axes[1].get_xlabel() == "21 of 21 pictures"


def test_a_confusion_is_left_out_where_too_few_are_read_rightly() -> None:
    said = ANSWERS.copy()
    said[ANSWERS == 2] = [1] * 35 + [2] * 5
    assert average_failures(IMAGES, logits(said), ANSWERS, DETECTOR) == []


def test_an_average_needs_faces_enough() -> None:
    members = np.arange(LEAST)
    assert average(IMAGES, members[:-1], (0, 0), DETECTOR) is None
    face = average(IMAGES, members, (0, 0), DETECTOR)
    assert face is not None
    assert (face.averaged, face.total) == (LEAST, LEAST)
    assert face.picture.dtype == np.uint8
    assert face.picture[0, 0] == 255


def test_a_face_that_comes_often_counts_once() -> None:
    twins = np.concatenate([IMAGES[: LEAST - 1]] * 2)
    assert average(twins, np.arange(len(twins)), (0, 0), DETECTOR) is None


def test_pictures_without_landmarks_are_left_out() -> None:
    assert len(align([np.zeros((144, 144), np.uint8)] * 3, DETECTOR, MOST)[0]) == 0
    some = np.concatenate([IMAGES[: LEAST - 1], np.zeros((5, 48, 48), np.uint8)])
    assert average(some, np.arange(len(some)), (0, 0), DETECTOR) is None


def test_what_is_no_detector_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.onnx"
    wrong.write_text("no network", encoding="utf-8")
    with pytest.raises(DataError, match=r"wrong\.onnx: is no face detector"):
        load_detector(wrong)


@pytest.fixture
def mistaken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Faces in folders, 18 of them in another class' one, and a model file that tells them apart."""
    monkeypatch.setattr("training.composites.load_detector", lambda _path: DETECTOR)
    names = ("angry", "neutral", "sad")
    for number, (image, answer) in enumerate(zip(IMAGES, ANSWERS, strict=True)):
        folder = names[0] if answer == 2 and number < 2 * EACH + 18 else names[answer]
        write_picture(tmp_path / "faces" / "test" / folder / f"{number}.png", image)
        write_picture(tmp_path / "faces" / "train" / names[answer] / f"{number}.png", image[:, ::-1].copy())
    weights = np.zeros((48, 48, 7), np.float32)
    weights[8:24, :, 0] = weights[24:40, :, 4] = 1 / 700
    weights[..., 6] = 1 / 2000
    write_model(tmp_path / "model.onnx", weights.reshape(-1, 7), FER2013_LABELS)
    return tmp_path / "faces", tmp_path / "model.onnx"


def test_the_command_draws_a_picture(mistaken: tuple[Path, Path], tmp_path: Path) -> None:
    faces, model = mistaken
    out = tmp_path / "new" / "failures.png"
    run("failures", "--model", model, "--data", faces, "--detector", "any.onnx", "--out", out)
    assert cv2.imread(str(out)) is not None


def test_a_network_without_common_errors_has_no_picture(mistaken: tuple[Path, Path], tmp_path: Path) -> None:
    faces, model = mistaken
    words = ["--model", model, "--data", faces, "--part", "Training", "--detector", "any.onnx"]
    with pytest.raises(DataError, match="the average of fewer might show somebody"):
        run("failures", *words, "--out", tmp_path / "x.png")
