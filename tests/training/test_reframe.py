"""Training pictures as the program would cut them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray
from torch import Generator

from fer_desktop.vision.crop import cut_face, face_square
from fer_desktop.vision.detector import STILL_SIDE
from tests.training.made_data import made_faces
from training.commands.common import overrides
from training.errors import DataError, RunError
from training.framing import OURS, live_framing
from training.photos import detector_for
from training.recipe import Recipe
from training.recipe_files import load_recipe
from training.reframe import DETECTOR, reframed
from training.run import load_checkpoint
from training.train import train
from training.trainer import Trainer

DEMO = Path(__file__).resolve().parents[2] / "assets" / "demo" / "demo.mp4"
Pictures = NDArray[np.uint8]


@pytest.fixture(scope="module")
def face() -> Pictures:
    """A face of the demo clip, cut as the program cuts it, twice as large as training pictures are."""
    capture = cv2.VideoCapture(str(DEMO))
    capture.set(cv2.CAP_PROP_POS_FRAMES, 60)
    frame = np.asarray(capture.read()[1], np.uint8)
    capture.release()
    framing = live_framing(OURS)
    eyes = detector_for(DETECTOR, framing)
    (found,) = eyes.detect(frame, STILL_SIDE)
    return cut_face(frame, face_square(found.box, framing, eyes.kind), 96)


def shrunk(face: Pictures, width: int) -> Pictures:
    """A picture of 48 x 48 in the middle of which the face is so many pixels wide."""
    small = cv2.resize(face, (width, width), interpolation=cv2.INTER_AREA)
    before, after = (48 - width) // 2, 48 - width - (48 - width) // 2
    padded = cv2.copyMakeBorder(small, before, after, before, after, cv2.BORDER_REPLICATE)
    return np.asarray(padded, np.uint8)


def likeness(one: Pictures, other: Pictures) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_a_face_that_is_small_in_its_picture_is_cut_as_all_others_are(face: Pictures) -> None:
    right = shrunk(face, 48)
    loose = shrunk(face, 34)
    flat = np.full_like(right, 128)
    cut = reframed(np.stack([right, loose, flat]))
    assert likeness(cut[0], right) > 0.85
    assert likeness(loose, right) < 0.6
    assert likeness(cut[1], cut[0]) > 0.9
    assert np.array_equal(cut[2], flat)


def test_progress_is_told(face: Pictures) -> None:
    told = []

    def watch(rows: Iterable[Any], words: str, total: int | None) -> Iterable[Any]:
        told.append((words, total))
        return rows

    reframed(np.stack([shrunk(face, 48)] * 2), watch)
    assert told == [("pictures framed anew", 2)]


def test_what_cannot_be_framed_anew_gets_a_sentence() -> None:
    with pytest.raises(DataError, match=r"pictures of 48x48 can be framed anew, not 24x24: set reframed = 0"):
        reframed(np.zeros((2, 24, 24), np.uint8))
    with pytest.raises(DataError, match="a face in none of the pictures"):
        reframed(np.full((2, 48, 48), 128, np.uint8))


@pytest.fixture
def negatives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures that are framed anew can be told from the others: they are their negatives."""

    def inverted(images: Pictures, _progress: object) -> Pictures:
        return np.asarray(255 - images, np.uint8)

    monkeypatch.setattr("training.trainer.reframed", inverted)


def student(words: str) -> Recipe:
    disturbed = (
        "--light 0 --gamma 0 --blur 0 --low-resolution 0 --erasing 0 --rotation 12 --shift 0.1 --flip 0.5"
    )
    built = "--network builder --conv-sizes 3 3 --feature-maps 8 0 8 0 --mlp-hiddens --batch-norm --init he"
    pace = "--batch 14 --rate 0.05 --ema 0.5 --warmup-epochs 1 --dropout 0.1"
    return load_recipe(None, overrides(f"{built} {pace} --epochs 2 {disturbed} {words}".split()))


@pytest.mark.usefixtures("negatives")
@pytest.mark.parametrize("mixup", ["0", "0.4"])
def test_teachers_see_the_same_pictures_as_the_data_cut_them(tmp_path: Path, mixup: str) -> None:
    train(student(""), made_faces(56), made_faces(7), tmp_path / "teacher")
    words = f"--teachers {tmp_path / 'teacher'} --mixup {mixup} --mixup-share 1"
    trainer = Trainer(student(f"{words} --reframed 1"), made_faces(56), tmp_path)
    trainer.reframe(lambda rows, _words, _total: rows)
    batch = trainer._prepare(torch.arange(56), Generator().manual_seed(1))
    assert torch.allclose(batch.pictures, 255 - batch.for_teachers, atol=1e-3)


@pytest.mark.usefixtures("negatives")
def test_so_many_pictures_are_framed_anew_and_none_without_labels(tmp_path: Path) -> None:
    train(student(""), made_faces(56), made_faces(7), tmp_path / "teacher")
    faces = made_faces(56, seed=1)
    for number, image in enumerate(faces.images):
        (tmp_path / "more").mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / "more" / f"{number}.png"), image)
    words = f"--teachers {tmp_path / 'teacher'} --unlabelled {tmp_path / 'more'} --reframed 0.25"
    trainer = Trainer(student(words), made_faces(400, seed=5), tmp_path)
    trainer.reframe(lambda rows, _words, _total: rows)
    shown = trainer._framed(torch.arange(456), Generator().manual_seed(1))
    anew = (shown != trainer.images).flatten(1).any(1)
    assert 0.15 < float(anew[:400].float().mean()) < 0.35
    assert not anew[400:].any()


@pytest.mark.usefixtures("negatives")
def test_a_run_learns_from_pictures_framed_anew(tmp_path: Path) -> None:
    """Without them, what is bright in all pictures that are learned is dark where it is measured."""
    learnt = {}
    negative = made_faces(56, seed=2)
    negative.images[:] = 255 - negative.images
    for share in ("0", "1"):
        recipe = student(
            f"--epochs 14 --batch 7 --flip 0 --rotation 0 --shift 0 --mixup 0 --reframed {share}"
        )
        train(recipe, made_faces(56), negative, tmp_path / share)
        learnt[share] = pd.read_csv(tmp_path / share / "history.csv")["fer2013_accuracy"].iloc[-1]
    assert learnt["0"] < 0.5
    assert learnt["1"] > 0.8


def test_a_run_is_resumed_with_the_same_cuts_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def moved(by: int) -> Callable[..., Pictures]:
        return lambda images, _progress: np.roll(images, by, 2)

    recipe = student("--reframed 0.5")

    def begin(folder: Path, epochs: float, *, resume: bool = False) -> None:
        def stop(row: Mapping[str, float]) -> None:
            if row["epoch"] == epochs:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            train(recipe, made_faces(56), made_faces(7), folder, report=stop, resume=resume)

    monkeypatch.setattr("training.trainer.reframed", moved(5))
    begin(tmp_path / "whole", 2)
    begin(tmp_path / "parts", 1)
    begin(tmp_path / "parts", 2, resume=True)
    one, two = (load_checkpoint(tmp_path / name / "last.pt")["network"] for name in ("whole", "parts"))
    assert all(torch.equal(one[name], two[name]) for name in one)
    begin(tmp_path / "other", 1)
    monkeypatch.setattr("training.trainer.reframed", moved(4))
    with pytest.raises(RunError, match="pictures that another detector cut"):
        train(recipe, made_faces(56), made_faces(7), tmp_path / "other", resume=True)
